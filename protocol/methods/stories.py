"""Stories: listed, made, changed by commands, looked at, followed and searched."""

from typing import Annotated, Any, Literal

import msgspec

from protocol.commands import AnyCommand
from protocol.events import Event
from protocol.ids import EntityId, GivenSeq, Id, Seq, TurnNumber
from protocol.methods.shapes import Key, Limit, OfStory, Params, Phase, Ref, Result, ViewName
from protocol.world import RecalledKind

Shelf = Literal["open", "archive", "bin"]
"""Where a story is kept: among those that are played (`open`), put away (`archive`), or in the `bin`, from which it
comes back whole until it is purged."""


class StoriesParams(Params, frozen=True, kw_only=True):
    shelf: Shelf | Literal["all"] = "open"
    """The stories that are kept there; `all` of them."""


class StorySummary(Result, frozen=True, kw_only=True):
    """A story as `stories` lists it."""

    story: str
    """The id of the story."""
    title: str
    """The title of the story."""
    branch: str
    """The id of its current branch."""
    head: Seq
    """The last seq of that branch."""
    lines: int
    """How many lines that branch shows."""
    updated: str
    """When the story last changed, UTC."""
    shelf: Shelf
    """Where the story is kept."""
    pinned: bool
    """Whether it comes before those that are not."""
    lens: list[EntityId] | None
    """Through whose eyes its players chose to see it, empty for the truth; null where none of them chose yet."""


class StoriesResult(Result, frozen=True, kw_only=True):
    stories: list[StorySummary]
    """The stories asked for: those that are pinned first, of these and of the others the one last played."""


class ChangeStoryParams(Params, frozen=True, kw_only=True):
    story: Ref
    """The id of the story."""
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None
    """What it is called from now on."""
    shelf: Shelf | None = None
    """Where it is kept from now on."""
    pinned: bool | None = None
    """Whether it comes before those that are not pinned."""
    lens: list[EntityId] | None = None
    """Through whose eyes clients are to show it to who plays it, empty for the truth."""


class CreateParams(Params, frozen=True, kw_only=True):
    title: Annotated[str, msgspec.Meta(max_length=500)]
    """The title of the story."""
    setup: Annotated[list[AnyCommand], msgspec.Meta(max_length=10_000)] = []
    """Commands to be played into the new story, in one commit."""
    template: Id | Annotated[list[Id], msgspec.Meta(max_length=10)] | None = None
    """The name of a template to start from, or several; they are played in this order, before `setup`."""


class CreateResult(Result, frozen=True, kw_only=True):
    story: str
    """The id of the new story."""
    branch: str
    """The id of its first branch, which is the current one."""
    head: Seq
    """The last seq of that branch."""


class AppendParams(OfStory, frozen=True, kw_only=True):
    commands: Annotated[list[AnyCommand], msgspec.Meta(max_length=10_000)]
    """The commands, in the order in which they happen."""
    expected: GivenSeq | None = None
    """The head that you last saw; if the story has moved on, the call is refused with -32005."""
    key: Key | None = None
    """A word of your own that makes the call safe to repeat: it acts once, and answers the same ever after."""


class AppendResult(Result, frozen=True, kw_only=True):
    head: Seq
    """The last seq of the branch, as of this commit."""
    turn: TurnNumber
    """The number of the turn that these events are."""
    events: list[Event]
    """The events that came of the commands."""


class ProjectParams(OfStory, frozen=True, kw_only=True):
    view: ViewName
    """Which view."""
    lens: list[EntityId] = []
    """Through whose eyes; left out, the truth."""
    at: GivenSeq | None = None
    """As of which seq, rounded down to the end of a commit; left out, the head."""
    entity: EntityId | None = None
    """For the view `entity`: who is looked at."""
    speaker: EntityId | None = None
    """For the view `prompt`: who would speak; left out, the bot whose lens it is, or else the first bot of the cast."""
    scene: Id | None = None
    """For the view `transcript`: the lines of this scene alone."""
    before: GivenSeq | None = None
    """Only what comes before this seq, for views that come in pages (`transcript`, `memories`, `timeline`,
    `deleted`)."""
    after: GivenSeq | None = None
    """Only what comes after this seq, oldest first, for `transcript`, `memories` and `timeline`."""
    limit: Limit = 100
    """How many entries a page has at most."""


