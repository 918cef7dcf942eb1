/** What an open story shows, step by step: events, pages, tokens, branches, and taking up again after a loss. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { unopened } from "../../../client/web/shown.js";
import { noted, paged, pagedBefore, seenThrough, subscribed } from "../../../client/web/store.js";
import { isTelling, mayRead, running } from "../../../client/web/telling.js";
import { branch, event, events, line, said, subscription, token } from "./notes.mjs";

const texts = (shown) => shown.lines.map((one) => one.text);
const drafts = (shown) => running(shown).map((draft) => draft.text.text);

/** A story that is open at seq 10 with nothing said, all its wants granted. */
function opened(lens = []) {
  return { ...subscribed({ ...unopened("s1"), lens }, subscription("b1", 10), 0), wants: new Set() };
}

/** The state after notifications, each [method, params]. */
function after(shown, ...notes) {
  return notes.reduce((now, [method, params]) => noted(now, method, params, 5), shown);
}

describe("events", () => {
  test("a line appears with its words, its speaker and its manner", () => {
    const shown = after(opened(), [
      "event",
      events(said(11, "l1", "Hush.", { data: { manner: "whisper", to: ["you"] } })),
    ]);
    const { who, manner, to, text, parts } = shown.lines[0];
    assert.deepEqual([who, manner, to, text, parts.length], ["a", "whisper", ["you"], "Hush.", 1]);
    assert.equal(shown.seen, 11);
  });

  test("a reply in several parts is one line", () => {
    const parts = [
      said(11, "l1", "She nods.", { data: { manner: "action" } }),
      said(12, "l1", "Yes.", { data: { part: 1 } }),
    ];
    const shown = after(opened(), ["event", events(...parts)]);
    assert.deepEqual(texts(shown), ["She nods. Yes."]);
    assert.deepEqual(
      shown.lines[0].parts.map((part) => part.manner),
      ["action", "speech"],
    );
    assert.equal(shown.lines[0].manner, "action");
  });

  test("the same event twice is one line", () => {
    const note = ["event", events(said(11, "l1", "Yes."))];
    assert.deepEqual(texts(after(opened(), note, note)), ["Yes."]);
  });

  test("what lies before a page is put before it", () => {
    const shown = paged(opened(), { lines: [line("l2", [14, "Two."])], more: false }, 14);
    assert.deepEqual(texts(after(shown, ["event", events(said(12, "l1", "One."))])), ["One.", "Two."]);
  });

  test("a lens shows only what its people witnessed", () => {
    const secret = said(11, "l1", "Psst.", { witnesses: ["you", "a"] });
    assert.deepEqual(texts(after(opened(["b"]), ["event", events(secret)])), []);
    assert.deepEqual(texts(after(opened(["you", "a"]), ["event", events(secret)])), ["Psst."]);
    assert.deepEqual(texts(after(opened(), ["event", events(secret)])), ["Psst."]);
  });

  test("what was only noticed is asked for through the lens that noticed it, and is no line of the truth", () => {
    const batch = events(
      said(11, "l1", "Psst.", { witnesses: ["you", "a"] }),
      event(12, "line.noticed", { line: "l1", who: "a", manner: "whisper" }, { witnesses: ["b"] }),
    );
    assert.ok(after(opened(["b"]), ["event", batch]).wants.has("lines"));
    assert.ok(!after(opened(["a"]), ["event", batch]).wants.has("lines"));
    const truth = after(opened(), ["event", batch]);
    assert.ok(!truth.wants.has("lines"));
    assert.deepEqual(texts(truth), ["Psst."]);
  });

  test("a rewritten line is asked for; so is whatever touches the transcript in a way not known here", () => {
    for (const kind of ["line.revised", "event.retracted", "something.new"])
      assert.ok(after(opened(), ["event", events(event(12, kind, {}))]).wants.has("lines"), kind);
    assert.ok(!after(opened(), ["event", events(said(11, "l1", "Yes."))]).wants.has("lines"));
  });

  test("what touches the scene, the world or somebody is asked for", () => {
    const note = (touches) => ["event", { ...events(event(11, "activity.arrived", {})), touches }];
    assert.deepEqual([...after(opened(), note(["scene"])).wants], ["scene"]);
    assert.deepEqual([...after(opened(), note(["world", "entity"])).wants], ["scene", "cast"]);
    assert.deepEqual([...after(opened(), note(["edges"])).wants], []);
  });

  test("notifications and fields that are not known change nothing", () => {
    const shown = opened();
    assert.equal(after(shown, ["weather", { rain: true }]), shown);
    assert.deepEqual(texts(after(shown, ["event", { ...events(said(11, "l1", "Yes.")), mood: 3 }])), ["Yes."]);
  });
});

