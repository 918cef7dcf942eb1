"""The methods about a connection itself: `hello`, `cancel`, `rotate_token`."""

from collections.abc import Callable
from typing import Any

from daemon.rpc.access import Access
from daemon.rpc.handler import Caller
from daemon.rpc.session import UNAUTHORISED_CLOSE
from protocol import methods as m
from protocol.catalogue import VERSION
from protocol.errors import INVALID_PARAMS, STORAGE, UNAUTHORISED, Fault

LONGEST_CLIENT = 100


class Entrance:
    """Lets callers in, and tells them whom they have reached. `capabilities` is what this daemon can do."""

    def __init__(self, server: str, store: Callable[[], str], capabilities: dict[str, Any], access: Access) -> None:
        """`server` is the daemon's name and version, `store` gives the id of the store as it is now."""
        self.capabilities, self.access = capabilities, access
        self._server, self._store = server, store

    async def hello(self, caller: Caller, p: m.HelloParams) -> m.HelloResult:
        """Admits the caller. Raises Fault for a wrong token and for another major version of the protocol."""
        if caller.transport == "web" and not self.access.admits(p.token):
            if p.token:
                await self.access.discourage()
            caller.leave(UNAUTHORISED_CLOSE, "not the token")
            raise Fault(UNAUTHORISED, "this is not the token; `rpc web` opens a page that has it", why="token")
        if p.protocol.partition(".")[0] != VERSION.partition(".")[0]:
            raise _other_major(p.protocol[:20])
        caller.client = p.client[:LONGEST_CLIENT]
        caller.admitted = True
        if caller.transport == "web":
            self.access.hold(caller)
        return m.HelloResult(
            server=self._server, protocol=VERSION, store=self._store(), capabilities=dict(self.capabilities)
        )

    async def cancel(self, caller: Caller, p: m.CancelParams) -> m.CancelResult:
        """Cancels a call of the same connection."""
        return m.CancelResult(cancelled=caller.cancel(p.id))

    async def rotate_token(self, caller: Caller) -> m.Empty:
        """Replaces the token. Raises Fault over the web, and where the token cannot be written."""
        if caller.transport != "unix":
            raise Fault(UNAUTHORISED, "the token is replaced over the Unix socket only", why="transport")
        try:
            self.access.rotate()
        except OSError as wrong:
            why = f"the token file cannot be written: {wrong.strerror}"
            raise Fault(STORAGE, why, why=why) from None
        return m.Empty()


def _other_major(theirs: str) -> Fault:
    return Fault(
        INVALID_PARAMS,
        f"this server speaks protocol {VERSION}, the client {theirs}: update the older of the two",
        server=VERSION,
        client=theirs,
    )
