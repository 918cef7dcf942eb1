"""Deciding what comes of time that is left out: an elision within a scene, or a jump, after which much has settled."""

from daemon.story import perception as see
from daemon.story.decide.clock import elapsed, later, set_clock
from daemon.story.decide.desk import Context, Drafted, acted, besides, bit, refuse
from daemon.story.decide.places import at_rest
from daemon.story.decide.scenes import closed
from daemon.story.state import State, edge_id, open_scenes
from protocol.commands import SkipTime
from protocol.events import EdgeChanged, EntityChanged, MemoryFormed, Payload, TimeSkipped
from protocol.ids import BITS, ENTITIES, EVERYBODY, EntityId, union

COOLING = 6 * 60
"""Minutes of a jump in which a tension loses one of its five points."""

NIGHT = 8 * 60
"""Minutes of a jump after which a mood is over."""


def skip_time(truth: State, c: SkipTime, context: Context) -> list[Drafted]:
    """Leaves time out; what is told of it is for those present. A jump closes all scenes first, lets moods settle, and
    ends what anybody was doing."""
    if (c.minutes is None) == (c.until is None):
        refuse("wrong_value", "say how long to skip, or until when, but not both")
    drafts = closed(truth, open_scenes(truth), context) if c.mode == "jump" else []
    skipped = _skipped(truth, c)
    there = see.present(truth, truth.scene.container) if truth.scene is not None else see.awake(truth, ENTITIES)
    skip = len(drafts)
    drafts.append(acted(c, skipped, EVERYBODY))
    if c.summary and there:
        kept = MemoryFormed(context.ids.make("m"), c.summary, "summary", because=["time was left out"])
        drafts.append(besides(c, kept, there, after=skip))
    if c.mode == "jump":
        drafts += [Drafted(payload, BITS[e], after=skip) for e, payload in _settled(truth, skipped.minutes)]
        drafts += [Drafted(rested, union(see.onlookers(truth, e), bit(e)), after=skip) for e, rested in at_rest(truth)]
    return drafts


def _settled(truth: State, minutes: int) -> list[tuple[EntityId, Payload]]:
    """What a jump does to feelings, each with whose it is and who alone perceives it.

    Every tension comes one nearer to 0 for each six hours that passed, and stops there; every mood is over after eight
    hours. Warmth, trust, notes, goals and statuses stay.
    """
    settled: list[tuple[EntityId, Payload]] = []
    for id, edge in truth.edges.items():
        calm = _nearer_to_zero(edge.tension, minutes // COOLING)
        if calm != edge.tension:
            ends = next((e, o) for e in ENTITIES for o in ENTITIES if edge_id(e, o) == id)
            felt = EdgeChanged(
                *ends, edge.warmth, edge.trust, calm, edge.note, because="time went by", leaning=edge.leaning
            )
            settled.append((ends[0], felt))
    settled += [(e, EntityChanged(e, mood="")) for e, x in truth.entities.items() if x.mood and minutes >= NIGHT]
    return settled


def _nearer_to_zero(value: int, steps: int) -> int:
    return max(0, value - steps) if value > 0 else min(0, value + steps)


def _skipped(truth: State, c: SkipTime) -> TimeSkipped:
    if c.until is not None:
        reached = set_clock(truth, c.until)
        return TimeSkipped(reached.clock, reached.elapsed, c.mode, reached.elapsed - truth.elapsed)
    minutes = c.minutes or 0
    if minutes < 0:
        refuse("clock_backwards", "time can't run backwards")
    return TimeSkipped(later(truth.clock, minutes), elapsed(truth, minutes), c.mode, minutes)
