"""Through whose eyes a prompt is made."""

import msgspec
import pytest

from daemon.prompts.builder import narrators_lens, speakers_lens
from daemon.story.state import Entity, Scene, State
from protocol.ids import NOBODY

HERE = {"you": Entity("Sam", container="inn"), "a": Entity("Mara", container="inn"), "b": Entity("Oren", container="x")}


@pytest.mark.parametrize(
    ("asleep", "lens"),
    [((), 3), (("a",), 1), (("you", "a"), 7)],
    ids=["all who are there", "all who are awake", "nobody: then what everybody shares"],
)
def test_a_narrator_is_never_told_the_truth(asleep: tuple[str, ...], lens: int) -> None:
    people = {e: msgspec.structs.replace(x, awake=e not in asleep) for e, x in HERE.items()}
    if len(asleep) == 2:
        people["b"] = msgspec.structs.replace(people["b"], awake=False)
    assert narrators_lens(State(NOBODY, entities=people, scene=Scene("s", "inn"))) == lens


def test_in_an_empty_world_a_narrator_knows_what_everybody_would() -> None:
    assert narrators_lens(State(NOBODY)) == 7
    assert speakers_lens(State(NOBODY), "b") == 4
