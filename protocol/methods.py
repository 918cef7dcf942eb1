"""The shapes of every method's params and results. The table that binds them to names is protocol/catalogue.py."""

from typing import Annotated, Any, Literal

import msgspec

from protocol.commands import AnyCommand
from protocol.events import Event
from protocol.ids import EntityId, Id, Seq, Text
from protocol.world import Manner, RecalledKind

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
ViewName = Literal[
    "scene", "world", "entity", "edges", "transcript", "memories", "occasions", "threads", "timeline", "prompt", "state"
]
Phase = Literal["started", "recalling", "rendering", "replied", "reading", "done", "failed", "stopped"]
Role = Literal["render", "read", "embed"]


class Params(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all params: an unknown name is refused rather than ignored, since it may be a misspelt mask."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all results: always an object."""


class NoParams(Params, frozen=True, kw_only=True):
    """Takes nothing."""


class Empty(Result, frozen=True, kw_only=True):
    """Says nothing."""


class OfStory(Params, frozen=True, kw_only=True):
    """What every method of a story takes; the branch is the story's current one if left out."""

    story: Ref
    branch: Ref | None = None


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
    """Work that is done behind play: `done` of `of` parts so far, and `why` it did not go on the last time, if so."""

    id: str
    kind: Literal["summary", "account"]
    story: str
    branch: str
    what: str
    state: Literal["running", "waiting"]
    done: int
    of: int
    why: str


class JobsResult(Result, frozen=True, kw_only=True):
    jobs: list[Job]


class StorySummary(Result, frozen=True, kw_only=True):
    story: str
    title: str
    branch: str
    head: int
    lines: int
    updated: str


class StoriesResult(Result, frozen=True, kw_only=True):
    stories: list[StorySummary]


class CreateParams(Params, frozen=True, kw_only=True):
    title: Annotated[str, msgspec.Meta(max_length=500)]
    setup: Annotated[list[AnyCommand], msgspec.Meta(max_length=10_000)] = []
    template: str | None = None


class CreateResult(Result, frozen=True, kw_only=True):
    story: str
    branch: str
    head: int


class AppendParams(OfStory, frozen=True, kw_only=True):
    commands: Annotated[list[AnyCommand], msgspec.Meta(max_length=10_000)]
    expected: Seq | None = None
    key: Key | None = None


class AppendResult(Result, frozen=True, kw_only=True):
    head: int
    turn: int
    events: list[Event]


class ProjectParams(OfStory, frozen=True, kw_only=True):
    """`entity` is for the view of that name, `speaker` for prompt; the rest pages transcript and the like."""

    view: ViewName
    lens: list[EntityId] = []
    at: Seq | None = None
    entity: EntityId | None = None
    speaker: EntityId | None = None
    scene: Id | None = None
    before: Seq | None = None
    after: Seq | None = None
    limit: Limit = 100


class ProjectResult(Result, frozen=True, kw_only=True):
    view: ViewName
    at: int
    lens: list[EntityId]
    data: dict[str, Any] | msgspec.Raw


class StreamParams(OfStory, frozen=True, kw_only=True):
    after: Seq | None = None
    of_branch: Ref | None = None
    tokens: bool = True


class Draft(Result, frozen=True, kw_only=True):
    turn: int
    line: str
    speaker: EntityId | None
    text: str


class TurnState(Result, frozen=True, kw_only=True, omit_defaults=True):
    """The phase that a turn was last in."""

    turn: int
    phase: Phase
    line: str | None = None
    detail: dict[str, Any] | None = None


class StreamResult(Result, frozen=True, kw_only=True):
    """`turns` tells of the story's latest turn since the daemon began, running or over, if there was one."""

    subscription: str
    branch: str
    head: int
    drafts: list[Draft]
    turns: list[TurnState] = []


class UnstreamParams(Params, frozen=True, kw_only=True):
    subscription: str


class PlayParams(OfStory, frozen=True, kw_only=True, rename={"as_": "as"}):
    """`manner` left out: the text is split by its markup (*action*, `thought`, the rest is speech)."""

    text: Text | None = None
    as_: EntityId = "you"
    manner: Manner | None = None
    to: list[EntityId] = []
    speaker: EntityId | None = None
    mode: Literal["reply", "continue", "impersonate", "narrate", "silent"] = "reply"
    model: str | None = None
    params: dict[str, Any] = {}
    expected: Seq | None = None
    key: Key | None = None


class PlayResult(Result, frozen=True, kw_only=True):
    turn: int
    head: int


class StopParams(OfStory, frozen=True, kw_only=True):
    turn: int | None = None


class StopResult(Result, frozen=True, kw_only=True):
    turn: int | None
    kept: str


class RereadParams(OfStory, frozen=True, kw_only=True):
    line: Ref


class Changed(Result, frozen=True, kw_only=True):
    """One thing that changed, in words for people, and the seqs of the events that it consists of."""

    text: str
    seqs: list[int]


class RefusedProposal(Result, frozen=True, kw_only=True):
    """A change that prose proposed and a rule refused."""

    rule: str
    why: str


class RereadResult(Result, frozen=True, kw_only=True):
    """`reading` is ok, off, unreadable, unavailable or failed; `why` tells more. The end of a turn tells the same."""

    turn: int
    reading: str
    changes: list[Changed]
    refused: list[RefusedProposal]
    why: str = ""


class RewindParams(OfStory, frozen=True, kw_only=True):
    to: Seq
    preview: bool = False


class Impact(Result, frozen=True, kw_only=True):
    """What an act would change: events by kind, the lines that go, and the states' differences by lens."""

    events: dict[str, int]
    lines: list[dict[str, Any]]
    states: dict[str, dict[str, Any]]


class RewindResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`undo` is the branch to switch to; branch, head and undo are missing from a preview."""

    impact: Impact
    to: int
    branch: str | None = None
    head: int | None = None
    undo: str | None = None


class RecallParams(OfStory, frozen=True, kw_only=True):
    """`kinds` left out are all of them; `at` rounds down to the end of a commit."""

    lens: list[EntityId] = []
    query: Annotated[str, msgspec.Meta(max_length=10_000)]
    k: Annotated[int, msgspec.Meta(ge=1, le=200)] = 10
    kinds: list[RecalledKind] = []
    at: Seq | None = None


class Recalled(Result, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A line (its id), a memory or an entry of lore. `score` is the sum of its named `parts`.

    `who` said it, or told it. `from` are the seqs of the line's parts, or those the memory derives from.
    """

    memory: str
    seq: int
    kind: RecalledKind
    text: str
    score: float
    parts: dict[str, float]
    who: EntityId | None
    witnesses: tuple[EntityId, ...]
    from_: list[int]


class RecallResult(Result, frozen=True, kw_only=True):
    """Best first; `at` is the seq as of which was recalled."""

    at: int
    memories: list[Recalled]


class BranchesParams(OfStory, frozen=True, kw_only=True):
    """`branch` is taken and changes nothing: all are listed."""


class Branch(Result, frozen=True, kw_only=True):
    branch: str
    parent: str | None
    fork_seq: int
    kind: str
    name: str
    head: int
    current: bool


class BranchesResult(Result, frozen=True, kw_only=True):
    branches: list[Branch]


class SwitchParams(Params, frozen=True, kw_only=True):
    story: Ref
    branch: Ref


class SwitchResult(Result, frozen=True, kw_only=True):
    branch: str
    head: int


class ModelsResult(Result, frozen=True, kw_only=True):
    """`roles` as configured, `discovered` on this machine's usual ports, `presets` that can be named."""

    roles: list[dict[str, Any]]
    discovered: list[dict[str, Any]]
    presets: list[dict[str, Any]]


class UseModelParams(Params, frozen=True, kw_only=True):
    """Which model a role uses from now on; `base_url` is the present one's if left out."""

    role: Role
    model: str
    base_url: str | None = None


class UseModelResult(Result, frozen=True, kw_only=True):
    role: Role
    model: str
    endpoint: str


class ProbeParams(Params, frozen=True, kw_only=True):
    base_url: str | None = None
    model: str | None = None
    role: Role = "render"


class ProbeResult(Result, frozen=True, kw_only=True):
    endpoint: str
    ok: bool
    why: str
    report: dict[str, Any]


class CancelParams(Params, frozen=True, kw_only=True):
    id: int | str


class CancelResult(Result, frozen=True, kw_only=True):
    cancelled: bool


# notifications


class EventNote(Result, frozen=True, kw_only=True):
    """New events; `touches` names the views that may now read differently."""

    subscription: str
    story: str
    branch: str
    events: list[Event]
    touches: list[str]


class TokenNote(Result, frozen=True, kw_only=True):
    """A piece of a running draft; `offset` (in Unicode code points) says where it starts in the draft of its kind."""

    subscription: str
    branch: str
    turn: int
    line: str
    speaker: EntityId | None
    kind: Literal["text", "reasoning"]
    offset: int
    text: str


class TurnNote(Result, frozen=True, kw_only=True, omit_defaults=True):
    subscription: str
    turn: int
    phase: Phase
    line: str | None = None
    detail: dict[str, Any] | None = None


class BranchNote(Result, frozen=True, kw_only=True):
    """The branch that the subscription follows now; what a client holds beyond `common` is to be dropped."""

    subscription: str
    story: str
    branch: str
    head: int
    common: int


NOTIFICATIONS: dict[str, type[Result]] = {
    "event": EventNote,
    "token": TokenNote,
    "turn": TurnNote,
    "branch": BranchNote,
}
