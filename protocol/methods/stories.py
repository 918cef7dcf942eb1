"""Stories: listed, made, changed by commands, looked at, followed and searched."""

from typing import Annotated, Any

import msgspec

from protocol.commands import AnyCommand
from protocol.events import Event
from protocol.ids import EntityId, Id, Seq
from protocol.methods.shapes import Key, Limit, OfStory, Params, Phase, Ref, Result, ViewName
from protocol.world import RecalledKind


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
    """`template` names one or several of `templates`, played in this order before `setup`."""

    title: Annotated[str, msgspec.Meta(max_length=500)]
    setup: Annotated[list[AnyCommand], msgspec.Meta(max_length=10_000)] = []
    template: Id | Annotated[list[Id], msgspec.Meta(max_length=10)] | None = None


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
    """With a `lens` notifications hold only what it perceives: its events, the changes of a turn as it is told of them,
    of a draft what it would perceive of the whole paragraphs (the speaker's own lens: all of it), nothing of what was
    refused. Without one they hold everything."""

    lens: list[EntityId] = []
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
    """`head` is the last event that will be told, or was; as every head, none that was purged. `turns` tells of the
    story's latest turn since the daemon began, running or over, if there was one."""

    subscription: str
    branch: str
    head: int
    drafts: list[Draft]
    turns: list[TurnState] = []


class UnstreamParams(Params, frozen=True, kw_only=True):
    subscription: str


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
