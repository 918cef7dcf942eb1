/** Draws the replies that are being told: who tells, what the model thinks, the words so far, and a caret. */

import { el } from "./dom.js";
import { paragraphs, reasoningOf } from "./prose.js";
import { mayRead, running } from "./telling.js";
import { nameOf, sketched } from "./words.js";

/**
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./shown.js").Draft} Draft
 * @typedef {import("./words.js").Names} Names
 *
 * @typedef {object} Drawn
 * @property {HTMLElement} node
 * @property {HTMLElement} words
 * @property {HTMLDetailsElement} reasoning
 * @property {Draft | null} draft as it was drawn last
 */

export class Drafting {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();
  #place;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /**
   * @param {Shown} shown
   * @param {Names} names
   */
  draw(shown, names) {
    const drafts = running(shown);
    for (const [line, { node }] of this.#drawn) {
      if (drafts.some((draft) => draft.line === line)) continue;
      node.remove();
      this.#drawn.delete(line);
    }
    for (const draft of drafts) {
      const held = this.#drawn.get(draft.line) ?? this.#begin(draft, names);
      if (held.draft !== draft && mayRead(shown.lens, draft)) fill(held, draft, names);
      held.draft = draft;
    }
  }

  /**
   * @param {Draft} draft
   * @param {Names} names
   * @returns {Drawn}
   */
  #begin(draft, names) {
    const who = el("p", { class: "who" }, nameOf(names, draft.speaker));
    const reasoning = reasoningOf("Thinking", "");
    const words = el("div", { class: "words" }, el("p", {}, caret()));
    const props = { class: `line draft ${draft.speaker ?? "narrator"}`, "aria-busy": "true" };
    const node = el("article", props, who, reasoning, words);
    reasoning.hidden = true;
    const drawn = { node, words, reasoning, draft: null };
    this.#drawn.set(draft.line, drawn);
    this.#place.append(node);
    return drawn;
  }
}

/**
 * @param {Drawn} drawn
 * @param {Draft} draft
 * @param {Names} names
 */
function fill({ words, reasoning, draft: before }, draft, names) {
  if (before?.reasoning !== draft.reasoning && draft.reasoning.text) {
    reasoning.hidden = false;
    reasoning.lastElementChild?.replaceChildren(draft.reasoning.text);
  }
  const sketch = paragraphs(sketched(draft.text.text), names);
  if (sketch.length === 0) sketch.push(el("p"));
  sketch[sketch.length - 1]?.append(caret());
  words.replaceChildren(...sketch);
}

function caret() {
  return el("span", { class: "caret", "aria-hidden": "true" });
}
