"""The catalogue bound to what serves it: each handler decodes nothing, calls one function, and encodes nothing."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec

from daemon.live.catching_up import CatchingUp
from daemon.live.subscriptions import Subscription
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.prompts.builder import PromptBuilder
from daemon.prompts.explain import Explainer
from daemon.prompts.recall import PromptRecall
from daemon.reading.reader import Reader
from daemon.rpc import backups, files, history
from daemon.rpc.dispatch import Handler
from daemon.rpc.load import Load
from daemon.rpc.session import Session
from daemon.store.database import Database
from daemon.summaries.scheduler import Scheduler
from daemon.turn.turns import Turns
from protocol import documents
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.model import Endpoint, Found, Health, ProbeReport, Role


class Models(Protocol):
    """What is asked of the models beside replies."""

    def role(self, role: Role) -> Any: ...
    async def health(self) -> Mapping[Role, Health]: ...
    async def probe(self, role: Role, base_url: str | None = None, model: str | None = None) -> ProbeReport: ...
    async def discover(self) -> tuple[Found, ...]: ...


class Services(msgspec.Struct, frozen=True):
    """All that serves a method."""

    writer: Writer
    views: Views
    streams: CatchingUp
    turns: Turns
    backups: backups.BackupServices
    files: files.FileServices
    history: history.Services
    prompts: PromptBuilder
    summaries: Scheduler
    recall: PromptRecall
    reader: Reader
    explainer: Explainer
    models: Models
    database: Database
    presets: list[dict[str, Any]]
    use_model: Callable[[Role, str, str | None], Awaitable[Endpoint]]
    versions: dict[str, str]
    load: Load
    warnings: Callable[[], list[str]]
    started: float


def handlers(s: Services) -> dict[str, Handler]:
    """Every method but those that the doors serve themselves."""
    return {
        **_of_stories(s), **_of_streams(s), **history.handlers(s.history), **_of_models(s), **_of_the_daemon(s),
        **backups.handlers(s.backups), **files.handlers(s.files),
    }  # fmt: skip


def _of_stories(s: Services) -> dict[str, Handler]:
    async def stories(_: Session, p: m.NoParams) -> m.StoriesResult:
        return await s.writer.list()

    async def create(_: Session, p: m.CreateParams) -> m.CreateResult:
        return await s.writer.create(p, await s.files.templates.commands(p.template))

    async def append(_: Session, p: m.AppendParams) -> m.AppendResult:
        return await s.writer.append(p)

    async def project(_: Session, p: m.ProjectParams) -> m.ProjectResult:
        if p.view == "prompt":
            return await s.prompts.view(p, s.models.role("render").endpoint)
        return await s.views.project(p)

    async def recall(_: Session, p: m.RecallParams) -> m.RecallResult:
        return await s.recall.recall(p)

    async def play(_: Session, p: m.PlayParams) -> m.PlayResult:
        return await s.turns.play(p)

    async def stop(_: Session, p: m.StopParams) -> m.StopResult:
        return await s.turns.stop(p)

    async def reread(_: Session, p: m.RereadParams) -> m.RereadResult:
        return await s.reader.reread(p)

    async def explain(_: Session, p: m.ExplainParams) -> m.ExplainResult:
        return await s.explainer.explain(p)

    return {
        "stories": stories, "create": create, "append": append, "project": project, "recall": recall, "play": play,
        "stop": stop, "reread": reread, "explain": explain,
    }  # fmt: skip


def _of_streams(s: Services) -> dict[str, Handler]:
    mine: dict[Session, dict[str, Subscription]] = {}

    def end_all(session: Session) -> None:
        for subscription in mine.pop(session, {}).values():
            s.streams.end(subscription)

    async def stream(session: Session, p: m.StreamParams) -> m.StreamResult:
        subscription, result = await s.streams.stream(p, session.notify, session.writable, session.answered())
        if session not in mine:
            mine[session] = {}
            session.on_close(lambda: end_all(session))
        if session.open:
            mine[session][subscription.id] = subscription
        else:
            s.streams.end(subscription)
        return result

    async def unstream(session: Session, p: m.UnstreamParams) -> m.Empty:
        subscription = mine.get(session, {}).pop(p.subscription, None)
        if subscription is None:
            raise not_found("subscription", p.subscription)
        s.streams.end(subscription)
        return m.Empty()

    return {"stream": stream, "unstream": unstream}


def _of_models(s: Services) -> dict[str, Handler]:
    async def models(_: Session, p: m.NoParams) -> m.ModelsResult:
        health, found = await asyncio.gather(s.models.health(), s.models.discover())
        roles = [{"role": role, **msgspec.to_builtins(h)} for role, h in health.items()]
        return m.ModelsResult(roles=roles, discovered=[msgspec.to_builtins(f) for f in found], presets=s.presets)

    async def use_model(_: Session, p: m.UseModelParams) -> m.UseModelResult:
        try:
            endpoint = await s.use_model(p.role, p.model, p.base_url)
        except ValueError as wrong:
            raise Fault(INVALID_PARAMS, str(wrong)) from wrong
        return m.UseModelResult(role=p.role, model=p.model, endpoint=endpoint.label)

    async def probe(_: Session, p: m.ProbeParams) -> m.ProbeResult:
        try:
            report = await s.models.probe(p.role, p.base_url, p.model)
        except ValueError as wrong:
            raise Fault(INVALID_PARAMS, str(wrong)) from wrong
        told = msgspec.to_builtins(report)
        return m.ProbeResult(endpoint=report.endpoint, ok=report.reachable, why=report.why, report=told)

    return {"models": models, "use_model": use_model, "probe": probe}


def _of_the_daemon(s: Services) -> dict[str, Handler]:
    async def discover(_: Session, p: m.NoParams) -> msgspec.Raw:
        return msgspec.Raw(documents.read(documents.OPENRPC))

    async def status(_: Session, p: m.NoParams) -> m.StatusResult:
        size, wal = s.database.sizes()
        stories = s.writer.open_stories.by_id.values()
        return m.StatusResult(
            versions=s.versions,
            uptime=round(time.monotonic() - s.started, 3),
            pid=os.getpid(),
            store=m.StoreStatus(
                path=str(s.database.path),
                bytes=size,
                wal_bytes=wal,
                schema=int(s.versions["schema"]),
                events=s.writer.log.seq,
                read_only=s.writer.log.read_only,
            ),
            models=[_role_status(s, role) for role in ("render", "read", "embed")],
            backlog=await s.summaries.backlog(),
            counts={
                "stories": len(stories),
                "branches": sum(len(t.tree) for t in stories),
                "subscriptions": s.writer.hub.count(),
                "turns": len(s.turns.running),
                "in_flight": s.load.in_flight(),
                "ignored": s.load.ignored,
            },
            warnings=s.warnings(),
        )

    async def jobs(_: Session, p: m.NoParams) -> m.JobsResult:
        return m.JobsResult(jobs=[*await s.summaries.jobs(), *s.backups.backups.jobs()])

    return {"rpc.discover": discover, "status": status, "jobs": jobs}


def _role_status(s: Services, role: Role) -> m.RoleStatus:
    """The endpoint of a role, and how its last call went; nothing is asked of it for this."""
    endpoint = s.models.role(role).endpoint
    calls = {"render": s.turns.last_call, "read": s.reader.asker.last_call}.get(role, {})
    last = calls.get(endpoint.label)
    ok = None if last is None else not last
    return m.RoleStatus(role=role, endpoint=endpoint.label, model=endpoint.model, ok=ok, why=last or "")
