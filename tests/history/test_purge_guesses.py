"""After a purge nothing tells a right guess at the words from a wrong one."""

from pathlib import Path
from typing import Any

import pytest

from protocol.errors import KEY_REUSED
from tests.conftest import config
from tests.history.purge_rig import holding
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import lines, play, said, say, story, streamed, texts
from tests.support.wire_client import Refused


async def test_the_words_cannot_be_guessed_by_the_key_they_came_with(alone: Daemon) -> None:
    async with alone.unix() as c:
        s = await story(c)

        async def asked(pin: int, key: str) -> dict[str, Any]:
            return await c.call("append", story=s, commands=[said("you", f"My pin is {pin}.")], key=key)

        await asked(1000, "kept")
        first = await asked(4711, "k")
        await c.call("append", story=s, commands=[], key="nothing")
        with plain(alone.home / "store" / "fabula.db") as file:
            prints = dict(file.execute("SELECT key, payload FROM answer").fetchall())
        await c.call("backup")
        await c.call("purge", story=s, targets=[first["head"]], confirm=True)
        files = [p.read_bytes() for p in alone.home.rglob("*") if p.is_file()]
        assert {key for key, told in prints.items() if any(told in x for x in files)} == {"kept"}
        told = [await asked(pin, "k") for pin in (1234, 4711)]
        assert told[0] == told[1] == {**first, "events": []}
        assert await texts(c, s) == ["My pin is 1000."], "nothing is done twice"
        with pytest.raises(Refused) as other:
            await asked(1001, "kept")
        assert other.value.code == KEY_REUSED


async def test_the_words_cannot_be_guessed_by_the_prompts_they_stood_in(home: Path) -> None:
    async with (
        Endpoint() as endpoint,
        Daemon(home, config(endpoint.url, reading="wait")) as daemon,
        daemon.unix() as c,
    ):
        s = await streamed(c)

        async def prints(n: int) -> set[str]:
            before = len(c.events())
            await play(c, s, f"What do you say to {n}?")
            calls = [e["data"] for e in c.events()[before:] if e["kind"] == "model.called"]
            assert {x["role"] for x in calls} == {"render", "read"}
            return {x["prompt_sha256"] for x in calls}

        kept = await prints(1)
        secret = await say(c, s, "My pin is 4711.")
        gone = await prints(2) | await prints(3)
        await c.call("rewind", story=s, to=secret["head"])
        gone |= await prints(4)
        await c.call("rewind", story=s, to=secret["head"] - 1)
        kept |= await prints(5)
        seen = await c.call("purge", story=s, targets=[secret["head"]], preview=True)
        assert seen["events"] == {"line.said": 1, "model.called": len(gone)}
        await c.call("purge", story=s, targets=[secret["head"]], confirm=True)
        assert {x.split()[-1] for x in holding(home, kept | gone)} == kept
        last = (await lines(c, s))[-1]["line"]
        assert (await c.call("explain", story=s, line=last))["exact"]
        root = (await c.call("branches", story=s))["branches"][0]["branch"]
        last = (await lines(c, s, branch=root))[-1]["line"]
        told = await c.call("explain", story=s, branch=root, line=last)
        assert (told["exact"], "purged" in told["reason"]) == (False, True)
        assert (await c.call("verify", replay=True))["ok"]
