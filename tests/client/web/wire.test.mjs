/** The connection: hello first, answers to their calls, coming back after a loss, and giving up where it must. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Lost, Refusal, Wire } from "../../../client/web/wire.js";

/** A daemon's side of the wire that does what a test says, and a clock that stands still. */
function world() {
  const sockets = [];
  const timers = [];
  const heard = [];
  const conditions = [];
  const open = () => {
    const socket = { sent: [], closed: false, send: (text) => socket.sent.push(JSON.parse(text)) };
    socket.close = () => {
      socket.closed = true;
      socket.onclose({ code: 1005 });
    };
    socket.say = (message) => socket.onmessage({ data: JSON.stringify({ jsonrpc: "2.0", ...message }) });
    socket.answer = (result) => socket.say({ id: socket.sent.at(-1).id, result });
    sockets.push(socket);
    return socket;
  };
  const wire = new Wire({
    url: "ws://here/ws",
    token: "secret",
    open,
    later: (act, ms) => timers.push({ act, ms }),
    heard: (method, params) => heard.push([method, params]),
    changed: (condition) => conditions.push(condition),
    another: () => conditions.push("another"),
  });
  return { wire, sockets, timers, heard, conditions };
}

/** Lets what waits on answers go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function greeted(around, store = "one") {
  around.wire.connect();
  const socket = around.sockets.at(-1);
  socket.onopen();
  socket.answer({ protocol: "1.0", store });
  await settle();
  return socket;
}

describe("connecting", () => {
  test("hello comes first, with the token", async () => {
    const around = world();
    const socket = await greeted(around);
    assert.equal(socket.sent[0].method, "hello");
    assert.deepEqual(socket.sent[0].params, { client: "fabula-web", protocol: "1.0", token: "secret" });
    assert.deepEqual(around.conditions, ["connecting", "open"]);
  });

  test("an answer reaches its call, an error as what the daemon said", async () => {
    const around = world();
    const socket = await greeted(around);
    const [first, second] = [around.wire.call("stories", {}), around.wire.call("play", { story: "s1" })];
    const [one, two] = socket.sent.slice(-2);
    socket.say({ id: two.id, error: { code: -32001, message: "busy", data: { retry: 3 } } });
    socket.say({ id: one.id, result: { stories: [] } });
    assert.deepEqual(await first, { stories: [] });
    await assert.rejects(
      second,
      (error) => error instanceof Refusal && error.code === -32001 && error.data.retry === 3,
    );
  });

  test("a notification is heard; an answer to nobody is no harm", async () => {
    const around = world();
    const socket = await greeted(around);
    socket.say({ method: "turn", params: { turn: 1 } });
    socket.say({ id: 999, result: {} });
    assert.deepEqual(around.heard, [["turn", { turn: 1 }]]);
  });

  test("nothing is called before hello is answered", async () => {
    const around = world();
    around.wire.connect();
    await assert.rejects(around.wire.call("stories", {}), Lost);
  });
});

describe("a loss", () => {
  test("calls without an answer are lost, and the wait grows until it works again", async () => {
    const around = world();
    const socket = await greeted(around);
    const call = around.wire.call("stories", {});
    socket.onclose({ code: 1006 });
    await assert.rejects(call, Lost);
    for (let tries = 0; tries < 6; tries++) {
      around.timers.at(-1).act();
      around.sockets.at(-1).onclose({ code: 1006 });
    }
    const waits = around.timers.map(({ ms }) => ms);
    assert.ok(waits[0] <= 250 && waits.at(-1) >= 4000 && waits.at(-1) <= 8000, String(waits));
    around.timers.at(-1).act();
    await (async () => {
      const again = around.sockets.at(-1);
      again.onopen();
      again.answer({ store: "one" });
      await settle();
      again.onclose({ code: 1013 });
    })();
    assert.ok(around.timers.at(-1).ms <= 250);
  });

  test("what is insisted on is asked again with the same params", async () => {
    const around = world();
    const socket = await greeted(around);
    const play = around.wire.insist("play", { story: "s1", text: "Hello?", key: "k1" });
    await settle();
    socket.onclose({ code: 1006 });
    await settle();
    around.timers.at(-1).act();
    const again = around.sockets.at(-1);
    again.onopen();
    again.answer({ store: "one" });
    await settle();
    assert.deepEqual(again.sent.at(-1).params, { story: "s1", text: "Hello?", key: "k1" });
    again.answer({ turn: 3, head: 12 });
    assert.deepEqual(await play, { turn: 3, head: 12 });
  });

  test("another store is told of before anything is asked, and nothing insisted on goes there", async () => {
    const around = world();
    const socket = await greeted(around);
    const lost = assert.rejects(around.wire.insist("play", { story: "s1", text: "Hello?", key: "k1" }), Lost);
    await settle();
    socket.onclose({ code: 1006 });
    await settle();
    const again = await greeted(around, "other");
    await lost;
    assert.deepEqual(again.sent.map(({ method }) => method), ["hello"]);
    assert.deepEqual(around.conditions.slice(-3), ["connecting", "another", "open"]);
    const asked = around.wire.insist("stories", {});
    await settle();
    again.answer({ stories: [] });
    assert.deepEqual(await asked, { stories: [] });
  });

  test("connecting at once does not make two connections", async () => {
    const around = world();
    const socket = await greeted(around);
    around.wire.connect();
    assert.equal(around.sockets.length, 1);
    socket.onclose({ code: 1006 });
    around.wire.connect();
    around.timers.at(-1).act();
    assert.equal(around.sockets.length, 2);
  });
});

describe("being turned away", () => {
  test("by an error to hello: no further try, and what waited is told why", async () => {
    const around = world();
    around.wire.connect();
    const waiting = assert.rejects(around.wire.insist("stories", {}), Refusal);
    const socket = around.sockets.at(-1);
    socket.onopen();
    socket.say({ id: socket.sent[0].id, error: { code: -32002, message: "wrong token" } });
    await waiting;
    assert.equal(around.conditions.at(-1), "refused");
    assert.ok(socket.closed);
    assert.equal(around.timers.length, 0);
  });

  test("by a close with 4401, as after the token was replaced", async () => {
    const around = world();
    const socket = await greeted(around);
    socket.onclose({ code: 4401 });
    assert.equal(around.conditions.at(-1), "refused");
    assert.equal(around.timers.length, 0);
  });
});
