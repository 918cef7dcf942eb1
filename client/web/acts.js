/** What one can do with the open story: play, stop, rewind, tell a line otherwise, take it out. Sends; draws nothing. */

import { explain } from "./explain.js";
import { Lost, newKey } from "./wire.js";

/**
 * @typedef {import("./wire.js").Wire} Wire
 * @typedef {import("./notices.js").Notices} Notices
 * @typedef {import("../../protocol/generated/protocol.d.ts").EntityId} EntityId
 * @typedef {import("../../protocol/generated/protocol.d.ts").PlayParams} PlayParams
 * @typedef {import("../../protocol/generated/protocol.d.ts").RewindResult} RewindResult
 * @typedef {import("../../protocol/generated/protocol.d.ts").DeleteResult} DeleteResult
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
  play(params) {
    return this.#done(async () => {
      await this.#wire.insist("play", { ...params, key: newKey() });
      this.#notices.clear("page");
      return true;
    });
  }

  /**
   * Keeps whose eyes a story is seen through, here and in the terminal, for the next time.
   *
   * @param {string} story
   * @param {EntityId[]} lens
   */
  keepEyes(story, lens) {
    this.#wire.call("change_story", { story, lens }).catch(this.failed);
  }

  /**
   * Puts a story away, or takes it back; offers the way back where it was put away.
   *
   * @param {string} story
   * @param {"open" | "archive" | "bin"} shelf
   * @returns {Promise<boolean>}
   */
  putAway(story, shelf) {
    return this.#done(async () => {
      await this.#wire.call("change_story", { story, shelf });
      return true;
    });
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
  rewind(story, to, agreed) {
    return this.#done(async () => {
      if (!(await agreed(await this.#wire.call("rewind", { story, to, preview: true })))) return false;
      const { undo } = await this.#wire.call("rewind", { story, to });
      const text = "The rest is kept.";
      if (undo) this.#offerUndo("Went back", text, () => this.#wire.call("switch", { story, branch: undo }));
      return true;
    });
  }

  /**
   * Asks for a reply anew; the one before stays as another take.
   *
   * @param {string} story
   * @param {string} line
   */
  retake(story, line) {
    return this.#done(async () => {
      await this.#wire.call("retake", { story, line });
      return true;
    });
  }

  /**
   * Has the turn of a line checked for changes again.
   *
   * @param {string} story
   * @param {string} line
   */
  check(story, line) {
    return this.#done(async () => {
      await this.#wire.call("reread", { story, line });
      return true;
    });
  }

  /**
   * Goes to the take that is so many after the one that is shown, on its own branch.
   *
   * @param {string} story
   * @param {string} line
   * @param {number} step
   */
  toTake(story, line, step) {
    return this.#done(async () => {
      const { takes } = await this.#wire.call("takes", { story, line });
      const shown = takes.findIndex((one) => one.current);
      const other = shown < 0 ? undefined : takes[shown + step];
      if (other === undefined) return false;
      await this.#wire.call("switch", { story, branch: other.branch });
      return true;
    });
  }

  /**
   * Gives a line other words; offers the old ones again.
   *
   * @param {string} story
   * @param {string} line
   * @param {string} text
   */
  revise(story, line, text) {
    return this.#done(async () => {
      const { revision } = await this.#wire.call("revise", { story, line, text });
      if (revision) {
        const params = { story, targets: [revision] };
        this.#offerUndo("Edited", "", () => this.#wire.call("delete", params));
      }
      return true;
    });
  }

  /**
   * Shows what goes with a line, and takes it out if that is agreed to; offers to bring it back.
   *
   * @param {string} story
   * @param {number} seq of the line
   * @param {(preview: DeleteResult) => Promise<boolean>} agreed
   */
  remove(story, seq, agreed) {
    return this.#done(async () => {
      const targets = [seq];
      if (!(await agreed(await this.#wire.call("delete", { story, targets, preview: true })))) return false;
      await this.#wire.call("delete", { story, targets });
      const text = "What it caused is gone too.";
      this.#offerUndo("Deleted", text, () => this.#wire.call("reinstate", { story, targets }));
      return true;
    });
  }

  /**
   * @param {() => Promise<boolean>} act
   * @returns {Promise<boolean>} whether it was done; where it was not, that is told
   */
  async #done(act) {
    try {
      return await act();
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /**
   * @param {string} title
   * @param {string} text
   * @param {() => Promise<unknown>} back
   */
  #offerUndo(title, text, back) {
    const act = () => void back().catch(this.failed);
    this.#notices.show("undo", { title, text, kind: "news", way: { label: "Undo", act } });
  }

  /** Says that something went wrong. A loss is told once, by the connection itself. */
  failed = (/** @type {unknown} */ error) => {
    if (!(error instanceof Lost)) this.#notices.show("page", { ...explain(error), kind: "trouble" });
  };
}
