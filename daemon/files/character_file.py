"""A character's file: read in bounded steps, checked as a command that adds somebody is, and these commands."""

from collections.abc import Sequence
from typing import IO, NamedTuple

import msgspec

from daemon.files import images
from daemon.files.cards.assets import EACH, Files
from daemon.files.cards.assets import decoded as base64_data
from daemon.files.cards.macros import Chance
from daemon.files.cards.proposal import Proposal
from daemon.files.cards.taking import Guest
from daemon.files.decoding import decoded
from daemon.files.formats import CHARACTER, CharacterFile, Remembered
from daemon.files.json_pieces import parted
from daemon.store.queries.assets import Asset
from daemon.story.decide import Ids
from daemon.story.world import EMPTY, decide_all
from daemon.tasks import Headway
from protocol.commands import AddEntity, Command, Remember
from protocol.errors import Fault, bad_import
from protocol.ids import EntityId
from protocol.world import Identity

MEMORIES = 100_000
LARGEST = 32 * 1024 * 1024
"""The most memories and bytes that a character may bring along: they are held in memory, and come in one commit."""

_file = msgspec.json.Decoder(CharacterFile)
_remembered = msgspec.json.Decoder(Remembered)


class Moved(NamedTuple):
    """A character that any story could have, and their picture, if they have one."""

    file: CharacterFile
    pictures: Sequence[Asset] = ()

    @property
    def identity(self) -> Identity:
        """Who they are."""
        picture = self.pictures[0].digest if self.pictures else None
        return msgspec.structs.replace(self.file.identity, picture=picture)

    def commands(self, entity: EntityId) -> list[Command]:
        """What adds the character to a story as this entity, with all that they remember."""
        found = self.file
        added = AddEntity(
            entity=entity, name=found.name, identity=self.identity, mood=found.mood, goals=found.goals or None,
            status=found.status,
        )  # fmt: skip
        kept = [Remember(gist=x.gist, by=[entity], kind=x.kind, significance=x.significance) for x in found.memories]
        return [added, *kept]

    def guest(self) -> Guest:
        """The character as a guest, who brings no memories along."""
        found = self.file
        state = {x: y for x in ("mood", "goals", "status") if (y := getattr(found, x))}
        odd = [f"What {found.name} remembers stays behind: {len(found.memories)}."] if found.memories else []
        files = Files(tuple(self.pictures), self.identity.picture or "")

        def proposal(user: str, by: Chance) -> Proposal:
            return Proposal(
                name=found.name, user=user, identity=self.identity, premise="", note=None, greetings=(),
                creator_notes="", kept=[], odd=odd, state=state,
            )  # fmt: skip

        return Guest(proposal, files=files)


def read(file: IO[bytes], headway: Headway) -> Moved:
    """The character in a file. Raises Fault(BAD_IMPORT), LeftOff, OSError."""
    head, memories = parted(file, "memories", MEMORIES, LARGEST, lambda: headway.step(0))
    who = decoded(_file, head, "the file", ("character", CHARACTER))
    kept = [decoded(_remembered, text, f"memories[{n}]") for n, text in enumerate(memories)]
    found = Moved(msgspec.structs.replace(who, memories=kept, picture=""), _pictures(who.picture))
    _check(found)
    return found


def _pictures(text: str) -> Sequence[Asset]:
    """The picture in a text in base64. Raises Fault(BAD_IMPORT)."""
    if not text:
        return ()
    data = base64_data(text.encode())
    type = images.OTHER if data is None else images.type_of(data)
    if data is None or type == images.OTHER or len(data) > EACH:
        raise bad_import("picture", f"is not a picture (PNG, JPEG, GIF or WebP) of at most {EACH // 1024 // 1024} MiB")
    return [Asset.of(type, data)]


def _check(found: Moved) -> None:
    """Raises Fault(BAD_IMPORT) for a value that the rules refuse of anybody: there is nothing else to clash with."""
    try:
        decide_all(EMPTY, found.commands("a"), Ids(1))
    except Fault as fault:
        index = fault.data["command"]
        raise bad_import(
            f"memories[{index - 1}]" if index else "identity", fault.data.get("why", fault.message)
        ) from None
