"""A deed that is joined to what nobody sees is seen: from the joining word on, unless it goes on with what is thought.

In each text the heron is thought of, and the tea is in a deed.
"""

import pytest

from daemon.telling.markup import split
from tests.telling.said import CALLED

JOINED = [
    "*I remember the heron and take the tea out of my pocket.*",
    "*I realise that I'm standing on the heron and jump into the tea.*",
    "*I realise the heron's awake and smile at the tea.*",
    "*I hope nobody sees the heron, so I put the tea in my pockets.*",
    "*I want to be sure of the heron, so I count the tea again, aloud.*",
    "*I know that the heron is bluffing, so I call the tea.*",
    "Mara remembered the heron and hurried over to the tea.",
    "*He knows that heron and whistles along to the tea.*",
    "*He knows that heron and whistles the tea along.*",
    "*She guesses what heron you need and hands the tea over.*",
    "*She realises the heron is boiling and takes the tea off.*",
    "*He remembers his heron as well and breaks the tea in two.*",
    "*She wants to be sure of the heron and counts the tea.*",
    "*He realised that everybody was looking at the heron and put the tea down.*",
    "*I remember the night I buried the heron and smile at the tea.*",
    "*I suspect he has the heron, but I pour the tea.*",
    "*I know she hides the heron and sip the tea.*",
    "*I wonder why the heron's smiling and follow his eyes to the tea.*",
    "*She wonders where the heron is and opens the tea.*",
    "*I recall the heron, so I stir the tea.*",
    "*I mean to catch the heron, but I miss the tea.*",
    "*She fears that the heron is late, so she boils the tea.*",
    "*I know about the heron and drop the tea.*",
    "*She knew who was with the heron and opened the tea.*",
    "*I know where the heron is, and I grab the tea.*",
]


@pytest.mark.parametrize("text", JOINED)
def test_a_deed_joined_to_a_thought_is_seen(text: str) -> None:
    told = split(text, CALLED, "Mara")
    assert [(p.manner, "heron" in p.text, "tea" in p.text) for p in told] == [
        ("thought", True, False),
        ("action", False, True),
    ]
    assert "".join(p.raw for p in told) == text


@pytest.mark.parametrize(
    "text",
    [
        "*I know that he takes the ring and hides it in the heron.*",
        "*I mean to burn the ring and take the heron.*",
        "*I want to catch her and kiss the heron.*",
        "*I remember the rain and the heron.*",
        "*I remember the dust and heat of the heron.*",
        "*I know that he could take the ring and hide it in the heron.*",
        "*She knows that he took the ring and hid it in the heron.*",
        "*She knew that he had taken the ring and buried the heron.*",
        "*I hope she finds the ring and keeps the heron.*",
        "*I remember the ring, and I love the heron.*",
        "*I know that the ring is here, so I must find the heron.*",
        "*She knows he takes the ring and sells it to the heron.*",
        "*I suspect that they take the ring and feed it to the heron.*",
        "*I realise the truth and hate the heron.*",
        "*I know who has the heron.*",
    ],
)
def test_what_goes_on_with_a_thought_is_one(text: str) -> None:
    assert {p.manner for p in split(text, CALLED, "Mara") if "heron" in p.text} == {"thought"}
