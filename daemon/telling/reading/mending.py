"""Taking the JSON object out of a model's answer, however it is wrapped or spoilt. Pure; nothing here raises.

What is whole JSON is read as it is. What is spoilt is mended by json_repair where that is short enough to be sure to
end soon. Of what breaks off only what was complete counts; where that is nothing, it cannot be read.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

import json_repair
import msgspec

LONGEST_ANSWER = 64 * 1024
"""Characters of an answer that are looked at; no model that does what it is asked for writes a tenth of that."""

LONGEST_SPOILT = 8 * 1024
"""The same where it has to be mended, which takes a time that grows faster than the text."""

MOST_BEGINNINGS = 64
"""Brackets from which whole JSON is looked for."""

DEEPEST_WRAPPER = 4

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_BEFORE = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_AT_ONCE = re.compile(r"(?:```\w*\s*)?[{\[]")
_BEGIN = re.compile(r"[{\[]")
_CLOSED = re.compile(r"[}\]][\s\"'`;.,]*\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_SMART = str.maketrans("“”„", '"""')

V = TypeVar("V")


class Unreadable(msgspec.Struct, frozen=True):
    """There is no JSON object in the answer, or not this one; `why` tells the model as well as people."""

    why: str


def object_of(text: str, *keys: str) -> dict[str, Any] | Unreadable:
    """The JSON object with one of these keys in a text: after any reasoning, within prose, fences or a wrapper; mended
    where it is spoilt, and as much of it as was complete where it breaks off.

    Of several the first counts where the answer begins with it, as what follows was never asked for; else the last, as
    what stands before that was a draft. One that says something goes before one that does not.
    """
    if len(text) > LONGEST_ANSWER:
        return Unreadable(f"it is longer than {LONGEST_ANSWER} characters")
    bare = _THOUGHT_BEFORE.sub("", _THOUGHT.sub("", text)).strip("\ufeff\x00 \t\r\n")
    bare = bare if '"' in bare else bare.translate(_SMART)
    if _BEGIN.search(bare) is None:
        return Unreadable("there is no JSON object in it")
    at_once = _AT_ONCE.match(bare) is not None
    try:
        values, spoilt = _whole(bare, keys)
        told = _one([x for v in values if (x := _with(v, keys)) is not None], at_once)
        if told is not None and (at_once or not _names(bare[spoilt:], keys)):
            return _clean(told)
        mended = _mended(bare[spoilt:], keys, at_once)
        return _clean(mended) if isinstance(mended, dict) else mended
    except RecursionError:
        return Unreadable("it is nested too deep")


def _whole(text: str, keys: Collection[str]) -> tuple[list[Any], int]:
    """The values of whole JSON in a text, and where the first begins that is spoilt; of what is inside that one only
    objects with one of the keys."""
    decoder = json.JSONDecoder(object_pairs_hook=_joined, strict=False)
    values: list[Any] = []
    at, spoilt = 0, len(text)
    for _ in range(MOST_BEGINNINGS):
        begin = _BEGIN.search(text, at)
        if begin is None:
            break
        try:
            value, at = decoder.raw_decode(text, begin.start())
        except (ValueError, RecursionError):
            spoilt, at = min(spoilt, begin.start()), begin.start() + 1
            continue
        if spoilt == len(text):
            values.append(value)
        elif isinstance(value, dict) and any(k in value for k in keys):
            values.append(value)
            spoilt = len(text)
    changes = [x for x in values if isinstance(x, dict) and "do" in x]
    return ([changes], spoilt) if len(changes) > 1 and spoilt == len(text) else (values, spoilt)


