"""Fetching what is too large for a message from the daemon's web door, and a look at what a file is."""

import asyncio
import base64
import re
import urllib.request
from pathlib import Path
from typing import Any

from client.wire.connection import Connection, Lost
from protocol import places


async def fetched(connection: Connection, made: dict[str, Any]) -> bytes:
    """The bytes of an export, wherever its result says that they are. Raises Lost."""
    if "data" in made:
        return base64.b64decode(made["data"])
    address = connection.hello["capabilities"]["http"] + made["download"]
    token = (places.runtime_dir(connection.home) / places.TOKEN).read_text().strip()
    return await asyncio.to_thread(_got, address, token)


def format_of(file: Path) -> str:
    """What a file says it is; a story where it says nothing that we know."""
    with file.open("rb") as opened:
        begins = opened.read(200)
    found = re.match(rb'\s*\{\s*"fabula"\s*:\s*"(story|character)"', begins)
    return found[1].decode() if found else "story"


IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def foreign(file: Path) -> str:
    """What to say of a file that no Fabula wrote; empty for one that says it is Fabula's."""
    with file.open("rb") as opened:
        begins = opened.read(200)
    if begins.startswith(IMAGES):
        return "This looks like an image. Fabula can't import character cards yet."
    if b'"fabula"' in begins:
        return ""
    return "That isn't a Fabula file. Fabula imports stories and characters that it exported itself."


def _got(address: str, token: str) -> bytes:
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - the daemon's
    # A proxy of the environment has no business with what is on this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(asked, timeout=60) as answer:
            content: bytes = answer.read()
            return content
    except OSError as wrong:
        raise Lost(f"the file can't be fetched: {getattr(wrong, 'reason', wrong)}") from None
