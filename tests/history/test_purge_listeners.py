"""What those who listen are told of a purge, and of heads from then on."""

import pytest

from protocol.errors import CONFLICT
from tests.history.purge_rig import secrets
from tests.support.real_daemon import Daemon
from tests.support.small_cast import said, say, story, texts, until
from tests.support.wire_client import Refused


async def test_who_listens_is_told_what_is_left(alone: Daemon) -> None:
    async with alone.unix() as c, alone.unix() as listener:
        s = await story(c)
        await say(c, s, "Before.")
        made = await secrets(c, s)
        mine = (await listener.call("stream", story=s, after=0))["subscription"]
        await until(lambda: (listener.events(mine) or [{"seq": 0}])[-1]["seq"] == made["prop"][-1]["seq"])
        await c.call("purge", story=s, targets=[made["line"]], confirm=True)
        note = await listener.wait(lambda n: n.method == "branch")
        assert note.params["common"] == made["line"] - 1
        at = listener.notes.index(note)
        await listener.wait(lambda n: n.method == "event" and listener.notes.index(n) > at)
        after = [e["seq"] for n in listener.notes[at:] if n.method == "event" for e in n.params["events"]]
        assert after == [e["seq"] for e in made["prop"]], "what is purged is not told any more"


async def test_a_head_that_is_purged_is_told_nobody(alone: Daemon) -> None:
    """What nobody is told of cannot be waited for: every head is that of the last event that is told."""
    async with alone.unix() as c, alone.unix() as listener:
        s = await story(c)
        both = (await c.call("append", story=s, commands=[said("you", "Hello."), said("a", "zirconium")]))["events"]
        last = both[-1]["seq"]
        mine = (await listener.call("stream", story=s, after=0))["subscription"]
        await until(lambda: listener.events(mine) and listener.events(mine)[-1]["seq"] == last)
        await c.call("purge", story=s, targets=[last], confirm=True)
        note = await listener.wait(lambda n: n.method == "branch")
        assert (note.params["head"], note.params["common"]) == (last - 1, last - 1)
        for after in (0, last - 1, last):
            async with alone.unix() as other:
                subscribed = await other.call("stream", story=s, after=after)
                assert subscribed["head"] == last - 1
                if after == last:
                    note = await other.wait(lambda n: n.method == "branch")
                    assert (note.params["head"], note.params["common"]) == (last - 1, last - 1)
                if after == 0:
                    await other.wait(lambda n: n.method == "event" and n.params["events"][-1]["seq"] == last - 1)
        assert [x["head"] for x in (await c.call("stories"))["stories"]] == [last - 1]
        assert [x["head"] for x in (await c.call("branches", story=s))["branches"]] == [last - 1]
        root = (await c.call("branches", story=s))["branches"][0]["branch"]
        for at in ({}, {"at": last - 1}, {"at": last}):
            seen = await c.call("project", story=s, view="transcript", **at)
            assert (seen["at"], [x["text"] for x in seen["data"]["lines"]]) == (last - 1, ["Hello."])
        for at in ({}, {"at": last - 1}):
            fork = await c.call("fork", story=s, **at)
            assert await texts(c, s, branch=fork["branch"]) == ["Hello."]
        with pytest.raises(Refused) as late:
            await say(c, s, "Too early.", expected=last - 2)
        assert (late.value.code, late.value.data["head"]) == (CONFLICT, last - 1)
        new = await say(c, s, "Who holds up to the head writes on.", expected=last - 1)
        await until(lambda: listener.events(mine)[-1]["seq"] == new["head"])
        assert len(await texts(c, s)) == 2
        await c.call("rewind", story=s, to=last - 1)
        assert await texts(c, s) == ["Hello."]
        await c.call("switch", story=s, branch=root)
        await c.call("purge", story=s, targets=[new["head"]], confirm=True)
        await say(c, s, "So does who saw what was purged.", expected=new["head"])
    await alone.restart()
    async with alone.unix() as c:
        assert (await c.call("verify", replay=True))["ok"]
