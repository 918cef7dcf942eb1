"""A story through every lens at once: what a pass over the log keeps where it folds for everybody. Pure."""

from collections.abc import Sequence

from daemon.story.evolve import EVOLVERS, evolve
from daemon.story.lenses import LENSES, shows
from daemon.story.state import State, initial
from protocol.events import Payload
from protocol.ids import Mask, Seq

States = Sequence[State]
"""By lens, in the order of LENSES."""

START: States = tuple(initial(lens) for lens in LENSES)
"""Before the first event."""


def evolve_all(states: States, payload: Payload, seq: Seq, witnesses: Mask, seems: Mask | None) -> States:
    """The states after an event: of those lenses that show it."""
    if payload.kind not in EVOLVERS:
        return states
    return [evolve(x, payload, seq) if shows(n, witnesses, seems) else x for n, x in zip(LENSES, states, strict=True)]
