"""Events of history, and the record of the machinery: nobody witnesses them and they change no state."""

from typing import Any, Literal

import msgspec

from protocol.events.payload import Payload
from protocol.ids import Digest, EntityId, Seq, TurnNumber
from protocol.model import PromptForm
from protocol.world import Pressed


class BranchCreated(Payload, frozen=True):
    """A branch was made."""

    kind = "branch.created"
    branch: str
    """The id of the branch."""
    parent: str | None = None
    """The id of the branch that it forks from; null for the first one."""
    fork_seq: Seq = Seq(0)
    """The last seq that it shares with its parent; 0 for the first branch."""
    branch_kind: str = "root"
    """How it came about: `root` (the first one), `fork`, `rewind`, `take` or `revision`."""
    name: str = ""
    """Its name; empty if it was given none."""
    came_from: str | None = None
    """The branch that was current until this one was made so; null where it was not made current."""


class EventRetracted(Payload, frozen=True):
    """Events are not part of the branch from here on."""

    kind = "event.retracted"
    targets: list[Seq]
    """The seqs that were named. Where `also` is empty, they were not deleted but retired, since they were made of words
    that are not current any more."""
    also: list[list[Seq]] = []
    """For each target, in the same order, the seqs that go with it: what it caused, and what derives from any of
    that."""


class EventReinstated(Payload, frozen=True):
    """Deleted events are part of the branch again."""

    kind = "event.reinstated"
    targets: list[Seq]
    """The seqs that were named; what went with them is back too."""
    retires: list[Seq] = []
    """The seqs of what had been made in their place, or of words that are not current any more, and is not in force
    from here on."""


Cut = Literal["", "others", "circles"]


