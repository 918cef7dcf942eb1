/** What an open story shows: the shape of it, how it begins, and what it lacks. The steps are in store.js. */

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").Phase} Phase
 * @typedef {import("../../protocol/generated/protocol.d.ts").Json} Json
 * @typedef {import("./pieces.js").Pieces} Pieces
 *
 * @typedef {object} Draft a reply that is being told
 * @property {string} branch
 * @property {number} turn
 * @property {string} line
 * @property {EntityId | null} speaker
 * @property {Pieces} text
 * @property {Pieces} reasoning
 *
 * @typedef {object} Turn
 * @property {number} turn
 * @property {Phase} phase
 * @property {number} since when this client first heard of it, in ms
 * @property {Json | null} detail
 *
 * @typedef {"lines" | "scene" | "cast" | "drafts"} Want what has to be asked for, as notifications do not tell it
 *
 * @typedef {object} Shown
 * @property {string} story
 * @property {string | null} branch null until subscribed
 * @property {number} seen the last seq that came by notification, or the head when the subscription began
 * @property {readonly EntityId[]} lens
 * @property {readonly Line[]} lines
 * @property {boolean} more whether there are older lines
 * @property {boolean} loaded
 * @property {readonly Draft[]} drafts of all branches
 * @property {Readonly<Record<string, string>>} reasoning of finished lines, by line, as far as this client saw it
 * @property {Turn | null} turn
 * @property {boolean} fresh whether no reply came yet since the branch was gone to: the first may be another take
 * @property {ReadonlySet<Want>} wants
 */

/**
 * @param {string} story
 * @param {readonly EntityId[]} [lens] whose eyes it is seen through
 * @returns {Shown}
 */
export function unopened(story, lens = []) {
  return {
    story,
    branch: null,
    seen: 0,
    lens,
    lines: [],
    more: false,
    loaded: false,
    drafts: [],
    reasoning: {},
    turn: null,
    fresh: false,
    wants: new Set(["lines", "scene", "cast"]),
  };
}

/**
 * @param {Shown} shown
 * @param {readonly Want[]} more
 * @returns {ReadonlySet<Want>}
 */
export function wanting(shown, more) {
  return more.length ? new Set([...shown.wants, ...more]) : shown.wants;
}

/**
 * @param {Shown} shown
 * @param {Want} want which is being asked for now
 * @returns {Shown}
 */
export function granted(shown, want) {
  return { ...shown, wants: new Set([...shown.wants].filter((one) => one !== want)) };
}
