"""The turn: a line is played, answered, stopped and read again."""

from typing import Any, Literal

from protocol.ids import EntityId, Seq, Text
from protocol.methods.shapes import Key, OfStory, Ref, Result
from protocol.views import Section
from protocol.world import Manner

Mode = Literal["reply", "continue", "impersonate", "narrate", "silent"]


class PlayParams(OfStory, frozen=True, kw_only=True, rename={"as_": "as"}):
    """`manner` left out: the text is split by its markup (*action*, `thought`, the rest is speech)."""

    text: Text | None = None
    as_: EntityId = "you"
    manner: Manner | None = None
    to: list[EntityId] = []
    speaker: EntityId | None = None
    mode: Mode = "reply"
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
    """`lens`: whose the changes are in the answer, as with `stream`."""

    line: Ref
    lens: list[EntityId] = []


class ExplainParams(OfStory, frozen=True, kw_only=True):
    line: Ref


class Withheld(Result, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Something that the truth held and the speaker's lens did not, in words for people, and the seqs that tell it.

    `sort` is line, memory, person, mind, feeling, thing, place, scene, occasion, thread or lore.
    """

    sort: str
    text: str
    from_: list[int]


class ExplainResult(Result, frozen=True, kw_only=True):
    """The prompt of a line, built anew from what stood at the seq `at`; `withheld` has the latest lines and memories.

    `exact`: whether it comes to the very bytes that were sent; if not, `reason` says why.
    """

    line: str
    speaker: EntityId | None
    lens: list[EntityId]
    at: int
    sections: list[Section]
    withheld: list[Withheld]
    messages: list[dict[str, str]]
    tokens: int
    budget: int
    model: str
    endpoint: str
    params: dict[str, Any]
    exact: bool
    reason: str


class Changed(Result, frozen=True, kw_only=True):
    """One thing that changed, in a sentence, and the seqs of the events that it consists of: a `delete` of these takes
    it back. `witnesses` perceived all that the sentence says."""

    text: str
    seqs: list[int]
    witnesses: tuple[EntityId, ...] = ()


class RefusedProposal(Result, frozen=True, kw_only=True):
    """A change that prose proposed and a rule refused; `what` it was, in a sentence."""

    rule: str
    why: str
    what: str = ""


class RereadResult(Result, frozen=True, kw_only=True):
    """`reading` is ok, off, unreadable, unavailable or failed; `why` tells more. The end of a turn tells the same."""

    turn: int
    reading: str
    changes: list[Changed]
    refused: list[RefusedProposal]
    why: str = ""
