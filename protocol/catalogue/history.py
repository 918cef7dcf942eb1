"""The methods of a part of the catalogue. Lines of history."""

from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

HISTORY = (
    Method(
        "rewind", m.RewindParams, m.RewindResult,
        "Forks at an earlier point and makes that the current branch; `undo` names the branch to go back to.",
        WRITE, {"story": "s1", "to": 4, "preview": True},
        {"impact": {"events": {"line.said": 2}, "lines": [], "states": {}}, "to": 4},
        ordered=True,
    ),
    Method(
        "branches", m.BranchesParams, m.BranchesResult, "All lines of history of a story.", STORY,
        {"story": "s1"}, {"branches": []},
        ordered=True,
    ),
    Method(
        "switch", m.SwitchParams, m.SwitchResult, "Makes another branch the current one.", WRITE,
        {"story": "s1", "branch": "b1"}, {"branch": "b1", "head": 6},
        ordered=True,
    ),
)  # fmt: skip