describe("pages", () => {
  test("a page replaces what it covers and leaves what came after it", () => {
    const live = after(opened(), ["event", events(said(11, "l1", "Old words."), said(15, "l3", "Newest."))]);
    const page = { lines: [line("l1", [11, "Revised words."]), line("l2", [12, "Two."])], more: true };
    const shown = paged(live, page, 12);
    assert.deepEqual(texts(shown), ["Revised words.", "Two.", "Newest."]);
    assert.ok(shown.more && shown.loaded);
  });

  test("a part that came after the page stays with its line", () => {
    const live = after(opened(), ["event", events(said(11, "l1", "One,"), said(15, "l1", "two."))]);
    assert.deepEqual(texts(paged(live, { lines: [line("l1", [11, "One,"])], more: false }, 12)), ["One, two."]);
  });

  test("a line that a page does not hold any more is gone", () => {
    const live = after(opened(), ["event", events(said(11, "l1", "Deleted."))]);
    assert.deepEqual(texts(paged(live, { lines: [], more: false }, 12)), []);
  });

  test("older lines come before", () => {
    const shown = paged(opened(), { lines: [line("l2", [9, "Two."])], more: true }, 10);
    const older = pagedBefore(shown, { lines: [line("l1", [5, "One."]), line("l2", [9, "Two."])], more: false });
    assert.deepEqual(texts(older), ["One.", "Two."]);
    assert.equal(older.more, false);
  });

  test("another lens begins with nothing", () => {
    const shown = seenThrough(after(opened(), ["event", events(said(11, "l1", "Mine."))]), ["b"]);
    assert.deepEqual(texts(shown), []);
    assert.deepEqual([...shown.wants], ["lines", "scene"]);
  });
});

