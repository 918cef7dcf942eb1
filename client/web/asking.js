/** The questions that are asked in a dialog: whether to act, which words to put instead, whose eyes to see through. */

import { byId, el } from "./dom.js";

/** @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId */

/**
 * Whether something is to be done.
 *
 * @param {string} title
 * @param {string} label of the button that agrees
 * @param {readonly HTMLElement[]} about
 * @returns {Promise<boolean>}
 */
export async function agreed(title, label, about) {
  return (await asked(title, [label, "Cancel"], about)) === "go";
}

/**
 * Whose eyes to see a story through that has secrets; null where that is left open.
 *
 * @param {string} name of the player's character
 * @returns {Promise<EntityId[] | null>}
 */
export async function chosenEyes(name) {
  const about = `You can see only what ${name} sees, or everything. “Seen by” changes it at any time.`;
  const answers = /** @type {[string, string]} */ ([`Only what ${name} sees`, "Everything"]);
  const answer = await asked("This story has secrets", answers, [el("p", {}, about)]);
  return answer === "go" ? ["you"] : answer === "stay" ? [] : null;
}

/**
 * Asks, and tells which button was pressed; empty where none was.
 *
 * @param {string} title
 * @param {[string, string]} labels of the buttons `go` and `stay`
 * @param {readonly HTMLElement[]} about
 * @returns {Promise<string>}
 */
function asked(title, [go, stay], about) {
  byId("ask-title", HTMLElement).textContent = title;
  byId("ask-go", HTMLButtonElement).textContent = go;
  byId("ask-stay", HTMLButtonElement).textContent = stay;
  byId("ask-about", HTMLElement).replaceChildren(...about);
  return pressed(byId("ask", HTMLDialogElement));
}

/**
 * Other words in place of these; null where they are left.
 *
 * @param {string} words
 * @returns {Promise<string | null>}
 */
export async function inOtherWords(words) {
  const field = byId("edit-words", HTMLTextAreaElement);
  field.value = words;
  const changed = (await answered(byId("edit", HTMLDialogElement))) && field.value.trim();
  return changed && changed !== words.trim() ? changed : null;
}

/**
 * Whether the button that agrees was pressed.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<boolean>}
 */
export async function answered(dialog) {
  return (await pressed(dialog)) === "go";
}

/**
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} the value of the button that was pressed; empty where none was
 */
function pressed(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
