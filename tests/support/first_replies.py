"""Thirty first things that a newcomer types, and the four ways in which a tiny model spoils the reply to one.

`python -m tests.support.first_replies FILE [SEED]` plays them with the embedded model, each in the first built-in story
made anew, and writes what came of it as JSON.
"""

import asyncio
import contextlib
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daemon.files.builtin_templates import TEAROOM
from tests.support.real_daemon import Daemon
from tests.support.small_cast import over
from tests.support.wire_client import Client

SAID = (
    "Hello.", "Hi there!", "Good evening, Maren.", "Hey, who are you?", "What is this place?", "Where am I?",
    "*sits down at the window table*", "*looks around the room*", "Could I have a cup of tea, please?",
    "When does the next boat leave?", "Is there a room where I can sleep tonight?", "What is in that tin?",
    "*opens the biscuit tin*", "I missed my boat because of the fog.", "Are you always open this late?",
    "*shakes the rain off my coat* What a night.", "My name is Robin. What's yours?", "How long have you worked here?",
    "Do you like it here?", "Tell me a story.", "I am looking for my sister.",
    "*walks over to the barometer* Does this work?", "Can you keep a secret?", "I'm cold.",
    "Why is that chair for show?", "*smiles and waves*", "What happened to your brother?", "I don't trust you.", "test",
    "So, what do we do now?",
)  # fmt: skip
"""Greetings, questions and deeds."""

SPOILS = ("repeats", "breaks off", "recites the prompt", "speaks for another")

_SHORT, _KNOWN = 3, 0.6
_ROW = 6
_ENDED = re.compile(r"(?:(?<!\.)[.!?][\"”»’'*`)]*|\*)$")
_SAYS = r"(?:says?|said|asks?|asked|replies|replied|answers?|answered)"
_ACTS = r"(?:nods?|smiles?|laughs?|sighs?|sits?|stands?|takes?|walks?|turns?|looks?)"


class First(msgspec.Struct, frozen=True):
    """A first reply: what was `said`, the `reply` with its marks (empty where none came), whether it was `cut` short,
    what it was a reply to (`before`: the lines of the story up to there), the prompt as one text, and seconds until the
    first words were shown and until it was over."""

    said: str
    reply: str
    cut: bool
    before: list[str]
    prompt: str
    first_s: float | None
    total_s: float


def spoilt(reply: First, own: str, others: Sequence[str]) -> list[str]:
    """In which of the four ways it is spoilt. `own` is the speaker's name, `others` are those of the others.

    * It repeats: a sentence of three words or more says again, by more than three in five of its triples of words, what
      a line before it or an earlier sentence of its own did; or a shorter one stands in it twice.
    * It breaks off: it is empty or cut short, its last sentence has no end or trails off, or a mark or a quote is left
      open.
    * It recites the prompt: six words in a row stand there, or it has a heading or bracket of a prompt.
    * It speaks for another: a line begins with another's name and a colon, somebody else is quoted or made to act, or
      the speaker takes itself for another.
    """
    found = (_repeats(reply), _breaks_off(reply), _recites(reply), _speaks_for(reply.reply, own, others))
    return [name for name, so in zip(SPOILS, found, strict=True) if so]


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower().replace("’", "'"))


def _row(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _repeats(reply: First) -> bool:
    stood = {g for line in reply.before for g in _row(_words(line), 3)}
    short = set[tuple[str, ...]]()
    for sentence in re.split(r"(?<=[.!?…])\s+|\n+", reply.reply):
        words = _words(sentence)
        triples = _row(words, 3)
        if len(words) >= _SHORT and sum(g in stood for g in triples) > _KNOWN * len(triples):
            return True
        if 1 < len(words) < _SHORT and tuple(words) in short:
            return True
        stood.update(triples)
        short.add(tuple(words))
    return False


def _breaks_off(reply: First) -> bool:
    text = reply.reply.strip()
    uneven = any(text.count(c) % 2 for c in '*`"') or text.count("(") != text.count(")")
    return not text or reply.cut or uneven or _ENDED.search(text) is None


def _recites(reply: First) -> bool:
    rows = set(_row(_words(reply.prompt), _ROW))
    scaffold = re.search(r"^\s*#|^\s*\[|\b(?:just now|an example of how|appearance|personality|voice):", reply.reply,
                         re.IGNORECASE | re.MULTILINE)  # fmt: skip
    return scaffold is not None or any(g in rows for g in _row(_words(reply.reply), _ROW))


def _speaks_for(text: str, own: str, others: Sequence[str]) -> bool:
    names = "|".join(re.escape(n) for n in others)
    signs = (
        rf"^\W*(?:{names}|you)\W*:",
        rf"\b(?:{names}|you)\b[^.!?\n\"“]{{0,40}}\b{_SAYS}\b[^.!?\n\"“]{{0,40}}[\"“]",
        rf"[\"”]\s*(?:{names}|you)\s+{_SAYS}\b",
        rf"\*\s*(?:{names}|you)\s+{_ACTS}\b",
        rf"\b(?:I am|I['’]m|my name is|name['’]s|this is)\s+(?:{names})\b",
    )
    mine = re.sub(rf"\b{re.escape(own)}\b", "", text)
    return any(re.search(sign, mine, re.IGNORECASE | re.MULTILINE) for sign in signs)


async def played(client: Client, said: str, seed: int) -> First:
    """The first reply to something, in the first built-in story made anew."""
    story = (await client.call("create", title=TEAROOM.title, template=TEAROOM.name))["story"]
    await client.call("stream", story=story, tokens=True)
    client.notes.clear()
    began = time.monotonic()
    first = asyncio.create_task(_shown(client))
    turn = (await client.call("play", {"story": story, "text": said, "params": {"seed": seed}}))["turn"]
    for _ in range(20):
        with contextlib.suppress(AssertionError):
            await over(client, turn)
            break
    total = time.monotonic() - began
    first.cancel()
    shown = (await client.call("project", story=story, view="transcript", limit=8))["data"]["lines"]
    mine = next((x for x in shown if x["turn"] == turn and x["who"] == "a"), None)
    before = [x["text"] for x in shown if x is not mine]
    if mine is None:
        return First(said, "", False, before, "", None, total)
    told = await client.call("explain", story=story, line=mine["line"])
    assert told["exact"], told["reason"]
    raw = "".join(p.get("raw") or p["text"] for p in mine["parts"]).strip()
    prompt = "\n".join(x["content"] for x in told["messages"])
    at = first.result() - began if first.done() and not first.cancelled() else None
    return First(said, raw, mine.get("cut", False), before, prompt, at, total)


async def _shown(client: Client) -> float:
    """When the first words of a reply were shown."""
    while not any(n.method == "token" and n.params["text"] for n in client.notes):
        await asyncio.sleep(0.005)
    return time.monotonic()


async def _all(home: Path, seed: int) -> list[First]:
    async with Daemon(home) as daemon, daemon.unix() as client:
        await played(client, "Hello?", 0)  # or the first one would wait for the model's process
        return [await played(client, said, seed + n) for n, said in enumerate(SAID)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        replies = asyncio.run(_all(Path(folder) / "home", int([*sys.argv, 0][2])))
    Path(sys.argv[1]).write_bytes(msgspec.json.format(msgspec.json.encode(replies), indent=1))
    for reply in replies:
        print(f"{reply.said}\n    {reply.reply}  {', '.join(spoilt(reply, 'Maren', ['Robin']))}")
