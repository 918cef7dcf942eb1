"""What a prompt is made from and comes to, and what its pages share: sections, names, the speaker's place. Pure."""

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from daemon.story.decide.desk import HANDS
from daemon.story.lenses import named
from daemon.story.state import State, people_in
from daemon.story.summaries import Summary
from daemon.telling.decay import NOBODYS, Names
from daemon.telling.lore.activation import Came
from daemon.telling.overused import NOTHING, Overused
from daemon.telling.pressing import Press
from daemon.telling.recalling import Memory
from daemon.telling.secrets import Secret
from protocol.ids import ENTITIES, EntityId, Seq
from protocol.model import Message
from protocol.views import LineView, Section
from protocol.world import Style

RECALLED, RECALLED_MOST = 0.1, 400
"""The share of a budget, and tokens at the most, kept free for what comes to mind."""


class Prompt(msgspec.Struct, frozen=True):
    """A prompt: its messages and, itemised, what it is made of; `own` are the speaker's last replies, oldest first,
    `names` the words that name something in the world."""

    messages: tuple[Message, ...]
    sections: list[Section]
    tokens: int
    own: tuple[str, ...] = ()
    names: Names = NOBODYS

    @property
    def script(self) -> str:
        """The text to continue, where the prompt is a script; else empty."""
        return self.messages[0].content if self.messages[0].role == "script" else ""

    def sha256(self) -> str:
        """A fingerprint of the messages, in hex."""
        return hashlib.sha256(msgspec.json.encode(self.messages)).hexdigest()


class Move(msgspec.Struct, frozen=True):
    """A coming or going, as the speaker perceived it at a seq, in a sentence."""

    seq: Seq
    text: str


class Telling(msgspec.Struct, frozen=True):
    """What a prompt is made from.

    `mind` is the state through the speaker's lens (a narrator's is what all present share), `lines` what that lens
    perceived and no summary stands for, oldest first, `before` the last ones for which one stands, shown all the same
    while there is room, `own` the speaker's last replies, summed up or not, `past` those summaries, in their order,
    `memories` what the lines bring to mind, best first. `then` is the mind as it was just before the first of all these
    lines: what stands above them is told as of then, so that it stays the same from turn to turn. `moves` are the
    comings and goings between the lines. What was said from `unread_from` on nobody has read into the mind yet.

    `premise` and `style` are how the author wants the story told, `for_you` whether prose may act for `you`, all set at
    `told_from`. `note` and `note_from` are the author's steering, so many lines above the end; `steer` and `press` are
    for this one reply. `hands` are how many things somebody can hold. `budget` is in tokens by `count`.
    `overused` is the user's list of overused phrases. `secrets` are what those present do not know, as far as the
    speaker can tell. `lore` are the entries that came up, in the order in which they stand.
    """

    speaker: EntityId | None
    mind: State
    lines: Sequence[LineView]
    budget: int
    count: Callable[[str], int]
    mode: str = "reply"
    may_pass: bool = False
    note: str = ""
    note_from: Sequence[Seq] = ()
    note_depth: int = 0
    for_you: bool = False
    steer: str = ""
    press: Press | None = None
    memories: Sequence[Memory] = ()
    past: Sequence[Summary] = ()
    before: Sequence[LineView] = ()
    own: Sequence[LineView] = ()
    hands: int = HANDS
    premise: str = ""
    style: Style = Style()
    told_from: Sequence[Seq] = ()
    then: State | None = None
    moves: Sequence[Move] = ()
    unread_from: Seq | None = None
    overused: Overused = NOTHING
    secrets: Sequence[Secret] = ()
    lore: Sequence[Came] = ()


def kept_free(t: Telling) -> int:
    """Tokens for what comes to mind: free even if unused, so that the transcript begins at the same line each turn."""
    return min(RECALLED_MOST, int(t.budget * RECALLED))


def joined(sections: Sequence[Section]) -> str:
    return "\n\n".join(s.text for s in sections)


def section(t: Telling, name: str, why: str, from_: Sequence[Seq], text: str) -> Section:
    return Section(name, t.count(text) if text else 0, why, sorted({s for s in from_ if s}), text)


def sources_of(t: Telling, *keys: str) -> list[Seq]:
    return [t.mind.sources[k] for k in keys if k in t.mind.sources]


def name_of(t: Telling, e: EntityId) -> str:
    known = t.mind.entities.get(e)
    return known.name if known is not None else e


def names_of(t: Telling) -> dict[EntityId, str]:
    return {e: name_of(t, e) for e in ENTITIES}


def where_of(t: Telling, mind: State | None = None) -> str | None:
    """Where the speaker is, or was in an earlier state of the mind. A narrator is with `you`; where `you` do not hear
    it, in the scene, or if not all saw that begin, where those of its lens are."""
    known = t.mind if mind is None else mind
    here = named(known.lens) if t.speaker is None else (t.speaker,)
    if t.speaker is None and "you" not in here and known.scene is not None:
        return known.scene.container
    return next((known.entities[e].container for e in here if e in known.entities), None)


def is_alone(t: Telling) -> bool:
    """Whether nobody who is awake is with `you`, as far as a narrator's lens knows."""
    there = people_in(t.mind, where_of(t))
    return t.speaker is None and "you" in there and not any(t.mind.entities[e].awake for e in there if e != "you")
