"""Reading, the pure part: what was done with things before somebody left, and on their way."""

import pytest

from tests.story.given import Story, do, held, house, move, room, say, thing
from tests.telling.passages import comes, rule
from tests.telling.reading.tables import at, table

# what was done before somebody left, and what nobody does


def test_a_thing_is_where_somebody_put_it_before_they_left_in_the_same_lines() -> None:
    story = table(
        thing("hat", held("a")), say("a", "hangs the hat on the hook and goes out", "action"), move("a", "garden")
    )
    comes(story, {"do": "put", "n": 1, "it": "hat", "to": "kitchen", "spot": "on the hook"})
    assert at(story, "hat") == "on the hook, in the kitchen" == at(story, "hat", "you")


def test_one_has_what_they_were_given_before_they_left_in_the_same_lines() -> None:
    story = table(say("you", "hands the ring over and waves as Mara leaves", "action"), move("a", "garden"))
    comes(story, {"do": "put", "n": 1, "it": "ring", "to": "a"})
    assert at(story, "ring") == "in Mara's hands"


HIDES = {"do": "put", "n": 1, "it": "ring", "to": "kitchen", "how": "hidden", "spot": "behind the clock"}


def test_who_saw_somebody_come_with_what_they_had_hidden_before_sees_that_they_do_not_have_it() -> None:
    """Oren, in the garden, saw the ring in Sam's hand, since the rules moved Sam before the ring was read of."""
    for then in ([], [move("you", "hall")]):
        story = table(move("b", "garden"), say("you", "hides the ring behind the clock and goes out", "action"))
        story.when(do("add_container", container="hall", name="The hall"), move("you", "garden"), *then)
        assert at(story, "ring", "b") == "in Sam's hands"
        comes(story, HIDES)
        assert at(story, "ring") == "behind the clock, in the kitchen, hidden" == at(story, "ring", "a")
        assert at(story, "ring", "b") == "gone"


def test_who_saw_somebody_leave_with_a_thing_believes_them_to_have_it_still() -> None:
    story = table(say("you", "goes out, hides the ring in the hedge, and goes on", "action"), move("you", "garden"))
    said = story.when(say("you", "hides the ring in the hedge, and goes on", "action"))
    story.when(do("add_container", container="hall", name="The hall"), move("you", "hall"))
    assert said[0].witnesses == ("you",)
    comes(story, {"do": "put", "n": 2, "it": "ring", "how": "hidden", "spot": "in the hedge"}, count=2)
    assert at(story, "ring", "you") == "in the hedge, in the garden, hidden"
    assert at(story, "ring", "a") == "in Sam's hands"


def test_what_was_taken_before_a_move_is_seen_in_the_hand_after_it() -> None:
    lamp = thing("lamp", room("kitchen"), name="storm lamp")
    story = table(move("b", "garden"), lamp, say("you", "takes the lamp and goes out", "action"), move("you", "garden"))
    comes(story, {"do": "take", "n": 1, "it": "lamp"})
    assert at(story, "lamp", "a") == at(story, "lamp", "b") == at(story, "lamp") == "in Sam's hands"


def there_and_back() -> Story:
    """Sam goes to the garden with the ring, does something in the shed there, and comes back."""
    return table(
        do("add_container", container="shed", name="The shed"), thing("box", room("garden"), closed=True),
        say("you", "goes out", "action"), move("you", "garden"),
        say("you", "opens the box, puts the ring in, shuts it and comes back in", "action"), move("you", "kitchen"),
    )  # fmt: skip


@pytest.mark.parametrize("line", [1, 2])
def test_what_was_done_on_the_way_is_done_where_one_was(line: int) -> None:
    story = there_and_back()
    done = [
        {"do": "move", "n": 1, "to": "garden"}, {"do": "open", "n": line, "it": "box"},
        {"do": "put", "n": line, "it": "ring", "to": "box", "how": "in"}, {"do": "close", "n": line, "it": "box"},
        {"do": "move", "n": 2, "to": "kitchen"},
    ]  # fmt: skip
    happened = comes(story, *done, count=2)
    assert not [h for h in happened if h.kind.startswith("activity.")]
    assert (at(story, "ring"), story.state().props["box"].closed) == ("in the box", True)
    assert at(story, "ring", "a") == "gone"
    assert story.state().entities["you"].container == "kitchen"


def test_who_looks_for_something_before_they_leave_is_not_there_again_by_that() -> None:
    letter = thing("letter", {"container": "garden", "hidden": True})
    story = table(letter, say("you", "goes out", "action"), move("you", "garden"))
    story.when(say("you", "looks under the pots and comes in", "action"))
    story.when(move("you", "kitchen"))
    comes(story, {"do": "search", "n": 2}, count=2)
    assert (story.state().entities["you"].container, at(story, "letter", "you")) == ("kitchen", "in the garden, hidden")


