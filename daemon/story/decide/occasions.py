"""Deciding what is planned, begins and ends. What an occasion brings along goes back when it is over.

Four things outlive it: the gist, things that somebody acquired, facts that somebody learned, changes of edges.
"""

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from daemon.story import perception as see
from daemon.story.decide.cast import feel
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    apply,
    besides,
    bit,
    check_hands,
    container,
    entity,
    mask,
    narrowed,
    new_id,
    refuse,
    restated,
)
from daemon.story.state import Occasion, State, inside
from protocol.commands import Cancel, ChangeOccasion, Command, Complete, Feel, Felt, Plan, Start
from protocol.errors import not_found
from protocol.events import (
    MemoryFormed,
    OccasionCancelled,
    OccasionChanged,
    OccasionCompleted,
    OccasionPlanned,
    OccasionStarted,
    Perceived,
    PropAdded,
    PropMoved,
    PropStated,
)
from protocol.ids import ENTITIES, NOBODY, Mask, difference, entities_of, mask_of, union
from protocol.world import Place


def plan(truth: State, c: Plan, context: Context) -> list[Drafted]:
    """Those it is planned with know of it and of what it brings along; until it begins, that is nowhere."""
    id = new_id(truth.occasions, c.occasion, "occasion", context)
    who = list(truth.entities) if c.who is None else c.who
    for e in who:
        entity(truth, e)
    if c.where is not None:
        container(truth, c.where)
    brought = [p.prop for p in c.props]
    for p in c.props:
        new_id(truth.props, p.prop, "thing", context)
    if len(set(brought)) != len(brought):
        refuse("already_there", "each thing of a plan needs an id of its own")
    planned = OccasionPlanned(id, c.title, c.purpose, c.where, who, c.when, brought)
    props = [acted(c, PropAdded(p.prop, p.name, Place(occasion=id)), mask_of(who), after=0) for p in c.props]
    return [acted(c, planned, mask_of(who)), *props]


def change_occasion(truth: State, c: ChangeOccasion, context: Context) -> list[Drafted]:
    """Those who know of it learn what it is now, and so do those who join it; who was to come and is not stays told."""
    now = _at(truth, c.occasion, "planned", "active")
    who = now.who if c.who is None else c.who
    for e in who:
        entity(truth, e)
    where = now.where if c.where is UNSET else c.where
    if where is not None:
        container(truth, where)
    changed = OccasionChanged(
        occasion=c.occasion,
        title=now.title if c.title is None else c.title,
        purpose=now.purpose if c.purpose is None else c.purpose,
        where=where,
        who=who,
        when=now.when if c.when is UNSET else c.when,
    )
    return [acted(c, changed, union(_concerned(truth, c.occasion, now, context), mask_of(who)))]


STAGES = {"planned": "still to come", "active": "happening", "completed": "over", "cancelled": "called off"}
"""How far a plan is, in words for people."""


def _at(truth: State, id: str, *statuses: str) -> Occasion:
    found = truth.occasions.get(id)
    if found is None:
        raise not_found("occasion", id)
    if found.status not in statuses:
        must = " or ".join(STAGES[x] for x in statuses)
        refuse("lifecycle", f"“{found.title}” is {STAGES[found.status]}; for that it must be {must}")
    return found


def start(truth: State, c: Start, context: Context) -> list[Drafted]:
    """It is on: what it brings along appears where it is, before the eyes of those there."""
    now = _at(truth, c.occasion, "planned")
    where = now.where or (truth.scene.container if truth.scene is not None else None)
    if where is None:
        refuse("no_scene", f"“{now.title}” has no place, and no scene is open; start a scene, or plan it at a place")
    container(truth, where)
    there = see.audience(truth, where, "sight")
    kept = [p for p, x in truth.props.items() if x.in_ == Place(occasion=c.occasion) and p not in now.props]
    brought = [*now.props, *kept]
    started = acted(c, OccasionStarted(c.occasion, now.title, where, brought, c.why), there)
    lying = [_moved(truth, p, Place(container=where)) for p in brought if p in truth.props]
    return [started, *(acted(c, x, there, after=0) for x in lying)]


def _moved(truth: State, id: str, place: Place | None) -> PropMoved:
    return restated(PropMoved, id, truth.props[id], in_=place)


def complete(truth: State, c: Complete, context: Context) -> list[Drafted]:
    """It is over, once: what outlives it is an event each, all else goes back into its record."""
    now = _at(truth, c.occasion, "active")
    for kept in c.acquired:
        entity(truth, kept.by)
        if kept.prop not in now.props or kept.prop not in truth.props:
            raise not_found("prop of the occasion", kept.prop)
    if len({kept.prop for kept in c.acquired}) != len(c.acquired):
        refuse("wrong_value", "each thing can be kept by one person only")
    for fact in c.learned:
        entity(truth, fact.by)
    over = acted(c, OccasionCompleted(c.occasion, now.title), _concerned(truth, c.occasion, now, context))
    drafts = [over, *_put_away(truth, c, c.occasion, now, context, {k.prop for k in c.acquired})]
    there = _there(truth, now)
    for kept in c.acquired:
        # The command says what happened there, perhaps after they left: who got the thing need not be there any more.
        check_hands(apply(truth, drafts), kept.by, kept.prop, context)
        beholding = union(there, see.onlookers(truth, kept.by), bit(kept.by))
        drafts.append(besides(c, _moved(truth, kept.prop, Place(entity=kept.by)), beholding, after=0))
    if there and c.gist.strip():
        gist = MemoryFormed(context.ids.make("m"), c.gist, "episode", 6.0, because=["an occasion ended"])
        drafts.append(besides(c, gist, there, after=0))
    for fact in c.learned:
        learned = MemoryFormed(context.ids.make("m"), fact.fact, "fact", 6.0, because=["learned at an occasion"])
        drafts.append(Drafted(learned, bit(fact.by), after=0))
    for felt in c.edges:
        now_felt = feel(apply(truth, drafts), _feel(felt), context)
        drafts += [Drafted(d.payload, d.witnesses, after=0) for d in now_felt]
    return drafts


