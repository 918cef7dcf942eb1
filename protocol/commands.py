"""What a client can ask for: the imperative commands that `append` and `create` take, told apart by `do`.

They are requests only. What comes of them is decided by the daemon's rules (see protocol/rules.py).
"""

from typing import Annotated, Any, Literal

import msgspec

from protocol.ids import EntityId, Id, Name, Seq, StoryTime, Text
from protocol.world import How, Identity, Keys, Lines, LoreRules, Manner, MemoryKind, Place, Slot, Spot, Walls, When


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Command(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="do",
    tag=_snake,
):
    """Base of all commands."""

    witnesses: list[EntityId] | None = None
    """Who perceives the act, instead of those who would by walls, distance and sleep; left out, the daemon works it
    out."""
    seems: list[EntityId] | None = None
    """Who seems to perceive the act, to those who do; left out, those of `witnesses`, and without these the daemon
    works it out."""


class AddEntity(Command, frozen=True, kw_only=True):
    """Brings somebody into the cast. Name and appearance are for everybody to know, the rest is known to themselves
    alone."""

    entity: EntityId
    """Who they are to be."""
    name: Name
    """What they are called."""
    identity: Identity = Identity()
    """Who they are; a bot needs one before it can speak."""
    mood: str | None = None
    """Their mood."""
    goals: str | list[str] | None = None
    """What they want, one or a list."""
    status: str | None = None
    """How they are, in words."""


class ChangeEntity(Command, frozen=True, kw_only=True):
    """Changes somebody of the cast; what is left out stays as it is."""

    entity: EntityId
    """Who is changed."""
    name: Name | None = None
    """What they are called from now on."""
    identity: Identity = Identity()
    """Who they are from now on."""
    mood: str | None = None
    """Their mood; an empty text for none."""
    goals: str | list[str] | None = None
    """What they want, one or a list; an empty text for nothing."""
    status: str | None = None
    """How they are; an empty text for nothing to be said."""


class AddContainer(Command, frozen=True, kw_only=True):
    """Makes a container, a place that holds people and props, which everybody knows of."""

    container: Id | None = None
    """An id for the container; left out, the daemon makes one."""
    name: Name
    """What it is called."""
    description: Text = ""
    """What it is like."""
    parent: Id | None = None
    """The container that it is in."""
    slots: list[Slot] = []
    """Its slots."""
    opens_to: list[Id] = []
    """The containers that it opens to."""
    walls: Walls = Walls()
    """What its walls let through."""


class ChangeContainer(Command, frozen=True, kw_only=True):
    """Changes a container; what is left out stays as it is."""

    container: Id
    """The id of the container."""
    name: Name | None = None
    """What it is called from now on."""
    description: Text | None = None
    """What it is like from now on."""
    parent: Id | msgspec.UnsetType | None = msgspec.UNSET
    """The container that it is in from now on; null for none."""
    slots: list[Slot] | None = None
    """All of its slots from now on; none can go that somebody is in."""
    opens_to: list[Id] | None = None
    """All containers that it opens to from now on."""
    walls: Walls | None = None
    """What its walls let through from now on."""


class Move(Command, frozen=True, kw_only=True):
    """Somebody goes to a container, or to another slot of the one they are in. They see what is in plain sight
    there."""

    who: EntityId
    """Who goes."""
    container: Id
    """The container that they go to."""
    slot: Name | None = None
    """The slot of it that they take; left out, none."""
    spot: Spot | None = None
    """Where in it, in a few words; left out, nowhere in particular."""


class Act(Command, frozen=True, kw_only=True):
    """Somebody does something, attends to something, wakes or falls asleep; what is left out stays as it is."""

    who: EntityId
    """Who it is."""
    doing: str | msgspec.UnsetType | None = msgspec.UNSET
    """What they are doing from now on, in words; null for nothing."""
    attention: str | msgspec.UnsetType | None = msgspec.UNSET
    """What they attend to from now on, in words; null for nothing."""
    awake: bool | None = None
    """Whether they are awake from now on."""
    spot: Spot | msgspec.UnsetType | None = msgspec.UNSET
    """Where in their place they are from now on, in a few words; null for nowhere in particular."""


