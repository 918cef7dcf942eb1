/** The turn that runs and the drafts of its replies: pure steps, as the daemon tells of them. Holds no lines. */

import { NOTHING, withPiece } from "./pieces.js";
import { wanting } from "./shown.js";

/**
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./shown.js").Draft} Draft
 * @typedef {import("./shown.js").Turn} Turn
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").Phase} Phase
 * @typedef {import("../../protocol/generated/protocol.d.ts").Json} Json
 * @typedef {import("../../protocol/generated/protocol.d.ts").StreamResult} StreamResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").TokenNote} TokenNote
 * @typedef {import("../../protocol/generated/protocol.d.ts").TurnNote} TurnNote
 */

/** @type {ReadonlySet<Phase>} */
const ENDED = new Set(["done", "failed", "stopped"]);
/** @type {ReadonlySet<Phase>} */
const TELLING = new Set(["started", "recalling", "rendering"]);

/**
 * The drafts that run when a subscription begins, and how far the latest turn is. A turn that is neither among the
 * drafts nor the latest one ended while nobody listened.
 *
 * @param {Shown} shown
 * @param {StreamResult} result
 * @param {number} now in ms
 * @returns {Shown}
 */
export function withRunning(shown, result, now) {
  const drafts = result.drafts.map((draft) => ({
    ...draft,
    branch: result.branch,
    text: withPiece(NOTHING, 0, draft.text),
    reasoning: shown.drafts.find((held) => held.line === draft.line)?.reasoning ?? NOTHING,
  }));
  const running = drafts[0];
  const latest = result.turns?.[0];
  const ended = hasEnded(shown.turn) ? shown.turn : null;
  const told = latest ? turnOf(shown, latest.turn, latest.phase, latest.detail ?? null, now) : ended;
  return { ...shown, drafts, turn: running ? turnOf(shown, running.turn, "rendering", null, now) : told };
}

/**
 * @param {Shown} shown
 * @param {TokenNote} note
 * @param {number} now in ms
 * @returns {Shown}
 */
export function withToken(shown, note, now) {
  const { branch, turn, line, speaker, kind, offset, text } = note;
  const held = shown.drafts.find((draft) => draft.line === line);
  const draft = held ?? { branch, turn, line, speaker, text: NOTHING, reasoning: NOTHING };
  const grown = { ...draft, [kind]: withPiece(draft[kind], offset, text) };
  // Reasoning that was missed is not in the answer of `stream`, so only missed text is worth asking for.
  const missed = kind === "text" && offset > draft.text.length;
  const known = shown.turn?.turn === turn && !hasEnded(shown.turn);
  return {
    ...shown,
    drafts: held ? shown.drafts.map((one) => (one === held ? grown : one)) : [...shown.drafts, grown],
    turn: known ? shown.turn : turnOf(shown, turn, "rendering", null, now),
    wants: wanting(shown, missed ? ["drafts"] : []),
  };
}

/**
 * @param {Shown} shown
 * @param {TurnNote} note
 * @param {number} now in ms
 * @returns {Shown}
 */
export function withTurn(shown, note, now) {
  const turn = turnOf(shown, note.turn, note.phase, note.detail ?? null, now);
  return {
    ...shown,
    turn,
    drafts: hasEnded(turn) ? shown.drafts.filter((one) => one.turn !== note.turn) : shown.drafts,
  };
}

/**
 * @param {Shown} shown
 * @param {number} turn
 * @param {Phase} phase
 * @param {Json | null} detail
 * @param {number} now
 * @returns {Turn}
 */
function turnOf(shown, turn, phase, detail, now) {
  return { turn, phase, detail, since: shown.turn?.turn === turn ? shown.turn.since : now };
}

/** @param {{phase: Phase} | null} turn */
export function hasEnded(turn) {
  return turn !== null && ENDED.has(turn.phase);
}

/**
 * Whether a reply is still to come, so that there is something to stop.
 *
 * @param {Turn | null} turn
 */
export function isTelling(turn) {
  return turn !== null && TELLING.has(turn.phase);
}

/**
 * The drafts on the branch that is shown. Others go on unseen, and are there again after a switch back.
 *
 * @param {Shown} shown
 * @returns {readonly Draft[]}
 */
export function running(shown) {
  return shown.drafts.filter((draft) => draft.branch === shown.branch);
}

/**
 * Whether a lens may read along: who will perceive a draft is only known once it is a line.
 *
 * @param {readonly EntityId[]} lens
 * @param {Draft} draft
 */
export function mayRead(lens, draft) {
  return lens.every((entity) => entity === draft.speaker);
}
