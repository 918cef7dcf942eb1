"""Cutting a reply where it starts to write for somebody else, in whatever pieces it comes."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.telling.cutting import Cutter, tidy


def cut(text: str, own: str = "Mara", others: tuple[str, ...] = ("Sam", "Oren Vale")) -> tuple[str, bool]:
    """What comes out of a text that comes in one piece, and whether it was cut."""
    cutter = Cutter(own, others)
    return cutter.feed(text) + cutter.end(), cutter.cut


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well.\nSam: What?", "Well.\n"),
        ("Well.\n  sam : What?", "Well.\n"),
        ("Well.\n**Sam:** What?", "Well.\n"),
        ("Well.\n**Sam**: What?", "Well.\n"),
        ('Well.\n> "Sam": What?', "Well.\n"),
        ("Well.\n[Sam]: What?", "Well.\n"),
        ("Well.\nOren Vale: Ha.", "Well.\n"),
        ("Well.\nOren: Ha.", "Well.\n"),
        ("Sam: What?", ""),
        ("Mara: Well.\n\nSam: What?", "Well.\n\n"),
    ],
)
def test_a_label_of_somebody_else_ends_the_reply(text: str, expected: str) -> None:
    assert cut(text) == (expected, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mara: Well.", "Well."),
        ("**Mara:** Well.", "Well."),
        ("**Mara**: *nods* Well.", "*nods* Well."),
        ("**Mara:** *nods* Well.", "*nods* Well."),
        ("Mara: *nods* Well.", "*nods* Well."),
        ("[Mara]: _so_", "_so_"),
        ("_[Mara:]_ so", "so"),
        ("mara: Well.\nMara: And so.", "Well.\nAnd so."),
        ('Mara: "Well."', '"Well."'),
        ("Mara:\nWell.", "\nWell."),
    ],
)
def test_the_speakers_own_label_is_taken_away(text: str, expected: str) -> None:
    assert cut(text) == (expected, False)


@pytest.mark.parametrize(
    "text",
    [
        "I said to Sam: no.", "Sam, no.", "Sam", "Sam ", "Samuel: who is that?", "Sammy: ha", "Sa:", "Time: late.",
        "Mara", "Mara?", "Mara said: no.", "*Sam* is here: look.", "“Sam: no,” she read.", "Saman\nSama:", "",
        " " * 99 + "Sam: too far in.", "*" * 99 + "Sam: hm", "Sam" + " " * 99 + ": hm",
    ],
)  # fmt: skip
def test_what_is_no_label_passes_unchanged(text: str) -> None:
    assert cut(text) == (text, False)


def test_names_that_begin_alike_are_told_apart() -> None:
    assert cut("Ann: Hm.", "Ann", ("Anna",)) == ("Hm.", False)
    assert cut("Anna: Hm.", "Ann", ("Anna",)) == ("", True)
    assert cut("Ann: Hm.", "Anna", ("Ann",)) == ("", True)
    assert cut("Mara: Hm.", "Mara Voss", ("Mara Lind",)) == ("Hm.", False)
    assert cut("Mara Lind: Hm.", "Mara Voss", ("Mara Lind",)) == ("", True)


def test_names_of_any_script_and_with_any_sign() -> None:
    assert cut("雨: はい\nΟΔΥΣΣΕΥΣ: ναι", "雨", ("Οδυσσευς",)) == ("はい\n", True)
    assert cut("HAL: 9000: yes", "Hal: 9000", ()) == ("yes", False)
    assert cut("STRASSE: hm", "x", ("Straße",)) == ("", True)


def test_a_narrator_has_no_label_and_writes_for_nobody() -> None:
    assert cut("Night falls.\nMara: Hm.", "", ("Mara", "")) == ("Night falls.\n", True)


PIECES = ["Mara", "Sam", "Oren", " Vale", ":", "\n", " ", "*", "**", '"', "Well.", "S", "am", "[", "]", "Σ"]
MARKS = st.sampled_from(["", "", "*", "**", "_", "[", "> ", '"', " "])
LABEL = st.tuples(
    MARKS, st.sampled_from(["Mara", "Sam", "Oren Vale", "Oren", "Sama", "ΣΑΣ"]), MARKS | st.just("]"),
    st.sampled_from([":", ":", ": ", " :", ""]), MARKS, st.sampled_from(["Well.", "*nods*", "", " Sam: hm"]),
).map("".join)  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.lists(LABEL, max_size=3).map("\n".join)


@settings(max_examples=150)
@given(TEXT, st.lists(st.integers(0, 40), max_size=12))
@example("**Mara:** Well.", [7])
@example("**Mara:** Well.", [8])
@example("Mara:  Well.", [6])
@example("Mara\n: Sam:", [4, 5])
def test_in_whatever_pieces_a_text_comes_the_same_comes_out(text: str, cuts: list[int]) -> None:
    others = ("Sam", "Oren Vale", "ΣΑΣ")
    whole = cut(text, "Mara", others)
    for ends in ([*sorted(cuts), len(text)], range(1, len(text) + 1)):
        cutter, out, at = Cutter("Mara", others), "", 0
        for end in ends:
            out += cutter.feed(text[at : max(at, end)])
            at = max(at, end)
        out += cutter.end()
        assert (out, cutter.cut) == whole


@given(TEXT)
def test_what_can_be_shown_is_shown_at_once(text: str) -> None:
    cutter = Cutter("Mara", ["Sam", "Oren Vale"])
    shown = "".join(cutter.feed(c) for c in text)
    rest = cutter.end()
    assert len(rest) <= len("Oren Vale") + 2 * 24 + 1
    assert cutter.feed("more") == "" or not cutter.cut
    assert "\n" not in rest[:-1] or cutter.cut or not shown


@pytest.mark.parametrize("piece", [" ", "*", '"', "Sam ", "x", "\n"])
def test_a_flood_of_pieces_is_passed_on_and_not_piled_up(piece: str) -> None:
    cutter = Cutter("Mara", ["Sam"])
    shown = sum(len(cutter.feed(piece)) for _ in range(300_000))
    assert shown >= 300_000 * len(piece) - 60


def test_a_reply_is_tidied_at_its_edges_and_in_its_gaps() -> None:
    assert tidy("\n\n Hello.\n\n\n\nYes.\n\nNo. \n") == "Hello.\n\nYes.\n\nNo."
    assert tidy(" \n ") == ""
