"""Branches: what lies on which of them, and how one goes back."""

from typing import Annotated, Any, Literal

import msgspec

from protocol.ids import EntityId, Seq, Text
from protocol.methods.shapes import OfStory, Params, Ref, Result


class RewindParams(OfStory, frozen=True, kw_only=True):
    to: Seq
    preview: bool = False


class Impact(Result, frozen=True, kw_only=True):
    """What an act would change: events by kind, the lines and memories that go, and what of the world reads otherwise.

    A memory that is `pending` is a summary that will be written anew. `occasions`, `props` and `edges` tell what was
    and what is then, in truth; `states` by lens every difference, by dotted path: [before, after].
    """

    events: dict[str, int]
    lines: list[dict[str, Any]]
    memories: list[dict[str, Any]] = []
    occasions: list[dict[str, Any]] = []
    props: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    states: dict[str, dict[str, Any]]


class RewindResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`undo` is the branch to switch to; branch, head and undo are missing from a preview."""

    impact: Impact
    to: int
    branch: str | None = None
    head: int | None = None
    undo: str | None = None


class BranchesParams(Params, frozen=True, kw_only=True):
    story: Ref


class Branch(Result, frozen=True, kw_only=True):
    """A branch; `came_from` is the branch that was current until this one was made so, to go back to."""

    branch: str
    parent: str | None
    fork_seq: int
    kind: str
    name: str
    head: int
    current: bool
    came_from: str | None = None


class BranchesResult(Result, frozen=True, kw_only=True):
    branches: list[Branch]


class SwitchParams(Params, frozen=True, kw_only=True):
    story: Ref
    branch: Ref


class SwitchResult(Result, frozen=True, kw_only=True):
    branch: str
    head: int


class ForkParams(OfStory, frozen=True, kw_only=True):
    """`at` left out is the head; it rounds down to the end of a commit."""

    at: Seq | None = None
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ForkResult(Result, frozen=True, kw_only=True):
    """`at` is where it forks, as rounded. The current branch stays what it was."""

    branch: str
    head: int
    at: int


class TakesParams(OfStory, frozen=True, kw_only=True):
    """Any of the takes may be named."""

    line: Ref


class TakeOf(Result, frozen=True, kw_only=True):
    """A line that answers the same; `current` where the current branch shows it. `cut`: it was cut short."""

    branch: str
    line: str
    seq: int
    who: EntityId | None
    text: str
    current: bool
    cut: bool = False


class TakesResult(Result, frozen=True, kw_only=True):
    """Oldest first."""

    takes: list[TakeOf]


class RetakeParams(OfStory, frozen=True, kw_only=True):
    """`line` left out is the last reply, or what was narrated or written for `you` since. `note` steers the new take
    alone and is seen by no one else."""

    line: Ref | None = None
    note: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    model: str | None = None
    params: dict[str, Any] = {}


class RetakeResult(Result, frozen=True, kw_only=True):
    turn: int
    branch: str


class ReviseParams(OfStory, frozen=True, kw_only=True):
    """In place: what follows stays, and what derived from the line is read and remembered anew. As a fork: what
    follows stays on the branch that is left."""

    line: Ref
    text: Text
    mode: Literal["in_place", "fork"] = "in_place"
    expected: Seq | None = None


class ReviseResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`line` is another one in a fork; `revision` is the seq that a `delete` takes back, of one in place."""

    head: int
    branch: str
    line: str
    revision: int | None = None


class DeleteParams(OfStory, frozen=True, kw_only=True):
    """The seqs of any events; that of a line's first part stands for the whole line, and that of the first part's
    revision for the whole revision."""

    targets: Annotated[list[Seq], msgspec.Meta(min_length=1, max_length=10_000)]
    preview: bool = False
    expected: Seq | None = None


class DeleteResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`gone` are the seqs that go; `back` what comes back, since it was made of words that stand again. head is
    missing from a preview."""

    impact: Impact
    gone: list[int]
    back: list[int] = []
    head: int | None = None


class ReinstateParams(OfStory, frozen=True, kw_only=True):
    """Targets of earlier deletes. `retired` in the answer are summaries that had been written in their place, and what
    stays out though it was deleted, since the words that it was made of stand no more: it comes back with those."""

    targets: Annotated[list[Seq], msgspec.Meta(min_length=1, max_length=10_000)]
    expected: Seq | None = None


class ReinstateResult(Result, frozen=True, kw_only=True):
    head: int
    back: list[int]
    retired: list[int]


class PurgeParams(Params, frozen=True, kw_only=True):
    """`targets` left out: the whole story. `confirm` is true, or the story's id; a preview needs none."""

    story: Ref
    targets: Annotated[list[Seq], msgspec.Meta(min_length=1, max_length=10_000)] | None = None
    confirm: bool | str = False
    preview: bool = False


class PurgeResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`purged` counts the events whose words are gone for good; `backups` the backups that held them and are deleted;
    `beyond` says what cannot be reached from here. A preview tells what would be so, and has two fields more: `events`
    counts them by kind, on all branches, and `lines` are those among them, but for a whole story."""

    purged: int
    backups: int
    beyond: str
    events: dict[str, int] | None = None
    lines: list[dict[str, Any]] | None = None
