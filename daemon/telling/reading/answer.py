"""Taking a model's answer apart: the JSON in it, and of that what may be proposed. Pure; nothing here raises.

Lenient about how the JSON is wrapped, strict about what it says: one bad proposal is refused by itself.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from daemon.json_depth import depth
from daemon.story.decide.desk import refuse
from daemon.telling.reading.making import Said, clipped
from daemon.telling.reading.passage import Passage
from daemon.telling.reading.schema import RATING, offered
from daemon.telling.reading.shapes import NUMBER, checked, one_of, within
from protocol.commands import Command, PassTime
from protocol.errors import Fault
from protocol.ids import Seq

MOST = 24
"""Changes that one answer may propose."""

LONGEST_QUOTE, DEEPEST_QUOTE = 2000, 8
"""Bytes of a refused proposal that are kept, and how deep it may be nested; of another it is told how large it was."""

LONGEST_QUOTES = 16_000
"""Bytes of all refused proposals of one answer that are kept."""

LONGEST_ANSWER = 256 * 1024
"""Characters of an answer that are looked at; no model that does what it is asked for writes a tenth of that."""

LONGEST_TIME = 24 * 60
"""Minutes that one turn may take by its prose; more than that is a skip of time, which is the author's."""

_TRIES = 20
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}]', re.DOTALL)
"""A text or a brace. A text that does not end takes all the rest, so that it is gone through once."""

_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')


class Proposal(msgspec.Struct, frozen=True):
    """A command that prose leads to, and the seq of the part that it comes from."""

    command: Command
    cause: Seq


class Declined(msgspec.Struct, frozen=True):
    """A proposed change that was refused: as it was answered, by which rule and why, and the part that it named."""

    said: dict[str, Any]
    rule: str
    why: str
    cause: Seq


class Reading(msgspec.Struct, frozen=True):
    """What was read: proposals, what was refused of them, and ratings from 0 to 10 by seq and by thread.

    `gist` says in a sentence what the mind would keep of the turn.
    """

    proposals: list[Proposal] = []
    declined: list[Declined] = []
    significance: dict[Seq, int] = {}
    threads: dict[str, int] = {}
    gist: str = ""


class Unreadable(msgspec.Struct, frozen=True):
    """There is no JSON object in the answer, or not this one; `why` tells the model as well as people."""

    why: str


def parse(text: str, p: Passage) -> Reading | Unreadable:
    """The reading that an answer gives. What it leaves out counts as nothing."""
    if len(text) > LONGEST_ANSWER:
        return Unreadable(f"it is longer than {LONGEST_ANSWER} characters")
    answer = _object(text)
    if isinstance(answer, Unreadable):
        return answer
    changes = answer.get("changes", [])
    if not isinstance(changes, list):
        return Unreadable("`changes` is no list")
    proposals, declined = _proposals(changes, p)
    proposals += _time(answer.get("minutes"), p, declined)
    numbers = within(1, len(p.parts))
    return Reading(
        proposals=proposals,
        declined=declined,
        significance={p.parts[n - 1].seq: r for n, r in _ratings(answer, "lines", "line", numbers, "significance")},
        threads=dict(_ratings(answer, "threads", "thread", one_of(p.threads), "matters")),
        gist=clipped(answer["gist"]) if isinstance(answer.get("gist"), str) else "",
    )


def _proposals(changes: list[Any], p: Passage) -> tuple[list[Proposal], list[Declined]]:
    proposals: list[Proposal] = []
    declined: list[Declined] = []
    room = LONGEST_QUOTES
    for said in changes[:MOST]:
        cause = _cause(said, p)
        try:
            command = _command(said, p)
            proposals += [Proposal(command, cause)] if command is not None else []
        except Fault as refusal:
            quoted, size = _quoted(said, room)
            room -= size
            declined.append(Declined(quoted, refusal.data.get("rule", "not_known"), refusal.message, cause))
    if len(changes) > MOST:
        why = f"one turn leads to {MOST} changes at the most; {len(changes) - MOST} were left out"
        declined.append(Declined({}, "wrong_value", why, p.parts[-1].seq))
    return proposals, declined


