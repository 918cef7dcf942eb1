"""The methods of a part of the catalogue. Branches."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

_IMPACT = {
    "events": {"line.said": 2}, "lines": [], "memories": [], "occasions": [], "props": [], "edges": [], "states": {},
}  # fmt: skip

HISTORY = (
    Method(
        "retake", m.RetakeParams, m.RetakeResult,
        "Asks for a reply anew on a sibling branch from just before it; `note` steers that take alone. Where not a "
        "word comes of it, the branch from which it was asked is made current again.",
        (*WRITE, e.REFUSED, e.BUSY),
        ordered=True,
        see=("takes", "switch", "play"),
    ),
    Method(
        "takes", m.TakesParams, m.TakesResult,
        "The lines that answer what a line answers, each with the branch on which it lies; `switch` chooses.",
        STORY, {"story": "s1", "line": "l2"},
        {
            "takes": [
                {"branch": "b1", "line": "l2", "seq": 6, "who": "a", "text": "Come in.", "current": True, "cut": False}
            ]
        },
        ordered=True, large=True, reads=True,
        see=("retake", "switch"),
    ),
    Method(
        "revise", m.ReviseParams, m.ReviseResult,
        "Gives a line other words: in place (what derived from it is made anew; forks and rewinds keep them) or as a "
        "fork from just before it.",
        (*WRITE, e.REFUSED, e.CONFLICT),
        {"story": "s1", "line": "l1", "text": "Is nobody awake?", "mode": "in_place"},
        {"head": 12, "branch": "b1", "line": "l1", "revision": 12},
        ordered=True,
        see=("retake", "delete", "reread"),
    ),
    Method(
        "rewind", m.RewindParams, m.RewindResult,
        "Forks at an earlier point and makes that the current branch; `undo` names the branch to go back to.",
        WRITE,
        ordered=True, large=True,
        see=("fork", "switch", "branches", "delete"),
    ),
    Method(
        "fork", m.ForkParams, m.ForkResult,
        "Makes a branch from any commit, named or not; the current branch stays what it was.",
        WRITE,
        ordered=True,
        see=("rewind", "switch", "branches"),
    ),
    Method(
        "branches", m.BranchesParams, m.BranchesResult, "All branches of a story.", STORY,
        {"story": "s1"}, {"branches": []},
        ordered=True, large=True, reads=True,
        see=("fork", "rewind", "switch"),
    ),
    Method(
        "switch", m.SwitchParams, m.SwitchResult, "Makes another branch the current one.", WRITE,
        {"story": "s1", "branch": "b1"}, {"branch": "b1", "head": 6},
        ordered=True,
        see=("branches", "rewind", "takes"),
    ),
    Method(
        "delete", m.DeleteParams, m.DeleteResult,
        "Takes events out of the history, with what they caused (no further lines) and what derives from any of it. "
        "Where that is a line's revision, its words before stand again, and what derived from them is back.",
        (*WRITE, e.CONFLICT), {"story": "s1", "targets": [6], "preview": True}, {"impact": _IMPACT, "gone": [6, 7]},
        ordered=True, large=True,
        see=("reinstate", "rewind", "purge"),
    ),
    Method(
        "reinstate", m.ReinstateParams, m.ReinstateResult,
        "Brings back what was deleted by these targets; a summary that had been written in its place goes.",
        (*WRITE, e.CONFLICT), {"story": "s1", "targets": [6]}, {"head": 14, "back": [6, 7], "retired": []},
        ordered=True, large=True,
        see=("delete", "project"),
    ),
    Method(
        "purge", m.PurgeParams, m.PurgeResult,
        "Takes away words for good and everywhere, for privacy: of these events and what derives from them, on every "
        "branch, or of the whole story; with them the records of the calls of models that may have read them. Order "
        "and hash chain stay. A key of what was purged is answered as the first time, whatever is asked with it. It "
        "cannot be undone; `preview` tells what would go.",
        (*WRITE, e.BUSY), {"story": "s1", "targets": [6], "confirm": True},
        {"purged": 2, "backups": 0, "beyond": "Not reached from here: what was exported or shown elsewhere."},
        ordered=True,
        see=("delete", "backup"),
    ),
)  # fmt: skip
