"""Laws of the fold and of deciding, on random events and on random stories."""

import contextlib
from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from daemon.story.decide import DECIDERS, Context, Ids, decide
from daemon.story.evolve import EVOLVERS, evolve, fold
from daemon.story.lenses import LENSES, NAMED, Lens, as_taken, lens_of, members, named, shared, shows
from daemon.story.state import State, initial, to_builtins
from daemon.story.world import EMPTY, World
from protocol.commands import AnyCommand, Command
from protocol.errors import INVALID_PARAMS, NOT_FOUND, REFUSED, Fault
from protocol.events import MACHINERY, PAYLOADS, Claimed, Payload, Perceived
from protocol.ids import BITS, ENTITIES, EVERYBODY, Mask, Seq, mask_of
from protocol.rules import RULES
from tests.story.given import Story, numbered
from tests.story.wandering import SETTING, next_command, steps, walled, walls
from tests.support.eyes import EYES, may_see, people
from tests.support.strategies import commands, payloads, small_worlds

PAYLOAD, COMMAND = payloads(), commands()
LENS = st.sampled_from(LENSES)
MASKED = st.tuples(PAYLOAD, st.integers(0, 7), st.integers(0, 7))
Events = Sequence[tuple[Payload, int, int]]

quick = settings(max_examples=40)


def seen(events: Events, lens: Lens) -> list[tuple[Seq, Payload]]:
    return [(Seq(n), p) for n, (p, w, s) in enumerate(events, 1) if shows(lens, Mask(w), Mask(s))]


def world_after(events: Events) -> World:
    world = EMPTY
    for payload, mask, _ in events:
        world = world.after(payload, Mask(mask))
    return world


def written(value: Any) -> bytes:
    return msgspec.json.encode(value)


# the fold


def test_a_lens_shows_the_events_whose_mask_contains_it() -> None:
    for lens in EYES:
        for w in range(8):
            assert shows(lens_of(lens), Mask(w)) is (set(lens) <= set(people(w))), "as of old, where both masks agree"
            for s in range(8):
                assert shows(lens_of(lens), Mask(w), Mask(s)) is may_see(lens, people(w), people(s))
    for two in (("you", "a"), ("a", "b")):
        both = {(w, s) for w in range(8) for s in range(8) if shows(shared(mask_of(two)), Mask(w), Mask(s))}
        assert both == {(w, s) for w in range(8) for s in range(8) if {*two} <= {*people(w)} & {*people(s)}}


def test_a_lens_is_named_by_who_looks_first() -> None:
    assert [named(lens_of(lens)) for lens in EYES] == EYES
    assert [lens_of(lens) for lens in EYES] == list(NAMED)
    assert len(set(LENSES)) == 14
    assert lens_of(["b", "a", "b"]) == as_taken("b", "a")
    assert lens_of(["b", "you", "a"]) == lens_of(["you", "a", "b"])


@quick
@given(st.lists(MASKED, max_size=8), st.lists(MASKED, max_size=8))
def test_a_fold_over_a_split_is_the_fold_over_the_whole(first: Events, second: Events) -> None:
    for lens in LENSES:
        whole = seen([*first, *second], lens)
        cut = len(seen(first, lens))
        assert fold(initial(lens), whole) == fold(fold(initial(lens), whole[:cut]), whole[cut:])


@quick
@given(st.lists(MASKED, max_size=10), st.lists(MASKED, max_size=4))
def test_what_a_lens_does_not_see_makes_no_difference_to_its_state(events: Events, others: Events) -> None:
    for lens in LENSES[1:]:
        unseen = [x for x in others if not shows(lens, Mask(x[1]), Mask(x[2]))]
        minds = [world_after([*events, *some]).minds for some in ([], unseen)]
        for e in named(lens):
            if all(not mask & BITS[e] for _, mask, _ in unseen):
                assert minds[0][e] == minds[1][e]


@given(LENS, st.lists(PAYLOAD, max_size=12), PAYLOAD, st.integers(0, 9))
def test_evolve_takes_any_event_in_any_state_and_changes_nothing_in_place(
    lens: Lens, before: list[Payload], payload: Payload, seq: int
) -> None:
    state = fold(initial(lens), numbered(before))
    kept = written(state), written(payload)
    after = evolve(state, payload, Seq(seq))
    assert (written(state), written(payload)) == kept
    assert after.lens == lens
    assert evolve(state, payload, Seq(seq)) == after
    assert evolve(after, payload, Seq(seq)) == after  # a result stated twice is stated once


