"""What is told without being asked: notifications."""

from typing import Any, Literal

from protocol.events import Event
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.methods.shapes import Phase, Result


class EventNote(Result, frozen=True, kw_only=True):
    """New events; `touches` names the views that may now read differently."""

    subscription: str
    story: str
    branch: str
    events: list[Event]
    touches: list[str]


class TokenNote(Result, frozen=True, kw_only=True):
    """A piece of a running draft; `offset` (in Unicode code points) says where it starts in the draft of its kind.

    An empty piece at 0 takes back all that was told of the text: it turned out to be reasoning, and follows as that.
    """

    subscription: str
    branch: str
    turn: TurnNumber
    line: str
    speaker: EntityId | None
    kind: Literal["text", "reasoning"]
    offset: int
    text: str


class TurnNote(Result, frozen=True, kw_only=True, omit_defaults=True):
    subscription: str
    turn: TurnNumber
    phase: Phase
    line: str | None = None
    detail: dict[str, Any] | None = None


class BranchNote(Result, frozen=True, kw_only=True):
    """The branch that the subscription follows now; what a client holds beyond `common` is to be dropped."""

    subscription: str
    story: str
    branch: str
    head: Seq
    common: Seq


NOTIFICATIONS: dict[str, type[Result]] = {
    "event": EventNote,
    "token": TokenNote,
    "turn": TurnNote,
    "branch": BranchNote,
}
