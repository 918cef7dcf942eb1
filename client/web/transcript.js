/** Draws the lines, anew only where one looks different. What one does to a line goes to the given act. */

import { el } from "./dom.js";
import { lineContent, reasoningOf } from "./prose.js";
import { takesOf, toolbar, toolIn, toolsOf } from "./tools.js";

/**
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 *
 * @typedef {object} Drawn
 * @property {HTMLElement} node
 * @property {Line} line
 * @property {string} context what beside the line itself decides how it looks
 *
 * @typedef {object} InUse
 * @property {string} tool
 * @property {number} fromEnd how far its line is from the end of the list: 1 for the last
 */

export class Transcript {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();
  /** @type {readonly unknown[]} what was drawn last */
  #last = [];
  /** @type {InUse | null} what had the focus when it went */
  #left = null;
  #list;
  #use;

  /**
   * @param {HTMLElement} list
   * @param {import("./tools.js").Use} use
   */
  constructor(list, use) {
    this.#list = list;
    this.#use = use;
  }

  /**
   * @param {Shown} shown
   * @param {Names} names
   */
  draw(shown, names) {
    const now = [shown.lines, shown.reasoning, shown.lens, names];
    if (now.every((one, index) => one === this.#last[index])) return;
    this.#last = now;
    const used = this.#inUse() ?? this.#left;
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
    this.#left = used !== null && !this.#useAgain(used) ? used : null;
  }

  /**
   * The tool that has the focus.
   *
   * @returns {InUse | null}
   */
  #inUse() {
    const active = document.activeElement;
    const line = active?.closest("#lines > .line");
    const tool = active instanceof HTMLElement ? active.dataset["tool"] : undefined;
    const lines = [...this.#list.children];
    return line && tool ? { tool, fromEnd: lines.length - lines.indexOf(line) } : null;
  }

  /**
   * Gives the focus back to a tool whose line was drawn anew, or else where it stood, once there is such a tool.
   *
   * @param {InUse} used
   * @returns {boolean} whether the focus is somewhere
   */
  #useAgain({ tool, fromEnd }) {
    if (document.activeElement !== null && document.activeElement !== document.body) return true;
    const line = this.#list.children[this.#list.childElementCount - fromEnd];
    const again = line && toolIn(line, tool);
    again?.focus({ preventScroll: true });
    return Boolean(again);
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
  #drawing(line, index, { lines, lens, reasoning }, names) {
    const before = lines[index - 1];
    const scene = before !== undefined && before.scene !== line.scene;
    const again = before !== undefined && !scene && !before.noticed && before.who === line.who;
    const fromEnd = Math.min(lines.length - 1 - index, 1);
    const thought = reasoning[line.line] ?? "";
    const context = JSON.stringify([scene, again, fromEnd, lens, names, thought !== ""]);
    const held = this.#drawn.get(line.line);
    if (held?.line === line && held.context === context) return held;
    const node = el("li", { class: `line ${line.noticed ? "noticed" : (line.who ?? "narrator")}` });
    node.classList.toggle("scene", scene);
    node.classList.toggle("again", again);
    node.append(...lineContent(line, names));
    if (thought) node.append(reasoningOf("What the model thought", thought));
    if (line.takes > 1) node.append(takesOf(line, this.#use));
    const last = fromEnd === 0;
    const tools = toolsOf(line, lens.length === 0, last);
    if (tools.length > 0) node.append(toolbar(line, tools, names, last, this.#use));
    return { node, line, context };
  }
}
