/** What the page says: the address bar, times, manners, errors, the commands of a new story, where to rewind to. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { chatWords, createdWords } from "../../../client/web/filewords.js";
import { explain } from "../../../client/web/explain.js";
import { after } from "../../../client/web/impact.js";
import { lensesOf } from "../../../client/web/scene.js";
import { addressOf, arrive } from "../../../client/web/session.js";
import { setupOf } from "../../../client/web/setup.js";
import { Lost, Refusal } from "../../../client/web/wire.js";
import {
  changesWords,
  clockWords,
  doings,
  lasting,
  listed,
  markOf,
  marked,
  noticedWords,
  sketched,
  spoken,
} from "../../../client/web/words.js";
import { line } from "./notes.mjs";

const NAMES = { you: "Sam", a: "Mara", b: "Oren" };

describe("a chat that comes in", () => {
  test("says who speaks, what nobody sees, and what would be made", () => {
    const cast = [
      { name: "Robin", entity: "you", messages: 2 },
      { name: "Maren", entity: "a", messages: 1 },
      { name: "Ben", entity: null, messages: 1 },
    ];
    assert.deepEqual(chatWords({ form: "SillyTavern", cast, narrated: 0, hidden: 1, partial: 2, first: null, last: null }), [
      "A chat from SillyTavern: Robin (you, 2 messages), Maren (1 message) and Ben (told by the narrator, 1 message).",
      "1 hidden message is kept, and no model sees it.",
      "Not everybody was there for 2 messages: who wasn't knows nothing of that.",
      "You can play at once; the chat is read in the background.",
    ]);
    assert.equal(createdWords({ stories: 1, lines: 4, takes: 2 }), "This would make 1 story, 4 lines and 2 other takes.");
  });
});

describe("the address bar", () => {
  function visit(hash, kept = {}) {
    const shown = [];
    const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => (kept[key] = value) };
    const history = { replaceState: (_data, _unused, url) => shown.push(url) };
    return { ...arrive({ hash, pathname: "/" }, history, storage), shown, kept };
  }

  test("the token is taken out of it and kept for the tab", () => {
    const { token, shown, kept } = visit("#token=abc");
    assert.deepEqual([token, shown, Object.values(kept)], ["abc", ["/"], ["abc"]]);
  });

  test("the story stays in it", () => {
    const { token, story, shown } = visit("#token=abc&story=s1");
    assert.deepEqual([token, story, shown], ["abc", "s1", ["/#story=s1"]]);
    assert.equal(addressOf("/", "s1"), "/#story=s1");
    assert.equal(addressOf("/", null), "/");
  });

  test("a reload finds the token again; a page without one has none", () => {
    const { kept } = visit("#token=abc");
    assert.deepEqual([visit("", kept).token, visit("", kept).fresh, visit("").token], ["abc", false, null]);
  });
});

describe("times", () => {
  test("the story's clock has no zone", () => {
    assert.match(clockWords("2031-11-08T21:40:00", 0), /Saturday.*8 November 2031.*21:40/);
  });

  test("where it was never set, the time that passed is told", () => {
    assert.deepEqual(
      [clockWords(null, 0), clockWords(null, 45), clockWords(null, 135)],
      ["", "45 min on", "2 h 15 min on"],
    );
  });

  test("a wait", () => {
    assert.deepEqual([lasting(400), lasting(59_900), lasting(61_000)], ["0 s", "59 s", "1 min 1 s"]);
  });
});

describe("manners", () => {
  test("only what was not simply said or done is marked", () => {
    assert.equal(markOf("speech", ["a"], NAMES), "");
    assert.equal(markOf("thought", [], NAMES), "thinks");
    assert.equal(markOf("whisper", ["you", "b"], NAMES), "whispers to Sam and Oren");
  });

  test("what was only noticed has no words", () => {
    const noticed = { ...line("l1", [1, ""]), manner: "whisper", to: ["you"], noticed: true };
    assert.equal(noticedWords(noticed, NAMES), "Mara whispered to Sam");
    assert.equal(spoken(noticed, NAMES), "Mara whispered to Sam.");
  });

  test("a draft is sketched while a mark is still open", () => {
    const sketch = (text) => sketched(text).map(({ manner, text }) => [manner, text.trim()]);
    assert.deepEqual(sketch("*She nods.* Yes. `No.` *A pau"), [
      ["action", "She nods."],
      ["speech", "Yes."],
      ["thought", "No."],
      ["action", "A pau"],
    ]);
    assert.deepEqual(sketch(""), []);
  });

  test("a line is written so that it splits the same again; one of a single part stays as it is", () => {
    const parts = [
      { manner: "action", to: [], text: "She nods.\nTwice." },
      { manner: "speech", to: [], text: "Yes." },
      { manner: "thought", to: [], text: "He knows." },
      { manner: "whisper", to: ["you", "b"], text: "Come." },
    ];
    const marks = "*She nods.*\n*Twice.*\nYes.\n`He knows.`\n(whispers to Sam and Oren) Come.";
    assert.equal(marked({ parts, text: "…" }, { you: "Sam", b: "Oren" }), marks);
    assert.equal(marked({ parts: parts.slice(0, 1), text: "She nods." }, {}), "She nods.");
  });

  test("who is present is told with what is known", () => {
    const present = { entity: "a", name: "Mara", container: "here", slot: "counter", attention: null };
    assert.equal(
      doings({ ...present, doing: "drying cups", holding: ["cup", "cloth"] }, { cup: "cup" }),
      "at counter · drying cups · holding cup and cloth",
    );
    const dressed = { ...present, spot: "on the sill", doing: null, holding: [], wearing: ["hat"], carrying: ["key"] };
    assert.equal(doings(dressed), "on the sill · wearing hat · carrying out of sight key");
    assert.equal(doings({ ...present, slot: null, doing: null, holding: [], awake: false }), "asleep");
  });

  test("lists", () => {
    assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed), ["", "a", "a and b", "a, b and c"]);
  });
});

describe("lenses", () => {
  test("eleven for a full cast, as many as there are for a smaller one", () => {
    assert.equal(lensesOf(NAMES).length, 11);
    const two = lensesOf({ you: "Sam", a: "Mara" }).map(({ value, label }) => [value, label]);
    assert.deepEqual(two.slice(-2), [
      ["you a", "what Sam thinks Mara knows"],
      ["a you", "what Mara thinks Sam knows"],
    ]);
  });
});

describe("errors, for people", () => {
  test("a model that fails: why, and what to do", () => {
    const { title, text, again } = explain(
      new Refusal({
        code: -32007,
        message: "x",
        data: { endpoint: "127.0.0.1:1234", why: "failed: “CUDA out of memory” (500)", retry: 4.2 },
      }),
    );
    assert.equal(title, "The model failed: “CUDA out of memory” (500)");
    for (const part of ["Your line is saved.", "in 5 seconds", "/model"]) assert.ok(text.includes(part), part);
    assert.ok(again);
  });

  test("a refusal is told in words, without the name of its rule", () => {
    const { text } = explain({
      code: -32004,
      message: "x",
      data: { rule: "whisper_out_of_reach", why: "Mara is not here" },
    });
    assert.equal(text, "Mara is not here.");
  });

  test("a loss, and what has no words of its own", () => {
    assert.match(explain(new Lost("gone")).text, /Reconnecting/);
    assert.equal(explain({ code: -32603, message: "it broke" }).text, "It broke.");
    assert.equal(explain(null).text, "Something went wrong.");
  });
});

describe("a new story", () => {
  test("both are in the place before the scene opens there", () => {
    const { title, setup } = setupOf({
      you: "Sam",
      bot: "Mara",
      about: "Keeps the light.",
      place: "The lamp room",
    });
    assert.equal(title, "Mara, The lamp room");
    assert.deepEqual(
      setup.map((command) => command.do),
      ["add_container", "add_entity", "add_entity", "move", "move", "open_scene"],
    );
    assert.deepEqual(setup[2].identity, { description: "Keeps the light." });
  });
});

describe("rewinding", () => {
  test("to just before the next line, so that what came of a line stays with it", () => {
    const lines = [line("l1", [5, "One."]), line("l2", [9, "Two."])];
    assert.equal(after(lines, lines[0]), 8);
  });
});

test("what a turn changed is one line, as far as a lens perceives it", () => {
  const changes = [
    { text: "Mara takes the ring", seqs: [9], witnesses: ["you", "a"] },
    { text: "Mara trusts Sam a little more", seqs: [10], witnesses: ["a"] },
  ];
  const refused = [{ rule: "reach", why: "too far" }];
  assert.equal(changesWords({ reading: "ok", changes, refused: [] }, []), changes.map((one) => one.text).join(" · "));
  assert.equal(changesWords({ reading: "ok", changes: [], refused }, []), "1 ignored");
  assert.equal(changesWords({ reading: "ok", changes, refused }, ["you"]), "Mara takes the ring");
  assert.equal(changesWords(null, []), "");
});
