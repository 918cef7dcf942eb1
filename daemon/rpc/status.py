"""The methods about the daemon as a whole: `status`, `jobs` and `rpc.discover`."""

import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Mapping

import msgspec

from daemon.backups.keeper import Backups
from daemon.imported.reading import ChatReader
from daemon.live.vectors import Vectors
from daemon.live.writing import Writer
from daemon.model.models import Models
from daemon.rpc.load import Load
from daemon.store import sqlite
from daemon.store.database import VERSION as SCHEMA
from daemon.summaries.scheduler import Scheduler
from daemon.turn.turns import Turns
from protocol import documents
from protocol import methods as m
from protocol.catalogue import VERSION as PROTOCOL
from protocol.model import Role


class StatusService:
    """Gathers how the parts of the daemon are. Starts nothing, and calls no model."""

    def __init__(
        self,
        writer: Writer,
        turns: Turns,
        summaries: Scheduler,
        chats: ChatReader,
        backups: Backups,
        models: Models,
        vectors: Vectors,
        load: Load,
        versions: Mapping[str, str],
        warnings: Callable[[], list[str]],
        started: float,
    ) -> None:
        """`started` is when the daemon started, by the monotonic clock; `warnings` are sentences for people."""
        self._writer, self._turns, self._summaries, self._chats = writer, turns, summaries, chats
        self._backups, self._models, self._vectors, self._load = backups, models, vectors, load
        self._versions, self._warnings, self._started = versions, warnings, started

    async def status(self) -> m.StatusResult:
        """The status of the daemon."""
        return m.StatusResult(
            versions=dict(self._versions),
            uptime=round(time.monotonic() - self._started, 3),
            pid=os.getpid(),
            store=self._store(),
            models=[self._role(role) for role in ("render", "read", "embed")],
            backlog=await self._summaries.backlog() + await self._chats.backlog(),
            counts=self._counts(),
            warnings=self._warnings(),
        )

    async def jobs(self) -> m.JobsResult:
        """The work behind play that runs or waits."""
        summaries = await self._summaries.jobs()
        return m.JobsResult(jobs=[*await self._chats.jobs(), *summaries, *self._backups.jobs(), *self._embedding()])

    async def discover(self) -> msgspec.Raw:
        """The OpenRPC document of the catalogue."""
        return msgspec.Raw(documents.read(documents.OPENRPC))

    def _store(self) -> m.StoreStatus:
        log = self._writer.log
        size, wal = log.database.sizes()
        return m.StoreStatus(
            path=str(log.database.path),
            bytes=size,
            wal_bytes=wal,
            schema=int(self._versions["schema"]),
            events=log.seq,
            read_only=log.read_only,
        )

    def _role(self, role: Role) -> m.RoleStatus:
        """The endpoint of a role, and how its last call went."""
        endpoint = self._models.role(role).endpoint
        last = self._models.calls.why(role, endpoint.label)
        why = self._models.lacks(role) or last or ""
        ok = None if last is None and not why else not why
        if role == "embed":
            why = self._memory_search(why)
        languages = self._models.languages(role)
        return m.RoleStatus(
            role=role, endpoint=endpoint.label, model=endpoint.model, ok=ok, why=why, languages=languages
        )

    def _memory_search(self, why: str) -> str:
        """Why memory search goes by words alone just now; empty where it does not."""
        if not why and self._vectors.behind is not None:
            done, of = self._vectors.behind
            why = f"texts are still being embedded ({done:,} of {of:,} events)"
        return f"memory search goes by words alone: {why}" if why else ""

    def _embedding(self) -> list[m.Job]:
        behind = self._vectors.behind
        if behind is None:
            return []
        role = self._role("embed")
        return [
            m.Job(
                id="embed", kind="embed", story="", branch="", what="embedding texts for memory search",
                state="running" if role.ok is not False else "waiting", done=behind[0], of=behind[1],
                why="" if role.ok is not False else role.why,
            )
        ]  # fmt: skip

    def _counts(self) -> dict[str, int]:
        stories = self._writer.open_stories.by_id.values()
        return {
            "stories": len(stories),
            "branches": sum(len(story.tree) for story in stories),
            "subscriptions": self._writer.hub.count(),
            "turns": len(self._turns.running),
            "in_flight": self._load.in_flight(),
            "ignored": self._load.ignored,
        }


def versions(fabula: str) -> dict[str, str]:
    """What runs, by name: this program, its protocol and schema, and what a report of a fault should name."""
    return {
        "fabula": fabula,
        "protocol": PROTOCOL,
        "schema": str(SCHEMA),
        "sqlite": str(sqlite.library().sqlite_version),
        "python": platform.python_version(),
        "sqlite-vec": importlib.metadata.version("sqlite-vec"),
    }
