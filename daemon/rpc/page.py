"""The web client's own files: those that are there when the port is opened, are of its kinds and are no links."""

import re
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
"""What a page is made of, by the end of a file's name; the machine's own table of types may be any."""

_FOLDER = re.compile(r"[A-Za-z0-9_-]+")
_FILE = re.compile(r"[A-Za-z0-9_-]+(\.[a-z]+)")


def page_files(folder: Path | None) -> dict[str, Path]:
    """The files by the path that they are asked for, the page itself by the empty one. No folder, no files.

    A name has one dot: what begins with one, what an editor keeps beside a file and what tools make of it are left out.
    """
    if folder is None:
        return {}
    root = folder.resolve()
    found = {}
    for path in root.rglob("*"):
        *folders, name = path.relative_to(root).parts
        kind = _FILE.fullmatch(name)
        if kind is None or kind[1] not in TYPES or not all(map(_FOLDER.fullmatch, folders)):
            continue
        if path.is_file() and path.resolve() == path:
            found["/".join([*folders, name])] = path
    return found | ({"": found["index.html"]} if "index.html" in found else {})
