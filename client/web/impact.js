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
  const along = to < line.seq ? " This one goes too: it was written together with the next." : "";
  const count = impact.lines.length;
  const left = count ? `${counted(count, "line")} will be hidden:` : "No line will be hidden.";
  return told(
    left + along,
    impact,
    names,
    "You can undo this: the lines are kept as another version.",
  );
}

/**
 * What goes with a line that is taken out.
 *
 * @param {DeleteResult} preview
 * @param {Names} names
 */
export function takenOut({ impact }, names) {
  return told("This will be deleted, with what it caused:", impact, names, "You can undo this.");
}

/**
 * @param {string} first
 * @param {Impact} impact
 * @param {Names} names
 * @param {string} last
 * @returns {HTMLElement[]}
 */
function told(first, { lines, memories = [], ...changed }, names, last) {
  const items = [...lines.map((one) => lineItem(one, names)), ...memories.map(memoryItem)];
  return [
    el("p", {}, first),
    ...(items.length ? [el("ol", {}, ...items)] : []),
    ...changesOf(changed),
    el("p", { class: "small" }, last),
  ];
}

/** @param {Json} memory */
function memoryItem(memory) {
  return el(
    "li",
    {},
    el("b", {}, memory["pending"] ? "A summary (will be written again)" : "A memory"),
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
 * How many plans, things and feelings will be as they were.
 *
 * @param {Omit<Impact, "lines" | "memories">} changed
 * @returns {HTMLElement[]}
 */
function changesOf({ occasions = [], props = [], edges = [] }) {
  const count = occasions.length + props.length + edges.length;
  return count ? [el("p", { class: "small" }, `${counted(count, "change")} will be reverted`)] : [];
}

/**
 * @param {number} number
 * @param {string} thing
 */
function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
