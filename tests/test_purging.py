"""Purging, over the socket: the words are gone from every file of the home and from every answer, the order stays."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from protocol import views
from protocol.errors import CONFLICT, INVALID_PARAMS, KEY_REUSED, NOT_FOUND
from tests.client import Client, Refused
from tests.conftest import config
from tests.daemon import Daemon
from tests.endpoint import Endpoint, unused_url
from tests.stage import INN, LENSES, lines, look, play, said, say, story, streamed, texts, until
from tests.store.rig import plain

VIEWS = [name for name in views.VIEWS if name != "entity"]
"""All but the one that asks for whom."""

WORDS = ("zirconium", "quetzal", "marzipan", "obsidian", "peridot")
"""Words that nothing else of the store has."""


@pytest_asyncio.fixture
async def alone(home: Path) -> AsyncIterator[Daemon]:
    """A daemon whose home holds nothing else."""
    async with Daemon(home, config(unused_url())) as daemon:
        yield daemon


def holding(home: Path, words: Iterable[str]) -> list[str]:
    """The files below a home that hold one of these words, each with it."""
    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        content = path.read_bytes()
        found += [f"{path.name}: {w}" for w in words if w.encode() in content]
    return found


async def secrets(c: Client, s: str) -> dict[str, Any]:
    """A line, a memory of it, a prop and its revised words; the seqs by name."""
    line = (await say(c, s, "The zirconium is under the floor.", who="a"))["events"][0]
    kept = await c.call("append", story=s, commands=[
        {"do": "remember", "gist": "Mara hid the quetzal.", "by": ["you"], "from": [line["seq"]]},
    ])  # fmt: skip
    prop = await c.call("append", story=s, commands=[
        {"do": "add_prop", "prop": "box", "name": "the marzipan box", "in": {"container": "inn"}},
    ])  # fmt: skip
    return {"line": line["seq"], "id": line["data"]["line"], "memory": kept["head"], "prop": prop["events"]}


async def everything(c: Client, s: str, at: int | None = None) -> str:
    """All that can be looked at, as one text."""
    more = {} if at is None else {"at": at}
    told = [await look(c, s, v, lens=lens, **more) for v in VIEWS for lens in (LENSES if v == "state" else LENSES[:3])]
    found = [await c.call("recall", story=s, lens=[], query=" ".join(WORDS), **more)]
    return str([told, found])


async def test_the_words_of_events_and_of_what_follows_from_them_are_gone_from_every_file(alone: Daemon) -> None:
    async with alone.unix() as c:
        s, other = await story(c), await story(c, title="Other")
        await say(c, other, "Here is obsidian.")
        made = await secrets(c, s)
        await c.call("revise", story=s, line=made["id"], text="The peridot is under the floor.")
        again = await c.call("append", story=s, commands=[
            {"do": "remember", "gist": "Oren has the quetzal.", "by": ["b"], "from": [made["line"]]},
        ])  # fmt: skip
        fork = await c.call("fork", story=s, name="side")
        await say(c, s, "A quiet end.")
        await c.call("recall", story=s, lens=[], query="zirconium peridot")
        before = await look(c, other, "state")
        assert holding(alone.home, WORDS)
        props = [e["seq"] for e in made["prop"] if e["kind"] == "prop.added"]
        done = await c.call("purge", story=s, targets=[made["line"], *props], confirm=True)
        assert done["purged"] >= 5
        assert "Time Machine" in done["beyond"]
        assert holding(alone.home, ("zirconium", "quetzal", "marzipan", "peridot")) == []
        assert holding(alone.home, ("obsidian",))
        for at in (None, made["line"], made["memory"], again["head"]):
            told = await everything(c, s, at)
            assert not [w for w in WORDS if w in told]
        assert await texts(c, s) == ["A quiet end."]
        assert await texts(c, s, branch=fork["branch"]) == []
        assert await look(c, other, "state") == before
        assert await texts(c, other) == ["Here is obsidian."]
    await alone.restart()
    async with alone.unix() as c:
        assert not [w for w in WORDS if w in await everything(c, s)]
        assert await texts(c, s) == ["A quiet end."]
        assert (await c.call("verify"))["ok"]
        await say(c, s, "Play goes on.")
    assert holding(alone.home, ("zirconium", "quetzal", "marzipan", "peridot")) == []


async def test_a_revision_is_purged_with_what_was_made_of_it_and_where_forks_took_it_along(alone: Daemon) -> None:
    async with alone.unix() as c:
        s = await story(c)
        line = (await say(c, s, "The zirconium is under the floor.", who="a"))["events"][0]
        remember = {"do": "remember", "by": ["you"], "from": [line["seq"]]}
        at = (await c.call("append", story=s, commands=[{**remember, "gist": "Mara hid the obsidian."}]))["head"]
        told = await c.call("revise", story=s, line=line["data"]["line"], text="The peridot is under the floor.")
        await c.call("append", story=s, commands=[{**remember, "gist": "Mara hid the quetzal."}])
        fork = await c.call("fork", story=s, at=at)
        await c.call(
            "append", story=s, branch=fork["branch"], commands=[{**remember, "gist": "Mara hid the marzipan."}]
        )
        await c.call("purge", story=s, targets=[told["revision"]], confirm=True)
        assert {x.split()[-1] for x in holding(alone.home, WORDS)} == {"zirconium", "obsidian"}
        for branch in (None, fork["branch"]):
            assert await texts(c, s, **({"branch": branch} if branch else {})) == ["The zirconium is under the floor."]
        assert (await c.call("verify"))["ok"]


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
        await c.call("append", story=s, commands=[{"do": "close_scene"}])  # summaries are owed now
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


async def test_the_draft_and_the_note_and_what_was_refused_go_as_well(home: Path) -> None:
    async with Endpoint() as endpoint, Daemon(home, config(endpoint.url, reading="wait")) as daemon:
        endpoint.prose = lambda body: "I keep the zirconium here."
        endpoint.reading = lambda body: {"changes": [{"do": "take", "who": "a", "prop": "quetzal"}], "gist": "marzipan"}
        async with daemon.unix() as c:
            s = await streamed(c)
            await play(c, s, "Where is the obsidian?")
            retaken = await c.call("retake", story=s, note="Mention the peridot.")
            await c.until(retaken["turn"])
            first = next(e["seq"] for e in c.events() if e["kind"] == "line.said")
            said_ = [e["seq"] for e in c.events() if e["kind"] == "line.said"]
            assert first == said_[0]
            assert holding(home, ("zirconium", "obsidian", "peridot"))
            await c.call("purge", story=s, targets=sorted(set(said_)), confirm=True)
            assert holding(home, WORDS) == []
            told = await everything(c, s)
            assert not [w for w in WORDS if w in told]
            streamed_anew = await c.call("stream", story=s, after=0)
            await until(lambda: c.events(streamed_anew["subscription"]))
            assert not [w for w in WORDS if w in str(c.events(streamed_anew["subscription"])) + str(streamed_anew)]
        assert await daemon.stop() == 0
        assert holding(home, WORDS) == []


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


async def test_purging_goes_on_while_others_read(alone: Daemon) -> None:
    async with alone.unix() as c, alone.unix() as reader:
        s = await story(c)
        made = await secrets(c, s)
        await c.call("append", story=s, commands=[said("you", f"Line {n}") for n in range(200)])
        done = False

        async def read() -> None:
            while not done:
                await everything(reader, s)

        reading = asyncio.create_task(read())
        await c.call("purge", story=s, targets=[made["line"], made["prop"][0]["seq"]], confirm=True)
        assert holding(alone.home, ("zirconium", "quetzal", "marzipan")) == []
        done = True
        await reading
        told = await everything(c, s)
        assert not [w for w in WORDS if w in told]


async def test_backups_that_hold_the_words_go_and_one_is_made_anew(alone: Daemon) -> None:
    """Every file of the home is looked through: store, WAL, free pages, index of words, kept answers, backups."""
    async with alone.unix() as c:
        s = await story(c)
        await c.call("append", story=s, commands=[said("you", "All quiet.")], key="quiet")
        made = await secrets(c, s)
        keyed = {"story": s, "commands": [said("b", "The obsidian, too.")], "key": "told"}
        told = await c.call("append", keyed)
        first = await c.call("backup")
        await c.call("recall", story=s, lens=[], query=" ".join(WORDS))
        await c.call("backup")
        backups = alone.home / "backups"
        assert holding(backups, ("zirconium", "obsidian")), "the test must be able to fail"
        seqs = [made["line"], *(e["seq"] for e in made["prop"]), told["head"]]
        done = await c.call("purge", story=s, targets=[x for x in seqs if x], confirm=True)
        assert done["backups"] == 2
        assert holding(alone.home, WORDS) == []
        (left,) = (await c.call("backups"))["backups"]
        assert left["backup"] != first["backup"]
        assert (await c.call("verify", replay=True))["ok"]
        assert "obsidian" not in str(await c.call("append", keyed))
        await c.call("restore", backup=left["backup"])
        assert await texts(c, s) == ["All quiet."]
    assert await alone.stop() == 0
    assert holding(alone.home, WORDS) == []