class AddProp(Command, frozen=True, kw_only=True, rename={"in_": "in"}):
    """Makes a prop, a thing that can be taken and put somewhere."""

    prop: Id | None = None
    """An id for the prop; left out, the daemon makes one."""
    name: Name
    """What it is called."""
    in_: Place | None
    """Where it is; null is somewhere unknown."""
    description: Text = ""
    """What it is like."""
    closed: bool = False
    """Whether it is closed, so that what is inside is not seen."""
    condition: str = ""
    """What is different about it now, in a phrase; empty for nothing."""


class Take(Command, frozen=True, kw_only=True):
    """Somebody takes a prop that is within reach."""

    who: EntityId
    """Who takes it."""
    prop: Id
    """The id of the prop."""
    how: How = "held"
    """How they have it from now on."""


class Drop(Command, frozen=True, kw_only=True):
    """Somebody puts down a prop that they hold, where they are."""

    who: EntityId
    """Who puts it down."""
    prop: Id
    """The id of the prop."""
    spot: Spot | None = None
    """Where in the place it lies, in a few words."""
    hidden: bool = False
    """Whether it is hidden there, out of plain sight."""


class Hand(Command, frozen=True, kw_only=True):
    """Somebody gives a prop that they hold, or that is within reach, to somebody else in the same container."""

    who: EntityId
    """Who gives it."""
    prop: Id
    """The id of the prop."""
    to: EntityId
    """Who gets it."""
    how: How = "held"
    """How the other has it from now on."""


class Put(Command, frozen=True, kw_only=True, rename={"in_": "in"}):
    """Somebody puts a prop somewhere within reach; those present see it done. It may thereby be hidden, worn, or
    carried unseen."""

    who: EntityId
    """Who puts it there."""
    prop: Id
    """The id of the prop."""
    in_: Place
    """Where it is put."""


class Hide(Put, frozen=True, kw_only=True, rename={"in_": "in"}):
    """Another word for `put`."""


class ChangeProp(Command, frozen=True, kw_only=True):
    """What is different about a prop now, or what it is called; seen by those who see the prop. `who` changes it."""

    prop: Id
    """The id of the prop."""
    who: EntityId | None = None
    """Who changes it; left out, it changes by itself."""
    name: Name | None = None
    """What it is called from now on."""
    description: Text | None = None
    """What it is like from now on."""
    condition: str | None = None
    """What is different about it now, in a phrase that replaces the one before."""


class Search(Command, frozen=True, kw_only=True):
    """Looks for what is hidden in a container, or for all that is in a prop; others see only that somebody searches."""

    who: EntityId
    """Who searches."""
    container: Id | None = None
    """The container that is searched for what is hidden; this or a prop."""
    prop: Id | None = None
    """The prop that is looked into; this or a container."""


class Open(Command, frozen=True, kw_only=True):
    """Somebody opens a prop within reach; those who see it see what is inside."""

    who: EntityId
    """Who opens it."""
    prop: Id
    """The id of the prop."""


class Close(Command, frozen=True, kw_only=True):
    """Somebody closes a prop within reach."""

    who: EntityId
    """Who closes it."""
    prop: Id
    """The id of the prop."""


class LookInto(Command, frozen=True, kw_only=True):
    """Somebody looks into a prop within reach, closed or not. Only they see what is inside; the others see them
    look."""

    who: EntityId
    """Who looks."""
    prop: Id
    """The id of the prop."""


