"""What the daemon says of itself: greeting, status, the work behind play; and what it is told to leave off."""

from typing import Any, Literal

import msgspec

from protocol.methods.shapes import Params, Result, Role


class HelloParams(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    client: str
    """The name of your program, in your own words."""
    protocol: str
    """The version of the protocol that you speak, `major.minor`; a server of another major version refuses."""
    token: str | None = None
    """The content of the daemon's token file; needed over a WebSocket, ignored over the Unix socket."""


class HelloResult(Result, frozen=True, kw_only=True):
    server: str
    """The name and version of the daemon, such as `fabula 0.1.0`."""
    protocol: str
    """The version of the protocol that the daemon speaks."""
    store: str
    """The name of the store; another name than before means that the seqs you hold belong to other events."""
    capabilities: dict[str, Any]
    """What this daemon can do: `limits` (as under Limits), `methods` (their names), and `http`, the base URL of the web
    door."""


class StoreStatus(Result, frozen=True, kw_only=True):
    """The file that holds all stories."""

    path: str
    """The path of the file."""
    bytes: int
    """The size of the file in bytes."""
    wal_bytes: int
    """The size of the write-ahead log beside it in bytes."""
    schema: int
    """The version of the file's tables."""
    events: int
    """How many events the file holds, which is the seq of the latest."""
    read_only: str = ""
    """Why the store can only be read just now, in words; empty where it can be written."""


class RoleStatus(Result, frozen=True, kw_only=True):
    """The model that has a role, and how its last call went."""

    role: Role
    """The role."""
    endpoint: str
    """Where the model is asked: a host (and port), or `embedded`."""
    model: str
    """The name of the model as configured; empty for the first one that the endpoint offers."""
    ok: bool | None
    """Whether the last call succeeded; null where none was made since the daemon started."""
    why: str = ""
    """Why the last call failed, in words; empty where it did not. For `embed`: why `recall` goes by words alone."""
    languages: str = ""
    """For `embed`: the languages whose meaning the model knows, in words; empty where that is not known. A text in
    another is found by its words."""


class StatusResult(Result, frozen=True, kw_only=True):
    versions: dict[str, str]
    """The versions of what runs, by name: `fabula`, `protocol`, `schema`, `sqlite`, `python`, `sqlite-vec`."""
    uptime: float
    """Seconds since the daemon started."""
    pid: int
    """The id of the daemon's process."""
    store: StoreStatus
    """The file that holds all stories."""
    models: list[RoleStatus]
    """The models in use, one for each role."""
    backlog: int
    """How many summaries are still to be written, and imported chats to be read."""
    counts: dict[str, int]
    """How many there are of each: `stories`, `branches`, `subscriptions`, `turns` (running), `in_flight` (calls that
    wait for an answer) and `ignored` (requests without an id that could not be served)."""
    warnings: list[str]
    """What a person should know about this daemon, one sentence each; empty where all is well."""


class Job(Result, frozen=True, kw_only=True):
    """A piece of work that is done behind play."""

    id: str
    """The id of the work, unique among what runs now."""
    kind: Literal["summary", "account", "backup", "restore", "verify", "import", "delete", "embed", "read"]
    """What is done: a scene is summed up (`summary`), time that was left out is (`account`), texts are embedded for
    `recall` (`embed`), an imported chat is read into the world and remembered (`read`), or a long call runs."""
    story: str
    """The story it is about; empty where it is about the whole store."""
    branch: str
    """The branch it is about; empty where it is about the whole store."""
    what: str
    """The work in words for people."""
    state: Literal["running", "waiting"]
    """Whether it is being done now or is still to be done."""
    done: int
    """How many of its parts are done."""
    of: int
    """How many parts it has; 0 where that is not known yet."""
    why: str
    """Why the last try came to nothing, in words; empty if there was no such try."""


class JobsResult(Result, frozen=True, kw_only=True):
    jobs: list[Job]
    """The work that runs or waits."""


class CancelParams(Params, frozen=True, kw_only=True):
    id: int | str
    """The id of the request to be cancelled."""


class CancelResult(Result, frozen=True, kw_only=True):
    cancelled: bool
    """Whether such a request was running; it is answered with -32800."""
