"""Deciding what is kept in mind and told: memories, hearsay, claims that may be lies."""

from msgspec.structs import replace

from daemon.story import in_words
from daemon.story import perception as see
from daemon.story.belief import believes, may_believe
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    bit,
    called,
    check_place,
    entity,
    narrowed,
    prop,
    refuse,
    the,
)
from daemon.story.decide.play import check_speaker
from daemon.story.state import State
from protocol.commands import Claim, Command, Remember, Share
from protocol.errors import not_found
from protocol.events import Claimed, MemoryFormed
from protocol.ids import NOBODY, EntityId, Mask, difference, entities_of, intersection, mask_of, union


class Form(Remember, frozen=True, kw_only=True):
    """A memory as the daemon forms it, with its reasons; not a command of the wire."""

    because: tuple[str, ...] = ()


def form(truth: State, c: Form, context: Context) -> list[Drafted]:
    """As with remembering; the reasons are on the event."""
    return [replace(d, payload=replace(d.payload, because=list(c.because))) for d in remember(truth, c, context)]


def remember(truth: State, c: Remember, context: Context) -> list[Drafted]:
    """A memory is never wider than what it derives from."""
    for e in c.by:
        entity(truth, e)
    if not c.by:
        refuse("wrong_value", "a memory needs somebody who remembers it (`by`)")
    if not 0 <= c.significance <= 10:
        refuse("wrong_value", "importance goes from 0 to 10")
    keepers = mask_of(c.by)
    for seq in c.from_:
        witnessed = context.known.get(seq)
        if witnessed is None:
            raise not_found("event", seq)
        if strange := difference(keepers, witnessed):
            refuse("not_theirs", f"{called(truth, *entities_of(strange))} didn't witness line {seq}")
    kept = MemoryFormed(context.ids.make("m"), c.gist, c.kind, c.significance, list(c.from_))
    return [Drafted(kept, keepers)]


class Tell(Share, frozen=True, kw_only=True):
    """What a line tells. `heard` is the mask of those who got its words; those of `doubted` do not believe it; not a
    command of the wire."""

    heard: Mask
    doubted: tuple[EntityId, ...] = ()


class Conclude(Command, frozen=True, kw_only=True):
    """Where somebody takes a thing to be from now on, of their own accord; not a command of the wire."""

    who: EntityId
    claim: Claim


def conclude(truth: State, c: Conclude, context: Context) -> list[Drafted]:
    """What is before one's eyes, or known at first hand, is not thought away."""
    entity(truth, c.who)
    thing = prop(truth, c.claim.prop)
    check_place(truth, c.claim.in_)
    mind = context.minds[c.who]
    if c.claim.prop not in mind.props:
        refuse("not_known", f"{called(truth, c.who)} doesn't know about {the(truth, c.claim.prop)}")
    if not may_believe(truth, mind, c.who, c.claim):
        return []
    return [Drafted(Claimed(c.who, [c.who], c.claim.prop, thing.name, c.claim.in_), bit(c.who))]


def share(truth: State, c: Share, context: Context) -> list[Drafted]:
    """Telling is heard like speech. Those told keep it as hearsay, and believe a claim unless they know better."""
    check_speaker(truth, c.by)
    for e in c.to:
        entity(truth, e)
    heard = c.heard if isinstance(c, Tell) else see.hearers(truth, c.by, "speech", c.to)
    told = mask_of(e for e in c.to if e != c.by)
    believers = intersection(told, heard)
    if not believers:
        refuse("not_present", f"nobody who is told can hear {called(truth, c.by)}")
    if c.memory is None and not c.gist and not c.claims:
        refuse("wrong_value", "say what is told: a memory, a summary or a claim")
    drafts = [_retold(c, context, intersection(told, heard))] if c.memory is not None else []
    drafts += [_claimed(truth, c, claim, intersection(told, heard), heard, context) for claim in c.claims]
    words = [c.gist] if c.gist else [in_words.claim(truth, c.by, claim.prop, claim.in_) for claim in c.claims]
    keepers = narrowed(c, intersection(told, heard))
    return drafts + [_hearsay(c.by, gist, keepers, context) for gist in words] * (
        c.memory is None and keepers != NOBODY
    )


def _retold(c: Share, context: Context, told: Mask) -> Drafted:
    """A memory of the teller's, as those told keep it."""
    known = context.memories.get(c.memory or "")
    if known is None:
        raise not_found("memory", c.memory)
    gist, keepers, seq = known
    if not keepers & bit(c.by):
        refuse("not_theirs", "they have no such memory to tell")
    return Drafted(MemoryFormed(context.ids.make("m"), gist, "hearsay", from_=[seq], told_by=c.by), told)


def _hearsay(by: EntityId, gist: str, told: Mask, context: Context) -> Drafted:
    """What was told in so many words, as those told keep it."""
    because = [f"told by {by}"]
    return Drafted(MemoryFormed(context.ids.make("m"), gist, "hearsay", told_by=by, because=because), told)


def _claimed(truth: State, c: Share, claim: Claim, told: Mask, heard: Mask, context: Context) -> Drafted:
    """That it was claimed, whether anybody believes it or not."""
    thing = prop(truth, claim.prop)
    check_place(truth, claim.in_)
    doubted = c.doubted if isinstance(c, Tell) else ()
    believers = [e for e in entities_of(told) if e not in doubted and believes(truth, context.minds[e], e, c.by, claim)]
    payload = Claimed(c.by, believers, claim.prop, thing.name, claim.in_)
    return acted(c, payload, union(heard, bit(c.by)))
