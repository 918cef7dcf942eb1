/** Following one open story: subscribes, fetches what is wanted, takes up again after a loss. Draws nothing. */

import { granted, unopened, wanting } from "./shown.js";
import { noted, paged, pagedBefore, seenThrough, subscribed } from "./store.js";
import { Refusal } from "./wire.js";

/**
 * @typedef {import("./wire.js").Wire} Wire
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("./shown.js").Want} Want
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").SceneView} SceneView
 * @typedef {import("../../protocol/generated/protocol.d.ts").WorldView} WorldView
 * @typedef {import("../../protocol/generated/protocol.d.ts").Views} Views
 * @typedef {import("../../protocol/generated/protocol.d.ts").ProjectParams} ProjectParams
 *
 * @typedef {object} Around the scene and the world as the lens knows them; null until known
 * @property {SceneView | null} scene
 * @property {WorldView | null} world
 * @property {readonly {title: string, status: string}[]} occasions
 * @property {Readonly<Partial<Record<EntityId, string>>>} names of the cast
 * @property {Readonly<Partial<Record<EntityId, string>>>} pictures of the cast, by path
 */

const PAGE = 100;
const LONGEST_PAGE = 1000;
/** @type {readonly EntityId[]} */
const ENTITIES = ["you", "a", "b"];

export class Following {
  /** @type {Shown} */
  shown;
  /** @type {Around} */
  around = { scene: null, world: null, occasions: [], names: {}, pictures: {} };
  #wire;
  #changed;
  #failed;
  /** @type {string | null} */
  #subscription = null;
  #settling = false;
  #reaching = false;
  #ended = false;

  /**
   * @param {Wire} wire
   * @param {string} story
   * @param {() => void} changed
   * @param {(error: unknown) => void} failed what could not be fetched after a notification
   * @param {readonly EntityId[]} [lens] whose eyes it is seen through at first
   */
  constructor(wire, story, changed, failed, lens = []) {
    this.#wire = wire;
    this.#changed = changed;
    this.#failed = failed;
    this.shown = unopened(story, lens);
  }

  /** Subscribes, from the last seq seen if there is one: when the connection is there, and again after a loss. */
  async begin() {
    await this.#subscribe();
    await this.#settle();
  }

  async #subscribe() {
    const { story, branch, seen } = this.shown;
    const from = branch === null ? {} : { after: seen, of_branch: branch };
    const result = await this.#wire.call("stream", { story, ...from });
    this.#subscription = result.subscription;
    if (this.#ended) this.end();
    else this.#become(subscribed(this.shown, result, Date.now()));
  }

  /** Ends the subscription; the answer does not matter. */
  end() {
    this.#ended = true;
    const subscription = this.#subscription;
    if (subscription !== null) this.#wire.call("unstream", { subscription }).catch(this.#failed);
  }

  /** Ends without a word to the daemon, which no longer knows the story. */
  lose() {
    this.#ended = true;
    this.#subscription = null;
  }

  /**
   * @param {string} method
   * @param {any} note
   */
  hear(method, note) {
    if (this.#ended || note.subscription !== this.#subscription) return;
    this.#become(noted(this.shown, method, note, Date.now()));
    this.#settle().catch(this.#failed);
  }

  /** @param {readonly EntityId[]} lens */
  async lookThrough(lens) {
    this.#become(seenThrough(this.shown, lens));
    await this.#settle();
  }

  /** Loads the page before the oldest line held. */
  async older() {
    const before = this.shown;
    const oldest = before.lines[0];
    if (this.#reaching || !before.more || oldest === undefined) return;
    this.#reaching = true;
    try {
      const { data } = await this.#project("transcript", { before: oldest.seq, limit: PAGE });
      if (this.#comparable(before)) this.#become(pagedBefore(this.shown, data));
    } finally {
      this.#reaching = false;
    }
  }

  /** Fetches until nothing is wanted. One at a time: what is wanted meanwhile is fetched in the next round. */
  async #settle() {
    if (this.#settling) return;
    this.#settling = true;
    try {
      for (let [want] = this.shown.wants; want !== undefined && !this.#ended; [want] = this.shown.wants) {
        this.shown = granted(this.shown, want);
        await this.#fetch(want).catch((error) => {
          this.shown = { ...this.shown, wants: wanting(this.shown, [want]) };
          throw error;
        });
      }
    } finally {
      this.#settling = false;
    }
  }

  /** @param {Want} want */
  async #fetch(want) {
    if (want === "lines") await this.#fetchLines();
    else if (want === "scene") await this.#fetchScene();
    else if (want === "cast") await this.#fetchCast();
    else await this.#subscribeAnew();
  }

  async #fetchLines() {
    const before = this.shown;
    const limit = Math.min(LONGEST_PAGE, Math.max(PAGE, before.lines.length));
    const { data, at } = await this.#project("transcript", { limit });
    if (this.#comparable(before)) this.#become(paged(this.shown, data, at));
    else this.shown = { ...this.shown, wants: wanting(this.shown, ["lines"]) };
  }

  async #fetchScene() {
    const views = Promise.all([this.#project("scene"), this.#project("world"), this.#project("occasions")]);
    const [scene, world, { data }] = await views;
    this.around = { ...this.around, scene: scene.data, world: world.data, occasions: data.occasions };
    this.#changed();
  }

  async #fetchCast() {
    /** @type {Partial<Record<EntityId, string>>} */
    const names = {};
    /** @type {Partial<Record<EntityId, string>>} */
    const pictures = {};
    await Promise.all(
      ENTITIES.map(async (entity) => {
        const found = await this.#lookUp(entity);
        if (found?.name) names[entity] = found.name;
        if (found?.picture) pictures[entity] = found.picture;
      }),
    );
    this.around = { ...this.around, names, pictures };
    this.#changed();
  }

  /**
   * @param {EntityId} entity
   * @returns {Promise<Views["entity"] | null>} null for somebody who is not in the cast
   */
  async #lookUp(entity) {
    try {
      return (await this.#project("entity", { entity, lens: [] })).data;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  /** The way to the whole text of a draft of which pieces were missed. */
  async #subscribeAnew() {
    const subscription = this.#subscription;
    await this.#subscribe();
    if (subscription !== null) await this.#wire.call("unstream", { subscription });
  }

  /**
   * @template {keyof Views} V
   * @param {V} view
   * @param {Partial<ProjectParams>} [params]
   * @returns {Promise<{at: number, data: Views[V]}>}
   */
  async #project(view, params = {}) {
    const { story, lens } = this.shown;
    const result = await this.#wire.call("project", { story, lens: [...lens], view, ...params });
    return /** @type {any} */ (result);
  }

  /**
   * Whether an answer that was asked for then still belongs to what is shown now.
   *
   * @param {Shown} then
   */
  #comparable(then) {
    return then.lens === this.shown.lens && then.branch === this.shown.branch;
  }

  /** @param {Shown} shown */
  #become(shown) {
    this.shown = shown;
    this.#changed();
  }
}
