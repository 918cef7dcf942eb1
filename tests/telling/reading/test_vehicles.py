"""Reading, the pure part: a thing that goes somewhere, and one that is a place to be in as well."""

from daemon.story.in_words import where
from tests.story.given import Story, house, inside, move, room, say, thing
from tests.telling.passages import comes, rule


def ashore(*more: dict[str, object]) -> Story:
    """A boat lies in the garden, where Sam and Mara are; a bailer is in it."""
    return house(
        thing("teal", room("garden"), name="Teal"), thing("bailer", inside("teal")),
        move("you", "garden"), move("a", "garden"), *more,
    )  # fmt: skip


def lies(story: Story, prop: str) -> str:
    return where(story.state(), story.state().props[prop].in_)


def test_a_thing_in_which_people_went_as_into_a_place_goes_with_that_place_to_its_spot() -> None:
    story = ashore(say("you", "steps down into the Teal", "action"))
    comes(story, {"do": "move", "n": 1, "to": "teal"})
    story.when(say("you", "ties the Teal to the iron ladder of the lighthouse", "action"))
    comes(
        story,
        {"do": "move", "n": 1, "it": "teal", "to": "lighthouse", "place": "garden", "spot": "tied to the iron ladder"},
    )
    state = story.state()
    assert state.containers["teal"].name == "Teal"
    assert state.containers["teal"].opens_to == ["lighthouse"]
    assert lies(story, "teal") == "tied to the iron ladder, in the lighthouse"
    assert lies(story, "bailer") == "in Teal"
    assert story.room("you") == "teal"


def test_what_is_put_into_it_is_put_where_one_is_who_is_in_it_and_into_the_thing_once_out_of_it() -> None:
    story = ashore(thing("rope", {"entity": "you"}), say("you", "steps into the Teal, and drops the rope", "action"))
    comes(
        story,
        {"do": "move", "n": 1, "to": "teal"},
        {"do": "move", "n": 1, "it": "teal", "to": "kitchen"},
        {"do": "put", "n": 1, "it": "rope", "to": "teal", "how": "in"},
    )
    assert story.state().props["rope"].in_.container == "teal"  # type: ignore[union-attr]
    story.when(say("you", "takes the rope, climbs out into the kitchen and throws it into the Teal", "action"))
    comes(
        story,
        {"do": "put", "n": 1, "it": "rope", "to": "you"},
        {"do": "move", "n": 1, "to": "kitchen"},
        {"do": "put", "n": 1, "it": "rope", "to": "teal", "how": "in"},
    )
    assert story.state().props["rope"].in_.prop == "teal"  # type: ignore[union-attr]


def test_a_thing_that_was_left_where_its_mover_came_from_goes_after_them() -> None:
    story = ashore(say("you", "goes into the kitchen and drags the Teal in after", "action"))
    comes(
        story,
        {"do": "move", "n": 1, "to": "kitchen"},
        {"do": "move", "n": 1, "it": "teal", "to": "kitchen", "spot": "by the stove"},
    )
    assert lies(story, "teal").endswith("in the kitchen")
    story = ashore(say("you", "goes into the kitchen and drags the Teal in after", "action"), move("you", "kitchen"))
    comes(story, {"do": "move", "n": 1, "it": "teal", "to": "kitchen"})
    assert lies(story, "teal") == "in the kitchen"


def test_a_thing_that_goes_to_another_spot_does_not_take_its_mover_there() -> None:
    story = ashore(say("you", "pulls the Teal under the tree", "action"))
    comes(story, {"do": "move", "n": 1, "it": "teal", "spot": "under the tree"})
    assert lies(story, "teal") == "under the tree, in the garden"
    assert story.state().entities["you"].spot is None


def test_a_thing_goes_before_a_place_whose_name_holds_its_name() -> None:
    shed = {"do": "add_container", "container": "cart-shed", "name": "Cart shed", "opens_to": ["garden"]}
    story = ashore(shed, thing("cart", room("garden")), say("you", "pushes the cart into the kitchen", "action"))
    comes(story, {"do": "move", "n": 1, "it": "the cart", "to": "kitchen"})
    assert lies(story, "cart") == "in the kitchen"
    assert story.state().containers["cart-shed"].opens_to == ["garden"]


def test_what_goes_nowhere_is_refused() -> None:
    story = ashore(say("you", "steps into the Teal", "action"))
    comes(story, {"do": "move", "n": 1, "to": "teal"})
    assert rule(story, {"do": "move", "n": 1, "it": "teal", "to": "teal"}) == "wrong_value"
    assert rule(story, {"do": "move", "n": 1, "it": "teal"}) == "wrong_value"
