"""A whisper or a thought told in plain words, without any marks, is for whom it is, and no speech for all."""

import pytest

from daemon.telling.markup import split

NEAR = {"mara": "a", "oren": "b"}


def heard(text: str) -> set[tuple[str, ...]]:
    """In which manner, and for whom, the heron is told of."""
    told = split(text, NEAR, "Sam")
    assert "".join(p.raw for p in told) == text
    return {(p.manner, *p.to) for p in told if "heron" in p.text}


@pytest.mark.parametrize(
    "text",
    [
        "I whisper to Mara that Oren is a heron.",
        "Sam whispers to Mara that Oren is a heron.",
        "Sam leans over to Mara and whispers: it's the heron. Don't tell, heron.",
        "I lean over to Mara and whisper, it's the heron.",
        "I lean over to Mara and whisper that Oren is a heron.",
        "I whisper in Mara's ear. He's a heron.",
        "Sam bends to Mara and tells her under her breath that he is a heron.",
        "Sam takes Mara aside and asks her quietly whether Oren is a heron.",
        "Sam murmurs to Mara that he is a heron, and smiles at Oren.",
        "Sam nods. He leans over to Mara and whispers: the heron.",
        "Sam whispered to Mara that Oren had the heron.",
        "Good evening, Oren. I whisper to Mara that he has the heron.",
    ],
)
def test_a_whisper_in_plain_words_is_one(text: str) -> None:
    assert heard(text) == {("whisper", "a")}


@pytest.mark.parametrize(
    "text",
    [
        "Sam looks at Oren and thinks of the heron. Give me the keys, he says.",
        "Sam nods. He has the heron, he is sure of it. Give me the keys, Oren.",
        "Sam thinks that the heron is pale. Are you all right, Oren?",
        "Sam wonders whether it's the heron. He says nothing.",
        "Sam would love to hit the heron. Of course, he says.",
        "Sam smiles. Inwardly he curses the heron. Of course, Mara, he says, take your time.",
        "Sam remembers the heron and smiles. Of course, Mara.",
    ],
)
def test_a_thought_in_plain_words_is_its_tellers(text: str) -> None:
    assert heard(text) == {("thought",)}
    assert any(p.manner in ("speech", "action") for p in split(text, NEAR, "Sam"))


@pytest.mark.parametrize(
    "text",
    [
        "I think the heron should go. I remember the rain.",
        "I wonder if the heron ever slept.",
        "I whisper to Mara about the heron every night, you know.",
        "I whispered to Mara that the heron had gone, and she laughed.",
        "I will whisper to Mara that it is the heron.",
        "I don't whisper to Mara that it is the heron.",
        "Mara thinks that the heron is pale.",
        "She thinks that the heron is pale, Oren.",
        "Don't whisper to Mara, heron.",
        "I lean over to Mara and take the heron.",
        "You whisper to Mara that the heron is dead.",
        "Is the heron asleep? I whisper.",
    ],
)
def test_what_is_said_in_plain_words_is_spoken(text: str) -> None:
    assert heard(text) <= {("speech",), ("action",)}
