/** How what a file would make, and what of it is only kept, reads. Pure; draws nothing. */

import { listed } from "./words.js";

/** @typedef {import("../../protocol/generated/protocol.d.ts").ImportedChat} ImportedChat */

/** @type {Record<string, string>} */
const KINDS = {
  stories: "story",
  branches: "version",
  entities: "character",
  greetings: "greeting",
  memories: "memory",
  pictures: "picture",
  books: "lorebook",
  lore: "lore entry",
  lines: "line",
  takes: "other take",
  templates: "entry in your library",
};

/** @type {Record<string, string>} */
const FIELDS = {
  first_mes: "greetings",
  alternate_greetings: "more greetings",
  character_book: "lorebook",
  assets: "more pictures",
  post_history_instructions: "post-history instructions",
  "extensions.depth_prompt": "depth prompt",
};

/**
 * @param {Record<string, number>} created
 * @returns {string}
 */
export function createdWords(created) {
  const counts = Object.entries(created).flatMap(([what, n]) => (n && KINDS[what] ? [counted(n, KINDS[what])] : []));
  return counts.length ? `This would make ${listed(counts)}.` : "";
}

/**
 * @param {readonly string[]} kept
 * @returns {string}
 */
export function keptWords(kept) {
  const names = [...new Set(kept.map((name) => FIELDS[name] ?? plainField(name)))];
  return names.length ? `Kept, but not used yet: ${listed(names)}.` : "";
}

/**
 * What a chat of another program comes to, a sentence each.
 *
 * @param {ImportedChat} chat
 * @returns {string[]}
 */
export function chatWords({ form, cast, narrated, hidden, partial }) {
  const who = cast.map(({ name, entity, messages }) => {
    const as = entity === "you" ? "you, " : entity ? "" : "told by the narrator, ";
    return `${name} (${as}${counted(messages, "message")})`;
  });
  const hiddenOnes = hidden === 1 ? "is kept, and no model sees it" : "are kept, and no model sees them";
  return [
    `A chat from ${form}: ${listed(who)}.`,
    narrated ? `The narrator tells ${counted(narrated, "message")}.` : "",
    hidden ? `${counted(hidden, "hidden message")} ${hiddenOnes}.` : "",
    partial ? `Not everybody was there for ${counted(partial, "message")}: who wasn't knows nothing of that.` : "",
    "You can play at once; the chat is read in the background.",
  ].filter(Boolean);
}

/**
 * @param {string} field
 * @returns {string}
 */
function plainField(field) {
  return field.replace(/^character_book\./, "").replace(/^(entries|extensions)\./, "").replaceAll("_", " ");
}

/**
 * A name for the library, in the letters that it takes.
 *
 * @param {string} name
 * @returns {string}
 */
export function libraryName(name) {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return plain.slice(0, 60) || "somebody";
}

/**
 * @param {number} n
 * @param {string} one
 */
function counted(n, one) {
  if (n === 1) return `1 ${one}`;
  if (one.startsWith("entry")) return `${n} entries in your library`;
  return `${n} ${one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`}`;
}
