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
  rewind: { sign: "↶", label: "rewind to here", about: "Rewind to here, after the line of" },
  retake: { sign: "↻", label: "another take", about: "Ask anew for the line of" },
  edit: { sign: "✎", label: "edit", about: "Edit the line of" },
  delete: { sign: "×", label: "delete", about: "Delete the line of" },
};

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
  return [
    ...keep("rewind", !last),
    ...keep("retake", told),
    ...keep("edit", whole),
    ...keep("delete", whole),
  ];
}

/**
 * @param {keyof typeof TOOLS} tool
 * @param {boolean} kept
 */
function keep(tool, kept) {
  return kept ? [tool] : [];
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
    const props = {
      type: "button",
      "data-tool": tool,
      tabIndex: stop && index === 0 ? 0 : -1,
      "aria-label": `${about} ${who}`,
    };
    return el(
      "button",
      { ...props, title: label, onclick: () => use(tool, line) },
      sign,
      el("span", {}, ` ${label}`),
    );
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
  const to = (
    /** @type {Tool} */ tool,
    /** @type {string} */ sign,
    /** @type {string} */ about,
    /** @type {boolean} */ end,
  ) =>
    el(
      "button",
      {
        type: "button",
        class: "quiet",
        "data-tool": tool,
        "aria-label": about,
        disabled: end,
        onclick: () => use(tool, line),
      },
      sign,
    );
  return el(
    "p",
    { class: "takes small" },
    to("earlier", "‹", "The take before", take <= 1),
    el("span", {}, `take ${take} of ${takes}`),
    to("later", "›", "The take after", take >= takes),
  );
}

/** @param {KeyboardEvent} event */
function toNeighbour(event) {
  const from = /** @type {HTMLElement} */ (event.target);
  const line = from.closest(".line");
  const to =
    event.key === "ArrowLeft"
      ? from.previousElementSibling
      : event.key === "ArrowRight"
        ? from.nextElementSibling
        : event.key === "ArrowUp"
          ? sameTool(from, line?.previousElementSibling)
          : event.key === "ArrowDown"
            ? sameTool(from, line?.nextElementSibling)
            : null;
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
  return (line && (toolIn(line, from.dataset["tool"] ?? "") ?? line.querySelector(".tools button"))) ?? null;
}

/**
 * @param {Element} line
 * @param {string} tool
 * @returns {HTMLElement | null}
 */
export function toolIn(line, tool) {
  return line.querySelector(`[data-tool="${tool}"]:not(:disabled)`);
}
