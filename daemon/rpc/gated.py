"""Calls that work on the stories go through a gate: while the store is replaced they wait."""

from collections.abc import Mapping
from typing import Any

from daemon.gate import Gate
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session

FREE = frozenset(
    (
        "rpc.discover", "status", "jobs", "unstream", "models", "use_model", "probe",
        "backup", "backups", "restore", "verify",
    )
)  # fmt: skip
"""Methods that keep nothing of a story in hand, or see to it themselves."""


def gated(handlers: Mapping[str, Handler], gate: Gate) -> dict[str, Handler]:
    """The same handlers, those of methods that are not free behind the gate."""
    return {name: handler if name in FREE else _behind(gate, handler) for name, handler in handlers.items()}


def _behind(gate: Gate, handler: Handler) -> Handler:
    async def method(session: Session, params: Any) -> Any:
        async with gate.among_others():
            return await handler(session, params)

    return method
