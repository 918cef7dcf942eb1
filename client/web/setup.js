/** From the small form of a new story to the commands that set it up. Pure. */

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").CreateParams} CreateParams
 *
 * @typedef {object} Beginning what the form asks
 * @property {string} you your character's name
 * @property {string} bot
 * @property {string} about one sentence that says who the bot is
 * @property {string} place
 */

const HERE = "here";

/**
 * @param {Beginning} beginning
 * @returns {CreateParams}
 */
export function setupOf({ you, bot, about, place }) {
  return {
    title: `${bot}, ${place}`,
    setup: [
      { do: "add_container", container: HERE, name: place },
      { do: "add_entity", entity: "you", name: you },
      { do: "add_entity", entity: "a", name: bot, identity: { description: about } },
      { do: "move", who: "you", container: HERE },
      { do: "move", who: "a", container: HERE },
      { do: "open_scene", container: HERE, present: ["you", "a"] },
    ],
  };
}
