"""The fold: how each kind of event changes a state. Total: it never refuses, and creates what it does not yet know.

Only what a lens lets through comes here; retractions acted before. Most kinds are results, so a handler is an
assignment. `perceived` and `claimed` act only under a lens that contains a believer, so never on the truth.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec.structs import replace

from daemon.story.lenses import ALONE, members
from daemon.story.sources import told_of
from daemon.story.state import (
    Book,
    Container,
    Edge,
    Entity,
    Group,
    Lore,
    Occasion,
    Prop,
    Scene,
    State,
    Thread,
    edge_id,
)
from protocol import events as ev
from protocol.ids import BEGINNING, EntityId, Seq, mask_of
from protocol.world import Place

VERSION = 8
"""Of the fold. Raise it with any change by which some events come to another state: stores keep states under it, and
states of another version are not read. `python -m tests.versions` records what a version makes."""

_MINDS = frozenset(ALONE.values())
"""The lenses of one alone."""

Evolver = Callable[[State, Any], State]


def evolve(state: State, payload: ev.Payload, seq: Seq = BEGINNING) -> State:
    """The state after an event that its lens shows. Kinds that say nothing of the world leave it as it is.

    With a `seq`, the state's sources tell that it stated what it did.
    """
    step = EVOLVERS.get(payload.kind)
    if step is None:
        return state
    after = step(state, payload)
    if not seq or after is state:
        return after
    return replace(after, sources={**after.sources, **dict.fromkeys(told_of(state, payload, after), seq)})


def fold(state: State, events: Iterable[tuple[Seq, ev.Payload]]) -> State:
    """The state after all of these events, given with their seqs, in order.

    As no step reads the sources, they are gathered aside and put into the state once: copying them for each event would
    cost as much as the steps do.
    """
    sources = dict(state.sources)
    for seq, payload in events:
        after = evolve(state, payload)
        if after is not state and seq:
            sources.update(dict.fromkeys(told_of(state, payload, after), seq))
        state = after
    return replace(state, sources=sources)


def _entity(state: State, id: EntityId) -> Entity:
    known = state.entities.get(id)
    return known if known is not None else Entity(name=id)


def _with_entity(state: State, id: EntityId, entity: Entity) -> State:
    return replace(state, entities={**state.entities, id: entity})


def _entity_added(state: State, e: ev.EntityAdded) -> State:
    known = replace(_entity(state, e.entity), name=e.name, appearance=e.appearance, picture=e.picture)
    return _with_entity(state, e.entity, known)


_PARTS = (
    "name", "appearance", "description", "personality", "voice", "examples", "talkativeness", "mood", "goals", "status",
    "instructions", "reminder",
    "picture",
)  # fmt: skip


def _entity_changed(state: State, e: ev.EntityChanged) -> State:
    stated = {part: value for part in _PARTS if (value := getattr(e, part)) is not None}
    return _with_entity(state, e.entity, replace(_entity(state, e.entity), **stated))


def _left(state: State, e: ev.ActivityLeft) -> State:
    """Who leaves is where those who perceived it take them to be, or else somewhere unknown."""
    left = replace(
        _entity(state, e.entity),
        container=e.toward, slot=None, spot=None, doing=None, attention=None, came_from=e.container,
    )  # fmt: skip
    return _parted(_with_entity(state, e.entity, left), e.entity)


def _arrived(state: State, e: ev.ActivityArrived) -> State:
    known = _entity(state, e.entity)
    came_from = known.came_from if known.container in (None, e.container) else known.container
    here = replace(
        known, container=e.container, slot=e.slot, spot=e.spot, awake=e.awake, doing=None, attention=None,
        came_from=came_from,
    )  # fmt: skip
    return _with_props(_with_entity(state, e.entity, here), e.carrying)


def _activity(state: State, e: ev.ActivityChanged | ev.ActivityStated) -> State:
    now = replace(
        _entity(state, e.entity),
        container=e.container, slot=e.slot, spot=e.spot, doing=e.doing, attention=e.attention, awake=e.awake,
    )  # fmt: skip
    state = _with_entity(state, e.entity, now)
    return state if e.awake or state.lens != ALONE[e.entity] else _parted(state, e.entity)


def _parted(state: State, who: EntityId) -> State:
    """What somebody has not been with since: once they leave or fall asleep all but what they have themselves; once
    another leaves, what that one has. It is known to the lens of one alone. Nobody has what lies in a room."""
    if state.lens not in _MINDS:
        return state
    own = state.lens == ALONE[who]
    parted = {
        id: replace(p, firsthand=False)
        for id, p in state.props.items()
        if p.firsthand and (p.in_ is not None and p.in_.container is None and _holder(state, p.in_) == who) != own
    }
    return replace(state, props={**state.props, **parted}) if parted else state


def _holder(state: State, place: Place | None) -> EntityId | None:
    """Who has what is in a place, itself or in other things."""
    seen: set[str] = set()
    while place is not None and place.prop in state.props and place.prop not in seen:
        seen.add(place.prop)
        place = state.props[place.prop].in_
    return place.entity if place is not None else None


def _container_stated(state: State, e: ev.ContainerStated) -> State:
    container = Container(e.name, e.description, e.parent, e.slots, e.opens_to, e.walls)
    return replace(state, containers={**state.containers, e.container: container})


def _container_removed(state: State, e: ev.ContainerRemoved) -> State:
    """Who or what was believed to be in a container that is no more is somewhere unknown."""
    containers = {c: x for c, x in state.containers.items() if c != e.container}
    places = (Place(container=e.container), Place(container=e.container, hidden=True))
    return _nothing_in(replace(state, containers=containers), places, (), (), ())


def _prop(state: State, e: ev.PropStated | ev.PropEvent) -> Prop:
    firsthand = e.in_ is not None and state.lens in _MINDS
    return Prop(e.name, e.in_, e.description, e.closed, e.condition, firsthand)


def _prop_stated(state: State, e: ev.PropEvent) -> State:
    return replace(state, props={**state.props, e.prop: _prop(state, e)})


def _with_props(state: State, props: list[ev.PropStated]) -> State:
    if not props:
        return state
    return replace(state, props={**state.props, **{p.prop: _prop(state, p) for p in props}})


def _prop_removed(state: State, e: ev.PropRemoved) -> State:
    """What was believed to be in a thing that is no more is somewhere unknown."""
    props = {p: x for p, x in state.props.items() if p != e.prop}
    return _nothing_in(replace(state, props=props), (Place(prop=e.prop),), (e.prop,), (), ())


def _edge_changed(state: State, e: ev.EdgeChanged) -> State:
    edge = Edge(e.warmth, e.trust, e.tension, e.note, e.leaning)
    return replace(state, edges={**state.edges, edge_id(e.from_, e.to): edge})


def _group_changed(state: State, e: ev.GroupChanged) -> State:
    return replace(state, group=Group(e.tone, e.note, e.habits))


def whereabouts(place: Place | None) -> Place | None:
    """A place as somebody looks it over at once: a room without its slots and spots, apart from what is hidden there;
    somebody with all that they visibly have, apart from what they carry unseen; a thing with what is on it apart from
    what is in it."""
    if place is None:
        return None
    if place.container is not None:
        return Place(container=place.container, hidden=place.hidden)
    if place.entity is not None and place.how == "worn":
        return Place(entity=place.entity)
    return place


def fits(said: Place | None, known: Place | None) -> bool:
    """Whether a thing is where it is said to be, as far as that is said: a room alone fits each of its spots."""
    if said is None or known is None or whereabouts(said) != whereabouts(known):
        return said is known
    return said.slot in (None, known.slot) and said.spot in (None, known.spot)


def _nothing_in(
    state: State, places: Collection[Place], tops: Collection[str], but: Collection[str], people: Collection[EntityId]
) -> State:
    """Whatever was believed to be in these places, or on these props, is somewhere unknown, but for these props and
    people.

    Most things are elsewhere; so their whereabouts, which take long to work out, are asked of those only that lie in
    something that is named here.
    """
    named = {_named(place) for place in places}
    gone = {
        id: replace(p, in_=None, firsthand=False)
        for id, p in state.props.items()
        if id not in but
        and (at := p.in_) is not None
        and ((at.on and at.prop in tops) or (_named(at) in named and whereabouts(at) in places))
    }
    rooms = {place.container for place in places if place.container and not place.hidden}
    away = {
        id: replace(x, container=None, slot=None, spot=None, doing=None, attention=None)
        for id, x in state.entities.items()
        if id not in people and x.container in rooms
    }
    if not gone and not away:
        return state
    return replace(state, props={**state.props, **gone}, entities={**state.entities, **away})


def _named(place: Place) -> str | None:
    """The id of what a place is in or on."""
    return place.container or place.entity or place.prop or place.occasion


def _perceived(state: State, e: ev.Perceived) -> State:
    """All of the seen places is before the eyes, and what lies on the things in them: what was believed to be there and
    is not is somewhere unknown."""
    if not members(state.lens) & mask_of(e.believers):
        return state
    shown, here = {p.prop for p in e.props}, {p.entity for p in e.people}
    tops = shown.union(place.prop for place in e.seen if place.prop is not None)
    state = _with_props(_nothing_in(state, e.seen, tops, shown, here), e.props)
    for person in e.people:
        state = _activity(state, person)
        if person.appearance is not None:
            seen = replace(state.entities[person.entity], appearance=person.appearance)
            state = _with_entity(state, person.entity, seen)
    if e.scene is not None:
        state = _with_scene(state, Scene(e.scene.scene, e.scene.container, e.scene.title))
    for on in e.occasions:
        state = _occasion_now(state, on.occasion, on.title, status="active", where=on.where)
    return state


def _claimed(state: State, e: ev.Claimed) -> State:
    if not members(state.lens) & mask_of(e.believers):
        return state
    known = state.props.get(e.prop, Prop(e.name))
    if known.firsthand and fits(e.in_, known.in_):
        return state  # who is told what they saw themselves knows it no less
    return replace(state, props={**state.props, e.prop: replace(known, in_=e.in_, firsthand=False)})


def _scene_opened(state: State, e: ev.SceneOpened) -> State:
    return _with_scene(state, Scene(e.scene, e.container, e.title))


def _with_scene(state: State, scene: Scene) -> State:
    """The state in which this scene is on, be it that it goes on; the one that was on is paused."""
    before = {} if state.scene is None else {state.scene.scene: state.scene}
    paused = {id: x for id, x in {**state.paused, **before}.items() if id != scene.scene}
    return replace(state, scene=scene, paused=paused)


def _scene_closed(state: State, e: ev.SceneClosed) -> State:
    if state.scene is not None and state.scene.scene == e.scene:
        return replace(state, scene=None)
    paused = {id: x for id, x in state.paused.items() if id != e.scene}
    return replace(state, paused=paused) if e.scene in state.paused else state


def _clock(state: State, e: ev.TimePassed | ev.TimeSkipped) -> State:
    return replace(state, clock=e.clock, elapsed=e.elapsed)


def _story(state: State, e: ev.StoryChanged) -> State:
    return replace(
        state, writes_for_you=e.writes_for_you, alone=e.alone, moves=e.moves, premise=e.premise, style=e.style
    )


def _note(state: State, e: ev.NoteSet) -> State:
    return replace(state, note=e.text, note_depth=e.depth)


def _lore(state: State, e: ev.LoreSet) -> State:
    if e.text:
        now = Lore(e.keys, e.text, e.lens, e.name, e.book, e.entry, e.rules)
        return replace(state, lore={**state.lore, e.lore: now})
    return replace(state, lore={k: x for k, x in state.lore.items() if k != e.lore})


def _book(state: State, e: ev.BookSet) -> State:
    if e.removed:
        return replace(state, books={k: x for k, x in state.books.items() if k != e.book})
    now = Book(e.name, e.description, e.scan_depth, e.budget, e.stirring, e.lens, e.card)
    return replace(state, books={**state.books, e.book: now})


def _planned(state: State, e: ev.OccasionPlanned) -> State:
    occasion = Occasion(e.title, "planned", e.purpose, e.where, e.who, e.when, e.props)
    return replace(state, occasions={**state.occasions, e.occasion: occasion})


def _occasion_now(state: State, id: str, title: str, **now: Any) -> State:
    known = state.occasions.get(id, Occasion(title))
    return replace(state, occasions={**state.occasions, id: replace(known, title=title, **now)})


def _occasion_changed(state: State, e: ev.OccasionChanged) -> State:
    return _occasion_now(state, e.occasion, e.title, purpose=e.purpose, where=e.where, who=e.who, when=e.when)


def _started(state: State, e: ev.OccasionStarted) -> State:
    return _occasion_now(state, e.occasion, e.title, status="active", where=e.where, props=e.props)


def _completed(state: State, e: ev.OccasionCompleted) -> State:
    return _occasion_now(state, e.occasion, e.title, status="completed", gist=e.gist)


def _cancelled(state: State, e: ev.OccasionCancelled) -> State:
    return _occasion_now(state, e.occasion, e.title, status="cancelled", gist=e.why)


def _thread(status: str) -> Evolver:
    def step(state: State, e: ev.ThreadOpened | ev.ThreadAdvanced | ev.ThreadResolved) -> State:
        known = state.threads.get(e.thread)
        thread = Thread(e.title, status, e.note, state.elapsed, known.matters if known is not None else None)
        return replace(state, threads={**state.threads, e.thread: thread})

    return step


def _rated(state: State, e: ev.ThreadRated) -> State:
    known = state.threads.get(e.thread, Thread(e.title))
    return replace(state, threads={**state.threads, e.thread: replace(known, matters=e.matters)})


EVOLVERS: dict[str, Evolver] = {
    "entity.added": _entity_added,
    "entity.changed": _entity_changed,
    "container.added": _container_stated,
    "container.changed": _container_stated,
    "container.removed": _container_removed,
    "activity.left": _left,
    "activity.arrived": _arrived,
    "activity.changed": _activity,
    "prop.added": _prop_stated,
    "prop.moved": _prop_stated,
    "prop.changed": _prop_stated,
    "prop.removed": _prop_removed,
    "edge.changed": _edge_changed,
    "group.changed": _group_changed,
    "perceived": _perceived,
    "claimed": _claimed,
    "scene.opened": _scene_opened,
    "scene.closed": _scene_closed,
    "time.passed": _clock,
    "time.skipped": _clock,
    "story.changed": _story,
    "note.set": _note,
    "lore.set": _lore,
    "book.set": _book,
    "occasion.planned": _planned,
    "occasion.changed": _occasion_changed,
    "occasion.started": _started,
    "occasion.completed": _completed,
    "occasion.cancelled": _cancelled,
    "thread.opened": _thread("open"),
    "thread.advanced": _thread("open"),
    "thread.rated": _rated,
    "thread.resolved": _thread("resolved"),
}
"""The kinds that change a state, each with the step that does it. Lines, memories and machinery do not."""
