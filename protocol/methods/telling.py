"""The turn: a line is played, answered, stopped and read again."""

from typing import Any, Literal

from protocol.ids import EntityId, Seq, Text
from protocol.methods.shapes import Key, OfStory, Ref, Result
from protocol.world import Manner


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
