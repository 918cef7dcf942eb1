"""Chats of other programs: what one comes to, in words, and the names that an import asks for."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from client.show.format_view import joined
from client.show.impacts import counted
from client.text.plain import one_line
from protocol.errors import BAD_IMPORT, INVALID_PARAMS, Fault

MOST = 12
"""Names that are listed."""


def told(chat: Mapping[str, Any], *, made: bool) -> list[str]:
    """What a chat comes to, a line each."""
    when = _when(chat.get("first"), chat.get("last"))
    lines = [f"A chat from {one_line(chat['form'])}{when}."]
    lines += [f"{who}: {', '.join(told)}" for who, told in _cast(chat["cast"]).items()]
    if n := chat["narrated"]:
        lines.append(f"The narrator tells {counted(n, 'message')}.")
    if n := chat["hidden"]:
        kept = "is kept, and no model sees it" if n == 1 else "are kept, and no model sees them"
        lines.append(f"{counted(n, 'hidden message')} {kept}.")
    if n := chat["partial"]:
        lines.append(f"Not everybody was there for {counted(n, 'message')}: who wasn't knows nothing of that.")
    if made:
        lines.append("You can play now. Fabula reads the chat in the background; /jobs shows how far it is.")
    return lines


def _cast(cast: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for x in cast[: 3 * MOST]:
        who = {"you": "You", None: "Told by the narrator"}.get(x["entity"], "Characters")
        found.setdefault(who, []).append(f"{one_line(x['name'])} ({counted(x['messages'], 'message')})")
    return found


def _when(first: str | None, last: str | None) -> str:
    if first is None or last is None:
        return ""
    return f", {first[:10]}" if first[:10] == last[:10] else f", {first[:10]} to {last[:10]}"


def asks(fault: Fault) -> tuple[str, str, str] | None:
    """What an import asks for: the param, the question, and the answer that Enter gives; None where it asks nothing."""
    names = [one_line(str(x)) for x in fault.data.get("names", ())]
    if fault.code == BAD_IMPORT and fault.data.get("where") == "speakers" and len(names) > 1:
        listed = joined(names[:MOST]) if len(names) <= MOST else f"{', '.join(names[:MOST])} and others"
        return "speakers", f"{listed} speak here. Which two is the story about?", f"{names[0]} and {names[1]}"
    if fault.code == INVALID_PARAMS and fault.data.get("what") == "user" and names:
        return "user", f"Which of them are you: {', '.join(names[:MOST])}?", names[0]
    return None


def named(words: str) -> list[str]:
    """The names in an answer: `Ann and Ben`, `Ann, Ben`."""
    return [x.strip() for x in re.split(r",|\s+and\s+|\s+&\s+", words) if x.strip()]
