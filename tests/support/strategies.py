"""What Hypothesis draws: commands and events of a small world, whose few ids meet again and again.

Strategies are made from the structs themselves, so a new command or event needs nothing here; only fields whose
type does not say what makes sense (ids, words, numbers) are named.
"""

from collections.abc import Callable
from typing import Any, get_args

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from protocol.commands import (
    AddContainer,
    AddEntity,
    AddProp,
    AnyCommand,
    ChangeContainer,
    Command,
    Move,
    OpenScene,
    Remove,
    Set,
)
from protocol.events import PAYLOADS, Event, Payload
from protocol.ids import ENTITIES, EntityId, Seq, TurnNumber
from protocol.world import Identity, Place, Slot, Trigger, Walls

CONTAINERS = ("kitchen", "garden", "cellar")
PROPS = ("key", "lamp", "chest", "letter")
SLOTS = ("bench", "stool")
NAMES: dict[EntityId, str] = {"you": "Sam", "a": "Mara", "b": "Oren"}
WORDS = ("", "rain", "a red scarf", "Who took the key?", "“quoted”, naïve — 雨", '*smiles* "Yes."')

entities = st.sampled_from(ENTITIES)
containers = st.sampled_from(CONTAINERS)
props = st.sampled_from(PROPS)
words = st.sampled_from(WORDS)
digests = st.sampled_from(["0f" * 32, "9a" * 32])
moments = st.builds("2024-05-{:02}T{:02}:30:00".format, st.integers(1, 28), st.integers(0, 23))
"""Story times within one month."""

POOLS: dict[str, st.SearchStrategy[Any]] = {
    "container": containers, "parent": containers, "opens_to": containers, "where": containers,
    "prop": props, "props": props, "slot": st.sampled_from(SLOTS),
    "scene": st.sampled_from(("first", "second")), "memory": st.sampled_from(("m1", "m2")),
    "lore": st.sampled_from(("inn", "war")), "book": st.just("lore"), "occasion": st.sampled_from(("picnic", "heist")),
    "thread": st.sampled_from(("who", "why")), "line": st.sampled_from(("l1", "l2")),
    "name": st.sampled_from(("Sam", "Mara", "the lamp")), "title": st.sampled_from(("Rain", "")),
    "rule": st.just("hands_full"), "clock": moments,
}  # fmt: skip
"""What fields of these names hold, where they hold text."""

RANGES: dict[str, tuple[int, int]] = {
    "minutes": (0, 600), "capacity": (1, 2), "depth": (0, 4), "part": (0, 2), "elapsed": (0, 10_000),
    "talkativeness": (0, 10), "matters": (0, 10), "warmth": (-5, 5), "trust": (-5, 5), "tension": (-5, 5),
}  # fmt: skip
"""The same for whole numbers; others are seqs."""


def commands(*kinds: type[Command]) -> st.SearchStrategy[Command]:
    """Any command, or one of these kinds. Well formed; whether the rules allow it is another matter."""
    return st.one_of([of(kind) for kind in kinds or get_args(AnyCommand)])


def payloads(*kinds: type[Payload]) -> st.SearchStrategy[Payload]:
    """The payload of any event, or of one of these kinds."""
    return st.one_of([of(kind) for kind in kinds or PAYLOADS.values()])


def events() -> st.SearchStrategy[Event]:
    """Any event as it travels, with the payload of its kind."""

    def enveloped(seq: int, payload: Payload, witnesses: frozenset[EntityId]) -> Event:
        return Event(
            seq=Seq(seq), branch="b1", turn=TurnNumber(1), cause=None, kind=payload.kind, version=payload.version,
            at="2026-01-31T20:15:00.000Z", witnesses=tuple(e for e in ENTITIES if e in witnesses),
            data=msgspec.Raw(msgspec.json.encode(payload)),
        )  # fmt: skip

    return st.builds(enveloped, st.integers(1, 99), payloads(), st.frozensets(entities))


@st.composite
def small_worlds(draw: st.DrawFn) -> list[Command]:
    """A setup that breaks no rule: all the places, some of the cast, the chest and two other props, perhaps a scene."""
    made: list[Command] = [AddContainer(container=c, name=f"The {c}", slots=[Slot("bench", 3)]) for c in CONTAINERS]
    for here in CONTAINERS:
        others = draw(st.lists(containers.filter(here.__ne__), unique=True))
        made.append(ChangeContainer(container=here, opens_to=others, walls=draw(of(Walls))))
    where = draw(st.dictionaries(entities, containers, min_size=1))
    for who, here in where.items():
        made.append(AddEntity(entity=who, name=NAMES[who], identity=Identity(description=f"{NAMES[who]} waits.")))
        made.append(Move(who=who, container=here))
    chest = Place(container=draw(containers))
    made.append(AddProp(prop="chest", name="the chest", in_=chest, closed=draw(st.booleans())))
    spots = [Place(prop="chest"), *(Place(entity=who) for who in where), *(Place(container=c) for c in CONTAINERS)]
    for prop in draw(st.permutations([p for p in PROPS if p != "chest"]))[:2]:
        made.append(AddProp(prop=prop, name=f"the {prop}", in_=draw(st.sampled_from(spots))))
    if draw(st.booleans()):
        here = draw(st.sampled_from(sorted(where.values())))
        made.append(OpenScene(container=here, present=[who for who, place in where.items() if place == here]))
    return made


