"""Plays a recorded evening of two bots with the answers that were given then, and asks after each turn whether the
world says what the prose said."""

from pathlib import Path

from tests.evenings.recorded import the_green_room, the_morning, the_stage
from tests.evenings.recorded.answers import Answers, read
from tests.evenings.recorded.facts import Fact
from tests.evenings.recorded.playing import HERE, Players, begun, told

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


async def test_after_every_turn_the_world_says_what_the_prose_said(home: Path) -> None:
    story, answers = told(), Answers(read(HERE / "answers.json"))
    players = Players(story, answers)
    wrong: list[str] = []
    secrets: list[Fact] = []
    async with begun(home, story, players) as evening:
        async for turn in evening.turns():
            facts = FACTS.get(turn, [])
            out = [x for x in secrets if turn <= x.until and not await evening.holds(x)]
            not_so = [x for x in facts if not await evening.holds(x)]
            wrong += [f"turn {turn}: {x.says}" for x in not_so] + [f"since turn {turn} no more: {x.says}" for x in out]
            secrets = [x for x in [*secrets, *facts] if x.until > turn and x not in out and x not in not_so]
    beside = [*answers.missing, *answers.lost, *players.unwritten]
    assert wrong == list(NOT_SO), "\n".join(["", *wrong, "Beside that, and perhaps therefore:", *beside])


def test_all_but_a_few_facts_are_so() -> None:
    assert len(NOT_SO) <= 0.05 * sum(len(facts) for facts in FACTS.values())
