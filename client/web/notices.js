/** Shows what went wrong or was done, with a way on, until it is dismissed or overtaken. */

import { el } from "./dom.js";

/**
 * @typedef {object} Notice
 * @property {string} title without a full stop
 * @property {string} text
 * @property {"trouble" | "news"} kind
 * @property {{label: string, act: () => void}} [way] what one can do about it
 */

export class Notices {
  #place;
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /**
   * Shows a notice in the place of an earlier one about the same matter.
   *
   * @param {string} matter
   * @param {Notice} notice
   */
  show(matter, { title, text, kind, way }) {
    this.clear(matter);
    const role = kind === "trouble" ? "alert" : "status";
    const node = el("div", { class: `notice ${kind}`, role });
    node.append(el("p", {}, el("strong", {}, `${title}.`), " ", text));
    if (way) node.append(this.#button(matter, { onclick: way.act }, way.label));
    node.append(this.#button(matter, { class: "quiet", "aria-label": `Dismiss: ${title}` }, "×"));
    this.#shown.set(matter, node);
    this.#place.append(node);
  }

  /**
   * A button that does what it is for, and takes the notice away.
   *
   * @param {string} matter
   * @param {Record<string, any>} props
   * @param {string} label
   */
  #button(matter, props, label) {
    const button = el("button", { type: "button", ...props }, label);
    button.addEventListener("click", () => this.clear(matter));
    return button;
  }

  /** @param {string} matter */
  clear(matter) {
    this.#shown.get(matter)?.remove();
    this.#shown.delete(matter);
  }
}
