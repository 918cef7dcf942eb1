"""Every read that happens often goes through the index that schema.sql names for it, however large the file is."""

from collections.abc import Callable
from typing import Any

import pytest

from daemon.store.check import verify
from daemon.store.queries import pages, reads, side_tables, turns
from daemon.store.snapshots import _due, _nearest
from daemon.story.lineage import Stretch
from protocol.ids import Mask, Seq, TurnNumber
from tests.support.open_store import Store

PATH = [Stretch("b1", Seq(3), Seq(70)), Stretch("b2", Seq(70), Seq(90))]
BY_SEQ = "INTEGER PRIMARY KEY"
BY_TURN = "event_by_turn (story=? AND turn=?)"

READS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "events": (lambda c: reads.read(c, PATH, Mask(2), 50), "event_by_branch"),
    "payloads": (lambda c: list(reads.payloads(c, PATH, Mask(2))), "event_by_branch"),
    "how many": (lambda c: reads.count(c, PATH), "event_by_branch"),
    "the head": (lambda c: reads.last_unpurged(c, PATH), "event_by_branch"),
    "the end of a commit that was purged": (lambda c: reads.round_down(c, PATH), "event_by_branch"),
    "the end of a commit": (lambda c: reads.last_commit_end(c, PATH), "event_by_branch"),
    "what moves the head": (lambda c: reads.last_moving(c, PATH), "event_by_branch"),
    "how many lines": (lambda c: reads.count_lines(c, PATH), "line_by_branch"),
    "the latest lines": (lambda c: pages.page(c, PATH, Mask(2), pages.LINES, 100), "line_by_branch"),
    "the first lines": (lambda c: pages.page(c, PATH, Mask(2), pages.LINES, 100, oldest=True), "line_by_branch"),
    "time": (lambda c: pages.page(c, PATH, Mask(2), pages.TIMES, 100), "time_by_branch"),
    "memories": (lambda c: pages.page(c, PATH, Mask(2), pages.MEMORIES, 100), "memory_by_branch"),
    "a turn": (lambda c: turns.events(c, "s1", [TurnNumber(1), TurnNumber(2)], PATH), BY_TURN),
    "the lines of a turn": (lambda c: turns.lines(c, "s1", [TurnNumber(1), TurnNumber(2)], PATH), BY_TURN),
    "what a turn answers": (lambda c: list(turns._answered(c, "s1", TurnNumber(1))), BY_TURN),
    "who answers the same": (lambda c: turns._took_up(c, Seq(5), PATH), "answer_by_cause"),
    "whether a turn is followed": (
        lambda c: turns.is_followed(c, [TurnNumber(1), TurnNumber(2)], PATH),
        "line_by_branch",
    ),
    "the end of a path": (lambda c: reads.latest(c, PATH, 512), "event_by_branch"),
    "a memory": (lambda c: reads.memories(c, "s1", ["m1"]), "event_by_subject"),
    "a commit": (lambda c: reads.read_seqs(c, Seq(5), Seq(9)), BY_SEQ),
    "masks": (lambda c: reads.masks(c, [Seq(5), Seq(9)]), BY_SEQ),
    "whose a seq is": (lambda c: reads.branch_of(c, Seq(5)), BY_SEQ),
    "the tail": (verify.check_tail, BY_SEQ),
    "a snapshot": (lambda c: _nearest(c, "code", PATH, Mask(2)), "PRIMARY KEY"),
    "due snapshots": (lambda c: _due(c, "code", PATH, PATH), "event_by_branch"),
    "an answer": (lambda c: side_tables.answer(c, "s1", "k"), "PRIMARY KEY"),
}


@pytest.mark.parametrize("what", READS)
async def test_a_hot_read_uses_its_index(store: Store, what: str) -> None:
    read, index = READS[what]
    plans = await store.database.write.run(plans_of, read)
    assert plans
    for plan in plans:
        assert "SEARCH" in plan, plan
        assert "TEMP B-TREE" not in plan.replace("TEMP B-TREE FOR count(DISTINCT)", ""), plan
    assert any(index in plan for plan in plans), plans
    assert all(index in plan or BY_SEQ in plan or "PRIMARY KEY" in plan for plan in plans), plans


def plans_of(c: Any, read: Callable[[Any], Any]) -> list[str]:
    """How SQLite would go about each statement of a read."""
    said: list[str] = []
    c.set_trace_callback(said.append)
    try:
        read(c)
    finally:
        c.set_trace_callback(None)
    plans = [" / ".join(row[3] for row in c.execute(f"EXPLAIN QUERY PLAN {sql}")) for sql in set(said)]
    return [plan for plan in plans if plan != "SEARCH event"]  # of max(seq): the last row, without an index
