"""What is known to be wrong with the store, from its start on: what checks found that is still there.

It is written down beside the store, under the store's own name: a restore gives that another one, and so another past.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daemon import atomic
from daemon.store.check import verify
from daemon.store.check.verify import TAIL, Finding
from daemon.store.log import Log
from daemon.store.queries import derivations

TOLD = 3
"""Findings that a warning tells of; `verify` tells all."""

LONGEST_RECORD = 1024 * 1024


class Record(msgspec.Struct, frozen=True):
    """What checks found in the store of this name."""

    store: str
    findings: list[Finding]


class Health:
    """The findings about one store, kept in the file `record`; `known` unless it was never checked as a whole."""

    def __init__(self, log: Log, record: Path) -> None:
        self.log, self.record = log, record
        self.known = False
        self._findings: list[Finding] = []

    async def start(self) -> None:
        """Takes up what was found before, and looks at the last events, which are all of a short log."""
        kept = await asyncio.to_thread(self._read)
        self.known = kept is not None or self.log.seq <= TAIL
        last = await self.log.database.read.run(verify.unreadable_tail)
        self._findings = list({f.why: f for f in [*(kept or ()), *last]}.values())
        await self.refresh()

    async def note(self, findings: Sequence[Finding], *, replayed: bool) -> None:
        """Takes what a check of the whole store has just found for all that is wrong; derived data is rebuilt.

        What only a replay finds is taken to be there still, unless the check `replayed` all events.
        """
        found = [f for f in findings if f.sort != "derived"]
        if not replayed:
            found += [f for f in self._findings if f.sort == "damaged" and f not in found]
        await self._write(found)  # before anybody is told: what is known stays known, whatever comes next
        self._findings, self.known = found, True

    async def refresh(self) -> None:
        """Forgets the events that have been purged since they were found."""
        seqs = [f.seq for f in self._findings if f.sort == "unreadable"]
        events = await self.log.database.read.run(derivations.events, seqs)
        there = {e.seq for e in events if bytes(e.data) != b"null"}
        left = [f for f in self._findings if f.sort != "unreadable" or f.seq in there]
        if left != self._findings:
            self._findings = left
            await self._write(left)

    def warnings(self) -> list[str]:
        """What a person should know, a sentence each; empty where nothing is known to be wrong."""
        damaged = [f.why for f in self._findings if f.sort == "damaged"]
        unreadable = [f.why for f in self._findings if f.sort == "unreadable"]
        found = [f"the store is damaged: {_some(damaged)}; `rpc backups` lists what can be restored"] if damaged else []
        return found + ([_some(unreadable)] if unreadable else [])

    def _read(self) -> list[Finding] | None:
        """What was written down of this store; None where nothing was."""
        try:
            record = msgspec.json.decode(atomic.read_plain(self.record, LONGEST_RECORD), type=Record)
        except (OSError, msgspec.MsgspecError):
            return None
        return record.findings if record.store == self.log.database.name else None

    async def _write(self, findings: list[Finding]) -> None:
        record = msgspec.json.encode(Record(self.log.database.name, findings))
        try:
            await asyncio.to_thread(atomic.write_whole, self.record, record)
        except OSError:  # the disk is read-only or full, as `status` tells: it is known until the daemon ends
            return


def _some(whys: Sequence[str]) -> str:
    more = len(whys) - TOLD
    return "; ".join(whys[:TOLD]) + (f"; and {more} more, which `rpc verify` lists" if more > 0 else "")
