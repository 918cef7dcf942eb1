"""Reading prose back into proposed commands: what is asked of a model about the world and about each mind, and what its
answers come to.

Pure. Whether the rules allow what is proposed, `decide` says.
"""

from daemon.telling.reading.answer import (
    LONGEST_TIME,
    Change,
    Declined,
    Reading,
    brought_by,
    commands_of,
    parse,
    tellings,
)
from daemon.telling.reading.ears import Ears
from daemon.telling.reading.mending import Unreadable, object_of
from daemon.telling.reading.passage import Heard, Moved, Passage

__all__ = [
    "LONGEST_TIME",
    "Change",
    "Declined",
    "Ears",
    "Heard",
    "Moved",
    "Passage",
    "Reading",
    "Unreadable",
    "brought_by",
    "commands_of",
    "object_of",
    "parse",
    "tellings",
]
