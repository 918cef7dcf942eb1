"""The turn: a line is played, answered, stopped and read again."""

from typing import Any, Literal

from protocol.ids import EntityId, GivenSeq, Seq, Text, TurnNumber
from protocol.methods.shapes import Key, OfStory, Ref, Result
from protocol.views import Section
from protocol.world import Manner

Mode = Literal["reply", "continue", "impersonate", "narrate", "silent"]
"""What follows the line: a `reply` by whose turn it is, the last reply going on (`continue`), a line that the model
writes for `as` (`impersonate`), what the narrator tells (`narrate`), or nothing (`silent`)."""


class PlayParams(OfStory, frozen=True, kw_only=True, rename={"as_": "as"}):
    text: Text | None = None
    """The line; left out, somebody replies to what stands."""
    as_: EntityId = "you"
    """Who brings the line out."""
    manner: Manner | None = None
    """How it is brought out; left out, the text is split by its markup: *action*, `thought`, the rest is speech."""
    to: list[EntityId] = []
    """Whom it is meant for; they are the ones who answer. A whisper or a message needs somebody."""
    speaker: EntityId | None = None
    """The bot that alone is to answer; left out, the daemon chooses."""
    mode: Mode = "reply"
    """What the model is to write."""
    model: str | None = None
    """Another model of the same endpoint, for this turn alone."""
    params: dict[str, Any] = {}
    """Parameters of the model's call for this turn alone, such as `temperature`; what is not known goes into the
    request as it is."""
    expected: GivenSeq | None = None
    """The head that you last saw; if the story has moved on, the call is refused with -32005."""
    key: Key | None = None
    """A word of your own that makes the call safe to repeat: it acts once, and answers the same ever after."""


class PlayResult(Result, frozen=True, kw_only=True):
    turn: TurnNumber
    """The number of the turn, which its notifications carry."""
    head: Seq
    """The last seq of the branch with the line, if there was one; the reply comes after it."""


class StopParams(OfStory, frozen=True, kw_only=True):
    turn: TurnNumber | None = None
    """The turn to stop; left out, whichever runs. If another one runs, nothing happens."""


class StopResult(Result, frozen=True, kw_only=True):
    turn: TurnNumber | None
    """The turn that was stopped; null if none was running."""
    kept: str
    """The text so far of the reply that was being written, which becomes a line marked as cut short; empty if there was
    none."""


class RereadParams(OfStory, frozen=True, kw_only=True):
    line: Ref
    """The id of a line of the turn."""
    lens: list[EntityId] = []
    """Through whose eyes the changes in the answer are; left out, the truth."""


class ExplainParams(OfStory, frozen=True, kw_only=True):
    line: Ref
    """The id of a line that a model wrote."""


class Withheld(Result, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Something that is true and that the speaker could not know."""

    sort: str
    """What it is: `line`, `memory`, `person`, `mind`, `feeling`, `thing`, `place`, `scene`, `occasion`, `thread` or
    `lore`."""
    text: str
    """What it is, in words for people."""
    from_: list[Seq]
    """The seqs of the events that state it."""


class ExplainResult(Result, frozen=True, kw_only=True):
    """The prompt of a line, built anew from what stood at the seq `at`; `withheld` has the latest lines and memories.

    `exact`: whether it comes to the very bytes that were sent; if not, `reason` says why.
    """

    line: str
    """The id of the line."""
    speaker: EntityId | None
    """Who spoke; null is the narrator."""
    lens: list[EntityId]
    """The lens that the prompt was built from."""
    at: Seq
    """The seq as of which it was built."""
    sections: list[Section]
    """The prompt in pieces, each with its reason and its sources."""
    withheld: list[Withheld]
    """What is true and was not shown to the speaker; of lines and memories, the latest."""
    messages: list[dict[str, str]]
    """The prompt as it was sent: messages, each with a `role` (`system`, `user`, `assistant`; or a single `script`,
    a text to continue) and its `content`."""
    tokens: int
    """How many tokens the prompt has, by estimate."""
    budget: int
    """How many tokens the prompt could have."""
    model: str
    """The model that wrote the line."""
    endpoint: str
    """Where it was asked: a host (and port), or `embedded`; empty if no record of the call is left."""
    params: dict[str, Any]
    """The parameters of the call."""
    cut: str = ""
    """Why the line ends where it does though the model had not: it began to write for `others`, or went in `circles`;
    empty where it ended otherwise."""
    countered: str = ""
    """What of the speaker's latest replies the prompt held a note against, in words; empty where it held none."""
    exact: bool
    """Whether this is the prompt to the very bytes that were sent."""
    reason: str
    """Why it is not, in words; empty if `exact`."""


class Changed(Result, frozen=True, kw_only=True):
    """One thing that changed."""

    text: str
    """The change in a sentence, such as `Mara takes the ring`."""
    seqs: list[Seq]
    """The seqs of the events that it consists of; a `delete` of these takes it back."""
    witnesses: list[EntityId] = []
    """Who perceived all that the sentence says."""


class RefusedProposal(Result, frozen=True, kw_only=True):
    """A change that prose proposed and a rule refused."""

    rule: str
    """The name of the rule."""
    why: str
    """Why it was refused, in words."""
    what: str = ""
    """What was proposed, in a sentence."""


class RereadResult(Result, frozen=True, kw_only=True):
    """`reading` is ok, off, unreadable, unavailable or failed; `why` tells more. The end of a turn tells the same."""

    turn: TurnNumber
    """The number of the turn that the reading is; what changed belongs to it."""
    reading: str
    """How the reading went: `ok`, `off` (it is switched off), `unreadable` (the model's answer made no sense),
    `unavailable` (no model answers) or `failed`."""
    changes: list[Changed]
    """What changed."""
    refused: list[RefusedProposal]
    """What was proposed and refused."""
    why: str = ""
    """More about how it went, in words; empty if there is nothing to say."""
