"""What is certain of a draft stays so, whatever comes after it: a law over random texts in every convention."""

import asyncio
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.live.deciding import decided
from daemon.story.decide import Ids, Utter
from daemon.story.lenses import ALONE
from daemon.story.world import EMPTY, Known, World
from daemon.telling.certain import Certain
from daemon.telling.overhearing import as_written
from daemon.telling.parts import told
from protocol.methods import CreateParams
from tests.support.small_cast import INN

SPOKEN = (
    '"Come in, {w}."', '"{w}!"', '"Are you there, {w}?"', '"I have the {w}," she says.', '"Come, {w}," she whispers.',
    '"He lies, {w}," she thinks.', '"He lies, {w}!" she thought.', "Is it you, {w}?", "I know the {w}.",
    '"The {w} is mine," I almost say.', '"(whisper) Come, {w}."', "(whispers to Oren) Come, {w}.",
    "(message to Oren) Come, {w}.", "Oh.", "“{w} it is,” he says.", 'The sign says "{w}".',
)  # fmt: skip
DONE = (
    "She nods at the {w}.", "She goes to the cellar with the {w}.", "She leans over to Oren and whispers it: {w}.",
    "She leans close.", "She thinks of the {w}.", "She wonders silently whether the {w} lies.", "I think:",
    "She means to hide the {w}.", "She hides the {w} behind her back.", "When nobody is looking she takes the {w}.",
    "She texts her sister: I am {w}.", "She sends Oren a message: {w}.", "She says nothing of the {w}.",
    "Her voice drops to a thread.", "She thought.", "She is sure of it: {w}.", "Secretly she has signed the {w}.",
    "She steps into the cellar and the {w} is there.", "She comes back from the cellar with the {w}.",
    "She must never learn of the {w}.", "She hands Sam the {w}.", "The {w} burns low.",
)  # fmt: skip
SENTENCES = st.one_of(
    st.sampled_from(SPOKEN),
    st.sampled_from(DONE),
    st.sampled_from(DONE).map(lambda x: f"*{x}*"),
    st.sampled_from(DONE).map(lambda x: f"*{x[:-1]},* she thought."),
    st.sampled_from(DONE).map(lambda x: f"`{x}`"),
    st.sampled_from(DONE).map(lambda x: f"*{x}"),
)
PARAGRAPHS = st.tuples(st.lists(SENTENCES, min_size=1, max_size=5), st.sampled_from([" ", " ", "\n"]))
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=3).map(
    lambda told: numbered("\n\n".join(between.join(some) for some, between in told))
)
YOU = ALONE["you"]
TWO = [
    *(c for c in INN[:-1] if "b" not in (c.get("entity"), c.get("who"))),
    {"do": "open_scene", "container": "inn", "present": ["you", "a"]},
]


def numbered(text: str) -> str:
    """The text, each of whose things has a name of its own."""
    count = iter(range(1000))
    return re.sub(r"\{w\}", lambda _: f"w{next(count)}", text)


async def world_of(setup: list[dict[str, object]]) -> World:
    commands = msgspec.convert({"title": "", "setup": setup}, CreateParams).setup
    return (await decided(EMPTY, commands, Ids(1), Known()))[1]


def heard(world: World, text: str) -> str:
    """What Sam perceives of a reply of Mara's."""
    if not text.strip():
        return ""
    found = told(world, "a", text, reply=True)
    return as_written(world, Utter(line="l1", who="a", parts=found.parts, deeds=found.deeds, mode="reply"), YOU)


@pytest.fixture(scope="module", params=["two", "three"])
def world(request: pytest.FixtureRequest) -> World:
    return asyncio.run(world_of(TWO if request.param == "two" else INN))


@given(TEXTS, st.floats(0, 1))
def test_what_is_certain_is_perceived_whatever_comes_after_it(world: World, text: str, at: float) -> None:
    certain = Certain(world.truth, world.minds["a"], "a").of(text[: int(at * len(text))])
    assert text.startswith(certain)
    lost = set(re.findall(r"w\d+", heard(world, certain))) - set(re.findall(r"w\d+", heard(world, text)))
    assert not lost


@pytest.mark.parametrize(
    ("text", "two", "three"),
    [
        ('"Come in." She smiles. "Sit', '"Come in."', ""),
        ('"Come in." She smiles. "Sit."\n\nShe sits', '"Come in." She smiles. "Sit."', '"Come in." She smiles. "Sit."'),
        ('"Come in." `He lies.` "Sit." She sits.', '"Come in." `He lies.`', ""),
        ('"Come in." "He lies," she thinks. "Sit."\n\nYes. No.', "", ""),
        ('*She nods.* "Come," she whispers. "Sit."\n\nYes.', '*She nods.* "Come," she whispers. "Sit."', ""),
        ("She goes to the cellar. It is dark. She waits. She", "", ""),
        ("*She nods and smiles. She sits. She stands. She", "", ""),
    ],
)
async def test_where_it_ends(text: str, two: str, three: str) -> None:
    for setup, expected in ((TWO, two), (INN, three)):
        world = await world_of(setup)
        assert Certain(world.truth, world.minds["a"], "a").of(text) == expected
