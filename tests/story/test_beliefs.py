"""Stories of false beliefs: where a thing is, where each takes it to be, and where each takes the other to take it.

Answers are in short: a container, a prop, or somebody whose hands hold it; `?` is somewhere unknown, `-` unheard of.
"""

from tests.story.given import LENSES, Command, Story, do, handle, held, hide, house, inside, lie, move, room, thing

FURNITURE = [thing(p, room("kitchen"), closed=True) for p in ("drawer", "chest")]
BY_HAND = {"a": "Mara's hands", "b": "Oren's hands", "you": "Sam's hands"}


def answers(story: Story, prop: str) -> dict[str, str]:
    """By lens, the truth first: where a thing is."""
    found: dict[str, str] = {}
    for lens in LENSES:
        at = story.where(prop, *lens)
        if at is None or isinstance(at, str):
            found["+".join(lens) or "truth"] = "?" if at is None else "-"
        else:
            found["+".join(lens) or "truth"] = at.prop or at.container or BY_HAND[at.entity or "you"]
    return found


def expect(truth: str, **others: str) -> dict[str, str]:
    """Answers by lens: `you_a` is what you and a share. What is not named is as in the truth."""
    names = ["+".join(lens) or "truth" for lens in LENSES]
    return {name: others.get(name.replace("+", "_"), truth) for name in names}


def test_who_left_before_it_was_moved_looks_in_the_old_place() -> None:
    story = house(*FURNITURE, thing("ring", held("a")), hide("a", "ring", inside("drawer")), move("a", "garden"))
    story.when(hide("b", "ring", inside("chest")))
    assert answers(story, "ring") == expect("chest", a="drawer", you_a="drawer", a_b="drawer", you_a_b="drawer")


def test_whoever_comes_back_does_not_see_through_lids() -> None:
    story = house(*FURNITURE, thing("ring", held("a")), hide("a", "ring", inside("drawer")), move("a", "garden"))
    story.when(hide("b", "ring", inside("chest")), move("a", "kitchen"))
    assert answers(story, "ring")["a"] == "drawer"
    story.when(handle("look_into", "a", "drawer"))
    assert answers(story, "ring") == expect("chest", a="?", you_a="drawer", a_b="drawer", you_a_b="drawer")
    story.when(handle("open", "a", "chest"))
    assert answers(story, "ring") == expect("chest")


def test_moved_twice_each_knows_as_much_as_they_stayed_for() -> None:
    story = house(*FURNITURE, thing("ring", held("you")), hide("you", "ring", inside("drawer")))
    story.when(move("you", "garden"), hide("a", "ring", inside("chest")), move("a", "cellar"))
    story.when(handle("take", "b", "ring"))
    assert answers(story, "ring") == expect(
        "Oren's hands", you="drawer", a="chest", you_a="drawer", you_b="drawer", a_b="chest", you_a_b="drawer"
    )
    story.when(move("a", "kitchen"))
    assert answers(story, "ring") == expect(
        "Oren's hands", you="drawer", you_a="drawer", you_b="drawer", you_a_b="drawer"
    )


def test_an_unnoticed_watcher_knows_and_the_other_takes_her_not_to() -> None:
    story = house(*FURNITURE, thing("ring", held("a")), hide("a", "ring", inside("drawer")), move("a", "garden"))
    chest: Command = inside("chest")
    story.when(hide("b", "ring", chest))
    story.when(do("set", what="prop", id="ring", values={"in": chest}, witnesses=["a"]))  # through the keyhole
    assert answers(story, "ring") == expect("chest", you_a="drawer", a_b="drawer", you_a_b="drawer")


def test_both_away_both_wrong_and_each_right_about_the_other() -> None:
    story = house(*FURNITURE, thing("ring", held("b")), hide("b", "ring", inside("drawer")))
    story.when(move("a", "garden"), move("b", "garden"), hide("you", "ring", inside("chest")))
    assert answers(story, "ring") == expect(
        "chest", a="drawer", b="drawer", you_a="drawer", you_b="drawer", a_b="drawer", you_a_b="drawer"
    )
    story.when(move("b", "kitchen"), handle("look_into", "b", "chest"))
    assert answers(story, "ring") == expect(
        "chest", a="drawer", you_a="drawer", you_b="drawer", a_b="drawer", you_a_b="drawer"
    )


