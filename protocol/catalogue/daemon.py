"""The methods of a part of the catalogue. The daemon itself."""

from protocol import errors as e
from protocol import methods as m
from protocol.catalogue.method import Method

DAEMON = (
    Method(
        "hello", m.HelloParams, m.HelloResult,
        "Says who calls and which protocol it speaks; over a WebSocket the first message, with the token.",
        (e.UNAUTHORISED, e.INVALID_PARAMS),
        urgent=True, gated=False,
        see=("status", "rotate_token", "rpc.discover"),
    ),
    Method(
        "rpc.discover", m.NoParams, dict, "The OpenRPC document of this catalogue.", (), {},
        {"openrpc": "1.3.2"},
        gated=False, large=True, reads=True,
        see=("hello",),
    ),
    Method(
        "status", m.NoParams, m.StatusResult,
        "How the daemon is: versions, uptime, the store's size, the models' health, counts and warnings.",
        gated=False, reads=True,
        see=("jobs", "models", "verify"),
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
        gated=False, reads=True,
        see=("status", "cancel"),
    ),
    Method(
        "cancel", m.CancelParams, m.CancelResult, "Cancels a request of this connection by its id.",
        (e.INVALID_PARAMS,), {"id": 7}, {"cancelled": True},
        urgent=True, gated=False,
        see=("stop", "jobs"),
    ),
    Method(
        "rotate_token", m.NoParams, m.Empty,
        "Replaces the token and closes the connections that used it; over the Unix socket only.",
        (e.UNAUTHORISED, e.STORAGE),
        gated=False,
        see=("hello",),
    ),
)  # fmt: skip
