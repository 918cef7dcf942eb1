"""What tests of summing up share: an evening, and a model that answers as the one who is to remember."""

import asyncio
import re
from typing import Any

from tests.conftest import PROSE
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import look, said, until
from tests.support.wire_client import Client

CLOSE = {"do": "close_scene"}


EVENING = [
    said("you", "The signal is zanzibar.", manner="whisper", to=["a"]),
    said("b", "What a fine evening."),
    said("a", "He must not learn of the obsidian.", manner="thought"),
    said("a", "It is."),
]


JUMP = {"do": "skip_time", "mode": "jump", "minutes": 3000}


def wanted_of(body: Body) -> str:
    """What a call is for: `Mara remembers`, `Mara spent`; or nothing where it is for a reply."""
    found = re.search(r"Write (?:what|how) (\w+ (?:remembers|spent))", body["messages"][-1]["content"])
    return found[1] if found else ""


def writes(body: Body) -> str:
    """Answers as the one who is to remember."""
    return f"I am {wanted_of(body).split()[0]} and keep this in mind." if wanted_of(body) else PROSE


def asked(model: Endpoint) -> dict[str, list[str]]:
    """What was asked to be summed up so far, by what it was for."""
    found: dict[str, list[str]] = {}
    for body in model.requests:
        if wanted_of(body):
            found.setdefault(wanted_of(body), []).append(body["messages"][-1]["content"])
    return found


async def append(c: Client, s: str, *commands: Any, **more: Any) -> dict[str, Any]:
    return await c.call("append", story=s, commands=list(commands), **more)


async def backlog(c: Client) -> int:
    return int((await c.call("status"))["backlog"])


async def jobs(c: Client, s: str) -> list[dict[str, Any]]:
    return [job for job in (await c.call("jobs"))["jobs"] if job["story"] == s]


async def done(c: Client, s: str) -> None:
    """Waits until no summary is pending in a story."""
    async with asyncio.timeout(20):
        while await jobs(c, s):
            await asyncio.sleep(0.01)


async def kept(c: Client, s: str, who: str, **more: Any) -> list[dict[str, Any]]:
    """The summaries of a mind that are its own."""
    found = (await look(c, s, "memories", lens=[who], **more))["memories"]
    return [x for x in found if x["kind"] == "summary" and x["witnesses"] == [who]]


async def sections(c: Client, s: str, speaker: str, **more: Any) -> dict[str, Any]:
    return {x["name"]: x for x in (await look(c, s, "prompt", speaker=speaker, **more))["sections"]}


async def history(c: Client, s: str) -> list[dict[str, Any]]:
    """All events of the current branch."""
    answer = await c.call("stream", story=s, after=0)
    mine = answer["subscription"]
    await until(lambda: any(e["seq"] >= answer["head"] for e in c.events(mine)[-1:]))
    await c.call("unstream", subscription=mine)
    return c.events(mine)
