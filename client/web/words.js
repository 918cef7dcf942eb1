/** How times, places and deeds read. Pure; draws nothing. */

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 * @typedef {import("../../protocol/generated/protocol.d.ts").Manner} Manner
 * @typedef {import("../../protocol/generated/protocol.d.ts").Phase} Phase
 * @typedef {import("../../protocol/generated/protocol.d.ts").Present} Present
 * @typedef {Readonly<Partial<Record<EntityId, string>>>} Names
 */

/**
 * @param {Names} names
 * @param {EntityId | null} entity null is the narrator
 */
export function nameOf(names, entity) {
  if (entity === null) return "Narrator";
  return names[entity] ?? (entity === "you" ? "You" : entity.toUpperCase());
}

/** @param {readonly string[]} items */
export function listed(items) {
  const last = items[items.length - 1] ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/**
 * A story time, `YYYY-MM-DDTHH:MM:SS` without a zone, or the minutes counted where no time was ever set.
 *
 * @param {string | null} clock
 * @param {number} elapsed in minutes
 */
export function clockWords(clock, elapsed) {
  if (clock !== null) return CLOCK.format(new Date(`${clock}Z`));
  if (elapsed === 0) return "";
  const hours = Math.floor(elapsed / 60);
  return hours ? `${hours} h ${elapsed % 60} min on` : `${elapsed} min on`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * What somebody present is up to, as far as it is known.
 *
 * @param {Present} one
 * @param {Readonly<Record<string, string>>} [things] what they are called
 */
export function doings(one, things = {}) {
  const where = one.spot ?? (one.slot ? `at ${one.slot}` : "");
  const asleep = one.awake === false ? "asleep" : "";
  /** @type {(how: string, had?: readonly string[]) => string} */
  const having = (how, had = []) => (had.length ? `${how} ${listed(had.map((id) => things[id] ?? id))}` : "");
  const had = [having("holding", one.holding), having("wearing", one.wearing), having("carrying out of sight", one.carrying)];
  return [where, asleep, one.doing ?? "", ...had, one.mood ?? ""].filter(Boolean).join(" · ");
}

/** @type {Partial<Record<Manner, string>>} */
const MARKS = { thought: "thinks", whisper: "whispers", message: "writes", ooc: "aside" };

/**
 * The mark that stands before words which were not simply spoken or done; empty for those that were.
 *
 * @param {Manner} manner
 * @param {readonly EntityId[]} to
 * @param {Names} names
 */
export function markOf(manner, to, names) {
  const mark = MARKS[manner] ?? "";
  const addressed = manner === "whisper" || manner === "message";
  return addressed && to.length ? `${mark} to ${listed(to.map((one) => nameOf(names, one)))}` : mark;
}

/** @type {Partial<Record<Manner, string>>} */
const NOTICED = {
  speech: "said something",
  action: "did something",
  whisper: "whispered",
  message: "wrote something",
};

/**
 * A line of which only that it happened was noticed.
 *
 * @param {Line} line
 * @param {Names} names
 */
export function noticedWords(line, names) {
  const did = NOTICED[line.manner] ?? "did something";
  const to = line.to.length ? ` to ${listed(line.to.map((one) => nameOf(names, one)))}` : "";
  return `${nameOf(names, line.who)} ${did}${to}`;
}

/**
 * What is going on.
 *
 * @param {Phase} phase
 * @param {"" | "reasoning" | "text"} heard what of the reply has come
 * @param {string} speaker empty where not known yet
 */
export function phaseWords(phase, heard, speaker) {
  const who = speaker || "The model";
  if (phase === "recalling") return "Looking up memories …";
  if (phase === "replied" || phase === "reading") return "Tracking changes … (you can go on)";
  if (heard === "text") return `${who} is writing …`;
  return heard === "reasoning" ? `${who} is thinking …` : `${who} is about to answer …`;
}

/**
 * Why what a reply changed could not be tracked.
 *
 * @param {string} reading
 * @param {string | undefined} why
 */
export function untracked(reading, why) {
  if (reading === "unreadable") return "The model's answer made no sense.";
  if (!why) return "";
  return reading === "unavailable" ? `The model ${why.replace(/[.]$/, "")}.` : why;
}

/**
 * What a turn changed, in one line, as far as a lens perceives it; empty where there is nothing to tell.
 *
 * @param {any} detail as the end of a turn brings it
 * @param {readonly string[]} lens
 */
export function changesWords(detail, lens) {
  /** @type {{text: string, witnesses?: string[]}[]} */
  const changes = detail?.changes ?? [];
  const ignored = lens.length === 0 ? (detail?.refused?.length ?? 0) : 0;
  const told = changes
    .filter((one) => lens.every((entity) => one.witnesses?.includes(entity)))
    .map((one) => one.text);
  return [...told, ...(ignored ? [`${ignored} ignored`] : [])].join(" · ");
}

const MARKED = /\*([^*]*)(?:\*|$)|`([^`]*)(?:`|$)/g;

/**
 * A draft in the manners that its plainest marks will give it: *action*, `thought`, else speech. Only for the eye,
 * and only until it is a line: what it is then is for the daemon to say.
 *
 * @param {string} text
 * @returns {{manner: Manner, to: EntityId[], text: string}[]}
 */
export function sketched(text) {
  /** @type {{manner: Manner, to: EntityId[], text: string}[]} */
  const parts = [];
  let at = 0;
  for (const mark of text.matchAll(MARKED)) {
    parts.push({ manner: "speech", to: [], text: text.slice(at, mark.index) });
    const [whole, action, thought] = mark;
    parts.push({ manner: thought === undefined ? "action" : "thought", to: [], text: action ?? thought ?? "" });
    at = mark.index + whole.length;
  }
  parts.push({ manner: "speech", to: [], text: text.slice(at) });
  return parts.filter((part) => part.text.trim());
}

/**
 * The words of a line as one would write them, so that the daemon finds the same parts again: each on a line of its own.
 *
 * @param {Line} line
 * @param {Names} names
 */
export function marked({ parts, text }, names) {
  if (parts.length < 2) return text;
  return parts.map((part) => part.text.split("\n").map((words) => inMarks(part, words, names)).join("\n")).join("\n");
}

/**
 * @param {{manner: Manner, to: readonly EntityId[]}} part
 * @param {string} words
 * @param {Names} names
 */
function inMarks({ manner, to }, words, names) {
  if (manner === "action") return `*${words}*`;
  if (manner === "thought") return `\`${words}\``;
  return manner === "whisper" ? `(whispers to ${to.map((one) => nameOf(names, one)).join(" and ")}) ${words}` : words;
}

/**
 * A line as one would read it out.
 *
 * @param {Line} line
 * @param {Names} names
 */
export function spoken(line, names) {
  if (line.noticed) return `${noticedWords(line, names)}.`;
  return line.who === null ? line.text : `${nameOf(names, line.who)}: ${line.text}`;
}
