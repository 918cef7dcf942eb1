"""A story through all eight lenses at once: what a pass over the log keeps where it folds for everybody. Pure."""

from collections.abc import Sequence

from daemon.story.evolve import EVOLVERS, evolve, sees
from daemon.story.state import State, initial
from protocol.events import Payload
from protocol.ids import EVERYBODY, Mask, Seq

LENSES = tuple(Mask(bits) for bits in range(EVERYBODY + 1))

States = Sequence[State]
"""By lens."""

START: States = tuple(initial(lens) for lens in LENSES)
"""Before the first event."""


def evolve_all(states: States, payload: Payload, seq: Seq, witnesses: Mask) -> States:
    """The states after an event: of those lenses that see it."""
    if payload.kind not in EVOLVERS:
        return states
    return [evolve(x, payload, seq) if sees(n, witnesses) else x for n, x in zip(LENSES, states, strict=True)]
