"""A character's file: read in bounded steps, checked as a command that adds somebody is, and these commands."""

from typing import IO

import msgspec

from daemon.files.decoding import decoded
from daemon.files.formats import CHARACTER, CharacterFile, Remembered
from daemon.files.json_pieces import parted
from daemon.story.decide import Ids
from daemon.story.world import EMPTY, decide_all
from daemon.tasks import Headway
from protocol.commands import AddEntity, Command, Remember
from protocol.errors import Fault, bad_import
from protocol.ids import EntityId

MEMORIES = 100_000
LARGEST = 32 * 1024 * 1024
"""The most memories and bytes that a character may bring along: they are held in memory, and come in one commit."""

_file = msgspec.json.Decoder(CharacterFile)
_remembered = msgspec.json.Decoder(Remembered)


def read(file: IO[bytes], headway: Headway) -> CharacterFile:
    """The character in a file, whom any story could have. Raises Fault(BAD_IMPORT), LeftOff, OSError."""
    head, memories = parted(file, "memories", MEMORIES, LARGEST, lambda: headway.step(0))
    who = decoded(_file, head, "the file", ("character", CHARACTER))
    kept = [decoded(_remembered, text, f"memories[{n}]") for n, text in enumerate(memories)]
    found = msgspec.structs.replace(who, memories=kept)
    _check(found)
    return found


def commands(found: CharacterFile, entity: EntityId) -> list[Command]:
    """What adds the character to a story as this entity, with all that they remember."""
    added = AddEntity(
        entity=entity, name=found.name, identity=found.identity, mood=found.mood, goals=found.goals or None,
        status=found.status,
    )  # fmt: skip
    kept = [Remember(gist=x.gist, by=[entity], kind=x.kind, significance=x.significance) for x in found.memories]
    return [added, *kept]


def _check(found: CharacterFile) -> None:
    """Raises Fault(BAD_IMPORT) for a value that the rules refuse of anybody: there is nothing else to clash with."""
    try:
        decide_all(EMPTY, commands(found, "a"), Ids(1))
    except Fault as fault:
        index = fault.data["command"]
        raise bad_import(
            f"memories[{index - 1}]" if index else "identity", fault.data.get("why", fault.message)
        ) from None