class Freshness(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reply is like beside the dozen of the same speaker before it. It quotes nothing, so it may stay when a
    line is purged."""

    words: int = 0
    """How many words it has."""
    usual: float = 0.0
    """How many words those before it have, by the median."""
    distinct: list[float] = []
    """For n = 1, 2 and 3: the share of different n-grams among all in all of them."""
    copied: float = 0.0
    """The share of its triples of words that stand in one before."""
    openings: int = 0
    """How many of those before open with the same words."""
    endings: int = 0
    """How many of those before end with the same words."""
    phrases: int = 0
    """How many phrases recur in them, those apart that name something."""
    overused: int = 0
    """How many entries of the user's list of overused phrases it has."""
    shrinking: bool = False
    """Whether the latest are much shorter than the earlier ones."""


class ModelCalled(Payload, frozen=True):
    """A model was called. The prompt is not kept, but all that it takes to build it again is."""

    kind = "model.called"
    version = 3
    role: str
    """What for: `render` or `read`."""
    endpoint: str
    """Where it was asked: a host (and port), or `embedded`."""
    model: str
    """The model that answered, as the endpoint says."""
    speaker: EntityId | None = None
    """Whose line or summary it was to write, or whose line was read; null is the narrator."""
    line: str | None = None
    """The id of the line that it was to write."""
    prompt_sha256: str = ""
    """The SHA-256 of the prompt, in hexadecimal."""
    prompt_head: Seq = Seq(0)
    """The seq as of which the prompt was built; 0 where that was not kept."""
    params: dict[str, Any] = {}
    """The parameters of the call."""
    estimated_tokens: int = 0
    """How many tokens the prompt has, by estimate."""
    prompt_tokens: int | None = None
    """How many tokens it has as the endpoint counted; null where it does not say."""
    completion_tokens: int | None = None
    """How many tokens the answer has as the endpoint counted; null where it does not say."""
    cached_tokens: int | None = None
    """How many tokens of the prompt the endpoint had in its cache; null where it does not say."""
    first_token_ms: int | None = None
    """Milliseconds until the answer began; null where it did not."""
    total_ms: int | None = None
    """Milliseconds until the answer ended."""
    finish: str = ""
    """How it ended: `stop` (by itself), `length` (at the most tokens), `stopped` (by `stop`) or `cut` (broken off)."""
    error: str = ""
    """What went wrong, in words; empty where nothing did."""
    budget: int = 0
    """How many tokens the prompt could have."""
    factor: float = 1.0
    """The factor by which estimates of tokens were corrected."""
    may_pass: bool = False
    """Whether the speaker was free to say nothing."""
    note: str = ""
    """What steered this take alone: the note of a `retake`, and that it is to be told differently."""
    recalled: list[Seq] = []
    """The seqs of what came to the speaker's mind, so that the same does not come at every turn."""
    freshness: Freshness | None = None
    """What the reply is like beside those before it."""
    cut: Cut = ""
    """Why the reply ended where it does though the model had not: it began to write for `others`, or went in `circles`;
    empty where it ended otherwise."""
    countered: str = ""
    """Why the prompt held a note against repetition, in words; empty where it held none."""
    form: PromptForm = "chat"
    """The form of the prompt: `chat`, or `script` for a text to continue."""
    matters: float | None = None
    """How much the lines that were read matter as the model rates it, from 0 to 10; null where it does not say."""


class StoryPressed(Payload, frozen=True, rename={"from_": "from"}):
    """The story moved by itself: who wrote a line was inclined to something that stood open. It quotes nothing."""

    kind = "story.pressed"
    what: Pressed
    """What was pressed: a `want` of the speaker's, an open question (`thread`), an `occasion`, that the speaker, who is
    elsewhere, arrives (`arrival`), or that they want something `new`; of the narrator, that something new happens."""
    speaker: EntityId | None
    """Who was inclined to it; null is the narrator."""
    line: str
    """The id of the line that they wrote then."""
    thread: str | None = None
    """The id of the open question; null for anything else."""
    occasion: str | None = None
    """The id of the occasion; null for anything else."""
    nth: int = 0
    """Which of their wants it was, from 0."""
    from_: list[Seq] = []
    """The seqs of the events that state what was pressed."""


class CardKept(Payload, frozen=True):
    """A character card came in. All of it is kept as it came, for what nothing was made of, and for an export."""

    kind = "card.kept"
    version = 2
    entity: EntityId
    """Who came of it."""
    card: str
    """The JSON text of the card."""
    user: str
    """The name that was put in for `{{user}}`."""
    assets: list[Digest] = []
    """The digests of the files that came with it: pictures, sounds. In the text of the card, `sha256:` and a digest
    stands where a file lay."""
    seed: int = 0
    """What its macros were drawn by."""
    clock: str | None = None
    """What the story's clock read; null where it was not set."""


class BookKept(Payload, frozen=True):
    """A lorebook came in as a file. All of it is kept as it came, for what nothing was made of, and for an export."""

    kind = "book.kept"
    book: str
    """The id of the book."""
    file: str
    """The JSON text of the file."""
    called: str
    """What the book was called where the file does not say."""
    char: str
    """The name that was put in for `{{char}}`."""
    user: str
    """The name that was put in for `{{user}}`."""
    seed: int = 0
    """What its macros were drawn by."""
    clock: str | None = None
    """What the story's clock read; null where it was not set."""


class ChatImported(Payload, frozen=True):
    """A chat of another program came in: its lines come after this event, in turns after this one up to `last_turn`."""

    kind = "chat.imported"
    form: str
    """The program that the chat is from, in words for people."""
    messages: int
    """How many messages it has."""
    last_turn: TurnNumber
    """The last turn in which anything of it is said."""


class ChatRead(Payload, frozen=True, rename={"from_": "from"}):
    """Lines of a chat that came in were read into the world and remembered, as far as there was anything to read."""

    kind = "chat.read"
    from_: list[Seq]
    """The seqs of the first and the last part of these lines."""
    model: bool
    """Whether a model read them; else they were only remembered, by rule."""


class ProposalRefused(Payload, frozen=True):
    """A change that prose proposed was refused by a rule."""

    kind = "proposal.refused"
    command: dict[str, Any]
    """The command that was proposed."""
    rule: str
    """The name of the rule."""
    why: str
    """Why it was refused, in words."""