class Feel(Command, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Changes an edge, what somebody feels for somebody else. The numbers are added to those that stand, and the sum is
    kept within -5 to 5."""

    from_: EntityId
    """Who feels."""
    to: EntityId
    """For whom."""
    warmth: int = 0
    """How much warmer the feeling gets; a negative number makes it colder."""
    trust: int = 0
    """How much the trust grows; a negative number makes it shrink."""
    tension: int = 0
    """How much the tension grows; a negative number makes it shrink."""
    note: str | None = None
    """The feeling in words from now on; left out, as before."""
    because: str | None = None
    """What brought the change about, in words."""


class Bind(Command, frozen=True, kw_only=True):
    """Changes the group node, what the cast is like together; what is left out stays as it is."""

    tone: str | None = None
    """How they are with each other from now on."""
    note: str | None = None
    """What else is to be said of them from now on."""
    habits: list[str] | None = None
    """All that they are used to do from now on."""


class Say(Command, frozen=True, kw_only=True):
    """Somebody says, does or thinks something: one line of one part."""

    who: EntityId | None
    """Who it is; null for a narrator."""
    text: Text
    """The words."""
    manner: Manner = "speech"
    """How it is brought out, which decides who perceives it."""
    to: list[EntityId] = []
    """Whom it is meant for; a whisper or a message needs somebody."""


class OpenScene(Command, frozen=True, kw_only=True):
    """Opens a scene in a container; the one that is on is closed first, and so is another that is open there.

    Lines that are played open scenes by themselves: where one is told, a scene begins, or goes on if it was left.
    """

    scene: Id | None = None
    """An id for the scene; left out, the daemon makes one."""
    container: Id
    """The container that it plays in."""
    present: list[EntityId]
    """Those who are to be there; whoever is elsewhere comes."""
    title: str = ""
    """A title for the scene."""
    at: StoryTime | None = None
    """The story time at which it begins; left out, the clock stays as it is."""


class CloseScene(Command, frozen=True, kw_only=True):
    """Closes the scene that is on."""

    gist: Text | None = None
    """What happened in it, as those present are to remember it; left out, a model writes a summary for each of them."""


class PassTime(Command, frozen=True, kw_only=True):
    """Lets time go by."""

    minutes: int
    """How many minutes, 0 or more."""


class SkipTime(Command, frozen=True, kw_only=True):
    """Leaves time out. Either `minutes` or `until` says how much."""

    mode: Literal["elision", "jump"]
    """An `elision` is within the scene; a `jump` closes all scenes, ends what anybody does, and lets moods and
    tensions settle."""
    minutes: int | None = None
    """How many minutes, 0 or more."""
    until: StoryTime | None = None
    """The story time that it is then."""
    summary: Text | None = None
    """What happened meanwhile, as those present are to remember it."""


class PlannedProp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prop that an occasion brings along."""

    prop: Id
    """An id for the prop."""
    name: Name
    """What it is called."""


class Plan(Command, frozen=True, kw_only=True):
    """Plans an occasion: a picnic, a heist. It brings its props when it starts, and takes them along when it is
    over."""

    occasion: Id | None = None
    """An id for the occasion; left out, the daemon makes one."""
    title: Name
    """The title of the occasion."""
    purpose: Text = ""
    """What it is for."""
    where: Id | None = None
    """The container that it will be in; left out, wherever the scene is when it starts."""
    who: list[EntityId] | None = None
    """Those who know of it; left out, the whole cast."""
    when: When | None = None
    """When it begins: a story time or a trigger; left out, when somebody starts it."""
    props: list[PlannedProp] = []
    """The props that it brings along."""


class ChangeOccasion(Command, frozen=True, kw_only=True):
    """Moves or renames an occasion that is not over. Those who know of it learn of it, and whoever joins it."""

    occasion: Id
    """The id of the occasion."""
    title: Name | None = None
    """Its title from now on."""
    purpose: Text | None = None
    """What it is for from now on."""
    where: Id | msgspec.UnsetType | None = msgspec.UNSET
    """The container that it will be in; null for wherever the scene is then."""
    who: list[EntityId] | None = None
    """Those who are to know of it from now on; who knew of it is told as well."""
    when: When | msgspec.UnsetType | None = msgspec.UNSET
    """When it begins: a story time or a trigger; null for when somebody starts it."""


class Start(Command, frozen=True, kw_only=True):
    """Starts an occasion that is planned."""

    occasion: Id
    """The id of the occasion."""
    why: Text = ""
    """Why it starts now, in words."""


class Cancel(Command, frozen=True, kw_only=True):
    """Cancels an occasion that is planned or on."""

    occasion: Id
    """The id of the occasion."""
    why: Text = ""
    """Why it is cancelled, in words."""


class Acquired(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the props of an occasion that somebody keeps."""

    prop: Id
    """The id of the prop."""
    by: EntityId
    """Who keeps it."""


class Learned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that somebody learned at an occasion, and remembers."""

    fact: Text
    """The fact in words."""
    by: EntityId
    """Who learned it."""


class Felt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A change of an edge that an occasion brought about, with the fields of the command `feel`."""

    from_: EntityId
    """Who feels."""
    to: EntityId
    """For whom."""
    do: Literal["feel"] = "feel"
    """Always `feel`, and may be left out."""
    warmth: int = 0
    """How much warmer the feeling gets; a negative number makes it colder."""
    trust: int = 0
    """How much the trust grows; a negative number makes it shrink."""
    tension: int = 0
    """How much the tension grows; a negative number makes it shrink."""
    note: str | None = None
    """The feeling in words from now on; left out, as before."""
    because: str | None = None
    """What brought the change about, in words."""


class Complete(Command, frozen=True, kw_only=True):
    """Ends an occasion that is on. Only what is named here outlives it."""

    occasion: Id
    """The id of the occasion."""
    gist: Text
    """What happened, as those there are to remember it."""
    acquired: list[Acquired] = []
    """The props of the occasion that somebody keeps."""
    learned: list[Learned] = []
    """The facts that somebody learned."""
    edges: list[Felt] = []
    """The feelings that changed."""


class OpenThread(Command, frozen=True, kw_only=True):
    """Opens a thread, an open question of the story. Those present know of it."""

    thread: Id | None = None
    """An id for the thread; left out, the daemon makes one."""
    title: Name
    """The question."""
    note: Text = ""
    """How it stands."""


class AdvanceThread(Command, frozen=True, kw_only=True):
    """Says how an open thread stands now."""

    thread: Id
    """The id of the thread."""
    note: Text = ""
    """How it stands now; left out, as before."""


class ResolveThread(Command, frozen=True, kw_only=True):
    """Resolves an open thread."""

    thread: Id
    """The id of the thread."""
    note: Text = ""
    """How it was resolved; left out, what was said of it last."""


class Remember(Command, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Makes somebody remember something."""

    gist: Text
    """The memory in words."""
    by: list[EntityId]
    """Those who remember it."""
    kind: MemoryKind = "episode"
    """What kind of memory it is."""
    significance: float = 5.0
    """How much it matters, from 0 to 10."""
    from_: list[Seq] = []
    """The seqs of the events that it derives from, all of which they must have witnessed."""


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"in_": "in"}):
    """The claim that a prop is somewhere, true or not."""

    prop: Id
    """The id of the prop."""
    in_: Place | None
    """Where it is said to be; null is nowhere known."""


