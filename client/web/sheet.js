/** The sheet on which somebody sees what a file would make, sets it right, and agrees or not. Asks nothing of the daemon. */

import { answered } from "./asking.js";
import { byId, el, offer } from "./dom.js";
import { chatWords, createdWords, keptWords } from "./filewords.js";

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").ImportResult} ImportResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").ImportedCard} ImportedCard
 * @typedef {import("../../protocol/generated/protocol.d.ts").Corrections} Corrections
 *
 * @typedef {object} Choices
 * @property {readonly {value: string, label: string}[]} into where it may go
 * @property {readonly string[]} personas those of the library that one may be, by name
 * @property {string} you the name that is offered
 * @property {string} label of the button that agrees
 *
 * @typedef {object} Wanted
 * @property {string} into
 * @property {string} you
 * @property {Corrections} card what was set right
 */

const TEXTS = /** @type {const} */ (["appearance", "description", "personality"]);

/**
 * Shows the sheet; null where it is not wanted.
 *
 * @param {string} name of the file
 * @param {ImportResult | null} told what would be made; null for a picture, of which only whose it is is asked
 * @param {string | null} picture as a `data:` address
 * @param {Choices} choices
 * @returns {Promise<Wanted | null>}
 */
export async function asked(name, told, picture, choices) {
  const card = told?.card ?? null;
  byId("import-title", HTMLElement).textContent = card?.name ?? name;
  byId("import-go", HTMLButtonElement).textContent = choices.label;
  byId("import-made", HTMLElement).textContent = told ? createdWords(told.created) : "A picture of somebody";
  const image = byId("import-picture", HTMLImageElement);
  image.hidden = picture === null;
  if (picture !== null) image.src = picture;
  byId("import-card", HTMLElement).hidden = card === null;
  if (card) fill(card);
  const into = byId("import-into", HTMLSelectElement);
  byId("import-where", HTMLElement).hidden = choices.into.length === 0;
  byId("import-into-label", HTMLElement).textContent = told ? "Bring it into" : "Whose picture is it?";
  offer(into, choices.into);
  const you = byId("import-you", HTMLInputElement);
  you.value = choices.you;
  byId("import-personas", HTMLDataListElement).replaceChildren(...choices.personas.map((value) => el("option", { value })));
  const askYou = () => {
    byId("import-who", HTMLElement).hidden = card === null || into.value !== "new";
  };
  into.onchange = askYou;
  askYou();
  const chat = told?.chat ? chatWords(told.chat) : [];
  const remarks = [...chat, ...(told?.odd ?? []), keptWords(told?.kept ?? []), card?.creator_notes ? `From its creator: ${card.creator_notes}` : ""];
  byId("import-odd", HTMLElement).replaceChildren(...remarks.filter(Boolean).map((text) => el("li", {}, text)));
  const agreed = await answered(byId("import", HTMLDialogElement));
  return agreed ? { into: into.value, you: you.value.trim(), card: card ? corrections(card) : {} } : null;
}

/** @param {ImportedCard} card */
function fill(card) {
  field("name").value = card.name;
  for (const part of TEXTS) field(part).value = card.identity[part] ?? "";
  byId("import-private", HTMLElement).textContent = `Only ${card.name} knows`;
  field("premise").value = card.premise;
  field("note").value = card.note;
  const greetings = byId("import-greetings", HTMLElement);
  greetings.hidden = card.greetings.length === 0;
  greetings.replaceChildren(
    el("legend", {}, card.greetings.length > 1 ? `First line: ${card.greetings.length} takes` : "First line"),
    ...card.greetings.map((text, n) => greeting(text, n)),
  );
}

/**
 * @param {string} text
 * @param {number} n
 */
function greeting(text, n) {
  const words = el("textarea", { value: text, rows: 2, maxLength: 100_000, "aria-label": `Take ${n + 1}` });
  return el("p", { class: "take" }, el("input", { type: "checkbox", checked: true, "aria-label": `Keep take ${n + 1}` }), words);
}

/**
 * What differs from what was told.
 *
 * @param {ImportedCard} card
 * @returns {Corrections}
 */
function corrections(card) {
  /** @type {Corrections} */
  const changed = {};
  const name = field("name").value.trim();
  if (name && name !== card.name) changed.name = name;
  const identity = { ...card.identity };
  for (const part of TEXTS) identity[part] = field(part).value.trim();
  if (TEXTS.some((part) => identity[part] !== (card.identity[part] ?? "").trim())) changed.identity = identity;
  for (const part of /** @type {const} */ (["premise", "note"])) {
    const text = field(part).value.trim();
    if (text !== card[part].trim()) changed[part] = text;
  }
  const kept = [...byId("import-greetings", HTMLElement).querySelectorAll("p")].filter((one) => one.querySelector("input")?.checked);
  const greetings = kept.map((one) => one.querySelector("textarea")?.value.trim() ?? "").filter(Boolean);
  if (JSON.stringify(greetings) !== JSON.stringify(card.greetings.map((text) => text.trim()))) changed.greetings = greetings;
  return changed;
}

/** @param {"name" | "premise" | "note" | typeof TEXTS[number]} part */
function field(part) {
  const found = document.getElementById(`import-${part}`);
  if (found instanceof HTMLTextAreaElement || found instanceof HTMLInputElement) return found;
  throw new Error(`the page has no field #import-${part}`);
}
