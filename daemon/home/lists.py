"""Lists of the user's own that the settings name: files that are read once, at the start."""

import logging
from pathlib import Path

from daemon.atomic import read_plain
from daemon.home.config import ConfigError
from daemon.telling.overused import NOTHING, Overused, parse

log = logging.getLogger(__name__)

LARGEST = 4 * 1024 * 1024
"""Bytes of a list."""


def overused(home: Path, name: str) -> Overused:
    """The list of overused phrases in a file, whose name is beside config.toml unless it is a whole path; an empty one
    where no file is named. ConfigError."""
    if not name:
        return NOTHING
    try:
        made = parse(read_plain(home / Path(name).expanduser(), LARGEST).decode())
    except OSError as wrong:
        raise ConfigError(f"[play] overused: the file cannot be read: {wrong.strerror}") from None
    except UnicodeDecodeError as wrong:
        raise ConfigError(f"[play] overused: the file is not UTF-8 text (byte {wrong.start})") from None
    except (ValueError, RecursionError) as wrong:
        raise ConfigError(f"[play] overused: the file is no list that can be used: {wrong}") from None
    if made.left_out:
        log.warning("of the list of overused phrases %d entries are used, %d cannot be", made.count, made.left_out)
    return made
