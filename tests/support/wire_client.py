"""A raw client of the wire for tests, over either transport. It checks every message against the catalogue.

Nothing here is shared with the program's own client: what both got wrong together would not be seen.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec

from protocol.catalogue import VERSION
from tests.support.catalogue_shapes import InOrder, Mismatch, check_error, check_note, check_request, check_result
from tests.support.transports import Frames, Lines, Link

LONGEST = 64 * 1024 * 1024
PATIENCE = 30.0
"""Seconds until waiting for a message counts as a failure."""


class Refused(Exception):  # noqa: N818 - the word for what the wire carries
    """An error response: its code, message and data."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"{code} {message} {data}")
        self.code, self.message, self.data = code, message, data


class Note(NamedTuple):
    """A notification."""

    method: str
    params: dict[str, Any]


class Pending(NamedTuple):
    """A request that is under way: its id, and what will hold the answer."""

    id: int
    answer: asyncio.Future[dict[str, Any] | Refused]


class Client:
    """One connection. `notes` are the notifications so far, `log` all messages as (sent?, message)."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.patience = PATIENCE
        self.notes: list[Note] = []
        self.log: list[tuple[bool, Any]] = []
        self.strays: list[Refused] = []
        self.fault: Exception | None = None
        self._ids = itertools.count(1)
        self._waiting: dict[int | str, tuple[str, asyncio.Future[dict[str, Any] | Refused]]] = {}
        self._news = asyncio.Event()
        self._over = False
        self._order = InOrder()

    @staticmethod
    @contextlib.asynccontextmanager
    async def unix(path: str | Path) -> AsyncIterator["Client"]:
        """Connects to the socket."""
        reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST)
        async with talking(Lines(reader, writer)) as client:
            yield client

    @staticmethod
    @contextlib.asynccontextmanager
    async def web(url: str, token: str | None) -> AsyncIterator["Client"]:
        """Connects to the base URL (http://…) and says hello; without a token it says nothing."""
        async with aiohttp.ClientSession() as session:
            socket = await session.ws_connect(f"{url.rstrip('/')}/ws", max_msg_size=LONGEST)
            async with talking(Frames(socket)) as client:
                if token is not None:
                    await client.call("hello", client="test", protocol=VERSION, token=token)
                yield client

    async def call(self, method: str, params: dict[str, Any] | None = None, /, **more: Any) -> dict[str, Any]:
        """The result. Names that Python keeps for itself (`as`, `from`) go in a dict. Raises Refused."""
        return await self.settle(await self.begin(method, params, **more))

    async def call_unchecked(self, method: str, params: Any) -> dict[str, Any]:
        """The same for params that the catalogue does not allow, to see them refused."""
        return await self.settle(await self.begin_unchecked(method, params))

    async def begin(self, method: str, params: dict[str, Any] | None = None, /, **more: Any) -> Pending:
        """Sends a request and does not wait for its answer."""
        named = {**(params or {}), **more}
        check_request(method, named)
        return await self.begin_unchecked(method, named)

    async def begin_unchecked(self, method: str, params: Any) -> Pending:
        [pending] = await self.post({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params})
        return pending

    async def batch(self, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any] | Refused]:
        """What a batch answers, in the order of the calls; what is refused is returned, not raised."""
        for method, params in calls:
            check_request(method, params)
        requests = [{"jsonrpc": "2.0", "id": next(self._ids), "method": m, "params": p} for m, p in calls]
        return [await self._within(pending.answer) for pending in await self.post(requests)]

    async def post(self, message: Any) -> list[Pending]:
        """Sends a request or a batch as it is (a transcript's, say), and what will hold each answer."""
        requests = [r for r in (message if isinstance(message, list) else [message]) if "id" in r]
        made = []
        for request in requests:
            future: asyncio.Future[dict[str, Any] | Refused] = asyncio.get_running_loop().create_future()
            self._waiting[request["id"]] = (request["method"], future)
            made.append(Pending(request["id"], future))
        self.log.append((True, message))
        await self.send(msgspec.json.encode(message).decode())
        return made

    async def settle(self, pending: Pending) -> dict[str, Any]:
        """The result of a request that was begun. Raises Refused on an error."""
        answer = await self._within(pending.answer)
        if isinstance(answer, Refused):
            raise answer
        return answer

    async def send(self, text: str) -> None:
        """Sends a text as it is, be it no JSON; errors without an id go to `strays`."""
        await self.link.send(text)

    async def stray(self, count: int = 1) -> Refused:
        """The last of so many errors without an id, once they have come."""
        await self._pass(lambda: len(self.strays) >= count, f"{count} errors without an id")
        return self.strays[count - 1]

    async def wait(self, wanted: Callable[[Note], bool], what: str = "a notification") -> Note:
        """The first notification of this connection that is wanted, past or yet to come."""
        await self._pass(lambda: any(wanted(note) for note in self.notes), what)
        return next(note for note in self.notes if wanted(note))

    async def until(self, turn: int, phase: str = "done") -> Note:
        """The notification that the turn is in a phase. Raises Refused where the turn fails instead."""

        def ends(note: Note) -> bool:
            at = note.params.get("phase")
            return note.method == "turn" and note.params["turn"] == turn and at in (phase, "failed")

        note = await self.wait(ends, f"turn {turn} to be {phase}")
        if note.params["phase"] != phase:
            raise Refused(**note.params["detail"])
        return note

    async def ended(self) -> int | None:
        """Waits until the daemon closes the connection; the WebSocket's close code."""
        await self._pass(lambda: self._over, "the connection to end")
        return self.link.code

    def events(self, subscription: str | None = None) -> list[dict[str, Any]]:
        """All events that notifications brought (of one subscription), in order."""
        mine = (n.params for n in self.notes if n.method == "event")
        return [e for p in mine if subscription in (None, p["subscription"]) for e in p["events"]]

    def text(self, turn: int, kind: str = "text") -> str:
        """What the tokens of a turn spell."""
        mine = (n.params for n in self.notes if n.method == "token")
        return "".join(p["text"] for p in mine if p["turn"] == turn and p["kind"] == kind)

    async def _pass(self, ready: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(self.patience):
                while not ready():
                    if self._over:
                        raise self.fault or ConnectionError(f"the connection ended before {what}")
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            seen = [f"{n.method} {n.params.get('phase', '')}".strip() for n in self.notes[-20:]]
            raise AssertionError(f"waited {self.patience:g} s for {what}; the last notes were {seen}") from None

    async def _within(self, answer: asyncio.Future[dict[str, Any] | Refused]) -> dict[str, Any] | Refused:
        await self._pass(answer.done, "an answer")
        return answer.result()

    async def _read(self) -> None:
        try:
            while (text := await self.link.receive()) is not None:
                self._take(text)
                self._news.set()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test must see it
            self.fault = fault
        self._over = True
        self._news.set()

    def _take(self, text: str | bytes) -> None:
        message = msgspec.json.decode(text)
        self.log.append((False, message))
        for one in message if isinstance(message, list) else [message]:
            if not isinstance(one, dict) or one.get("jsonrpc") != "2.0":
                raise Mismatch(f"no JSON-RPC 2.0 message: {text!r}"[:300])
            if "method" in one:
                self._note(one)
            else:
                self._answer(one)

    def _answer(self, one: dict[str, Any]) -> None:
        if one.keys() not in ({"jsonrpc", "id", "result"}, {"jsonrpc", "id", "error"}):
            raise Mismatch(f"a response has the members {sorted(one)}")
        method, future = (None, None) if one["id"] is None else self._waiting.pop(one["id"], (None, None))
        if "error" in one:
            check_error(method, one["error"])
            answer: dict[str, Any] | Refused = Refused(**one["error"])
        elif method is None or future is None:
            raise Mismatch(f"an answer to nothing: id {one['id']!r}")
        else:
            check_result(method, one["result"])
            answer = one["result"]
        if future is not None:
            future.set_result(answer)
        elif isinstance(answer, Refused):
            self.strays.append(answer)

    def _note(self, one: dict[str, Any]) -> None:
        if one.keys() != {"jsonrpc", "method", "params"}:
            raise Mismatch(f"a notification has the members {sorted(one)}")
        check_note(one["method"], one["params"])
        note = Note(one["method"], one["params"])
        self._order.check(*note)
        self.notes.append(note)


@contextlib.asynccontextmanager
async def talking(link: Link) -> AsyncIterator[Client]:
    """Yields a client on a link. Raises Mismatch at the end, if anything was not as the catalogue says."""
    client = Client(link)
    reading = asyncio.create_task(client._read())
    try:
        yield client
    finally:
        await link.close()
        await reading
    if isinstance(client.fault, Mismatch):
        raise client.fault
