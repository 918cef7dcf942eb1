/** What one can do to a line, as buttons: go back to it, tell it otherwise, take it out, choose among its takes. */

import { el } from "./dom.js";
import { nameOf } from "./words.js";

/**
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").LineView} Line
 *
 * @typedef {"rewind" | "retake" | "edit" | "delete" | "earlier" | "later"} Tool
 * @typedef {(tool: Tool, line: Line) => void} Use
 */

/** @type {Readonly<Record<"rewind" | "retake" | "edit" | "delete", {sign: string, label: string, about: string}>>} */
const TOOLS = {
  rewind: { sign: "↶", label: "go back to here", about: "Go back to" },
  retake: { sign: "↻", label: "another take", about: "Another take of" },
  edit: { sign: "✎", label: "edit", about: "Edit" },
  delete: { sign: "×", label: "delete", about: "Delete" },
};

const ORDER = /** @type {(keyof typeof TOOLS)[]} */ (Object.keys(TOOLS));

/**
 * What can be done to a line. A lens may show a part of it only: whoever edits or deletes sees the whole.
 *
 * @param {Line} line
 * @param {boolean} whole whether the lens shows all of it
 * @param {boolean} last whether nothing follows it
 * @returns {(keyof typeof TOOLS)[]}
 */
export function toolsOf(line, whole, last) {
  const told = !line.noticed && (line.who === "a" || line.who === "b");
  const may = { rewind: !last, retake: told, edit: whole, delete: whole };
  return ORDER.filter((tool) => may[tool]);
}

/**
 * The tools of a line. Only one of all the buttons is a stop for the Tab key; from it the arrow keys go to the others.
 *
 * @param {Line} line
 * @param {readonly (keyof typeof TOOLS)[]} tools
 * @param {Names} names
 * @param {boolean} stop
 * @param {Use} use
 */
export function toolbar(line, tools, names, stop, use) {
  const who = nameOf(names, line.who);
  const buttons = tools.map((tool, index) => {
    const { sign, label, about } = TOOLS[tool];
    const props = { title: label, tabIndex: stop && index === 0 ? 0 : -1 };
    const words = el("span", {}, ` ${label}`);
    return button(tool, `${about} ${who}'s line`, { ...props, onclick: () => use(tool, line) }, sign, words);
  });
  return el("div", { class: "tools", role: "toolbar", onkeydown: toNeighbour }, ...buttons);
}

/**
 * Which of its takes a line is, and the way to the others.
 *
 * @param {Line} line
 * @param {Use} use
 */
export function takesOf(line, use) {
  const { take, takes } = line;
  const before = { class: "quiet", disabled: take <= 1, onclick: () => use("earlier", line) };
  const after = { class: "quiet", disabled: take >= takes, onclick: () => use("later", line) };
  return el(
    "p",
    { class: "takes small" },
    button("earlier", "Earlier take", before, "‹"),
    el("span", {}, `take ${take} of ${takes}`),
    button("later", "Later take", after, "›"),
  );
}

/**
 * @param {Tool} tool
 * @param {string} about for who hears it
 * @param {Record<string, unknown>} props
 * @param {...(Node | string)} shown
 */
function button(tool, about, props, ...shown) {
  return el("button", { type: "button", "data-tool": tool, "aria-label": about, ...props }, ...shown);
}

/** @type {Readonly<Record<string, (from: HTMLElement) => Element | null | undefined>>} */
const TO = {
  ArrowLeft: (from) => from.previousElementSibling,
  ArrowRight: (from) => from.nextElementSibling,
  ArrowUp: (from) => sameTool(from, from.closest(".line")?.previousElementSibling),
  ArrowDown: (from) => sameTool(from, from.closest(".line")?.nextElementSibling),
};

/** @param {KeyboardEvent} event */
function toNeighbour(event) {
  const to = TO[event.key]?.(/** @type {HTMLElement} */ (event.target));
  if (!(to instanceof HTMLElement)) return;
  event.preventDefault();
  to.focus();
}

/**
 * The same tool of another line, or its first one.
 *
 * @param {HTMLElement} from
 * @param {Element | null | undefined} line
 */
function sameTool(from, line) {
  return line && (toolIn(line, from.dataset["tool"] ?? "") ?? line.querySelector(".tools button"));
}

/**
 * @param {Element} line
 * @param {string} tool
 * @returns {HTMLElement | null}
 */
export function toolIn(line, tool) {
  return line.querySelector(`[data-tool="${tool}"]:not(:disabled)`);
}
