"""The generated documents as the package carries them, ready to be served. protocol/generate.py makes them."""

from pathlib import Path

FOLDER = Path(__file__).parent / "generated"
"""Where the committed documents lie, in a checkout and in an installed package alike."""

OPENRPC = "openrpc.json"
SCHEMAS = "schemas.json"
TYPESCRIPT = "protocol.d.ts"
REFERENCE = "reference.md"


def read(name: str) -> bytes:
    """A document by its file name. Raises FileNotFoundError where the package was built without it."""
    return (FOLDER / name).read_bytes()
