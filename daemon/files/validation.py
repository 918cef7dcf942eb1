"""The check of a story file's events, one after another: whether they are a history that a store of ours could hold.

What a payload may say by itself is store/bounds.py; here is how events hang together. Holds what it needs to know of
those before: a few numbers each, no words. Reads no file and writes nothing.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from daemon.files.decoding import decoded
from daemon.files.formats import StoryBranch, StoryEvent, StoryFile
from daemon.store.bounds import is_id, moment, wrong_with
from daemon.store.rows import SUBJECTED
from daemon.store.upcasters import decode
from daemon.story.references import renumbered
from daemon.story.retraction import KEEPS
from protocol.errors import bad_import
from protocol.events import MACHINERY, PAYLOADS, BranchCreated, EventReinstated, EventRetracted, Payload
from protocol.ids import Seq

COMMIT = 100_000
"""The most events that a commit may have."""

LARGEST = 1_000_000_000
"""Beyond every turn and id that a story will come to."""

EACH = 1000
"""Turns and ids that an event may use up besides, so that a story that was taken in can go on and travel again."""

NAMES = frozenset({"line", "memory", "container", "prop", "occasion", "thread", "scene", "lore", "book"})
"""The fields that give an id."""

_event = msgspec.json.Decoder(StoryEvent)


class Examiner:
    """Takes the events of a file in their order. Afterwards `seqs` are their seqs, `begun` those at which the branches
    begin, `counts` how many there are by kind, `turns` and `ids` the next numbers to be given."""

    def __init__(self, file: StoryFile, branches: Sequence[StoryBranch]) -> None:
        """Raises Fault(BAD_IMPORT)."""
        self.seqs = array("q")
        self.begun: dict[str, Seq] = {}
        self.counts: Counter[str] = Counter()
        self.turns, self.ids = file.turns, file.ids
        self._branches = checked_branches(file, branches)
        self._same = {b: b for b in self._branches}
        self._list = list(branches)
        self._ancestry = Ancestry(branches)
        self._owners, self._holding = array("L"), bytearray()
        self._commit: tuple[Any, ...] | None = None
        self._length = 0

    def take(self, index: int, raw: bytes) -> None:
        """The next event. Raises Fault(BAD_IMPORT)."""
        event = decoded(_event, raw, f"events[{index}]")
        where = _place(event)
        if why := self._wrong_place(event) or _wrong_kind(event):
            raise bad_import(where, why)
        payload, values = _checked_payload(event, where)
        if why := self._wrong_branch(event, payload) or self._wrong_commit(event) or self._wrong_act(event, payload):
            raise bad_import(where, why)
        try:
            if payload is not None:
                renumbered(payload, self._known, self._same)
            if event.cause is not None:
                self._known(event.cause or Seq(-1))
        except KeyError as unknown:
            raise bad_import(where, f"names {unknown}, which is no earlier event of the story") from None
        self._count(event, values)

    def finish(self) -> None:
        """There are no more events. Raises Fault(BAD_IMPORT)."""
        if not self.seqs:
            raise bad_import("events", "there are none")
        if self._length:
            raise bad_import(f"event {self.seqs[-1]}", "the file ends within a commit")
        if missing := self._branches.keys() - self.begun.keys():
            raise bad_import("branches", f"{min(missing)} has no `branch.created`")
        if not self._reachable(self.turns) or not self._reachable(self.ids):
            raise bad_import("turns", "`turns` and `ids` are the next numbers to be given")

    def index(self, seq: Seq) -> int:
        """The place of an event among the others. Raises KeyError for a seq that is none of the file's."""
        index = bisect_left(self.seqs, seq)
        if index == len(self.seqs) or self.seqs[index] != seq:
            raise KeyError(seq)
        return index

    # one event by itself, and in its place

    def _known(self, seq: Seq) -> Seq:
        """0 is before all."""
        if seq:
            self.index(seq)
        return seq

    def _reachable(self, number: int) -> bool:
        return 1 <= number <= LARGEST + EACH * (len(self.seqs) + 1)

    def _wrong_place(self, event: StoryEvent) -> str:
        last = self.seqs[-1] if self.seqs else 0
        if not last < event.seq < 2**53:
            return "events come in the order of their seqs"
        if not self._reachable(event.turn):
            return f"turn {event.turn} cannot be"
        if not moment(event.at):
            return "`at` is no time such as 2026-01-31T20:15:00.000Z"
        return ""

    def _wrong_commit(self, event: StoryEvent) -> str:
        """All events of a commit have its branch, its turn and its time."""
        self._length += 1
        shared = (event.branch, event.turn, event.background, event.at)
        if self._length == 1:
            self._commit = shared
        elif shared != self._commit:
            return f"lies in one commit with event {self.seqs[-1]}, but not on one branch, in one turn and at one time"
        if self._length > COMMIT:
            return f"a commit holds at most {COMMIT} events"
        if event.ends:
            self._length = 0
        return ""

    # how it hangs together with those before

    def _wrong_branch(self, event: StoryEvent, payload: Payload | None) -> str:
        """An event lies on a branch that has begun; a branch begins once, as the list of branches says."""
        branch = self._branches.get(event.branch)
        if branch is None:
            return f"there is no branch {event.branch[:64]!r}"
        if not self.seqs and (event.kind != "story.created" or branch.parent is not None):
            return "the first event is `story.created`, on the root"
        if not isinstance(payload, BranchCreated):
            if event.kind == "story.created":
                return "the story began before" if self.seqs else ""
            return "" if event.branch in self.begun else "comes before its branch began"
        if event.branch in self.begun:
            return f"{event.branch} began before"
        if branch is not self._list[len(self.begun)]:
            return f"{event.branch} is not the next in the list of branches, which are in the order in which they began"
        if branch.parent is not None and not self._is_of(branch.fork_seq, branch.parent):
            return f"{branch.branch} forks at {branch.fork_seq}, which is no earlier event of {branch.parent}"
        said = StoryBranch(
            payload.branch, payload.parent, payload.fork_seq, payload.branch_kind, payload.name, payload.came_from
        )
        return "" if said == branch else "is not what the list of branches says"

    def _wrong_act(self, event: StoryEvent, payload: Payload | None) -> str:
        """What is wrong with an act, empty if nothing: its branch must see its targets, and may not depend on them."""
        if isinstance(payload, EventRetracted):
            if len(payload.also) not in (0, len(payload.targets)):
                return "`also` lists for each of the targets what goes with it"
            named = [payload.targets, *payload.also]
        elif isinstance(payload, EventReinstated):
            named = [payload.targets, payload.retires]
        else:
            return ""
        if not all(named[0]) or len(set(named[0])) != len(named[0]):
            return "`targets` are events, each named once"
        branch = self._ancestry.number[event.branch]
        for seq in (seq for seqs in named for seq in seqs):
            try:
                index = self.index(seq)
            except KeyError:
                return f"names {seq}, which is no earlier event of the story"
            if self._holding[index]:
                return f"names {seq}, which holds the history together"
            if self._ancestry.owner(branch, seq) != self._owners[index]:
                return f"names {seq}, which does not lie on the line of history of {event.branch}"
        return ""

    def _is_of(self, seq: Seq, branch: str) -> bool:
        try:
            return self._owners[self.index(seq)] == self._ancestry.number[branch]
        except KeyError:
            return False

    def _count(self, event: StoryEvent, values: Mapping[str, Any]) -> None:
        if event.kind == "branch.created":
            self.begun[event.branch] = event.seq
        self.seqs.append(event.seq)
        self._owners.append(self._ancestry.number[event.branch])
        self._holding.append(event.kind in KEEPS)
        self.counts[event.kind] += 1
        self.turns = max(self.turns, event.turn + 1)
        for id in [values[name] for name in NAMES & values.keys()] or [event.subject]:
            digits = id.lstrip("abcdefghijklmnopqrstuvwxyz") if isinstance(id, str) else ""
            if digits.isdecimal() and len(digits) < 10:
                self.ids = max(self.ids, int(digits) + 1)


