"""Deleting as many events at once as a call may name, and bringing them back: as a job, that may be cancelled."""

import asyncio

import pytest

from protocol.errors import CANCELLED
from tests.client import Client, Refused
from tests.daemon import Daemon
from tests.stage import head, look, said, say, story, texts

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
        at = await head(c, s)
        # Left off half-way, nothing of it is done.
        pending = await c.begin("delete", story=s, targets=lines)
        async with asyncio.timeout(30):
            while not (jobs := [j for j in (await other.call("jobs"))["jobs"] if j["kind"] == "delete"]):
                await asyncio.sleep(0.002)
        assert (jobs[0]["story"], jobs[0]["of"]) == (s, 2 * MANY)
        assert (await c.call("cancel", id=pending.id))["cancelled"]
        with pytest.raises(Refused) as refused:
            await c.settle(pending)
        assert refused.value.code == CANCELLED
        assert await head(c, s) == at
        assert (await look(c, s, "deleted"))["deleted"] == []
        # Others are served meanwhile.
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
        assert not [j for j in (await c.call("jobs"))["jobs"] if j["kind"] == "delete"]
