/** Draws the library where a story begins: the characters and personas that are kept, each to play with or to change. */

import { byId, el } from "./dom.js";

/**
 * @typedef {import("./pictures.js").Pictures} Pictures
 * @typedef {import("../../protocol/generated/protocol.d.ts").Template} Template
 */

export class Library {
  #place = byId("library", HTMLElement);
  #list = byId("library-list", HTMLUListElement);
  #pictures;
  #use;

  /**
   * @param {Pictures} pictures
   * @param {(template: Template, change: boolean) => void} use
   */
  constructor(pictures, use) {
    this.#pictures = pictures;
    this.#use = use;
  }

  /** @param {readonly Template[]} templates */
  fill(templates) {
    const kept = templates.filter((one) => !one.built_in && (one.what === "character" || one.what === "persona"));
    this.#place.hidden = kept.length === 0;
    this.#list.replaceChildren(...kept.map((one) => this.#item(one)));
  }

  /** @param {Template} template */
  #item(template) {
    const name = template.cast[0]?.name ?? template.name;
    const image = el("img", { class: "portrait", alt: "", hidden: true });
    void this.#pictures.show(image, template.picture);
    const act = (/** @type {boolean} */ change) => () => this.#use(template, change);
    const label = el("span", { class: "name" }, image, name, " ");
    const persona = template.what === "persona";
    if (persona) label.append(el("span", { class: "small" }, "you"));
    const play = el("button", { type: "button", onclick: act(false), "aria-label": `Play with ${name}` }, "Play");
    const change = el("button", { type: "button", class: "quiet", onclick: act(true), "aria-label": `Change ${name}` }, "Change");
    return el("li", { class: "row" }, label, ...(persona ? [change] : [play, change]));
  }
}
