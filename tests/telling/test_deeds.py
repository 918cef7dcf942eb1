"""What a typed line plainly does, and what is left to be read since it is not plain."""

import pytest

from daemon.story.decide import Deed, Utter
from daemon.telling import markup
from daemon.telling.deeds import Author, deeds
from protocol.commands import Act, Move
from tests.story.given import Story, held, house, masks, move, place, room, thing

HERE = house(thing("key", held("you"), name="the brass key"), thing("cup", held("you")), thing("hat", room("kitchen")))


def done(text: str, story: Story = HERE) -> list[str]:
    mind = story.state("you")
    parts = markup.split(text, {x.name.lower(): e for e, x in mind.entities.items()})
    _, found = deeds(mind, Author("you"), parts)
    return [told(x) for _, x in found]


def told(deed: Deed) -> str:
    match deed:
        case Move():
            return deed.container if deed.who == "you" else f"{deed.who}:{deed.container}"
        case Act():
            return f"{deed.who} {'wakes' if deed.awake else 'sleeps'}"
        case _:
            return f"{deed.prop}>{deed.to}"


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


