"""Deciding what was done earlier in a turn, before people went elsewhere: in the world of then. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from daemon.story import perception as see
from daemon.story.decide.desk import Context, Drafted, apply, bit, following, shifted
from daemon.story.evolve import evolve
from daemon.story.state import State
from protocol.commands import Command
from protocol.events import ActivityChanged, Perceived, PropEvent, PropRemoved
from protocol.ids import NOBODY, EntityId, Mask, difference, entities_of, union
from protocol.world import Place

Decide = Callable[[State, Command, Context], list[Drafted]]


class Earlier(Command, frozen=True, kw_only=True):
    """What was done with things while people were `where` they are not any more; not a command of the wire.

    `met` is by person the mask of those who saw them come somewhere since: they do not go on taking somebody to have in
    the hand what by then was put away, and learn nothing of where it went.
    """

    where: Mapping[EntityId, str | None]
    commands: Sequence[Command]
    met: Mapping[EntityId, Mask] = {}


def placed(truth: State, where: Mapping[EntityId, str | None]) -> State:
    """The truth with these people where they were."""
    moved = {
        e: replace(x, container=where[e], slot=None, spot=None)
        for e, x in truth.entities.items()
        if e in where and where[e] != x.container
    }
    return replace(truth, entities={**truth.entities, **moved}) if moved else truth


def earlier(truth: State, c: Earlier, context: Context, decide: Decide) -> list[Drafted]:
    """The events as of then, but for what somebody minded; and what those who look on now, or did since, see of it."""
    then = placed(truth, c.where)
    drafts: list[Drafted] = []
    for command in c.commands:
        decided = decide(then, command, following(context, drafts))
        drafts += [shifted(d, len(drafts)) for d in decided]
        then = apply(then, decided)
    drafts = _without_activities(drafts)
    return drafts + list(_sights(truth, apply(truth, drafts), c, following(context, drafts), drafts))


def _without_activities(drafts: Sequence[Drafted]) -> list[Drafted]:
    """The drafts that do not say where somebody is and what they do, since by now they are elsewhere."""
    kept = [n for n, d in enumerate(drafts) if not isinstance(d.payload, ActivityChanged)]
    return [replace(d, after=kept.index(d.after) if d.after in kept else None) for d in (drafts[n] for n in kept)]


def _sights(truth: State, after: State, c: Earlier, context: Context, drafts: Sequence[Drafted]) -> Iterator[Drafted]:
    """What those see now who came somewhere since, or before whom somebody did, where that is other than they believe;
    and for each who saw somebody since, that they did not have what they are believed to have."""
    changed = {d.payload.prop for d in drafts if isinstance(d.payload, PropEvent | PropRemoved)}
    came = [e for e, there in c.where.items() if there != truth.entities[e].container]
    for e in entities_of(see.awake(after, came)):
        look = see.plain_sight(after, e, bit(e))
        if look is not None and _tells(look, context.minds[e], changed):
            yield Drafted(look, bit(e))
    for who in came:
        has = see.shown_with(after, see.visibly_had(after, who))
        looking = see.onlookers(after, who)
        met = union(looking, c.met.get(who, NOBODY))
        for e in entities_of(difference(met, see.awake(after, came))):
            mind = context.minds[e]
            believed = see.shown_with(mind, see.visibly_had(mind, who))
            seen = (
                [see.stated(after, p) for p in has]
                if looking & bit(e)
                else [see.stated(mind, p) for p in believed if p in has or p not in changed]
            )
            look = Perceived(by=e, believers=[e], seen=[Place(entity=who)], props=seen)
            if _tells(look, mind, changed):
                yield Drafted(look, bit(e))


def _tells(look: Perceived, mind: State, changed: Collection[str]) -> bool:
    """Whether a look tells a mind something about one of these things."""
    now = evolve(mind, look).props
    return any(now.get(p) != mind.props.get(p) for p in changed)
