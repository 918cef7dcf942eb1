/** Whether a story has secrets from who plays it: asked before anything of it is shown for the first time. */

import { Refusal } from "./wire.js";

/**
 * @typedef {import("./wire.js").Wire} Wire
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").Views} Views
 * @typedef {import("../../protocol/generated/protocol.d.ts").ProjectParams} ProjectParams
 */

/** One's own eyes. @type {EntityId[]} */
export const OWN = ["you"];

/** @type {readonly EntityId[]} */
const OTHERS = ["a", "b"];

/**
 * Whether there is anything in a story that `you` do not know: a thing, a memory, what somebody wants or keeps to
 * themselves. Without a `you` there is nobody to keep it from.
 *
 * @param {Wire} wire
 * @param {string} story
 * @returns {Promise<boolean>}
 */
export async function hasSecrets(wire, story) {
  /**
   * @template {keyof Views} V
   * @param {V} view
   * @param {Partial<ProjectParams>} params
   * @returns {Promise<Views[V] | null>} null where there is no such character
   */
  const project = async (view, params) => {
    try {
      return /** @type {any} */ (await wire.call("project", { story, view, ...params })).data;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  };
  if ((await project("entity", { entity: "you" })) === null) return false;
  const [world, yours] = await Promise.all([project("world", {}), project("world", { lens: OWN })]);
  const seen = new Set(yours?.props.map((one) => one.prop));
  if (world?.props.some((one) => !seen.has(one.prop))) return true;
  const [memories, own] = await Promise.all([project("memories", {}), project("memories", { lens: OWN })]);
  const kept = new Set(own?.memories.map((one) => one.memory));
  if (memories?.memories.some((one) => !kept.has(one.memory))) return true;
  for (const entity of OTHERS) {
    const other = await project("entity", { entity });
    if (other === null) continue;
    if (other.goals.length > 0) return true;
    const secrets = await project("secrets", { lens: [entity] });
    if (secrets?.secrets.some((one) => one.who.includes("you"))) return true;
  }
  return false;
}
