"""What somebody likes in their terminal: kept in a file of the home, since it concerns no story and no other client."""

import contextlib
from pathlib import Path

import msgspec


class Preferences(msgspec.Struct, frozen=True, omit_defaults=True):
    """`theme`: one of show/themes.py; `keys`: `emacs` or `vi`."""

    theme: str = "auto"
    keys: str = "emacs"


def load(home: Path) -> Preferences:
    """What is kept there; as it is by default where that is nothing, or cannot be read."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((home / FILE).read_bytes(), type=Preferences)
    return Preferences()


def save(home: Path, chosen: Preferences) -> None:
    """Keeps it. Raises OSError."""
    (home / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(chosen)))


FILE = "terminal.json"
"""In the home."""
