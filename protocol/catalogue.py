"""The one table of methods: name, params, result, errors, a sentence, an example. All documents come from it."""

from typing import Any

import msgspec

from protocol import errors as e
from protocol import methods as m

VERSION = "1.0"
"""The protocol's version, `major.minor`; another major is refused."""

LIMITS = {
    "message_bytes": 4 * 1024 * 1024,
    "depth": 64,
    "batch": 50,
    "in_flight": 32,
    "id_bytes": 128,
    "hello_seconds": 5,
}


class Method(msgspec.Struct, frozen=True):
    """A method of the protocol. `ordered`: calls of one story on one connection are applied as received."""

    name: str
    params: type[Any]
    result: type[Any]
    doc: str
    errors: tuple[int, ...] = ()
    example: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    ordered: bool = False


_STORY = (e.NOT_FOUND, e.INVALID_PARAMS)
_WRITE = (*_STORY, e.STORAGE)

METHODS: dict[str, Method] = {
    x.name: x
    for x in (
        Method(
            "hello", m.HelloParams, m.HelloResult,
            "Says who calls and which protocol it speaks; over a WebSocket the first message, with the token.",
            (e.UNAUTHORISED, e.INVALID_PARAMS),
            {"client": "my-frontend", "protocol": VERSION},
            {"server": "fabula 0.1.0", "protocol": VERSION, "store": "9f2c", "capabilities": {}},
        ),
        Method(
            "rpc.discover", m.NoParams, dict, "The OpenRPC document of this catalogue.", (), {},
            {"openrpc": "1.3.2"},
        ),
        Method(
            "status", m.NoParams, m.StatusResult,
            "How the daemon is: versions, uptime, the store's size, the models' health, counts and warnings.",
            answer={
                "versions": {"fabula": "0.1.0"}, "uptime": 61.5, "pid": 4242,
                "store": {"path": "fabula.db", "bytes": 81920, "wal_bytes": 0, "schema": 1, "events": 6},
                "models": [{"role": "render", "endpoint": "embedded", "model": "smollm2", "ok": True, "why": ""}],
                "backlog": 0, "counts": {"stories": 1}, "warnings": [],
            },
        ),
        Method(
            "jobs", m.NoParams, m.JobsResult,
            "The work behind play that runs or waits: summaries of scenes, and accounts of time that was left out.",
            answer={
                "jobs": [
                    {
                        "id": "s1.b1.42", "kind": "summary", "story": "s1", "branch": "b1",
                        "what": "summaries of the scene “Dusk”, for you and b", "state": "waiting", "done": 1, "of": 3,
                        "why": "127.0.0.1:1234: does not answer: nothing listens there. Is the server started?",
                    }
                ]
            },
        ),
        Method(
            "stories", m.NoParams, m.StoriesResult, "All stories, the one last played first.",
            answer={
                "stories": [
                    {
                        "story": "s1", "title": "Rain", "branch": "b1", "head": 6, "lines": 2,
                        "updated": "2026-01-31T20:15:00.000Z",
                    }
                ]
            },
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
            (*_WRITE, e.REFUSED, e.CONFLICT, e.KEY_REUSED),
            {"story": "s1", "commands": [{"do": "move", "who": "a", "container": "inn"}], "key": "6f1"},
            {"head": 4, "turn": 2, "events": []},
            ordered=True,
        ),
        Method(
            "project", m.ProjectParams, m.ProjectResult,
            "A view of the story as of now or of `at`, as the lens knows it (nobody's lens is the truth).",
            _STORY,
            {"story": "s1", "view": "world", "lens": ["a"]},
            {"view": "world", "at": 4, "lens": ["a"], "data": {"containers": [], "props": []}},
            ordered=True,
        ),
        Method(
            "recall", m.RecallParams, m.RecallResult,
            "Finds what the lens said, heard or remembers by words, names and times, as of now or of `at`, best first.",
            _STORY,
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
            ordered=True,
        ),
        Method(
            "stream", m.StreamParams, m.StreamResult,
            "Subscribes: all events after `after`, then live ones, without a gap and without a repeat.",
            _STORY,
            {"story": "s1", "after": 4},
            {"subscription": "u1", "branch": "b1", "head": 4, "drafts": []},
            ordered=True,
        ),
        Method(
            "unstream", m.UnstreamParams, m.Empty, "Ends a subscription.", (e.NOT_FOUND, e.INVALID_PARAMS),
            {"subscription": "u1"}, {},
        ),
        Method(
            "play", m.PlayParams, m.PlayResult,
            "One turn: the line is durable when this answers; the reply follows on the stream.",
            (*_WRITE, e.REFUSED, e.BUSY, e.CONFLICT, e.KEY_REUSED),
            {"story": "s1", "text": "Is anyone awake?"},
            {"turn": 3, "head": 6},
            ordered=True,
        ),
        Method(
            "stop", m.StopParams, m.StopResult,
            "Stops the running reply; what was written so far becomes the line, marked as cut short.",
            _STORY, {"story": "s1"}, {"turn": 3, "kept": "She looks up and"},
        ),
        Method(
            "reread", m.RereadParams, m.RereadResult,
            "Reads the lines of a line's turn into changes of the world once more; answers when that is done.",
            _WRITE, {"story": "s1", "line": "l2"},
            {"turn": 4, "reading": "ok", "changes": [{"text": "ring → drawer", "seqs": [9]}], "refused": [], "why": ""},
        ),
        Method(
            "rewind", m.RewindParams, m.RewindResult,
            "Forks at an earlier point and makes that the current branch; `undo` names the branch to go back to.",
            _WRITE, {"story": "s1", "to": 4, "preview": True},
            {"impact": {"events": {"line.said": 2}, "lines": [], "states": {}}, "to": 4},
            ordered=True,
        ),
        Method(
            "branches", m.BranchesParams, m.BranchesResult, "All lines of history of a story.", _STORY,
            {"story": "s1"}, {"branches": []},
            ordered=True,
        ),
        Method(
            "switch", m.SwitchParams, m.SwitchResult, "Makes another branch the current one.", _WRITE,
            {"story": "s1", "branch": "b1"}, {"branch": "b1", "head": 6},
            ordered=True,
        ),
        Method(
            "models", m.NoParams, m.ModelsResult,
            "The models in use by role, those found on this machine's usual ports, and the presets.",
            answer={"roles": [{"role": "render", "model": "smollm2"}], "discovered": [], "presets": []},
        ),
        Method(
            "use_model", m.UseModelParams, m.UseModelResult,
            "From now on a role uses this model; kept in config.toml.",
            (e.INVALID_PARAMS, e.MODEL_UNAVAILABLE, e.STORAGE),
            {"role": "render", "model": "my-model", "base_url": "http://127.0.0.1:1234/v1"},
            {"role": "render", "model": "my-model", "endpoint": "127.0.0.1:1234"},
        ),
        Method(
            "probe", m.ProbeParams, m.ProbeResult, "Tries an endpoint and says what it can do.",
            (e.INVALID_PARAMS,), {"base_url": "http://127.0.0.1:1234/v1"},
            {"endpoint": "127.0.0.1:1234", "ok": True, "why": "", "report": {}},
        ),
        Method(
            "cancel", m.CancelParams, m.CancelResult, "Cancels a request of this connection by its id.",
            (e.INVALID_PARAMS,), {"id": 7}, {"cancelled": True},
        ),
        Method(
            "rotate_token", m.NoParams, m.Empty,
            "Replaces the token and closes the connections that used it; over the Unix socket only.",
            (e.UNAUTHORISED, e.STORAGE),
        ),
    )
}  # fmt: skip
"""Every method that the daemon serves, by name."""
