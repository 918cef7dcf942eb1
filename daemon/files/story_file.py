"""A story file, checked from its first to its last event before anything is written; then its commits, renumbered.

Knows no store and no service: what it makes is for `Log.adopt`. Whatever the bytes are, it answers or raises
Fault(BAD_IMPORT) that says where and why. The events stay in the file; kept of them is where they begin and end.
"""

import os
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO

import msgspec
from msgspec import UNSET

from daemon.files import images
from daemon.files.cards.assets import EACH
from daemon.files.cards.assets import decoded as base64_data
from daemon.files.decoding import check_head, decoded
from daemon.files.formats import STORY, Head, StoryAsset, StoryBranch, StoryEvent, StoryFile
from daemon.files.json_pieces import Piece, Pieces
from daemon.files.validation import Examiner, payload_of
from daemon.store.queries.assets import Asset
from daemon.store.queries.side_tables import StoryRow
from daemon.store.rows import Adopted, Batch, Tombstone
from daemon.story.decide.desk import Drafted
from daemon.story.lineage import Branch
from daemon.story.references import renumbered
from daemon.tasks import Headway
from protocol.errors import bad_import
from protocol.events import PAYLOADS, StoryCreated
from protocol.ids import BEGINNING, Seq, TurnNumber, mask_of

MOST = {"branches": 50_000, "events": 1_000_000, "assets": 10_000}
"""The most of each that a file may hold."""

AT_ONCE = 1024 * 1024
"""Bytes of events that are written in one go, where they make one commit: it may be as long as the file."""

_MEMBERS = frozenset(StoryFile.__struct_fields__)
_branch = msgspec.json.Decoder(StoryBranch)
_event = msgspec.json.Decoder(StoryEvent)
_file = msgspec.json.Decoder(StoryFile)
_asset = msgspec.json.Decoder(StoryAsset)


