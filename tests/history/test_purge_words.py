"""What is purged, over the socket: the words are gone from every file of the home and from every answer."""

import asyncio
from pathlib import Path

from tests.conftest import config
from tests.history.purge_rig import WORDS, everything, holding, secrets
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import look, play, said, say, story, streamed, texts, until


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
