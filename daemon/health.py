"""What is known to be wrong with the store, from its start on: what the latest checks found that is still there."""

import asyncio
from collections.abc import Sequence

from daemon.store import ties, verify
from daemon.store.backups import Folder
from daemon.store.log import Log
from daemon.store.verify import Finding

TOLD = 3
"""Findings that a warning tells of; `verify` tells all."""


class Health:
    """The findings about one store."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._findings: list[Finding] = []

    async def start(self, folder: Folder) -> None:
        """Takes up what the latest backup was found to hold, if that is of this store, and looks at the last events."""
        try:
            latest = next(iter(await asyncio.to_thread(folder.all)), None)
        except OSError:  # a folder of backups that cannot be read tells nothing; it is warned of elsewhere
            latest = None
        # What a restore replaced was kept for its own sake: it tells nothing of what is there now.
        noted = latest.check.findings if latest is not None and latest.check is not None else []
        kept = noted if latest is not None and latest.why != "restore" else []
        last = await self.log.database.read.run(verify.unreadable_tail)
        self._findings = list({f.seq: f for f in [*kept, *last]}.values())
        await self.refresh()

    def note(self, findings: Sequence[Finding]) -> None:
        """Takes what a check of the whole store has just found for all that is wrong; derived data is rebuilt."""
        self._findings = [f for f in findings if f.sort != "derived"]

    async def refresh(self) -> None:
        """Forgets the events that have been purged since they were found."""
        seqs = [f.seq for f in self._findings if f.sort == "unreadable"]
        events = await self.log.database.read.run(ties.events, seqs)
        there = {e.seq for e in events if bytes(e.data) != b"null"}
        self._findings = [f for f in self._findings if f.sort != "unreadable" or f.seq in there]

    def warnings(self) -> list[str]:
        """What a person should know, a sentence each; empty where nothing is known to be wrong."""
        damaged = [f.why for f in self._findings if f.sort == "damaged"]
        unreadable = [f.why for f in self._findings if f.sort == "unreadable"]
        told = [f"the store is damaged: {_some(damaged)}; `rpc backups` lists what can be restored"] if damaged else []
        return told + ([_some(unreadable)] if unreadable else [])


def _some(whys: Sequence[str]) -> str:
    more = len(whys) - TOLD
    return "; ".join(whys[:TOLD]) + (f"; and {more} more, which `rpc verify` lists" if more > 0 else "")
