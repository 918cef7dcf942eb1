"""What holds in every story, whatever is asked: one place each, capacities, hands, the clock; and eyes do not lie."""

from collections.abc import Iterator

from hypothesis import given, settings
from msgspec.structs import replace

from daemon.story.decide.desk import HANDS
from daemon.story.evolve import whereabouts
from daemon.story.perception import plain_sight
from daemon.story.state import State, holding, lying_in
from protocol.errors import Fault
from protocol.events import Perceived
from protocol.ids import BITS, ENTITIES, EntityId, mask_of
from tests.story.given import Command, Happened, Story
from tests.story.wandering import SETTING, next_command, steps, walled, walls

AUTHORS = ("add_prop", "remove", "set")
"""What puts things into hands without regard to how many they hold."""

Walls = list[tuple[bool, bool]]


def told(
    carries: Walls, story_of: list[bytes], *, witnesses: bool
) -> Iterator[tuple[Story, Command, State, list[Happened]]]:
    """A story after each of its commands: the command, the truth before it, and what came of it."""
    story = Story(*SETTING, *walled(carries))
    for step in story_of:
        before = story.world.truth
        command = next_command(before, step, witnesses=witnesses)
        try:
            happened = story.when(command)
        except Fault:
            continue
        yield story, command, before, happened


@settings(max_examples=40)
@given(walls, steps)
def test_the_rules_hold_whatever_is_asked(carries: Walls, story_of: list[bytes]) -> None:
    for story, command, before, _ in told(carries, story_of, witnesses=True):
        now = story.world.truth
        assert before.clock is None or (now.clock is not None and now.clock >= before.clock)
        assert now.elapsed >= before.elapsed
        for edge in now.edges.values():
            assert all(-5 <= value <= 5 for value in (edge.warmth, edge.trust, edge.tension))
        for e, who in now.entities.items():
            assert who.container in now.containers
            if command["do"] not in AUTHORS:
                assert len(holding(now, e)) <= max(HANDS, len(holding(before, e)))
        _slots_hold(now)
        for prop in now.props:
            assert _outermost(now, prop) in (None, *now.containers, *now.entities)


def _slots_hold(now: State) -> None:
    for id, place in now.containers.items():
        capacity = {s.slot: s.capacity for s in place.slots}
        taken = [x.slot for x in now.entities.values() if x.container == id and x.slot is not None]
        assert all(taken.count(slot) <= capacity[slot] for slot in taken)


def _outermost(now: State, prop: str) -> str | None:
    """The place that a prop is in after all; raises AssertionError where it lies inside itself."""
    around = [prop]
    while (at := now.props[around[-1]].in_) is not None and at.prop is not None:
        assert at.prop not in around
        around.append(at.prop)
    return at.container or at.entity if at is not None else None


@settings(max_examples=40)
@given(walls, steps)
def test_eyes_do_not_lie(carries: Walls, story_of: list[bytes]) -> None:
    for story, command, _, happened in told(carries, story_of, witnesses=True):
        truth = story.world.truth
        for h in happened:
            if not isinstance(h.payload, Perceived):
                continue
            perceived = h.payload
            shown = {p.prop: p.in_ for p in perceived.props}
            assert shown == {id: truth.props[id].in_ for id in shown}
            for id, prop in truth.props.items():
                where = prop.in_
                assert where is None or whereabouts(where) not in perceived.seen or id in shown
            assert {x.entity: x.container for x in perceived.people} == {
                x.entity: truth.entities[x.entity].container for x in perceived.people
            }
            assert h.mask == mask_of(perceived.believers)
            assert (
                perceived.by in perceived.believers or "witnesses" in command or not truth.entities[perceived.by].awake
            )


@settings(max_examples=60)
@given(walls, steps)
def test_who_is_awake_knows_what_is_in_plain_sight_where_they_are(carries: Walls, story_of: list[bytes]) -> None:
    """Where nature says who perceives what. (What the author puts under a lid is seen by nobody, so it is left out.)"""
    unseen: set[str] = set()
    for story, command, _, _ in told(carries, story_of, witnesses=False):
        if command["do"] == "set" and command["what"] == "prop":
            unseen.add(command["id"])
        for e in ENTITIES:
            if story.world.truth.entities[e].awake:
                _knows_the_room(story, e, unseen)


def _knows_the_room(story: Story, e: EntityId, unseen: set[str]) -> None:
    truth, mind = story.world.truth, story.world.minds[e]
    here = truth.entities[e].container
    assert here is not None
    people = {x for x in truth.entities if truth.entities[x].container == here}
    assert {x for x in mind.entities if mind.entities[x].container == here} == people
    for x in people:
        assert mind.entities[x] == replace(mind.entities[x], **_shows(truth, x))
        assert set(holding(mind, x)) - unseen == set(holding(truth, x)) - unseen
    assert set(lying_in(mind, here)) - unseen == set(lying_in(truth, here)) - unseen
    shown = plain_sight(truth, e, BITS[e])
    assert shown is not None
    for p in shown.props:
        if p.in_ is not None and (p.in_.container == here or p.in_.entity in people):
            assert p.prop in unseen or mind.props[p.prop].closed == p.closed


def _shows(truth: State, e: EntityId) -> dict[str, object]:
    x = truth.entities[e]
    return {"slot": x.slot, "doing": x.doing, "attention": x.attention, "awake": x.awake}
