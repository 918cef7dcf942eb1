"""A story that takes a while to be taken in: it is a job that shows how far it is, others are served, and nothing of it
is there before all of it is, be it cancelled or the daemon killed amid it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from protocol.errors import CANCELLED
from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url
from tests.support.small_cast import said, story, texts
from tests.support.wire_client import Client, Pending, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = 12_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Daemon]:
    folder = tmp_path_factory.mktemp("long")
    async with Daemon(folder / "h", config(unused_url())) as made:
        async with made.unix() as c:
            s = await story(c)
            for _ in range(LINES // 4_000):
                await c.call("append", story=s, commands=[said("you", f"Line {n}.") for n in range(4_000)])
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def file(own: Daemon) -> Path:
    """The story as a file."""
    async with own.unix() as c:
        made = await c.call("export", story="s1", format="story")
    path = own.home.parent / "story.json"
    bearer = {"Authorization": f"Bearer {own.token}"}
    async with (
        aiohttp.ClientSession(headers=bearer) as web,
        web.get(own.ready["http"] + made["download"]) as answer,
    ):
        path.write_bytes(await answer.read())
    return path


async def writing(c: Client, other: Client, file: Path) -> Pending:
    """An import that has begun to write: it has its whole second half before it."""
    begun = await c.begin("import", {"as": "Again"}, format="story", path=str(file))
    while True:
        jobs = [j for j in (await other.call("jobs"))["jobs"] if j["kind"] == "import"]
        if any(j["done"] > j["of"] // 2 > 0 for j in jobs):
            return begun
        assert not begun.answer.done()


async def nothing_came(c: Client, before: dict[str, Any]) -> None:
    status = await c.call("status")
    assert [s["title"] for s in (await c.call("stories"))["stories"]] == ["Rain"]
    assert status["store"]["events"] == before["store"]["events"]
    assert [j for j in (await c.call("jobs"))["jobs"] if j["kind"] == "import"] == []
    assert (await c.call("verify"))["ok"]


async def test_what_is_cancelled_is_not_there_and_others_go_on(own: Daemon, file: Path) -> None:
    async with own.unix() as c, own.unix() as other:
        before = await other.call("status")
        begun = await writing(c, other, file)
        assert [s["title"] for s in (await other.call("stories"))["stories"]] == ["Rain"]
        assert len(await texts(other, "s1")) == 100
        assert (await c.call("cancel", id=begun.id))["cancelled"]
        with pytest.raises(Refused) as left:
            await c.settle(begun)
        assert left.value.code == CANCELLED
        await nothing_came(other, before)


async def test_a_daemon_that_is_killed_amid_it_has_nothing_of_it(own: Daemon, file: Path) -> None:
    async with own.unix() as c, own.unix() as other:
        before = await other.call("status")
        await writing(c, other, file)
        await own.kill()
    await own.start()
    async with own.unix() as c:
        await nothing_came(c, before)


async def test_a_line_said_meanwhile_lands_and_the_story_comes_whole(own: Daemon, file: Path) -> None:
    async with own.unix() as c, own.unix() as other:
        s = await story(other, title="Meanwhile")
        begun = await writing(c, other, file)
        await other.call("append", story=s, commands=[said("you", "Patience.")])
        made = await c.settle(begun)
        assert made["created"]["line parts"] == LINES
        assert await texts(other, s) == ["Patience."]
        assert await texts(other, made["story"]) == await texts(other, "s1")
        assert (await c.call("verify"))["ok"]
