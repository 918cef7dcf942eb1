"""What a typed line plainly does, and what is left to be read since it is not plain."""

import pytest

from daemon.story.decide import Utter
from daemon.telling import markup
from daemon.telling.deeds import deeds
from protocol.commands import Move
from tests.story.given import Story, held, house, masks, move, place, room, thing

HERE = house(thing("key", held("you"), name="the brass key"), thing("cup", held("you")), thing("hat", room("kitchen")))


def done(text: str, story: Story = HERE) -> list[str]:
    mind = story.state("you")
    parts = markup.split(text, {x.name.lower(): e for e, x in mind.entities.items()})
    found = deeds(mind, "you", parts)
    return [x.container if isinstance(x, Move) else f"{x.prop}>{x.to}" for _, x in found]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*walks to the garden*", "garden"),
        ("*I walk slowly over to the garden and sit down*", "garden"),
        ("*nods, then heads back to the garden*", "garden"),
        ("Bye! *slips out into the garden, quietly*", "garden"),
        ("*leaves for the cellar.*", "cellar"),
        ("I go to the garden.", "garden"),
        ("*hands Mara the brass key*", "key>a"),
        ("*gives the key to Mara*", "key>a"),
        ("I hand Oren the cup.", "cup>b"),
        ("*gives Oren the key and goes to the cellar*", "key>b cellar"),
        ("*goes to the garden and then walks back to the kitchen*", "garden kitchen"),
    ],
)
def test_what_is_plain(text: str, plain: str) -> None:
    assert done(text) == plain.split()


@pytest.mark.parametrize(
    "text",
    [
        '"I go to the garden."', "“I go to the garden.” *nods*",
        "I go to the garden every day.", "Let us go to the garden.", '"I go to the garden," *says Mara*',
        "*watches as Mara turns and walks to the garden*", "*looks at Mara and walks to the garden*",
        "*wants to go to the garden*", "*does not go to the garden*", "*walks toward the garden*",
        "*goes to the garden shed*", "*goes to the attic*", "`goes to the garden`", "*hands her the key*",
        "*nearly hands Mara the key*", "*I hardly go to the garden*", "I go to the garden?", "*walks to the garden?*",
        "*walks slowly in the kitchen*",
        "*hands Mara the hat*", "*hands Wren the key*", "Mara walks to the garden.", "",
    ],
)  # fmt: skip
def test_what_is_not(text: str) -> None:
    assert done(text) == []


def test_her_is_plain_where_there_is_one_other() -> None:
    assert done("*hands her the key*", house(thing("key", held("you")), move("b", "garden"))) == ["key>a"]


def test_a_deed_comes_of_its_part_before_the_next_and_what_a_rule_refuses_is_not_done() -> None:
    story = house(thing("key", held("you")), *(thing(p, held("a")) for p in ("hat", "cup")), move("b", "garden"))
    parts = markup.split("Here! *hands Mara the key and goes to the garden* Hello, Oren.", {})
    happened = story.give([Utter(line="l1", who="you", parts=parts, deeds=deeds(story.state("you"), "you", parts))])
    assert masks(happened) == [
        ("scene.opened", "you+a"), ("line.said", "you+a"), ("line.said", "you+a"), ("activity.left", "you+a"),
        ("activity.arrived", "you+b"), ("perceived", "you+b"), ("scene.opened", "you+b"), ("line.said", "you+b"),
    ]  # fmt: skip
    assert [h.event.cause for h in happened[2:4]] == [None, happened[2].event.seq]
    assert (story.where("key"), story.room("you", "a")) == (place(held("you")), None)
