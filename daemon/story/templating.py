"""From a world to the commands that make one like it: casts and places to start other stories from. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from daemon.story.perception import lids_over
from daemon.story.state import Prop, State
from daemon.story.world import World
from protocol.commands import (
    Act,
    AddBook,
    AddContainer,
    AddEntity,
    AddLore,
    AddProp,
    AnyCommand,
    Bind,
    ChangeContainer,
    Feel,
    Move,
    OpenScene,
    Set,
)
from protocol.ids import ENTITIES, EntityId
from protocol.world import Identity

_USUAL = {"premise": "", "style": {}, "alone": "narrate", "moves": True, "writes_for_you": False}


def cast(truth: State, who: Iterable[EntityId]) -> list[AnyCommand]:
    """Makes these people, and what they feel for each other."""
    chosen = [e for e in who if e in truth.entities]
    return [*(_entity(truth, e) for e in chosen), *_feelings(truth, chosen)]


def places(truth: State) -> list[AnyCommand]:
    """Makes the places, and the things that are in them."""
    return [*_containers(truth), *_props(World(truth, {}), held=False)]


def everything(world: World) -> list[AnyCommand]:
    """Makes the places, the people and the things, who is where and does what, and the scene that is on."""
    truth = world.truth
    people = [e for e in ENTITIES if e in truth.entities]
    made: list[AnyCommand] = [
        *_told(truth),
        *_containers(truth),
        *(_entity(truth, e) for e in people),
        *_props(world, held=True),
    ]
    for e in people:
        x = truth.entities[e]
        if x.container is not None:
            made.append(Move(who=e, container=x.container, slot=x.slot))
    if truth.scene is not None:
        where = truth.scene.container
        here = [e for e in people if truth.entities[e].container == where]
        made.append(OpenScene(container=where, present=here, title=truth.scene.title, at=truth.clock))
    for e in people:
        x = truth.entities[e]
        if x.doing or x.attention or not x.awake:
            awake = None if x.awake else False
            made.append(Act(who=e, doing=x.doing or UNSET, attention=x.attention or UNSET, awake=awake))
    return [*made, *_lore(truth), *_feelings(truth, people)]


def _lore(truth: State) -> Iterator[AnyCommand]:
    """The lorebooks, and what is in them and in none; without the files that they came from."""
    for id, book in truth.books.items():
        yield AddBook(
            book=id, name=book.name, description=book.description, scan_depth=book.scan_depth, budget=book.budget,
            stirring=book.stirring, lens=book.lens,
        )  # fmt: skip
    for id, x in truth.lore.items():
        within = x.book if x.book in truth.books else None
        yield AddLore(lore=id, keys=x.keys, text=x.text, lens=x.lens, name=x.name, book=within, rules=x.rules)


def _told(truth: State) -> Iterator[AnyCommand]:
    """How the story is told, where that was set."""
    values = {
        "premise": truth.premise, "style": msgspec.to_builtins(truth.style), "alone": truth.alone,
        "moves": truth.moves,
        "writes_for_you": truth.writes_for_you,
    }  # fmt: skip
    if any(values[name] != usual for name, usual in _USUAL.items()):
        yield Set(what="story", values=values)


def _entity(truth: State, e: EntityId) -> AddEntity:
    x = truth.entities[e]
    parts = {name: getattr(x, name) for name in Identity.__struct_fields__}
    identity = Identity(**{name: value for name, value in parts.items() if value not in (None, "", [])})
    return AddEntity(
        entity=e, name=x.name, identity=identity, mood=x.mood or None, goals=x.goals or None, status=x.status or None
    )


def _feelings(truth: State, who: list[EntityId]) -> Iterator[AnyCommand]:
    for from_ in who:
        for to in who:
            edge = truth.edges.get(f"{from_}>{to}")
            if edge is not None:
                yield Feel(
                    from_=from_, to=to, warmth=edge.warmth, trust=edge.trust, tension=edge.tension,
                    note=edge.note or None,
                )  # fmt: skip
    group = truth.group
    if len(who) > 1 and (group.tone or group.note or group.habits):
        yield Bind(tone=group.tone, note=group.note, habits=group.habits)


def _containers(truth: State) -> Iterator[AnyCommand]:
    """Each by itself first: they may open to each other."""
    for id, x in truth.containers.items():
        yield AddContainer(container=id, name=x.name, description=x.description, slots=x.slots, walls=x.walls)
    for id, x in truth.containers.items():
        parent = x.parent if x.parent in truth.containers else None
        opens_to = [other for other in x.opens_to if other in truth.containers]
        if parent is not None or opens_to:
            yield ChangeContainer(container=id, parent=UNSET if parent is None else parent, opens_to=opens_to or None)


def _props(world: World, held: bool) -> Iterator[AnyCommand]:
    """The things that lie in places (or are held), each after what it is in."""
    truth = world.truth
    made: set[str] = set()
    waiting = dict(truth.props)
    while ready := {id: x for id, x in waiting.items() if _can_be_put(truth, x, made, held)}:
        for id, x in ready.items():
            yield AddProp(
                prop=id, name=x.name, in_=x.in_, description=x.description, closed=x.closed,
                witnesses=_knowers(world, id),
            )  # fmt: skip
            made.add(id)
            del waiting[id]


def _can_be_put(truth: State, prop: Prop, made: set[str], held: bool) -> bool:
    place = prop.in_
    if place is None or place.occasion is not None:
        return False
    if place.prop is not None:
        return place.prop in made
    return held if place.entity is not None else place.container in truth.containers


def _knowers(world: World, id: str) -> list[EntityId] | None:
    """Who knows of a thing that no eye sees; None for one that shows."""
    if not world.minds or not list(lids_over(world.truth, id)):
        return None
    minds: Mapping[EntityId, Any] = world.minds
    place = world.truth.props[id].in_
    return [e for e, mind in minds.items() if id in mind.props and mind.props[id].in_ == place] or None
