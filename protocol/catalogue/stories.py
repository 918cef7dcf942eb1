"""The methods of a part of the catalogue. Stories: made, changed, looked at, followed, searched."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

STORIES = (
    Method(
        "stories", m.NoParams, m.StoriesResult, "All stories, the one last played first.", (e.STORAGE,),
        answer={
            "stories": [
                {
                    "story": "s1", "title": "Rain", "branch": "b1", "head": 6, "lines": 2,
                    "updated": "2026-01-31T20:15:00.000Z",
                }
            ]
        },
        large=True,
    ),
    Method(
        "create", m.CreateParams, m.CreateResult,
        "Makes a story, and plays `setup` into it; adds no entities by itself.",
        (e.INVALID_PARAMS, e.REFUSED, e.NOT_FOUND, e.STORAGE),
        {"title": "Rain", "setup": [{"do": "add_container", "container": "inn", "name": "The inn"}]},
        {"story": "s1", "branch": "b1", "head": 3},
    ),
    Method(
        "append", m.AppendParams, m.AppendResult,
        "Applies commands in one commit, all of them or none. Accepted at any time.",
        (*WRITE, e.REFUSED, e.CONFLICT, e.KEY_REUSED),
        {"story": "s1", "commands": [{"do": "move", "who": "a", "container": "inn"}], "key": "6f1"},
        {"head": 4, "turn": 2, "events": []},
        ordered=True,
    ),
    Method(
        "project", m.ProjectParams, m.ProjectResult,
        "A view of the story as of now or of `at`, as the lens knows it (nobody's lens is the truth).",
        STORY,
        {"story": "s1", "view": "world", "lens": ["a"]},
        {"view": "world", "at": 4, "lens": ["a"], "data": {"containers": [], "props": []}},
        ordered=True, large=True,
    ),
    Method(
        "recall", m.RecallParams, m.RecallResult,
        "Finds what the lens said, heard or remembers by words, names and times, as of now or of `at`, best first.",
        STORY,
        {"story": "s1", "lens": ["a"], "query": "What did Sam say about the boat?", "k": 5},
        {
            "at": 9,
            "memories": [
                {
                    "memory": "l1", "seq": 5, "kind": "line", "text": "I sold the boat.", "score": 1.62,
                    "parts": {"words": 0.89, "speaker": 0.71, "time": 0.0, "recency": 0.02, "significance": 0.0},
                    "who": "you", "witnesses": ["you", "a"], "from": [5],
                }
            ],
        },
        ordered=True, large=True,
    ),
    Method(
        "stream", m.StreamParams, m.StreamResult,
        "Subscribes: all events after `after`, then live ones, without a gap and without a repeat.",
        STORY,
        {"story": "s1", "after": 4},
        {"subscription": "u1", "branch": "b1", "head": 4, "drafts": []},
        ordered=True,
    ),
    Method(
        "unstream", m.UnstreamParams, m.Empty, "Ends a subscription.", (e.NOT_FOUND, e.INVALID_PARAMS),
        {"subscription": "u1"}, {},
        gated=False,
    ),
)  # fmt: skip
