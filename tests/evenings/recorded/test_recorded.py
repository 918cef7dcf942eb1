"""Plays a recorded evening of two bots with its recorded answers, and asks after each turn whether the world says what the
prose said."""

from pathlib import Path

from tests.evenings.recorded import the_green_room, the_morning, the_stage
from tests.evenings.recorded.answers import Answers, read
from tests.evenings.recorded.playing import HERE, Players, begun, told

FACTS = {**the_green_room.FACTS, **the_stage.FACTS, **the_morning.FACTS}


async def test_after_every_turn_the_world_says_what_the_prose_said(home: Path) -> None:
    answers = Answers(read(HERE / "answers.json"))
    story = told()
    players = Players(story, answers)
    wrong = []
    async with begun(home, story, players) as evening:
        async for turn in evening.turns():
            wrong += [f"turn {turn}: {fact.says}" for fact in FACTS.get(turn, ()) if not await evening.holds(fact)]
    assert not wrong, "\n".join(["", *wrong, *answers.missing, *answers.lost, *players.unwritten])
