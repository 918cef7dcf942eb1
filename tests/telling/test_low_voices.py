"""A low voice is no secret by itself: who of those who are there hears what it says, and to whom one whispers back."""

import pytest

from daemon.story.perception import hearers
from daemon.telling.parts import told
from daemon.telling.speaker import whisperer_to
from protocol.ids import EntityId, entities_of
from tests.story.given import Story, do
from tests.telling.said import Part, line

CAST: dict[EntityId, str] = {"you": "Sam", "a": "Mara", "b": "Oren"}


def ward(*there: EntityId) -> Story:
    """A story in which these are in one room, the others of the cast in another."""
    return Story(
        do("add_container", container="ward", name="The ward"),
        do("add_container", container="yard", name="The yard"),
        *[do("add_entity", entity=e, name=name) for e, name in CAST.items()],
        *[do("move", who=e, container="ward" if e in there else "yard") for e in CAST],
    )


ALL = ward("you", "a", "b")
TWO = ward("you", "a")


def heard(
    text: str, who: EntityId = "you", story: Story = ALL, *, reply: bool = False, confided: EntityId | None = None
) -> set[tuple[EntityId, ...]]:
    """Who hears the parts of a text in which the word `heron` is, each part's apart."""
    parts = told(story.world, who, text, reply=reply, confided=confided).parts
    return {tuple(entities_of(hearers(story.state(), who, p.manner, p.to))) for p in parts if "heron" in p.text.lower()}


ALOUD = [
    # nobody named
    '*I lower my voice.* "Don\'t look now, but the heron is at the door."',
    'I drop my voice to a stage whisper. "A heron."',
    '*He lowers his voice too.* "Which heron?"',
    '*My voice drops.* "The heron is dead."',
    'I keep my voice low. "The heron."',
    "*whispering* Is the heron asleep?",
    '*I whisper.* "Is the heron asleep?"',
    '"The heron is gone," he said in an undertone.',
    '"The heron is gone," she said, almost inaudibly.',
    '*His head sinks.* "Wake the heron," *he says into his sleeve.*',
    '"Heron? The heron," she says under her breath. "Give me a heron."',
    'My voice is barely a whisper. "The heron."',
    '"The heron," I whisper, and sink back in my chair.',
    "*under my breath* The heron.",
    # to all
    '*I whisper to them both:* "On three, heron."',
    '*I lean in close to both of them and lower my voice.* "The heron knows."',
    '"Shh," I whisper. "Listen, both of you. Do you hear the heron?"',
    '*I whisper to both of you.* "The heron is dying."',
    'She speaks so low that you have to lean in, all of you. "The heron is gone."',
    '*I whisper to everybody:* "The heron."',
    "*whispers to the others* The heron.",
    '"The heron," I whisper to all of them.',
    '*I lower my voice.* "The heron, you two."',
    '"The heron," *I breathe to the two of you.*',
    "*I lean over to them both and whisper:* The heron.",
    # to none of the cast
    '*I whisper to the old man in bed four.* "Nearly done, heron."',
    '*I whisper into the phone.* "Not now, heron."',
    '"Hush, heron," she whispered to the baby, and rocked it.',
    '*He whispers something to the parrot and it says:* "Heron."',
    '*I murmur to a child.* "The heron."',
    '*I whisper to the doctor.* "Mara, the heron."',
    # under one's breath, before it
    '*I sigh under my breath and pick up the next chart.* "Who\'s the heron?"',
    '*I curse under my breath.* "Wrong heron, Mara."',
    '*I hum under my breath while I count the spoons.* "All there, heron."',
    '*I swear under my breath, drop it.* "Mara! The heron!"',
    '*Under his breath he counts to three, then he pulls.* "Heron, Mara!"',
    '*She prays under her breath.* "Go on, Oren, heron."',
    '*She talks to the machine under her breath and it starts.* "There, Mara. The heron."',
    # deeds
    "*I whisper, because of the heron.*",
    "*I lower my voice when the heron stirs.*",
    "*I whisper that the heron is asleep.*",
    "*I keep my voice down, since the heron sleeps.*",
    '*I lower my voice where the heron lies.* "Hush."',
]


