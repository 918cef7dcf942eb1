"""Every rule by its name: a request that it refuses, told with the index of the command, and nothing comes of any."""

import pytest

from protocol.rules import RULES
from tests.story.given import Command, do, handle, held, hide, house, inside, move, room, say, thing

SEAT = [{"slot": "seat", "capacity": 1}]
BROKEN: dict[str, tuple[list[Command], Command]] = {
    "cast_full": ([], do("add_entity", entity="a", name="Another")),
    "no_identity": ([do("change_entity", entity="b", identity={"description": ""})], say("b", "Hello.")),
    "already_there": ([thing("key", held("a"))], thing("key", held("b"))),
    "one_place": ([], do("change_container", container="cellar", parent="cellar")),
    "slot_full": (
        [do("change_container", container="cellar", slots=SEAT), move("a", "cellar", slot="seat")],
        move("b", "cellar", slot="seat"),
    ),
    "no_such_slot": ([], move("a", "cellar", slot="throne")),
    "out_of_reach": ([thing("key", room("cellar"))], handle("take", "a", "key")),
    "not_known_there": (
        [thing("chest", room("kitchen"), closed=True), thing("key", inside("chest"))],
        handle("take", "a", "key"),
    ),
    "hands_full": (
        [thing(p, held("a")) for p in ("key", "hat")] + [thing("cup", held("b"))],
        handle("take", "a", "cup"),
    ),
    "not_held": ([thing("key", held("b"))], handle("drop", "a", "key")),
    "inside_itself": ([thing("bag", held("a"))], hide("a", "bag", inside("bag"))),
    "lifecycle": ([do("plan", occasion="feast", title="A feast")], do("complete", occasion="feast", gist="x")),
    "clock_backwards": ([], do("pass_time", minutes=-5)),
    "whisper_out_of_reach": ([move("b", "garden")], say("a", "Psst.", "whisper", "b")),
    "no_addressee": ([], say("a", "Psst.", "whisper")),
    "not_present": (
        [move("b", "garden"), thing("key", held("a"))],
        do("share", by="a", to=["b"], claims=[{"prop": "key", "in": None}]),
    ),
    "no_scene": ([], do("close_scene")),
    "not_theirs": ([do("remember", gist="x", by=["a"])], do("share", by="b", to=["you"], memory="m1")),
    "wrong_value": ([], say("a", " ")),
}


OF_READING = {"not_yours", "not_known", "not_in_prose", "no_such_change"}
"""Rules of what may come of prose, which is checked before it is asked for."""


def test_every_rule_is_tried() -> None:
    assert set(BROKEN) == set(RULES) - OF_READING


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_refuses_by_name_and_undoes_what_was_asked_with_it(rule: str) -> None:
    setup, wrong = BROKEN[rule]
    story = house(*setup)
    fine = do("act", who="you", doing="humming")
    fault = story.refuses(fine, wrong, do("pass_time", minutes=5), rule=rule, index=1)
    assert fault.data["why"]
    assert story.state().entities["you"].doing is None
