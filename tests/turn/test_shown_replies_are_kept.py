"""A reply that was shown is not lost where the store cannot be written at its end: it becomes a line when it can."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.live.open_stories import OpenStory
from daemon.model.models import Models
from daemon.prompts.builder import PromptBuilder
from daemon.prompts.recall import PromptRecall
from daemon.store.recall.index import RecallIndex
from daemon.turn.landing import Landing
from daemon.turn.turns import Turns
from protocol.commands import AnyCommand
from protocol.errors import NOT_FOUND, STORAGE, Fault
from protocol.ids import Seq
from protocol.methods import PlayParams, StopParams
from protocol.model import Endpoint as Settings
from protocol.model import Roles
from tests.conftest import config
from tests.support.open_store import Reading, Store, opened, plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, Slowly, lines, over, phases, play, spelled, streamed, texts, told, until
from tests.support.wire_client import Client, Refused


@contextlib.contextmanager
def locked(daemon: Daemon) -> Iterator[None]:
    """Another program holds the store's write lock."""
    with plain(Path(daemon.ready["store"])) as c:
        c.execute("BEGIN IMMEDIATE")
        yield
        c.execute("ROLLBACK")


@contextlib.asynccontextmanager
async def half_told(home: Path) -> AsyncIterator[tuple[Endpoint, Daemon, Client, str, int, Slowly]]:
    """A story whose reply has begun and goes on when its model is let go: with the model's door, the daemon, a client
    that follows the story, the story and the turn."""
    slowly = Slowly("Once ", "upon a time.")
    async with (
        Endpoint(slowly) as endpoint,
        Daemon(home, config(endpoint.url), hurried=True) as daemon,
        daemon.web() as c,
    ):
        s = await streamed(c)
        turn = (await c.call("play", story=s, text="Tell me."))["turn"]
        slowly.go()
        await spelled(c, turn, "Once ")
        yield endpoint, daemon, c, s, turn, slowly


async def test_a_reply_waits_for_a_store_that_is_locked_at_its_end(home: Path) -> None:
    async with half_told(home) as (_, daemon, c, s, turn, slowly):
        with locked(daemon):
            slowly.go()
            await spelled(c, turn, "Once upon a time.")
            await asyncio.sleep(0.5)  # it is tried more than once meanwhile
            assert await texts(c, s) == ["Tell me."]
            async with daemon.unix() as other:
                [draft] = (await other.call("stream", story=s))["drafts"]
                assert draft["text"] == "Once upon a time.", "whoever looks in meanwhile sees it"
        await over(c, turn)
        assert told(c, turn) == ["started", "recalling", "rendering", "replied", "done"]
        assert [(x["text"], x.get("cut", False)) for x in await lines(c, s)] == [
            ("Tell me.", False),
            ("Once upon a time.", False),
        ]
        async with daemon.unix() as other:
            assert (await other.call("stream", story=s))["drafts"] == []


async def test_one_may_stop_waiting_and_it_still_becomes_a_line_before_what_is_played_next(home: Path) -> None:
    async with half_told(home) as (endpoint, daemon, c, s, turn, slowly):
        with locked(daemon):
            slowly.go()
            await spelled(c, turn, "Once upon a time.")
            await asyncio.sleep(0.5)
            assert (await c.call("stop", story=s))["kept"] == "Once upon a time."
            failed = (await over(c, turn)).params
            assert (failed["phase"], failed["detail"]["code"]) == ("failed", STORAGE)
            assert "The reply is kept" in failed["detail"]["message"]
            with pytest.raises(Refused) as refused:
                await c.call("play", story=s, text="And then?")
            assert refused.value.code == STORAGE
            with pytest.raises(Refused):
                await c.call("purge", story=s, confirm=True)
        endpoint.prose = lambda body: "The end."
        await play(c, s, "And then?")
        assert await texts(c, s) == ["Tell me.", "Once upon a time.", "And then?", "The end."]
        await c.wait(lambda n: n in phases(c, turn) and n.params["phase"] == "done")
        assert told(c, turn)[-4:] == ["failed", "replied", "stopped", "done"]
        assert not [x for x in await lines(c, s) if x.get("cut")], "it had come to its end by itself"


async def test_what_no_store_will_take_is_not_tried_for_ever() -> None:
    async def gone() -> Seq | None:
        raise Fault(NOT_FOUND, "there is no such story")

    with pytest.raises(Fault, match="no such story"):
        await Landing(gone).land(10.0, lambda fault: pytest.fail("it is not the store's fault"))


async def test_it_is_told_once_that_it_takes_long_and_lands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.turn.landing.RETRY_S", 0.01)
    tries, late = 0, []

    async def commit() -> Seq | None:
        nonlocal tries
        tries += 1
        if tries < 6:
            raise Fault(STORAGE, "the disk is full")
        return Seq(7)

    landing = Landing(commit)
    assert await landing.land(0.02, late.append) == 7
    assert [fault.code for fault in late] == [STORAGE]
    assert await landing.now() == 7
    assert tries == 6


class Nothing:
    """Follows a turn with nothing."""

    async def follow(self, story: OpenStory, branch: str, turn: int, reading: Callable[[], None]) -> dict[str, Any]:
        return {}


def turns_of(store: Store, models: Models) -> Turns:
    index = RecallIndex(store.database, store.log)
    prompts = PromptBuilder(store.views, PromptRecall(store.views, index))
    return Turns(store.writer, store.views, prompts, lambda: models.role("render"), store.branches, Nothing())


async def test_a_reply_that_waits_is_tried_once_more_where_the_daemon_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.turn.landing.RETRY_S", 3600.0)
    slowly = Slowly("Once ", "upon a time.")
    async with Endpoint(slowly) as endpoint, opened(tmp_path) as store:
        models = Models(Roles(render=Settings(base_url=endpoint.url, model="m")), lambda _: "")
        turns = turns_of(store, models)
        s, _ = await store.create(msgspec.convert(INN, list[AnyCommand]))
        await store.database.write.run(lambda c: c.execute("PRAGMA busy_timeout = 50"))
        await turns.play(PlayParams(story=s, text="Tell me."))
        slowly.go()
        await slowly.begun.wait()
        with plain(store.database.path) as other:
            other.execute("BEGIN IMMEDIATE")
            slowly.go()
            await until(lambda: turns.running[s].landing is not None)
            await turns.stop(StopParams(story=s))
            assert list(turns.waiting) == [s]
            other.execute("ROLLBACK")
        await store.log.recover()
        await turns.close()
        said = [msgspec.json.decode(e["data"]) for e in Reading(store.database.path).events if e["kind"] == "line.said"]
        assert [(x["text"], x.get("cut", False)) for x in said] == [
            ("Tell me.", False),
            ("Once upon a time.", False),
        ]
        with plain(store.database.path) as c:
            assert c.execute("SELECT count(*) FROM draft").fetchone()[0] == 0
        await models.aclose()
