/** Which lines stand in a transcript: pure steps from events and pages to a new list. Holds no drafts. */

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 * @typedef {import("../../protocol/generated/protocol.d.ts").PartView} Part
 * @typedef {import("../../protocol/generated/protocol.d.ts").Event} Event
 * @typedef {Extract<Event, {kind: "line.said"}>} Said
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 */

/**
 * Whether a lens shows what these witnessed, and these seem to have, who are the same unless it is said. The empty lens
 * is the truth and shows everything; a lens of two shows what the first perceived and the second seems to have.
 *
 * @param {readonly EntityId[]} lens
 * @param {{witnesses: readonly EntityId[], seems?: readonly EntityId[] | undefined}} event
 */
export function shows(lens, { witnesses, seems = witnesses }) {
  const [first, ...others] = lens;
  if (first === undefined) return true;
  const both = lens.length === 3 ? others.every((entity) => witnesses.includes(entity)) && seems.includes(first) : true;
  return witnesses.includes(first) && others.every((entity) => seems.includes(entity)) && both;
}

/**
 * The lines after something was said. A part that is already there stays as it is, so an event may come twice.
 *
 * @param {readonly Line[]} lines
 * @param {Said} event
 * @param {readonly EntityId[]} lens
 * @returns {readonly Line[]}
 */
export function withSaid(lines, event, lens) {
  const { data, seq, witnesses } = event;
  if (!shows(lens, event)) return lines;
  /** @type {Part} */
  const part = {
    seq, manner: data.manner ?? "speech", to: data.to ?? [], text: data.text, witnesses,
    ...(data.raw === undefined ? {} : { raw: data.raw }),
  };
  const at = lines.findIndex((line) => line.line === data.line);
  const held = lines[at];
  if (held === undefined) return inOrder(lines, lineOf(event, part));
  if (held.parts.some((one) => one.seq === seq)) return lines;
  const grown = ofParts(held, [...held.parts, part]);
  return lines.with(at, { ...grown, cut: Boolean(data.cut), noticed: false });
}

/**
 * Almost always at the end; a page may have come before the events that lead up to it.
 *
 * @param {readonly Line[]} lines
 * @param {Line} line
 * @returns {readonly Line[]}
 */
function inOrder(lines, line) {
  const at = lines.findLastIndex((held) => held.seq < line.seq) + 1;
  return lines.toSpliced(at, 0, line);
}

/**
 * @param {Said} event
 * @param {Part} part
 * @returns {Line}
 */
function lineOf({ seq, turn, witnesses, data }, part) {
  const { line, who, text, scene = null, cut = false } = data;
  const { manner, to } = part;
  return { line, seq, who, manner, to, text, parts: [part], scene, witnesses, turn, take: 1, takes: 1, cut };
}

/**
 * A line that consists of these parts: its own fields are those of the first.
 *
 * @param {Line} line
 * @param {Part[]} parts
 * @returns {Line}
 */
function ofParts(line, parts) {
  const first = parts[0];
  if (first === undefined) return line;
  const { seq, manner, to, witnesses } = first;
  const text = parts
    .map((part) => part.text)
    .filter(Boolean)
    .join(" ");
  return { ...line, seq, manner, to, witnesses, parts, text };
}

/**
 * The lines without what lies beyond a seq.
 *
 * @param {readonly Line[]} lines
 * @param {number} seq
 * @returns {readonly Line[]}
 */
export function upTo(lines, seq) {
  return lines
    .filter((line) => line.seq <= seq)
    .map((line) => {
      const parts = line.parts.filter((part) => part.seq <= seq);
      return parts.length === line.parts.length ? line : ofParts(line, parts);
    });
}

/**
 * The lines of a page as of `at`, and of those held only what came after it.
 *
 * @param {readonly Line[]} held
 * @param {readonly Line[]} page
 * @param {number} at
 * @returns {readonly Line[]}
 */
export function renewed(held, page, at) {
  const known = new Set(page.map((line) => line.line));
  const newer = new Map(held.map((line) => [line.line, line.parts.filter((part) => part.seq > at)]));
  return [
    ...page.map((line) => {
      const more = newer.get(line.line) ?? [];
      return more.length ? ofParts(line, [...line.parts, ...more]) : line;
    }),
    ...held.filter((line) => line.seq > at && !known.has(line.line)),
  ];
}

/**
 * The lines with an older page before them.
 *
 * @param {readonly Line[]} held
 * @param {readonly Line[]} page
 * @returns {readonly Line[]}
 */
export function preceded(held, page) {
  const known = new Set(held.map((line) => line.line));
  return [...page.filter((line) => !known.has(line.line)), ...held];
}
