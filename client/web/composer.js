/** Your line: the field that grows, how it is meant, sending it exactly once, and stopping the reply. */

import { byId, offer } from "./dom.js";
import { hasEnded, isTelling } from "./telling.js";
import { changesWords, lasting, listed, nameOf, phaseWords } from "./words.js";

/**
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").Manner} Manner
 *
 * @typedef {object} Deed what a line is sent with
 * @property {string} text
 * @property {Manner} manner
 * @property {EntityId[]} to
 */

/** When a wait is long enough to say that it may be all right. */
const LONG_MS = 20_000;

export class Composer {
  #parts;
  #play;
  #sending = false;
  /** @type {{shown: Shown, names: Names} | null} */
  #drawn = null;

  /**
   * @param {HTMLFormElement} form
   * @param {(deed: Deed) => Promise<boolean>} play tells whether the line was taken
   * @param {() => void} stop
   */
  constructor(form, play, stop) {
    const parts = partsOf();
    this.#parts = parts;
    this.#play = play;
    parts.field.addEventListener("input", () => this.#grow());
    parts.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.#send();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send();
    });
    parts.stop.addEventListener("click", stop);
  }

  /**
   * @param {Shown} shown
   * @param {Names} names
   */
  draw(shown, names) {
    this.#drawn = { shown, names };
    const telling = isTelling(shown.turn);
    this.#parts.stop.hidden = !telling;
    this.#parts.send.hidden = telling;
    offer(this.#parts.manner, mannersOf(names));
    this.tick(Date.now());
  }

  /**
   * What the storyteller is at, and for how long; at the end what the turn changed.
   *
   * @param {number} now
   */
  tick(now) {
    if (this.#drawn === null) return;
    const { shown, names } = this.#drawn;
    const { turn } = shown;
    if (turn === null || hasEnded(turn)) {
      setText(this.#parts.doing, turn?.phase === "done" ? changesWords(turn.detail, shown.lens) : "");
      return;
    }
    const draft = shown.drafts.find((one) => one.turn === turn.turn);
    const heard = draft?.text.text ? "text" : draft?.reasoning.text ? "reasoning" : "";
    const words = phaseWords(turn.phase, heard, draft ? nameOf(names, draft.speaker) : "");
    const waited = now - turn.since;
    const patience =
      heard === "" && isTelling(shown.turn) && waited > LONG_MS
        ? " (a big model can take minutes to start)"
        : "";
    setText(this.#parts.doing, isTelling(turn) ? `${words} ${lasting(waited)}${patience}` : words);
  }

  focus() {
    this.#parts.field.focus();
  }

  async #send() {
    const { field, manner } = this.#parts;
    const text = field.value.trim();
    if (!text || this.#sending) return;
    const [how, ...to] = /** @type {[Manner, ...EntityId[]]} */ (manner.value.split(" "));
    this.#sending = true;
    field.readOnly = true;
    try {
      if (await this.#play({ text, manner: how, to })) {
        field.value = "";
        manner.value = "speech";
        this.#grow();
      }
    } finally {
      this.#sending = false;
      field.readOnly = false;
    }
  }

  #grow() {
    const { field } = this.#parts;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }
}

function partsOf() {
  return {
    field: byId("say", HTMLTextAreaElement),
    manner: byId("manner", HTMLSelectElement),
    send: byId("send", HTMLButtonElement),
    stop: byId("stop", HTMLButtonElement),
    doing: byId("doing", HTMLElement),
  };
}

/**
 * The ways in which a line can be meant; a whisper for each ear.
 *
 * @param {Names} names
 * @returns {{value: string, label: string}[]}
 */
function mannersOf(names) {
  /** @type {EntityId[]} */
  const bots = ["a", "b"];
  return [
    { value: "speech", label: "Say" },
    { value: "action", label: "Do" },
    { value: "thought", label: "Think" },
    ...bots
      .filter((bot) => bot in names)
      .map((bot) => ({ value: `whisper ${bot}`, label: `Whisper to ${listed([nameOf(names, bot)])}` })),
  ];
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
