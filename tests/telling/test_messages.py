"""Messages told in prose: who is written to or called gets the words wherever they are, and nobody else does."""

import pytest

from daemon.story.decide import Utter
from daemon.telling.markup import split
from daemon.telling.parts import told
from protocol.ids import EntityId
from tests.story.given import Story, house, move

CAST = {"mara": "a", "oren": "b"}


def sent(text: str) -> set[tuple[str, ...]]:
    """In which manner, and to whom, the word `Come` of a text is brought out."""
    return {(p.manner, *p.to) for p in split(text, CAST, "Sam") if "Come" in p.text}


@pytest.mark.parametrize(
    "text",
    [
        '*texts Mara:* "Come"',
        '*I text Mara:* "Come"',
        "*texts Mara* Come",
        '*I ring Mara on the phone.* "Come, please."',
        "I pick up my phone and write to Mara: Come",
        "(text to Mara) Come",
        "(message to Mara) Come",
        "*I slip Mara a note that says: Come.*",
        # more of them
        "*sends Mara a message:* Come",
        '*I send a text to Mara:* "Come"',
        "*I write to Mara:* Come",
        "*messages Mara:* Come",
        "(texts Mara) Come",
        '*I phone Mara.* "Come."',
        '*dials Mara\'s number* "Come."',
        "*I type a message to Mara:* Come",
        '"Come," I text Mara.',
        "*emails Mara:* Come",
        "I text Mara: Come",
        'Message to Mara: "Come."',
        "Text to Mara: Come",
        "*I text Mara that she should Come.*",
        "*I take out my phone, think, and text Mara:* Come",
        "*I hand Mara a folded note. It reads:* Come",
        "*I push a note across to Mara:* Come",
        "*scribbles a note for Mara: Come.*",
        '*I call Mara on my mobile.* "Come."',
        "*I send Mara word: Come.*",
        "(on the phone to Mara) Come",
        "*I answer Mara's message:* Come",
        "*I text Mara back:* Come",
        "*I wire Mara:* Come",
        "*She types, to Mara:* Come",
        "*I message Mara to Come.*",
        '*texts Mara.*\n\n"Come"',
        '*texts Mara:* "Where?" *and adds:* "Come"',
        '*I phone Mara.* "Hello?" *I wait.* "Come."',
    ],
)
def test_a_message_is_for_whom_it_is_sent_to(text: str) -> None:
    assert sent(text) == {("message", "a")}


@pytest.mark.parametrize(
    "text",
    [
        '*texts Mara:* "Hi" *I put the phone away.* "Oren, Come."',
        "*I write in my book.* Come.",
        "*I read the text Mara sent.* Come.",
        '*I call Mara over.* "Come."',
        "*My phone rings.* Come.",
        "*I call to Mara:* Come!",
        "*I look at my phone.* Come.",
        "*I hand Mara a note.* Come, Oren.",
        "*I ring the bell.* Come.",
        "*I send Mara a smile.* Come.",
        "*I send Oren away.* Come.",
        "*I read Mara's message and laugh.* Come.",
        "*I type on.* Come.",
        '"Come," *I say, and put the message down.*',
        "*I text Mara to hurry.* Come, Oren.",
        '*I phone Mara.* "Hello?" *I hang up.* "Come."',
        "I wrote to Mara. Come.",
        "*I pass Mara the salt:* Come.",
        "(laughs) Come",
        "(to be sure) Come",
        "*The message to Mara lies on the table.* Come.",
        '*I tell Mara about the message.* "Come."',
        "*A note on the door says: Come.*",
        "*She messages her sore neck.* Come.",
    ],
)
def test_what_is_no_message_is_heard_or_seen(text: str) -> None:
    assert {how for how, *_ in sent(text)} <= {"speech", "action"}


def test_a_note_is_seen_to_be_given_and_its_words_are_not() -> None:
    found = split("*I slip Mara a note that says: the safe is empty.*", CAST, "Sam")
    assert [(p.manner, p.text) for p in found] == [
        ("action", "I slip Mara a note that says:"), ("message", "the safe is empty.")
    ]  # fmt: skip
    assert "".join(p.raw for p in found) == "*I slip Mara a note that says: the safe is empty.*"


def said(story: Story, who: EntityId, text: str, *, answers: EntityId | None = None) -> None:
    parts, deeds = told(story.world, who, text, reply=who != "you", answers=answers)
    story.give([Utter(line=f"l{len(story.log)}", who=who, parts=parts, deeds=deeds)])


def heard(story: Story) -> dict[EntityId, str]:
    return {e: " ".join(story.heard(e)) for e in ("you", "a", "b")}


def test_a_message_reaches_who_is_elsewhere_and_nobody_beside() -> None:
    story = house(move("a", "garden"))
    said(story, "you", '*texts Mara:* "Ruby"')
    now = heard(story)
    assert "Ruby" in now["a"]
    assert "Ruby" in now["you"]
    assert "Ruby" not in now["b"]


@pytest.mark.parametrize(
    "text",
    [
        '*texts Sam:* "Ruby"\n\n*She pockets the lighter.*',
        "*She types with one thumb:* Ruby\n\n*She pockets the lighter.*",
        'I pocket the lighter and text you back. "Ruby"',
        "Ruby. x",
        "*My phone buzzes.* `Him.` (message to Sam) Ruby\n\n*pockets the lighter*",
        "*She texts him back:* Ruby",
        '"Ruby," *she texts back.* *She takes the lighter.*',
        '"Ruby," I text you. I take the lighter.',
        "*smiles at the lighter* Ruby!",
    ],
)
def test_an_answer_to_a_message_goes_back_the_way_it_came(text: str) -> None:
    story = house(move("a", "garden"))
    said(story, "a", text, answers="you")
    now = heard(story)
    assert "Ruby" in now["you"]
    assert "lighter" not in now["you"]
    assert "Ruby" not in now["b"]


def test_who_has_company_answers_a_message_with_mere_words_or_by_saying_so() -> None:
    for text, reached in (
        ("Ruby.", "you"),
        ('*nods at Oren* "Ruby."', "b"),
        ("Oren, Ruby.", "b"),
        ("*texts back:* Ruby", "you"),
    ):
        story = house(move("a", "garden"), move("b", "garden"))
        said(story, "a", text, answers="you")
        assert {e for e, x in heard(story).items() if "Ruby" in x} == {"a", reached}, text


def test_a_message_to_a_stranger_or_to_nobody_plain_is_kept_to_oneself() -> None:
    assert {p.manner for p in split("*texts Wanda:* Ruby", CAST, "Sam") if "Ruby" in p.text} == {"thought"}
    story = house()
    said(story, "you", "*I type with one thumb:* Ruby")
    assert {e for e, x in heard(story).items() if "Ruby" in x} == {"you"}
