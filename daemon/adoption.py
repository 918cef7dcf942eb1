"""A story file, checked from its first to its last event before anything is written; then its commits, renumbered.

Knows no store and no service: what it makes is for `Log.adopt`. Whatever the bytes are, it answers or raises
Fault(BAD_IMPORT) that says where and why.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from daemon.formats import STORY, StoryBranch, StoryEvent, StoryFile
from daemon.headway import Headway
from daemon.incoming import decoded
from daemon.store.bounds import is_id, moment, wrong_with
from daemon.store.rows import Adopted, Batch, Tombstone, subject
from daemon.store.shelf import StoryRow
from daemon.store.upcasters import decode
from daemon.story.decide.desk import Drafted
from daemon.story.lineage import Branch
from daemon.story.references import renumbered
from daemon.story.retraction import KEEPS
from protocol.errors import bad_import
from protocol.events import MACHINERY, PAYLOADS, BranchCreated, EventRetracted, Payload, StoryCreated
from protocol.ids import mask_of

EVENTS = 1_000_000
BRANCHES = 50_000
COMMIT = 100_000
"""The most of each that a file may hold, and events that one commit may."""

LARGEST = 1_000_000_000
"""Beyond every turn and id that a story will come to."""

_event = msgspec.json.Decoder(StoryEvent)
_any = msgspec.json.Decoder(Any)


class Story:
    """A story file that was found sound. `counts` tells what is in it by kind.

    Checking an event is a step of the `headway`, and so is giving it out to be written.
    """

    def __init__(self, file: StoryFile, headway: Headway) -> None:
        """Checks all of it. Raises Fault(BAD_IMPORT), LeftOff."""
        self.file, self._headway = file, headway
        headway.begin(2 * len(file.events))
        self.seqs = array("q")
        self.counts: Counter[str] = Counter()
        self._branches = _checked_branches(file)
        self._begun: dict[str, int] = {}
        self._owners: dict[int, str] = {}
        self._turns, self._ids = file.turns, file.ids
        self._commit: list[StoryEvent] = []
        self._forks = {b.fork_seq: b.parent for b in file.branches if b.parent is not None}
        for index, raw in enumerate(file.events):
            headway.step()
            self._take(index, raw)
        if self._commit:
            raise bad_import(_place(self._commit[-1]), "the file ends within a commit")
        if missing := self._branches.keys() - self._begun.keys():
            raise bad_import("branches", f"{min(missing)} has no `branch.created`")

    def adopted(self, base: int, story: str, title: str, names: Mapping[str, str]) -> Adopted:
        """The story as it comes after the seq `base`, with these names for itself and for its branches."""
        row = StoryRow(story, title, names[self.file.current], self._turns, self._ids, "")
        return Adopted(row, self.branches(base, story, names), self._batches(base, story, title, names))

    def branches(self, base: int, story: str, names: Mapping[str, str]) -> list[Branch]:
        """Its lines of history under their new names."""
        return [
            Branch(
                names[b.branch], story, b.parent and names[b.parent], self._renumber(base, b.fork_seq), b.kind, b.name,
                self._renumber(base, self._begun[b.branch]), b.came_from and names[b.came_from],
            )
            for b in self.file.branches
        ]  # fmt: skip

    def _batches(self, base: int, story: str, title: str, names: Mapping[str, str]) -> Iterator[Batch]:
        """Its commits; each event is decoded anew, so that a long story is not held in memory twice."""
        drafts: list[Drafted | Tombstone] = []
        for raw in self.file.events:
            self._headway.step()
            event = _event.decode(raw)
            drafts.append(self._draft(base, title, names, event))
            if event.ends:
                yield Batch(
                    story, names[event.branch], event.turn, drafts, self._ids, background=event.background, at=event.at
                )
                drafts = []

    def _draft(self, base: int, title: str, names: Mapping[str, str], event: StoryEvent) -> Drafted | Tombstone:
        cause = None if event.cause is None else self._renumber(base, event.cause)
        mask = mask_of(event.witnesses)
        payload = _payload(event)
        if payload is None:
            return Tombstone(event.kind, PAYLOADS[event.kind].version, event.subject, mask, cause)
        if isinstance(payload, StoryCreated):
            payload = StoryCreated(title)
        return Drafted(renumbered(payload, lambda seq: self._renumber(base, seq), names), mask, cause=cause)

    def _renumber(self, base: int, seq: int) -> int:
        """Raises KeyError for a seq that is none of the file's; 0 is before all."""
        if seq == 0:
            return 0
        index = bisect_left(self.seqs, seq)
        if index == len(self.seqs) or self.seqs[index] != seq:
            raise KeyError(seq)
        return base + 1 + index

    # checking

    def _take(self, index: int, raw: msgspec.Raw) -> None:
        event = decoded(_event, raw, f"events[{index}]")
        where = _place(event)
        if why := self._wrong_place(event) or _wrong_kind(event):
            raise bad_import(where, why)
        payload = _checked_payload(event, where)
        if why := self._wrong_branch(event, payload) or self._wrong_commit(event):
            raise bad_import(where, why)
        if isinstance(payload, EventRetracted) and len(payload.also) not in (0, len(payload.targets)):
            raise bad_import(where, "`also` lists for each of the targets what goes with it")
        try:
            if payload is not None:
                renumbered(payload, lambda seq: self._renumber(0, seq), {b: b for b in self._branches})
            if event.cause is not None:
                self._renumber(0, event.cause or -1)
        except KeyError as unknown:
            raise bad_import(where, f"names {unknown}, which is no earlier event of the story") from None
        self._count(event, payload)

    def _wrong_place(self, event: StoryEvent) -> str:
        last = self.seqs[-1] if self.seqs else 0
        if not last < event.seq < 2**53:
            return "events come in the order of their seqs"
        if not 1 <= event.turn <= LARGEST:
            return f"turn {event.turn} cannot be"
        if not moment(event.at):
            return "`at` is no time such as 2026-01-31T20:15:00.000Z"
        if event.subject is not None and not is_id(event.subject):
            return "`subject` is no id"
        return ""

    def _wrong_branch(self, event: StoryEvent, payload: Payload | None) -> str:
        """An event lies on a branch that has begun; a branch begins once, as the list of branches says."""
        branch = self._branches.get(event.branch)
        if branch is None:
            return f"there is no branch {event.branch!r}"
        if not self.seqs and (event.kind != "story.created" or branch.parent is not None):
            return "the first event is `story.created`, on the root"
        if event.kind != "branch.created":
            begun = event.branch in self._begun or (branch.parent is None and event.kind == "story.created")
            return "" if begun and (event.kind != "story.created" or not self.seqs) else "comes before its branch began"
        if event.branch in self._begun:
            return f"{event.branch} began before"
        if branch.parent is not None and self._owners.get(branch.fork_seq) != branch.parent:
            return f"{branch.branch} forks at {branch.fork_seq}, which is no earlier event of {branch.parent}"
        if isinstance(payload, BranchCreated):
            said = (payload.branch, payload.parent, payload.fork_seq, payload.came_from)
            if said != (branch.branch, branch.parent, branch.fork_seq, branch.came_from):
                return "is not what the list of branches says"
        return ""

    def _wrong_commit(self, event: StoryEvent) -> str:
        """All events of a commit have its branch, its turn and its time."""
        self._commit.append(event)
        first = self._commit[0]
        same = ("branch", "turn", "background", "at")
        if any(getattr(first, name) != getattr(event, name) for name in same):
            return f"lies in one commit with event {first.seq}, but not on one branch, in one turn and at one time"
        if len(self._commit) > COMMIT:
            return f"a commit holds at most {COMMIT} events"
        if event.ends:
            self._commit = []
        return ""

    def _count(self, event: StoryEvent, payload: Payload | None) -> None:
        self.seqs.append(event.seq)
        self.counts[event.kind] += 1
        if event.kind == "branch.created":
            self._begun[event.branch] = event.seq
        if event.seq in self._forks:
            self._owners[event.seq] = event.branch
        about = subject(payload) if payload is not None else event.subject
        digits = (about or "").lstrip("abcdefghijklmnopqrstuvwxyz")
        self._ids = max(self._ids, int(digits) + 1 if digits.isdecimal() and len(digits) < 10 else 0)
        self._turns = max(self._turns, event.turn + 1)