class Story:
    """A story file that was found sound, and that nobody else may change. `counts` tells what is in it by kind, and
    `listed` are its branches.

    To check a byte of the file is a step of the `headway`, and so is giving it out to be written.
    """

    def __init__(self, file: IO[bytes], headway: Headway) -> None:
        """Checks all of it. Raises Fault(BAD_IMPORT), LeftOff, OSError."""
        self._from, self._headway = file, headway
        self._starts, self._sizes = array("q"), array("L")
        self._assets: list[tuple[int, int]] = []
        self._members: dict[str, bytes] = {}
        self._examiner: Examiner | None = None
        self.listed: list[StoryBranch] = []
        headway.begin(2 * file.seek(0, os.SEEK_END))
        pieces = Pieces(file, MOST)
        done = 0
        for piece in pieces:
            headway.step(pieces.done - done)
            done = pieces.done
            self._take(piece, pieces.members)
        examiner = self._examiner or self._begun(pieces.members)
        for index in range(len(examiner.seqs), len(self._starts)):  # what came before the members that it goes by
            headway.step(0)
            examiner.take(index, self._event(index))
        examiner.finish()
        self.examined, self.counts, self.seqs = examiner, Counter(examiner.counts), examiner.seqs

    def adopted(self, base: Seq, story: str, title: str, names: Mapping[str, str]) -> Adopted:
        """The story as it comes after the seq `base`, with these names for itself and for its branches."""
        row = StoryRow(story, title, names[self.file.current], TurnNumber(self.examined.turns), self.examined.ids, "")
        return Adopted(row, self.branches(base, story, names), self._batches(base, story, title, names), self._kept())

    def branches(self, base: Seq, story: str, names: Mapping[str, str]) -> list[Branch]:
        """The branches of the story under their new ids."""
        return [
            Branch(
                names[b.branch], story, b.parent and names[b.parent], self._renumber(base, b.fork_seq), b.kind, b.name,
                self._renumber(base, self.examined.begun[b.branch]), b.came_from and names[b.came_from],
            )
            for b in self.listed
        ]  # fmt: skip

    # checking

    def _take(self, piece: Piece, members: set[str]) -> None:
        match piece.member:
            case "events":
                _check_count(piece)
                self._starts.append(piece.start)
                self._sizes.append(len(piece.text))
                if self._examiner is None and members >= _MEMBERS | {"branches"}:
                    self._begun(members)
                if self._examiner is not None:
                    self._examiner.take(piece.number or 0, piece.text)
            case "assets":
                _check_count(piece)
                self._asset(piece.text, f"assets[{piece.number}]")
                self._assets.append((piece.start, len(piece.text)))
            case "branches":
                _check_count(piece)
                self.listed.append(decoded(_branch, piece.text, f"branches[{piece.number}]"))
            case member if member in _MEMBERS:
                self._members[member] = piece.text
                if self._members.keys() >= {*Head.__struct_fields__}:
                    check_head(self._head(), "story", STORY)

    def _begun(self, members: set[str]) -> Examiner:
        """The examiner of the events, once all that it goes by has come."""
        self.file = decoded(_file, self._head(), "the file", ("story", STORY))
        for member in ("branches", "events"):
            if member not in members:
                raise bad_import("the file", f"Object missing required field `{member}`")
        if len(self.file.title) > 500:
            raise bad_import("title", "is longer than 500 characters")
        self._examiner = Examiner(self.file, self.listed)
        return self._examiner

    def _head(self) -> bytes:
        """What the file says beside its lists."""
        return b"{" + b",".join(b'"%s":%s' % (name.encode(), text) for name, text in self._members.items()) + b"}"

    # giving out

    def _batches(self, base: Seq, story: str, title: str, names: Mapping[str, str]) -> Iterator[Batch]:
        """Its commits, in pieces where they are long; each event is read once more, so that none is held in memory."""
        drafts: list[Drafted | Tombstone] = []
        size = 0
        for index in range(len(self._starts)):
            self._headway.step(self._sizes[index])
            event = _event.decode(self._event(index))
            drafts.append(self._draft(base, title, names, event))
            size += self._sizes[index]
            if event.ends or size >= AT_ONCE:
                yield Batch(
                    story, names[event.branch], event.turn, drafts, self.examined.ids, background=event.background,
                    at=event.at, ends=event.ends,
                )  # fmt: skip
                drafts, size = [], 0

    def _kept(self) -> Iterator[Asset]:
        """Its files; each is read once more, as the events are."""
        for start, size in self._assets:
            self._headway.step(size)
            self._from.seek(start)
            yield self._asset(self._from.read(size), "assets")

    def _asset(self, text: bytes, where: str) -> Asset:
        """A file of the story. Raises Fault(BAD_IMPORT) for one that is not what it says."""
        found = decoded(_asset, text, where)
        data = base64_data(found.data.encode())
        if data is None or len(data) > EACH:
            raise bad_import(where, f"is not base64 of at most {EACH} bytes")
        asset = Asset.of(images.type_of(data), data)
        if asset.digest != found.digest:
            raise bad_import(where, "is not the file that its digest says")
        return asset

    def _event(self, index: int) -> bytes:
        self._from.seek(self._starts[index])
        return self._from.read(self._sizes[index])

    def _draft(self, base: Seq, title: str, names: Mapping[str, str], event: StoryEvent) -> Drafted | Tombstone:
        cause = None if event.cause is None else self._renumber(base, event.cause)
        mask, seems = mask_of(event.witnesses), None if event.seems is UNSET else mask_of(event.seems)
        payload = payload_of(event)
        if payload is None:
            return Tombstone(event.kind, PAYLOADS[event.kind].version, event.subject, mask, cause, seems=seems)
        if isinstance(payload, StoryCreated):
            payload = StoryCreated(title)
        renumbering = renumbered(payload, lambda seq: self._renumber(base, seq), names)
        return Drafted(renumbering, mask, cause=cause, seems=seems)

    def _renumber(self, base: Seq, seq: Seq) -> Seq:
        """The new number of an event; 0 is before all."""
        return Seq(base + 1 + self.examined.index(seq)) if seq else BEGINNING


def _check_count(piece: Piece) -> None:
    if (piece.number or 0) >= MOST[piece.member]:
        raise bad_import(piece.member, f"there are more than {MOST[piece.member]}, which is the most that is taken in")
