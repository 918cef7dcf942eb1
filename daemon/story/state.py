"""What a fold of the log yields: the world as one lens knows it. Holds no lines and no memories.

Everything here is immutable. A state knows its lens; None for a place is "somewhere unknown".
"""

from typing import Any

import msgspec

from daemon.story.lenses import Lens, members
from protocol.ids import ENTITIES, EntityId, Seq
from protocol.world import Alone, How, Leaning, LoreRules, Place, Slot, Style, Walls, When


class Frozen(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of all parts of a state."""


class Entity(Frozen, frozen=True):
    """Somebody: identity, state and activity, as far as the lens knows them. `came_from` is where they were before."""

    name: str
    appearance: str = ""
    description: str | None = None
    personality: str | None = None
    voice: str | None = None
    examples: list[str] = []
    talkativeness: int | None = None
    instructions: str | None = None
    reminder: str | None = None
    mood: str | None = None
    goals: list[str] = []
    status: str | None = None
    container: str | None = None
    slot: str | None = None
    doing: str | None = None
    attention: str | None = None
    awake: bool = True
    spot: str | None = None
    came_from: str | None = None
    picture: str = ""


class Container(Frozen, frozen=True):
    name: str
    description: str = ""
    parent: str | None = None
    slots: list[Slot] = []
    opens_to: list[str] = []
    walls: Walls = Walls()


class Prop(Frozen, frozen=True, rename={"in_": "in"}):
    """A thing, and where it is. `condition` says what is different about it now.

    `firsthand`, through the lens of one alone: whether they know from their own eyes or doing where it is, and have
    been with it since.
    """

    name: str
    in_: Place | None = None
    description: str = ""
    closed: bool = False
    condition: str = ""
    firsthand: bool = False


class Edge(Frozen, frozen=True):
    """A directed feeling. `leaning` is how far its numbers have come toward their next value."""

    warmth: int = 0
    trust: int = 0
    tension: int = 0
    note: str = ""
    leaning: Leaning = Leaning()


class Group(Frozen, frozen=True):
    tone: str = ""
    note: str = ""
    habits: list[str] = []


class Scene(Frozen, frozen=True):
    scene: str
    container: str
    title: str = ""


class Occasion(Frozen, frozen=True):
    title: str
    status: str = "planned"
    purpose: str = ""
    where: str | None = None
    who: list[EntityId] = []
    when: When | None = None
    props: list[str] = []
    gist: str = ""


class Thread(Frozen, frozen=True):
    title: str
    status: str = "open"
    note: str = ""
    touched: int = 0
    matters: int | None = None


class Lore(Frozen, frozen=True):
    """An entry of lore; `entry` is which one it is of the file that its `book` came from."""

    keys: list[str]
    text: str
    lens: list[EntityId] = []
    name: str = ""
    book: str = ""
    entry: str = ""
    rules: LoreRules = LoreRules()


class Book(Frozen, frozen=True):
    """A lorebook: what its entries have in common."""

    name: str
    description: str = ""
    scan_depth: int | None = None
    budget: int | None = None
    stirring: bool = False
    lens: list[EntityId] = []
    card: EntityId | None = None


class State(Frozen, frozen=True):
    """The world through one lens. Dicts are keyed by id, edges by `from>to`; never change one in place.

    `scene` is the one that is on: the story is told there. `paused` are others that began and are not over, by id.

    `sources` tells of each part (`prop.key`, `activity.a`, `time`) the last seq that stated it; of a prop whose place
    came to be unknown (`gone.key`), and of who woke (`waking.a`), the seq of which that was noticed.
    """

    lens: Lens
    entities: dict[EntityId, Entity] = {}
    containers: dict[str, Container] = {}
    props: dict[str, Prop] = {}
    edges: dict[str, Edge] = {}
    group: Group = Group()
    scene: Scene | None = None
    paused: dict[str, Scene] = {}
    clock: str | None = None
    elapsed: int = 0
    occasions: dict[str, Occasion] = {}
    threads: dict[str, Thread] = {}
    lore: dict[str, Lore] = {}
    books: dict[str, Book] = {}
    note: str = ""
    note_depth: int = 0
    writes_for_you: bool = False
    alone: Alone = "narrate"
    moves: bool = True
    premise: str = ""
    style: Style = Style()
    sources: dict[str, Seq] = {}


def initial(lens: Lens) -> State:
    """The state before anything happened, through a lens."""
    return State(lens=lens)


def edge_id(from_: EntityId, to: EntityId) -> str:
    """The id of a directed edge, such as `a>you`."""
    return f"{from_}>{to}"


def having(state: State, entity: EntityId, *how: How) -> list[str]:
    """The ids of the props that somebody has: held, worn or carried; those of any of these ways, of all where none is
    named."""
    return [
        p
        for p, prop in state.props.items()
        if prop.in_ is not None and prop.in_.entity == entity and (not how or prop.in_.how in how)
    ]


def holding(state: State, entity: EntityId) -> list[str]:
    """The ids of the props that somebody holds in their hands."""
    return having(state, entity, "held")


def inside(state: State, prop: str) -> list[str]:
    """The ids of the props that lie directly in or on a prop."""
    return [p for p, inner in state.props.items() if inner.in_ is not None and inner.in_.prop == prop]


def lying_in(state: State, container: str, *, hidden: bool = False) -> list[str]:
    """The ids of the props that lie in a container: in the open, or those that are hidden there."""
    return [
        p
        for p, prop in state.props.items()
        if prop.in_ is not None and prop.in_.container == container and prop.in_.hidden == hidden
    ]


def open_scenes(state: State) -> list[Scene]:
    """The scenes that began and are not over, the one that is on first."""
    return [*([state.scene] if state.scene is not None else []), *state.paused.values()]


def scene_at(state: State, container: str | None) -> Scene | None:
    """The scene in a container that began and is not over, whether it is the one that is on or paused."""
    return next((s for s in open_scenes(state) if s.container == container), None)


def people_in(state: State, container: str | None) -> list[EntityId]:
    """Who is in a container. In the truth, those never placed anywhere (None) are together."""
    return [e for e in ENTITIES if e in state.entities and state.entities[e].container == container]


def to_builtins(state: State) -> dict[str, Any]:
    """The state as JSON-ready values, as clients are shown it: its lens as the mask of those whom it names."""
    return {**msgspec.to_builtins(state), "lens": members(state.lens)}
