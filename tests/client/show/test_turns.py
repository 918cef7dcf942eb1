"""A turn is over when one may play again, also where its end was not heard."""

import pytest

from client.show.turns import Turns
from protocol import errors


def test_one_may_play_again_while_it_is_read() -> None:
    turns = Turns()
    for phase in ("started", "recalling", "rendering", "replied"):
        turns.phase(3, phase)
        assert not turns.over(3)
    turns.phase(3, "reading")
    assert turns.over(3)
    assert turns.failure(3) is None


def test_a_failure_keeps_what_the_daemon_said() -> None:
    turns = Turns()
    turns.phase(3, "failed", {"code": errors.MODEL_UNAVAILABLE, "message": "no", "data": {"endpoint": "here:1"}})
    failure = turns.failure(3)
    assert failure and failure.code == errors.MODEL_UNAVAILABLE and failure.data == {"endpoint": "here:1"}


@pytest.mark.parametrize("detail", [None, "why", {"code": "x"}, {"data": 3}])
def test_a_failure_without_much_detail_is_one_all_the_same(detail: object) -> None:
    turns = Turns()
    turns.phase(3, "failed", detail)
    assert turns.failure(3)


@pytest.mark.parametrize(
    ("events", "another", "over", "failed"),
    [
        ([], False, False, False),
        ([], True, True, True),
        ([{"kind": "line.said", "turn": 3, "data": {"mode": "reply"}}], True, True, False),
        ([{"kind": "line.said", "turn": 3, "data": {}}], False, False, False),
        ([{"kind": "model.called", "turn": 3, "data": {"error": "hung up"}}], False, True, True),
        ([{"kind": "model.called", "turn": 2, "data": {"error": "hung up"}}], False, False, False),
    ],
)
def test_a_gap(events: list, another: bool, over: bool, failed: bool) -> None:
    turns = Turns()
    turns.happened(events)
    turns.gap(3, another_daemon=another)
    assert turns.over(3) is over
    assert bool(turns.failure(3)) is failed


@pytest.mark.parametrize(("reading", "remark"), [("off", "nobody is there"), ("ok", "nobody is there"), ("failed", "")])
def test_why_nobody_answered_is_told_whatever_was_done_at_once(reading: str, remark: str) -> None:
    turns = Turns()
    turns.phase(3, "done", {"reading": reading, "why": "nobody is there", "refused": [], "changes": []})
    assert turns.remark(3) == remark
    assert turns.read and turns.read.why == ("" if remark else "nobody is there")


def test_what_an_earlier_turn_came_to_is_told_late_and_is_not_the_latest() -> None:
    turns = Turns()
    for turn, text in ((4, "Sam puts the ring away"), (3, "Mara sits down")):
        turns.phase(turn, "done", {"reading": "ok", "changes": [{"text": text, "seqs": [turn]}]})
    assert turns.told and turns.told.changes[0].text == "Mara sits down"
    assert turns.read and turns.read.changes[0].text == "Sam puts the ring away"
