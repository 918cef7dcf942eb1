"""The methods of a part of the catalogue. The turn."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

TELLING = (
    Method(
        "play", m.PlayParams, m.PlayResult,
        "One turn: the line is durable when this answers; the reply follows on the stream.",
        (*WRITE, e.REFUSED, e.BUSY, e.CONFLICT, e.KEY_REUSED),
        {"story": "s1", "text": "Is anyone awake?"},
        {"turn": 3, "head": 6},
        ordered=True,
    ),
    Method(
        "stop", m.StopParams, m.StopResult,
        "Stops the running reply; what was written so far becomes the line, marked as cut short.",
        STORY, {"story": "s1"}, {"turn": 3, "kept": "She looks up and"},
    ),
    Method(
        "reread", m.RereadParams, m.RereadResult,
        "Reads the lines of a line's turn into changes of the world once more; answers when that is done.",
        WRITE, {"story": "s1", "line": "l2"},
        {"turn": 4, "reading": "ok", "changes": [{"text": "ring → drawer", "seqs": [9]}], "refused": [], "why": ""},
    ),
)  # fmt: skip
