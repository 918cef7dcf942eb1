"""Who perceives an act when the client says so: `witnesses` replaces the mask of the act and widens nothing else."""

import contextlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.decide import Drafted, Ids
from daemon.story.world import decide_all
from protocol.commands import AnyCommand
from protocol.errors import Fault
from protocol.events import EntityChanged, LineNoticed, LoreSet, MemoryFormed, NoteSet, Perceived
from protocol.ids import ENTITIES, EntityId, entities_of
from tests.story.given import (
    Command,
    Story,
    do,
    handle,
    held,
    hide,
    house,
    inside,
    lie,
    masks,
    move,
    of,
    place,
    room,
    say,
    thing,
)
from tests.story.wandering import SETTING, next_command, steps, walled, walls


def scene(*more: Command) -> Story:
    """A key on the table, an open bag with a coin, Oren in the garden."""
    return house(thing("key", room("kitchen")), thing("bag", room("kitchen")), thing("coin", inside("bag")),
                 thing("chest", room("kitchen"), closed=True), move("b", "garden"), *more)  # fmt: skip


ACTS: list[Command] = [
    do("change_entity", entity="a", name="M."), do("add_container", name="attic"),
    do("change_container", container="cellar", name="vault"), do("act", who="a", doing="humming"),
    thing("hat", held("a")), handle("take", "a", "key"), handle("hand", "a", "key", to="you"),
    hide("a", "key", inside("chest")), handle("open", "a", "chest"), handle("close", "a", "bag"),
    do("feel", from_="a", to="b", trust=1), do("bind", tone="wary"), say("a", "Rain."), say("a", "Rain.", "thought"),
    say("a", "Rain.", "whisper", "you"), say("a", "Rain.", "message", "b"), do("pass_time", minutes=5),
    do("skip_time", mode="elision", minutes=5), do("open_scene", container="kitchen", present=["a"]),
    do("plan", title="A feast"), do("open_thread", title="Who?"), lie("a", "you", "coin", inside("chest")),
    do("set", what="prop", id="key", values={"in": held("you")}), do("set", what="edge", id="a>b", values={"trust": 1}),
    do("set", what="entity", id="a", values={"name": "M."}), do("set", what="group", values={"tone": "wary"}),
    do("remove", what="prop", id="key"), do("remove", what="container", id="cellar"),
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act["do"])
@pytest.mark.parametrize("witnesses", [[], ["b"], ["you", "b"]])
def test_witnesses_replace_the_mask_of_the_act(act: Command, witnesses: list[str]) -> None:
    happened = scene().when({**act, "witnesses": witnesses})
    assert {h.witnesses for h in happened if h.kind not in ("perceived", "memory.formed")} == {tuple(witnesses)}
    assert all(set(h.witnesses) <= set(witnesses) for h in happened)


def test_a_secret_way_in_is_perceived_by_whoever_takes_it_alone() -> None:
    story = scene()
    assert masks(story.when(move("b", "kitchen", witnesses=["b"]))) == [
        ("activity.left", "b"), ("activity.arrived", "b"), ("perceived", "b"),
    ]  # fmt: skip
    assert (story.room("b", "a"), story.room("a", "b"), story.room("a", "a", "b")) == (None, "kitchen", "kitchen")
    assert masks(story.when(move("b", "cellar", witnesses=[]))) == [
        ("activity.left", "nobody"),
        ("activity.arrived", "nobody"),
    ]


def test_who_is_named_a_witness_from_afar_is_shown_the_act_and_not_what_it_reveals() -> None:
    story = scene(thing("vial", inside("chest")))
    happened = story.when(handle("open", "a", "chest", witnesses=["a", "b"]))
    assert masks(happened) == [("prop.changed", "a+b"), ("perceived", "a")]
    assert (story.where("vial", "b"), story.where("vial", "you")) == ("unheard of", "unheard of")


def test_what_falls_out_of_a_thing_that_is_taken_away_is_seen_by_those_who_are_there() -> None:
    story = scene()
    happened = story.when(do("remove", what="prop", id="bag", witnesses=["a", "b"]))
    assert masks(happened) == [("prop.moved", "a"), ("prop.removed", "a+b")]
    assert (story.where("coin", "a"), story.where("coin", "b")) == (place(room("kitchen")), None)