class ProjectResult(Result, frozen=True, kw_only=True):
    """A view of a story. What is in `data` depends on `view`."""

    view: ViewName
    """The view that was asked for."""
    at: Seq
    """The seq as of which it is, as rounded."""
    lens: list[EntityId]
    """The lens through which it is: of two, who looks comes first."""
    data: dict[str, Any] | msgspec.Raw
    """What the view shows, in the shape of that view (under Views)."""


class StreamParams(OfStory, frozen=True, kw_only=True):
    lens: list[EntityId] = []
    """Through whose eyes; left out, the truth. A lens is sent only what it perceives: its events; what a turn changed,
    as it is told of that, and nothing of what was refused; of a reply that is being written all where the speaker is
    the lens, else what it is certain to perceive, as it is written: by the paragraph, or by the sentence where two are
    alone, up to where somebody thinks, whispers or goes. The rest comes with the line."""
    after: GivenSeq | None = None
    """The last seq that you have seen; all later events are sent. Left out, only events to come are sent."""
    of_branch: Ref | None = None
    """The branch on which you saw `after`; left out, the one asked for."""
    tokens: bool = True
    """Whether replies are sent piece by piece while they are written."""


class Draft(Result, frozen=True, kw_only=True):
    """A reply that is being written now, as far as it was sent."""

    turn: TurnNumber
    """The turn that the reply belongs to."""
    line: str
    """The id that the line will have."""
    speaker: EntityId | None
    """Who speaks; null is the narrator."""
    text: str
    """The text so far; the next `token` adjoins it."""


class TurnState(Result, frozen=True, kw_only=True, omit_defaults=True):
    """The phase that a turn was last in."""

    turn: TurnNumber
    """The turn."""
    phase: Phase
    """Its last phase."""
    line: str | None = None
    """The line that was being written or was committed, in `rendering` and `replied`."""
    detail: dict[str, Any] | None = None
    """More about the phase, as in the notification `turn`."""


class StreamResult(Result, frozen=True, kw_only=True):
    subscription: str
    """The id of the subscription, which its notifications carry and `unstream` takes."""
    branch: str
    """The branch that is followed."""
    head: Seq
    """The last seq of that branch; the events up to it were sent before, or come first."""
    drafts: list[Draft]
    """The replies that are being written on that branch now."""
    turns: list[TurnState] = []
    """The latest turn of the story since the daemon began, running or over; empty if there was none."""


class UnstreamParams(Params, frozen=True, kw_only=True):
    subscription: str
    """The id that `stream` answered."""


class RecallParams(OfStory, frozen=True, kw_only=True):
    lens: list[EntityId] = []
    """Through whose eyes; left out, the truth."""
    query: Annotated[str, msgspec.Meta(max_length=10_000)]
    """What is looked for, in plain words; names and times in it count."""
    k: Annotated[int, msgspec.Meta(ge=1, le=200)] = 10
    """How many finds there are at most."""
    kinds: list[RecalledKind] = []
    """The kinds to look among; left out, all of them."""
    at: GivenSeq | None = None
    """As of which seq, rounded down to the end of a commit; left out, the head."""


class Recalled(Result, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A line, a memory or an entry of lore that answers a query."""

    memory: str
    """The id of the line, memory or entry."""
    seq: Seq
    """The event that states it."""
    kind: RecalledKind
    """Whether it is a line, a memory (by its kind) or an entry of lore."""
    text: str
    """The words of it."""
    score: float
    """How well it answers the query: the sum of `parts`."""
    parts: dict[str, float]
    """What the score is made of, by name: `words`; `meaning`, how close the text is to the query; `around`, how close
    the lines beside it are; `speaker`, `time`, `scene` (what else its scene holds), `recency`, `significance`, and
    `gist`, by which a memory goes ahead of the lines that it was made from. Without embeddings, `meaning`, `around` and
    `scene` are 0."""
    who: EntityId | None
    """Who said the line, or told the hearsay; null for anything else."""
    witnesses: tuple[EntityId, ...]
    """Those who perceived it, or keep it."""
    from_: list[Seq]
    """The seqs of the line's parts, or those that the memory derives from."""


class RecallResult(Result, frozen=True, kw_only=True):
    """Best first; `at` is the seq as of which was recalled."""

    at: Seq
    """The seq as of which was looked."""
    memories: list[Recalled]
    """The finds, best first."""
