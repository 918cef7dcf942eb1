"""Reading prose back into proposed commands, for one mind: what is asked of a model, and what its answer comes to.

Pure. Whether the rules allow what is proposed, `decide` says.
"""

from daemon.telling.reading.answer import LONGEST_TIME, Declined, Proposal, Reading, Unreadable, parse
from daemon.telling.reading.passage import Heard, Passage
from daemon.telling.reading.prompt import again, messages
from daemon.telling.reading.schema import schema

__all__ = [
    "LONGEST_TIME",
    "Declined",
    "Heard",
    "Passage",
    "Proposal",
    "Reading",
    "Unreadable",
    "again",
    "messages",
    "parse",
    "schema",
]