def test_private_identity_stays_ones_own_whatever_is_asked() -> None:
    everybody = ["you", "a", "b"]
    own = {"identity": {"voice": "hoarse"}, "mood": "afraid", "goals": ["flee"], "status": "hurt"}
    story = Story(do("add_entity", entity="a", name="Mara", witnesses=everybody, **own))
    story.when(do("change_entity", entity="a", witnesses=everybody, **own))
    story.when(do("set", what="entity", id="a", values={"mood": "afraid"}, witnesses=everybody))
    assert [h.witnesses for h in story.log if isinstance(h.payload, EntityChanged)] == [("a",)] * 3


def test_a_cast_member_may_be_unheard_of() -> None:
    story = Story(do("add_entity", entity="b", name="Oren", witnesses=["b"]))
    assert (story.state("a").entities, story.state("b").entities["b"].name) == ({}, "Oren")


def test_memories_are_not_widened_by_witnesses() -> None:
    everybody = ["you", "a", "b"]
    story = scene(do("remember", gist="Zanzibar.", by=["a"], witnesses=everybody))
    story.when(do("set", what="memory", id="m1", values={"gist": "Zanzibar!"}, witnesses=everybody))
    story.when(do("share", by="a", to=["you"], memory="m1", witnesses=everybody))
    story.when(do("open_scene", container="kitchen", present=["a"]))
    story.when(do("close_scene", gist="Zanzibar?", witnesses=everybody))
    story.when(do("open_scene", container="kitchen", present=["a"]))
    story.when(do("skip_time", mode="jump", minutes=5, summary="Zanzibar…", witnesses=everybody))
    story.when(do("plan", occasion="feast", title="A feast", where="kitchen"), do("start", occasion="feast"))
    ended = do("complete", occasion="feast", gist="Zanzi.", learned=[{"fact": "Bar.", "by": "a"}], witnesses=everybody)
    story.when(ended)
    assert story.memories("b") == []
    assert story.memories("a") == ["Zanzibar.", "Zanzibar!", "Zanzibar?", "Zanzibar…", "Zanzi.", "Bar."]


def test_the_end_of_a_scene_is_perceived_by_those_named() -> None:
    story = scene(do("open_scene", container="kitchen", present=["a"]))
    assert masks(story.when(do("close_scene", gist="x", witnesses=["a"]))) == [
        ("scene.closed", "a"), ("memory.formed", "a"),
    ]  # fmt: skip


def test_who_is_told_believes_only_where_they_hear() -> None:
    story = scene()
    told = of(story.when(lie("a", "you", "coin", inside("chest"), witnesses=["a", "b"])), "claimed")
    assert told.believers == []  # the coin lies before your eyes
    story.when(hide("a", "coin", inside("chest")), move("a", "cellar"), move("you", "cellar"))
    story.when(lie("a", "you", "coin", room("garden"), witnesses=["a"]))
    assert story.where("coin", "you") == story.where("coin", "a")


# in general


@settings(max_examples=60)
@given(walls, steps, st.lists(st.sampled_from(ENTITIES), unique=True))
def test_what_an_act_shows_besides_itself_reaches_nobody_new(
    carries: list[tuple[bool, bool]], then: list[bytes], witnesses: list[EntityId]
) -> None:
    story = Story(*SETTING, *walled(carries))
    for step in then:
        asked = next_command(story.world.truth, step)
        natural = decided(story, asked)
        believing = {e for d in natural if isinstance(d.payload, Perceived) for e in entities_of(d.witnesses)}
        remembering = [(d.payload.gist, d.witnesses) for d in natural if isinstance(d.payload, MemoryFormed)]
        for draft in decided(story, {**asked, "witnesses": witnesses}):
            match draft.payload:
                case Perceived() if asked["do"] not in ("look_into", "search"):  # whose findings are the act
                    assert set(draft.payload.believers) == set(entities_of(draft.witnesses))
                    assert set(draft.payload.believers) <= believing & set(witnesses)
                case EntityChanged(name=None, appearance=None):
                    assert entities_of(draft.witnesses) == (draft.payload.entity,)
                case MemoryFormed():
                    assert any(draft.witnesses & ~mask == 0 for gist, mask in remembering if gist == draft.payload.gist)
                case LineNoticed() | LoreSet() | NoteSet():
                    assert draft in natural
        with contextlib.suppress(Fault):
            story.when(asked)


def decided(story: Story, asked: Command) -> list[Drafted]:
    """What would come of a command; nothing, where it is refused."""
    try:
        drafts, _ = decide_all(story.world, [msgspec.convert(asked, AnyCommand)], Ids(900), story.known())
    except Fault:
        return []
    return drafts
