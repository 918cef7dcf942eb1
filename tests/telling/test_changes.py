"""What a commit changed, in sentences, as each lens is told of it."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from daemon.story.lenses import TRUTH, lens_of
from daemon.story.world import EMPTY
from daemon.telling.changes import Change, Tellings, described, together
from daemon.telling.sentences import DESCRIBERS
from protocol.events import PAYLOADS, Event, Payload
from protocol.ids import EntityId, mask_of
from tests.story.given import Happened, do, handle, hide, house, inside, lie, move, room, say, thing

FURNISHED = (
    thing("ring", {"entity": "you"}, name="ring"),
    thing("drawer", room("kitchen"), name="drawer", closed=True),
    thing("tray", room("kitchen"), name="tray"),
    thing("coat", {"entity": "a", "how": "worn"}, name="damp coat"),
    thing("coin", None, name="coin"),
    do("change_container", container="garden", slots=[{"slot": "bench"}]),
    do("plan", occasion="picnic", title="The picnic", where="kitchen", props=[{"prop": "basket", "name": "basket"}]),
    do("open_thread", thread="who", title="Who rang?"),
    do("set", what="clock", values={"clock": "2031-05-01T18:00:00"}),
)
"""The first of May 2031 is a Thursday."""


def tellings(*commands: dict[str, Any], before: Sequence[dict[str, Any]] = ()) -> Tellings:
    story = house(*FURNISHED, *before)
    world = story.world
    return described(world, [(h.event, h.payload) for h in story.when(*commands)])


def changes(*commands: dict[str, Any], before: Sequence[dict[str, Any]] = ()) -> Sequence[Change]:
    return tellings(*commands, before=before)[TRUTH]


def seen_by(lens: tuple[EntityId, ...], *commands: dict[str, Any], before: Sequence[dict[str, Any]] = ()) -> list[str]:
    return [x.text for x in tellings(*commands, before=before)[lens_of(lens)]]


ON_THE_TRAY = {"prop": "tray", "on": True}
UNDER = {"container": "kitchen", "spot": "under the stair"}
SATURDAY = do("plan", occasion="dance", title="Dance", when="2031-05-03T19:00:00", where="garden")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (hide("you", "ring", inside("drawer")), "Sam puts the ring in the drawer"),
        (hide("you", "ring", ON_THE_TRAY), "Sam puts the ring on the tray"),
        (hide("you", "ring", UNDER), "Sam puts the ring under the stair, in the kitchen"),
        (hide("you", "ring", {**UNDER, "hidden": True}), "Sam hides the ring under the stair, in the kitchen"),
        (hide("you", "ring", {"entity": "you", "how": "carried"}), "Sam pockets the ring"),
        (hide("you", "ring", {"entity": "you", "how": "worn"}), "Sam puts on the ring"),
        (handle("take", "a", "coat"), "Mara takes off the damp coat"),
        (handle("take", "a", "tray"), "Mara takes the tray"),
        (handle("hand", "you", "ring", to="a"), "Sam gives the ring to Mara"),
        (handle("drop", "you", "ring"), "Sam puts the ring down in the kitchen"),
        (handle("open", "a", "drawer"), "the drawer is open now"),
        (do("set", what="prop", id="ring", values={"in": None}), "the ring is gone from where it was"),
        (do("set", what="prop", id="ring", values={"name": "gold ring"}), "the ring turns out to be the gold ring"),
        (do("change_prop", prop="tray", condition="broken"), "the tray is broken now"),
        (do("change_prop", prop="tray", condition="has a crack"), "the tray has a crack now"),
        (do("change_prop", prop="tray", description="Of tin."), "there is more to see of the tray: Of tin."),
        (do("remove", what="prop", id="ring"), "the ring is no more"),
        (thing("bell", room("kitchen"), name="bell"), "there is a bell in the kitchen"),
        (thing("letters", room("kitchen"), name="letters"), "there are letters in the kitchen"),
        (thing("oar", {"entity": "a"}, name="oar"), "Mara has an oar"),
        (thing("hat", {"entity": "a", "how": "worn"}, name="Sam's hat"), "Mara wears Sam's hat"),
        (thing("note", {"entity": "a", "how": "carried"}, name="note"), "Mara carries a note, out of sight"),
        (move("a", "garden"), "Mara goes to the garden"),
        (do("move", who="a", container="garden", slot="bench"), "Mara goes to the garden, at the bench"),
        (do("act", who="a", doing="humming"), "Mara is humming"),
        (do("act", who="a", doing="sits by the fire"), "Mara sits by the fire"),
        (do("act", who="a", awake=False), "Mara falls asleep"),
        (do("act", who="a", spot="by the window"), "Mara is by the window now"),
        (do("act", who="a", spot="window seat"), "Mara is at the window seat now"),
        (do("act", who="a", attention="the door"), "Mara turns to the door"),
        (do("feel", from_="a", to="you", trust=1), "Mara trusts Sam a little more"),
        (do("feel", from_="a", to="you", warmth=-2), "Mara likes Sam less"),
        (
            do("feel", from_="a", to="you", warmth=3, tension=1),
            "Mara likes Sam much more and is a little more tense toward Sam",
        ),
        (
            do("feel", from_="a", to="you", trust=1, note="kept a promise"),
            "Mara trusts Sam a little more (kept a promise)",
        ),
        (do("feel", from_="a", to="you", note="wary"), "Mara thinks of Sam: wary"),
        (do("bind", tone="tense"), "the tone between them is tense now"),
        (do("bind", habits=["tea at five"]), "they share something now: tea at five"),
        (do("change_entity", entity="a", mood="sad"), "Mara feels sad"),
        (do("change_entity", entity="a", goals=["to leave", "a drink"]), "Mara wants to leave and a drink"),
        (do("change_entity", entity="a", status="bandaged"), "Mara is bandaged now"),
        (do("change_entity", entity="a", identity={"appearance": "Soaked."}), "Mara looks different: Soaked."),
        (do("change_entity", entity="a", identity={"voice": "Low."}), "Mara is described differently"),
        (do("remember", gist="It rained.", by=["a"]), "Mara will remember: It rained."),
        (do("remember", gist="It rained.", by=["a", "b"]), "Mara and Oren will remember: It rained."),
        (do("open_thread", thread="why", title="Why?"), "a question arises: Why?"),
        (
            do("advance_thread", thread="who", note="a boy ran"),
            "a question comes nearer to its answer: Who rang? (a boy ran)",
        ),
        (do("resolve_thread", thread="who", note="the boy"), "a question is settled: Who rang? (the boy)"),
        (do("pass_time", minutes=2), "two minutes pass"),
        (do("pass_time", minutes=61), "an hour and a minute pass"),
        (do("skip_time", mode="elision", minutes=60), "an hour passes"),
        (do("skip_time", mode="elision", minutes=3 * 24 * 60), "three days pass"),
        (SATURDAY, "Dance is planned for Saturday at seven in the garden"),
        (
            do("plan", occasion="x", title="The talk", when={"after": "picnic"}),
            "the talk is planned for after the picnic",
        ),
        (
            do("plan", occasion="x", title="The talk", when={"arrives": "b", "container": "garden"}),
            "the talk is planned for when Oren comes to the garden",
        ),
        (
            do("plan", occasion="x", title="The talk", when={"resolved": "who"}),
            "the talk is planned for once it is answered: Who rang?",
        ),
        (
            do("change_occasion", occasion="picnic", when="2031-05-02T12:00:00"),
            "the picnic is moved to tomorrow at noon",
        ),
        (
            do("change_occasion", occasion="picnic", when="2031-07-09T18:30:00"),
            "the picnic is moved to 9 July at 18:30",
        ),
        (
            do("change_occasion", occasion="picnic", when="2035-05-03T00:00:00"),
            "the picnic is moved to 3 May 2035 at midnight",
        ),
        (do("pass_time", minutes=24 * 60 + 90), "a day, an hour and 30 minutes pass"),
        (do("change_occasion", occasion="picnic", where="garden"), "the picnic is to be in the garden"),
        (do("start", occasion="picnic"), "the picnic begins; the basket is now in the kitchen"),
        (do("cancel", occasion="picnic"), "the picnic is called off"),
        (do("open_scene", container="kitchen", present=["you", "a"], title="Rain"), "a scene begins: Rain"),
        (do("add_container", container="attic", name="The attic"), "there is a new place: the attic"),
        (do("change_container", container="garden", name="The yard"), "the garden is called the yard now"),
        (do("set", what="story", values={"writes_for_you": True}), "others may write for you"),
        (do("set", what="story", values={"moves": False}), "the story waits for you"),
    ],
    ids=str,
)
def test_a_change_is_told_in_a_sentence(command: dict[str, Any], text: str) -> None:
    assert [x.text for x in changes(command)] == [text]


def test_what_belongs_together_is_one_change_with_all_its_events() -> None:
    story = house(*FURNISHED)
    world = story.world
    happened = story.when(move("a", "garden"), do("feel", from_="a", to="you", trust=1))
    found = described(world, [(h.event, h.payload) for h in happened])[TRUTH]
    assert [x.text for x in found] == ["Mara goes to the garden", "Mara trusts Sam a little more"]
    assert [x.seqs for x in found] == [[h.event.seq for h in happened[:-1]], [happened[-1].event.seq]]


def test_the_end_of_an_occasion_tells_what_outlives_it() -> None:
    ended = do("complete", occasion="picnic", gist="They ate.", acquired=[{"prop": "basket", "by": "a"}])
    (change,) = changes(ended, before=(do("start", occasion="picnic"),))
    assert change.text.startswith("the picnic is over")
    assert "Mara takes the basket" in change.text
    assert "will remember: They ate." in change.text


def test_lines_are_not_changes() -> None:
    assert not changes(say("you", "Hello."))
    assert not changes()


def caused(said: Happened, happened: list[Happened]) -> list[tuple[Event, Payload]]:
    """What happened, brought about by a line."""
    first = replace(happened[0].event, cause=said.event.seq)
    return [(first, happened[0].payload), *((h.event, h.payload) for h in happened[1:])]


def test_a_line_is_not_part_of_what_it_brings_about() -> None:
    """Whoever takes the change back keeps the line; and the line tells whose doing it was."""
    story = house(*FURNISHED)
    (said,) = story.when(say("a", "opens it", manner="action"))
    world = story.world
    opened = caused(said, story.when(handle("open", "a", "drawer")))
    (alone,) = described(world, opened, {said.event.seq: "a"})[TRUTH]
    (beside,) = described(world, [(said.event, said.payload), *opened])[TRUTH]
    assert alone == beside
    assert (alone.text, alone.seqs) == ("Mara opens the drawer", [e.seq for e, _ in opened])


def test_who_takes_what_another_has_is_told_from_who_is_given_it() -> None:
    story = house(*FURNISHED)
    (said,) = story.when(say("a", "takes it", manner="action"))
    world = story.world
    taken = caused(said, story.when(handle("take", "a", "ring")))
    assert [x.text for x in described(world, taken, {said.event.seq: "a"})[TRUTH]] == ["Mara takes the ring from Sam"]
    assert [x.text for x in described(world, taken)[TRUTH]] == ["Sam gives the ring to Mara"]


def test_a_lie_is_told_as_what_each_believes_and_was_told() -> None:
    found = [x.text for x in changes(lie("a", "b", "coin", inside("drawer")))]
    said = "Mara said that the coin is in the drawer."
    assert found == ["Oren now believes the coin to be in the drawer", f"Oren is told by Mara: {said}"]
    assert seen_by(("b",), lie("a", "b", "coin", inside("drawer"))) == found


def test_whether_somebody_believes_a_claim_shows_to_nobody_else() -> None:
    for lens in (("a",), ("you",), ("you", "a")):
        assert seen_by(lens, lie("a", "b", "coin", inside("drawer"))) == []
    assert changes(lie("a", "b", "coin", inside("drawer")))[0].witnesses == ("b",)


def test_each_lens_is_told_what_it_saw_of_a_way() -> None:
    apart = (move("b", "garden"),)
    assert seen_by((), move("a", "garden"), before=apart) == ["Mara goes to the garden"]
    assert seen_by(("a",), move("a", "garden"), before=apart) == ["Mara goes to the garden"]
    assert seen_by(("b",), move("a", "garden"), before=apart) == ["Mara comes to the garden"]
    assert seen_by(("you",), move("a", "garden"), before=apart) == ["Mara leaves the kitchen"]
    assert seen_by(("you", "b"), move("a", "garden"), before=apart) == []


def test_the_truth_tells_who_perceived_all_that_it_says() -> None:
    apart = (move("b", "garden"),)
    (gone,) = changes(move("a", "garden"), before=apart)
    assert gone.witnesses == ("a", "b")
    (felt,) = changes(do("feel", from_="a", to="you", trust=1))
    assert felt.witnesses == ("a",)


def test_another_mind_s_changes_are_told_to_no_other_lens() -> None:
    inner = [
        do("feel", from_="a", to="you", trust=1), do("change_entity", entity="a", mood="sad"),
        do("remember", gist="It rained.", by=["a"]),
        do("open_thread", thread="why", title="Why?", witnesses=["a"]),
    ]  # fmt: skip
    assert len(seen_by(("a",), *inner)) == 4
    for lens in (("you",), ("b",), ("you", "a"), ("a", "b"), ("you", "a", "b")):
        assert seen_by(lens, *inner) == []


def test_a_memory_that_several_keep_is_told_to_each_as_their_own() -> None:
    kept = do("remember", gist="It rained.", by=["a", "b"])
    assert seen_by(("b",), kept) == ["Oren will remember: It rained."]
    assert seen_by(("you",), kept) == []


def test_what_is_put_away_unseen_is_told_to_its_owner_alone() -> None:
    away = {**hide("you", "ring", inside("drawer")), "witnesses": ["you"]}
    assert seen_by(("you",), away) == ["Sam puts the ring in the drawer"]
    assert seen_by(("a",), away) == []


def test_tellings_follow_one_another() -> None:
    one, other = tellings(do("pass_time", minutes=1)), tellings(do("feel", from_="a", to="you", trust=1))
    both = together(one, other)
    assert [x.text for x in both[TRUTH]] == ["a minute passes", "Mara trusts Sam a little more"]
    assert [x.text for x in both[mask_of(["b"])]] == ["a minute passes"]


def test_what_was_not_heard_of_before_can_be_told() -> None:
    """Events may be read without what led to them."""
    story = house(*FURNISHED)
    happened = story.when(
        move("a", "garden"), do("feel", from_="a", to="you", trust=1), handle("open", "you", "drawer")
    )
    found = described(EMPTY, [(h.event, h.payload) for h in happened])[TRUTH]
    assert [x.text for x in found] == ["a goes to the garden", "a trusts you a little more"]


def test_each_teller_is_of_a_kind_that_there_is() -> None:
    assert set(DESCRIBERS) <= set(PAYLOADS)