def _joined(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a key that comes twice its lists are one list, else the last value counts."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        before = made.get(key)
        made[key] = before + value if isinstance(before, list) and isinstance(value, list) else value
    return made


def _names(text: str, keys: Collection[str]) -> bool:
    return any(re.search(rf"[{{,]\s*[\"'“`\\]*{re.escape(k)}\b", text) is not None for k in keys)


def _mended(spoilt: str, keys: Sequence[str], at_once: bool) -> dict[str, Any] | Unreadable:
    """The same of a text that is no whole JSON, from the bracket that stands before one of the keys, or the first."""
    begins = [m.start() for k in keys for m in re.finditer(rf"\{{[^{{}}\[\]]*\b{re.escape(k)}\b", spoilt)]
    first = _BEGIN.search(spoilt)
    if first is None:
        return Unreadable(f"there is no JSON object with `{keys[0]}` in it")
    text = spoilt[(min if at_once else max)(begins, default=first.start()) :]
    if len(text) > LONGEST_SPOILT:
        return Unreadable("it is no JSON, and too long to be mended")
    if not _CLOSED.search(text) and not _ends(text):
        return _complete(text, keys)
    try:
        found = _with(json_repair.loads(text), keys)
    except (ValueError, IndexError):
        return Unreadable("it is no JSON that could be mended")
    return found if found is not None else Unreadable(f"there is no JSON object with `{keys[0]}` in it")


def _structure(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Each bracket and comma outside of quotes, with where it is and the brackets that are open after it."""
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    stack: list[str] = []
    for mark in re.finditer(r"[{}\[\],]", bare):
        if mark[0] in "{[":
            stack.append(mark[0])
        elif mark[0] in "}]" and stack:
            stack.pop()
        yield mark.start(), mark[0], stack


def _ends(text: str) -> bool:
    """Whether all brackets of a text are closed somewhere in it, so that what follows is prose."""
    return any(not stack for _, mark, stack in _structure(text) if mark in "}]")


def _complete(text: str, keys: Sequence[str]) -> dict[str, Any] | Unreadable:
    """The object in a text that breaks off, as far as it was complete: all members of it, and all items of their lists.
    Where that is nothing, or it is spoilt besides, it cannot be read."""
    cut, closing = 0, ""
    for at, mark, stack in _structure(text):
        if (mark == "," and len(stack) == 1) or (mark in "}]" and len(stack) in (1, 2)):
            cut = at + (mark != ",")
            closing = "".join("}" if x == "{" else "]" for x in reversed(stack))
    whole, _ = _whole(text[:cut] + closing, keys) if "}" not in text[cut:] else ([], 0)
    found = _one([x for v in whole if (x := _with(v, keys)) is not None], at_once=True)
    return found if found is not None else Unreadable("it breaks off before enough of it is complete")


def _with(value: Any, keys: Collection[str], deep: int = DEEPEST_WRAPPER) -> dict[str, Any] | None:
    """The object with one of the keys: the value itself, or within a wrapper, be that a text; a change, or a bare list
    of changes, is what `changes` was to hold."""
    if isinstance(value, dict):
        if any(k in value for k in keys):
            return value
        if "changes" in keys and "do" in value:
            return {"changes": [value]}
        inner = list(value.values())
    elif isinstance(value, list):
        if "changes" in keys and value and all(isinstance(x, dict) and "do" in x for x in value):
            return {"changes": value}
        inner = value
    elif isinstance(value, str) and _names(value, keys):
        found = object_of(value, *keys)
        return found if isinstance(found, dict) else None
    else:
        return None
    return _one([x for v in inner if deep and (x := _with(v, keys, deep - 1)) is not None], at_once=False)


def _one(found: Sequence[dict[str, Any]], at_once: bool) -> dict[str, Any] | None:
    """Of several answers the first or the last one that has something in it."""
    telling = [x for x in found if any(x.values())] or found
    return (telling[0] if at_once else telling[-1]) if telling else None


def _clean(value: V) -> V:
    """The value without characters that no store keeps: NUL, and halves of such as are written in two."""
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = value.encode(errors="ignore").decode().replace("\x00", "")
    elif isinstance(value, dict):
        cleaned = {_clean(k): _clean(v) for k, v in value.items()}
    elif isinstance(value, list):
        cleaned = [_clean(x) for x in value]
    return cleaned  # type: ignore[no-any-return]
