"""The folder of backups: what is kept and for how long, what a crash leaves, and backups made by themselves."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from daemon.backups.health import Health
from daemon.backups.keeper import Backups, make
from daemon.store.backups import Backup, Check, Folder, Keep, surplus
from daemon.store.check.compare import compare
from daemon.store.check.process import Holds, check
from protocol.commands import Bind, Say
from tests.support.open_store import Store, opened, plain
from tests.support.small_cast import until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def backup(hours: float, why: str = "daily", wrong: str = "") -> Backup:
    """One of so many hours ago."""
    time = NOON - timedelta(hours=hours)
    return Backup(f"{time.isoformat()} {why}", time, why, 1, Holds(), Check("", wrong, 1, Holds()))  # type: ignore[arg-type]


def test_a_weeks_days_and_a_months_weeks_are_kept() -> None:
    days = [backup(24 * n) for n in range(60)]
    gone = surplus(days, Keep())
    kept = [b for b in days if b not in gone]
    assert [(NOON - b.time).days for b in kept] == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21]
    assert {b.time.isocalendar()[1] for b in kept} == {9, 8, 7, 6}, "one of each of four weeks"


def test_of_a_day_the_last_is_kept_and_of_others_the_latest() -> None:
    some = [backup(n) for n in range(3)] + [backup(n, "asked") for n in range(3, 16)]
    gone = surplus(some, Keep(others=10))
    assert gone == [*some[1:3], *some[13:]]


made = st.tuples(st.integers(0, 2000), st.sampled_from(["daily", "asked", "restore"]), st.sampled_from(["", "x"]))
few = st.integers(0, 3)


@given(st.lists(made.map(lambda m: backup(*m))), st.builds(Keep, daily=few, weekly=few, others=few))
def test_the_latest_sound_one_always_stays(some: list[Backup], keep: Keep) -> None:
    some.sort(key=lambda b: b.time, reverse=True)
    gone = surplus(some, keep)
    sound = [b for b in some if b.sound]
    assert not sound or sound[0] not in gone
    assert surplus([b for b in some if b not in gone], keep) == []


async def test_what_a_crash_left_half_made_is_taken_away(store: Store, folder: Path) -> None:
    backups = Folder(folder / "backups")
    backups.open()
    await make(backups, "asked", store.database.path)
    (folder / "backups" / ".20260101T000000000Z-asked.db.unchecked").write_bytes(b"half")
    (folder / "backups" / "notes.txt").write_text("mine")
    backups.open()
    assert [b.why for b in backups.all()] == ["asked"]
    assert not list((folder / "backups").glob(".*"))
    assert (folder / "backups" / "notes.txt").exists()


def test_what_is_being_made_is_not_taken_away_where_the_folder_can_be_used_only_now(tmp_path: Path) -> None:
    backups = Folder(tmp_path / "backups")
    half_made = backups.hidden(backups.new("manual"))
    half_made.touch()
    backups.open()
    assert half_made.exists()
    Folder(backups.path).open()
    assert not half_made.exists(), "another process finds it half made"


async def test_a_copy_that_does_not_pass_is_kept_and_marked(store: Store, folder: Path) -> None:
    story, _ = await store.create()
    await store.append(story, Bind(tone="easy"))
    with plain(store.database.path) as c:
        c.execute("DROP TRIGGER event_only_loses_its_payload")
        c.execute("UPDATE event SET data = replace(data, 'easy', 'eazy')")
    backups = Folder(folder / "backups")
    backups.open()
    made = await make(backups, "daily", store.database.path)
    assert not made.sound
    assert backups.all() == [made]
    assert made.check is not None
    assert made.check.why == "the payload of event 3 was changed"
    assert [(f.seq, f.sort) for f in made.check.findings] == [(3, "damaged")]


def test_a_pipe_among_the_backups_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("checks.json", "20260101T000000000Z-daily.db"):
        os.mkfifo(tmp_path / name)
    assert Folder(tmp_path).all() == []


async def test_what_no_record_tells_is_read_from_the_file(store: Store, folder: Path) -> None:
    await store.create()
    backups = Folder(folder / "backups")
    backups.open()
    made = await make(backups, "asked", store.database.path)
    (folder / "backups" / "checks.json").unlink()
    found = backups.get(made.name)
    assert (found.held, found.check) == (made.held, None)
    (folder / "backups" / "20260101T000000000Z-asked.db").write_bytes(b"no store at all")
    assert [b.held.head for b in backups.all()] == [2, 0]


async def test_a_backup_is_made_by_itself_once_a_day_if_anything_was_played(store: Store, folder: Path) -> None:
    keeping = Backups(store.log, Health(store.log, folder / "health.json"), Folder(folder / "backups"), Keep())
    keeping.folder.open()
    assert not await keeping._due(), "nothing was ever played"
    story, _ = await store.create()
    keeping.start(0.0)
    try:
        await until(lambda: keeping.folder.all() and not keeping.jobs())
    finally:
        await keeping.close()
    [made] = keeping.folder.all()
    assert (made.why, made.sound) == ("daily", True)
    assert not await keeping._due()
    old = made.name.replace(f"{made.time:%Y%m%d}", f"{made.time - timedelta(days=2):%Y%m%d}")
    (folder / "backups" / made.name).rename(folder / "backups" / old)
    keeping.folder.note(old, check(folder / "backups" / old, True))
    assert not await keeping._due(), "nothing was played since"
    await store.append(story, Bind(tone="easy"))
    assert await keeping._due()
    keeping.keep = Keep(daily=0, weekly=0)
    assert not await keeping._due(), "switched off"


async def test_jobs_tell_how_far_it_has_come(store: Store, folder: Path) -> None:
    story, _ = await store.create()
    await store.append(story, *(Bind(tone=f"tone {n}") for n in range(500)))
    keeping = Backups(store.log, Health(store.log, folder / "health.json"), Folder(folder / "backups"), Keep())
    keeping.folder.open()
    seen = []
    making = asyncio.create_task(keeping.backup())
    while not making.done():
        seen += keeping.jobs()
        await asyncio.sleep(0)
    assert {(job.kind, job.state) for job in seen} == {("backup", "running")}
    assert seen[-1].done == seen[-1].of == 2 * store.log.seq
    assert keeping.jobs() == []
    assert (await making).check is not None


async def test_a_purge_renews_all_backups(store: Store, folder: Path) -> None:
    keeping = Backups(store.log, Health(store.log, folder / "health.json"), Folder(folder / "backups"), Keep())
    keeping.folder.open()
    assert await keeping.renew() == 0
    for _ in range(2):
        await keeping.backup()
    assert await keeping.renew() == 2
    assert [b.why for b in keeping.folder.all()] == ["purge"]


async def test_two_stores_of_one_past_share_what_came_before_they_parted(folder: Path) -> None:
    async with opened(folder) as store:
        story, _ = await store.create()
        common = await store.append(story, Bind(tone="easy"))
        backups = Folder(folder / "backups")
        backups.open()
        made = await make(backups, "asked", store.database.path)
        await store.append(story, Say(who=None, text="Here.", manner="narration"))
    (folder / "other").mkdir()
    (folder / "backups" / made.name).rename(folder / "other" / "fabula.db")
    async with opened(folder / "other") as other, opened(folder) as store:
        for _ in range(3):
            await other.append(story, Bind(tone="tense"))
        await other.create()
        copy = await make(Folder(folder / "backups"), "asked", other.database.path)
        found = await store.database.read.run(compare, folder / "backups" / copy.name)
        assert found.common == common
        assert [(x.story, x.events, x.lines, x.whole) for x in found.lost] == [(story, 1, 1, False)]
        assert [(x.story, x.events, x.whole) for x in found.gained] == [(story, 3, False), ("s2", 2, True)]