class Ancestry:
    """The branches as a tree that quickly finds which of them owns a seq that a branch sees.

    Each knows, beside its parent, an ancestor further up: so a walk up takes few steps, however deep branches fork.
    """

    def __init__(self, branches: Sequence[StoryBranch]) -> None:
        """The root first, each after its parent."""
        self.number = {b.branch: n for n, b in enumerate(branches)}
        self._forks = [b.fork_seq for b in branches]
        self._parents = [0 if b.parent is None else self.number[b.parent] for b in branches]
        self._depths, self._far = [0] * len(branches), [0] * len(branches)
        for n in range(1, len(branches)):
            up = self._parents[n]
            far = self._far[up]
            self._depths[n] = self._depths[up] + 1
            even = self._depths[up] - self._depths[far] == self._depths[far] - self._depths[self._far[far]]
            self._far[n] = self._far[far] if even else up

    def owner(self, branch: int, seq: Seq) -> int:
        """The branch among this one and its ancestors that owns a seq that this one sees."""
        while self._forks[branch] >= seq:
            far = self._far[branch]
            branch = far if self._forks[far] >= seq else self._parents[branch]
        return branch


def checked_branches(file: StoryFile, branches: Sequence[StoryBranch]) -> dict[str, StoryBranch]:
    """The branches by id: a root, and each after its parent. Raises Fault(BAD_IMPORT)."""
    found: dict[str, StoryBranch] = {}
    for index, b in enumerate(branches):
        where = f"branches[{index}]"
        if b.branch in found or not is_id(b.branch):
            raise bad_import(where, "`branch` is an id, given once")
        if (b.parent is None) != (index == 0) or (b.parent is not None and b.parent not in found):
            raise bad_import(where, "the first branch is the root, and every other one comes after its parent")
        if (b.parent is None) != (b.fork_seq == 0) or b.fork_seq < 0:
            raise bad_import(where, "`fork_seq` is the last seq that a branch shares with its parent")
        if b.came_from is not None and b.came_from not in found:
            raise bad_import(where, "`came_from` is a branch before it")
        if not is_id(b.kind) or len(b.name) > 1000:
            raise bad_import(where, "`kind` is a word, and a `name` has at most 1000 characters")
        found[b.branch] = b
    if file.current not in found:
        raise bad_import("current", "is none of the branches")
    return found


