"""The log is appended to, without gaps, a whole commit at a time, and nothing in it changes afterwards."""

from typing import Any

import pytest

from daemon.store.chain import GENESIS
from protocol.commands import AddContainer, Bind, Move, Say
from protocol.errors import REFUSED, Fault
from tests.support.open_store import Reading, Store, plain

COLUMNS = (
    "seq", "story", "branch", "turn", "cause", "kind", "version", "witnesses", "at", "ends", "background", "subject",
    "digest", "chain",
)  # fmt: skip
"""All but what a purge takes away."""


async def a_few(store: Store) -> Reading:
    """Two stories whose commits lie between each other's, one of them with a dead branch."""
    one, _ = await store.create([AddContainer(container="inn", name="The inn")])
    other, _ = await store.create([AddContainer(container="mill", name="The mill")])
    for n in range(3):
        await store.append(one, Bind(tone=f"{n}"), Bind(note=f"{n}"), Say(who=None, text="It rains.", manner="ooc"))
        await store.append(other, Bind(tone=f"{n}"))
    await store.rewind(one, 7)
    await store.append(one, Bind(tone="again"))
    return Reading(store.database.path)


async def test_seqs_have_no_gaps_across_stories_and_refusals(store: Store) -> None:
    reading = await a_few(store)
    story = reading.events[0]["story"]
    with pytest.raises(Fault):
        await store.append(story, Bind(tone="never"), Move(who="you", container="nowhere"))
    await store.append(story, Bind(tone="at last"))
    assert [e["seq"] for e in Reading(store.database.path).events] == list(range(1, len(reading.events) + 2))


async def test_a_commit_is_marked_by_its_end(store: Store) -> None:
    reading = await a_few(store)
    ends = [e["seq"] for e in reading.events if e["ends"]]
    commits = [(a, b) for a, b in zip([0, *ends], ends, strict=False)]
    assert ends[-1] == len(reading.events)
    for after, last in commits:
        whole = reading.events[after:last]
        assert len({(e["story"], e["branch"], e["turn"], e["at"], e["background"]) for e in whole}) == 1
    assert [b - a for a, b in commits] == [3, 3, 3, 1, 3, 1, 3, 1, 1, 1]


async def test_the_chain_begins_with_nothing_and_never_repeats(store: Store) -> None:
    reading = await a_few(store)
    links = [GENESIS, *(e["chain"] for e in reading.events)]
    assert len(set(links)) == len(links)
    assert len({e["salt"] for e in reading.events}) == len(reading.events)


@pytest.mark.parametrize("column", [*COLUMNS, "data", "salt"])
async def test_no_column_of_an_event_can_be_changed(store: Store, column: str) -> None:
    event = (await a_few(store)).events[5]
    with plain(store.database.path) as c:
        now = event[column]
        changed: Any = now ^ 1 if isinstance(now, int) else b"x" * 32 if isinstance(now, bytes) else "1"
        for purged in ("", "data = NULL, salt = NULL, ") if column in COLUMNS else ("",):
            sql = f"UPDATE event SET {purged}{column} = ? WHERE seq = 6"  # noqa: S608 - names of columns
            with pytest.raises(Exception, match="append-only"):
                c.execute(sql, (changed,))


async def test_events_are_neither_deleted_nor_replaced_nor_slipped_in(store: Store) -> None:
    reading = await a_few(store)
    row = {**reading.events[5], "data": "{}"}
    fill = f"({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
    with plain(store.database.path) as c:
        for sql, values in (
            ("DELETE FROM event WHERE seq = 6", ()),
            (f"INSERT OR REPLACE INTO event {fill}", tuple(row.values())),
            (f"INSERT INTO event {fill}", tuple({**row, "seq": 500}.values())),
        ):
            with pytest.raises(Exception, match="append-only"):
                c.execute(sql, values)
    assert Reading(store.database.path).events == reading.events


async def test_only_a_purge_may_take_a_payload_and_the_chain_stays_whole(store: Store) -> None:
    await a_few(store)
    with plain(store.database.path) as c:
        c.execute("UPDATE event SET data = NULL, salt = NULL WHERE seq = 6")
    await store.log.start()
    assert store.log.lost == ""


async def test_a_commit_that_fails_half_way_leaves_nothing(store: Store) -> None:
    reading = await a_few(store)
    story = reading.events[0]["story"]
    with plain(store.database.path) as c:
        c.execute(
            "CREATE TRIGGER fault BEFORE INSERT ON event WHEN NEW.data LIKE '%poison%'"
            " BEGIN SELECT RAISE (ABORT, 'spoilt'); END"
        )
        with pytest.raises(Fault) as failed:
            await store.append(story, Bind(tone="fine"), Bind(tone="poison"), key="k1")
        assert failed.value.code != REFUSED
        assert Reading(store.database.path).events == reading.events
        c.execute("DROP TRIGGER fault")
    assert await store.append(story, Bind(tone="fine"), Bind(tone="poison"), key="k1") == len(reading.events) + 2
    await store.log.start()
    assert store.log.lost == ""
