/** Going back to a line: shows first what would be left behind, and asks. */

import { el } from "./dom.js";
import { nameOf } from "./words.js";

/**
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 * @typedef {import("../../protocol/generated/protocol.d.ts").RewindResult} RewindResult
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
 * Shows the impact and waits for the answer.
 *
 * @param {{dialog: HTMLDialogElement, impact: HTMLElement}} place
 * @param {Line} line
 * @param {RewindResult} preview
 * @param {Names} names
 * @returns {Promise<boolean>}
 */
export function ask({ dialog, impact }, line, preview, names) {
  const { lines, states } = preview.impact;
  const left = lines.length
    ? `${counted(lines.length, "line")} will be left behind:`
    : "No line will be left behind.";
  // What was written in one go stays or goes together.
  const along = preview.to < line.seq ? " This one goes too: it was written in one go with the next." : "";
  impact.replaceChildren(
    el("p", {}, left + along),
    el("ol", {}, ...lines.map((one) => leaving(one, names))),
    ...changesOf(states["truth"] ?? {}),
    el("p", { class: "small" }, "Nothing is lost: it stays on its own branch, and you can come back to it."),
  );
  dialog.returnValue = "stay";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
  });
}

/**
 * @param {Json} line
 * @param {Names} names
 */
function leaving(line, names) {
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
  const summary = el("summary", {}, `${counted(paths.length, "thing")} in the world will be as before`);
  return [el("details", { class: "small" }, summary, el("ol", {}, ...items))];
}

/**
 * @param {number} number
 * @param {string} thing
 */
function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
