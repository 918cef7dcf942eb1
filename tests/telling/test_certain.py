"""What is certain of a draft stays so, whatever comes after it: a law over random texts in every convention."""

import asyncio
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.live.deciding import decided
from daemon.story.decide import Ids, Utter
from daemon.story.lenses import ALONE, LENSES, Lens, lens_name, shows
from daemon.story.transcript import lines
from daemon.story.world import EMPTY, Known, World, decide_all
from daemon.telling.certain import Certain
from daemon.telling.markup import written
from daemon.telling.parts import told
from protocol.events import Event, LineNoticed, LineSaid
from protocol.ids import BEGINNING, EntityId, Seq, TurnNumber
from protocol.methods import CreateParams
from tests.support.small_cast import INN

SPOKEN = (
    '"Come in, {w}."', '"{w}!"', '"Are you there, {w}?"', '"I have the {w}," she says.', '"Come, {w}," she whispers.',
    '"He lies, {w}," she thinks.', '"He lies, {w}!" she thought.', "Is it you, {w}?", "I know the {w}.",
    '"The {w} is mine," I almost say.', '"(whisper) Come, {w}."', "(whispers to Oren) Come, {w}.",
    "(message to Oren) Come, {w}.", "Oh.", "“{w} it is,” he says.", 'The sign says "{w}".', "Oren! Wake up, {w}!",
    "I whisper to Sam: come, {w}.", "*Never* say {w}.", "It is *you*, {w}…", '"It breaks off, {w}', "Mara: I am {w}.",
    "… the {w} …", "— {w}, she thinks of it", "she went out, shut the {w} and came back.", "I call Oren. The {w}",
)  # fmt: skip
DONE = (
    "She nods at the {w}.", "She goes to the cellar with the {w}.", "She leans over to Oren and whispers it: {w}.",
    "She leans close.", "She thinks of the {w}.", "She wonders silently whether the {w} lies.", "I think:",
    "She means to hide the {w}.", "She hides the {w} behind her back.", "When nobody is looking she takes the {w}.",
    "She texts her sister: I am {w}.", "She sends Oren a message: {w}.", "She says nothing of the {w}.",
    "Her voice drops to a thread.", "She thought.", "She is sure of it: {w}.", "Secretly she has signed the {w}.",
    "She steps into the cellar and the {w} is there.", "She comes back from the cellar with the {w}.",
    "She must never learn of the {w}.", "She hands Sam the {w}.", "The {w} burns low.",
    "I cross the room and sit down by the {w}.", "Mara comes in with the {w}. Tea, she says.", "She falls asleep.",
)  # fmt: skip
SENTENCES = st.one_of(
    st.sampled_from(SPOKEN),
    st.sampled_from(DONE),
    st.sampled_from(DONE).map(lambda x: f"*{x}*"),
    st.sampled_from(DONE).map(lambda x: f"*{x[:-1]},* she thought."),
    st.sampled_from(DONE).map(lambda x: f"`{x}`"),
    st.sampled_from(DONE).map(lambda x: f"`{x} She knows it.`"),
    st.sampled_from(DONE).map(lambda x: f"*{x}"),
    st.sampled_from(DONE).map(lambda x: f"`{x}"),
)
PARAGRAPHS = st.tuples(st.lists(SENTENCES, min_size=1, max_size=5), st.sampled_from([" ", " ", "\n"]))
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=3).map(
    lambda told: numbered("\n\n".join(between.join(some) for some, between in told))
)
TWO = [
    *(c for c in INN[:-1] if "b" not in (c.get("entity"), c.get("who"))),
    {"do": "open_scene", "container": "inn", "present": ["you", "a"]},
]
THIN = [{"do": "change_container", "container": c, "walls": {"sound": True}} for c in ("inn", "cellar")]
SCENES: dict[str, list[dict[str, Any]]] = {
    "two": TWO,
    "three": INN,
    "one is next door and hears": [*INN, *THIN, {"do": "move", "who": "b", "container": "cellar"}],
    "one is asleep": [*INN, {"do": "act", "who": "b", "awake": False}],
    "you are next door and hear": [*INN, *THIN, {"do": "move", "who": "you", "container": "cellar"}],
}
SPEAKERS: tuple[EntityId | None, ...] = ("a", "a", "a", "you", None)


def numbered(text: str) -> str:
    """The text, each of whose things has a name of its own."""
    count = iter(range(1000))
    return re.sub(r"\{w\}", lambda _: f"w{next(count)}", text)


async def world_of(setup: list[dict[str, Any]]) -> World:
    commands = msgspec.convert({"title": "", "setup": setup}, CreateParams).setup
    return (await decided(EMPTY, commands, Ids(1), Known()))[1]


