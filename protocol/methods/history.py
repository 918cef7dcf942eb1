"""Branches: what lies on which of them, and how one goes back."""

from typing import Annotated, Any, Literal

import msgspec

from protocol.ids import EntityId, GivenSeq, Seq, Text, TurnNumber
from protocol.methods.shapes import OfStory, Params, Ref, Result


class RewindParams(OfStory, frozen=True, kw_only=True):
    to: GivenSeq
    """The seq to go back to, rounded down to the end of a commit."""
    preview: bool = False
    """Whether to answer only what would change, and change nothing."""


class Impact(Result, frozen=True, kw_only=True):
    """What an act changes, or would change."""

    events: dict[str, int]
    """How many events go, by kind."""
    lines: list[dict[str, Any]]
    """The lines that go, each with its `line`, `seq`, `who` and `text`."""
    memories: list[dict[str, Any]] = []
    """The memories that go, each with its `memory`, `seq`, `kind`, `text`, `witnesses`, and `pending`: whether it is a
    summary that will be written again."""
    occasions: list[dict[str, Any]] = []
    """The occasions whose status changes in truth: `occasion`, `before` and `after`; null where there is none."""
    props: list[dict[str, Any]] = []
    """The props whose place changes in truth: `prop`, `before` and `after`; null where it is nowhere known."""
    edges: list[dict[str, Any]] = []
    """The edges that change in truth: `edge` (such as `a>you`), `before` and `after`; null where there is none."""
    states: dict[str, dict[str, Any]]
    """Every difference of a state, by lens (`truth`, `you`, `a`, `you+a`, …) and by dotted path: a list of the value
    before and the value after."""


class RewindResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`branch`, `head` and `undo` are missing from a preview."""

    impact: Impact
    """What changes with it."""
    to: Seq
    """The seq that was gone back to, as rounded."""
    branch: str | None = None
    """The id of the new branch, which is the current one."""
    head: Seq | None = None
    """The last seq of the new branch."""
    undo: str | None = None
    """The branch that was current before; `switch` to it undoes the rewind."""


class BranchesParams(Params, frozen=True, kw_only=True):
    story: Ref
    """The id of the story."""


class Branch(Result, frozen=True, kw_only=True):
    """A branch: a history that shares the events of its parent up to where it forks."""

    branch: str
    """The id of the branch."""
    parent: str | None
    """The id of the branch that it forks from; null for the first one."""
    fork_seq: Seq
    """The last seq that it shares with its parent; 0 for the first branch."""
    kind: str
    """How it came about: `root` (the first one), `fork`, `rewind`, `take` or `revision`."""
    name: str
    """Its name; empty if it was given none."""
    head: Seq
    """The last seq of the branch."""
    lines: int
    """How many lines it shows."""
    current: bool
    """Whether it is the one that is played on."""
    came_from: str | None = None
    """The branch that was current until this one was made, to go back to; null where it was not made current."""


class BranchesResult(Result, frozen=True, kw_only=True):
    branches: list[Branch]
    """All branches, in the order in which they were made."""


class SwitchParams(Params, frozen=True, kw_only=True):
    story: Ref
    """The id of the story."""
    branch: Ref
    """The branch that is to be the current one."""


class SwitchResult(Result, frozen=True, kw_only=True):
    branch: str
    """The branch that is the current one now."""
    head: Seq
    """The last seq of that branch."""


class ForkParams(OfStory, frozen=True, kw_only=True):
    at: GivenSeq | None = None
    """The seq to fork at, rounded down to the end of a commit; left out, the head."""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """A name for the branch."""


class ForkResult(Result, frozen=True, kw_only=True):
    """`at` is where it forks, as rounded. The current branch stays what it was."""

    branch: str
    """The id of the new branch; the current one stays what it was."""
    head: Seq
    """The last seq of the new branch, which begins with an event of its own."""
    at: Seq
    """The seq that it forks at, as rounded."""


class TakesParams(OfStory, frozen=True, kw_only=True):
    line: Ref
    """The id of any of the takes."""
    lens: list[EntityId] = []
    """Through whose eyes the words of the takes are; left out, the truth."""


class TakeOf(Result, frozen=True, kw_only=True):
    """One of several lines that answer the same."""

    branch: str
    """The branch on which it can be seen; `switch` to it to choose this take."""
    line: str
    """The id of the line."""
    seq: Seq
    """The seq of its first part."""
    who: EntityId | None
    """Who speaks; null is the narrator."""
    text: str
    """The words of it; empty where the lens perceives none."""
    current: bool
    """Whether the branch that was asked about shows it."""
    cut: bool = False
    """Whether it was cut short."""


class TakesResult(Result, frozen=True, kw_only=True):
    """Oldest first."""

    takes: list[TakeOf]
    """The takes, oldest first."""


class RetakeParams(OfStory, frozen=True, kw_only=True):
    line: Ref | None = None
    """The id of the reply; left out, the last reply, or what was narrated or written for `you` since."""
    note: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    """What this take should be like; it goes into the prompt of this take alone."""
    model: str | None = None
    """Another model of the same endpoint, for this take alone."""
    params: dict[str, Any] = {}
    """Parameters of the model's call for this take alone, such as `temperature`."""


