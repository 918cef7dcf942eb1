"""Chats of other programs: what one comes to, in words, and the names that an import asks for."""

import re
import shlex
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
    unknown = fault.code == INVALID_PARAMS and fault.data.get("what") == "speakers"
    if (unknown or (fault.code == BAD_IMPORT and fault.data.get("where") == "speakers")) and len(names) > 1:
        listed = joined(names[:MOST]) if len(names) <= MOST else f"{', '.join(names[:MOST])} and others"
        return "speakers", f"{listed} speak here. Which two is the story about?", f"{names[0]} and {names[1]}"
    if fault.code == INVALID_PARAMS and fault.data.get("what") == "user" and names:
        return "user", f"Which of them are you: {', '.join(names[:MOST])}?", names[0]
    return None


def by_option(fault: Fault) -> str | None:
    """What to say on the command line where an import asks for names; None where it asks nothing."""
    asked = asks(fault)
    if asked is None:
        return None
    param, question, _ = asked
    names = [one_line(str(x)) for x in fault.data["names"]][: 2 if param == "speakers" else 1]
    return f"{question} For example: {' '.join(f'--{param} {shlex.quote(x)}' for x in names)}"


def nobody(said: str | Sequence[str]) -> str:
    """What to say of names that were answered and that nobody in the chat has."""
    names = [one_line(x, 60) for x in ([said] if isinstance(said, str) else said)]
    return f"Nobody here is called {names[0]}." if len(names) == 1 else f"Not all of these speak here: {joined(names)}."


def named(words: str) -> list[str]:
    """The names in an answer: `Ann and Ben`, `Ann, Ben`."""
    return [x.strip() for x in re.split(r",|\s+and\s+|\s+&\s+", words) if x.strip()]
