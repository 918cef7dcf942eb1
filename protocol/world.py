"""The small shapes that events, commands and views share: where a thing is, what a room is like."""

from typing import Annotated, Literal

import msgspec

from protocol.ids import EntityId, Id, Name, Picture, StoryTime

Manner = Literal["speech", "action", "thought", "whisper", "message", "narration", "ooc"]
"""How a line is brought out, which decides who perceives it: `speech` by all within earshot, `action` by all who see,
`thought` by its owner alone, a `whisper` by those it is meant for, who must be there (the others notice it), a
`message` by those it is meant for, wherever they are, `narration` by all who are with its teller, or with `you` where
it has none, and `ooc` (out of character) by nobody."""

MemoryKind = Literal["episode", "fact", "summary", "hearsay"]
"""What a memory is: of something that happened (`episode`), a `fact`, a `summary` of lines, or what somebody said
(`hearsay`)."""


Pressed = Literal["want", "thread", "occasion", "arrival", "new"]
"""What is pressed where a story moves by itself: a want of somebody's, an open question, an occasion, that somebody who
is elsewhere arrives, or that something new is wanted or happens."""

Alone = Literal["narrate", "silent"]
"""Who answers `you` where nobody is there who could: the narrator, or nobody."""

Words = Annotated[str, msgspec.Meta(max_length=200)]
"""A few words of the author's on how a story is told."""


