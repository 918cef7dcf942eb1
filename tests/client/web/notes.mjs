/** Answers and notifications as the daemon would send them, for the tests beside this file. */

/** A `line.said` event: everybody hears it unless said otherwise. */
export function said(seq, line, text, { data = {}, witnesses = ["you", "a", "b"], branch = "b1" } = {}) {
  return event(seq, "line.said", { line, who: "a", text, ...data }, { witnesses, branch });
}

export function event(seq, kind, data, { witnesses = ["you", "a", "b"], branch = "b1" } = {}) {
  return { seq, branch, turn: 1, cause: null, kind, version: 1, at: "2026-01-01T00:00:00Z", witnesses, data };
}

export function events(...events) {
  return { subscription: "u1", story: "s1", branch: "b1", events, touches: ["transcript", "timeline", "prompt"] };
}

export function token(offset, text, more = {}) {
  return {
    subscription: "u1",
    branch: "b1",
    turn: 1,
    line: "l1",
    speaker: "a",
    kind: "text",
    offset,
    text,
    ...more,
  };
}

export function branch(name, common, head = common) {
  return { subscription: "u1", story: "s1", branch: name, head, common };
}

/** A line as `project` gives it, with a part for each [seq, text]. */
export function line(id, ...parts) {
  const witnesses = ["you", "a", "b"];
  const views = parts.map(([seq, text]) => ({ seq, manner: "speech", to: [], text, witnesses }));
  const text = views.map((part) => part.text).join(" ");
  const own = { seq: parts[0][0], who: "a", manner: "speech", to: [], text, parts: views };
  return { line: id, ...own, scene: null, witnesses, turn: 1, take: 1, takes: 1 };
}

export function subscription(branch, head, drafts = []) {
  return { subscription: "u1", branch, head, drafts };
}
