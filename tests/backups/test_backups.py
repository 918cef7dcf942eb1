"""Backups and what they mend, over the wire: a damaged store or backup is found, and an earlier backup mends it."""

from pathlib import Path
from typing import Any

import pytest

from protocol.errors import NOT_FOUND, STORAGE
from tests.conftest import config
from tests.support.open_store import Reading, plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url
from tests.support.small_cast import (
    head,
    say,
    story,
    texts,
)
from tests.support.wire_client import Client, Refused
from tests.torture.checks import check_whole


async def backed_up(c: Client) -> str:
    return str((await c.call("backup"))["backup"])


async def restored(c: Client, backup: str) -> dict[str, Any]:
    return await c.call("restore", backup=backup)


async def test_a_backup_is_a_whole_store_that_was_checked(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "It rains.")
        made = await c.call("backup")
        assert made["check"]["ok"]
        assert (made["why"], made["stories"], made["lines"], made["head"]) == ("asked", 1, 1, await head(c, s))
        [listed] = (await c.call("backups"))["backups"]
        assert listed == made
        path = home / "backups" / made["backup"]
        assert path.stat().st_size == made["size"]
        assert path.stat().st_mode & 0o777 == 0o600
        assert check_whole(path) == made["head"]
        assert sorted(p.name for p in path.parent.iterdir()) == [path.name, "checks.json"], "nothing half made is left"


async def test_a_damaged_backup_is_found_and_not_restored(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "The very words.")
        backup = await backed_up(c)
        path = home / "backups" / backup
        path.write_bytes(path.read_bytes().replace(b"The very words.", b"The vary words."))
        with pytest.raises(Refused) as refused:
            await restored(c, backup)
        assert refused.value.code == STORAGE
        assert "the payload of event" in refused.value.message
        [listed] = (await c.call("backups"))["backups"]
        assert not listed["check"]["ok"]
        assert await texts(c, s) == ["The very words."]
        found = await c.call("verify", backup=backup)
        assert (found["ok"], len(found["findings"])) == (False, 1)
        for name in ("20260101T000000000Z-asked.db", "../store/fabula.db", "checks.json"):
            with pytest.raises(Refused) as refused:
                await restored(c, name)
            assert refused.value.code == NOT_FOUND


async def test_a_damaged_store_is_found_and_is_mended_by_an_earlier_backup(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            backup = await backed_up(c)
            for n in range(3):
                await say(c, s, f"Line {n}.")
            assert await c.call("verify", replay=True) == {
                "ok": True, "head": await head(c, s), "findings": [],
                "seconds": pytest.approx(0, abs=30),
            }  # fmt: skip
        await daemon.stop()
        store = Path(daemon.ready["store"])
        seq = next(e["seq"] for e in Reading(store).events if "Line 1." in (e["data"] or ""))
        store.write_bytes(store.read_bytes().replace(b'"Line 1."', b'"Lime 1."'))
        await daemon.start()
        async with daemon.unix() as c:
            found = await c.call("verify")
            assert (found["ok"], [f["seq"] for f in found["findings"]]) == (False, [seq])
            made = await c.call("backup")
            assert (made["check"]["ok"], f"event {seq}" in made["check"]["why"]) == (False, True)
            damaged = f"the store is damaged: the payload of event {seq} was changed"
            assert [w for w in (await c.call("status"))["warnings"] if damaged in w]
            with pytest.raises(Refused) as refused:
                await restored(c, made["backup"])
            assert refused.value.code == STORAGE
            done = await restored(c, backup)
            assert not [w for w in (await c.call("status"))["warnings"] if "damaged" in w]
            assert await texts(c, s) == []
            listed = {b["backup"]: b["check"]["ok"] for b in (await c.call("backups"))["backups"]}
            kept = {backup: True, made["backup"]: False, done["kept"]: False}
            assert listed == kept, "what was there is kept, damaged as it is"
            assert (await c.call("verify"))["ok"]
            await say(c, s, "On we go.")


async def test_a_restore_mends_a_lost_tail(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            await say(c, s, "One.")
            await say(c, s, "Two.")
            backup = await backed_up(c)
        await daemon.stop()
        with plain(Path(daemon.ready["store"])) as db:
            db.execute("DROP TRIGGER event_is_never_deleted")
            db.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
        await daemon.start()
        async with daemon.unix() as c:
            found = await c.call("verify")
            assert not found["ok"]
            assert "tail is lost" in found["findings"][0]["why"]
            await restored(c, backup)
            assert await texts(c, s) == ["One.", "Two."]
            await say(c, s, "Three.")
            assert not [w for w in (await c.call("status"))["warnings"] if w.startswith("read-only")]
        await daemon.restart()
        async with daemon.unix() as c:
            assert await texts(c, s) == ["One.", "Two.", "Three."]