def heard(world: World, who: EntityId | None, text: str, answers: EntityId | None = None) -> dict[Lens, str]:
    """What each lens is shown of a reply when it is a line, as it is written."""
    found = told(world, who, text, reply=True, answers=answers)
    line = Utter(line="l1", who=who, parts=found.parts, deeds=found.deeds, mode="reply")
    drafts = [d for d in decide_all(world, [line], Ids(1))[0] if isinstance(d.payload, LineSaid | LineNoticed)]
    names = {e: x.name for e, x in world.truth.entities.items()}
    told_to = dict[Lens, str]()
    for lens in LENSES:
        seen = [
            (Event(Seq(n), "", TurnNumber(1), None, d.payload.kind, 1, "", (), msgspec.Raw(b"{}")), d.payload)
            for n, d in enumerate(drafts, BEGINNING + 1)
            if shows(lens, d.witnesses, d.seems)
        ]
        told_to[lens] = " ".join(written(view, names) for view in lines(seen))
    return told_to


def letters(text: str) -> str:
    """A text without blanks, and without signs: a deed may be written with its marks or not, and a full stop alone
    beside a thought may go with that."""
    return re.sub(r"[\W_]", "", text)


@pytest.fixture(scope="module", params=SCENES)
def world(request: pytest.FixtureRequest) -> World:
    return asyncio.run(world_of(SCENES[request.param]))


@given(
    TEXTS,
    st.sampled_from(SPEAKERS),
    st.sampled_from([None, None, "you", "b"]),
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
)
def test_what_is_shown_of_a_draft_is_how_the_line_begins(
    world: World, text: str, who: EntityId | None, answers: EntityId | None, cuts: list[float]
) -> None:
    answers = answers if answers in world.truth.entities and answers != who else None
    line, certain, before = heard(world, who, text, answers), Certain(world, who, answers), ""
    for at in sorted(cuts):
        shown = certain.of(text[: int(at * len(text))])
        assert shown.startswith(before), "it only grows"
        before = shown
        for lens in certain.lenses:
            assert letters(line[lens]).startswith(letters(shown)), lens_name(lens)


@pytest.mark.parametrize(
    ("text", "two", "three"),
    [
        ('"Come in." She smiles. "Sit', '"Come in."', ""),
        ('"Come in." She smiles. "Sit."\n\nShe sits', '"Come in." She smiles. "Sit."', '"Come in." She smiles. "Sit."'),
        ('"Come in." `He lies. I know it.` "Sit." She sits. She', '"Come in." "Sit."', ""),
        ("`He lies. I know it.`\n\n`He must go.\nCome in.\n", "Come in.", "Come in."),
        ('"Come in." "He lies," she thinks. "Sit."\n\nYes. No.', "", ""),
        ('*She nods.* "Come," she whispers. "Sit."\n\nYes.', '*She nods.* "Come," she whispers. "Sit."', ""),
        ("She goes to the cellar. It is dark. She waits. She", "", ""),
        ("She falls asleep. It is dark. She waits. She", "", ""),
        ("*She nods and smiles. She sits. She stands. She", "", ""),
        ("Well\n\nwhen nobody is looking she nods.\n\nShe", "", ""),
        ("*nods*\n\nIt is late.\n\nSit", "*nods*\n\nIt is late.", "*nods*\n\nIt is late."),
        ('"Well." — oh, *she thinks of him.*\n\nShe sits.\n\nYes', "", ""),
    ],
)
async def test_where_it_ends(text: str, two: str, three: str) -> None:
    for setup, expected in ((TWO, two), (INN, three)):
        assert Certain(await world_of(setup), "a").of(text) == expected


ANSWERS: tuple[tuple[EntityId | None, str], ...] = (("b", ""), ("you", "Come in."), (None, "Come in."))


async def test_of_what_may_be_a_message_back_nothing_is_certain() -> None:
    world = await world_of([*INN, {"do": "move", "who": "b", "container": "cellar"}])
    for answers, expected in ANSWERS:
        assert Certain(world, "a", answers).of("Come in.\n\nSit.") == expected


async def test_a_narrator_is_heard_word_by_word_by_all_who_are_there() -> None:
    certain = Certain(await world_of([*INN, {"do": "act", "who": "b", "awake": False}]), None)
    assert certain.of("She goes to the cel") == "She goes to the cel"
    assert {ALONE["you"], ALONE["a"]} <= certain.lenses and ALONE["b"] not in certain.lenses


async def test_another_text_is_begun_anew_and_much_of_it_is_looked_at_bit_by_bit() -> None:
    certain = Certain(await world_of(TWO), "a")
    assert certain.of("She thinks of him. She nods. She") == ""
    long = "She nods. " * 20 + "She"
    seen = [certain.of(long)]
    while certain.behind:
        seen.append(certain.of(long))
    assert len(seen) == 3 and seen[-1] == ("She nods. " * 19).strip()
