"""Events of play: scenes, lines, what is remembered of them, and what the author notes."""

from protocol.events.payload import Payload
from protocol.ids import EntityId
from protocol.world import Manner, MemoryKind


class SceneOpened(Payload, frozen=True):
    kind = "scene.opened"
    scene: str
    container: str
    title: str = ""
    present: list[EntityId] = []


class LineSaid(Payload, frozen=True):
    """One part of a line: its words, and how they were brought out.

    `mode` is how a model's line came about (reply, continue, impersonate, narrate), empty for the author's;
    `cut` marks one that was cut short. `answers` is the seq that the line answers, for takes. `raw` is this part as it
    was typed or written, marks and blanks included, where `text` differs from it: the parts' raw texts make the line's.
    """

    kind = "line.said"
    version = 2
    line: str
    who: EntityId | None
    text: str
    manner: Manner = "speech"
    part: int = 0
    to: list[EntityId] = []
    scene: str | None = None
    mode: str = ""
    answers: int | None = None
    cut: bool = False
    raw: str = ""


class LineNoticed(Payload, frozen=True):
    """That a line happened, without its words."""

    kind = "line.noticed"
    line: str
    who: EntityId | None
    manner: Manner
    part: int = 0
    to: list[EntityId] = []
    scene: str | None = None


class LineRevised(Payload, frozen=True):
    """Other words for a part of a line; `raw` as in `line.said`."""

    kind = "line.revised"
    version = 2
    line: str
    text: str
    part: int = 0
    raw: str = ""


class SceneClosed(Payload, frozen=True):
    kind = "scene.closed"
    scene: str
    container: str
    gist: str = ""


class MemoryFormed(Payload, frozen=True, rename={"from_": "from"}):
    """What its witnesses keep of a moment; significance from 0 to 10; `from` are the seqs it derives from."""

    kind = "memory.formed"
    memory: str
    gist: str
    memory_kind: MemoryKind = "episode"
    significance: float = 5.0
    from_: list[int] = []
    told_by: EntityId | None = None
    because: list[str] = []


class NoteSet(Payload, frozen=True):
    """The author's steering note, `depth` lines above the end of the prompt; empty takes it away."""

    kind = "note.set"
    text: str
    depth: int = 0


class LoreSet(Payload, frozen=True):
    """An entry of lore given to those of the lens (all, if empty); empty text takes it away."""

    kind = "lore.set"
    lore: str
    keys: list[str]
    text: str
    lens: list[EntityId] = []
