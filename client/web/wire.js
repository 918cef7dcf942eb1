/** The connection to the daemon: one WebSocket, its calls, and coming back after a loss. Knows no meanings. */

const PROTOCOL = "1.0";
const UNAUTHORISED = -32002;
const CLOSED_UNAUTHORISED = 4401;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;

/** An answer that is an error: what the daemon said, as it said it. */
export class Refusal extends Error {
  /** @param {{code: number, message: string, data?: Record<string, unknown> | null}} error */
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.data = error.data ?? {};
  }
}

/** The connection went before the answer came; whether the request was served is not known. */
export class Lost extends Error {}

/**
 * @typedef {import("../../protocol/generated/protocol.d.ts").MethodName} MethodName
 */

/**
 * @template {MethodName} M
 * @typedef {import("../../protocol/generated/protocol.d.ts").Params<M>} Params
 */

/**
 * @template {MethodName} M
 * @typedef {import("../../protocol/generated/protocol.d.ts").Result<M>} Result
 */

/**
 * @typedef {"connecting" | "open" | "waiting" | "refused"} Condition
 *
 * @typedef {object} Socket what is used of a WebSocket
 * @property {(text: string) => void} send
 * @property {() => void} close
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 *
 * @typedef {object} Surroundings
 * @property {string} url
 * @property {string} token
 * @property {(url: string) => Socket} open
 * @property {(act: () => void, ms: number) => unknown} later
 * @property {(method: string, params: any) => void} heard a notification
 * @property {(condition: Condition, why: Error | null) => void} changed
 * @property {() => void} another the store is not the one it was: no seq and no id means what it did
 */

export class Wire {
  /** @type {Condition} */
  condition = "waiting";
  /** @type {Surroundings} */
  #around;
  /** @type {Socket | null} */
  #socket = null;
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  #pending = new Map();
  /** @type {{resolve: () => void, reject: (error: Error) => void}[]} */
  #waiting = [];
  /** @type {string | null} the store at the other end */
  #store = null;
  #lastId = 0;
  #losses = 0;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
  }

  /** Connects now, also where a wait for the next try is on. */
  connect() {
    if (this.condition !== "waiting") return;
    this.#become("connecting", null);
    const socket = this.#around.open(this.#around.url);
    this.#socket = socket;
    socket.onopen = () => this.#greet(socket);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    };
  }

  /**
   * One call. Rejects with Refusal or Lost.
   *
   * @template {MethodName} M
   * @param {M} method
   * @param {Params<M>} params
   * @returns {Promise<Result<M>>}
   */
  call(method, params) {
    if (this.condition !== "open") return Promise.reject(new Lost("not connected"));
    return this.#send(method, params);
  }

  /**
   * A call that outlives losses of the connection, but goes to no other store. Only for what may be asked twice:
   * reads, or params with a `key`.
   *
   * @template {MethodName} M
   * @param {M} method
   * @param {Params<M>} params
   * @returns {Promise<Result<M>>}
   */
  async insist(method, params) {
    let store = this.#store;
    for (;;) {
      await this.#opened();
      store ??= this.#store;
      if (store !== this.#store) throw new Lost("the daemon has another store now");
      try {
        return await this.#send(method, params);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
      }
    }
  }

  /** @returns {Promise<void>} */
  #opened() {
    if (this.condition === "open") return Promise.resolve();
    if (this.condition === "refused") return Promise.reject(new Lost("not admitted"));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** @param {Socket} socket */
  async #greet(socket) {
    const params = { client: "fabula-web", protocol: PROTOCOL, token: this.#around.token };
    const before = this.#store;
    try {
      this.#store = (await this.#send("hello", params)).store;
    } catch (error) {
      if (error instanceof Refusal) this.#turnedAway(error);
      return;
    }
    if (socket !== this.#socket) return;
    this.#losses = 0;
    if (before !== null && before !== this.#store) this.#around.another();
    this.#become("open", null);
    for (const one of this.#waiting.splice(0)) one.resolve();
  }

  /**
   * @template {MethodName} M
   * @param {M} method
   * @param {Params<M>} params
   * @returns {Promise<Result<M>>}
   */
  #send(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket?.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** @param {string} text */
  #receive(text) {
    const message = JSON.parse(text);
    if (message.id === undefined || message.id === null) {
      if (typeof message.method === "string") this.#around.heard(message.method, message.params ?? {});
      return;
    }
    const call = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error) call?.reject(new Refusal(message.error));
    else call?.resolve(message.result);
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    const lost = new Lost("the connection was lost");
    for (const call of this.#pending.values()) call.reject(lost);
    this.#pending.clear();
    if (this.condition === "refused") return;
    if (code === CLOSED_UNAUTHORISED) {
      this.#turnedAway(new Refusal({ code: UNAUTHORISED, message: "the token is not valid" }));
      return;
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#losses++);
    this.#become("waiting", lost);
    // Half of the wait is random, so that many pages do not come back to a restarted daemon at one moment.
    this.#around.later(() => this.connect(), wait / 2 + (wait / 2) * Math.random());
  }

  /** @param {Refusal} why */
  #turnedAway(why) {
    this.#become("refused", why);
    for (const one of this.#waiting.splice(0)) one.reject(why);
    this.#socket?.close();
  }

  /**
   * @param {Condition} condition
   * @param {Error | null} why
   */
  #become(condition, why) {
    this.condition = condition;
    this.#around.changed(condition, why);
  }
}

/** A key that makes a request safe to repeat. Works without a secure context too, unlike `crypto.randomUUID`. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(36)).join("-");
}
