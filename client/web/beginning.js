/** The small form of a new story: shown, read and sent on. */

import { byId } from "./dom.js";
import { setupOf } from "./setup.js";

/** @typedef {import("../../protocol/generated/protocol.d.ts").CreateParams} CreateParams */

export class Beginning {
  #form = byId("beginning", HTMLFormElement);
  #submit = byId("create", HTMLButtonElement);

  /**
   * @param {(params: CreateParams) => Promise<boolean>} create tells whether the story was made
   * @param {() => void} leave
   */
  constructor(create, leave) {
    this.#form.addEventListener("submit", async (event) => {
      event.preventDefault();
      // Two presses are not to make two stories.
      this.#submit.disabled = true;
      if (await create(this.#read())) this.#form.reset();
      this.#submit.disabled = false;
    });
    byId("not-now", HTMLButtonElement).addEventListener("click", leave);
  }

  show() {
    this.#form.hidden = false;
    this.#form.querySelector("input")?.focus();
  }

  hide() {
    this.#form.hidden = true;
  }

  #read() {
    const data = new FormData(this.#form);
    /** @param {string} name */
    const typed = (name) => String(data.get(name) ?? "").trim();
    return setupOf({ you: typed("you"), bot: typed("bot"), about: typed("about"), place: typed("place") });
  }
}
