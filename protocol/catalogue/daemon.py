"""The methods of a part of the catalogue. The daemon itself."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import VERSION, Method

DAEMON = (
    Method(
        "hello", m.HelloParams, m.HelloResult,
        "Says who calls and which protocol it speaks; over a WebSocket the first message, with the token.",
        (e.UNAUTHORISED, e.INVALID_PARAMS),
        {"client": "my-frontend", "protocol": VERSION},
        {"server": "fabula 0.1.0", "protocol": VERSION, "store": "9f2c", "capabilities": {}},
        urgent=True, gated=False,
    ),
    Method(
        "rpc.discover", m.NoParams, dict, "The OpenRPC document of this catalogue.", (), {},
        {"openrpc": "1.3.2"},
        gated=False, large=True,
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
        gated=False,
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
        gated=False,
    ),
    Method(
        "cancel", m.CancelParams, m.CancelResult, "Cancels a request of this connection by its id.",
        (e.INVALID_PARAMS,), {"id": 7}, {"cancelled": True},
        urgent=True, gated=False,
    ),
    Method(
        "rotate_token", m.NoParams, m.Empty,
        "Replaces the token and closes the connections that used it; over the Unix socket only.",
        (e.UNAUTHORISED, e.STORAGE),
        gated=False,
    ),
)  # fmt: skip
