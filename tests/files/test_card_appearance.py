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
    ],
)
def test_only_what_is_plainly_about_looks_is_shown(text: str, seen: str) -> None:
    assert split(text, "Anna").appearance == seen
