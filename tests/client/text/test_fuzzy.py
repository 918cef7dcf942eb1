"""What a few letters may mean: the likeliest first."""

import pytest

from client.text.fuzzy import ranked

NAMES = {
    "look": (), "take-back": (), "takes": (), "retake": (), "take": (), "feelings": ("edges",),
    "versions": ("branches",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [*NAMES]),
        ("take", ["take", "take-back", "takes", "retake"]),
        ("back", ["take-back"]),
        ("branch", ["versions"]),
        ("rtk", ["retake"]),
        ("TK", ["take-back", "takes", "take"]),
        ("k", []),
        ("zz", []),
    ],
)
def test_names_come_by_how_well_they_fit(typed: str, found: list[str]) -> None:
    assert ranked(typed, NAMES) == found
