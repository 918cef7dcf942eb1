/** Draws the shelf of stories, and reads the small form that begins a new one. */

import { el } from "./dom.js";
import { setupOf } from "./setup.js";

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").StorySummary} StorySummary
 * @typedef {import("../../protocol/generated/protocol.d.ts").CreateParams} CreateParams
 */

/**
 * @param {HTMLElement} list
 * @param {readonly StorySummary[]} stories
 * @param {string | null} open
 * @param {(story: string) => void} choose
 */
export function drawStories(list, stories, open, choose) {
  list.replaceChildren(
    ...stories.map(({ story, title, lines }) => {
      const button = el(
        "button",
        { type: "button", onclick: () => choose(story) },
        el("span", { class: "title" }, title || "Untitled"),
        " ",
        el("span", { class: "small" }, lines === 1 ? "1 line" : `${lines} lines`),
      );
      if (story === open) button.setAttribute("aria-current", "true");
      return el("li", {}, button);
    }),
  );
}

/**
 * What the form of a new story asks for, with what was typed.
 *
 * @param {HTMLFormElement} form
 * @returns {CreateParams}
 */
export function readBeginning(form) {
  const data = new FormData(form);
  /** @param {string} name */
  const typed = (name) => String(data.get(name) ?? "").trim();
  return setupOf({ you: typed("you"), bot: typed("bot"), about: typed("about"), place: typed("place") });
}