def test_told_the_truth_the_false_belief_is_mended_for_teller_and_told() -> None:
    story = house(*FURNITURE, thing("ring", held("a")), hide("a", "ring", inside("drawer")), move("a", "garden"))
    story.when(hide("b", "ring", inside("chest")), move("b", "garden"), lie("b", "a", "ring", inside("chest")))
    assert answers(story, "ring") == expect("chest", you_a="drawer", you_a_b="drawer")


def test_a_lie_about_a_thing_never_heard_of_makes_it_heard_of() -> None:
    story = house(*FURNITURE, move("a", "garden"), thing("ring", held("b"), witnesses=["b"]))
    story.when(move("a", "kitchen", witnesses=["a"]))
    assert answers(story, "ring")["a"] == "Oren's hands"  # her own eyes
    story.when(lie("b", "you", "ring", inside("drawer")))
    assert answers(story, "ring") == expect(
        "Oren's hands", you="-", you_a="-", you_b="-", a_b="-", you_a_b="-"
    )  # he holds it before their eyes, so nobody believes him
    story.when(handle("take", "a", "drawer"), handle("open", "a", "drawer"))
    assert answers(story, "ring")["you"] == "-"


def test_a_lie_is_passed_on_in_good_faith() -> None:
    story = house(*FURNITURE, thing("ring", held("a")), move("a", "cellar"), handle("drop", "a", "ring"))
    story.when(move("a", "kitchen"), move("you", "garden"), lie("a", "b", "ring", inside("chest")))
    story.when(move("b", "garden"), lie("b", "you", "ring", inside("chest")))
    assert answers(story, "ring") == expect(
        "cellar", you="chest", b="chest", you_a="?", you_b="chest", a_b="chest", you_a_b="?"
    )


def test_what_leaves_in_somebodys_hands_is_where_they_are_in_every_mind() -> None:
    story = house(thing("ring", room("kitchen")), move("b", "garden"), handle("take", "a", "ring"), move("a", "cellar"))
    assert answers(story, "ring") == expect(
        "Mara's hands", b="kitchen", you_b="kitchen", a_b="kitchen", you_a_b="kitchen"
    )
    story.when(handle("drop", "a", "ring"), move("a", "garden"))
    assert answers(story, "ring") == expect(
        "cellar", you="Mara's hands", b="kitchen", you_a="Mara's hands", you_b="kitchen", a_b="kitchen",
        you_a_b="kitchen",
    )  # fmt: skip


def test_a_swap_behind_closed_eyes() -> None:
    story = house(thing("real", held("a")), thing("fake", held("b")), do("act", who="you", awake=False))
    story.when(handle("hand", "a", "real", to="b"), handle("hand", "b", "fake", to="a"))
    assert answers(story, "real") == expect(
        "Oren's hands", you="Mara's hands", you_a="Mara's hands", you_b="Mara's hands", you_a_b="Mara's hands"
    )
    story.when(do("act", who="you", awake=True))
    assert answers(story, "real") == expect("Oren's hands")
    assert answers(story, "fake") == expect("Mara's hands")


def whereabouts(story: Story, who: str) -> dict[str, str]:
    """By lens: the container in which somebody is taken to be."""
    return {"+".join(lens) or "truth": story.room(who, *lens) or "?" for lens in LENSES}  # type: ignore[arg-type]


def test_where_somebody_is_taken_to_be_who_slipped_away() -> None:
    story = house(move("a", "garden"), move("b", "garden", witnesses=["b"]))
    assert whereabouts(story, "b") == expect(
        "garden", you="kitchen", a="kitchen", you_a="kitchen", you_b="kitchen", a_b="kitchen", you_a_b="kitchen"
    )
    story.when(move("you", "garden"))  # now all see all, and see that they do
    assert whereabouts(story, "b") == expect("garden")


def test_where_two_take_the_third_to_be_who_went_on() -> None:
    story = house(move("a", "garden"), move("you", "garden"), move("you", "cellar"))
    assert whereabouts(story, "you") == expect(
        "cellar", a="?", b="?", you_a="?", you_b="?", a_b="kitchen", you_a_b="kitchen"
    )
    story.when(move("b", "cellar"))  # of what a and b saw together, the kitchen is the last
    assert whereabouts(story, "you") == expect("cellar", a="?", you_a="?", a_b="kitchen", you_a_b="kitchen")
    assert whereabouts(story, "b") == expect("cellar", a="kitchen", you_a="kitchen", a_b="kitchen", you_a_b="kitchen")
