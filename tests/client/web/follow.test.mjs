/** Following a story: what is asked of the daemon and when, and which answers still count when they come. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Following } from "../../../client/web/follow.js";
import { Lost, Refusal } from "../../../client/web/wire.js";
import { branch, event, events, line, said, subscription, token } from "./notes.mjs";

const NAMES = { you: "Sam", a: "Mara" };

/** A daemon that answers by a table of methods and views, or as `reply` says; it keeps what it was asked. */
function daemon() {
  const asked = [];
  let subscriptions = 0;
  const views = {
    scene: () => ({ scene: "s", present: [] }),
    world: () => ({ containers: [], props: [] }),
    occasions: () => ({ occasions: [] }),
    transcript: () => ({ lines: [line("l1", [5, "One."])], more: true }),
    entity: ({ entity }) => {
      if (!(entity in NAMES)) throw new Refusal({ code: -32003, message: "there is no entity" });
      return { name: NAMES[entity] };
    },
  };
  const methods = {
    stream: () => ({ ...subscription("b1", 10), subscription: `u${++subscriptions}` }),
    unstream: () => ({}),
    project: (params) => ({ view: params.view, at: 10, lens: params.lens, data: views[params.view](params) }),
  };
  const call = async (method, params) => {
    asked.push([method, params]);
    return methods[method](params);
  };
  const times = (method, view) => asked.filter(([m, p]) => m === method && (!view || p.view === view)).length;
  return { asked, call, views, methods, times };
}

function followed(wire) {
  const failures = [];
  const following = new Following(
    wire,
    "s1",
    () => {},
    (error) => failures.push(error),
  );
  return { following, failures };
}

/** Lets every answer arrive. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const texts = (following) => following.shown.lines.map((one) => one.text);

describe("opening", () => {
  test("subscribes, then fetches lines, scene and cast", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    assert.deepEqual(wire.asked[0], ["stream", { story: "s1" }]);
    assert.deepEqual(texts(following), ["One."]);
    assert.deepEqual(following.around.names, NAMES);
    assert.equal(following.around.scene.scene, "s");
  });

  test("notes of another subscription are not for it", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    following.hear("event", { ...events(said(11, "l2", "Two.")), subscription: "u9" });
    assert.deepEqual(texts(following), ["One."]);
    following.hear("event", events(said(11, "l2", "Two.")));
    assert.deepEqual(texts(following), ["One.", "Two."]);
  });
});

describe("while it is open", () => {
  test("a view is fetched again when an event touches it, and only then", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    following.hear("event", { ...events(event(11, "activity.arrived", {})), touches: ["scene", "world"] });
    following.hear("event", { ...events(event(12, "edge.changed", {})), touches: ["edges"] });
    await settle();
    assert.deepEqual([wire.times("project", "scene"), wire.times("project", "transcript")], [2, 1]);
  });

  test("an answer for a lens that was left is dropped, and the new lens is asked", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    const answers = [];
    wire.views.transcript = ({ lens }) => ({ lines: [line(`of ${lens}`, [5, `Through ${lens}.`])], more: false });
    const { project } = wire.methods;
    wire.methods.project = (params) =>
      params.view === "transcript"
        ? new Promise((resolve) => answers.push(() => resolve(project(params))))
        : project(params);
    const looking = [following.lookThrough(["a"]), following.lookThrough(["you"])];
    await settle();
    answers.shift()();
    await settle();
    assert.deepEqual(texts(following), []);
    answers.shift()();
    await Promise.all(looking);
    assert.deepEqual(texts(following), ["Through you."]);
  });

  test("older lines are asked for once at a time, before the oldest", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    wire.views.transcript = () => ({ lines: [line("l0", [3, "Nought."])], more: false });
    await Promise.all([following.older(), following.older()]);
    const [, params] = wire.asked.at(-1);
    assert.deepEqual([params.before, wire.times("project", "transcript")], [5, 2]);
    assert.deepEqual(texts(following), ["Nought.", "One."]);
    await following.older();
    assert.equal(wire.times("project", "transcript"), 2);
  });

  test("after a gap in a draft it subscribes anew, and ends the old subscription", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    const draft = { turn: 1, line: "l2", speaker: "a", text: "One two three" };
    wire.methods.stream = () => ({ ...subscription("b1", 10, [draft]), subscription: "u2" });
    following.hear("token", token(8, "three", { line: "l2" }));
    await settle();
    assert.deepEqual(wire.asked.filter(([method]) => method !== "project").slice(1), [
      ["stream", { story: "s1", after: 10, of_branch: "b1" }],
      ["unstream", { subscription: "u1" }],
    ]);
    assert.equal(following.shown.drafts[0].text.text, "One two three");
  });
});

describe("coming back", () => {
  test("resumes after what it saw, on the branch that it saw it on", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    following.hear("event", events(said(14, "l2", "Two.")));
    following.hear("branch", branch("b2", 12));
    await settle();
    await following.begin();
    assert.deepEqual(wire.asked.filter(([method]) => method === "stream").at(-1)[1], {
      story: "s1",
      after: 12,
      of_branch: "b2",
    });
  });

  test("what could not be fetched before the loss is fetched then", async () => {
    const wire = daemon();
    const { following, failures } = followed(wire);
    const { project } = wire.methods;
    wire.methods.project = () => {
      throw new Lost("gone");
    };
    await assert.rejects(following.begin(), Lost);
    wire.methods.project = project;
    await following.begin();
    assert.deepEqual([texts(following), failures], [["One."], []]);
  });

  test("after its end nothing is heard", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    await following.begin();
    following.end();
    following.hear("event", events(said(11, "l2", "Two.")));
    assert.deepEqual(texts(following), ["One."]);
  });

  test("ended before it was subscribed, it does not stay so", async () => {
    const wire = daemon();
    const { following } = followed(wire);
    const beginning = following.begin();
    following.end();
    await beginning;
    await settle();
    assert.deepEqual(wire.asked, [
      ["stream", { story: "s1" }],
      ["unstream", { subscription: "u1" }],
    ]);
  });
});
