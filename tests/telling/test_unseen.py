"""What the prose calls unseen, nobody else perceives; what merely looks like it, all do."""

import pytest

from daemon.story.decide import Part, Utter
from daemon.telling.unseen import unseen
from tests.story.given import house

NAMES = ("sam", "mara")


@pytest.mark.parametrize(
    "text",
    [
        "waits until the shape beyond the pane has quite dissolved. Then she bends and brings up the tin",
        "waits until Sam has gone, then opens the drawer", "slips the key into the clock while nobody is looking",
        "pockets the ring while Sam isn't looking", "takes the letter behind Sam's back", "Unseen, she turns the page",
        "turns the card so that you do not see its face", "hides it where nobody can see",
    ],
)  # fmt: skip
def test_a_deed_that_is_called_unseen_is(text: str) -> None:
    assert [p.unseen for p in unseen([Part("action", text)], NAMES)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "sets the tin down out of sight on the shelf", "waits until the kettle sings", "looks at Sam",
        "clasps his hands behind his back", "waits for Sam", "is not looking at the door",
        "secretly pleased, pours tea", "waits until Sam has gone over to the window, then sits down",
    ],
)  # fmt: skip
def test_other_deeds_are_seen(text: str) -> None:
    assert [p.unseen for p in unseen([Part("action", text)], NAMES)] == [False]


def test_what_is_done_unseen_goes_on_until_something_is_said() -> None:
    parts = [Part("action", "Unseen, she bends"), Part("thought", "Now."), Part("action", "takes the tin"),
             Part("speech", "Hm."), Part("action", "rises")]  # fmt: skip
    assert [p.unseen for p in unseen(parts, NAMES)] == [True, False, True, False, False]


def test_nobody_but_the_doer_perceives_it() -> None:
    story = house()
    parts = unseen([Part("action", "hides it while nobody is looking"), Part("speech", "Well.")], NAMES)
    story.give([Utter(line="t1", who="a", parts=parts)])
    assert [story.heard(e) for e in ("you", "a")] == [["Well."], ["hides it while nobody is looking Well."]]
