/** Draws the lines, anew only where one looks different. What one asks of a line goes to the given act. */

import { el } from "./dom.js";
import { lineContent, reasoningOf } from "./prose.js";
import { nameOf } from "./words.js";

/**
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 *
 * @typedef {object} Drawn
 * @property {HTMLElement} node
 * @property {Line} line
 * @property {string} context what beside the line itself decides how it looks
 */

export class Transcript {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();
  /** @type {readonly unknown[]} what was drawn last */
  #last = [];
  #list;
  #rewind;

  /**
   * @param {HTMLElement} list
   * @param {(line: Line) => void} rewind
   */
  constructor(list, rewind) {
    this.#list = list;
    this.#rewind = rewind;
  }

  /**
   * @param {Shown} shown
   * @param {Names} names
   */
  draw(shown, names) {
    const now = [shown.lines, shown.reasoning, names];
    if (now.every((one, index) => one === this.#last[index])) return;
    this.#last = now;
    /** @type {Map<string, Drawn>} */
    const drawn = new Map();
    let place = this.#list.firstElementChild;
    shown.lines.forEach((line, index) => {
      const drawing = this.#drawing(line, index, shown, names);
      drawn.set(line.line, drawing);
      if (drawing.node === place) place = place.nextElementSibling;
      else this.#list.insertBefore(drawing.node, place);
    });
    const kept = new Set([...drawn.values()].map((one) => one.node));
    for (const { node } of this.#drawn.values()) if (!kept.has(node)) node.remove();
    this.#drawn = drawn;
  }

  /**
   * The node of a line: the one there is, unless it would look different now.
   *
   * @param {Line} line
   * @param {number} index
   * @param {Shown} shown
   * @param {Names} names
   * @returns {Drawn}
   */
  #drawing(line, index, { lines, reasoning }, names) {
    const before = lines[index - 1];
    const scene = before !== undefined && before.scene !== line.scene;
    const again = before !== undefined && !scene && !before.noticed && before.who === line.who;
    const fromEnd = Math.min(lines.length - 1 - index, 2);
    const thought = reasoning[line.line] ?? "";
    const context = JSON.stringify([scene, again, fromEnd, names, thought !== ""]);
    const held = this.#drawn.get(line.line);
    if (held?.line === line && held.context === context) return held;
    const node = el("li", { class: `line ${line.noticed ? "noticed" : (line.who ?? "narrator")}` });
    node.classList.toggle("scene", scene);
    node.classList.toggle("again", again);
    node.append(...lineContent(line, names));
    if (thought) node.append(reasoningOf("What the model thought", thought));
    if (fromEnd > 0) node.append(this.#rewindButton(line, names, fromEnd === 1));
    return { node, line, context };
  }

  /**
   * Only the last of the buttons is a stop for the Tab key; from it the arrow keys go up and down.
   *
   * @param {Line} line
   * @param {Names} names
   * @param {boolean} stop
   */
  #rewindButton(line, names, stop) {
    const props = {
      type: "button",
      class: "rewind",
      tabIndex: stop ? 0 : -1,
      "aria-label": `Rewind to here, after the line of ${nameOf(names, line.who)}`,
      onclick: () => this.#rewind(line),
      onkeydown: toNeighbour,
    };
    return el("button", props, "↶", el("span", {}, " rewind to here"));
  }
}

/** @param {KeyboardEvent} event */
function toNeighbour(event) {
  const line = /** @type {HTMLElement} */ (event.currentTarget).parentElement;
  const up = event.key === "ArrowUp" && line?.previousElementSibling;
  const down = event.key === "ArrowDown" && line?.nextElementSibling;
  const button = (up || down || null)?.querySelector(".rewind");
  if (!(button instanceof HTMLElement)) return;
  event.preventDefault();
  button.focus();
}
