"""What varies from one conversation to the next, and what to write in its place so that two can be compared.

Ids that the daemon makes read `«line 2»`, in order of appearance; seqs read `«seq 5»`, in their own order, since
others may lie between; times, sizes and versions read `«…»`. A seq that the client says reads `«head 1 of 3»`
(of the third answer) or `«event 4»`: where it had learned it.
"""

import re
from collections.abc import Callable
from typing import Any

Log = list[tuple[bool, Any]]
"""Messages in order, each with whether the client sent it."""

IDS = {
    "story": "story", "branch": "branch", "parent": "branch", "undo": "branch", "of_branch": "branch",
    "line": "line", "scene": "scene", "memory": "memory", "subscription": "subscription",
}  # fmt: skip
"""Fields that hold ids of the daemon's making, and of what kind."""

SEQS = {
    "seq", "head", "cause", "at", "after", "before", "to", "common", "fork_seq", "expected", "prompt_head", "answers",
    "from", "targets",
}  # fmt: skip
"""Fields that hold seqs, where they hold integers above 0."""

VARYING = {
    "server", "store", "token", "versions", "uptime", "pid", "path", "bytes", "wal_bytes", "schema", "endpoint",
    "prompt_sha256", "prompt_tokens", "estimated_tokens", "cached_tokens", "first_token_ms", "total_ms", "message",
    "capabilities",
}  # fmt: skip
"""Fields that are another's on another day, or words for people."""

WALL_CLOCK = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$")
BLANK = "«…»"


class Mask:
    """What to write in place of the ids and seqs of a conversation (or of its beginning).

    `names` are the ids' masks, `seqs` those of seqs that the daemon says, `sources` those of seqs that the client says.
    """

    def __init__(self, log: Log) -> None:
        self.names: dict[tuple[str, str], str] = {}
        seqs: set[int] = set()

        def visit(key: str, value: Any) -> Any:
            if key in IDS and isinstance(value, str):
                known = sum(kind == IDS[key] for kind, _ in self.names)
                self.names.setdefault((IDS[key], value), f"«{IDS[key]} {known + 1}»")
            elif _is_seq(key, value):
                seqs.add(value)
            return value

        for sent, message in log:
            if not sent:
                _each(message, visit)
        self.seqs = {seq: f"«seq {place}»" for place, seq in enumerate(sorted(seqs), 1)}
        self.sources: dict[str, int] = {}
        for answer in answers(log):
            for key, place, seq in _seqs(answer):
                self.sources[f"«{key} {place} of {answer['id']}»"] = seq
        for place, event in enumerate(events(log), 1):
            self.sources[f"«event {place}»"] = event["seq"]

    def got(self, message: Any) -> Any:
        """A message of the daemon's, masked."""

        def visit(key: str, value: Any) -> Any:
            if _varies(key, value):
                return BLANK
            return self.seqs[value] if _is_seq(key, value) else self._name(key, value)

        made = _each(message, visit)
        for one in made if isinstance(made, list) else [made]:
            if "id" in (data := (one.get("error") or {}).get("data") or {}):
                data["id"] = self._thing(data["id"])
        return made

    def sent(self, message: Any) -> Any:
        """A message of the client's, masked: only what the daemon has named before, and the token."""
        learned = {seq: source for source, seq in reversed(self.sources.items())}

        def visit(key: str, value: Any) -> Any:
            if key == "token":
                return BLANK
            return learned.get(value, value) if _is_seq(key, value) else self._name(key, value)

        return _each(message, visit)

    def live(self, message: Any) -> Any:
        """A masked message of the client's with the names of this conversation in place of the masks."""
        back: dict[Any, Any] = {mask: name for (_, name), mask in self.names.items()}
        back |= self.sources
        return _each(message, lambda _, value: back.get(value, value) if isinstance(value, str) else value)

    def _thing(self, value: Any) -> Any:
        """What an error is about: something of the daemon's naming, a seq, or a word of the client's own."""
        return next((mask for (_, name), mask in self.names.items() if name == value), self.seqs.get(value, value))

    def _name(self, key: str, value: Any) -> Any:
        return self.names.get((IDS[key], value), value) if key in IDS and isinstance(value, str) else value


def answers(log: Log) -> list[Any]:
    """All responses, batches taken apart, in the order of their ids."""
    heard = (one for sent, m in log if not sent for one in (m if isinstance(m, list) else [m]))
    return sorted((one for one in heard if "method" not in one), key=lambda one: str(one["id"]).rjust(9))


def events(log: Log) -> list[dict[str, Any]]:
    """All events that notifications brought, each with its subscription."""
    notes = (m["params"] for sent, m in log if not sent and isinstance(m, dict) and m.get("method") == "event")
    return [{"subscription": p["subscription"], **e} for p in notes for e in p["events"]]


def _each(value: Any, visit: Callable[[str, Any], Any], key: str = "") -> Any:
    """The value with every leaf (and every blank field) replaced by what `visit` makes of it and its key."""
    if isinstance(value, dict) and not _varies(key, value):
        return {k: _each(v, visit, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_each(v, visit, key) for v in value]
    return visit(key, value)


def _varies(key: str, value: Any) -> bool:
    if key == "store" and isinstance(value, dict):
        return False
    if key == "events" and isinstance(value, int):
        return True
    return (key in VARYING and value is not None) or (isinstance(value, str) and bool(WALL_CLOCK.match(value)))


def _is_seq(key: str, value: Any) -> bool:
    return key in SEQS and type(value) is int and value > 0


def _seqs(answer: Any) -> list[tuple[str, int, int]]:
    """Every seq in an answer: its field, the place among those of that field (from 1), and the seq."""
    found: list[tuple[str, int, int]] = []

    def visit(key: str, value: Any) -> Any:
        if _is_seq(key, value):
            found.append((key, sum(k == key for k, _, _ in found) + 1, value))
        return value

    _each(answer, visit)
    return found
