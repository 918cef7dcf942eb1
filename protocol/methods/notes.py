"""What is told without being asked: notifications."""

from typing import Any, Literal

from protocol.events import Event
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.methods.shapes import Phase, Result


class EventNote(Result, frozen=True, kw_only=True):
    """New events of the branch that a subscription follows."""

    subscription: str
    """The subscription that this is for."""
    story: str
    """The id of the story."""
    branch: str
    """The branch that the subscription follows; an event of an ancestor names its own."""
    events: list[Event]
    """The events, in the order of the log."""
    touches: list[str]
    """The views that may read differently after these events, by name."""


class TokenNote(Result, frozen=True, kw_only=True):
    """A piece of a reply while it is written. An empty `text` piece at offset 0 takes back all of the text that was
    sent: it turned out to be reasoning, and follows again as that."""

    subscription: str
    """The subscription that this is for."""
    branch: str
    """The branch that the reply is written on."""
    turn: TurnNumber
    """The turn that the reply belongs to."""
    line: str
    """The id that the line will have."""
    speaker: EntityId | None
    """Who speaks; null is the narrator."""
    kind: Literal["text", "reasoning"]
    """Whether it is prose (`text`) or what the model thinks before it writes (`reasoning`)."""
    offset: int
    """Where the piece starts in the draft of its kind, in Unicode code points."""
    text: str
    """The piece itself."""


class TurnNote(Result, frozen=True, kw_only=True, omit_defaults=True):
    """The phase that a turn has come to."""

    subscription: str
    """The subscription that this is for."""
    turn: TurnNumber
    """The turn."""
    phase: Phase
    """The phase that it is in now."""
    line: str | None = None
    """The line that is being written or has been committed, in `rendering` and `replied`."""
    detail: dict[str, Any] | None = None
    """More about the phase. Of `failed`, the error object (`code`, `message`, `data`). Of `done`, what there is of:
    `reading` (`ok`, `off`, `unreadable`, `unavailable`, `failed`), `changes` (`text`, `seqs`), `refused` (`rule`,
    `why`), `silent` (who said nothing), `why`, and the error object where a reply broke off. Of `started`,
    `still_reading`: the turn before, if it is still being read."""


class BranchNote(Result, frozen=True, kw_only=True):
    """The subscription follows another branch from now on, or the past of its branch has changed. Drop what you hold
    after `common`; the events after it follow."""

    subscription: str
    """The subscription that this is for."""
    story: str
    """The id of the story."""
    branch: str
    """The branch that is followed now."""
    head: Seq
    """The last seq of that branch; 0 where the story was purged."""
    common: Seq
    """The last seq up to which what you hold is still right."""


NOTIFICATIONS: dict[str, type[Result]] = {
    "event": EventNote,
    "token": TokenNote,
    "turn": TurnNote,
    "branch": BranchNote,
}
