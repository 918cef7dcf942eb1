"""Golden transcripts: a conversation written down with what varies masked, and played again against a live daemon.

A transcript is JSON lines in tests/transcripts/: `{"sent": message}` and `{"got": message}` in the order of the
conversation, masked as tests/support/transcript_masks.py says.
"""

import asyncio
import difflib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from tests.support.transcript_masks import Log, Mask, answers, events
from tests.support.wire_client import PATIENCE, Client

FOLDER = Path(__file__).parents[1] / "transcripts"


def save(client: Client, name: str) -> None:
    """Writes down what a client has said and heard so far."""
    lines = [json.dumps({"sent" if sent else "got": m}, ensure_ascii=False) for sent, m in masked(client.log)]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(name: str) -> Log:
    """A transcript, still masked."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [("sent" in entry, entry.get("sent", entry.get("got"))) for entry in map(msgspec.json.decode, lines)]


async def replay(name: str, client: Client) -> None:
    """Says again what was said and compares what comes back. Raises AssertionError with the difference.

    A request is sent when all that had come before it has come again. What the client has said already (its
    hello) is taken for the beginning of the transcript.
    """
    recorded = load(name)
    said = sum(sent for sent, _ in client.log)
    for place, (sent, message) in enumerate(recorded):
        if not sent:
            continue
        if said:
            said -= 1
            continue
        await _reach(client, recorded[:place])
        await client.post(Mask(client.log).live(message))
    await _reach(client, recorded)
    _compare(summary(recorded), summary(masked(client.log)))


def masked(log: Log) -> Log:
    """A conversation with what varies masked, and tokens that follow each other joined."""
    mask = Mask(log)
    joined: Log = []
    for place, (sent, message) in enumerate(log):
        made = Mask(log[:place]).sent(message) if sent else mask.got(message)
        if not (joined and _join(joined[-1][1], made)):
            joined.append((sent, made))
    return joined


def summary(log: Log) -> dict[str, Any]:
    """What must be the same whenever it is played: answers in order; events, turns and texts per subscription."""
    heard = [(m["method"], m["params"]) for sent, m in log if not sent and "method" in m]
    texts: dict[str, str] = {}
    for p in (p for method, p in heard if method == "token"):
        draft = f"{p['subscription']} turn {p['turn']} {p['line']} {p['kind']}"
        texts[draft] = texts.get(draft, "") + p["text"]
    return {
        "answers": answers(log),
        "events": events(log),
        "turns": [p for method, p in heard if method == "turn"],
        "branches": [p for method, p in heard if method == "branch"],
        "texts": texts,
    }


async def _reach(client: Client, recorded: Log) -> None:
    wanted = _measure(recorded)
    try:
        async with asyncio.timeout(PATIENCE):
            while any(_measure(client.log)[what] < n for what, n in wanted.items()):
                await asyncio.sleep(0.005)
                if client.fault:
                    raise client.fault
    except TimeoutError:
        _compare(summary(recorded), summary(masked(client.log)))
        raise


def _measure(log: Log) -> Counter[str]:
    """How much has come: answers, events, steps of turns, switches, and characters of text."""
    measure: Counter[str] = Counter()
    for sent, m in log:
        if sent:
            continue
        match m.get("method") if isinstance(m, dict) else None:
            case "event":
                measure["events"] += len(m["params"]["events"])
            case "token":
                measure[m["params"]["kind"]] += len(m["params"]["text"])
            case kind:
                measure[kind or "answers"] += 1
    return measure


def _compare(recorded: dict[str, Any], live: dict[str, Any]) -> None:
    if recorded != live:
        was, now = (json.dumps(x, ensure_ascii=False, indent=1).splitlines() for x in (recorded, live))
        raise AssertionError("\n".join(difflib.unified_diff(was, now, "recorded", "live", n=6, lineterm="")))


def _join(last: Any, new: Any) -> bool:
    """Adds a token's text to the token before it, if it goes on from there."""
    if not all(isinstance(m, dict) and m.get("method") == "token" for m in (last, new)):
        return False
    a, b = last["params"], new["params"]
    if any(a[k] != b[k] for k in ("subscription", "turn", "line", "kind")):
        return False
    a["text"] += b["text"]
    return True
