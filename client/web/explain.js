/** What went wrong, in words for people: what it is, and what to do about it. Draws nothing. */

import { Lost } from "./wire.js";

/**
 * @typedef {object} Explanation
 * @property {string} title
 * @property {string} text
 * @property {boolean} again whether asking for the reply once more may help
 */

/** @type {Record<number, (data: Record<string, any>, message: string) => Explanation>} */
const BY_CODE = {
  [-32001]: () =>
    say("A reply is still being written", "Wait for it or stop it, then send yours again."),
  [-32002]: () => say("This link has expired", "Run `rpc web` for a new one."),
  [-32003]: (_, message) => say("That is gone", message),
  [-32004]: (data, message) => say("The story doesn't allow that", sentence(data["why"] ?? message)),
  [-32005]: () =>
    say("The story has moved on", "Something else was played meanwhile. Read on, then send yours again."),
  [-32007]: (data, message) => ({
    title: `The model ${String(data["why"] ?? message).trim().replace(/[.]$/, "")}`,
    text: unavailable(data),
    again: true,
  }),
  [-32008]: (data, message) => say("The story can't be saved", sentence(data["why"] ?? message)),
  [-32009]: (_, message) => say("That file can't be imported", message),
  [-32800]: () => say("Cancelled", "The request was cancelled."),
};

/**
 * Takes an Error, or the error object that a failed turn carries.
 *
 * @param {unknown} error
 * @returns {Explanation}
 */
export function explain(error) {
  if (error instanceof Lost)
    return say("Connection lost", "Reconnecting … Your text is safe.");
  const { code, message, data } = /** @type {any} */ (error ?? {});
  const words = sentence(typeof message === "string" ? message : "Something went wrong");
  return BY_CODE[code]?.(data ?? {}, words) ?? say("Something went wrong", words);
}

/**
 * @param {string} title
 * @param {string} text
 * @returns {Explanation}
 */
function say(title, text) {
  return { title, text, again: false };
}

/** @param {Record<string, any>} data */
function unavailable(data) {
  const when = typeof data["retry"] === "number" ? ` in ${Math.ceil(data["retry"])} seconds` : "";
  return `Your line is saved. Try again${when}, or choose another model with /model in the terminal.`;
}

/** @param {unknown} words */
function sentence(words) {
  const text = String(words).trim();
  const whole = /[.!?…]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
