/** Draws the shelf: the stories, who tells them, and the drawer that it is where the page is narrow. */

import { byId, el } from "./dom.js";

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").StorySummary} StorySummary
 * @typedef {import("../../protocol/generated/protocol.d.ts").RoleStatus} RoleStatus
 */

export class Shelf {
  #shelf = byId("shelf", HTMLElement);
  #opener = byId("open-shelf", HTMLButtonElement);
  #list = byId("stories", HTMLUListElement);
  #away = byId("away", HTMLDetailsElement);
  #awayList = byId("away-stories", HTMLUListElement);
  #teller = byId("teller", HTMLElement);
  #choose;
  #put;

  /**
   * @param {(story: string) => void} choose
   * @param {(story: string, where: "open" | "archive" | "bin") => void} put
   */
  constructor(choose, put) {
    this.#choose = choose;
    this.#put = put;
    this.#opener.addEventListener("click", () => this.draw(!this.#drawn));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#drawn) return;
      this.draw(false);
      this.#opener.focus();
    });
    document.addEventListener("click", ({ target }) => {
      const inside = target instanceof Node && (this.#shelf.contains(target) || this.#opener.contains(target));
      if (this.#drawn && !inside) this.draw(false);
    });
  }

  get #drawn() {
    return document.body.classList.contains("shelf-open");
  }

  /**
   * Opens or shuts the drawer. Where the page is wide there is none, and the shelf is always in sight.
   *
   * @param {boolean} drawn
   */
  draw(drawn) {
    document.body.classList.toggle("shelf-open", drawn);
    this.#opener.setAttribute("aria-expanded", String(drawn));
    if (drawn) this.#shelf.querySelector("button")?.focus();
  }

  /**
   * @param {readonly StorySummary[]} stories
   * @param {string | null} open the one that is open
   */
  fill(stories, open) {
    const focused = this.#list.contains(document.activeElement) && document.activeElement?.id;
    const here = stories.filter((one) => one.shelf === "open");
    const away = stories.filter((one) => one.shelf !== "open");
    this.#list.replaceChildren(...here.map((one) => this.#item(one, one.story === open)));
    this.#awayList.replaceChildren(...away.map((one) => this.#awayItem(one)));
    this.#away.hidden = away.length === 0;
    if (focused) document.getElementById(focused)?.focus();
  }

  /**
   * @param {RoleStatus | undefined} render
   * @param {number} backlog summaries that are still to be written
   */
  tell(render, backlog) {
    const waiting = backlog ? ` · ${backlog} ${backlog === 1 ? "summary" : "summaries"} to write` : "";
    const model = render?.endpoint === "embedded" ? "the built-in model" : `${render?.model} (${render?.endpoint})`;
    this.#teller.textContent = render ? `Written by ${model}${waiting}` : "";
  }

  /**
   * @param {StorySummary} summary
   * @param {boolean} open
   */
  #item({ story, title, lines }, open) {
    const props = { type: "button", id: `story-${story}`, onclick: () => this.#choose(story) };
    const count = el("span", { class: "small" }, lines === 1 ? "1 line" : `${lines} lines`);
    const button = el("button", props, el("span", { class: "title" }, title || "Untitled"), " ", count);
    if (open) button.setAttribute("aria-current", "true");
    return el("li", {}, button, ...(open ? [this.#ways(story, title)] : []));
  }

  /**
   * What can be done with the story that is open.
   *
   * @param {string} story
   * @param {string} title
   */
  #ways(story, title) {
    const way = (/** @type {"archive" | "bin"} */ where, /** @type {string} */ label) => {
      const props = { type: "button", class: "quiet", id: `${where}-${story}`, "aria-label": `${label}: ${title}` };
      return el("button", { ...props, onclick: () => this.#put(story, where) }, label);
    };
    return el("p", { class: "ways small" }, way("archive", "Archive"), way("bin", "Move to bin"));
  }

  /**
   * A story that is in the archive or the bin.
   *
   * @param {StorySummary} summary
   */
  #awayItem({ story, title, shelf }) {
    const props = { type: "button", class: "quiet", id: `back-${story}`, "aria-label": `Take back: ${title}` };
    const back = el("button", { ...props, onclick: () => this.#put(story, "open") }, "Take back");
    return el("li", {}, `${title || "Untitled"} (${shelf}) `, back);
  }
}