def of(shape: Any) -> st.SearchStrategy[Any]:
    """Instances of a struct, or values of any other type that msgspec knows."""
    return _drawn(inspect.type_info(shape), "")


def _set(what: str, ids: st.SearchStrategy[str] | None, values: dict[str, st.SearchStrategy[Any]]) -> Any:
    fields = st.fixed_dictionaries({}, optional=values)
    return st.builds(Set, what=st.just(what), id=st.none() if ids is None else ids, values=fields)


PLACES: st.SearchStrategy[Place] = st.one_of(
    st.builds(Place, container=containers),
    st.builds(Place, container=containers, slot=st.sampled_from(SLOTS)),
    st.builds(Place, entity=entities),
    st.builds(Place, prop=props),
)
_FEELINGS = {name: st.integers(-5, 5) for name in ("warmth", "trust", "tension")}
_PAIRS = st.sampled_from([f"{x}>{y}" for x in ENTITIES for y in ENTITIES if x != y])
SPECIAL: dict[type[Any], st.SearchStrategy[Any]] = {
    Place: PLACES,
    Trigger: st.one_of(
        st.builds(Trigger, arrives=entities, container=containers),
        st.builds(Trigger, after=POOLS["occasion"]),
        st.builds(Trigger, resolved=POOLS["thread"]),
    ),
    Set: st.one_of(
        _set("prop", props, {"in": PLACES.map(msgspec.to_builtins), "closed": st.booleans(), "name": POOLS["name"]}),
        _set("entity", entities, {"container": containers, "mood": words, "name": POOLS["name"]}),
        _set("edge", _PAIRS, {**_FEELINGS, "note": words}),
        _set("clock", None, {"clock": moments}),
    ),
    Remove: st.one_of(
        st.builds(Remove, what=st.just("prop"), id=props),
        st.builds(Remove, what=st.just("container"), id=containers),
    ),
}
"""Structs whose fields depend on each other."""


def _struct(info: inspect.StructType) -> st.SearchStrategy[Any]:
    if info.cls in SPECIAL:
        return SPECIAL[info.cls]
    fields = {}
    for field in info.fields:
        drawn = _drawn(field.type, field.encode_name)
        if field.default is not msgspec.NODEFAULT:
            drawn = st.just(field.default) | drawn
        elif field.default_factory is not msgspec.NODEFAULT:
            drawn = st.builds(field.default_factory) | drawn
        fields[field.name] = drawn
    return st.builds(info.cls, **fields)


def _list(info: Any, name: str) -> st.SearchStrategy[list[Any]]:
    same = isinstance(info.item_type, inspect.LiteralType | inspect.StrType)
    return st.lists(_drawn(info.item_type, name), max_size=3, unique=same)


def _text(info: inspect.StrType, name: str) -> st.SearchStrategy[str]:
    if info.pattern and r"\d{4}" in info.pattern:
        return moments
    if info.pattern and "[0-9a-f]{64}" in info.pattern:
        return digests
    pool = POOLS.get(name, words)
    return pool.filter(bool) if info.min_length else pool


def _number(info: inspect.IntType, name: str) -> st.SearchStrategy[int]:
    low, high = RANGES.get(name, (0, 99))
    return st.integers(low if info.ge is None else info.ge, high if info.le is None else min(info.le, high))


_LEAF = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), words)
_MAKERS: dict[type[inspect.Type], Callable[[Any, str], st.SearchStrategy[Any]]] = {
    inspect.StructType: lambda info, _: _struct(info),
    inspect.UnionType: lambda info, name: st.one_of([_drawn(t, name) for t in info.types]),
    inspect.LiteralType: lambda info, _: st.sampled_from(info.values),
    inspect.StrType: _text,
    inspect.IntType: _number,
    inspect.FloatType: lambda _, __: st.integers(0, 20).map(lambda half: half / 2),
    inspect.BoolType: lambda _, __: st.booleans(),
    inspect.NoneType: lambda _, __: st.none(),
    inspect.ListType: _list,
    inspect.VarTupleType: lambda info, name: _list(info, name).map(tuple),
    inspect.DictType: lambda info, _: st.dictionaries(
        _drawn(info.key_type, ""), _drawn(info.value_type, ""), max_size=2
    ),
    inspect.AnyType: lambda _, __: _LEAF,
    inspect.RawType: lambda _, __: st.just(msgspec.Raw(b"{}")),
}


def _drawn(info: inspect.Type, name: str) -> st.SearchStrategy[Any]:
    return _MAKERS[type(info)](info, name)
