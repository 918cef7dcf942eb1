"""SIGKILLs while texts are embedded, and embedded again by another model, with purges in between: no vector is wrong or
of what was purged, and what is said to have vectors has them."""

import asyncio
import contextlib
from pathlib import Path
from random import Random

from daemon.live.vectors import START_S
from tests.support.kept_vectors import expected, vectors
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN
from tests.support.wire_client import Client
from tests.torture.checks import check_whole, new_home

MODELS = ("one", "two")
LINES, MOST = 40, 400
"""Lines that are said before a kill, and after which no more are said in a round."""

WHOLE_EVERY = 10
"""How many kills lie between two waits until every line has its vector."""


def config(url: str) -> str:
    of = "".join(f'[models.{role}]\nbase_url = "{url}"\nmodel = "one"\n' for role in ("render", "embed"))
    return f'{of}[play]\nreading = "off"\n'


async def run(rounds: int) -> str:
    """So many kills."""
    rng, midway, purged = Random(rounds), 0, 0
    with new_home() as home:
        async with Endpoint(delay=0.03, models=MODELS) as endpoint, Daemon(home, config(endpoint.url)) as daemon:
            async with daemon.unix() as c:
                story = (await c.call("create", title="Rain", setup=INN))["story"]
            daemon.config = ""  # which model is in use is in the file from now on
            for n in range(rounds):
                async with daemon.unix() as c:
                    purged += await _work(c, home, story, rng, n)
                await daemon.kill()
                midway += _check(home)
                await daemon.start()
                if n % WHOLE_EVERY == WHOLE_EVERY - 1 or n == rounds - 1:
                    await _until_whole(home)
            count = len(vectors(home)[1])
    return f"{rounds} kills, {midway} of them midway, {purged} purges, {count} vectors, all of them right"


async def _work(c: Client, home: Path, story: str, rng: Random, n: int) -> int:
    """Says lines, has them embedded, by another model now and then, for a moment; returns how much was purged."""
    purged = 0
    if len(expected(home, "one")) < MOST:
        said = [{"do": "say", "who": "a", "text": f"The boat is number {n} {i}."} for i in range(LINES)]
        await c.call("append", story=story, commands=said)
    again = rng.random() < 0.5
    if again:
        await c.call("use_model", role="embed", model=rng.choice(MODELS))
        await asyncio.sleep(START_S)
    asking = asyncio.create_task(c.call("recall", story=story, lens=["a"], query="which boat is it, and where?"))
    if rng.random() < 0.3:
        await asyncio.sleep(rng.random() * 0.1)
        await c.call("purge", story=story, targets=[rng.choice([*expected(home, "one")])], confirm=True)
        purged = 1
    await asyncio.sleep(rng.random() * 0.5)
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError, OSError):
        await asking
    return purged


def _check(home: Path) -> bool:
    """That what is there is right and as much as is said; returns whether some is missing."""
    check_whole(home / "store" / "fabula.db")
    by, there = vectors(home)
    with plain(home / "store" / "fabula.db") as c:
        ((upto,),) = c.execute("SELECT seq FROM text_vector_upto").fetchall()
    if not by:
        assert not there
        return True
    every = expected(home, by.split()[-1])
    assert there.items() <= every.items(), "a vector is wrong, or of what was purged"
    assert there.keys() >= {seq for seq in every if seq <= upto}, "one is missing of what is said to have one"
    return len(there) < len(every)


async def _until_whole(home: Path) -> None:
    async with asyncio.timeout(60):
        while True:
            by, there = vectors(home)
            if by and there == expected(home, by.split()[-1]):
                return
            await asyncio.sleep(0.05)
