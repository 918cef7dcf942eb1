"""The methods of a part of the catalogue. Stories: made, changed, looked at, followed, searched."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import STORY, WRITE, Method

STORIES = (
    Method(
        "stories", m.StoriesParams, m.StoriesResult,
        "The stories, those that are pinned first, then the one last played; without those put away, unless asked for.",
        (e.INVALID_PARAMS, e.STORAGE),
        large=True, reads=True,
        see=("create", "change_story", "project", "import"),
    ),
    Method(
        "create", m.CreateParams, m.CreateResult,
        "Makes a story, and plays `setup` into it; adds no entities by itself.",
        (e.INVALID_PARAMS, e.REFUSED, e.NOT_FOUND, e.STORAGE),
        see=("templates", "append", "play", "stream"),
    ),
    Method(
        "change_story", m.ChangeStoryParams, m.StorySummary,
        "Says what a story is called, where it is kept and through whose eyes it is shown; its history stays as it is.",
        STORY,
        {"story": "s1", "title": "The inn in the rain", "pinned": True},
        {
            "story": "s1", "title": "The inn in the rain", "branch": "b1", "head": 23, "lines": 3,
            "updated": "2026-03-01T20:15:04.310Z", "shelf": "open", "pinned": True, "lens": None,
        },
        ordered=True,
        see=("stories", "purge"),
    ),
    Method(
        "append", m.AppendParams, m.AppendResult,
        "Applies commands in one commit, all of them or none. Accepted at any time.",
        (*WRITE, e.REFUSED, e.CONFLICT, e.KEY_REUSED),
        ordered=True,
        see=("play", "create", "stream"),
    ),
    Method(
        "project", m.ProjectParams, m.ProjectResult,
        "A view of the story as of now or of `at`, as the lens knows it (an empty lens shows the truth).",
        STORY,
        ordered=True, large=True, reads=True,
        see=("recall", "stream", "explain"),
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
        ordered=True, large=True, reads=True,
        see=("project", "explain"),
    ),
    Method(
        "stream", m.StreamParams, m.StreamResult,
        "Subscribes: all events after `after`, then live ones, without a gap and without a repeat.",
        STORY,
        ordered=True,
        see=("unstream", "play", "append"),
    ),
    Method(
        "unstream", m.UnstreamParams, m.Empty, "Ends a subscription.", (e.NOT_FOUND, e.INVALID_PARAMS),
        {"subscription": "u1"}, {},
        gated=False,
        see=("stream",),
    ),
)  # fmt: skip
