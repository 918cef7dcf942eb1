"""The toolbar tells first what matters most, and leaves out the rest where it is narrow."""

from pathlib import Path

import pytest

from client.play.game import Game
from client.play.listening import Bar
from client.room.toolbar import toolbar
from client.show.screen import Screen


async def ask(question: str, default: str) -> str:
    return default


@pytest.fixture
def game(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Game:
    made = Game(tmp_path, Screen(colour=False, live=False), ask)
    monkeypatch.setattr(type(made.connection), "connected", True)
    made.story, made.title, made.cast = "s1", "The Last Ferry", {"you": "Kim", "a": "Maren"}
    made.bar = Bar("The quay", "Sun 00:44", ["Maren"], "qwen")
    return made


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (190, "The Last Ferry · seen by Kim · with Maren · Sun 00:44 · The quay · qwen"),
        (60, "The Last Ferry · seen by Kim · with Maren · Sun 00:44"),
        (34, "The Last Ferry · seen by Kim"),
        (12, "The Last…"),
    ],
)
def test_what_matters_less_is_left_out_first(game: Game, columns: int, shown: str) -> None:
    game.lens = ["you"]
    told = "".join(text for _, text, *_ in toolbar(game, columns))
    assert told == f" {shown} " and len(told) <= columns


def test_a_lost_connection_is_told_before_all_else(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(game.connection), "connected", False)
    assert "".join(text for _, text, *_ in toolbar(game, 30)).startswith(" not connected")
