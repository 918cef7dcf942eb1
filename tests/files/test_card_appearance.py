"""What of a description everybody can see: looks that are plainly told, and nothing that tells more."""

import pytest

from daemon.files.cards.appearance import split

LABELLED = """Name: Anna
**Hair:** red, to the waist
- Eyes: grey
Personality: shy
Secret: her hair is dyed"""

SECTION = """Anna keeps the lighthouse.

## Appearance:
- tall and thin
- a burn on her left hand

She lit the fire herself."""

BRACKETS = """[Character("Anna")
Hair("red" + "long")
Mind("shy")
Clothes("grey coat")]"""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (LABELLED, "**Hair:** red, to the waist\n- Eyes: grey"),
        (SECTION, "## Appearance:\n- tall and thin\n- a burn on her left hand"),
        (BRACKETS, 'Hair("red" + "long")\nClothes("grey coat")]'),
        ("Anna is a tall woman. She fears the sea.", "Anna is a tall woman."),
        ("She has green eyes and loves nobody.", ""),
        ("She wears a ring that nobody has seen.", ""),
        ("Beneath her coat she is scarred.", ""),
        ("Her hair was red once.", ""),
        ("The tall ships are gone. She misses them.", ""),
        ("Аппаратчица с рыжими волосами.", ""),
        ("", ""),
        (
            "Appearance: tall, red hair, a hidden dagger strapped to her thigh, a brand under her sleeve",
            "Appearance: tall, red hair",
        ),
        ("Eyes: green; has Robin's stolen ring sewn into her coat", "Eyes: green"),
        ("Body: scarred from the prison nobody knows she escaped", ""),
        ("Clothes: a coat, a dagger, tucked into her boot. Grey gloves.", "Clothes: a coat, Grey gloves."),
        (
            "[Anna: age= 23, eyes= green, hair= black, job= spy, height= 170cm, secret= wants to kill]",
            "eyes= green\nhair= black\nheight= 170cm",
        ),
        (
            "Anna [ Looks: blonde + short ; Backstory: killed him + hides it; Clothing: red cloak ]",
            "Looks: blonde + short\nClothing: red cloak",
        ),
        ("[She said: look, hair: none of it]", "hair: none of it"),
    ],
)
def test_only_what_is_plainly_about_looks_is_shown(text: str, seen: str) -> None:
    assert split(text, "Anna").appearance == seen


def test_what_is_hidden_is_not_lost() -> None:
    found = split("[Anna: eyes= green, a stolen ring, job= spy]\nBody: tall, secretly ill", "Anna")
    assert found.appearance == "eyes= green\nBody: tall"
    assert "a stolen ring" in found.description and "job= spy]" in found.description and "ill" in found.description