def cancel(truth: State, c: Cancel, context: Context) -> list[Drafted]:
    """It will not be, or not go on; what it brought along goes back."""
    now = _at(truth, c.occasion, "planned", "active")
    over = OccasionCancelled(c.occasion, now.title, c.why)
    concerned = _concerned(truth, c.occasion, now, context)
    return [acted(c, over, concerned), *_put_away(truth, c, c.occasion, now, context, set())]


def _feel(felt: Felt) -> Feel:
    return Feel(
        from_=felt.from_, to=felt.to, warmth=felt.warmth, trust=felt.trust, tension=felt.tension,
        note=felt.note, because=felt.because,
    )  # fmt: skip


def _there(truth: State, now: Occasion) -> Mask:
    """Who perceives its end: those awake where it is."""
    return see.present(truth, now.where) if now.status == "active" and now.where is not None else NOBODY


def _concerned(truth: State, id: str, now: Occasion, context: Context) -> Mask:
    """Who learns that it is over: those there, and everybody who ever knew of it."""
    return union(_there(truth, now), mask_of(e for e in ENTITIES if id in context.minds[e].occasions))


def _put_away(truth: State, c: Command, id: str, now: Occasion, context: Context, acquired: set[str]) -> list[Drafted]:
    """Its things go back, for all who ever perceived them; what is not its own is put down where they stood.

    Of what somebody acquired, all who knew it learn first that it is gone from there; who has it, those who see.
    What lies in that stays in it.
    """
    drafts: list[Drafted] = []
    own = [p for p in now.props if p in truth.props]
    going = [p for p in own if p not in acquired]
    for p in own:
        for inner in inside(truth, p) if p in going else ():
            if inner not in own:
                left = _left(truth, inner, going)
                down = _moved(truth, inner, left)
                knew = mask_of(e for e in ENTITIES if _has_it_right(context.minds[e], truth, inner))
                sure = mask_of(e for e in entities_of(knew) if _left(context.minds[e], inner, going) == left)
                seen = narrowed(c, see.viewers(apply(truth, [Drafted(down, NOBODY)]), inner))
                drafts += _told(truth, down, seen, narrowed(c, sure), context)
                drafts += _lost(inner, narrowed(c, difference(difference(knew, sure), seen)), context)
        away = _moved(truth, p, None if p in acquired else Place(occasion=id))
        drafts += _told(truth, away, mask(c, see.viewers(truth, p)), narrowed(c, _aware(p, context)), context)
    return drafts


def _told(truth: State, moved: PropMoved, seen: Mask, knowing: Mask, context: Context) -> list[Drafted]:
    """That a thing went, for those who see it and those who only know of it.

    A move says what the thing is like by now. Whoever did not see it become so learns where it went, and nothing else.
    """
    at = see.stated(truth, moved.prop)
    missed = {e: x for e in entities_of(difference(knowing, seen)) if (x := _as_known(context.minds[e], at)) != at}
    drafts = [Drafted(moved, union(seen, difference(knowing, mask_of(missed))), after=0)]
    for e, known in missed.items():
        learned = Perceived(by=e, believers=[e], seen=[], props=[replace(known, in_=moved.in_)])
        drafts.append(Drafted(learned, bit(e), after=0))
    return drafts


def _lost(prop: str, knowing: Mask, context: Context) -> list[Drafted]:
    """That a thing is no more in what it lay in, for those who did not know where that stood: they learn no more."""
    return [
        Drafted(Perceived(e, [e], [], props=[replace(see.stated(context.minds[e], prop), in_=None)]), bit(e), after=0)
        for e in entities_of(knowing)
    ]


def _as_known(mind: State, at: PropStated) -> PropStated:
    """A thing as a mind knows it, but where it is."""
    return replace(see.stated(mind, at.prop), in_=at.in_)


def _aware(prop: str, context: Context) -> Mask:
    """Everybody who ever perceived a prop."""
    return mask_of(e for e in ENTITIES if prop in context.minds[e].props)


def _has_it_right(mind: State, truth: State, prop: str) -> bool:
    """Whether a mind knows where a prop lies."""
    return prop in mind.props and mind.props[prop].in_ == truth.props[prop].in_


def _left(known: State, id: str, going: Sequence[str]) -> Place | None:
    """Where a thing comes to lie, as far as is known, when what it lies in goes: where that stood; out of a hand it is
    put down, if there is a floor."""
    outer = known.props[id].in_
    while outer is not None and outer.prop is not None and outer.prop in going:
        outer = known.props[outer.prop].in_ if outer.prop in known.props else None
    if outer is not None and outer.entity is not None:
        holder = known.entities.get(outer.entity)
        outer = Place(container=holder.container) if holder is not None and holder.container is not None else outer
    return outer
