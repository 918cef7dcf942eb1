"""A recorded evening of two bots, played once with the answers that were given then, and looked at after each turn.

Does the world say what the prose said? Do the prompts contradict their own lines, are they built again to the byte, and
do they begin as they did the turn before? Are the memories few, in names, and repeat nothing, and what comes back?
"""

import asyncio
import statistics
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from tests.evenings.recorded import the_green_room, the_morning, the_stage
from tests.evenings.recorded.answers import Answers, read
from tests.evenings.recorded.contradictions import contradictions
from tests.evenings.recorded.facts import Fact
from tests.evenings.recorded.playing import HERE, Evening, begun, told
from tests.evenings.recorded.prompts import Made, written_in, wrong
from tests.evenings.recorded.remembering import Noting, Remembered, Remembering, repeated, speaks, told_of

CAST, THINGS = ("Juno", "Pim"), ("leather case", "spanner")

FACTS = {**the_green_room.FACTS, **the_stage.FACTS, **the_morning.FACTS}

NOT_SO = {
    "turn 3: whether she will tell him, or go, is open to Pim": (
        "Her mind's reader asked one question, and that is why she told a stranger first."
    ),
    "turn 9: whether the house is sold is open to Pim": (
        "Her mind's reader took her question about the hotel for answered by what Juno told her, and asked another."
    ),
}
"""What a careful reader would call true and is not, each with the reason. Whatever else is wrong is a fault."""


class Checking:
    """Asks after each turn whether its facts are so, and whether the secrets still are."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._secrets: list[Fact] = []

    async def look(self, turn: int, evening: Evening) -> None:
        """Notes what is not so after a turn."""
        facts = FACTS.get(turn, [])
        out = [x for x in self._secrets if turn <= x.until and not await evening.holds(x)]
        not_so = [x for x in facts if not await evening.holds(x)]
        self.wrong += [f"turn {turn}: {x.says}" for x in not_so]
        self.wrong += [f"since turn {turn} no more: {x.says}" for x in out]
        self._secrets = [x for x in [*self._secrets, *facts] if x.until > turn and x not in out and x not in not_so]


class Played(NamedTuple):
    """The evening when it is over: what was not so; what was asked and is not recorded, or not written; what each reply
    was written from; what is remembered."""

    wrong: list[str]
    beside: list[str]
    made: list[Made]
    remembered: Remembered


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    async def play() -> Played:
        story, answers = told(), Answers(read(HERE / "answers.json"))
        players, checking, remembering = Noting(story, answers), Checking(), Remembering()
        made: list[Made] = []
        async with begun(tmp_path_factory.mktemp("recorded") / "h", story, players) as evening:
            async for turn in evening.turns():
                await checking.look(turn, evening)
                made += await written_in(turn, evening)
                await remembering.look(turn, evening)
            beside = [*answers.missing, *answers.lost, *players.unwritten]
            return Played(checking.wrong, beside, made, await remembering.ended(evening, players))

    return asyncio.run(play())


def test_after_every_turn_the_world_says_what_the_prose_said(played: Played) -> None:
    told = "\n".join(["", *played.wrong, "Beside that, and perhaps therefore:", *played.beside])
    assert played.wrong == list(NOT_SO), told


def test_all_but_a_few_facts_are_so() -> None:
    assert len(NOT_SO) <= 0.05 * sum(len(facts) for facts in FACTS.values())


def test_no_prompt_contradicts_its_own_lines(played: Played) -> None:
    assert len(played.made) > 30
    assert [(x["turn"], x["speaker"], found) for x in played.made if (found := wrong(x))] == []
    assert all(x["exact"] for x in played.made)
    for speaker in ("a", "b"):
        mine = [x for x in played.made if x["speaker"] == speaker]
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


def test_what_is_kept_of_an_evening_is_worth_having_and_is_not_said_twice(played: Played) -> None:
    found = played.remembered
    told = told_of(found)
    for who in ("you", "a", "b"):
        assert 0.2 <= found.share(who) <= 0.4, told
        assert 4 <= statistics.median(found.significance(who)) <= 5.5, told
    assert 0.2 <= found.share() <= 0.5, told
    assert sum(x >= 9 for x in found.significance()) <= 1, told
    texts = [x["text"] for _, x in found.memories]
    assert not [x for x in texts if speaks(x) or not x.rstrip('"”').endswith((".", "!", "?"))], told
    assert not [again for p in found.prompts for again in repeated(p)], told
    assert any(p.recalled for p in found.prompts), "something comes to mind, or nothing is shown by this"
    assert sum(found.back.values()) >= 8, told
