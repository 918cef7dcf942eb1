"""What happens to things, in sentences: who takes, gives, puts, hides and opens what; what it is like now. Pure."""

from msgspec.structs import replace

from daemon.story.in_words import the, where
from daemon.story.state import Prop
from daemon.telling.sentences.phrases import Telling, now, some
from protocol import events as ev
from protocol.ids import EntityId
from protocol.world import Place

_TAKES = {"held": "takes", "worn": "puts on", "carried": "pockets"}
_CHANGES = {
    ("worn", "held"): "takes off", ("worn", "carried"): "takes off and pockets", ("carried", "held"): "takes out",
}  # fmt: skip
"""What somebody does with a thing of their own, by how they had it and how they have it now."""


def moved(t: Telling, e: ev.PropMoved) -> str:
    """Who took it, gave it away or put it there; only where it is now, if nobody is known to have done it.

    What goes back into an occasion's record is part of the occasion's end, and a stop on the way is none.
    """
    known = t.was.props.get(e.prop)
    later = [p for p in t.beside if isinstance(p, ev.PropMoved) and p.prop == e.prop]
    on_its_way = e.in_ is None and later[-1:] != [e]
    if on_its_way or (known is not None and known.in_ == e.in_) or (e.in_ is not None and e.in_.occasion is not None):
        return ""
    was, thing = known.in_ if known is not None else None, the(e.name)
    if e.in_ is None:
        return f"{thing} is gone from where it was"
    had = was.entity if was is not None else None
    if e.in_.entity is not None:
        return _taken(t, thing, e.in_, e.in_.entity, was)
    who = t.by if t.by is not None else had
    return _put(t, thing, e.in_, who) if who is not None else f"{thing} is now {where(t.after, e.in_)}"


def _taken(t: Telling, thing: str, to: Place, taker: EntityId, was: Place | None) -> str:
    had, name = (was.entity if was is not None else None), t.name(taker)
    if had == taker and was is not None:
        return f"{name} {_CHANGES.get((was.how, to.how), _TAKES[to.how])} {thing}"
    if had is not None and t.by == taker:
        return f"{name} takes {thing} from {t.name(had)}"
    giver = had if had is not None else t.by
    if giver is None or giver == taker:
        return f"{name} {_TAKES[to.how]} {thing}"
    how = {"held": "", "worn": " to wear", "carried": ", out of sight"}[to.how]
    return f"{t.name(giver)} gives {thing} to {name}{how}"


def _put(t: Telling, thing: str, to: Place, who: EntityId) -> str:
    if to.hidden:
        return f"{t.name(who)} hides {thing} {where(t.after, replace(to, hidden=False))}"
    down = " down" if to.container is not None and to.spot is None and to.slot is None else ""
    return f"{t.name(who)} puts {thing}{down} {where(t.after, to)}"


def changed(t: Telling, e: ev.PropChanged) -> str:
    """Opened, shut, or different now."""
    was, known = t.was.props.get(e.prop), t.before.props.get(e.prop, Prop(e.name))
    told = []
    if was is not None and was.closed != e.closed:
        verb = "shuts" if e.closed else "opens"
        is_ = "shut" if e.closed else "open"
        told.append(f"{t.name(t.by)} {verb} {the(e.name)}" if t.by is not None else f"{the(e.name)} is {is_} now")
    if e.name != known.name:
        told.append(f"{the(known.name)} turns out to be {the(e.name)}")
    if e.condition != known.condition:
        told.append(now(the(e.name), e.condition) if e.condition else f"{the(e.name)} is as it was before")
    if e.description != known.description:
        told.append(f"there is more to see of {the(e.name)}: {e.description}" if e.description else "")
    return " and ".join(x for x in told if x)


def added(t: Telling, e: ev.PropAdded) -> str:
    """A thing that has come into being; what is kept for an occasion has not yet."""
    if e.in_ is None or e.in_.occasion is not None:
        return ""
    like = f" ({e.condition})" if e.condition else ""
    if e.in_.entity is not None:
        verb = {"held": "has", "worn": "wears", "carried": "carries"}[e.in_.how]
        return f"{t.name(e.in_.entity)} {verb} {some(e.name)}{', out of sight' * (e.in_.how == 'carried')}{like}"
    verb = "are" if some(e.name) == e.name and e.name.endswith("s") else "is"
    return f"there {verb} {some(e.name)} {where(t.after, e.in_)}{like}"


def removed(t: Telling, e: ev.PropRemoved) -> str:
    """A thing that is no more."""
    return f"{the(e.name)} is no more"
