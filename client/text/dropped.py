"""A file that was dragged into the line, as terminals type it: its path, in quotes, with escaped blanks, or as an
address."""

import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

LONGEST = 5000
"""Characters of a line that may be a path."""


def dropped(text: str) -> Path | None:
    """The file that a whole line names, if it names one that is there and nothing else."""
    typed = text.strip()
    if not typed or len(typed) > LONGEST or "\n" in typed or "\0" in typed:
        return None
    for path in _readings(typed):
        if path.startswith(("/", "~/", "\\\\")) or path[1:3] == ":\\":
            try:
                file = Path(path).expanduser()
                if file.is_file():
                    return file
            except (OSError, RuntimeError):
                continue
    return None


def _readings(typed: str) -> list[str]:
    """The paths that it may stand for: as it is, without quotes and escapes, out of an address."""
    found = [typed]
    try:
        words = shlex.split(typed)
    except ValueError:
        words = []
    found += words if len(words) == 1 else []
    addresses = [urlsplit(x) for x in found if x.lower().startswith("file://")]
    return [*found, *(unquote(x.path) for x in addresses if x.netloc in ("", "localhost"))]
