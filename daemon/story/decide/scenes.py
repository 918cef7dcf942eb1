"""Deciding which scenes begin, go on and end: by the author's word, and by where a line is told."""

from daemon.story import perception as see
from daemon.story.decide.clock import set_clock
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    apply,
    besides,
    container,
    entity,
    following,
    refuse,
    shifted,
)
from daemon.story.decide.places import arrive, move
from daemon.story.state import Scene, State, open_scenes, people_in, scene_at
from protocol.commands import CloseScene, Command, Move, OpenScene
from protocol.events import MemoryFormed, SceneClosed, SceneOpened
from protocol.ids import BITS, EVERYBODY, EntityId, mask_of, union


def told_at(truth: State, who: EntityId | None) -> str | None:
    """Where a line of somebody's is told: where they are; what a narrator (None) tells, where the story is told."""
    return see.stage(truth) if who is None else truth.entities[who].container


def scene_of(truth: State, who: EntityId | None) -> str | None:
    """The id of the scene that a line of somebody's is of; of one who is nowhere, the scene that is on."""
    here = told_at(truth, who)
    found = scene_at(truth, here) if here is not None else truth.scene
    return found.scene if found is not None else None


def turned(truth: State, who: EntityId | None, context: Context) -> list[Drafted]:
    """What becomes of the scenes where a line of somebody's is told now: the scene there is on.

    It begins, or goes on if it was paused. Scenes elsewhere are over where nobody is left.
    """
    here = told_at(truth, who)
    if here is None:
        return []
    left = [x for x in open_scenes(truth) if x.container != here and not people_in(truth, x.container)]
    drafts = closed(truth, left, context)
    found = scene_at(truth, here)
    if found is None:
        found = Scene(context.ids.make("scene"), here)
    if found != truth.scene:
        there = people_in(truth, here)
        began = SceneOpened(found.scene, here, found.title, there)
        drafts.append(Drafted(began, see.present(truth, here) or mask_of(there)))
    return drafts


class FollowPlayer(Command, frozen=True, kw_only=True):
    """The story is told where `you` are by now, where it was told in a scene before; not a command of the wire."""


def follow_player(truth: State, c: FollowPlayer, context: Context) -> list[Drafted]:
    """As where a line of `you` is told."""
    return turned(truth, "you", context) if "you" in truth.entities else []


def closed(truth: State, scenes: list[Scene], context: Context) -> list[Drafted]:
    """The end of scenes, each for those present and those who know of it."""
    drafts: list[Drafted] = []
    for scene in scenes:
        knowing = see.present(truth, scene.container)
        for e, mind in context.minds.items():
            if scene.scene in {x.scene for x in open_scenes(mind)}:
                knowing = union(knowing, BITS[e])
        drafts.append(Drafted(SceneClosed(scene.scene, scene.container), knowing))
    return drafts


def open_scene(truth: State, c: OpenScene, context: Context) -> list[Drafted]:
    """Ends the scene that is on and one in that place, sets the clock, brings those who are to be there, and opens."""
    container(truth, c.container)
    drafts = closed(truth, [x for x in open_scenes(truth) if x == truth.scene or x.container == c.container], context)
    if c.at is not None:
        drafts.append(Drafted(set_clock(truth, c.at), EVERYBODY))
    for who in c.present:
        now = apply(truth, drafts)
        if entity(now, who).container is None:
            came = arrive(now, c, following(context, drafts), who, c.container)
            drafts += [shifted(d, len(drafts)) for d in came]
        elif entity(now, who).container != c.container:
            coming = Move(who=who, container=c.container, witnesses=c.witnesses)
            drafts += [shifted(d, len(drafts)) for d in move(now, coming, following(context, drafts))]
    there = apply(truth, drafts)
    id = c.scene if c.scene is not None else context.ids.make("scene")
    opened = SceneOpened(id, c.container, c.title, people_in(there, c.container))
    return [*drafts, acted(c, opened, see.present(there, c.container))]


def close_scene(truth: State, c: CloseScene, context: Context) -> list[Drafted]:
    """With a gist, those present keep it as their summary of the scene."""
    if truth.scene is None:
        refuse("no_scene", "no scene is open")
    drafts = [acted(c, d.payload, d.witnesses) for d in closed(truth, [truth.scene], context)]
    there = see.present(truth, truth.scene.container)
    if c.gist and there:
        kept = MemoryFormed(context.ids.make("m"), c.gist, "summary", because=["the scene closed"])
        drafts.append(besides(c, kept, there, after=0))
    return drafts
