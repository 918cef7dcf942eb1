"""Through whose eyes a prompt is made."""

import msgspec
import pytest

from daemon.prompts.builder import narrators_lens, speakers_lens
from daemon.story.lenses import TRUTH, shared
from daemon.story.state import Entity, Scene, State
from protocol.ids import EVERYBODY, EntityId, mask_of

HERE = {"you": Entity("Sam", container="inn"), "a": Entity("Mara", container="inn"), "b": Entity("Oren", container="x")}


@pytest.mark.parametrize(
    ("asleep", "who"),
    [((), ("you", "a")), (("a",), ("you",)), (("you", "a"), ("you",)), (("you",), ("you", "a"))],
    ids=["all who are there", "all who are awake", "you even asleep", "you even asleep, and who is awake"],
)
def test_a_narrator_is_told_what_those_share_who_are_with_you(
    asleep: tuple[str, ...], who: tuple[EntityId, ...]
) -> None:
    people = {e: msgspec.structs.replace(x, awake=e not in asleep) for e, x in HERE.items()}
    lens = shared(mask_of(who))
    assert narrators_lens(State(TRUTH, entities=people, scene=Scene("s", "inn"))) == lens
    assert narrators_lens(State(TRUTH, entities=people, scene=Scene("s", "x"))) == lens, "wherever a scene is on"


def test_a_narrator_is_never_told_the_truth() -> None:
    asleep = {e: msgspec.structs.replace(x, awake=False) for e, x in HERE.items() if e != "you"}
    assert narrators_lens(State(TRUTH, entities=asleep, scene=Scene("s", "inn"))) == shared(mask_of(["a", "b"]))


def test_in_an_empty_world_a_narrator_knows_what_everybody_would() -> None:
    assert narrators_lens(State(TRUTH)) == shared(EVERYBODY)
    assert speakers_lens(State(TRUTH), "b") == 4
