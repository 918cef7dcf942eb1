"""What a commit changed, in words for people."""

from typing import Any

import pytest

from daemon.telling.changes import DESCRIBERS, Change, described
from protocol.events import PAYLOADS
from tests.story.given import Story, do, handle, hide, house, inside, lie, move, room, say, thing

FURNISHED = (
    thing("ring", {"entity": "you"}, name="ring"),
    thing("drawer", room("kitchen"), name="drawer", closed=True),
    thing("coin", None, name="coin"),
    do("change_container", container="garden", slots=[{"slot": "bench"}]),
    do("plan", occasion="picnic", title="The picnic", where="kitchen", props=[{"prop": "basket", "name": "basket"}]),
)


def changes(*commands: dict[str, Any], before: tuple[dict[str, Any], ...] = ()) -> list[Change]:
    story = house(*FURNISHED, *before)
    truth = story.state()
    return described(truth, [(h.event, h.payload) for h in story.when(*commands)])


def texts(*commands: dict[str, Any], before: tuple[dict[str, Any], ...] = ()) -> list[str]:
    return [x.text for x in changes(*commands, before=before)]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (hide("you", "ring", inside("drawer")), "ring → drawer"),
        (handle("hand", "you", "ring", to="a"), "ring → Mara"),
        (handle("drop", "you", "ring"), "ring → The kitchen"),
        (handle("open", "a", "drawer"), "drawer opened"),
        (do("set", what="prop", id="ring", values={"in": None}), "ring → somewhere unknown"),
        (do("set", what="prop", id="ring", values={"name": "gold ring"}), "gold ring changed"),
        (do("remove", what="prop", id="ring"), "ring is gone"),
        (thing("bell", room("kitchen"), name="bell"), "new: bell, The kitchen"),
        (move("a", "garden"), "Mara → The garden"),
        (do("set", what="story", values={"writes_for_you": True}), "others may write for you"),
        (do("set", what="story", values={"alone": "silent"}), "nobody answers who is alone"),
        (do("act", who="a", doing="humming"), "Mara: humming"),
        (do("act", who="a", awake=False), "Mara: asleep"),
        (do("feel", from_="a", to="you", trust=1, warmth=-2), "a>you warmth -2, trust +1"),
        (do("feel", from_="a", to="you", note="wary"), "a>you: wary"),
        (do("bind", tone="tense"), "tone: tense"),
        (do("bind", habits=["tea at five"]), "shared: tea at five"),
        (do("change_entity", entity="a", mood="sad"), "Mara, mood: sad"),
        (lie("a", "b", "coin", inside("drawer")), "Oren told: coin → drawer"),
        (do("remember", gist="It rained.", by=["a"]), "remembered: It rained."),
        (do("open_thread", thread="why", title="Why?"), "open question: Why?"),
        (do("pass_time", minutes=10), "+10 min"),
        (do("skip_time", mode="elision", minutes=60), "+60 min"),
        (do("start", occasion="picnic"), "The picnic begins, basket → The kitchen"),
        (do("cancel", occasion="picnic"), "The picnic called off"),
        (do("open_scene", container="kitchen", present=["you", "a"], title="Rain"), "scene: Rain"),
    ],
    ids=str,
)
def test_a_change_is_told_in_a_few_words(command: dict[str, Any], text: str) -> None:
    assert texts(command) == [text]


def test_what_belongs_together_is_one_change_with_all_its_events() -> None:
    story = house(*FURNISHED)
    truth = story.state()
    happened = story.when(move("a", "garden"), do("feel", from_="a", to="you", trust=1))
    found = described(truth, [(h.event, h.payload) for h in happened])
    assert [x.text for x in found] == ["Mara → The garden", "a>you trust +1"]
    assert [x.seqs for x in found] == [[h.event.seq for h in happened[:-1]], [happened[-1].event.seq]]


def test_the_end_of_an_occasion_tells_what_outlives_it() -> None:
    ended = do("complete", occasion="picnic", gist="They ate.", acquired=[{"prop": "basket", "by": "a"}])
    (change,) = changes(ended, before=(do("start", occasion="picnic"),))
    assert change.text.startswith("The picnic is over")
    assert "basket → Mara" in change.text
    assert "remembered: They ate." in change.text


def test_lines_are_not_changes() -> None:
    assert texts(say("you", "Hello.")) == []
    assert texts() == []


def test_what_was_not_heard_of_before_can_be_told() -> None:
    """Events may be read without what led to them."""
    story = house(*FURNISHED)
    happened = story.when(
        move("a", "garden"), do("feel", from_="a", to="you", trust=1), handle("open", "you", "drawer")
    )
    found = described(Story().state(), [(h.event, h.payload) for h in happened])
    assert [x.text for x in found] == ["a → garden", "a>you trust +1", "drawer changed"]


def test_each_teller_is_of_a_kind_that_there_is() -> None:
    assert set(DESCRIBERS) <= set(PAYLOADS)