def _command(said: Any, p: Passage) -> Command | None:
    """The command that a change comes to, if any. Raises a refusal."""
    do = said.get("do") if isinstance(said, dict) else None
    found = next(((kind, shape) for kind, shape in offered(p) if do in kind.do), None)
    if found is None:
        refuse("no_such_change", f"{str(do)[:40]!r} is no change that this prose could lead to")
    kind, shape = found
    fields: Said = checked(said, shape, "change")
    return kind.command(p, p.parts[fields["line"] - 1], fields)


def _cause(said: Any, p: Passage) -> Seq:
    """The seq of the part that a change names, of the last part where it names none."""
    line = said.get("line") if isinstance(said, dict) else None
    if type(line) is int and 1 <= line <= len(p.parts):
        return p.parts[line - 1].seq
    return p.parts[-1].seq


def _quoted(said: Any, room: int = LONGEST_QUOTES) -> tuple[dict[str, Any], int]:
    """A proposal for the record, and the bytes that it takes of the `room` that is left: as it was answered, or only
    how large it was, if it is no object, too long or too deep."""
    try:
        text = msgspec.json.encode(said)
    except (OverflowError, RecursionError, ValueError, TypeError):
        return {"left_out": "a change that cannot be kept"}, 0
    if isinstance(said, dict) and len(text) <= min(LONGEST_QUOTE, room) and depth(text) <= DEEPEST_QUOTE:
        return said, len(text)
    return {"left_out": f"a change of {len(text)} bytes, nested {depth(text)} deep"}, 0


def _time(minutes: Any, p: Passage, declined: list[Declined]) -> list[Proposal]:
    """The time that the turn took, as its last part's doing."""
    if not p.timed or p.still or minutes in (None, 0):
        return []
    cause = p.parts[-1].seq
    try:
        passed = checked(minutes, NUMBER, "minutes")
        if not 0 <= passed <= LONGEST_TIME:
            refuse("wrong_value", f"a turn takes from 0 to {LONGEST_TIME} minutes")
    except Fault as refusal:
        quoted, _ = _quoted({"do": "pass_time", "minutes": minutes})
        declined.append(Declined(quoted, "wrong_value", refusal.message, cause))
        return []
    return [Proposal(PassTime(minutes=passed), cause)] if passed else []


def _ratings(
    answer: dict[str, Any], name: str, key: str, keys: dict[str, Any], value: str
) -> Iterator[tuple[Any, int]]:
    """The ratings in a list of the answer; those that make no sense are passed over."""
    rated = answer.get(name)
    for one in rated if isinstance(rated, list) else []:
        if isinstance(one, dict):
            try:
                yield checked(one.get(key), keys, key), checked(one.get(value), RATING, value)
            except Fault:
                continue


def _object(text: str) -> dict[str, Any] | Unreadable:
    """The first JSON object in a text, whatever stands around it."""
    wrong = Unreadable("there is no JSON object in it")
    if "\\u0000" in text:
        return Unreadable("it holds the character NUL")
    for start in [m.start() for m in re.finditer(r"\{", text)][:_TRIES]:
        end = _end(text, start)
        if end is None:
            return Unreadable("the JSON breaks off before its end")
        try:
            answer = msgspec.json.decode(_TRAILING.sub(lambda m: m[1] or "", text[start:end]))
        except (msgspec.DecodeError, RecursionError, UnicodeError) as why:
            wrong = Unreadable(f"it is no JSON: {str(why)[:120]}")
            continue
        return answer if isinstance(answer, dict) else wrong
    return wrong


def _end(text: str, start: int) -> int | None:
    """Where the object that begins here ends."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return None
