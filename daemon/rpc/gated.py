"""Calls that work on the stories go through a gate: while the store is replaced they wait. Where it cannot be read they
are told so.
"""

from collections.abc import Callable, Mapping
from typing import Any

from daemon.backups.gate import Gate
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import Session

FREE = frozenset(
    (
        "rpc.discover", "status", "jobs", "unstream", "models", "use_model", "probe",
        "backup", "backups", "restore", "verify",
    )
)  # fmt: skip
"""Methods that keep nothing of a story in hand, or see to it themselves."""


def gated(handlers: Mapping[str, Handler], gate: Gate, check: Callable[[], None]) -> dict[str, Handler]:
    """The same handlers, those of methods that are not free behind the gate; `check` raises Fault for what is to be
    told instead of an answer."""
    return {name: handler if name in FREE else _behind(gate, handler, check) for name, handler in handlers.items()}


def _behind(gate: Gate, handler: Handler, check: Callable[[], None]) -> Handler:
    async def method(session: Session, params: Any) -> Any:
        async with gate.among_others():
            check()
            return await handler(session, params)

    return method
