/**
 * The steps of an open story: pure, from the daemon's answers and notifications to what is shown next.
 *
 * It asks nothing itself. What it cannot know from what it was told it names in `wants`; follow.js fetches that.
 */

import { preceded, renewed, shows, upTo, withSaid } from "./lines.js";
import { wanting } from "./shown.js";
import { hasEnded, withRunning, withToken, withTurn } from "./telling.js";

/**
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./shown.js").Want} Want
 * @typedef {import("../../protocol/generated/protocol.d.ts").Event} Event
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").TranscriptView} TranscriptView
 * @typedef {import("../../protocol/generated/protocol.d.ts").StreamResult} StreamResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").EventNote} EventNote
 * @typedef {import("../../protocol/generated/protocol.d.ts").BranchNote} BranchNote
 */

/**
 * After `stream` answered; the first time, or again after a loss of the connection.
 *
 * @param {Shown} shown
 * @param {StreamResult} result
 * @param {number} now in ms
 * @returns {Shown}
 */
export function subscribed(shown, result, now) {
  const next = withRunning(shown, result, now);
  if (shown.branch === null) return { ...next, branch: result.branch, seen: result.head };
  return { ...next, wants: wanting(shown, ["lines", "scene"]) };
}

/**
 * After `project` gave the latest lines as of `at`.
 *
 * @param {Shown} shown
 * @param {TranscriptView} page
 * @param {number} at
 * @returns {Shown}
 */
export function paged(shown, page, at) {
  return { ...shown, lines: renewed(shown.lines, page.lines, at), more: page.more, loaded: true };
}

/**
 * After `project` gave older lines.
 *
 * @param {Shown} shown
 * @param {TranscriptView} page
 * @returns {Shown}
 */
export function pagedBefore(shown, page) {
  return { ...shown, lines: preceded(shown.lines, page.lines), more: page.more };
}

/**
 * Through another lens: what is held may not be its to see, so it goes at once.
 *
 * @param {Shown} shown
 * @param {readonly EntityId[]} lens
 * @returns {Shown}
 */
export function seenThrough(shown, lens) {
  return { ...shown, lens, lines: [], more: false, loaded: false, wants: wanting(shown, ["lines", "scene"]) };
}

/**
 * After a notification; one that is not known changes nothing.
 *
 * @param {Shown} shown
 * @param {string} method
 * @param {any} note
 * @param {number} now in ms
 * @returns {Shown}
 */
export function noted(shown, method, note, now) {
  if (method === "event") return withEvents(shown, note);
  if (method === "token") return withToken(shown, note, now);
  if (method === "turn") return withTurn(shown, note, now);
  if (method === "branch") return onBranch(shown, note);
  return shown;
}

/**
 * @param {Shown} shown
 * @param {EventNote} note
 * @returns {Shown}
 */
function withEvents(shown, note) {
  let { lines, drafts, reasoning, seen } = shown;
  for (const event of note.events) {
    seen = Math.max(seen, event.seq);
    if (event.kind !== "line.said") continue;
    lines = withSaid(lines, event, shown.lens);
    const draft = drafts.find((one) => one.line === event.data.line);
    if (draft === undefined) continue;
    drafts = drafts.filter((one) => one !== draft);
    if (draft.reasoning.text) reasoning = { ...reasoning, [draft.line]: draft.reasoning.text };
  }
  const replied = note.events.some((event) => event.kind === "line.said" && event.data.mode);
  // How many takes of a line there are, its event does not tell.
  const retold = shown.fresh && replied ? /** @type {const} */ (["lines"]) : [];
  const wants = wanting(shown, [...touched(note, shown.lens), ...retold]);
  return { ...shown, lines, drafts, reasoning, seen, wants, fresh: shown.fresh && !replied };
}

/**
 * @param {EventNote} note
 * @param {readonly EntityId[]} lens
 * @returns {Want[]}
 */
function touched({ events, touches }, lens) {
  /** @type {Want[]} */
  const wants = [];
  const said = events.some((event) => event.kind === "line.said");
  if (touches.includes("transcript") && (!said || events.some((event) => rewrites(event, lens))))
    wants.push("lines");
  if (["scene", "world", "occasions"].some((view) => touches.includes(view))) wants.push("scene");
  if (touches.includes("entity")) wants.push("cast");
  return wants;
}

/**
 * Whether an event changes how lines read in a way that its own words do not tell. To the truth, that something was
 * noticed says nothing new.
 *
 * @param {Event} event
 * @param {readonly EntityId[]} lens
 */
function rewrites(event, lens) {
  const { kind } = event;
  if (kind === "line.noticed") return lens.length > 0 && shows(lens, event);
  return kind === "line.revised" || kind === "event.retracted" || kind === "event.reinstated";
}

/**
 * What is held beyond `common` goes. A line before it may have been rewritten beyond it: lines are asked for anew.
 * What a turn that is over changed holds for the branch that is left.
 *
 * @param {Shown} shown
 * @param {BranchNote} note
 * @returns {Shown}
 */
function onBranch(shown, { branch, common }) {
  return {
    ...shown,
    branch,
    seen: common,
    turn: branch !== shown.branch && hasEnded(shown.turn) ? null : shown.turn,
    lines: upTo(shown.lines, common),
    fresh: true,
    wants: wanting(shown, ["lines", "scene", "cast"]),
  };
}
