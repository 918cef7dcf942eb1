"""What `project` answers: the shape of each view's data. Holds no rules for computing them."""

from typing import Any

import msgspec

from protocol.ids import EntityId, Seq, TurnNumber
from protocol.world import Alone, LoreRules, Manner, Place, Slot, Style, Walls, When


class View(msgspec.Struct, frozen=True):
    """Base of all views."""


ASSET = "/asset/"
"""The path, before its digest, under which the web door gives out a picture."""


class Present(View, frozen=True, omit_defaults=True):
    """Somebody who is in a place, as far as the lens knows."""

    entity: EntityId
    """Who it is."""
    name: str
    """What they are called."""
    container: str | None
    """The container that they are in."""
    slot: str | None
    """The slot of it that they are in; null for none."""
    doing: str | None
    """What they are doing, in words; null if nothing is known."""
    holding: list[str]
    """The ids of the props that they hold."""
    attention: str | None
    """What they attend to, in words; null if nothing is known."""
    awake: bool = True
    """Whether they are awake."""
    mood: str | None = None
    """Their mood, in words; null if it is not known."""
    spot: str | None = None
    """Where in their place they are, in a few words; null for nowhere in particular."""
    wearing: list[str] = []
    """The ids of the props that they wear."""
    carrying: list[str] = []
    """The ids of the props that they carry unseen, as far as the lens knows."""
    picture: str | None = None
    """The path under which the web door gives out a picture of them, with the token; null for none."""


class SceneView(View, frozen=True):
    """The scene that is on. `scene` and `container` are null where none is, or where the lens does not know of it."""

    scene: str | None
    """The id of the scene."""
    container: str | None
    """The container that it plays in."""
    title: str
    """The title of the scene; empty if it has none."""
    clock: str | None
    """What the story's clock reads; null until it is set."""
    elapsed: int
    """The minutes that have passed in the story so far."""
    present: list[Present]
    """Those who are in the container."""


class ContainerView(View, frozen=True):
    """A container, and who is in it where this lens last knew them to be."""

    container: str
    """The id of the container."""
    name: str
    """What it is called."""
    description: str
    """What it is like."""
    parent: str | None
    """The container that it is in; null for none."""
    slots: list[Slot]
    """Its slots."""
    opens_to: list[str]
    """The containers that it opens to."""
    walls: Walls
    """What its walls let through."""
    present: list[EntityId]
    """Those who are in it."""


class PropView(View, frozen=True, rename={"in_": "in"}):
    """A prop where this lens last knew it to be."""

    prop: str
    """The id of the prop."""
    name: str
    """What it is called."""
    in_: Place | None
    """Where it is; null is somewhere unknown."""
    description: str
    """What it is like."""
    closed: bool
    """Whether it is closed, so that what is inside is not seen."""
    condition: str
    """What is different about it now, in a phrase; empty for nothing."""


class WorldView(View, frozen=True):
    """All that there is, each where this lens last knew it to be."""

    containers: list[ContainerView]
    """The containers."""
    props: list[PropView]
    """The props."""


class EntityView(View, frozen=True):
    """All that the lens knows of somebody; null is unknown."""

    entity: EntityId
    """Who it is."""
    name: str
    """What they are called."""
    appearance: str
    """What everybody can see of them."""
    description: str | None
    """Who they are."""
    personality: str | None
    """What they are like."""
    voice: str | None
    """How they speak."""
    examples: list[str]
    """Examples of what they say."""
    talkativeness: int | None
    """From 0 (speaks only if addressed) to 10 (always has a say); null if it was never given, which counts as 5."""
    mood: str | None
    """Their mood."""
    goals: list[str]
    """What they want."""
    status: str | None
    """How they are, in words."""
    container: str | None
    """The container that they are in."""
    slot: str | None
    """The slot of it that they are in."""
    doing: str | None
    """What they are doing."""
    attention: str | None
    """What they attend to."""
    awake: bool
    """Whether they are awake."""
    holding: list[str]
    """The ids of the props that they hold."""
    spot: str | None
    """Where in their place they are, in a few words; null for nowhere in particular."""
    wearing: list[str]
    """The ids of the props that they wear."""
    carrying: list[str]
    """The ids of the props that they carry unseen, as far as the lens knows."""
    instructions: str | None = None
    """How a model is to write them, which stands in their prompts alone; null for nothing known."""
    reminder: str | None = None
    """The same, at the very end of these prompts; null for nothing known."""
    picture: str | None = None
    """The path under which the web door gives out a picture of them, with the token; null for none."""


