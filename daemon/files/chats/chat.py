"""A chat as one shape, whichever program it is from: who says what, when, and what they might have said instead.

All limits of what is taken in stand here, with what is refused of any text.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from protocol.errors import bad_import
from protocol.harmless import harmless

MESSAGES = 50_000
"""The most messages of a chat: all of them are held in memory, and come in one commit."""

TAKES = 40_000
"""The most swipes of a chat besides what was chosen: each becomes a branch, and a story file may have 50,000."""

LONGEST = 200_000
"""Characters of one message."""

LARGEST = 256 * 1024 * 1024
"""Bytes of a file."""

NAME = 200
"""Characters of a name."""

Sort = Literal["said", "narrated", "hidden"]
"""How a message came about: somebody said it, the narrator did, or it was kept from the model."""


class Message(msgspec.Struct, frozen=True):
    """One message. `name` is who brought it out (empty: nobody by name), `user` whether the player did.

    `at` is when, in UTC, as the log writes it; None where the file does not say. `takes` are all versions of the text
    in their order, each with its own time, and `chosen` is the index of the one that stands; without others there is
    one. `present` names those who were there besides the player and whoever speaks; None: all were. `place` says where
    in the file it stands, for whoever has to mend it.
    """

    name: str
    user: bool
    takes: Sequence[tuple[str, str | None]]
    chosen: int = 0
    sort: Sort = "said"
    present: frozenset[str] | None = None
    place: str = ""

    @property
    def text(self) -> str:
        """The version that stands."""
        return self.takes[self.chosen][0]

    @property
    def at(self) -> str | None:
        """When that version was brought out."""
        return self.takes[self.chosen][1]


class Chat(msgspec.Struct, frozen=True):
    """A whole chat. `form` is the program's name for people; `user` and `character` are the names that its head gives,
    empty where it gives none; `note` and `depth` are the author's note in it, and how many lines above the end that is
    to stand. `odd` is for people: what they should look at, and what is left aside."""

    form: str
    messages: Sequence[Message]
    user: str = ""
    character: str = ""
    odd: Sequence[str] = ()
    note: str = ""
    depth: Any = 4


def plain_name(said: Any) -> str:
    """A name in one line, of a bearable length, without characters that steer a terminal; empty for what is none."""
    if not isinstance(said, str):
        return ""
    return " ".join(harmless(said[: 10 * NAME]).split())[:NAME].strip()


def plain_text(said: Any, place: str) -> str:
    """A text with plain line ends; of what is none, nothing. Raises Fault(BAD_IMPORT) for one that cannot be kept."""
    if isinstance(said, dict):  # as one program keeps it, with what belongs to it
        said = said.get("message")
    if isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < 10**15:
        return str(said)
    if said is None:
        return ""
    if not isinstance(said, str):
        raise bad_import(place, "is no text")
    if len(said) > LONGEST:
        raise bad_import(place, f"is longer than {LONGEST} characters")
    if "\0" in said:
        raise bad_import(place, "holds the character NUL")
    return said.replace("\r\n", "\n")


def check_count(number: int, place: str) -> None:
    """Raises Fault(BAD_IMPORT) for one message too many."""
    if number >= MESSAGES:
        raise bad_import(place, f"there are more than {MESSAGES} messages, which is the most of one chat")