@given(PAYLOAD, LENS)
def test_the_record_of_the_machinery_and_lines_change_no_state(payload: Payload, lens: Lens) -> None:
    state = initial(lens)
    if payload.kind in MACHINERY or payload.kind not in EVOLVERS:
        assert evolve(state, payload, Seq(7)) is state
    elif (after := evolve(state, payload, Seq(7))) != state:
        assert set(after.sources.values()) == {7}


@quick
@given(LENS, st.lists(PAYLOAD, max_size=12))
def test_states_and_payloads_come_back_equal_from_their_json(lens: Lens, events: list[Payload]) -> None:
    state = fold(initial(lens), numbered(events))
    assert msgspec.json.decode(written(state), type=State) == state
    assert msgspec.convert({**to_builtins(state), "lens": lens}, State) == state
    for payload in events:
        assert msgspec.json.decode(written(payload), type=PAYLOADS[payload.kind]) == payload


@given(LENS, st.lists(PAYLOAD, max_size=8), payloads(Perceived, Claimed))
def test_what_is_perceived_or_claimed_moves_only_those_who_believe(
    lens: Lens, before: list[Payload], payload: Perceived | Claimed
) -> None:
    state = fold(initial(lens), numbered(before))
    if not members(lens) & mask_of(payload.believers):
        assert evolve(state, payload, Seq(99)) is state


# deciding


def test_every_command_is_decided() -> None:
    assert _kinds(Command) == set(DECIDERS)


def _kinds(base: type[Any]) -> set[type[Any]]:
    return {kind for sub in base.__subclasses__() for kind in ({sub} | _kinds(sub))}


@settings(max_examples=40)
@given(st.lists(MASKED, max_size=14), COMMAND)
def test_deciding_in_any_world_only_refuses_and_changes_nothing_in_place(events: Events, command: Command) -> None:
    world = world_after(events)
    _decided(world, command)


@settings(max_examples=40)
@given(small_worlds(), COMMAND)
def test_deciding_in_a_world_that_makes_sense_does_too(setup: list[Command], command: Command) -> None:
    story = Story()
    story.give(setup)
    _decided(story.world, command)


@quick
@given(walls, steps)
def test_deciding_all_along_a_story_does_too(carries: list[tuple[bool, bool]], then: list[bytes]) -> None:
    story = Story(*SETTING, *walled(carries))
    for step in then:
        asked = next_command(story.world.truth, step, witnesses=True)
        _decided(story.world, msgspec.convert(asked, AnyCommand))
        with contextlib.suppress(Fault):
            story.when(asked)


def _decided(world: World, command: Command) -> None:
    kept = written(world.truth), written(world.minds), written(command)
    context = Context(
        minds=world.minds, ids=Ids(900), known={Seq(1): EVERYBODY}, memories={"m1": ("Rain.", Mask(3), Seq(1))}
    )
    try:
        drafts = decide(world.truth, command, context)
    except Fault as fault:
        assert fault.code in (REFUSED, NOT_FOUND, INVALID_PARAMS)
        assert fault.code != REFUSED or fault.data["rule"] in RULES
        drafts = []
    else:
        assert decide(world.truth, command, replace(context, ids=Ids(900))) == drafts
    assert (written(world.truth), written(world.minds), written(command)) == kept
    for index, draft in enumerate(drafts):
        assert 0 <= draft.witnesses <= 7
        assert draft.after is None or 0 <= draft.after < index
        assert draft.payload.kind not in MACHINERY
        assert msgspec.json.decode(written(draft.payload), type=type(draft.payload)) == draft.payload


@settings(max_examples=60)
@given(walls, steps)
def test_the_world_kept_alongside_is_the_fold_of_the_log(carries: list[tuple[bool, bool]], then: list[bytes]) -> None:
    story = Story(*SETTING, *walled(carries))
    for step in then:
        with contextlib.suppress(Fault):
            story.when(next_command(story.world.truth, step, witnesses=True))
    assert story.world.truth == replace(story.state(), sources={})
    for e in ENTITIES:
        assert story.world.minds[e] == replace(story.state(e), sources={})
    assert [h.event.seq for h in story.log] == list(range(1, len(story.log) + 1))