class RetakeResult(Result, frozen=True, kw_only=True):
    turn: TurnNumber
    """The number of the turn in which it is written, which its notifications carry."""
    branch: str
    """The id of the new branch, which is the current one."""


class ReviseParams(OfStory, frozen=True, kw_only=True):
    line: Ref
    """The id of the line."""
    text: Text
    """The words that it is to have."""
    mode: Literal["in_place", "fork"] = "in_place"
    """`in_place`: what follows stays, and what derived from the line is read and remembered anew. `fork`: a new branch
    from just before the line; what follows stays on the branch that is left."""
    expected: GivenSeq | None = None
    """The head that you last saw; if the story has moved on, the call is refused with -32005."""


class ReviseResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`line` is another one in a fork; `revision` is the seq that a `delete` takes back, of one in place."""

    head: Seq
    """The last seq of the branch, with the revision."""
    branch: str
    """The branch that the line with its new words is on."""
    line: str
    """The id of the line; in a fork it is another one."""
    revision: Seq | None = None
    """The seq of the revision, which `delete` takes back; missing in a fork."""


class DeleteParams(OfStory, frozen=True, kw_only=True):
    targets: Annotated[list[GivenSeq], msgspec.Meta(min_length=1, max_length=10_000)]
    """The seqs of what is to be deleted. That of a line's first part stands for the whole line, and that of a
    revision's first part for the whole revision."""
    preview: bool = False
    """Whether to answer only what would change, and change nothing."""
    expected: GivenSeq | None = None
    """The head that you last saw; if the story has moved on, the call is refused with -32005."""


class DeleteResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`gone` are the seqs that go; `back` what comes back, since it was made of words that stand again. head is
    missing from a preview."""

    impact: Impact
    """What changes with it."""
    gone: list[Seq]
    """The seqs of the events that go."""
    back: list[Seq] = []
    """The seqs of events that come back, since the words that they were made of are current again."""
    head: Seq | None = None
    """The last seq of the branch; missing from a preview."""


class ReinstateParams(OfStory, frozen=True, kw_only=True):
    targets: Annotated[list[GivenSeq], msgspec.Meta(min_length=1, max_length=10_000)]
    """The seqs that were the targets of earlier calls of `delete`."""
    expected: GivenSeq | None = None
    """The head that you last saw; if the story has moved on, the call is refused with -32005."""


class ReinstateResult(Result, frozen=True, kw_only=True):
    head: Seq
    """The last seq of the branch."""
    back: list[Seq]
    """The seqs of the events that are back."""
    retired: list[Seq]
    """The seqs of events that are not in force: summaries that were written in place of what is back, and what was made
    of words that are not current any more."""


class PurgeParams(Params, frozen=True, kw_only=True):
    story: Ref
    """The id of the story."""
    targets: Annotated[list[GivenSeq], msgspec.Meta(min_length=1, max_length=10_000)] | None = None
    """The seqs of the events to purge, with what derives from them; left out, the whole story."""
    confirm: bool | str = False
    """True, or the id of the story, to say that it is meant; a preview needs none."""
    preview: bool = False
    """Whether to answer only what would go, and change nothing."""


class PurgeResult(Result, frozen=True, kw_only=True, omit_defaults=True):
    """`purged` counts the events whose words are gone for good; `backups` the backups that held them and are deleted;
    `beyond` says what cannot be reached from here. A preview tells what would be so, and has two fields more: `events`
    counts them by kind, on all branches, and `lines` are those among them, but for a whole story."""

    purged: int
    """How many events lose their words for good."""
    backups: int
    """How many backups are deleted, since they may hold the words."""
    beyond: str
    """What cannot be reached from here, in words."""
    events: dict[str, int] | None = None
    """In a preview: how many events would go, by kind, on all branches."""
    lines: list[dict[str, Any]] | None = None
    """In a preview: the lines among them, each with its `line`, `seq`, `who` and `text`; empty for a whole story."""
