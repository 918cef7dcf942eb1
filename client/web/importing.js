/** Brings files in: asks the daemon what each would make, then the person, then has it made. */

import { libraryName } from "./filewords.js";
import { addressOf } from "./pictures.js";
import { asked } from "./sheet.js";
import { Refusal } from "./wire.js";

/**
 * @typedef {import("./wire.js").Wire} Wire
 * @typedef {import("./acts.js").Acts} Acts
 * @typedef {import("./notices.js").Notices} Notices
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("./sheet.js").Wanted} Wanted
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").ImportParams} ImportParams
 * @typedef {import("../../protocol/generated/protocol.d.ts").ImportResult} ImportResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").Template} Template
 *
 * @typedef {object} Here the story that is open, if one is
 * @property {string | null} story
 * @property {string} title
 * @property {Names} names
 */

/** @type {readonly EntityId[]} */
const PLACES = ["a", "b", "you"];
const SHOWN_BYTES = 4_000_000;
const SHOWN = /^image\/(png|jpeg|gif|webp)$/;

export class Importing {
  #wire;
  #acts;
  #notices;
  #token;
  #open;

  /**
   * @param {Wire} wire
   * @param {Acts} acts
   * @param {Notices} notices
   * @param {string} token
   * @param {(story: string) => Promise<void>} open goes to a story that was made
   */
  constructor(wire, acts, notices, token, open) {
    this.#wire = wire;
    this.#acts = acts;
    this.#notices = notices;
    this.#token = token;
    this.#open = open;
  }

  /**
   * Each file in turn, with a sheet of its own.
   *
   * @param {readonly File[]} files
   * @param {() => Here} here
   */
  async take(files, here) {
    for (const file of files) {
      try {
        await this.#one(file, here());
      } catch (error) {
        this.#acts.failed(error);
      }
    }
  }

  /**
   * @param {File} file
   * @param {Here} here
   */
  async #one(file, here) {
    const { templates } = await this.#wire.call("templates", {});
    const personas = personasOf(templates);
    const you = youOf(personas, here);
    const told = await this.#told(file, here, you);
    const picture = told?.card?.picture ?? (SHOWN.test(file.type) && file.size < SHOWN_BYTES ? await addressOf(file) : null);
    const wanted = await asked(file.name, told, picture, {
      into: told ? intoOf(told, here) : wholeCast(here.names),
      personas: personas.map(nameOf),
      you,
      label: "Import",
    });
    if (wanted === null) return;
    const upload = await this.#upload(file);
    const made = await this.#wire.call("import", { upload, ...paramsOf(told, wanted, here, personas) });
    await this.#made(made, here);
  }

  /**
   * Somebody of the library, to play with in a new story or the one that is open; or to be changed where they are kept.
   *
   * @param {Template} template
   * @param {boolean} change
   * @param {Here} here
   */
  async ofLibrary({ name }, change, here) {
    try {
      const { templates } = await this.#wire.call("templates", {});
      const personas = personasOf(templates);
      const you = change ? "{{user}}" : youOf(personas, here);
      const preview = await this.#wire.call("import", { template: name, preview: true, user: you });
      const told = change ? { ...preview, created: {}, odd: ["{{user}} stands for the name of whoever plays with them."] } : preview;
      const picture = told.card?.picture ?? null;
      const into = change ? [] : intoOf(told, here).filter(({ value }) => value !== "library");
      const wanted = await asked(name, told, picture, { into, personas: personas.map(nameOf), you, label: change ? "Save" : "Play" });
      if (wanted === null) return;
      const params = change ? { library: name, card: wanted.card } : paramsOf(told, wanted, here, personas);
      await this.#made(await this.#wire.call("import", { template: name, ...params }), here);
    } catch (error) {
      this.#acts.failed(error);
    }
  }

  /**
   * What the file would make; null for a picture without a card.
   *
   * @param {File} file
   * @param {Here} here
   * @param {string} user who is to play with them, if it is a card
   * @returns {Promise<ImportResult | null>}
   */
  async #told(file, here, user) {
    try {
      const told = await this.#wire.call("import", { upload: await this.#upload(file), preview: true });
      if (!told.card) return told;
      return await this.#wire.call("import", { upload: await this.#upload(file), preview: true, user });
    } catch (error) {
      const bare = error instanceof Refusal && error.data["where"] === "the file" && SHOWN.test(file.type);
      if (bare && here.story !== null) return null;
      throw error;
    }
  }

  /**
   * @param {File} file
   * @returns {Promise<string>}
   */
  async #upload(file) {
    const answer = await fetch("/upload", { method: "POST", headers: { Authorization: `Bearer ${this.#token}` }, body: file });
    const said = await answer.json();
    if (!answer.ok) throw new Refusal(said.error ?? { code: 0, message: said.why ?? "The file can't be sent" });
    return said.upload;
  }

  /**
   * @param {ImportResult} made
   * @param {Here} here
   */
  async #made(made, { story, title }) {
    if (made.template) {
      this.#notices.show("import", { title: "In your library", text: `As “${made.template}”.`, kind: "news" });
    } else if (made.story && made.story === story && made.undo !== null && made.undo !== undefined) {
      const to = made.undo;
      const act = () => void this.#wire.call("rewind", { story, to }).catch(this.#acts.failed);
      const came = made.card?.name ?? (made.lorebook ? `“${made.lorebook.name}”` : "");
      const joined = came ? `${came} joins ${title || "the story"}.` : "";
      const text = made.chat ? "The chat stands at the end of the story." : joined;
      this.#notices.show("import", { title: "Imported", text, kind: "news", way: { label: "Undo", act } });
    } else if (made.story) await this.#open(made.story);
  }
}

