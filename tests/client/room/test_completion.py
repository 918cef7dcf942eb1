"""What is offered for what was typed: first what one needs most, then whatever the letters may mean."""

from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from client.commands.table import FIRST
from client.play.game import Game
from client.room.completion import Names
from client.show.screen import Screen


@pytest.fixture
def game(tmp_path: Path) -> Game:
    async def ask(question: str, default: str) -> str:
        return default

    made = Game(tmp_path, Screen(colour=False, live=False), ask)
    made.cast = {"you": "Kim", "a": "Maren", "b": "Elena Vargas"}
    made.names = {**made.cast, "tin": "biscuit tin"}
    made.props = {"tin": "biscuit tin", "barometer": "brass barometer"}
    return made


def offered(game: Game, typed: str, asked_for: bool = True) -> list[str]:
    event = CompleteEvent(completion_requested=asked_for)
    return [c.text for c in Names(game).get_completions(Document(typed), event)]


def test_the_commands_that_one_needs_come_first(game: Game) -> None:
    assert offered(game, "/")[: len(FIRST)] == [f"/{name}" for name in FIRST]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("/ret", "/retake"), ("/rtk", "/retake"), ("/branch", "/versions"), ("/take tin", "biscuit tin"),
     ("/who vargas", "Elena Vargas"), ("/who mrn", "Maren"), ("/who b", "Elena Vargas"), ("Mar", "Maren")],
)  # fmt: skip
def test_letters_find_what_they_may_mean(game: Game, typed: str, first: str) -> None:
    assert offered(game, typed)[0] == first


def test_in_a_sentence_names_are_offered_only_when_asked_for(game: Game) -> None:
    assert offered(game, "I ask Mar", asked_for=False) == []
    assert offered(game, "I ask Mar") == ["Maren"]
