"""S7: the share of prompts' tokens that the server finds in its cache, over 50 turns with the embedded model, as it
counts them itself: one speaker, in a new scene and with 200 lines before; two who alternate while every turn is read.

The embedded model is shown whole prompts here, as a larger one is; by itself it is given short scripts.
"""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.decay import EXAMPLES, WHO, over_at_last, said
from tests.bench.figures import Figure
from tests.bench.rpcd import running
from tests.bench.stores import Stores
from tests.support.open_store import plain
from tests.support.real_daemon import WORDS_ALONE
from tests.support.wire_client import Client

TURNS, BEFORE = 50, 200
PARAMS: dict[str, Any] = {"max_tokens": 40}
CONFIG = '[models.render]\nbase_url = "embedded"\nform = "chat"\n[play]\nreading = "{reading}"\n'

SETUP: list[dict[str, Any]] = [
    {"do": "add_container", "container": "inn", "name": "The Slow Lantern", "description": "A low room by a river."},
    {"do": "add_entity", "entity": "you", "name": "Sam", "identity": {"description": "A courier."}},
    {"do": "add_entity", "entity": "a", "name": "Mara", "identity": {**WHO, "examples": EXAMPLES}},
    {"do": "add_entity", "entity": "b", "name": "Oren", "identity": {"personality": "Talks to fill a silence."}},
    {"do": "open_scene", "container": "inn", "present": ["you", "a", "b"]},
]


class Calls(msgspec.Struct, frozen=True):
    """The prompts of the calls that wrote replies, in order: their tokens, and those that were found in the cache."""

    tokens: list[int]
    cached: list[int]

    @property
    def share(self) -> float:
        return sum(self.cached) / sum(self.tokens)


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The three shares."""
    turns = 8 if quick else TURNS
    return [
        _figure(stores, turns, "one speaker, in a new scene", 0, ["a"], "off", 0.90),
        _figure(stores, turns, f"one speaker, {BEFORE} lines before", BEFORE, ["a"], "off", 0.90),
        _figure(stores, turns, "two speakers in turn, read on", 0, ["a", "b"], "wait", 0.85),
    ]


def _figure(
    stores: Stores, turns: int, what: str, before: int, speakers: Sequence[str], reading: str, promised: float
) -> Figure:
    home = stores.folder / "caching"
    home.mkdir()
    (home / "config.toml").write_text(CONFIG.format(reading=reading) + WORDS_ALONE)
    calls = asyncio.run(_played(home, turns, before, speakers))
    shutil.rmtree(home)
    return Figure(
        promise="S7", what=f"share of prompts found in the cache: {what}", ours=calls.share, unit="", of="ours",
        promised=promised, least=True, details=msgspec.to_builtins(calls),
    )  # fmt: skip


async def _played(home: Path, turns: int, before: int, speakers: Sequence[str]) -> Calls:
    with running(home) as ready:
        async with Client.unix(ready["socket"]) as client:
            story = (await client.call("create", title="Fifty turns", setup=SETUP))["story"]
            lines = [
                {"do": "say", "who": ("you", "a")[n % 2], "text": f"{text[:-1]}, back then."}
                for n, text in enumerate(said(before))
            ]
            for at in range(0, before, 20):
                await client.call("append", story=story, commands=lines[at : at + 20])
            await client.call("stream", story=story, tokens=False)
            for number, text in enumerate(said(turns)):
                asked = {"story": story, "text": text, "speaker": speakers[number % len(speakers)],
                         "params": {**PARAMS, "seed": number}}  # fmt: skip
                await over_at_last(client, (await client.call("play", asked))["turn"])
                client.notes.clear()
                client.log.clear()
    return _calls(home / "store" / "fabula.db")


def _calls(path: Path) -> Calls:
    with plain(path) as c:
        rows = c.execute(
            "SELECT data ->> 'prompt_tokens', data ->> 'cached_tokens' FROM event"
            " WHERE kind = 'model.called' AND data ->> 'role' = 'render' ORDER BY seq"
        ).fetchall()
    counted = [(tokens, cached or 0) for tokens, cached in rows if tokens]
    if not counted:
        raise RuntimeError("the server counted no tokens")
    return Calls([tokens for tokens, _ in counted], [cached for _, cached in counted])
