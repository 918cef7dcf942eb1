/** What going back to a line, or taking it out, does: what a preview tells, as elements to read. */

import { el } from "./dom.js";
import { nameOf } from "./words.js";

/**
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 * @typedef {import("../../protocol/generated/protocol.d.ts").RewindResult} RewindResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").DeleteResult} DeleteResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").Impact} Impact
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").Json} Json
 */

/**
 * The seq to rewind to so that a line stays with all that came of it: just before the next line.
 *
 * @param {readonly Line[]} lines
 * @param {Line} line
 * @returns {number}
 */
export function after(lines, line) {
  const next = lines[lines.findIndex((one) => one.line === line.line) + 1];
  return next === undefined ? line.seq : next.seq - 1;
}

/**
 * What a rewind to just after a line leaves behind.
 *
 * @param {Line} line
 * @param {RewindResult} preview
 * @param {Names} names
 */
export function leftBehind(line, { impact, to }, names) {
  // What was written in one go stays or goes together.
  const along = to < line.seq ? " This one goes too: it was written in one go with the next." : "";
  const count = impact.lines.length;
  const left = count ? `${counted(count, "line")} will be left behind:` : "No line will be left behind.";
  return told(
    left + along,
    impact,
    names,
    "Nothing is lost: it stays on its own branch, and you can come back to it.",
  );
}

/**
 * What goes with a line that is taken out.
 *
 * @param {DeleteResult} preview
 * @param {Names} names
 */
export function takenOut({ impact }, names) {
  return told("This goes, with what came of it:", impact, names, "Nothing is lost: it can be brought back.");
}

/**
 * @param {string} first
 * @param {Impact} impact
 * @param {Names} names
 * @param {string} last
 * @returns {HTMLElement[]}
 */
function told(first, { lines, memories = [], states }, names, last) {
  const items = [...lines.map((one) => lineItem(one, names)), ...memories.map(memoryItem)];
  return [
    el("p", {}, first),
    ...(items.length ? [el("ol", {}, ...items)] : []),
    ...changesOf(states["truth"] ?? {}),
    el("p", { class: "small" }, last),
  ];
}

/** @param {Json} memory */
function memoryItem(memory) {
  return el(
    "li",
    {},
    el("b", {}, memory["pending"] ? "A summary, written anew" : "A memory"),
    ` ${memory["text"] ?? ""}`,
  );
}

/**
 * @param {Json} line
 * @param {Names} names
 */
function lineItem(line, names) {
  const who = /** @type {EntityId | null} */ (line["who"] ?? null);
  return el("li", {}, el("b", {}, nameOf(names, who)), ` ${line["text"] ?? ""}`);
}

/**
 * What will be otherwise in the world, folded away: for those who want to know exactly.
 *
 * @param {Json} changes by dotted path: [before, after]
 * @returns {HTMLElement[]}
 */
function changesOf(changes) {
  const paths = Object.entries(changes);
  if (paths.length === 0) return [];
  const items = paths.map(([path, change]) => {
    const [before, after] = Array.isArray(change) ? change : [null, null];
    return el("li", {}, el("b", {}, path), ` ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
  });
  const summary = el("summary", {}, `${counted(paths.length, "thing")} in the world will be otherwise`);
  return [el("details", { class: "small" }, summary, el("ol", {}, ...items))];
}

/**
 * @param {number} number
 * @param {string} thing
 */
function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
