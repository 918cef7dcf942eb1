"""Asking for a purge: its preview, a whole story, what cannot be purged, and asking for what was."""

from pathlib import Path
from typing import Any

import pytest

from daemon.history.purge import Purger
from daemon.live.vectors import Vectors
from daemon.model.last_calls import LastCalls
from daemon.store.recall.index import RecallIndex
from protocol.errors import INVALID_PARAMS, NOT_FOUND, Fault
from protocol.methods import PurgeParams
from tests.history.purge_rig import WORDS, holding, secrets
from tests.support.open_store import opened
from tests.support.real_daemon import Daemon
from tests.support.small_cast import INN, look, say, story, texts
from tests.support.wire_client import Refused


async def test_a_preview_says_what_would_go_and_takes_nothing(alone: Daemon) -> None:
    async with alone.unix() as c:
        s = await story(c)
        made = await secrets(c, s)
        await c.call("backup")
        for targets in ([made["line"]], None):
            asked = {"story": s, **({"targets": targets} if targets else {})}
            seen = await c.call("purge", preview=True, **asked)
            assert seen["backups"] == 1 and "Time Machine" in seen["beyond"]
            assert sum(seen["events"].values()) == seen["purged"]
            assert holding(alone.home, WORDS)
            if targets:
                assert [x["text"] for x in seen["lines"]] == ["The zirconium is under the floor."]
            done = await c.call("purge", confirm=True, **asked)
            assert (done["purged"], done["backups"]) == (seen["purged"], seen["backups"])
            assert {"events", "lines"}.isdisjoint(done)


async def test_a_whole_story_goes_and_its_ids_are_not_used_again(alone: Daemon) -> None:
    async with alone.unix() as c, alone.unix() as listener:
        s = await story(c, title="The zirconium affair")
        other = await story(c, title="Other")
        await secrets(c, s)
        await say(c, other, "Here is obsidian.")
        await c.call("fork", story=s, name="the peridot fork")
        mine = (await listener.call("stream", story=s))["subscription"]
        branches = {b["branch"] for b in (await c.call("branches", story=s))["branches"]}
        with pytest.raises(Refused) as unsure:
            await c.call("purge", story=s, confirm=False)
        assert unsure.value.code == INVALID_PARAMS
        await c.call("append", story=s, commands=[{"do": "close_scene"}])  # summaries are pending now
        await c.call("purge", story=s, confirm=s)
        note = await listener.wait(lambda n: n.method == "branch" and n.params["subscription"] == mine)
        assert (note.params["head"], note.params["common"]) == (0, 0)
        assert holding(alone.home, ("zirconium", "quetzal", "marzipan", "peridot")) == []
        assert [x["story"] for x in (await c.call("stories"))["stories"]] == [other]
        with pytest.raises(Refused) as nothing:
            await look(c, s, "state")
        assert nothing.value.code == NOT_FOUND
        assert (await c.call("status"))["backlog"] == 0
        assert (await c.call("verify"))["ok"]
    await alone.restart()
    async with alone.unix() as c:
        anew = await c.call("create", title="Anew", setup=INN)
        assert anew["story"] not in (s, other)
        assert anew["branch"] not in branches
        assert await texts(c, other) == ["Here is obsidian."]
        assert [x["title"] for x in (await c.call("stories"))["stories"]] == ["Anew", "Other"]
        with pytest.raises(Refused):
            await c.call("purge", story=s, confirm=True)
    assert holding(alone.home, ("zirconium", "quetzal", "marzipan", "peridot")) == []


@pytest.mark.parametrize(("targets", "code"), [([1], INVALID_PARAMS), ([10_000], NOT_FOUND)])
async def test_what_cannot_be_purged_says_so(alone: Daemon, targets: list[int], code: int) -> None:
    async with alone.unix() as c:
        s = await story(c)
        with pytest.raises(Refused) as refused:
            await c.call("purge", story=s, targets=targets, confirm=True)
        assert refused.value.code == code
        other = await story(c)
        line = (await say(c, other, "Theirs."))["head"]
        with pytest.raises(Refused) as theirs:
            await c.call("purge", story=s, targets=[line], confirm=True)
        assert theirs.value.code == NOT_FOUND
        assert await texts(c, other) == ["Theirs."]


@pytest.mark.parametrize("preview", [True, False])
async def test_no_targets_are_no_whole_story(tmp_path: Path, preview: bool) -> None:
    async def nothing() -> int:
        return 0

    model: Any = None
    async with opened(tmp_path) as store:
        s, _ = await store.create([])
        index = RecallIndex(store.database, store.log)
        vectors = Vectors(store.database, store.log, lambda: model, LastCalls())
        purger = Purger(store.writer, index, vectors, lambda story: False, nothing, nothing)
        with pytest.raises(Fault) as refused:
            await purger.purge(PurgeParams(story=s, targets=[], confirm=True, preview=preview))
        assert (refused.value.code, refused.value.data["what"]) == (INVALID_PARAMS, "targets")
        assert "targets" in refused.value.message
        assert [x.id for x in store.writer.open_stories.by_id.values()] == [s]


async def test_nothing_is_done_with_a_line_that_was_purged(alone: Daemon) -> None:
    async with alone.unix() as c:
        s = await story(c)
        line = (await say(c, s, "The zirconium is under the floor.", who="a"))["events"][0]
        await c.call("purge", story=s, targets=[line["seq"]], confirm=True)
        turn = (await say(c, s, "A quiet end."))["turn"]
        told = {"text": "No.", "mode": "fork"}
        for method, more in {"reread": {}, "takes": {}, "retake": {}, "revise": told}.items():
            with pytest.raises(Refused) as gone:
                await c.call(method, story=s, line=line["data"]["line"], **more)
            assert gone.value.code == NOT_FOUND, method
        assert (await say(c, s, "The end."))["turn"] == turn + 1, "no turn was taken"
