"""Deleting as many events at once as a call may name, and bringing them back: as a job, that may be cancelled."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.history.deletion import Deletion
from daemon.store.check.process import Progress
from daemon.store.queries import steps
from protocol.commands import Say
from protocol.ids import Seq
from protocol.methods import DeleteParams
from tests.support.open_store import opened
from tests.support.real_daemon import Daemon
from tests.support.small_cast import look, said, say, story, texts
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 10_000
KEPT = range(0, MANY, 40)


async def _long(c: Client) -> tuple[str, list[int]]:
    """A story with as many lines as one call may delete, and what is remembered of some; the seqs of the lines."""
    s = await story(c)
    done = await c.call("append", story=s, commands=[said("you", f"Line {n}.") for n in range(MANY)])
    lines = [e["seq"] for e in done["events"] if e["kind"] == "line.said"]
    kept = [{"do": "remember", "gist": f"On {n}.", "by": ["you"], "from": lines[n : n + 3]} for n in KEPT]
    await c.call("append", story=s, commands=kept)
    return s, lines


async def test_as_many_as_may_be_are_deleted_and_brought_back(daemon: Daemon) -> None:
    async with daemon.unix() as c, daemon.unix() as other:
        s, lines = await _long(c)
        elsewhere = await story(other)
        pending = await c.begin("delete", story=s, targets=lines, preview=True)
        await say(other, elsewhere, "Meanwhile.")
        preview = await c.settle(pending)
        done = await c.call("delete", story=s, targets=lines)
        # Behind play something may have been summed up in between, which goes as well.
        assert set(preview["gone"]) <= set(done["gone"])
        assert done["impact"]["lines"] == preview["impact"]["lines"]
        assert [x["seq"] for x in done["impact"]["lines"]] == lines
        assert len([x for x in done["impact"]["memories"] if x["kind"] == "episode"]) == len(KEPT)
        assert await texts(c, s) == []
        assert [x for x in (await look(c, s, "memories"))["memories"] if x["kind"] == "episode"] == []
        await say(c, s, "What now?")
        assert await texts(c, s) == ["What now?"]
        back = await c.call("reinstate", story=s, targets=lines)
        assert set(done["gone"]) - {*back["back"], *back["retired"]} == set()
        assert await texts(c, s, limit=2) == [f"Line {MANY - 1}.", "What now?"]
        assert await _shown(c, other, s, lines) == {"delete"}
        assert not [j for j in (await c.call("jobs"))["jobs"] if j["kind"] == "delete"]


async def _shown(c: Client, other: Client, s: str, lines: list[int]) -> set[str]:
    """The kinds of the story's jobs of which another client hears while a delete is worked out; a few times, since it
    may come too late."""
    for _ in range(5):
        pending = await c.begin("delete", story=s, targets=lines, preview=True)
        while not pending.answer.done():
            jobs = [j for j in (await other.call("jobs"))["jobs"] if j["story"] == s and j["kind"] == "delete"]
            if jobs:
                await c.settle(pending)
                assert jobs[0]["of"] == 2 * len(lines)
                return {j["kind"] for j in jobs}
    return set()


async def test_a_delete_that_is_cancelled_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "SPAN", 20)
    heard: list[tuple[int, int]] = []
    shown: list[Any] = []

    @contextlib.contextmanager
    def job(kind: str, what: str, story: str, branch: str) -> Iterator[Callable[[Progress], None]]:
        shown.append((kind, story, branch))

        def heed(progress: Progress) -> None:
            heard.append((progress.done, progress.of))
            if progress.done >= 150:
                task.cancel()

        yield heed
        shown.append("over")

    async with opened(tmp_path) as store:
        s, branch = await store.create([])
        await store.append(s, *(Say(who=None, manner="narration", text=f"Line {n}.") for n in range(200)))
        seqs = [Seq(s) for s in range(store.log.seq - 199, store.log.seq + 1)]
        asked = DeleteParams(story=s, targets=seqs)
        head, tale = store.log.seq, store.writer.open_stories.get(s)
        task = asyncio.create_task(Deletion(store.writer, job).delete(asked))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert heard == sorted(heard)
        assert {of for _, of in heard} == {400}
        assert 150 <= heard[-1][0] < 400
        assert shown[0] == ("delete", s, branch)
        assert (store.log.seq, tale.tree.deleted(branch).all, tale.lock.locked()) == (head, frozenset(), False)
        assert (await Deletion(store.writer).delete(asked)).gone == seqs
