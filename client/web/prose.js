/** Sets words as paragraphs: each manner in its own way, as text and never as markup. */

import { el } from "./dom.js";
import { markOf, nameOf, noticedWords } from "./words.js";

/**
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 * @typedef {import("../../protocol/generated/protocol.d.ts").Manner} Manner
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 *
 * @typedef {object} Words
 * @property {Manner} manner
 * @property {readonly EntityId[]} to
 * @property {string} text
 * @property {string} [raw] as it was typed or written, with the blanks before it
 */

/** @type {ReadonlySet<Manner>} */
const FLOWING = new Set(["speech", "action"]);

/**
 * A line: who it is by, unless it is told by nobody, and its words.
 *
 * @param {Line} line
 * @param {Names} names
 * @returns {HTMLElement[]}
 */
export function lineContent(line, names) {
  if (line.noticed) return [el("p", { class: "words" }, `${noticedWords(line, names)}.`)];
  const words = el("div", { class: "words" }, ...paragraphs(line.parts, names));
  if (line.cut) words.lastElementChild?.append(el("span", { class: "cut" }, " — cut short"));
  const told = line.who === null || line.parts.every((part) => part.manner === "narration");
  return told ? [words] : [el("p", { class: "who" }, nameOf(names, line.who)), words];
}

/**
 * What is said and done flows on in one paragraph; every other manner stands on its own, with its mark.
 *
 * @param {readonly Words[]} parts
 * @param {Names} names
 * @returns {HTMLElement[]}
 */
export function paragraphs(parts, names) {
  /** @type {HTMLElement[]} */
  const made = [];
  let flowing = false;
  for (const part of parts) {
    const flows = FLOWING.has(part.manner);
    if (/^\s*\n/.test(part.raw ?? "")) flowing = false;
    // Through a lens, words that were only noticed are empty.
    const [first = "…", ...more] = part.text.split("\n").filter((line) => line.trim());
    const words = el("span", { class: part.manner }, first.trim());
    const last = made[made.length - 1];
    if (flows && flowing && last) last.append(" ", words);
    else made.push(flows ? el("p", {}, words) : apart(part, words, names));
    for (const line of more)
      made.push(el("p", flows ? {} : { class: part.manner }, el("span", { class: part.manner }, line)));
    flowing = flows;
  }
  return made;
}

/**
 * @param {Words} part
 * @param {HTMLElement} words
 * @param {Names} names
 */
function apart({ manner, to }, words, names) {
  const mark = markOf(manner, to, names);
  const paragraph = el("p", { class: manner });
  if (mark) paragraph.append(el("span", { class: "mark" }, mark), " ");
  paragraph.append(words);
  return paragraph;
}

/**
 * What a model thought, folded away: it is no part of the story.
 *
 * @param {string} title
 * @param {string} reasoning
 */
export function reasoningOf(title, reasoning) {
  const summary = el("summary", {}, title);
  return el("details", { class: "reasoning" }, summary, el("div", { class: "thoughts" }, reasoning));
}
