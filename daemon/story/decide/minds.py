"""Deciding what is kept in mind and told: memories, hearsay, claims that may be lies."""

from msgspec.structs import replace

from daemon.story import perception as see
from daemon.story.decide.desk import Context, Drafted, bit, called, check_place, entity, mask, prop, refuse
from daemon.story.decide.play import check_speaker
from daemon.story.evolve import whereabouts
from daemon.story.state import State
from protocol.commands import Claim, Remember, Share
from protocol.errors import not_found
from protocol.events import Claimed, MemoryFormed
from protocol.ids import BITS, EntityId, Mask, difference, entities_of, intersection, mask_of, union


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
        refuse("wrong_value", "a memory is somebody's: name them in `by`")
    if not 0 <= c.significance <= 10:
        refuse("wrong_value", "significance is from 0 to 10")
    keepers = mask_of(c.by)
    for seq in c.from_:
        witnessed = context.known.get(seq)
        if witnessed is None:
            raise not_found("event", seq)
        if strange := difference(keepers, witnessed):
            strangers = " and ".join(entities_of(strange))
            refuse("not_theirs", f"{strangers} did not witness {seq}")
    kept = MemoryFormed(context.ids.make("m"), c.gist, c.kind, c.significance, list(c.from_))
    return [Drafted(kept, keepers)]


def share(truth: State, c: Share, context: Context) -> list[Drafted]:
    """Telling is heard like speech; only those told believe, unless their eyes tell them otherwise."""
    check_speaker(truth, c.by)
    for e in c.to:
        entity(truth, e)
    heard = see.hearers(truth, c.by, "speech", c.to)
    told = mask_of(e for e in c.to if e != c.by)
    believers = intersection(told, heard)
    if not believers:
        refuse("not_present", f"nobody who is told hears {called(truth, c.by)}; name those within earshot in `to`")
    if c.memory is None and not c.claims:
        refuse("wrong_value", "telling needs a memory or a claim")
    drafts: list[Drafted] = []
    if c.memory is not None:
        drafts.append(_hearsay(c, context, believers))
    for claim in c.claims:
        drafts.append(_claimed(truth, c, claim, believers, heard))
    return drafts


def _hearsay(c: Share, context: Context, told: Mask) -> Drafted:
    known = context.memories.get(c.memory or "")
    if known is None:
        raise not_found("memory", c.memory)
    gist, keepers, seq = known
    if not keepers & bit(c.by):
        refuse("not_theirs", f"{c.by} has no such memory to tell")
    return Drafted(MemoryFormed(context.ids.make("m"), gist, "hearsay", from_=[seq], told_by=c.by), told)


def _claimed(truth: State, c: Share, claim: Claim, told: Mask, heard: Mask) -> Drafted:
    thing = prop(truth, claim.prop)
    check_place(truth, claim.in_)
    believers = [e for e in entities_of(told) if not _contradicted(truth, e, claim)]
    payload = Claimed(c.by, believers, claim.prop, thing.name, claim.in_)
    return Drafted(payload, mask(c, union(heard, bit(c.by))))


def _contradicted(truth: State, listener: EntityId, claim: Claim) -> bool:
    """Whether a claim contradicts what stands before the listener's eyes."""
    shown = see.plain_sight(truth, listener, BITS[listener])
    if shown is None:
        return False
    seen = {p.prop: p.in_ for p in shown.props}
    if claim.prop in seen:
        return seen[claim.prop] != claim.in_
    return whereabouts(claim.in_) in shown.seen
