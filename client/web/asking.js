/** The two questions that are asked in a dialog: whether to act, with what that does, and which words to put instead. */

import { byId } from "./dom.js";

/**
 * Whether something is to be done.
 *
 * @param {string} title
 * @param {string} label of the button that agrees
 * @param {readonly HTMLElement[]} about
 * @returns {Promise<boolean>}
 */
export function agreed(title, label, about) {
  byId("ask-title", HTMLElement).textContent = title;
  byId("ask-go", HTMLButtonElement).textContent = label;
  byId("ask-about", HTMLElement).replaceChildren(...about);
  return answered(byId("ask", HTMLDialogElement));
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
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<boolean>}
 */
export function answered(dialog) {
  dialog.returnValue = "stay";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
  });
}
