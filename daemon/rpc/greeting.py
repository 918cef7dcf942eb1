"""The methods that the doors themselves serve: `hello`, `cancel`, `rotate_token`. All others are given to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from daemon.rpc.access import Access
from daemon.rpc.dispatch import Handler
from daemon.rpc.session import UNAUTHORISED_CLOSE, Session
from protocol.catalogue import VERSION
from protocol.errors import INVALID_PARAMS, STORAGE, UNAUTHORISED, Fault
from protocol.methods import CancelParams, CancelResult, Empty, HelloParams, HelloResult, NoParams

LONGEST_CLIENT = 100


@dataclass(frozen=True)
class Greeting:
    """What `hello` answers: the server's name and version, the store's id as it is now, and what this daemon can do."""

    server: str
    store: Callable[[], str]
    capabilities: Mapping[str, Any]


def door_methods(greeting: Greeting, access: Access) -> dict[str, Handler]:
    """The handlers of these methods, by name."""

    async def hello(session: Session, params: HelloParams) -> HelloResult:
        if session.transport == "web" and not access.admits(params.token):
            if params.token:
                await access.discourage()
            session.leave(UNAUTHORISED_CLOSE, "not the token")
            raise Fault(UNAUTHORISED, "this is not the token; `rpc web` opens a page that has it", why="token")
        if params.protocol.partition(".")[0] != VERSION.partition(".")[0]:
            raise _other_major(params.protocol[:20])
        session.client = params.client[:LONGEST_CLIENT]
        session.admitted = True
        if session.transport == "web":
            access.hold(session)
        return HelloResult(
            server=greeting.server, protocol=VERSION, store=greeting.store(), capabilities=dict(greeting.capabilities)
        )

    async def cancel(session: Session, params: CancelParams) -> CancelResult:
        return CancelResult(cancelled=session.cancel(params.id))

    async def rotate_token(session: Session, params: NoParams) -> Empty:
        if session.transport != "unix":
            raise Fault(UNAUTHORISED, "the token is replaced over the Unix socket only", why="transport")
        try:
            access.rotate()
        except OSError as wrong:
            why = f"the token file cannot be written: {wrong.strerror}"
            raise Fault(STORAGE, why, why=why) from None
        return Empty()

    return {"hello": hello, "cancel": cancel, "rotate_token": rotate_token}


def _other_major(theirs: str) -> Fault:
    return Fault(
        INVALID_PARAMS,
        f"this server speaks protocol {VERSION}, the client {theirs}: update the older of the two",
        server=VERSION,
        client=theirs,
    )
