"""Restoring a backup, over the wire: nothing is half done, it can be taken back, and every client is told."""

import asyncio
from pathlib import Path

import pytest

from protocol.errors import NOT_FOUND
from tests.backups.test_backups import backed_up, restored
from tests.conftest import config
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint, unused_url
from tests.support.small_cast import (
    Slowly,
    head,
    lines,
    look,
    over,
    play,
    said,
    say,
    spelled,
    story,
    streamed,
    texts,
    until,
)
from tests.support.wire_client import Client, Note, Refused
from tests.torture import restores
from tests.torture.checks import check_states, check_whole


def moves(c: Client) -> list[Note]:
    return [n for n in c.notes if n.method == "branch"]


async def test_a_preview_tells_what_would_be_lost_and_changes_nothing(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
        rain = await story(c)
        await say(c, rain, "Stays.")
        backup = await backed_up(c)
        kept = await head(c, rain)
        await say(c, rain, "Goes.")
        sun = await story(c, [], "Sun")
        seen = await c.call("restore", backup=backup, preview=True)
        assert seen["common"] == kept
        assert seen["lost"]["lines"] == 1
        told = {x["story"]: (x["title"], x["lines"], x["whole"]) for x in seen["lost"]["stories"]}
        assert told == {rain: ("Rain", 1, False), sun: ("Sun", 0, True)}
        assert seen["gained"] == {"events": 0, "lines": 0, "stories": []}
        assert "head" not in seen
        assert await texts(c, rain) == ["Stays.", "Goes."]


async def test_a_restore_brings_back_what_was_and_can_itself_be_taken_back(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
        hello = {"client": "test", "protocol": "1.0"}
        known = (await c.call("hello", hello))["store"]
        rain = await story(c)
        await say(c, rain, "One.")
        backup, kept = await backed_up(c), await head(c, rain)
        await say(c, rain, "Two.")
        sun = await story(c, title="Sun")
        done = await restored(c, backup)
        assert (done["head"], done["lost"]["lines"]) == (kept, 1)
        assert await texts(c, rain) == ["One."]
        assert [x["story"] for x in (await c.call("stories"))["stories"]] == [rain]
        with pytest.raises(Refused) as refused:
            await texts(c, sun)
        assert refused.value.code == NOT_FOUND
        assert (await c.call("hello", hello))["store"] != known, "who knew the store as it was must notice"
        await say(c, rain, "Another two.")
        snow = await story(c, title="Snow")
        assert snow != sun, "an id is not given to another story"
        listed = {b["backup"]: b for b in (await c.call("backups"))["backups"]}
        assert listed[done["kept"]]["why"] == "restore"
        assert listed[done["kept"]]["check"]["ok"]
        seen = await c.call("restore", backup=done["kept"], preview=True)
        assert (seen["common"], seen["lost"]["lines"], seen["gained"]["lines"]) == (kept, 1, 1)
        await restored(c, done["kept"])
        assert await texts(c, rain) == ["One.", "Two."]
        assert await texts(c, sun) == []
        await say(c, rain, "Three.")
        store = Path(daemon.ready["store"])
        await check_states(c, store)
        await daemon.restart()
        async with daemon.unix() as again:
            assert (await again.call("status"))["warnings"] == []
            assert await texts(again, rain) == ["One.", "Two.", "Three."]
            assert (await again.call("recall", story=rain, lens=["you"], query="three"))["memories"]
        check_whole(store)


async def test_nothing_of_what_was_lost_stays_in_mind(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
        s = await story(c)
        backup = await backed_up(c)
        for tone in ("easy", "tense"):
            # The same seqs for another past: whatever is remembered by its seq alone would be wrong.
            await c.call("append", story=s, commands=[{"do": "bind", "tone": tone}, said("a", f"So {tone}.")])
            await check_states(c, Path(daemon.ready["store"]))
            found = await c.call("recall", story=s, lens=["a"], query="easy tense")
            assert [x["text"] for x in found["memories"]] == [f"So {tone}."]
            await restored(c, backup)


async def test_subscribers_are_told_what_they_may_keep(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c, daemon.web() as fixed:
        s = await streamed(c)
        await say(c, s, "One.")
        backup, kept = await backed_up(c), await head(c, s)
        first = (await c.call("branches", story=s))["branches"][0]["branch"]
        await fixed.call("stream", story=s, branch=first)
        await say(c, s, "Two.")
        went = (await c.call("rewind", story=s, to=kept))["branch"]
        async with daemon.unix() as lost:
            await lost.call("stream", story=s, branch=went)
            last = (await say(c, s, "Three."))["head"]
            await c.wait(lambda n: n.method == "event" and n.params["events"][-1]["seq"] == last)
            before = len(moves(c))
            await restored(c, backup)
            for client in (c, fixed):
                await until(lambda client=client: client.notes and moves(client)[before if client is c else 0 :])
                told = moves(client)[-1].params
                assert (told["branch"], told["head"], told["common"]) == (first, kept, kept)
            gone = await lost.wait(lambda n: n.method == "branch")
            assert (gone.params["branch"], gone.params["head"], gone.params["common"]) == (went, 0, 0)
            seq = (await say(c, s, "Other two."))["head"]
            for client in (c, fixed):
                await client.wait(lambda n: n.method == "event" and "Other two." in str(n.params["events"]))
            assert not [n for n in lost.notes if n.method == "event" and n.params["events"][-1]["seq"] == seq]


async def test_what_runs_is_ended_and_kept_in_the_backup_of_what_was_there(home: Path) -> None:
    slowly = Slowly("Once ", "upon ")
    async with Endpoint(slowly) as endpoint, Daemon(home, config(endpoint.url)) as daemon, daemon.web() as c:
        s = await streamed(c)
        backup = await backed_up(c)
        turn = (await c.call("play", story=s, text="Tell me."))["turn"]
        slowly.go()
        await spelled(c, turn, "Once ")
        done = await restored(c, backup)
        assert await texts(c, s) == []
        endpoint.prose = lambda body: "The end."
        await play(c, s, "And now?")
        assert await texts(c, s) == ["And now?", "The end."]
        await restored(c, done["kept"])
        found = await lines(c, s)
        assert [(x["text"], x.get("cut", False)) for x in found] == [("Tell me.", False), ("Once", True)]
        assert await over(c, turn)


async def test_a_draft_in_a_backup_becomes_a_line(home: Path) -> None:
    slowly = Slowly("Once ", "upon ")
    async with Endpoint(slowly) as endpoint, Daemon(home, config(endpoint.url)) as daemon, daemon.web() as c:
        s = await streamed(c)
        turn = (await c.call("play", story=s, text="Tell me."))["turn"]
        slowly.go()
        await spelled(c, turn, "Once ")

        def kept() -> list[str]:
            with plain(Path(daemon.ready["store"])) as db:
                return [row[0] for row in db.execute("SELECT text FROM draft")]

        await until(lambda: kept() == ["Once "])
        backup = await backed_up(c)
        await restored(c, backup)
        assert [(x["text"], x.get("cut", False)) for x in await lines(c, s)] == [("Tell me.", False), ("Once", True)]


async def test_requests_meanwhile_see_the_store_before_or_after_and_nothing_between(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c, daemon.web() as other:
        s = await story(c)
        await say(c, s, "One.")
        backup = await backed_up(c)
        for n in range(20):
            await say(c, s, f"Later {n}.")
        restoring = asyncio.create_task(restored(c, backup))
        seen: set[int] = set()
        written = 0
        while not restoring.done():
            seen.add(len(await texts(other, s, limit=1000)))
            await say(other, s, "Meanwhile.")
            written += 1
        await restoring
        after = await texts(other, s, limit=1000)
        assert after[0] == "One."
        assert set(after[1:]) <= {"Meanwhile."}
        assert written >= 1
        await look(other, s, "scene")
        check_whole(Path(daemon.ready["store"]))
        await check_states(other, Path(daemon.ready["store"]))


async def test_a_kill_in_the_middle_of_a_restore_leaves_nothing_half() -> None:
    assert "2 kills" in await restores.run(2)
