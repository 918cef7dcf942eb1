"""Whether a mind believes a claim that it hears: where a thing is, or that it is gone. Pure; the one place to ask.

Of one who is told that a thing is THERE, or that it is gone, the first row that fits decides:

    what the listener knows                                                             believes
    the listener is the one who claims it                                               no
    the listener sees the thing now, and it is THERE                                    yes
    the listener sees the thing now, elsewhere                                          no
    the listener sees all of THERE now, and not the thing                               no
    the listener saw or did where the thing is, and has been with it since: THERE       yes
    the listener saw or did where the thing is, and has been with it since: elsewhere   no
    it is gone, and the listener believes it to be in the room where it is missed       yes
    it is gone, and the listener believes it to be elsewhere, or does not know it       no
    anything else                                                                       yes

A thing is missed in the room of the one who claims that it is gone. Whoever does not believe a claim still keeps that
it was said, as hearsay (see decide/minds.py).
"""

from daemon.story import perception as see
from daemon.story.evolve import fits, whereabouts
from daemon.story.state import State
from protocol.commands import Claim
from protocol.ids import BITS, EntityId


def believes(truth: State, mind: State, listener: EntityId, by: EntityId, claim: Claim) -> bool:
    """Whether a listener, whose own state is `mind`, believes a claim of `by`, by the table above."""
    if listener == by or not may_believe(truth, mind, listener, claim):
        return False
    return claim.in_ is not None or _missed_there(truth, mind, by, claim.prop)


def may_believe(truth: State, mind: State, listener: EntityId, claim: Claim) -> bool:
    """Whether nothing that a mind sees, or has seen and not left since, speaks against a claim."""
    shown = see.plain_sight(truth, listener, BITS[listener])
    seen = {p.prop: p.in_ for p in shown.props} if shown is not None else {}
    if claim.prop in seen:
        return fits(claim.in_, seen[claim.prop])
    if shown is not None and claim.in_ is not None and whereabouts(claim.in_) in shown.seen:
        return False
    known = mind.props.get(claim.prop)
    return known is None or not known.firsthand or fits(claim.in_, known.in_)


def _missed_there(truth: State, mind: State, by: EntityId, prop: str) -> bool:
    """Whether a mind believes a thing to be, in plain sight or hidden, in the room where somebody misses it."""
    if prop not in mind.props:
        return False
    place = see.outermost(mind, prop)
    return place is not None and place.container is not None and place.container == truth.entities[by].container
