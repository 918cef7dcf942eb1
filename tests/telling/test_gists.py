"""Gists: whole sentences that name people, whatever a model wrote, and by rule from what was heard."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.telling.gists import gist_of, named, speaks, whole
from protocol.events import LineSaid
from protocol.ids import EntityId
from protocol.world import Manner

NAMES: dict[EntityId, str] = {"you": "Robin", "a": "Maren", "b": "Bram"}
TWO: dict[EntityId, str] = {"you": "Robin", "a": "Maren"}


def said(who: EntityId | None, text: str, manner: Manner = "speech", **more: Any) -> LineSaid:
    return LineSaid("l1", who, text, manner, **more)


@pytest.mark.parametrize(
    ("gist", "kept"),
    [
        ("Maren lied to Robin that it held.", "Maren lied to Robin that it held."),
        ("I lied to Robin that it held.", "Maren lied to Robin that it held."),
        ("I've lied, and my hands shook", "Maren has lied, and Maren's hands shook."),
        ("I know it, and I don\u2019t care.", "Maren knows it, and Maren doesn't care."),
        ("Robin and I want to go.", "Robin and Maren want to go."),
        ("Bram told you of the letters.", "Bram told Maren of the letters."),
        ("I told you of the letters.", "Maren told Robin of the letters."),
        ('Robin said "I will stay with you" to Maren.', 'Robin said "Robin will stay with Maren" to Maren.'),
        ("The tin was opened. Then Robin took the\u2026", "The tin was opened."),
        ("Robin took the\u2026", ""),
        ("", ""),
    ],
)
def test_what_a_model_wrote_is_set_right(gist: str, kept: str) -> None:
    assert named(gist, "a", NAMES) == kept


def test_where_it_is_not_plain_who_is_meant_nothing_is_guessed() -> None:
    assert named("I saw Robin, and you knew.", "a", NAMES) == "Maren saw Robin, and Bram knew."
    assert named("I saw Robin and Bram, and you knew.", "a", NAMES) == ""
    assert named("I saw it.", "b", TWO) == "", "who is not known has no name"


@example("İ", "a")
@example("mıne", "a")
@given(st.text(), st.sampled_from(["you", "a", "b"]))
def test_no_gist_says_i_or_you(text: str, me: EntityId) -> None:
    for gist in (text, f"I told you {text}", f'Robin said "{text} for you"'):
        assert not speaks(named(gist, me, NAMES))
        assert not speaks(gist_of([said("a", gist), said(None, gist, "narration")], [me], NAMES))


def test_who_only_listened_keeps_the_sentence_that_matters_and_not_the_longest_lines() -> None:
    heard = [
        said("a", "Well, well. There is tea in the pot and cake on the plate and more of both in the kitchen."),
        said("b", "I confess it, Maren. I stole the letters and I lied about the key."),
        said("a", "*sets the pot down*", "action"),
    ]
    assert gist_of(heard, ["you"], NAMES).endswith(
        "Bram told Maren: Bram stole the letters and Bram lied about the key."
    )


def test_every_manner_is_told_as_others_tell_of_it() -> None:
    assert gist_of([said("a", "The ferry sails at dawn.", "whisper", to=["you"])], ["you"], NAMES) == (
        "Maren whispered to Robin: The ferry sails at dawn."
    )
    assert gist_of([said("a", "She puts the brass key under the stair.", "action")], ["b"], NAMES) == (
        "Maren puts the brass key under the stair."
    )
    assert gist_of([said(None, "The lamp above the quay goes out.", "narration")], ["b"], NAMES) == (
        "The lamp above the quay goes out."
    )
    assert gist_of([said("a", "Are you what you were?")], ["b"], NAMES) == "Maren spoke."


def test_what_breaks_off_ends_with_its_last_sentence() -> None:
    assert whole("One.  Two") == "One. Two."
    assert whole("He said “no.”") == "He said “no.”"
    assert whole("One. Two and\u2026") == "One."
