"""Fetching what is too large for a message from the daemon's web door, and a look at what a file is."""

import asyncio
import base64
import re
import urllib.request
from pathlib import Path
from typing import IO, Any

from client.wire.connection import Connection, Lost
from protocol import places
from protocol.foreign import is_lorebook


async def fetched(connection: Connection, made: dict[str, Any]) -> bytes:
    """The bytes of an export, wherever its result says that they are. Raises Lost."""
    if "data" in made:
        return base64.b64decode(made["data"])
    address = connection.hello["capabilities"]["http"] + made["download"]
    token = (places.runtime_dir(connection.home) / places.TOKEN).read_text().strip()
    return await asyncio.to_thread(_got, address, token)


PNG = b"\x89PNG"

_CHAT = re.compile(
    rb'"(?:mes|is_user|user_name|character_name|data_visible|histories|savedsettings|msg)"\s*:|"type"\s*:\s*"risuChat"'
    rb'|^\s*(?:\{\s*"messages"\s*:\s*)?\[\s*\{|"(?:internal|visible)"\s*:\s*\['
)
"""What stands near the beginning of a chat of another program."""


def format_of(file: Path) -> str:
    """What a file says it is; where it does not say that it is Fabula's, a chat, a lorebook or else a card."""
    with file.open("rb") as opened:
        begins = opened.read(200)
        json = begins.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
        rest = opened.read(LOOKED_AT) if json else b""
    if b'"fabula"' not in begins and not begins.startswith((PNG, b"PK")):
        start = (begins + rest)[:4000]
        chat = _CHAT.search(start) if b'"spec"' not in start else None
        if chat or file.suffix.lower() in (".jsonl", ".txt"):
            return "chat"
    found = re.match(rb'\s*\{\s*"fabula"\s*:\s*"(story|character)"', begins)
    if found:
        return found[1].decode()
    if b'"fabula"' in begins:
        return "story"
    return "lorebook" if json and is_lorebook(begins + rest) else "card"


def is_picture(file: Path) -> bool:
    """Whether a file is an image in which no card lies."""
    with file.open("rb") as opened:
        begins = opened.read(len(PNG))
        if begins == PNG:
            whole = _holds(opened, b"IEND")
            return whole and not any(_holds(opened, keyword) for keyword in (b"chara\0", b"ccv3\0"))
        return begins.startswith(IMAGES) and not _holds(opened, b"PK\x05\x06")


def _holds(opened: IO[bytes], sought: bytes) -> bool:
    """Whether these bytes are anywhere in a file."""
    opened.seek(0)
    before = b""
    while chunk := opened.read(1024 * 1024):
        if sought in before + chunk:
            return True
        before = chunk[-len(sought) :]
    return False


LOOKED_AT = 2_000_000
"""Bytes of a file that are looked at to see what it is: a lorebook has no more."""

IMAGES = (b"\xff\xd8\xff", b"GIF8", b"RIFF")


def foreign(file: Path) -> str:
    """What to say of a file that is neither Fabula's nor a card; empty for one that says it is Fabula's."""
    with file.open("rb") as opened:
        begins = opened.read(200)
    if begins.startswith(IMAGES):
        return "This looks like an image. Character cards are PNG, JSON or CHARX."
    if begins.startswith(PNG):
        return "There is no character card in this picture."
    if b'"fabula"' in begins:
        return ""
    return "That isn't a Fabula file. Character cards: PNG, JSON or CHARX. Chats: JSONL, JSON or text."


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