class Style(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How the prose of a story is to read."""

    person: Literal["first", "second", "third"] = "third"
    """In which person deeds are told: as `I`, as `you`, or by name."""
    tense: Literal["present", "past"] = "present"
    """In which tense deeds are told."""
    length: Words = "a few sentences"
    """How long a reply is to be."""
    tone: Words = ""
    """The tone of the prose; empty for none in particular."""
    language: Words = ""
    """The language that is written; empty for that of the story so far."""
    form: Literal["asterisks", "novel"] = "asterisks"
    """How deeds are told from words: deeds stand between `asterisks`, or words in quotation marks, as in a `novel`."""


LoreLogic = Literal["any", "all", "not_any", "not_all"]
"""What the secondary keys of an entry of lore ask for: that `any` or `all` of them were said, or that none of them was
(`not_any`), or not all (`not_all`)."""

Key = Annotated[str, msgspec.Meta(max_length=500)]
Keys = Annotated[list[Key], msgspec.Meta(max_length=500)]
"""Words that are looked for in what was said, or regular expressions, written `/…/flags`."""

Lines = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Rank = Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)]


class LoreRules(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """When an entry of lore comes up, and where it stands then."""

    enabled: bool = True
    """Whether it can come up at all."""
    constant: bool = False
    """Whether it comes up always, whatever its keys are."""
    secondary: Keys = []
    """Secondary keys, which narrow what the keys bring up."""
    logic: LoreLogic = "any"
    """What the secondary keys ask for."""
    also: Keys = []
    """Further keys, any of which must have been said too."""
    never: Keys = []
    """Keys that keep it away if any of them was said."""
    regex: bool = False
    """Whether all keys are regular expressions; those that are written `/…/flags` are in any case."""
    case: bool = False
    """Whether upper and lower case are told apart."""
    whole_words: bool = False
    """Whether a key must stand by itself, and not within a longer word."""
    scan_depth: Lines | None = None
    """In how many of the last lines keys are looked for; null for as many as its book says."""
    order: Rank = 100
    """Where it stands among others that come up: a lower one goes before."""
    priority: Rank = 0
    """Which stay where there is no room for all: those of the highest priority, then those of the highest order."""
    probability: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    """How often it comes up when it might, in percent."""
    group: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Of those that share a group, one comes up; empty for none, several with commas between."""
    weight: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 100
    """How likely it is the one of its group."""
    preferred: bool = False
    """Whether it is the one of its group by its order, without a draw."""
    after: Lines = 0
    """How many lines of bots must have been told before it comes up."""
    every: Lines = 0
    """It comes up only where the number of lines of bots is a multiple of this; 0 for at any."""
    unstirred: bool = False
    """Whether the texts of other entries never bring it up."""
    stirs_none: bool = False
    """Whether its own text never brings up others."""
    stirred_only: bool = False
    """Whether only the texts of other entries bring it up."""
    depth: Lines | None = None
    """How many lines above the end of the prompt it stands; null for with what else is worth knowing, at the end."""


RecalledKind = Literal["line", "episode", "fact", "summary", "hearsay", "lore"]
"""What can be recalled: a line, a memory by its kind, or an entry of lore."""


How = Literal["held", "worn", "carried"]
"""How somebody has a thing: held in a hand, seen by all; worn, seen by all; or carried in a pocket, a sleeve or a bag,
unseen by others. Only what is held takes a hand."""

Spot = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
"""Where in a place, in a few words, such as `under the third stair`."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a prop is: exactly one of a container, an entity, a prop or an occasion.

    In a container a `slot`, a `spot`, and whether it is `hidden` may be named: what is hidden is not in plain sight. Of
    an entity: `how` the entity has it. Of a prop: whether it lies `on` the prop, in plain sight, and not in it.

    Raises ValueError where none or several are named, or what does not go with the one that is.
    """

    container: Id | None = None
    """The container that it lies in."""
    slot: Name | None = None
    """The slot of that container."""
    spot: Spot | None = None
    """Where in the container, in a few words."""
    hidden: bool = False
    """Whether it is hidden there, out of plain sight."""
    entity: EntityId | None = None
    """Who has it."""
    how: How = "held"
    """How the entity has it."""
    prop: Id | None = None
    """The prop that it is in or on."""
    on: bool = False
    """Whether it lies on the prop, in plain sight, and not in it."""
    occasion: Id | None = None
    """The occasion that it belongs to, which is not on."""

    def __post_init__(self) -> None:
        named = (
            (self.container is not None)
            + (self.entity is not None)
            + (self.prop is not None)
            + (self.occasion is not None)
        )
        if (
            named != 1
            or (self.container is None and (self.hidden or self.slot is not None or self.spot is not None))
            or (self.entity is None and self.how != "held")
            or (self.prop is None and self.on)
        ):
            raise ValueError(
                "a place is exactly one of {container, slot?, spot?, hidden?}, {entity, how?}, {prop, on?} or "
                "{occasion}; null is unknown"
            )


class Leaning(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far the numbers of a feeling have come toward their next value, each negative where that is a lower one."""

    warmth: int = 0
    """How far warmth has come."""
    trust: int = 0
    """How far trust has come."""
    tension: int = 0
    """How far tension has come."""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named spot of a container."""

    slot: Name
    """The name of the slot."""
    capacity: int = 1
    """How many entities it holds, 1 or more."""

    def __post_init__(self) -> None:
        if self.capacity < 1:
            raise ValueError("a slot's capacity is at least 1")


class Walls(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the walls of a container let through. Between two containers, both must let it through."""

    sound: bool = False
    """Whether one can be heard through them."""
    sight: bool = False
    """Whether one can be seen through them."""


Told = Annotated[str, msgspec.Meta(max_length=4000)]
"""What the author tells a model of how to write."""


class Identity(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who somebody is. In a change, what is left out stays as it is."""

    appearance: str | None = None
    """What everybody can see of them."""
    description: str | None = None
    """Who they are; only they know it, as all that follows."""
    personality: str | None = None
    """What they are like."""
    voice: str | None = None
    """How they speak."""
    examples: str | list[str] | None = None
    """Examples of what they say, one or a list."""
    talkativeness: int | None = None
    """How readily they speak, from 0 (only if addressed) to 10 (always has a say); 5 if never given."""
    instructions: Told | None = None
    """How a model is to write them. It stands in the prompts of this character alone, as the author's style does."""
    reminder: Told | None = None
    """The same, at the very end of these prompts, after all that was said."""
    picture: Picture | None = None
    """The picture that everybody knows of them: one that an import kept, by its digest; empty for none. It stands in no
    prompt."""


class Trigger(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an occasion waits for: exactly one of `arrives` with `container`, `after`, and `resolved`."""

    arrives: EntityId | None = None
    """Who is to arrive in the container."""
    container: Id | None = None
    """The container that they are to arrive in."""
    after: Id | None = None
    """The occasion that is to be over, completed or cancelled."""
    resolved: Id | None = None
    """The thread that is to be resolved."""

    def __post_init__(self) -> None:
        arrival = self.arrives is not None and self.container is not None
        named = arrival + (self.after is not None) + (self.resolved is not None)
        if named != 1 or (self.arrives is None) != (self.container is None):
            raise ValueError("a trigger is one of {arrives, container}, {after: occasion} or {resolved: thread}")


When = StoryTime | Trigger
"""A story time or a trigger."""
