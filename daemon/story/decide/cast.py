"""Deciding who is in the story and what they feel: entities, edges, the group node."""

from daemon.story import perception as see
from daemon.story.decide.desk import Context, Drafted, acted, bit, entity, refuse
from daemon.story.state import Edge, State, edge_id
from protocol.commands import AddEntity, Bind, ChangeEntity, Command, Feel
from protocol.events import EdgeChanged, EntityAdded, EntityChanged, GroupChanged
from protocol.ids import EVERYBODY, EntityId, union
from protocol.world import Identity, Leaning


def listed(value: str | list[str] | None) -> list[str] | None:
    """One text or many, as a list; None stays None, and an empty text is an empty list."""
    if isinstance(value, str):
        return [value] if value else []
    return value


def _private(c: AddEntity | ChangeEntity) -> EntityChanged:
    i: Identity = c.identity
    if i.talkativeness is not None and not 0 <= i.talkativeness <= 10:
        refuse("wrong_value", "talkativeness goes from 0 to 10")
    return EntityChanged(
        entity=c.entity,
        description=i.description,
        personality=i.personality,
        voice=i.voice,
        examples=listed(i.examples),
        talkativeness=i.talkativeness,
        instructions=i.instructions,
        reminder=i.reminder,
        mood=c.mood,
        goals=listed(c.goals),
        status=c.status,
    )


def add_entity(truth: State, c: AddEntity, context: Context) -> list[Drafted]:
    """Name, appearance and picture are everybody's; the rest is a second event that the entity alone perceives."""
    if c.entity in truth.entities:
        refuse("cast_full", "the story already has that character; there is room for you and two others")
    added = EntityAdded(c.entity, c.name, c.identity.appearance or "", c.identity.picture or "")
    own = _private(c)
    drafts = [acted(c, added, EVERYBODY)]
    if own != EntityChanged(entity=c.entity):
        drafts.append(Drafted(own, bit(c.entity), after=0))
    return drafts


def change_entity(truth: State, c: ChangeEntity, context: Context) -> list[Drafted]:
    """What is changed, in at most two events, neither the cause of the other: name, appearance and picture, for
    everybody unless the command names witnesses; the rest, for the entity alone, whatever witnesses it names.

    No event for a part of which nothing is given, but one for what is so already. Raises Fault: not found, a refusal.
    """
    entity(truth, c.entity)
    drafts = []
    i: Identity = c.identity
    shown = EntityChanged(entity=c.entity, name=c.name, appearance=i.appearance, picture=i.picture)
    if shown != EntityChanged(entity=c.entity):
        drafts.append(acted(c, shown, EVERYBODY))
    own = _private(c)
    if own != EntityChanged(entity=c.entity):
        drafts.append(Drafted(own, bit(c.entity)))
    return drafts


class Show(Command, frozen=True, kw_only=True):
    """How somebody looks and how they are, before the eyes of those around; not a command of the wire."""

    entity: EntityId
    appearance: str | None = None
    status: str | None = None


def show(truth: State, c: Show, context: Context) -> list[Drafted]:
    """What is seen of somebody now. Who sees them again later finds how they look then."""
    entity(truth, c.entity)
    shown = EntityChanged(entity=c.entity, appearance=c.appearance, status=c.status)
    return [acted(c, shown, union(see.onlookers(truth, c.entity), bit(c.entity)))]


def _kept(value: int) -> int:
    return max(-5, min(5, value))


def feel(truth: State, c: Feel, context: Context) -> list[Drafted]:
    """The edge as it is after the change. A feeling is the own of who feels it."""
    entity(truth, c.from_)
    entity(truth, c.to)
    if c.from_ == c.to:
        refuse("wrong_value", "feelings are one character's for another")
    now = truth.edges.get(edge_id(c.from_, c.to), Edge())
    changed = EdgeChanged(
        from_=c.from_,
        to=c.to,
        warmth=_kept(now.warmth + c.warmth),
        trust=_kept(now.trust + c.trust),
        tension=_kept(now.tension + c.tension),
        note=now.note if c.note is None else c.note,
        because=c.because or "",
        leaning=now.leaning,
    )
    return [acted(c, changed, bit(c.from_))]


class Stir(Command, frozen=True, kw_only=True):
    """How much a moment moves a feeling, from -2 to 2 each; not a command of the wire.

    Feelings have inertia: the further a number is from 0, the more it takes to move it further. As much as it is by now
    is needed to go on to the next (one at the least), and one alone to come back toward 0; what is left over counts
    later. A moment moves each number by one at the most.
    """

    from_: EntityId
    to: EntityId
    warmth: int = 0
    trust: int = 0
    tension: int = 0
    note: str | None = None
    because: str | None = None


def stir(truth: State, c: Stir, context: Context) -> list[Drafted]:
    """The edge after a moment that moved it, or leaned toward a change; the note as it is now, where one is given."""
    entity(truth, c.from_)
    entity(truth, c.to)
    if c.from_ == c.to:
        refuse("wrong_value", "feelings are one character's for another")
    now = truth.edges.get(edge_id(c.from_, c.to), Edge())
    warmth, leans_warm = _stirred(now.warmth, now.leaning.warmth, c.warmth)
    trust, leans_trusting = _stirred(now.trust, now.leaning.trust, c.trust)
    tension, leans_tense = _stirred(now.tension, now.leaning.tension, c.tension)
    changed = EdgeChanged(
        from_=c.from_,
        to=c.to,
        warmth=warmth,
        trust=trust,
        tension=tension,
        note=now.note if c.note is None else c.note,
        because=c.because or "",
        leaning=Leaning(leans_warm, leans_trusting, leans_tense),
    )
    return [acted(c, changed, bit(c.from_))]


def _stirred(value: int, leaning: int, push: int) -> tuple[int, int]:
    """A number of an edge and its leaning, after a push from -2 to 2."""
    push = max(-2, min(2, push))
    if push == 0:
        return value, leaning
    leaning = push if leaning * push < 0 else leaning + push
    step = 1 if push > 0 else -1
    needed = 1 if value * step < 0 else max(1, abs(value))
    if abs(leaning) < needed or abs(value + step) > 5:
        return value, max(-needed, min(needed, leaning))
    return value + step, leaning - step * needed


def bind(truth: State, c: Bind, context: Context) -> list[Drafted]:
    """The group node as it is after the change; it is what they share, so all know it."""
    now = truth.group
    changed = GroupChanged(
        tone=now.tone if c.tone is None else c.tone,
        note=now.note if c.note is None else c.note,
        habits=now.habits if c.habits is None else c.habits,
    )
    return [acted(c, changed, EVERYBODY)]
