"""A store that holds an event which cannot be read, since a faulty program committed it: it plays on, and says so."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from protocol.errors import BAD_IMPORT
from tests.conftest import config
from tests.store.faulty import commit
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url
from tests.support.small_cast import LENSES, head, look, say, story, texts
from tests.support.wire_client import Client, Refused

PASSED = {"minutes": True, "elapsed": 5, "clock": "2026-01-31T20:15:00"}
CALLED = {"role": "render", "endpoint": "x", "model": "x", "line": "l1", "prompt_tokens": True}
SAID = {"line": "l77", "who": "a", "manner": "speech", "text": ["not", "a", "text"]}
FORMED = {"memory": "m77", "gist": 7, "memory_kind": "summary", "significance": 1}

FAULTY: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("time.passed", PASSED, {"witnesses": 7}),
    ("model.called", CALLED, {}),
    ("line.said", SAID, {"witnesses": 7, "subject": "l77"}),
    ("memory.formed", FORMED, {"witnesses": 2, "subject": "m77"}),
]
VIEWS = ("scene", "world", "edges", "occasions", "threads", "transcript", "memories", "timeline", "state", "deleted")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pattern() -> AsyncIterator[tuple[Path, str, list[int]]]:
    """What `spoilt` is copied from."""
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    async with Daemon(folder / "h", config(unused_url())) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "Before.")
        assert (await c.call("backup"))["check"]["ok"]
        branch = (await c.call("branches", story=s))["branches"][0]["branch"]
    store = folder / "h" / "store" / "fabula.db"
    yield folder / "h", s, [commit(store, s, branch, kind, data, **more) for kind, data, more in FAULTY]
    shutil.rmtree(folder)


@pytest.fixture
def spoilt(home: Path, pattern: tuple[Path, str, list[int]]) -> tuple[str, list[int]]:
    """A home whose store holds a story with a faulty event of each sort, and a backup from before: story and seqs."""
    made, s, seqs = pattern
    shutil.copytree(made, home)
    return s, seqs


async def all_views(c: Client, s: str) -> None:
    for view in VIEWS:
        for lens in LENSES:
            await look(c, s, view, lens=lens)
    for speaker in ("a", "b"):
        await look(c, s, "prompt", speaker=speaker)
        await c.call("recall", story=s, lens=[speaker], query="before")


async def found(c: Client, **more: Any) -> list[int]:
    """The seqs of what a check finds."""
    return [f["seq"] for f in (await c.call("verify", **more))["findings"]]


async def test_the_story_plays_on_and_status_says_what_is_wrong_from_the_start_on(
    home: Path, spoilt: tuple[str, list[int]]
) -> None:
    s, seqs = spoilt
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            [warning] = (await c.call("status"))["warnings"]
            assert f"event {seqs[0]} (time.passed) cannot be read" in warning
            assert f"rpc purge -s {s} {seqs[0]}" in warning
            assert "and 1 more" in warning
            await all_views(c, s)
            await say(c, s, "After.")
            await c.call("append", story=s, commands=[{"do": "pass_time", "minutes": 3}])
            assert await texts(c, s) == ["Before.", "After."]
            assert await found(c) == seqs
            assert await found(c, replay=True) == seqs
        await daemon.restart()
        async with daemon.unix() as c:
            await all_views(c, s)
            assert (await c.call("status"))["warnings"] == [warning]


async def test_it_is_backed_up_and_marked_and_the_last_sound_backup_stays(
    home: Path, spoilt: tuple[str, list[int]]
) -> None:
    kept = "\n[backups]\ndaily = 1\nweekly = 0\nothers = 2\n"
    s, seqs = spoilt
    async with Daemon(home, config(unused_url()) + kept) as daemon:
        async with daemon.unix() as c:
            sound = (await c.call("backups"))["sound"]
            for _ in range(4):
                made = await c.call("backup")
            assert not made["check"]["ok"]
            assert f"event {seqs[0]}" in made["check"]["why"]
            listed = await c.call("backups")
            assert listed["backups"][0]["backup"] == made["backup"]
            assert [b["check"]["ok"] for b in listed["backups"]] == [False, False, True]
            assert listed["sound"] == listed["backups"][-1]["backup"] == sound
            # It holds all that the store holds, so it can be put back as well.
            await say(c, s, "After.")
            await c.call("restore", backup=made["backup"])
            assert await texts(c, s) == ["Before."]
        await daemon.restart()
        async with daemon.unix() as c:
            assert f"event {seqs[0]}" in (await c.call("status"))["warnings"][0], "it came back with the backup"
            await c.call("restore", backup=sound)
            assert (await c.call("status"))["warnings"] == []
        await daemon.restart()
        async with daemon.unix() as c:
            assert (await c.call("status"))["warnings"] == [], "what was replaced is not what is there"


@pytest.mark.parametrize("act", ["purge", "delete", "rewind"])
async def test_it_can_be_purged_deleted_and_rewound(home: Path, spoilt: tuple[str, list[int]], act: str) -> None:
    s, seqs = spoilt
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            kept = await head(c, s)
            await say(c, s, "After.")
            match act:
                case "rewind":
                    for preview in (True, False):
                        await c.call("rewind", story=s, to=seqs[0] - 1, preview=preview)
                    assert await texts(c, s) == ["Before."]
                case "delete":
                    for preview in (True, False):
                        await c.call("delete", story=s, targets=seqs, preview=preview)
                    await all_views(c, s)
                    await c.call("reinstate", story=s, targets=seqs)
                case "purge":
                    preview = await c.call("purge", story=s, targets=seqs, preview=True)
                    assert preview["purged"] == len(seqs)
                    file = await c.call("export", story=s, format="story")
                    with pytest.raises(Refused) as refused:
                        await c.call("import", format="story", data=file["data"])
                    assert refused.value.code == BAD_IMPORT
                    assert (await c.call("purge", story=s, targets=seqs, confirm=True))["purged"] == len(seqs)
                    assert (await c.call("status"))["warnings"] == []
                    assert await found(c, replay=True) == []
                    file = await c.call("export", story=s, format="story")
                    again = (await c.call("import", format="story", data=file["data"]))["story"]
                    assert await texts(c, again) == ["Before.", "After."]
                    assert (await c.call("backup"))["check"]["ok"]
            await all_views(c, s)
            assert kept
        await daemon.restart()
        async with daemon.unix() as c:
            assert bool((await c.call("status"))["warnings"]) == (act != "purge")


async def test_one_far_back_in_a_store_that_was_never_checked_is_found_soon_after_the_start(
    home: Path, spoilt: tuple[str, list[int]]
) -> None:
    s, seqs = spoilt
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            for _ in range(11):
                await c.call("append", story=s, commands=[{"do": "bind", "tone": f"{n}"} for n in range(100)])
        await daemon.stop()
        (home / "store" / "health.json").unlink(missing_ok=True)  # as the program before it left the store
        await daemon.start()
        async with daemon.unix() as c, asyncio.timeout(40):
            while not (warnings := (await c.call("status"))["warnings"]):
                await asyncio.sleep(0.2)
            assert f"event {seqs[0]} (time.passed) cannot be read" in warnings[0]
        await daemon.restart()
        async with daemon.unix() as c:
            assert (await c.call("status"))["warnings"] == warnings, "from then on it is known from the start on"