describe("tokens", () => {
  test("pieces join at their offsets, in code points", () => {
    const shown = after(opened(), ["token", token(0, "A 🚢 ")], ["token", token(4, "sails")]);
    assert.deepEqual(drafts(shown), ["A 🚢 sails"]);
    assert.ok(!shown.wants.has("drafts"));
    assert.ok(isTelling(shown.turn));
  });

  test("a gap is one also where characters take two units", () => {
    assert.ok(after(opened(), ["token", token(0, "🚢🚢")], ["token", token(3, "x")]).wants.has("drafts"));
  });

  test("a piece that comes again changes nothing; one from an earlier place begins there anew", () => {
    const shown = after(opened(), ["token", token(0, "One two")], ["token", token(4, "two")]);
    assert.deepEqual(drafts(shown), ["One two"]);
    assert.deepEqual(drafts(after(shown, ["token", token(0, "Else")])), ["Else"]);
  });

  test("an empty piece at the beginning takes back all that was told", () => {
    const shown = after(opened(), ["token", token(0, "Sam is cold.")], ["token", token(0, "")]);
    assert.deepEqual(drafts(shown), [""]);
    assert.deepEqual(drafts(after(shown, ["token", token(0, "Come in.")])), ["Come in."]);
  });

  test("a missed piece has the draft asked for, and its whole text replaces the gap", () => {
    const shown = after(opened(), ["token", token(0, "One")], ["token", token(8, "three")]);
    assert.ok(shown.wants.has("drafts"));
    const draft = { turn: 1, line: "l1", speaker: "a", text: "One two three" };
    const whole = subscribed(shown, subscription("b1", 10, [draft]), 6);
    assert.deepEqual(drafts(whole), ["One two three"]);
    assert.deepEqual(drafts(after(whole, ["token", token(13, " four")])), ["One two three four"]);
  });

  test("reasoning is kept apart, and stays with the line when it has landed", () => {
    const shown = after(
      opened(),
      ["token", token(0, "He lies.", { kind: "reasoning" })],
      ["token", token(0, "Really?")],
      ["event", events(said(11, "l1", "Really?"))],
    );
    assert.deepEqual(drafts(shown), []);
    assert.deepEqual([texts(shown), shown.reasoning], [["Really?"], { l1: "He lies." }]);
  });

  test("a draft that led to nothing goes when its turn ends", () => {
    const begun = after(opened(), ["token", token(0, "One")]);
    for (const phase of ["failed", "stopped", "done"]) {
      const shown = after(begun, ["turn", { subscription: "u1", turn: 1, phase }]);
      assert.deepEqual(drafts(shown), [], phase);
      assert.ok(!isTelling(shown.turn), phase);
    }
  });

  test("a lens reads along only with its own words", () => {
    const [draft] = after(opened(), ["token", token(0, "One")]).drafts;
    assert.deepEqual(
      [[], ["a"], ["b"], ["you", "a"]].map((lens) => mayRead(lens, draft)),
      [true, true, false, false],
    );
  });
});

describe("turns", () => {
  test("time is counted from the first that is heard of a turn", () => {
    let shown = noted(opened(), "turn", { turn: 1, phase: "started" }, 100);
    shown = noted(shown, "turn", { turn: 1, phase: "rendering" }, 900);
    assert.deepEqual([shown.turn.since, shown.turn.phase], [100, "rendering"]);
    assert.equal(noted(shown, "turn", { turn: 2, phase: "started" }, 950).turn.since, 950);
  });

  test("a failure keeps the error that it carries", () => {
    const detail = { code: -32007, message: "no model", data: { why: "down" } };
    assert.deepEqual(noted(opened(), "turn", { turn: 1, phase: "failed", detail }, 0).turn.detail, detail);
  });

  test("after `replied` there is nothing to stop", () => {
    assert.ok(!isTelling(noted(opened(), "turn", { turn: 1, phase: "replied" }, 0).turn));
  });
});

describe("branches", () => {
  test("what lies beyond the common seq goes, parts of a line too", () => {
    const batch = events(
      said(11, "l1", "One."),
      said(12, "l2", "Two,"),
      said(14, "l2", "and a half."),
      said(15, "l3", "Three."),
    );
    const shown = after(opened(), ["event", batch], ["branch", branch("b2", 12)]);
    assert.deepEqual(texts(shown), ["One.", "Two,"]);
    assert.deepEqual([shown.branch, shown.seen], ["b2", 12]);
  });

  test("the events that follow belong to the new branch, and a switch back brings the old ones", () => {
    const there = after(
      opened(),
      ["event", events(said(11, "l1", "One."), said(12, "l2", "Two."))],
      ["branch", branch("b2", 11)],
      ["event", events(said(20, "l9", "Otherwise."))],
    );
    assert.deepEqual(texts(there), ["One.", "Otherwise."]);
    const back = after(there, ["branch", branch("b1", 11)], ["event", events(said(12, "l2", "Two."))]);
    assert.deepEqual(texts(back), ["One.", "Two."]);
    assert.equal(back.seen, 12);
  });

  test("lines may read differently before the common seq too, so they are asked for", () => {
    assert.deepEqual([...after(opened(), ["branch", branch("b2", 3)]).wants], ["lines", "scene", "cast"]);
  });

  test("the first reply on a branch may be another take: its line is asked for, and no later one is", () => {
    const reply = (seq, id) => ["event", events(said(seq, id, "Yes.", { data: { mode: "reply" }, branch: "b2" }))];
    const typed = ["event", events(said(12, "l2", "Well?", { branch: "b2" }))];
    const granted = { ...after(opened(), ["branch", branch("b2", 10)]), wants: new Set() };
    const asked = after(granted, typed);
    assert.ok(!asked.wants.has("lines"));
    const replied = after(asked, reply(13, "l3"));
    assert.ok(replied.wants.has("lines"));
    assert.ok(!after({ ...replied, wants: new Set() }, reply(14, "l4")).wants.has("lines"));
    assert.ok(!after(opened(), reply(11, "l1")).wants.has("lines"));
  });

  test("a draft is shown on its own branch only", () => {
    const shown = after(opened(), ["token", token(0, "One")], ["branch", branch("b2", 10)]);
    assert.deepEqual(drafts(shown), []);
    assert.deepEqual(drafts(after(shown, ["branch", branch("b1", 10)])), ["One"]);
  });
});

