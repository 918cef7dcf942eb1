"""Events of play: scenes, lines, what is remembered of them, and what the author notes."""

from protocol.events.payload import Payload
from protocol.ids import EntityId, Seq
from protocol.world import LoreRules, Manner, MemoryKind


class SceneOpened(Payload, frozen=True):
    """A scene has begun, or goes on: one that was left for another and is not over is opened again under its id."""

    kind = "scene.opened"
    scene: str
    """The id of the scene."""
    container: str
    """The container that it plays in."""
    title: str = ""
    """The title of the scene; empty if it has none."""
    present: list[EntityId] = []
    """Those who are there."""


class LineSaid(Payload, frozen=True):
    """One part of a line: its words, and how they were brought out.

    `mode` is how a model's line came about (reply, continue, impersonate, narrate), empty for the author's;
    `cut` marks one that was cut short. `answers` is the seq that the line answers, for takes. `raw` is this part as it
    was typed or written, marks and blanks included, where `text` differs from it: the parts' raw texts make the line's.
    """

    kind = "line.said"
    version = 2
    line: str
    """The id of the line."""
    who: EntityId | None
    """Who brought it out; null is the narrator."""
    text: str
    """The words."""
    manner: Manner = "speech"
    """How it was brought out."""
    part: int = 0
    """Which part of the line it is, from 0."""
    to: list[EntityId] = []
    """Whom it is meant for."""
    scene: str | None = None
    """The scene in which it was said; null for none."""
    mode: str = ""
    """How a model came to write it: `reply`, `continue`, `impersonate` or `narrate`; empty for what a person wrote."""
    answers: Seq | None = None
    """The seq that the line answers; lines that answer the same seq are takes of each other. Null for what a person
    wrote."""
    cut: bool = False
    """Whether it was cut short."""
    raw: str = ""
    """The part as it was typed or written, marks and blanks included, where that differs from the words; the parts of a
    line together give the whole line."""


class LineNoticed(Payload, frozen=True):
    """A part of a line was perceived without its words, as others perceive a whisper."""

    kind = "line.noticed"
    line: str
    """The id of the line."""
    who: EntityId | None
    """Who brought it out."""
    manner: Manner
    """How it was brought out."""
    part: int = 0
    """Which part of the line it is, from 0."""
    to: list[EntityId] = []
    """Whom it is meant for."""
    scene: str | None = None
    """The scene in which it was said; null for none."""


class LineRevised(Payload, frozen=True):
    """A part of a line has other words."""

    kind = "line.revised"
    version = 2
    line: str
    """The id of the line."""
    text: str
    """The words that it has now."""
    part: int = 0
    """Which part of the line it is, from 0."""
    raw: str = ""
    """The part as it was typed, marks and blanks included, where `text` differs from it."""


class SceneClosed(Payload, frozen=True):
    """A scene is over."""

    kind = "scene.closed"
    scene: str
    """The id of the scene."""
    container: str
    """The container that it played in."""
    gist: str = ""
    """What happened, in words; empty where memories of those who were there say it."""


class MemoryFormed(Payload, frozen=True, rename={"from_": "from"}):
    """Its witnesses remember something. A later event with the same id stands in place of this one."""

    kind = "memory.formed"
    memory: str
    """The id of the memory."""
    gist: str
    """The memory in words."""
    memory_kind: MemoryKind = "episode"
    """What kind of memory it is."""
    significance: float = 5.0
    """How much it matters, from 0 to 10."""
    from_: list[Seq] = []
    """The seqs of the events that it derives from."""
    told_by: EntityId | None = None
    """Who told it, for hearsay; null for anything else."""
    because: list[str] = []
    """Why it is remembered, in words, one reason each."""


class NoteSet(Payload, frozen=True):
    """The author's note is this."""

    kind = "note.set"
    text: str
    """The note; empty if there is none from now on."""
    depth: int = 0
    """How many lines above the end of the prompt it stands."""


class LoreSet(Payload, frozen=True):
    """There is this entry of lore."""

    kind = "lore.set"
    version = 2
    lore: str
    """The id of the entry."""
    keys: list[str]
    """Words that bring it up; without any it is in every prompt."""
    text: str
    """The entry in words; empty if it is taken away."""
    lens: list[EntityId] = []
    """Those who know of it; empty for everybody."""
    name: str = ""
    """What people call it; it is in no prompt."""
    book: str = ""
    """The id of the lorebook that it is in; empty for none."""
    entry: str = ""
    """Which entry of the file that the book came from it is; empty for none."""
    rules: LoreRules = LoreRules()
    """When it comes up, and where it stands then."""


class BookSet(Payload, frozen=True):
    """There is this lorebook, and this is what its entries have in common."""

    kind = "book.set"
    book: str
    """The id of the book."""
    name: str
    """What people call it."""
    description: str = ""
    """What it is, in words for people; it is in no prompt."""
    scan_depth: int | None = None
    """In how many of the last lines keys are looked for; null for the usual number."""
    budget: int | None = None
    """How many tokens its entries may have in one prompt; null for as many as there is room for."""
    stirring: bool = False
    """Whether the texts of its entries may bring up others."""
    lens: list[EntityId] = []
    """Those who know of its entries unless an entry says otherwise; empty for everybody."""
    card: EntityId | None = None
    """The character whose card it came in; null for a file of its own."""
    removed: bool = False
    """Whether it is taken away."""
