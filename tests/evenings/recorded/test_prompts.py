"""The prompts of the recorded evening: they contradict their own lines nowhere, are built again to the byte, and begin
as they did the turn before."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.evenings.recorded.contradictions import contradictions
from tests.evenings.recorded.prompts import Made, all_of_them, wrong

CAST, THINGS = ("Juno", "Pim"), ("leather case", "spanner")


async def test_no_prompt_contradicts_its_own_lines(home: Path) -> None:
    made = await all_of_them(home)
    assert len(made) > 30
    assert [(x["turn"], x["speaker"], found) for x in made if (found := wrong(x))] == []
    assert all(x["exact"] for x in made)
    for speaker in ("a", "b"):
        mine = [x for x in made if x["speaker"] == speaker]
        changed = [(one, other) for one, other in pairwise(mine) if one["messages"][0] != other["messages"][0]]
        assert all(_past(one) != _past(other) for one, other in changed), (
            "only what was summed up changes the beginning"
        )


def _past(made: Made) -> tuple[Any, ...]:
    """What was summed up, and the first line that was not."""
    return made["sections"].get("past"), made["sections"]["transcript"][:80]


@pytest.mark.parametrize(
    ("transcript", "moment", "wrong"),
    [
        ("Juno: *I set the leather case on the table.* Hm.", "Juno is here: holding leather case (closed).", "hold it"),
        (
            "Juno: *I lift the spanner and put it down.* Hm.",
            "Juno is here: holding hat, spanner; wearing cap.",
            "hold it",
        ),
        ("Pim: *takes the spanner.*", "Within reach: leather case (on it: hat), spanner (at the door).", "lie there"),
        ("Pim: Yes?", "Not here: Pim (in the yard).", "just spoken"),
        ("Pim: Bye.\n(Pim leaves for the yard.)", "Pim is here.", "has left"),
    ],
)
def test_what_contradicts_the_lines_is_found(transcript: str, moment: str, wrong: str) -> None:
    found = contradictions({"transcript": transcript, "moment": moment}, "Pim", CAST, THINGS)
    assert len(found) == 1 and wrong in found[0]
    assert contradictions({"transcript": transcript, "moment": "Just now:"}, "Pim", CAST, THINGS) == []
