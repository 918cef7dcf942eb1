/** What is sent when somebody acts: a line once, a rewind only when it is agreed to, and the way back from it. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Acts } from "../../../client/web/acts.js";
import { Lost, Refusal } from "../../../client/web/wire.js";

/** Acts on a daemon that answers by a table; `asked` and `told` keep what was sent and shown. */
function acting(answers) {
  const asked = [];
  const told = new Map();
  const call = async (method, params) => {
    asked.push([method, params]);
    const answer = answers[method];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const notices = { show: (matter, notice) => told.set(matter, notice), clear: (matter) => told.delete(matter) };
  return { acts: new Acts({ call, insist: call }, notices), asked, told };
}

describe("playing", () => {
  test("each line has a key of its own, so that it is safe to send again", async () => {
    const { acts, asked } = acting({ play: { turn: 1, head: 2 } });
    assert.ok(await acts.play({ story: "s1", text: "Hello?" }));
    assert.ok(await acts.play({ story: "s1", text: "Hello?" }));
    const keys = asked.map(([, params]) => params.key);
    assert.ok(keys.every((key) => typeof key === "string" && key.length >= 16 && key.length <= 200));
    assert.notEqual(keys[0], keys[1]);
  });

  test("a refusal is told and the line is not taken", async () => {
    const { acts, told } = acting({ play: new Refusal({ code: -32001, message: "busy" }) });
    assert.equal(await acts.play({ story: "s1", text: "Hello?" }), false);
    assert.equal(told.get("page").kind, "trouble");
  });

  test("a loss is not told twice: the connection tells it", () => {
    const { acts, told } = acting({});
    acts.failed(new Lost("gone"));
    assert.equal(told.size, 0);
  });
});

describe("takes", () => {
  const takes = [
    { branch: "b1", line: "l1", current: false },
    { branch: "b2", line: "l2", current: true },
    { branch: "b3", line: "l3", current: false },
  ];

  test("the one before and the one after are gone to on their branches", async () => {
    const { acts, asked } = acting({ takes: { takes }, switch: { branch: "b1", head: 12 } });
    assert.ok(await acts.toTake("s1", "l2", -1));
    assert.ok(await acts.toTake("s1", "l2", 1));
    const gone = asked.filter(([method]) => method === "switch").map(([, { branch }]) => branch);
    assert.deepEqual(gone, ["b1", "b3"]);
  });

  test("there is none beyond the last, nor beside a line that is shown no more", async () => {
    for (const current of [2, 9]) {
      const now = takes.map((one, index) => ({ ...one, current: index === current }));
      const { acts, asked } = acting({ takes: { takes: now } });
      assert.equal(await acts.toTake("s1", "l3", 1), false);
      assert.deepEqual(asked.map(([method]) => method), ["takes"]);
    }
  });

  test("a retake that is refused is told", async () => {
    const { acts, asked, told } = acting({ retake: new Refusal({ code: -32001, message: "busy" }) });
    assert.equal(await acts.retake("s1", "l2"), false);
    assert.deepEqual(asked, [["retake", { story: "s1", line: "l2" }]]);
    assert.equal(told.get("page").kind, "trouble");
  });
});

describe("editing and deleting", () => {
  test("other words can be taken back", async () => {
    const { acts, asked, told } = acting({ revise: { head: 14, branch: "b1", line: "l1", revision: 13 }, delete: {} });
    assert.ok(await acts.revise("s1", "l1", "No."));
    told.get("undo").way.act();
    assert.deepEqual(asked, [
      ["revise", { story: "s1", line: "l1", text: "No." }],
      ["delete", { story: "s1", targets: [13] }],
    ]);
  });

  const preview = { impact: { events: {}, lines: [], states: {} }, gone: [8] };

  test("a line stays where its going is not agreed to", async () => {
    const { acts, asked, told } = acting({ delete: preview });
    assert.equal(await acts.remove("s1", 8, async () => false), false);
    assert.deepEqual(asked, [["delete", { story: "s1", targets: [8], preview: true }]]);
    assert.equal(told.size, 0);
  });

  test("a line that went can be brought back", async () => {
    const { acts, asked, told } = acting({ delete: preview, reinstate: {} });
    assert.ok(await acts.remove("s1", 8, async (shown) => shown === preview));
    told.get("undo").way.act();
    assert.deepEqual(asked.slice(1), [
      ["delete", { story: "s1", targets: [8] }],
      ["reinstate", { story: "s1", targets: [8] }],
    ]);
  });
});

describe("rewinding", () => {
  const rewind = { impact: { events: {}, lines: [], states: {} }, to: 8, branch: "b2", head: 8, undo: "b1" };

  test("nothing happens where it is not agreed to", async () => {
    const { acts, asked } = acting({ rewind });
    assert.equal(await acts.rewind("s1", 8, async () => false), false);
    assert.deepEqual(asked, [["rewind", { story: "s1", to: 8, preview: true }]]);
  });

  test("what was agreed to is done, and can be undone", async () => {
    const { acts, asked, told } = acting({ rewind, switch: { branch: "b1", head: 12 } });
    assert.ok(await acts.rewind("s1", 8, async (preview) => preview === rewind));
    assert.deepEqual(asked[1], ["rewind", { story: "s1", to: 8 }]);
    told.get("undo").way.act();
    assert.deepEqual(asked[2], ["switch", { story: "s1", branch: "b1" }]);
  });
});