class Share(Command, frozen=True, kw_only=True):
    """Tells a memory, or in words (`gist`) anything at all; `claims` say where things are. Those who are told keep it
    as hearsay, whether they believe it or not."""

    by: EntityId
    """Who tells it."""
    to: list[EntityId]
    """Who is told, and believes it unless they see that it is not so."""
    memory: Id | None = None
    """The id of a memory of theirs; those who are told remember it as hearsay."""
    gist: Text | None = None
    """What is told, in words; those who are told remember it as hearsay."""
    claims: list[Claim] = []
    """Where props are said to be."""


class Set(Command, frozen=True, kw_only=True):
    """States how something is, by the author's hand, without regard to reach; what `values` leaves out stays as it
    is."""

    what: str
    """What is set: `prop`, `entity`, `container`, `edge`, `memory`, `clock`, `group`, `lore`, `book` or `story`."""
    id: str | None = None
    """The id of it; of an edge such as `a>you`; the clock, the group and the story have none."""
    values: dict[str, Any]
    """The values by name. Of a prop: `in`, `name`, `description`, `closed`. Of an entity: what `change_entity` takes,
    and `container`, `slot`, `doing`, `attention`, `awake`. Of a container: what `change_container` takes. Of an edge:
    `warmth`, `trust`, `tension` (each from -5 to 5), `note`. Of a memory: `gist`, `significance`. Of the clock:
    `clock`, a story time. Of the group: `tone`, `note`, `habits`. Of lore and of a lorebook: what `add_lore` and
    `add_book` take but for their ids, and of `rules` what is given. Of the story: `premise`, what it is about;
    `style`, how its prose is to read, any of `person` (`first`, `second`, `third`), `tense` (`present`, `past`),
    `length`, `tone`, `language` (each in words), `form` (`asterisks`, `novel`); `writes_for_you`, whether what others
    write may move `you` and put words into your mouth; `alone`, who answers where nobody is there who could: the
    narrator (`narrate`) or nobody (`silent`); and `moves`, whether the story moves by itself where the player does
    nothing."""


