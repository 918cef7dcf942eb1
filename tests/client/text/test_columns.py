"""Texts side by side, and one under the other where there is no room."""

from client.text.columns import columns


def test_columns_stand_side_by_side_where_there_is_room() -> None:
    cells = {"The truth": ["in the tin"], "What the two of them take each other to know": ["in the meadow, they say"]}
    wide = columns(cells, 60)
    assert wide[-1].startswith("in the tin  ") and wide[-1].endswith("in the meadow, they say")
    assert all(len(line) <= 60 for line in wide)
    assert columns(cells, 20) == [
        "The truth", "  in the tin", "What the two of them take each other to know", "  in the meadow, they say",
    ]  # fmt: skip
    assert columns({}, 80) == []