class EdgeView(View, frozen=True, rename={"from_": "from"}):
    """An edge: what one entity feels for another."""

    from_: EntityId
    """Who feels."""
    to: EntityId
    """For whom."""
    warmth: int
    """How warm the feeling is, from -5 to 5; 0 is indifferent."""
    trust: int
    """How much is trusted, from -5 to 5."""
    tension: int
    """How tense it is between them, from -5 to 5."""
    note: str
    """The feeling in words; empty if there are none."""


class GroupView(View, frozen=True):
    """The group node: what the cast is like together."""

    tone: str
    """How they are with each other."""
    note: str
    """What else is to be said of them."""
    habits: list[str]
    """What they are used to do."""


class EdgesView(View, frozen=True):
    """What is felt, as far as the lens knows."""

    edges: list[EdgeView]
    """The edges that the lens knows something of."""
    group: GroupView
    """The group node."""


class PartView(View, frozen=True, omit_defaults=True):
    """A part of a line in one manner."""

    seq: Seq
    """The event that states it."""
    manner: Manner
    """How it is brought out."""
    to: list[EntityId]
    """Whom it is meant for."""
    text: str
    """The words that are current; empty where the lens only noticed that a whisper happened."""
    witnesses: tuple[EntityId, ...]
    """Those who perceived the words, or the whispering: to a lens, those who seem to have, and who looks."""
    raw: str = ""
    """The part as it was typed or written, with its marks and the blanks before it, where `text` differs from it."""


class LineView(View, frozen=True, omit_defaults=True):
    """A line as the lens perceived it: `seq`, `manner`, `to` and `witnesses` are those of the first part that the lens
    sees."""

    line: str
    """The id of the line."""
    seq: Seq
    """The event that states that part."""
    who: EntityId | None
    """Who brought it out; null is the narrator."""
    manner: Manner
    """How that part is brought out."""
    to: list[EntityId]
    """Whom that part is meant for."""
    text: str
    """The words of all parts that the lens sees, joined."""
    parts: list[PartView]
    """The parts that the lens sees."""
    scene: str | None
    """The scene in which it was said; null for none."""
    witnesses: tuple[EntityId, ...]
    """Those who perceived that part, as far as the lens can tell."""
    turn: TurnNumber
    """The turn that it belongs to."""
    take: int
    """Which of its takes it is, from 1; the older ones come first."""
    takes: int
    """How many takes there are, this one included."""
    cut: bool = False
    """Whether it was cut short."""
    noticed: bool = False
    """Whether the lens only noticed that a whisper happened, without its words."""
    raw: str | None = None
    """The line as it was typed or written, where the lens sees all of it; null where it does not."""


class TranscriptView(View, frozen=True):
    """The lines that the lens perceived, a page of them."""

    lines: list[LineView]
    """The lines, oldest first."""
    more: bool
    """Whether there are others beyond this page."""


class MemoryView(View, frozen=True, rename={"from_": "from"}, omit_defaults=True):
    """Something that its witnesses remember."""

    memory: str
    """The id of the memory."""
    seq: Seq
    """The event that states it."""
    text: str
    """The memory in words."""
    kind: str
    """Whether it is of something that happened (`episode`), a `fact`, a `summary`, or what somebody said
    (`hearsay`)."""
    significance: float
    """How much it matters, from 0 to 10."""
    witnesses: tuple[EntityId, ...]
    """Those who remember it."""
    from_: list[Seq]
    """The seqs of the events that it derives from."""
    told_by: EntityId | None = None
    """Who told it, for hearsay."""


