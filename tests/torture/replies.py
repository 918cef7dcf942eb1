"""Kill -9 in the middle of a reply: the user's line and the draft are there again, and no model's process is left."""

import asyncio
from random import Random

from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import alive, children, lines, over, story, told, until
from tests.support.wire_client import Client
from tests.torture.checks import check_whole, new_home

KEPT_WITHIN = 0.5
"""Seconds after which what was shown of a draft is kept for certain (it is every quarter of a second)."""

MOST_TRIES = 30


async def scripted(rounds: int) -> str:
    """With an endpoint that writes for ever, and never the same: that would be cut short."""
    endless = " ".join(f"word{n}" for n in range(100_000))
    async with Endpoint(lambda body: endless, delay=0.005) as endpoint:
        return await _killed(rounds, config(endpoint.url))


async def embedded(rounds: int) -> str:
    """With the model that comes with the program, in its process."""
    return await _killed(rounds, '[models.render]\nmax_tokens = 2000\nform = "chat"\n')  # a script ends too soon


async def _killed(rounds: int, settings: str) -> str:
    rng = Random(rounds)
    shown_in_all = kept_in_all = left = 0
    with new_home() as home:
        async with Daemon(home, settings) as daemon:
            async with daemon.unix() as c:
                s = await story(c)
            for n in range(rounds):
                for _ in range(MOST_TRIES):  # a short reply may end before the kill: then another one is asked for
                    async with daemon.web() as c:
                        killed = await _one(daemon, c, s, f"Tell me more, {n}.", rng.random() * 0.5)
                    async with daemon.unix() as c:
                        mine, reply = (await lines(c, s))[-2:]
                    if killed is not None and reply.get("cut"):
                        break
                else:
                    raise AssertionError(f"{MOST_TRIES} replies ended before they could be killed")
                early, shown, orphans = killed
                assert mine["text"] == f"Tell me more, {n}."
                words = reply["text"].split()
                assert len(words) >= len(_words(early)), "what was shown half a second before was kept"
                shown_in_all, kept_in_all = shown_in_all + len(shown), kept_in_all + len(reply["text"])
                left += sum(alive(pid) for pid in orphans)
            check_whole(home / "store" / "fabula.db")
        assert not left, f"{left} processes were left behind"
    return f"{rounds} kills, {kept_in_all} of {shown_in_all} characters shown were kept, no process left behind"


async def _one(daemon: Daemon, c: Client, s: str, text: str, seconds: float) -> tuple[str, str, list[int]] | None:
    """Plays, kills in the middle, starts again: what was shown half a second before and at the kill, and children.

    None where the reply ended too soon.
    """
    await c.call("stream", story=s)
    turn = (await c.call("play", story=s, text=text))["turn"]
    async with asyncio.timeout(60):
        while len(_words(c.text(turn))) < 3 and not _replied(c, turn):
            await asyncio.sleep(0.01)
    await asyncio.sleep(seconds)
    early = c.text(turn)
    await asyncio.sleep(KEPT_WITHIN)
    if _replied(c, turn):
        await over(c, turn)
        return None
    orphans = children(daemon.ready["pid"])
    await daemon.kill()
    shown = c.text(turn)
    await daemon.start()
    await until(lambda: not any(alive(pid) for pid in orphans))
    return early, shown, orphans


def _replied(c: Client, turn: int) -> bool:
    return bool({"replied", "done", "failed"} & set(told(c, turn)))


def _words(text: str) -> list[str]:
    """Its words but for the marks around them."""
    return text.replace("*", " ").replace("`", " ").split()
