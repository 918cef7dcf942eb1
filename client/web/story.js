/** The story that is open: joins what is followed with what is drawn, and what is asked with the acts. */

import { agreed, chosenEyes, inOtherWords } from "./asking.js";
import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { Drafting } from "./drafting.js";
import { explain } from "./explain.js";
import { OWN } from "./eyes.js";
import { Following } from "./follow.js";
import { after, leftBehind, takenOut } from "./impact.js";
import { Header } from "./scene.js";
import { Scrolling } from "./scrolling.js";
import { Transcript } from "./transcript.js";
import { marked, nameOf, spoken, untracked } from "./words.js";

/**
 * @typedef {import("./wire.js").Wire} Wire
 * @typedef {import("./acts.js").Acts} Acts
 * @typedef {import("./notices.js").Notices} Notices
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 */

const TICK_MS = 500;

export class StoryPage {
  #wire;
  #acts;
  #notices;
  /** @type {Following | null} */
  #following = null;
  /** @type {Shown | null} what was drawn last */
  #drawn = null;
  #drawing = false;
  #title = "";
  #told = byId("told", HTMLElement);
  #form = byId("composer", HTMLFormElement);
  #earlier = byId("earlier", HTMLButtonElement);
  #latest = byId("latest", HTMLButtonElement);
  #hint = byId("hint", HTMLElement);
  #announcer = byId("announcer", HTMLElement);
  #header;
  #transcript = new Transcript(byId("lines", HTMLElement), (tool, line) => void this.#use(tool, line));
  #drafting = new Drafting(byId("drafts", HTMLElement));
  #composer = new Composer(
    this.#form,
    (deed) => this.#play(deed),
    () => this.open && this.#acts.stop(this.open),
  );
  #scrolling = new Scrolling(
    byId("page", HTMLElement),
    () => this.#older(),
    (atEnd) => {
      this.#latest.hidden = atEnd;
    },
  );

  /**
   * @param {Wire} wire
   * @param {Acts} acts
   * @param {Notices} notices
   * @param {import("./pictures.js").Pictures} pictures
   */
  constructor(wire, acts, notices, pictures) {
    this.#header = new Header(pictures, (lens) => {
      this.#following?.lookThrough(lens).catch(this.#acts.failed);
      if (this.open !== null) this.#acts.keepEyes(this.open, lens);
    });
    this.#wire = wire;
    this.#acts = acts;
    this.#notices = notices;
    this.#earlier.addEventListener("click", () => this.#older());
    this.#latest.addEventListener("click", () => this.#scrolling.toEnd());
    setInterval(() => this.#composer.tick(Date.now()), TICK_MS);
  }

  /** The id of the story that is open. */
  get open() {
    return this.#following?.shown.story ?? null;
  }

  /** Who is in it. */
  get names() {
    return this.#following?.around.names ?? {};
  }

  /**
   * Opens a story; closes the one before.
   *
   * @param {string} story
   * @param {readonly EntityId[] | null} chosen whose eyes it is to be seen through; null where that is to be asked
   */
  async show(story, chosen) {
    this.#following?.end();
    this.#notices.clear("undo");
    // Until somebody has chosen, nothing is shown that their own character does not see.
    const lens = chosen ?? OWN;
    this.#following = new Following(this.#wire, story, () => this.#changed(), this.#acts.failed, lens);
    this.visible(true);
    await this.resume();
    this.#scrolling.toEnd();
    if (chosen === null) await this.#ask(story);
    this.#composer.focus();
  }

  /**
   * Asks once whether to see a story through one's own eyes only, and keeps the answer.
   *
   * @param {string} story
   */
  async #ask(story) {
    const name = nameOf(this.#following?.around.names ?? {}, "you");
    const lens = await chosenEyes(name);
    if (lens === null || this.open !== story) return;
    this.#acts.keepEyes(story, lens);
    if (lens.length === 0) await this.#following?.lookThrough(lens);
  }

  /** Takes up the open story again on a new connection. */
  async resume() {
    await this.#following?.begin();
  }

  /** Closes the story, which is not there any more. */
  forget() {
    this.#following?.lose();
    this.#following = this.#drawn = null;
    this.visible(false);
    document.title = "Fabula";
  }

  /** @param {boolean} visible */
  visible(visible) {
    this.#told.hidden = this.#form.hidden = !visible;
  }

  /**
   * @param {string} method
   * @param {any} note
   */
  hear(method, note) {
    this.#following?.hear(method, note);
  }

  /** @param {string} title of the open story */
  entitle(title) {
    this.#title = title;
    this.#changed();
  }

  /** Draws at the next frame, however much came until then. */
  #changed() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw() {
    if (this.#following === null) return;
    const { shown, around } = this.#following;
    const before = this.#drawn?.story === shown.story && this.#drawn.lens === shown.lens ? this.#drawn : null;
    this.#scrolling.keeping(before?.lines[0] !== shown.lines[0], () => {
      this.#transcript.draw(shown, around.names);
      this.#drafting.draw(shown, around.names);
    });
    this.#composer.draw(shown, around.names);
    this.#earlier.hidden = !shown.more;
    this.#hint.hidden = !shown.loaded || shown.lines.length > 0 || shown.drafts.length > 0;
    this.#header.draw(around, this.#title, shown.lens);
    document.title = this.#title ? `${this.#title} · Fabula` : "Fabula";
    if (before?.loaded) this.#announce(before.lines, shown.lines, around.names);
    if (before?.turn !== shown.turn) this.#tellTurn(shown);
    this.#drawn = shown;
  }

  /**
   * Reads finished lines out to who listens rather than looks.
   *
   * @param {readonly Line[]} before
   * @param {readonly Line[]} lines
   * @param {Names} names
   */
  #announce(before, lines, names) {
    if (before === lines) return;
    const heard = before[before.length - 1]?.seq ?? 0;
    const fresh = lines.filter((line) => line.seq > heard);
    if (fresh.length) this.#announcer.textContent = fresh.map((line) => spoken(line, names)).join(" ");
  }

  /** @param {Shown} shown */
  #tellTurn(shown) {
    const { story, turn } = shown;
    this.#notices.clear("turn");
    if (turn === null || turn.detail === null) return;
    const { title, text, again } = explain(turn.detail);
    const way = { label: "Try again", act: () => void this.#acts.play({ story }) };
    if (turn.phase === "failed")
      this.#notices.show("turn", { title, text, kind: "trouble", ...(again ? { way } : {}) });
    if (turn.phase === "done") this.#tellRemark(/** @type {any} */ (turn.detail), text, shown);
  }

  /**
   * What there is to say of a turn that did not fail: mostly nothing.
   *
   * @param {{reading?: string, why?: string, message?: string}} detail
   * @param {string} text
   * @param {Shown} shown
   */
  #tellRemark({ reading, why, message }, text, { story, lines }) {
    const last = lines[lines.length - 1];
    if (reading !== undefined && reading !== "ok" && reading !== "off") {
      const title = "Reply saved. Its effects on the world couldn't be tracked";
      const way = last && { label: "Try again", act: () => void this.#acts.check(story, last.line) };
      this.#notices.show("turn", { title, text: untracked(reading, why), kind: "news", ...(way ? { way } : {}) });
    } else if (message !== undefined || why !== undefined)
      this.#notices.show("turn", { title: "The turn is over", text: why ?? text, kind: "news" });
  }

  /** @param {import("./composer.js").Deed} deed */
  async #play({ text, manner, to }) {
    if (this.open === null) return false;
    // Without a manner the daemon reads the marks: *done* and `thought` within what is said.
    const how = manner === "speech" ? {} : { manner, to };
    const taken = await this.#acts.play({ story: this.open, text, ...how });
    if (taken) this.#scrolling.toEnd();
    return taken;
  }

  #older() {
    this.#following?.older().catch(this.#acts.failed);
  }

  /** @type {import("./tools.js").Use} */
  async #use(tool, line) {
    if (this.#following === null) return;
    const { shown, around } = this.#following;
    const { story } = shown;
    if (tool === "retake") await this.#acts.retake(story, line.line);
    if (tool === "earlier") await this.#acts.toTake(story, line.line, -1);
    if (tool === "later") await this.#acts.toTake(story, line.line, 1);
    if (tool === "edit") {
      const text = await inOtherWords(marked(line, around.names));
      if (text !== null) await this.#acts.revise(story, line.line, text);
    }
    if (tool === "delete")
      await this.#acts.remove(story, line.seq, (preview) =>
        agreed("Delete this line?", "Delete", takenOut(preview, around.names)),
      );
    if (tool === "rewind") {
      const done = await this.#acts.rewind(story, after(shown.lines, line), (preview) =>
        agreed("Go back to here?", "Go back", leftBehind(line, preview, around.names)),
      );
      if (done) this.#composer.focus();
    }
  }
}
