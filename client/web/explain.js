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
    say("A reply is still being told", "Wait until it has ended, or stop it, and send yours again."),
  [-32002]: () => say("This page's key is not valid", "Open the page anew with: rpc web"),
  [-32003]: (data, message) =>
    say("That is not there", sentence(data["what"] ? `There is no such ${data["what"]}` : message)),
  [-32004]: (data, message) => say("The story does not allow that", refused(data, message)),
  [-32005]: () =>
    say("The story has moved on", "Somebody else played in the meantime. Read on, and send yours again."),
  [-32007]: (data, message) => ({
    title: "The storyteller does not answer",
    text: unavailable(data, message),
    again: true,
  }),
  [-32008]: (data, message) => say("The story cannot be written down", sentence(data["why"] ?? message)),
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
    return say("The connection was lost", "The page comes back by itself; nothing that was written is lost.");
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

/**
 * @param {Record<string, any>} data
 * @param {string} message
 */
function refused(data, message) {
  const why = sentence(data["why"] ?? message);
  return data["rule"] ? `${why} (Rule: ${String(data["rule"]).replaceAll("_", " ")}.)` : why;
}

/**
 * @param {Record<string, any>} data
 * @param {string} message
 */
function unavailable(data, message) {
  const where = data["endpoint"] ? ` at ${data["endpoint"]}` : "";
  const when = typeof data["retry"] === "number" ? ` in ${Math.ceil(data["retry"])} seconds` : "";
  return [
    sentence(data["why"] ?? message),
    `Your line is safe. See that the model${where} is running and ask again${when},`,
    "or choose another one: /model in the terminal lists what was found.",
  ].join(" ");
}

/** @param {unknown} words */
function sentence(words) {
  const text = String(words).trim();
  const whole = /[.!?…]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
