/** What one can do with the open story: play, stop, rewind, and go back to a branch. Sends; draws nothing. */

import { explain } from "./explain.js";
import { Lost, newKey } from "./wire.js";

/**
 * @typedef {import("./wire.js").Wire} Wire
 * @typedef {import("./notices.js").Notices} Notices
 * @typedef {import("../../protocol/generated/protocol.d.ts").PlayParams} PlayParams
 * @typedef {import("../../protocol/generated/protocol.d.ts").RewindResult} RewindResult
 */

export class Acts {
  #wire;
  #notices;

  /**
   * @param {Wire} wire
   * @param {Notices} notices
   */
  constructor(wire, notices) {
    this.#wire = wire;
    this.#notices = notices;
  }

  /**
   * Asks for a turn, exactly once also where the connection goes meanwhile: the key makes it safe to ask again.
   *
   * @param {PlayParams} params
   * @returns {Promise<boolean>} whether it was taken
   */
  async play(params) {
    try {
      await this.#wire.insist("play", { ...params, key: newKey() });
      this.#notices.clear("page");
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** @param {string} story */
  stop(story) {
    this.#wire.call("stop", { story }).catch(this.failed);
  }

  /**
   * Shows what a rewind would leave behind, and does it if that is agreed to; offers the way back.
   *
   * @param {string} story
   * @param {number} to
   * @param {(preview: RewindResult) => Promise<boolean>} agreed
   * @returns {Promise<boolean>} whether it was done
   */
  async rewind(story, to, agreed) {
    try {
      if (!(await agreed(await this.#wire.call("rewind", { story, to, preview: true })))) return false;
      const { undo } = await this.#wire.call("rewind", { story, to });
      if (undo) this.#offerUndo(story, undo);
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /**
   * @param {string} story
   * @param {string} branch
   */
  #offerUndo(story, branch) {
    const act = () => void this.#wire.call("switch", { story, branch }).catch(this.failed);
    const text = "What came after is kept on its own branch.";
    this.#notices.show("rewound", { title: "Rewound", text, kind: "news", way: { label: "Undo", act } });
  }

  /** Says that something went wrong. A loss is told once, by the connection itself. */
  failed = (/** @type {unknown} */ error) => {
    if (!(error instanceof Lost)) this.#notices.show("page", { ...explain(error), kind: "trouble" });
  };
}
