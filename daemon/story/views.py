"""What a state looks like to a client: the views that need nothing but a state. Pure."""

from collections.abc import Callable

from daemon.story.state import Edge, Entity, State, edge_id, having, holding, people_in
from protocol import views as v
from protocol.errors import not_found
from protocol.ids import ENTITIES, EntityId


def scene(state: State) -> v.SceneView:
    """The scene that is on, as the lens knows it."""
    on = state.scene
    if on is None:
        return v.SceneView(None, None, "", state.clock, state.elapsed, [])
    present = [_present(state, e) for e in people_in(state, on.container)]
    return v.SceneView(on.scene, on.container, on.title, state.clock, state.elapsed, present)


def _picture(of: Entity) -> str | None:
    return v.ASSET + of.picture if of.picture else None


def _present(state: State, id: EntityId) -> v.Present:
    known = state.entities[id]
    return v.Present(
        entity=id,
        name=known.name,
        container=known.container,
        slot=known.slot,
        doing=known.doing,
        holding=holding(state, id),
        attention=known.attention,
        awake=known.awake,
        mood=known.mood,
        spot=known.spot,
        wearing=having(state, id, "worn"),
        carrying=having(state, id, "carried"),
        picture=_picture(known),
    )


def story(truth: State) -> v.StoryView:
    """How the story is told."""
    return v.StoryView(truth.premise, truth.style, truth.writes_for_you, truth.alone)


def world(state: State) -> v.WorldView:
    """Every container and prop, each where the lens last knew it."""
    containers = [
        v.ContainerView(id, c.name, c.description, c.parent, c.slots, c.opens_to, c.walls, people_in(state, id))
        for id, c in state.containers.items()
    ]
    props = [v.PropView(id, p.name, p.in_, p.description, p.closed, p.condition) for id, p in state.props.items()]
    return v.WorldView(containers, props)


def entity(state: State, id: EntityId) -> v.EntityView:
    """All that the lens knows of somebody. Raises not found."""
    known: Entity | None = state.entities.get(id)
    if known is None:
        raise not_found("entity", id)
    return v.EntityView(
        entity=id,
        name=known.name,
        appearance=known.appearance,
        description=known.description,
        personality=known.personality,
        voice=known.voice,
        examples=known.examples,
        talkativeness=known.talkativeness,
        mood=known.mood,
        goals=known.goals,
        status=known.status,
        container=known.container,
        slot=known.slot,
        doing=known.doing,
        attention=known.attention,
        awake=known.awake,
        holding=holding(state, id),
        spot=known.spot,
        wearing=having(state, id, "worn"),
        carrying=having(state, id, "carried"),
        instructions=known.instructions,
        reminder=known.reminder,
        picture=_picture(known),
    )


def edges(state: State) -> v.EdgesView:
    """The edges that the lens knows something of, between those of the cast, and the group node."""
    found = []
    for from_ in ENTITIES:
        for to in ENTITIES:
            edge: Edge | None = state.edges.get(edge_id(from_, to))
            if edge is not None:
                found.append(v.EdgeView(from_, to, edge.warmth, edge.trust, edge.tension, edge.note))
    return v.EdgesView(found, v.GroupView(state.group.tone, state.group.note, state.group.habits))


def occasions(state: State) -> v.OccasionsView:
    """The occasions that the lens knows of."""
    found = [
        v.OccasionView(id, o.title, o.status, o.purpose, o.where, o.who, o.when, o.props, o.gist)
        for id, o in state.occasions.items()
    ]
    return v.OccasionsView(found)


def threads(state: State) -> v.ThreadsView:
    """The threads that the lens knows of."""
    return v.ThreadsView([v.ThreadView(id, x.title, x.status, x.note, x.matters) for id, x in state.threads.items()])


def lore(state: State) -> v.LoreAllView:
    """The lore that the lens knows of, and its books."""
    entries = [v.LoreView(id, x.name, x.keys, x.text, x.lens, x.rules, x.book or None) for id, x in state.lore.items()]
    books = [
        v.BookView(id, x.name, x.lens, x.description, x.scan_depth, x.budget, x.stirring, x.card)
        for id, x in state.books.items()
    ]
    return v.LoreAllView(entries, books)


TOUCHES: dict[str, tuple[str, ...]] = {
    "entity": ("scene", "entity", "prompt", "secrets", "state"),
    "container": ("world", "prompt", "secrets", "state"),
    "activity": ("scene", "world", "entity", "prompt", "secrets", "state"),
    "prop": ("scene", "world", "entity", "prompt", "secrets", "state"),
    "perceived": ("scene", "world", "entity", "occasions", "prompt", "secrets", "state"),
    "claimed": ("scene", "world", "entity", "prompt", "secrets", "state"),
    "edge": ("edges", "prompt", "state"),
    "group": ("edges", "prompt", "state"),
    "scene": ("scene", "timeline", "prompt", "secrets", "state"),
    "line": ("transcript", "timeline", "prompt", "secrets"),
    "memory": ("memories", "prompt", "secrets"),
    "note": ("prompt", "state"),
    "story": ("prompt", "state"),
    "lore": ("lore", "prompt", "state"),
    "book": ("lore", "prompt", "state"),
    "occasion": ("occasions", "timeline", "world", "prompt", "secrets", "state"),
    "time": ("scene", "timeline", "prompt", "state"),
    "thread": ("threads", "prompt", "state"),
    "event": (
        "scene",
        "world",
        "entity",
        "edges",
        "occasions",
        "threads",
        "transcript",
        "memories",
        "timeline",
        "prompt",
        "secrets",
        "deleted",
        "lore",
        "state",
    ),
}
"""By the first word of a kind: the views that may read differently after it."""


def touches(kinds: set[str]) -> list[str]:
    """The views that may read differently after events of these kinds."""
    return sorted({view for kind in kinds for view in TOUCHES.get(kind.partition(".")[0], ())})


SIMPLE: dict[str, Callable[[State], v.View]] = {
    "scene": scene, "world": world, "edges": edges, "occasions": occasions, "threads": threads,
    "lore": lore,
}  # fmt: skip
"""The views that take nothing but a state."""