def payload_of(event: StoryEvent) -> Payload | None:
    """What an event says; None where it was purged."""
    data = bytes(event.data)
    return None if data == b"null" else decode(event.kind, event.version, data)


def _place(event: StoryEvent) -> str:
    return f"event {event.seq} ({event.kind[:40]})"


def _wrong_kind(event: StoryEvent) -> str:
    known = PAYLOADS.get(event.kind)
    if known is None:
        return "there is no such kind of event in this version of Fabula"
    if not 1 <= event.version <= known.version:
        return f"version {event.version} is not known here: a newer Fabula wrote it"
    if event.kind in MACHINERY and event.witnesses:
        return "a record of the machinery has no witnesses"
    return ""


def _checked_payload(event: StoryEvent, where: str) -> tuple[Payload | None, Mapping[str, Any]]:
    """The payload, and the values in it as the log would have them; none of what was purged."""
    if bytes(event.data) == b"null":
        if event.kind in KEEPS:
            raise bad_import(where, "has lost its `data`, which holds the history together: no purge takes that")
        if (event.kind in SUBJECTED) != (event.subject is not None and is_id(event.subject)):
            raise bad_import(where, "`subject` is the id of the line or memory whose words were purged")
        return None, {}
    try:
        payload = payload_of(event)
        text = msgspec.json.encode(payload)
        values: dict[str, Any] = msgspec.json.decode(text)
        # What is kept is what was read: it must read the same once more.
        why = wrong_with(event.kind, text, values) or _unlike(payload, text)
    except (msgspec.MsgspecError, KeyError, ValueError, TypeError, OverflowError, RecursionError) as wrong:
        raise bad_import(where, str(wrong)[:300]) from None
    if why:
        raise bad_import(where, why)
    return payload, values


def _unlike(payload: Payload | None, text: bytes) -> str:
    same = payload is not None and decode(payload.kind, payload.version, text) == payload
    return "" if same else "would not read the same again"