def test_what_a_narrator_tells_of_a_thing_is_so_whoever_is_said_to_do_it() -> None:
    story = table(say(None, "There is a tin crown in the chest.", "narration"))
    story.when(do("open", who="a", prop="chest"))
    comes(story, {"do": "put", "n": 1, "who": "you", "it": "tin crown", "to": "chest", "how": "in"})
    assert at(story, "tin-crown") == "in the chest"


def test_what_a_place_is_like_is_told_to_those_who_know_of_it_and_holds_no_secret() -> None:
    attic = do("add_container", container="attic", name="The attic", witnesses=["you"])
    story = house(attic, say("a", "It is dusty up there."))
    dusty = {"do": "is", "n": 1, "it": "attic", "text": "dusty"}
    comes(story, dusty)
    assert story.state("you").containers["attic"].description == "dusty"
    assert "attic" not in story.state("a").containers
    unknown = house(do("add_container", container="attic", name="The attic", witnesses=[]), say("a", "It is dusty."))
    assert rule(unknown, dusty) == "not_known"
    whispered = house(say("a", "The kitchen is haunted.", "whisper", "you"))
    assert rule(whispered, {"do": "is", "n": 1, "it": "kitchen", "text": "haunted"}) == "not_in_prose"


# on the way


def test_what_is_taken_on_the_way_is_at_hand() -> None:
    """From the garden to the vault one comes through the kitchen; the attic is not on the way."""
    for there, rules in (("kitchen", []), ("attic", ["out_of_reach"])):
        story = table(
            *(do("add_container", container=x, name=x, opens_to=["kitchen"]) for x in ("vault", "attic")),
            do("change_container", container="garden", opens_to=["kitchen"]),
            thing("lamp", room(there)), move("a", "garden"),
            say("a", "takes up the lamp and carries it down to the vault", "action"),
        )  # fmt: skip
        take = {"do": "put", "n": 1, "it": "lamp", "to": "a", "how": "held"}
        comes(story, take, {"do": "move", "n": 1, "to": "vault"}, rules=rules)
        assert at(story, "lamp") == ("in the attic" if rules else "in Mara's hands")
        assert (at(story, "lamp", "you"), story.room("a")) == ("unheard of" if rules else "in Mara's hands", "vault")


@pytest.mark.parametrize("thing_", ["lamp", "sack"], ids=["in hand", "new"])
@pytest.mark.parametrize("ruled", [True, False], ids=["moved by a rule", "by the reading"])
def test_what_is_put_down_on_the_way_lies_there(thing_: str, *, ruled: bool) -> None:
    """From the garden to the vault one comes through the kitchen; who is in the attic sees nothing of it."""
    story = table(
        *(do("add_container", container=x, name=x, opens_to=["kitchen"]) for x in ("vault", "attic")),
        do("change_container", container="garden", opens_to=["kitchen"]),
        thing("lamp", held("you")), move("a", "attic"), move("b", "attic"), move("you", "garden"),
        say("you", "The lamp and the sack I leave in the kitchen by the door; then I am in the vault", "action"),
        *([move("you", "vault")] if ruled else []),
    )  # fmt: skip
    put = {"do": "put", "n": 1, "it": thing_, "to": "kitchen", "spot": "by the door"}
    comes(story, put, *([] if ruled else [{"do": "move", "n": 1, "to": "vault"}]))
    assert at(story, thing_) == at(story, thing_, "you") == "by the door, in the kitchen"
    assert story.room("you") == "vault" and "kitchen" not in at(story, thing_, "a")


def test_who_is_where_something_is_put_down_in_passing_sees_it() -> None:
    story = table(
        do("add_container", container="vault", name="vault", opens_to=["kitchen"]),
        do("change_container", container="garden", opens_to=["kitchen"]),
        thing("lamp", held("you")), move("you", "garden"), say("you", "leaves the lamp in the kitchen", "action"),
        move("you", "vault"),
    )  # fmt: skip
    comes(story, {"do": "put", "n": 1, "it": "lamp", "to": "kitchen"})
    assert at(story, "lamp", "a") == "in the kitchen"


def test_what_is_put_down_off_the_way_is_out_of_reach() -> None:
    story = table(
        *(do("add_container", container=x, name=x, opens_to=["kitchen"]) for x in ("vault", "attic")),
        do("change_container", container="garden", opens_to=["kitchen"]),
        thing("lamp", held("you")), move("you", "garden"), say("you", "leaves the lamp in the attic", "action"),
        move("you", "vault"),
    )  # fmt: skip
    comes(story, {"do": "put", "n": 1, "it": "lamp", "to": "attic"}, rules=["out_of_reach"])


def test_who_came_by_a_change_before_sees_what_is_done_though_the_line_was_told_without_them() -> None:
    story = table(thing("cup", room("kitchen")), move("b", "garden"), say("you", "takes the cup", "action"))
    comes(story, {"do": "move", "n": 1, "who": "b", "to": "kitchen"}, {"do": "take", "n": 1, "it": "cup"})
    assert at(story, "cup", "b") == "in Sam's hands"
