"""A whole session, written down once over each transport and played again: whatever a client hears is as it was.

`python -m tests.transcripts.test_golden` writes it down anew; read the difference before it is committed.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import config
from tests.support import golden_transcripts
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, LENSES, over, said, until
from tests.support.wire_client import Client, Refused

TRANSPORTS = ("unix", "web")
VIEWS = ("scene", "world", "edges", "transcript", "memories", "occasions", "threads", "timeline", "prompt", "state")


async def words(body: dict[str, Any]) -> AsyncIterator[str]:
    """What the model says; to one who asks it to wait, only the beginning."""
    asked = body["messages"][-1]["content"]
    if "Wait" in asked:
        yield "Very "
        yield "well. "
        await asyncio.Event().wait()
    yield '*She looks up.* "Sit down." '
    yield "`Again that courier.`\n(whispers to Sam) Mind the guest."


async def session(c: Client) -> None:
    """What a person might do in an evening, slips included."""
    await c.call("status")
    made = await c.call("create", title="Rain", setup=INN)
    s = made["story"]
    followed = await c.call("stream", story=s)
    first = await c.call("append", story=s, commands=[said("you", "Good evening.")], expected=made["head"], key="k1")
    await c.call("append", story=s, commands=[said("you", "Good evening.")], expected=made["head"], key="k1")
    await c.call(
        "append",
        story=s,
        commands=[
            {"do": "take", "who": "you", "prop": "key"},
            said("you", "Psst.", manner="whisper", to=["b"]),
            {"do": "feel", "from": "a", "to": "you", "trust": 1, "because": "he wiped his boots"},
            {"do": "remember", "gist": "Sam took the key.", "by": ["you", "a"]},
            {"do": "pass_time", "minutes": 10},
            {"do": "note", "text": "Keep it short."},
        ],
    )
    await played(c, s, text="Mara, have you a room?", key="k2")
    await mistakes(c, s, made)
    for view in VIEWS:
        await c.call("project", story=s, view=view)
    for lens in LENSES[1:]:
        for view in ("world", "transcript", "state"):
            await c.call("project", story=s, view=view, lens=lens)
    await c.call("project", story=s, view="entity", lens=["b"], entity="a")
    await c.call("project", story=s, view="prompt", lens=["b"])
    await c.call("project", story=s, view="transcript", at=first["head"])
    await c.call("project", story=s, view="transcript", limit=1)
    await stopped(c, s, "Wait, I forgot something.")
    await played(c, s, mode="continue")
    await played(c, s, text="So be it.", mode="silent")
    await c.call("rewind", story=s, to=first["head"], preview=True)
    back = await c.call("rewind", story=s, to=first["head"])
    await caught_up(c, back["head"])
    await played(c, s, text="Oren, who are you?", to=["b"])
    await c.call("branches", story=s)
    there = await c.call("switch", story=s, branch=back["undo"])
    await caught_up(c, there["head"])
    await c.call("project", story=s, view="transcript", lens=["a"])
    await c.call("unstream", subscription=followed["subscription"])
    await c.batch(("stories", {}), ("branches", {"story": s}), ("switch", {"story": s, "branch": back["branch"]}))
    await c.call("cancel", id=999)
    await c.call("stories")


async def caught_up(c: Client, head: int) -> None:
    """Waits for the events up to a head, so that two recordings are in the same order."""
    await until(lambda: c.events() and c.events()[-1]["seq"] == head)


async def played(c: Client, s: str, **asked: Any) -> None:
    turn = (await c.call("play", story=s, **asked))["turn"]
    await over(c, turn)


async def stopped(c: Client, s: str, text: str) -> None:
    turn = (await c.call("play", story=s, text=text))["turn"]
    await until(lambda: c.text(turn) == "Very well. ")
    await c.call("stop", story=s)
    await over(c, turn)


async def mistakes(c: Client, s: str, made: dict[str, Any]) -> None:
    """Each kind of refusal once."""
    for method, params in (
        ("append", {"story": s, "commands": [said("you", "Late.")], "expected": made["head"]}),
        ("append", {"story": s, "commands": [said("you", "Another.")], "key": "k1"}),
        ("append", {"story": s, "commands": [said("you", "Psst.", manner="whisper")]}),
        ("append", {"story": s, "commands": [{"do": "take", "who": "a", "prop": "crown"}]}),
        ("project", {"story": "s999", "view": "scene"}),
        ("project", {"story": s, "view": "dreams"}),
        ("append", {"story": s, "commands": [{"do": "fly"}]}),
        ("play", {"story": s, "text": ""}),
        ("rewind", {"story": s, "to": 0}),
        ("unstream", {"subscription": "u999"}),
        ("dance", {}),
    ):
        with contextlib.suppress(Refused):
            await c.call_unchecked(method, params)


@contextlib.asynccontextmanager
async def connected(home: Path, transport: str) -> AsyncIterator[Client]:
    """A client of a new daemon."""
    async with (
        Endpoint(words) as endpoint,
        Daemon(home, config(endpoint.url)) as daemon,
        daemon.unix() if transport == "unix" else daemon.web() as c,
    ):
        yield c


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_session_is_as_it_was(home: Path, transport: str) -> None:
    async with connected(home, transport) as c:
        await golden_transcripts.replay(f"session-{transport}", c)


async def record() -> None:
    """Writes the session down."""
    for transport in TRANSPORTS:
        with tempfile.TemporaryDirectory(prefix="fab") as folder:
            async with connected(Path(folder) / "h", transport) as c:
                await session(c)
                golden_transcripts.save(c, f"session-{transport}")


if __name__ == "__main__":
    asyncio.run(record())