def read(text: bytes, headway: Headway) -> Story:
    """The story in a file. Raises Fault(BAD_IMPORT), LeftOff."""
    file = decoded(msgspec.json.Decoder(StoryFile), text, "the file", ("story", STORY))
    if len(file.events) > EVENTS:
        raise bad_import("events", f"there are {len(file.events)}, and at most {EVENTS} can be taken in")
    if not file.events:
        raise bad_import("events", "there are none")
    if not 1 <= file.turns <= LARGEST or not 1 <= file.ids <= LARGEST:
        raise bad_import("turns", "`turns` and `ids` are the next numbers to be given")
    if len(file.title) > 500:
        raise bad_import("title", "is longer than 500 characters")
    return Story(file, headway)


def _checked_branches(file: StoryFile) -> dict[str, StoryBranch]:
    """The branches by id: a root, and each after its parent."""
    if len(file.branches) > BRANCHES:
        raise bad_import("branches", f"there are {len(file.branches)}, and at most {BRANCHES} can be taken in")
    found: dict[str, StoryBranch] = {}
    for index, b in enumerate(file.branches):
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


def _checked_payload(event: StoryEvent, where: str) -> Payload | None:
    data = bytes(event.data)
    if data == b"null":
        if event.kind in KEEPS:
            raise bad_import(where, "has lost its `data`, which holds the history together: no purge takes that")
        return None
    if why := wrong_with(event.kind, data, decoded(_any, data, where)):
        raise bad_import(where, why)
    try:
        return _payload(event)
    except (msgspec.ValidationError, KeyError, ValueError, TypeError) as wrong:
        raise bad_import(where, str(wrong)[:300]) from None


def _payload(event: StoryEvent) -> Payload | None:
    data = bytes(event.data)
    return None if data == b"null" else decode(event.kind, event.version, data)