describe("coming back", () => {
  test("the lines are asked for: what was purged meanwhile is told by no event", () => {
    const again = subscribed(opened(), subscription("b1", 12), 5);
    assert.ok(again.wants.has("lines"));
  });

  test("what was seen stays seen: the events after it are still to come", () => {
    const before = after(opened(), ["event", events(said(11, "l1", "One."))]);
    const shown = after(subscribed(before, subscription("b1", 13), 9), ["event", events(said(13, "l2", "Two."))]);
    assert.deepEqual([texts(shown), shown.seen], [["One.", "Two."], 13]);
  });

  test("onto another branch: what is not on it goes", () => {
    const before = after(opened(), ["event", events(said(11, "l1", "One."), said(12, "l2", "Two."))]);
    const shown = after(
      subscribed(before, subscription("b2", 21), 9),
      ["branch", branch("b2", 11, 21)],
      ["event", events(said(21, "l9", "Otherwise."))],
    );
    assert.deepEqual([texts(shown), shown.branch, shown.seen], [["One.", "Otherwise."], "b2", 21]);
  });

  test("a draft goes on where it is by now", () => {
    const before = after(opened(), ["token", token(0, "One")]);
    const draft = { turn: 1, line: "l1", speaker: "a", text: "One two" };
    const shown = after(subscribed(before, subscription("b1", 10, [draft]), 9), ["token", token(7, " three")]);
    assert.deepEqual(drafts(shown), ["One two three"]);
    assert.ok(isTelling(shown.turn));
  });

  test("a turn that ended meanwhile is over; a failure that was told stays told", () => {
    const telling = noted(opened(), "turn", { turn: 1, phase: "rendering" }, 0);
    assert.equal(subscribed(telling, subscription("b1", 12), 9).turn, null);
    const failed = noted(opened(), "turn", { turn: 1, phase: "failed", detail: {} }, 0);
    assert.equal(subscribed(failed, subscription("b1", 12), 9).turn.phase, "failed");
  });

  test("the latest turn is told as it is by now, with what it changed", () => {
    const telling = noted(opened(), "turn", { turn: 1, phase: "rendering" }, 0);
    const detail = { reading: "ok", changes: [{ text: "Mara takes the ring", seqs: [9] }], refused: [] };
    const turns = [{ turn: 1, phase: "done", detail }];
    const shown = subscribed(telling, { ...subscription("b1", 12), turns }, 9);
    assert.deepEqual([shown.turn.phase, shown.turn.detail], ["done", detail]);
    const reading = subscribed(opened(), { ...subscription("b1", 12), turns: [{ turn: 3, phase: "reading" }] }, 9);
    assert.deepEqual([reading.turn.turn, reading.turn.phase, reading.turn.detail], [3, "reading", null]);
  });
});
