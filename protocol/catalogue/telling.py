"""The methods of a part of the catalogue. The turn."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

TELLING = (
    Method(
        "play", m.PlayParams, m.PlayResult,
        "One turn: the line is durable when this answers; the reply follows on the stream.",
        (*WRITE, e.REFUSED, e.BUSY, e.CONFLICT, e.KEY_REUSED),
        ordered=True,
        see=("stream", "stop", "retake", "append"),
    ),
    Method(
        "stop", m.StopParams, m.StopResult,
        "Stops the running reply; what was written so far becomes the line, marked as cut short.",
        STORY, {"story": "s1"}, {"turn": 3, "kept": "She looks up and"},
        urgent=True,
        see=("play", "retake"),
    ),
    Method(
        "explain", m.ExplainParams, m.ExplainResult,
        "The prompt that made a line, itemised, and what was withheld from its speaker.",
        STORY, {"story": "s1", "line": "l2"},
        {
            "line": "l2", "speaker": "a", "lens": ["a"], "at": 6,
            "sections": [
                {"name": "transcript", "tokens": 9, "why": "the lines that the speaker perceived", "from": [6],
                 "text": "Sam: Is anyone awake?"},
            ],
            "withheld": [{"sort": "line", "text": "Sam (thought): I hope not.", "from": [5]}],
            "messages": [{"role": "system", "content": "You are Mara in an interactive story."}],
            "tokens": 240, "budget": 7728, "model": "my-model", "endpoint": "127.0.0.1:1234", "params": {},
            "exact": True, "reason": "",
        },
        large=True, reads=True,
        see=("play", "project", "recall"),
    ),
    Method(
        "reread", m.RereadParams, m.RereadResult,
        "Reads the lines of a line's turn into changes of the world once more; answers when that is done.",
        WRITE, {"story": "s1", "line": "l2"},
        {
            "turn": 4, "reading": "ok", "refused": [], "why": "",
            "changes": [{"text": "Mara takes the ring", "seqs": [9], "witnesses": ["you", "a"]}],
        },
        see=("play", "revise"),
    ),
)  # fmt: skip
