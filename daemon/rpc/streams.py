"""The methods `stream` and `unstream`: which subscriptions a connection has, so that they end with it."""

from daemon.live.catching_up import CatchingUp
from daemon.live.subscriptions import Subscription
from daemon.rpc.handler import Caller
from protocol import methods as m
from protocol.errors import not_found


class Streams:
    """The subscriptions of each connection, by their ids."""

    def __init__(self, catching_up: CatchingUp) -> None:
        self._catching_up = catching_up
        self._of: dict[Caller, dict[str, Subscription]] = {}

    async def stream(self, caller: Caller, p: m.StreamParams) -> m.StreamResult:
        """Subscribes, until `unstream` or the end of the connection. Raises Fault."""
        subscription, result = await self._catching_up.stream(p, caller.notify, caller.writable, caller.answered())
        if caller not in self._of:
            self._of[caller] = {}
            caller.on_close(lambda: self._end_all(caller))
        if caller.open:
            self._of[caller][subscription.id] = subscription
        else:
            self._catching_up.end(subscription)
        return result

    async def unstream(self, caller: Caller, p: m.UnstreamParams) -> m.Empty:
        """Ends a subscription of this connection. Raises Fault(NOT_FOUND)."""
        subscription = self._of.get(caller, {}).pop(p.subscription, None)
        if subscription is None:
            raise not_found("subscription", p.subscription)
        self._catching_up.end(subscription)
        return m.Empty()

    def _end_all(self, caller: Caller) -> None:
        for subscription in self._of.pop(caller, {}).values():
            self._catching_up.end(subscription)