class MemoriesView(View, frozen=True):
    """What the lens remembers, a page of it."""

    memories: list[MemoryView]
    """The memories, oldest first."""
    more: bool
    """Whether there are others beyond this page."""


class TimelineEntry(View, frozen=True, omit_defaults=True):
    """Something that happened, with the story's time."""

    entry: str
    """What it is: `scene` (one opens, goes on or closes), `turn` (the first line of a turn), `time` (time passes or is
    left out) or `occasion` (one is planned, changed, begins or ends)."""
    seq: Seq
    """The event that states it."""
    clock: str | None
    """What the story's clock read then; null until it is set."""
    elapsed: int
    """The minutes that had passed in the story."""
    text: str
    """It in words: the title of the scene and where it is; the beginning of the line; the minutes, or `set`; what
    became of the occasion."""
    turn: TurnNumber
    """The turn that it belongs to."""
    scene: str | None = None
    """The scene that was on, or that the line was told in; missing where none was."""
    at: str = ""
    """When it was played, in real time, UTC."""


class TimelineView(View, frozen=True):
    """What happened, a page of it."""

    entries: list[TimelineEntry]
    """The entries, oldest first."""
    more: bool
    """Whether there are others beyond this page."""


class OccasionView(View, frozen=True):
    """An occasion, something that is planned, goes on and ends, as the lens knows it."""

    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion."""
    status: str
    """How far it is: `planned`, `active`, `completed` or `cancelled`."""
    purpose: str
    """What it is for."""
    where: str | None
    """The container that it is in; null where none was named."""
    who: list[EntityId]
    """Those who it is planned with."""
    when: When | None
    """When it begins: a story time, a trigger, or null if somebody starts it."""
    props: list[str]
    """The ids of the props that it brings along."""
    gist: str
    """What came of it, or why it was cancelled; empty before that."""


class OccasionsView(View, frozen=True):
    """The occasions that the lens knows of."""

    occasions: list[OccasionView]
    """The occasions."""


class ThreadView(View, frozen=True):
    """A thread: an open question of the story."""

    thread: str
    """The id of the thread."""
    title: str
    """The question."""
    status: str
    """Whether it is `open` or `resolved`."""
    note: str
    """How it stands."""
    matters: int | None = None
    """How much it matters, from 0 to 10, as last rated; null where it never was."""


class ThreadsView(View, frozen=True):
    """The threads that the lens knows of."""

    threads: list[ThreadView]
    """The threads."""


class Section(View, frozen=True, rename={"from_": "from"}):
    """A piece of a prompt."""

    name: str
    """What it is, such as `transcript` or `memories`."""
    tokens: int
    """How many tokens it has, by estimate."""
    why: str
    """Why it is there, in words."""
    from_: list[Seq]
    """The seqs of the events that it was made from."""
    text: str
    """The piece itself."""


class PromptView(View, frozen=True):
    """What a speaker would be given now."""

    speaker: EntityId | None
    """Who would speak; null is the narrator."""
    lens: list[EntityId]
    """The lens that it is built from."""
    sections: list[Section]
    """The prompt in pieces."""
    messages: list[dict[str, str]]
    """The prompt as it would be sent: messages, each with a `role` (`system`, `user`, `assistant`; or a single
    `script`, a text to continue) and its `content`."""
    tokens: int
    """How many tokens the prompt has, by estimate."""
    budget: int
    """How many tokens it could have."""


class Secret(View, frozen=True, rename={"from_": "from"}):
    """Something that whoever looks knows, and others who are with them do not, as far as they can tell."""

    who: tuple[EntityId, ...]
    """Those who do not know it."""
    text: str
    """What it is, in words."""
    from_: list[Seq]
    """The seqs of the events that tell it."""


class SecretsView(View, frozen=True):
    """What whoever looks knows and those present do not, as far as they can tell: the few that matter most now. Only a
    lens of one has any."""

    secrets: list[Secret]
    """Those that matter more first."""


class Deleted(View, frozen=True):
    """Something that was named in a `delete`, and is still deleted."""

    seq: Seq
    """The seq that was named; `reinstate` takes it."""
    kind: str
    """The kind of the event."""
    who: EntityId | None
    """Who spoke the line; null for anything else."""
    text: str
    """The words of the line or memory; empty for anything else."""
    events: int
    """How many events were deleted with it, itself included."""


class LoreView(View, frozen=True, omit_defaults=True):
    """An entry of lore."""

    lore: str
    """The id of the entry."""
    name: str
    """What people call it; empty for nothing in particular."""
    keys: list[str]
    """What brings it up."""
    text: str
    """It in words."""
    lens: list[EntityId]
    """Those who know of it; empty for everybody."""
    rules: LoreRules
    """When it comes up, and where it stands then."""
    book: str | None = None
    """The lorebook that it is in; missing for none."""


class BookView(View, frozen=True, omit_defaults=True):
    """A lorebook: what its entries have in common."""

    book: str
    """The id of the book."""
    name: str
    """What people call it."""
    lens: list[EntityId]
    """Those who know of its entries unless an entry says otherwise; empty for everybody."""
    description: str = ""
    """What it is, in words for people."""
    scan_depth: int | None = None
    """In how many of the last lines keys are looked for; missing for the usual number."""
    budget: int | None = None
    """How many tokens its entries may have in one prompt; missing for as many as there is room for."""
    stirring: bool = False
    """Whether the texts of its entries may bring up others."""
    card: EntityId | None = None
    """The character whose card it came in; missing for none."""


class LoreAllView(View, frozen=True):
    """The lore that the lens knows of."""

    lore: list[LoreView]
    """The entries, in the order in which they came to be known."""
    books: list[BookView]
    """The lorebooks."""


class StoryView(View, frozen=True):
    """How the story is told. It is the author's alone, and the same through every lens."""

    premise: str
    """What the story is about; empty for nothing said."""
    style: Style
    """How its prose is to read."""
    writes_for_you: bool
    """Whether what others write may move `you` and put words into your mouth."""
    alone: Alone
    """Who answers where nobody is there who could: the narrator or nobody."""


