"""Reading the world and the one bot's mind that is with `you` by one call. Pure.

What a mind would remember is then written by who was shown all that is asked about the world. So it is done only where
that is nothing but what this mind knows itself: the prompt made from its lens is the prompt made from the truth.
"""

from collections.abc import Sequence
from dataclasses import replace

from daemon.story.state import State
from daemon.story.world import World
from daemon.telling.reading import mind_call, world_call
from daemon.telling.reading.passage import Heard, Passage
from daemon.telling.reading.shapes import Shape, open_
from protocol.ids import BITS, EntityId, Mask, mask_of
from protocol.model import Message

MIND = (
    "If something mattered to {mind}, add mind, from what {mind} knows: {{fields}}, only what changed. What {mind} "
    "alone thinks, feels or knows stands nowhere else. answer its own questions too. On a tell, doubted=true if {mind} "
    "does not believe it."
)


def alone(p: Passage) -> EntityId | None:
    """The only bot that perceived these lines, where it knows all that a prompt about the world shows."""
    bots = [e for e in p.minds if e != "you"]
    if len(bots) != 1 or not p.parts:
        return None
    (who,) = bots
    return who if world_call.user(p, 0) == world_call.user(_through(p, who), 0) else None


def messages(p: Passage, room: int) -> list[Message]:
    """The prompt for both; the lines share `room` characters. `p.mind` is whose mind it is."""
    who = _mind(p)
    called = world_call.name(p.truth, who)
    fields = ", ".join([mind_call.GIST, mind_call.MOOD, mind_call.feeling(p, who), mind_call.WANTS])
    asked = MIND.replace("{fields}", fields).replace("{mind}", called)
    about = "\n".join(mind_call.known(p, who))
    return [
        Message("system", f"{world_call.system(p, f'those beside {called}')}\n\n{asked}"),
        Message("user", world_call.user(_through(p, who), room, about)),
    ]


def schema(p: Passage) -> Shape:
    """The JSON Schema of the answer about both."""
    return world_call.schema(p, mind=open_())


def _mind(p: Passage) -> EntityId:
    assert p.mind is not None  # noqa: S101 - it is asked for both where there is one
    return p.mind


def _through(p: Passage, who: EntityId) -> Passage:
    """The passage as a mind has it: the world that it knows, and of the lines those that it perceived, each as one that
    all perceived who are with it as far as it knows."""
    mind = p.world.minds[who]
    return replace(
        p,
        world=World(mind, p.world.minds),
        all=_heard(p.all, who, mind),
        before=_heard(p.before, who, mind),
    )


def _heard(lines: Sequence[Heard], who: EntityId, mind: State) -> list[Heard]:
    with_it = _company(mind, who)
    return [
        Heard(x.seq, x.who, x.manner, x.text, x.to, BITS[who] if x.manner == "thought" else with_it, x.mode)
        for x in lines
        if x.witnesses & BITS[who]
    ]


def _company(mind: State, who: EntityId) -> Mask:
    """The mask of those who are awake where somebody is, as far as a mind knows."""
    here = mind.entities[who].container
    return mask_of(e for e, x in mind.entities.items() if e == who or (x.container == here and x.awake))
