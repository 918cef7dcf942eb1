"""Writes the protocol's documents from the catalogue, or checks that the committed ones are what it would write.

`python -m protocol.generate` writes protocol/generated/*; with `--check` it exits with 1 and names what differs.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from typing import Any

from protocol import documents
from protocol.openrpc import openrpc
from protocol.reference import reference
from protocol.schemas import document
from protocol.typescript import declarations


def made() -> dict[str, str]:
    """The text of every document, by its file name."""
    return {
        documents.OPENRPC: _json(openrpc()),
        documents.SCHEMAS: _json(document()),
        documents.TYPESCRIPT: declarations(),
        documents.REFERENCE: reference(),
    }


def differing() -> dict[str, str]:
    """The documents whose committed text is not what the catalogue says, each with the first lines that differ."""
    found = {}
    for name, text in made().items():
        path = documents.FOLDER / name
        committed = path.read_text(encoding="utf-8") if path.exists() else ""
        if committed != text:
            found[name] = "\n".join(list(_difference(committed, text))[:20])
    return found


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0, 1 where a document differs, 2 for arguments that mean nothing."""
    if arguments == ["--check"]:
        found = differing()
        for name, difference in found.items():
            sys.stderr.write(f"{name} is not what the catalogue says; run make gen\n{difference}\n")
        return 1 if found else 0
    if arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    documents.FOLDER.mkdir(exist_ok=True)
    for name, text in made().items():
        (documents.FOLDER / name).write_text(text, encoding="utf-8")
    return 0


def _difference(committed: str, text: str) -> Iterator[str]:
    return difflib.unified_diff(committed.splitlines(), text.splitlines(), "committed", "made", n=1, lineterm="")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
