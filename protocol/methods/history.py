"""Lines of history: what lies on which branch, and how one goes back."""

from typing import Any

from protocol.ids import Seq
from protocol.methods.shapes import OfStory, Params, Ref, Result


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
