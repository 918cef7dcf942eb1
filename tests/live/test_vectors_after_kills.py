"""Whenever the daemon is killed while it embeds, or embeds again for another model, the next one goes on from there."""

import asyncio
from pathlib import Path

from tests.support.kept_vectors import expected, vectors
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN

LINES = 120


def config(url: str) -> str:
    of = "".join(f'[models.{role}]\nbase_url = "{url}"\nmodel = "one"\n' for role in ("render", "embed"))
    return f'{of}[play]\nreading = "off"\n'


async def until_some(home: Path, model: str, most: int = LINES) -> None:
    """Waits until vectors of a model have been begun, and some are left to be made."""
    async with asyncio.timeout(30):
        while True:
            by, there = vectors(home)
            if by.endswith(f" {model}") and 0 < len(there) < most:
                return
            await asyncio.sleep(0.005)


async def until_all(home: Path, model: str) -> None:
    async with asyncio.timeout(60):
        while len(vectors(home)[1]) < LINES or not vectors(home)[0].endswith(f" {model}"):
            await asyncio.sleep(0.02)


async def test_killed_while_it_embeds_and_while_it_embeds_again(home: Path) -> None:
    async with Endpoint(delay=0.1, models=("one", "two")) as endpoint, Daemon(home, config(endpoint.url)) as daemon:
        async with daemon.unix() as c:
            story = (await c.call("create", title="Rain", setup=INN))["story"]
            lines = [{"do": "say", "who": "a", "text": f"The boat is number {n}."} for n in range(LINES)]
            await c.call("append", story=story, commands=lines)
            await until_some(home, "one")
        await daemon.kill()
        before = vectors(home)[1]
        assert before.items() <= expected(home, "one").items(), "what is there is right"
        await daemon.start()
        await until_all(home, "one")
        assert vectors(home)[1] == expected(home, "one")
        async with daemon.unix() as c:
            await c.call("use_model", role="embed", model="two")
            await until_some(home, "two")
        await daemon.kill()
        daemon.config = ""  # the choice is in the file by now
        await daemon.start()
        await until_all(home, "two")
        assert vectors(home)[1] == expected(home, "two")
        async with daemon.unix() as c:
            [role] = [x for x in (await c.call("status"))["models"] if x["role"] == "embed"]
            assert (role["ok"], role["why"], role["model"]) == (True, "", "two")
