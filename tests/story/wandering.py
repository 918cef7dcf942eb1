"""Random stories that get somewhere: each step is chosen among what makes sense in the world as it is.

A step is a few bytes; each byte picks one of what there is to pick from, so Hypothesis can shorten and simplify.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from daemon.story.perception import room_of
from daemon.story.state import State, holding
from protocol.ids import ENTITIES
from tests.story.given import CAST, Command, do, handle, hide, lie, move, say

T = TypeVar("T")

ROOMS = ("kitchen", "garden", "cellar", "booth")
MANNERS = ("speech", "action", "thought", "whisper", "message", "narration", "ooc")
SETTING: list[Command] = [
    do("add_container", container="kitchen", name="The kitchen", slots=[{"slot": "bench", "capacity": 2}]),
    do("add_container", container="garden", name="The garden", opens_to=["kitchen"]),
    do("add_container", container="cellar", name="The cellar"),
    do("add_container", container="booth", name="The booth", parent="kitchen", slots=[{"slot": "seat", "capacity": 1}]),
    *CAST,
    *(move(e, "kitchen") for e in ENTITIES),
    do("add_prop", prop="chest", name="the chest", in_={"container": "kitchen"}, closed=True),
    do("add_prop", prop="bag", name="the bag", in_={"container": "kitchen"}),
    do("add_prop", prop="key", name="the key", in_={"prop": "bag"}),
    do("add_prop", prop="hat", name="the hat", in_={"entity": "a"}),
]
"""Three in a kitchen with a garden, a cellar and a booth; a closed chest, a bag, a key in it, and a hat."""

STEP = 14
"""Bytes of a step."""

_step = st.binary(min_size=STEP, max_size=STEP)
steps = st.lists(_step, max_size=6) | st.lists(_step, min_size=20, max_size=30)
"""What the steps of a story are made from."""

walls = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=len(ROOMS), max_size=len(ROOMS))
"""By room: whether its walls carry sound, and sight."""


def walled(carries: Sequence[tuple[bool, bool]]) -> list[Command]:
    """The commands that make the walls so."""
    return [
        do("change_container", container=c, walls={"sound": sound, "sight": sight})
        for c, (sound, sight) in zip(ROOMS, carries, strict=True)
    ]


class Picks:
    """The bytes of a step, used up one by one."""

    def __init__(self, step: bytes) -> None:
        self._left: Iterator[int] = iter(step)

    def of(self, options: Sequence[T]) -> T:
        """One of these; the first where the bytes have run out."""
        return options[next(self._left, 0) % len(options)]


def next_command(truth: State, step: bytes, *, witnesses: bool = False, word: str = "rain") -> Command:
    """What is asked next. `witnesses`: perhaps with a mask of its own; `word` is in all that is said and written."""
    pick = Picks(step)
    who = pick.of(ENTITIES)
    asked = pick.of(DOINGS)(truth, pick, who, word)
    if witnesses and pick.of((False, False, True)):
        asked["witnesses"] = [e for e in ENTITIES if pick.of((True, False))]
    return asked


def _near(truth: State, who: str) -> list[str]:
    """The things where somebody is; all that there are, where there is none."""
    here = truth.entities[who].container if who in truth.entities else None  # type: ignore[index]
    return [p for p in truth.props if room_of(truth, p)[0] == here] or [*truth.props, "nothing"]


def _in_hand(truth: State, who: str) -> list[str]:
    return holding(truth, who) or _near(truth, who)  # type: ignore[arg-type]


def _rooms(truth: State) -> list[str]:
    return list(truth.containers) or ["nowhere"]


def _somewhere(truth: State, pick: Picks) -> Command:
    return pick.of(
        [
            *({"container": c} for c in truth.containers),
            *({"prop": p} for p in truth.props),
            *({"entity": e} for e in ENTITIES),
            *({"entity": e, "how": how} for e in ENTITIES for how in ("worn", "carried")),
            *({"container": c, "hidden": True} for c in truth.containers),
            *({"prop": p, "on": True} for p in truth.props),
        ]
    )


def _move(truth: State, pick: Picks, who: str, word: str) -> Command:
    where = pick.of(_rooms(truth))
    slots = truth.containers[where].slots if where in truth.containers else ()
    slot = pick.of([None, *(s.slot for s in slots)])
    return move(who, where) if slot is None else move(who, where, slot=slot)


def _handle(truth: State, pick: Picks, who: str, word: str) -> Command:
    return handle(pick.of(("take", "open", "close", "look_into")), who, pick.of(_near(truth, who)))


def _give(truth: State, pick: Picks, who: str, word: str) -> Command:
    prop = pick.of(_in_hand(truth, who))
    return pick.of((handle("drop", who, prop), handle("hand", who, prop, to=pick.of(ENTITIES))))


def _hide(truth: State, pick: Picks, who: str, word: str) -> Command:
    return hide(who, pick.of(_in_hand(truth, who)), {"prop": pick.of(_near(truth, who))})


def _put(truth: State, pick: Picks, who: str, word: str) -> Command:
    here = truth.entities[who].container if who in truth.entities else None  # type: ignore[index]
    where: list[Command] = [
        {"container": here or "kitchen", "spot": f"near the {word}", "hidden": True},
        {"container": here or "kitchen", "spot": f"near the {word}"},
        {"prop": pick.of(_near(truth, who)), "on": True},
        {"entity": who, "how": "carried"},
        {"entity": who, "how": "worn"},
    ]
    return do("put", who=who, prop=pick.of(_near(truth, who)), in_=pick.of(where))


def _have(truth: State, pick: Picks, who: str, word: str) -> Command:
    how, prop = pick.of(("carried", "worn", "held")), pick.of(_near(truth, who))
    taken = handle("take", who, prop, how=how)
    return pick.of((taken, taken, handle("hand", who, prop, to=pick.of(ENTITIES), how=how)))


def _look(truth: State, pick: Picks, who: str, word: str) -> Command:
    here = truth.entities[who].container if who in truth.entities else None  # type: ignore[index]
    near = pick.of(_near(truth, who))
    return pick.of(
        (
            do("search", who=who, container=here or "kitchen"),
            do("change_prop", who=who, prop=near, condition=f"all {word}"),
        )
    )


def _act(truth: State, pick: Picks, who: str, word: str) -> Command:
    acts: list[Command] = [{"awake": False}, {"awake": True}, {"doing": f"singing of {word}"}]
    return do("act", who=who, **pick.of(acts))


def _say(truth: State, pick: Picks, who: str, word: str) -> Command:
    return say(who, f"About the {word}.", pick.of(MANNERS), pick.of(ENTITIES))


def _lie(truth: State, pick: Picks, who: str, word: str) -> Command:
    return lie(who, pick.of(ENTITIES), pick.of([*truth.props, "nothing"]), _somewhere(truth, pick))


def _author(truth: State, pick: Picks, who: str, word: str) -> Command:
    prop = pick.of([*truth.props, "nothing"])
    return pick.of(
        (
            do("add_prop", name=f"a thing of {word}", in_=_somewhere(truth, pick), closed=pick.of((True, False))),
            do("set", what="prop", id=prop, values={"in": _somewhere(truth, pick)}),
            do("set", what="prop", id=prop, values={"closed": pick.of((False, True))}),
            do("set", what="entity", id=who, values={"container": pick.of(_rooms(truth)), "mood": word}),
            do("remove", what="prop", id=prop),
        )
    )


def _occasion(truth: State, pick: Picks, who: str, word: str) -> Command:
    waiting = [id for id, o in truth.occasions.items() if o.status in ("planned", "active")]
    if not waiting or pick.of((False, False, False, True)):
        brought = [{"prop": f"p{len(truth.props)}", "name": f"a cake for {word}"}]
        known_to = [e for e in ENTITIES if pick.of((True, False))]
        return do("plan", title=f"A feast of {word}", where=pick.of(ROOMS), props=brought, who=known_to)
    ended = pick.of(waiting)
    if truth.occasions[ended].status == "planned" and pick.of((True, True, False)):
        return do("start", occasion=ended)
    kept = [{"prop": p, "by": who} for p in truth.occasions[ended].props if pick.of((True, False))]
    outlives = {"gist": f"There was {word}.", "acquired": kept, "learned": [{"fact": word, "by": who}]}
    whole = do("complete", occasion=ended, **outlives)
    return pick.of((whole, whole, do("cancel", occasion=ended)))


def _scene(truth: State, pick: Picks, who: str, word: str) -> Command:
    return pick.of(
        (
            do("open_scene", container=pick.of(_rooms(truth)), present=[who], title=word),
            do("close_scene", gist=f"They spoke of {word}."),
            do("skip_time", mode="jump", minutes=90, summary=f"Days of {word}."),
            do("open_thread", title=f"Whose {word}?"),
        )
    )


def _mind(truth: State, pick: Picks, who: str, word: str) -> Command:
    other = pick.of([e for e in ENTITIES if e != who])
    return pick.of(
        (
            do("feel", from_=who, to=other, trust=pick.of((4, -4)), note=f"since the {word}"),
            do("remember", gist=f"That {word}.", by=[who]),
            do("share", by=who, to=[other], memory=pick.of(("m1", "m2", "m3"))),
            do("share", by=who, to=[other], gist=f"They say that {word}."),
            do("change_entity", entity=who, mood=f"dreams of {word}", identity={"description": word}),
            do("add_lore", text=f"Of {word}.", lens=[who]),
            do("note", text=f"More {word}."),
        )
    )


DOINGS = (
    _move, _move, _handle, _handle, _give, _hide, _put, _put, _have, _look, _act, _say, _say, _lie, _author, _occasion,
    _scene, _mind,
)  # fmt: skip
"""What happens, by how often."""