class Remove(Command, frozen=True, kw_only=True):
    """Takes away what was made. What lies in a prop comes to lie where that was; a container must be empty."""

    what: str
    """What is taken away: `prop`, `container`, `lore`, or `book`, which goes with its entries."""
    id: str
    """The id of it."""


class Note(Command, frozen=True, kw_only=True):
    """Sets the author's note, which steers what models write and which nobody in the story perceives."""

    text: Text
    """The note; an empty text takes it away."""
    depth: int = 0
    """How many lines above the end of the prompt it stands; 0 is after the last one."""


class AddLore(Command, frozen=True, kw_only=True):
    """Adds an entry of lore: something about the world that a prompt is given when it comes up."""

    lore: Id | None = None
    """An id for the entry; left out, the daemon makes one."""
    keys: Keys = []
    """Words that bring it up when they were said lately, in upper or lower case, or regular expressions, written
    `/…/flags`; without any it is in every prompt."""
    text: Text
    """The entry in words."""
    lens: list[EntityId] = []
    """Those who know of it; left out, everybody."""
    name: str = ""
    """What people call it; it is in no prompt."""
    book: Id | None = None
    """The lorebook that it is in; left out, none."""
    entry: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Which entry of the file that the book came from it is."""
    rules: LoreRules = LoreRules()
    """When it comes up, and where it stands then."""


class AddBook(Command, frozen=True, kw_only=True):
    """Adds a lorebook: what entries of lore have in common."""

    book: Id | None = None
    """An id for the book; left out, the daemon makes one."""
    name: Name
    """What people call it."""
    description: str = ""
    """What it is, in words for people."""
    scan_depth: Lines | None = None
    """In how many of the last lines keys are looked for; left out, 6."""
    budget: Annotated[int, msgspec.Meta(ge=0, le=10**6)] | None = None
    """How many tokens its entries may have in one prompt; left out, a quarter of the prompt, with all other lore."""
    stirring: bool = False
    """Whether the texts of its entries may bring up others."""
    lens: list[EntityId] = []
    """Those who know of its entries unless an entry says otherwise; left out, everybody."""
    card: EntityId | None = None
    """The character whose card it came in; left out, none."""


AnyCommand = (
    AddEntity | ChangeEntity | AddContainer | ChangeContainer | Move | Act
    | AddProp | ChangeProp | Take | Drop | Hand | Put | Hide | Open | Close | LookInto | Search
    | Feel | Bind | Say | OpenScene | CloseScene | PassTime | SkipTime
    | Plan | ChangeOccasion | Start | Complete | Cancel | OpenThread | AdvanceThread | ResolveThread
    | Remember | Share | Set | Remove | Note | AddLore | AddBook
)  # fmt: skip
"""Any command, told apart by its `do`."""
