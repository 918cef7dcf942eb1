/** Draws the header: the place, the clock, who is present, and the choice of whose eyes to read through. */

import { byId, el, offer } from "./dom.js";
import { clockWords, doings, listed, nameOf } from "./words.js";

/**
 * @typedef {import("./follow.js").Around} Around
 * @typedef {import("./words.js").Names} Names
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").SceneView} SceneView
 */

/** @type {readonly EntityId[]} */
const ENTITIES = ["you", "a", "b"];

export class Header {
  #title = byId("title", HTMLElement);
  #clock = byId("clock", HTMLElement);
  #present = byId("present", HTMLElement);
  #lens = byId("lens", HTMLSelectElement);
  #label = byId("lens-label", HTMLElement);
  /** @type {Around | null} */
  #drawn = null;
  #pictures;

  /**
   * @param {import("./pictures.js").Pictures} pictures
   * @param {(lens: EntityId[]) => void} look
   */
  constructor(pictures, look) {
    this.#pictures = pictures;
    this.#lens.addEventListener("change", () => {
      look(/** @type {EntityId[]} */ (this.#lens.value.split(" ").filter(Boolean)));
    });
  }

  /**
   * @param {Around} around
   * @param {string} title of the story, for a place where no scene is on
   * @param {readonly EntityId[]} lens whose eyes it is seen through
   */
  draw(around, title, lens) {
    const { scene, world, occasions, names } = around;
    const place = world?.containers.find((one) => one.container === scene?.container)?.name;
    this.#title.textContent = place ?? title;
    offer(this.#lens, lensesOf(names));
    this.#lens.value = lens.join(" ");
    if (around === this.#drawn) return;
    this.#drawn = around;
    const on = occasions.filter((one) => one.status === "active").map((one) => one.title);
    const things = Object.fromEntries((world?.props ?? []).map((one) => [one.prop, one.name]));
    this.#clock.textContent = scene === null ? on.join(" · ") : when(scene, place, on);
    const present = (scene?.present ?? []).map((one) => this.#item(one.entity, one.name, around, doings(one, things)));
    const cast = ENTITIES.flatMap((entity) => (names[entity] ? [this.#item(entity, names[entity], around)] : []));
    this.#present.replaceChildren(...(present.length ? present : cast));
    this.#label.hidden = false;
  }

  /**
   * Somebody who is there, or in the cast where nobody is anywhere.
   *
   * @param {EntityId} entity
   * @param {string} name
   * @param {Around} around
   * @param {string} [doing]
   */
  #item(entity, name, { pictures }, doing = "") {
    const image = el("img", { class: "portrait", alt: "", hidden: true });
    void this.#pictures.show(image, pictures[entity]);
    const item = el("li", { class: entity }, image, el("span", { class: "name" }, name));
    if (doing) item.append(" ", el("span", { class: "doing" }, doing));
    return item;
  }
}

/**
 * @param {SceneView} scene
 * @param {string | undefined} place
 * @param {readonly string[]} on the occasions that are under way
 */
function when({ title, clock, elapsed }, place, on) {
  return [title === place ? "" : title, ...on, clockWords(clock, elapsed)].filter(Boolean).join(" · ");
}

/**
 * The lenses, as far as the cast goes: the truth first, then each one's, what each thinks another knows, and what all
 * three share.
 *
 * @param {Names} names
 * @returns {{value: string, label: string}[]}
 */
export function lensesOf(names) {
  const cast = ENTITIES.filter((entity) => entity in names);
  const pairs = cast.flatMap((one) => cast.filter((other) => other !== one).map((other) => [one, other]));
  const groups = [...cast.map((one) => [one]), ...pairs, ...(cast.length === 3 ? [cast] : [])];
  const choices = groups.map((group) => {
    const who = group.map((one) => nameOf(names, one));
    const label = group.length === 2 ? `what ${who[0]} thinks ${who[1]} knows` : listed(who);
    return { value: group.join(" "), label: group.length === 3 ? `${label} together` : label };
  });
  return [{ value: "", label: "everything" }, ...choices];
}
