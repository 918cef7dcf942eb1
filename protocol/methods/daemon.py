"""What the daemon says of itself: greeting, status, the work behind play; and what it is told to leave off."""

from typing import Any, Literal

import msgspec

from protocol.methods.shapes import Params, Result, Role


class HelloParams(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    client: str
    protocol: str
    token: str | None = None


class HelloResult(Result, frozen=True, kw_only=True):
    server: str
    protocol: str
    store: str
    capabilities: dict[str, Any]


class StoreStatus(Result, frozen=True, kw_only=True):
    path: str
    bytes: int
    wal_bytes: int
    schema: int
    events: int
    read_only: str = ""


class RoleStatus(Result, frozen=True, kw_only=True):
    role: Role
    endpoint: str
    model: str
    ok: bool | None
    why: str = ""


class StatusResult(Result, frozen=True, kw_only=True):
    versions: dict[str, str]
    uptime: float
    pid: int
    store: StoreStatus
    models: list[RoleStatus]
    backlog: int
    counts: dict[str, int]
    warnings: list[str]


class Job(Result, frozen=True, kw_only=True):
    """Work that is done behind play: `done` of `of` parts so far, and `why` it did not go on the last time, if so.

    Work on the whole store has no story: `story` and `branch` are empty.
    """

    id: str
    kind: Literal["summary", "account", "backup", "restore", "verify", "import", "delete"]
    story: str
    branch: str
    what: str
    state: Literal["running", "waiting"]
    done: int
    of: int
    why: str


class JobsResult(Result, frozen=True, kw_only=True):
    jobs: list[Job]


class CancelParams(Params, frozen=True, kw_only=True):
    id: int | str


class CancelResult(Result, frozen=True, kw_only=True):
    cancelled: bool