class DecayOf(View, frozen=True):
    """What the latest dozen replies of a bot are like. It quotes nothing."""

    entity: EntityId
    """Whose replies they are."""
    replies: int
    """How many there are."""
    words: float
    """How many words a reply has, by the median."""
    distinct: list[float]
    """For n = 1, 2 and 3: the share of different n-grams among all."""
    openings: int
    """How many open with the same three words as one before."""
    endings: int
    """How many end with the same three words as one before."""
    phrases: int
    """How many phrases recur in three or more, those apart that name something."""
    overused: int
    """How many entries of the user's list of overused phrases they have."""
    shrinking: bool
    """Whether the latest are much shorter than the earlier ones."""
    cut_for_others: int
    """How many of the bot's replies, of the latest 500 calls, were cut where they began to write for somebody else."""
    cut_in_circles: int
    """How many of them were cut where they went round in circles."""


class DecayView(View, frozen=True):
    """How each bot repeats itself or shrinks, and how often its replies had to be cut."""

    speakers: list[DecayOf]
    """Each bot of the cast."""


class DeletedView(View, frozen=True):
    """What `reinstate` can bring back, a page of it: the latest ones."""

    deleted: list[Deleted]
    """What was deleted, in the order of the story."""
    more: bool
    """Whether there are earlier ones."""


StateView = dict[str, Any]
"""All of a state as the daemon folds it; its fields are not laid down."""

VIEWS: dict[str, Any] = {
    "scene": SceneView,
    "world": WorldView,
    "entity": EntityView,
    "edges": EdgesView,
    "transcript": TranscriptView,
    "memories": MemoriesView,
    "occasions": OccasionsView,
    "threads": ThreadsView,
    "timeline": TimelineView,
    "prompt": PromptView,
    "secrets": SecretsView,
    "deleted": DeletedView,
    "story": StoryView,
    "decay": DecayView,
    "lore": LoreAllView,
    "state": StateView,
}
"""Every view's shape, by the name that `project` takes."""
