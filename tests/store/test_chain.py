"""A flipped bit in any column of any event is found and named, and so is a tail that was lost."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from daemon.store.check import verify
from protocol.commands import AddEntity, Bind, Say
from protocol.errors import STORAGE, Fault
from protocol.world import Identity
from tests.support.open_store import Reading, opened, plain

ROUNDS = 60
"""Bits flipped in each column."""

MADE = ("seq", "turn", "cause", "version", "witnesses", "ends", "background")
"""Columns that hold integers."""


@pytest.fixture
async def written(folder: Path) -> Path:
    """A closed store of some 60 events."""
    async with opened(folder) as store:
        story, _ = await store.create([AddEntity(entity="a", name="Mara", identity=Identity(description="Waits."))])
        for n in range(20):
            await store.append(story, Bind(tone=f"tone {n}"), Say(who="a", text=f"A line, naïve — 雨, {n}."))
    return folder


@contextmanager
def unguarded(path: Path) -> Iterator[Any]:
    """A connection that may change events; what it did is undone in the end."""
    with plain(path) as c:
        c.execute("PRAGMA ignore_check_constraints = ON")
        c.execute("BEGIN")
        for trigger in [row[0] for row in c.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]:
            c.execute(f"DROP TRIGGER {trigger}")
        yield c
        c.execute("ROLLBACK")


def flipped(value: Any, rng: Random) -> Any:
    """The value with one bit flipped."""
    if isinstance(value, int):
        return value ^ (1 << rng.randrange(40))
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    return bytes(raw)


@pytest.mark.parametrize(
    "column",
    [*MADE, "story", "branch", "kind", "at", "subject", "data", "salt", "digest", "chain"],
)
async def test_a_flipped_bit_is_found_with_its_seq(written: Path, column: str) -> None:
    rng = Random(column)
    events = [e for e in Reading(written / "fabula.db").events if e[column] is not None]
    for _ in range(ROUNDS):
        event = rng.choice(events)
        changed = flipped(event[column], rng)
        with unguarded(written / "fabula.db") as c:
            value = "CAST(? AS TEXT)" if isinstance(event[column], str) else "?"
            sql = f"UPDATE OR REPLACE event SET {column} = {value} WHERE seq = ?"  # noqa: S608 - names of columns
            c.execute(sql, (changed, event["seq"]))
            found = verify.check_chain(c)
        # A seq that turns into a smaller one has destroyed the event that had it.
        concerned = min(event["seq"], changed) if column == "seq" else event["seq"]
        assert f"event {concerned} " in found
    with plain(written / "fabula.db") as c:
        assert verify.check_chain(c) == ""


async def test_damage_near_the_end_makes_the_store_read_only(written: Path) -> None:
    with plain(written / "fabula.db") as c:
        for trigger in [row[0] for row in c.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]:
            c.execute(f"DROP TRIGGER {trigger}")
        seq = c.execute("SELECT max(seq) FROM event WHERE kind = 'group.changed'").fetchone()[0]
        c.execute("UPDATE event SET data = CAST(x'7bff7d' AS TEXT) WHERE seq = ?", (seq,))
    async with opened(written) as store:
        assert f"event {seq} " in store.log.lost
        with pytest.raises(Fault, match=f"event {seq} "):
            await store.create()
        with pytest.raises(Fault, match="damaged") as refused:
            await store.append("s1", Bind(tone="never"))
        assert refused.value.code == STORAGE


async def test_a_lost_tail_makes_the_store_read_only_until_it_is_accepted(written: Path) -> None:
    last = len(Reading(written / "fabula.db").events)
    with plain(written / "fabula.db") as c:
        c.execute("DROP TRIGGER event_is_never_deleted")
        c.execute("DELETE FROM event WHERE seq > ?", (last - 4,))
    async with opened(written) as store:
        assert f"ends at {last - 4} but {last} was acknowledged" in store.log.lost
        for wanted in (store.append("s1", Bind(tone="never")), store.create()):
            with pytest.raises(Fault) as refused:
                await wanted
            assert refused.value.code == STORAGE
            assert "--accept-tail" in refused.value.data["why"]
        assert (await store.writer.list()).stories[0].head == last - 4, "it can still be read"
    async with opened(written) as store:
        assert store.log.lost, "looking at it was no acceptance"
    async with opened(written, accept=True) as store:
        assert await store.append("s1", Bind(tone="on we go")) == last - 3
    async with opened(written) as store:
        assert store.log.lost == ""


async def test_another_tail_of_the_same_length_is_noticed(written: Path) -> None:
    copy = written / "copy"
    copy.mkdir()
    for name in ("fabula.db", "fabula.head"):
        shutil.copy(written / name, copy / name)
    for folder, tone in ((written, "here"), (copy, "there")):
        async with opened(folder) as store:
            await store.append("s1", Bind(tone=tone))
    shutil.copy(copy / "fabula.db", written / "fabula.db")
    async with opened(written) as store:
        assert "not the one that was acknowledged" in store.log.lost


@pytest.mark.parametrize("head", ["lags", "is empty", "is gone"])
async def test_a_head_that_lags_behind_the_log_is_no_loss(written: Path, head: str) -> None:
    before = (written / "fabula.head").read_bytes()
    async with opened(written) as store:
        await store.append("s1", Bind(tone="one commit more"))
    if head == "is gone":
        (written / "fabula.head").unlink()
    else:
        (written / "fabula.head").write_bytes(before if head == "lags" else b"")
    async with opened(written) as store:
        assert store.log.lost == ""
        await store.append("s1", Bind(tone="and another"))


async def test_a_head_that_cannot_be_noted_does_not_fail_the_commit(written: Path) -> None:
    async with opened(written) as store:
        store.log.head_file.close()  # as a disk would fail that keeps copies of what is written over
        head = await store.append("s1", Bind(tone="kept"))
        store.log.head_file.__init__(written / "fabula.head")  # type: ignore[misc]
        assert await store.append("s1", Bind(tone="kept too")) == head + 1
    async with opened(written) as store:
        assert store.log.lost == ""
