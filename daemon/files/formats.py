"""The shapes of the files that leave the daemon and come back: stories, characters, states, scenes, templates.

Each begins with what it is and the version of its shape; docs/formats.md describes them for other programs.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from protocol.commands import AnyCommand
from protocol.ids import Digest, EntityId, Id, Name, Seq, Text, TurnNumber
from protocol.views import LineView
from protocol.world import Identity, MemoryKind

STORY = 1
CHARACTER = 1
STATE = 1
SCENE = 1
TEMPLATE = 1
"""The versions that are written; lower ones are read as well."""


class Head(msgspec.Struct, frozen=True):
    """What every file begins with."""

    fabula: str
    version: int


class StoryBranch(msgspec.Struct, frozen=True):
    """A branch; `fork_seq` is the last seq that it shares with its parent, `came_from` what was current."""

    branch: str
    parent: str | None
    fork_seq: Seq
    kind: str
    name: str
    came_from: str | None = None


class StoryEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event as it travels, and whether it ends its commit and was derived in the background.

    `subject` is the line or memory of one whose payload was purged. `seems` is left out where those are the witnesses.
    """

    seq: Seq
    branch: str
    turn: TurnNumber
    cause: Seq | None
    kind: str
    version: int
    at: str
    witnesses: tuple[EntityId, ...]
    data: msgspec.Raw
    ends: bool = False
    background: bool = False
    subject: str | None = None
    seems: tuple[EntityId, ...] | UnsetType = UNSET


class StoryAsset(msgspec.Struct, frozen=True):
    """A file that events of a story name by its digest, in base64."""

    digest: Digest
    data: str


class StoryFile(Head, frozen=True):
    """A whole story, beside its `branches`, its `events` and its `assets`: lists of the three above, the branches in
    the order in which they began, the events in the order of the log; the assets may be left out. `turns` and `ids` are
    the next to be given."""

    made_by: str
    title: str
    current: str
    turns: int
    ids: int


class Remembered(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a character remembers."""

    gist: Text
    kind: MemoryKind = "episode"
    significance: float = 5.0


class CharacterFile(Head, frozen=True, omit_defaults=True):
    """Somebody, for any story: who they are and, if wished, what they remember. `picture` is a file in base64."""

    name: Name
    identity: Identity = Identity()
    mood: str | None = None
    goals: list[str] = []
    status: str | None = None
    memories: list[Remembered] = []
    picture: str = ""


class StateFile(Head, frozen=True):
    """The world at a seq, by lens: `truth`, `a`, `you+a`."""

    story: str
    title: str
    branch: str
    at: Seq
    states: dict[str, Any]


class SceneFile(Head, frozen=True):
    """A scene as a lens perceived it. The times are the story's; `closed` is null while the scene is on."""

    story: str
    scene: str
    title: str
    container: str
    place: str
    lens: list[EntityId]
    opened: str | None
    closed: str | None
    present: list[str]
    names: dict[EntityId, str]
    lines: list[LineView]


class TemplateFile(Head, frozen=True, omit_defaults=True):
    """A cast or a place to start from: the commands that set it up.

    Of one character also the card that they came of, the digests of its files, and first lines; in its texts `{{user}}`
    stands for whoever plays with them.
    """

    name: Id
    what: str
    title: str
    about: str
    setup: list[AnyCommand]
    greetings: list[str] = []
    card: str = ""
    assets: list[Digest] = []