@pytest.mark.parametrize("text", ALOUD)
def test_a_low_voice_is_heard_by_all_who_are_there(text: str) -> None:
    assert heard(text) == {("you", "a", "b")}


@pytest.mark.parametrize("text", ALOUD)
def test_a_low_voice_is_heard_by_the_one_who_is_there(text: str) -> None:
    assert heard(text, story=TWO) == {("you", "a")}


@pytest.mark.parametrize(
    "text",
    [
        '*I whisper to Mara:* "The heron."',
        '*I lower my voice.* "Mara, the heron is awake."',
        '"The heron," I breathe to Mara.',
        '*I whisper to Mara, not to the others:* "The heron."',
        '*I lean over to Mara, so that the others can\'t hear.* "The heron."',
        '"The heron," I tell Mara under my breath.',
        "*I whisper to Mara: it's the heron. Both of us know it.*",
        '*I mutter under my breath to Mara:* "The heron."',
        "*I whisper to Mara that both of us have the heron.*",
        '*I whisper to Mara, away from the others:* "The heron."',
        '"Good evening," *I say. I turn round, catch Mara by the sleeve and whisper into her ear:* "The heron."',
    ],
)
def test_what_is_whispered_to_somebody_named_is_theirs(text: str) -> None:
    assert heard(text) == {("you", "a")}


def test_a_whisper_to_one_who_is_elsewhere_is_kept_to_oneself() -> None:
    assert heard('*I whisper to Oren:* "The heron."', story=TWO) == {("you",)}


BACK = [
    '"The heron," he whispers back.',
    '*She whispers back:* "The heron."',
    '"At the heron," he whispered back.',
    '"Hush," he whispers softly back. "The heron."',
    'She whispers back, "The heron."',
    '"The heron," he whispers in answer.',
]


@pytest.mark.parametrize("text", BACK)
def test_one_whispers_back_to_whoever_whispered(text: str) -> None:
    assert heard(text, "a", reply=True, confided="b") == {("a", "b")}
    assert heard(text, "a", confided="you") == {("you", "a")}
    assert heard(text, "a", reply=True) == {("you", "a", "b")}


def test_a_reply_to_a_whisper_that_whispers_is_for_the_same() -> None:
    assert heard('"The heron," he whispers.', "a", reply=True, confided="b") == {("a", "b")}
    assert heard('"The heron," he says.', "a", reply=True, confided="b") == {("you", "a", "b")}
    assert heard('*I lower my voice.* "The heron."', "a", confided="b") == {("you", "a", "b")}


def test_who_whispered_last_is_known_until_one_speaks() -> None:
    lines = [line(1, "you", Part("whisper", "Psst.", ["a"])), line(2, "b", "Well."), line(3, "a", "What?")]
    assert whisperer_to(lines[:1], "a") == whisperer_to(lines[:2], "a") == "you"
    assert whisperer_to(lines, "a") is whisperer_to(lines[:2], "b") is whisperer_to([], "a") is None


@pytest.mark.parametrize(
    "text",
    [
        '"Sleep? I slept like a heron in 1961," said Sam from the chair. He leaned out, caught Mara by the'
        ' sleeve and whispered into her ear: "The spoon."',
        '"A heron," I say. I lean over to Mara and whisper: "The spoon."',
        '"A heron," said Sam. He bent to Mara\'s ear and whispered.',
        '"A heron," I say. I drop my voice so only Mara hears. "The spoon."',
    ],
)
def test_a_whisper_in_a_new_sentence_is_of_what_follows_it(text: str) -> None:
    assert heard(text) == {("you", "a", "b")}
    assert heard(text.replace("spoon", "heron").replace("A heron", "A").replace("a heron", "a")) <= {("you", "a")}
