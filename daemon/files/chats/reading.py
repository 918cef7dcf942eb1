"""Which form a chat has, and the chat in a file."""

import re
from typing import IO, Any

from daemon.files.chats import plain_forms, silly_tavern
from daemon.files.chats.chat import LARGEST, Chat
from daemon.files.chats.silly_tavern import LINE, is_head, is_message, value
from protocol.errors import Fault, bad_import

FIRST = 8192
"""Bytes of a text file by which it is known as a chat."""

WHOLE = 64 * 1024 * 1024
"""Bytes of a chat that is one JSON value."""

_ITEMS = re.compile(rb'\s*\[\s*\{\s*"(?:role|content|name|id|timestamp)"')
_MEMBERS = re.compile(rb'"(?:messages|data_visible|visible|internal|histories|savedsettings|actions|risuChat)"\s*[:,}]')


def is_chat(file: IO[bytes]) -> bool:
    """Whether a file holds a chat, by its beginning. Raises OSError."""
    file.seek(0)
    first = file.readline(LINE)
    begins = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if not begins.startswith((b"{", b"[")):
        return _text(file.read(FIRST), cut=True) is not None
    line = _try(begins.strip())
    if line is not None:
        return is_head(line) or is_message(line) or bool(plain_forms.form_of(line))
    start = file.read(FIRST)
    return bool(_ITEMS.match(start) or _MEMBERS.search(start)) and b'"spec"' not in start


def read(file: IO[bytes], user: str = "") -> Chat:
    """The chat in a file; `user` is what a text file calls the player. Raises Fault, OSError."""
    size = file.seek(0, 2)
    if size > LARGEST:
        raise bad_import("the file", f"is larger than {LARGEST} bytes, which is the most of a chat")
    file.seek(0)
    begins = file.read(FIRST).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if not begins:
        raise bad_import("the file", "is empty")
    if not begins.startswith((b"{", b"[")):
        return _script(file, user)
    line = _try(file.readline(LINE).removeprefix(b"\xef\xbb\xbf").strip())
    if is_head(line) or is_message(line):
        return _checked(silly_tavern.read(file))
    file.seek(0)
    text = file.read(WHOLE + 1)
    if len(text) > WHOLE:
        raise bad_import(
            "the file", f"is larger than {WHOLE} bytes, which is the most of a chat that is one JSON value"
        )
    whole = value(text.removeprefix(b"\xef\xbb\xbf").strip(), "the file")
    if isinstance(whole, list) and whole and all(map(is_message, whole)):
        return _checked(silly_tavern.chat_of((f"[{n}]", x) for n, x in enumerate(whole)))
    return _checked(plain_forms.read(whole))


def _script(file: IO[bytes], user: str) -> Chat:
    text = _text(file.read(WHOLE + 1), cut=False)
    if text is None:
        raise bad_import("the file", "is no chat of a form that Fabula knows")
    return _checked(plain_forms.script(text, user))


def _text(start: bytes, *, cut: bool) -> str | None:
    """A text that reads as a chat; None for what is none. Where it is `cut`, its last line may be torn."""
    if b"\0" in start:
        return None
    try:
        text = start.decode("utf-8-sig", "ignore" if cut else "strict")
    except UnicodeDecodeError:
        return None
    return text if plain_forms.is_script(text[:FIRST]) else None


def _try(line: bytes) -> Any:
    """The JSON value of a line; None where it is none."""
    try:
        return value(line, "line 1")
    except Fault:
        return None


def _checked(chat: Chat) -> Chat:
    if not chat.messages:
        raise bad_import("the file", "holds no messages")
    return chat