/**
 * Where a file may go.
 *
 * @param {ImportResult} told
 * @param {Here} here
 */
function intoOf(told, { story, title, names }) {
  const here = { value: "here", label: `this story: ${title || "Untitled"}` };
  const fresh = { value: "new", label: "a new story" };
  if (told.chat) return story !== null ? [fresh, here] : [];
  if (!told.card) return told.lorebook ? [...(story !== null ? [here] : []), fresh] : [];
  const free = PLACES.find((entity) => !(entity in names));
  const joins = story !== null && free !== undefined ? [here] : [];
  return [fresh, ...joins, { value: "library", label: "your library" }];
}

/** @param {Names} names */
function wholeCast(names) {
  return PLACES.flatMap((entity) => (names[entity] ? [{ value: entity, label: names[entity] }] : []));
}

/**
 * @param {ImportResult | null} told
 * @param {Wanted} wanted
 * @param {Here} here
 * @param {readonly Template[]} personas
 * @returns {ImportParams}
 */
function paramsOf(told, { into, you, card }, { story }, personas) {
  if (told === null) return { story, as: into };
  const drawn = told.seed !== null && told.seed !== undefined ? { seed: told.seed } : {};
  if (told.chat) return into === "here" ? { story } : {};
  if (!told.card) return told.lorebook && into === "here" ? { story, ...drawn } : drawn;
  const corrected = { ...(Object.keys(card).length ? { card } : {}), ...(into === "library" ? {} : drawn) };
  if (into === "here") return { story, ...corrected };
  if (into === "library") return { library: libraryName(card.name ?? told.card.name), ...corrected };
  const persona = personas.find((one) => nameOf(one) === you);
  return { ...(persona ? { persona: persona.name } : you ? { user: you } : {}), ...corrected };
}

/** @param {readonly Template[]} templates */
function personasOf(templates) {
  return templates.filter((one) => !one.built_in && one.what === "persona");
}

/**
 * Who one is likely to play.
 *
 * @param {readonly Template[]} personas
 * @param {Here} here
 */
function youOf(personas, here) {
  return personas[0] ? nameOf(personas[0]) : (here.names.you ?? "You");
}

/** @param {Template} template */
function nameOf({ cast, name }) {
  return cast[0]?.name ?? name;
}
