"""One request to an endpoint and its answer as bytes: bounded in time and size, and every failure explained.

Knows what goes wrong on the way, but not what the bytes mean; see endpoint.py for that.
"""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, cast
from urllib.parse import urlsplit

from daemon.model.clock import Clock
from daemon.model.failures import Failure, quoted, unreached
from daemon.model.redacting import Redactor
from protocol.model import Endpoint, KeyUnavailable, ModelUnavailable

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

LONGEST_STREAM = 64 * 1024 * 1024
LONGEST_ANSWER = 8 * 1024 * 1024
LONGEST_VECTORS = 64 * 1024 * 1024
"""Bytes on the wire; the words of a reply have a limit of their own."""

GRACE_S = 2.0
"""How long to wait for more (the usage, the end mark) after a reply has said that it is over."""
_DRAIN_S = 0.05
_NETWORK = frozenset(("openai", "httpx2", "httpcore2", "anyio", "h11"))


class Dial(Protocol):
    """How an endpoint is reached: http.py for an address, child.py for the embedded model. The redactor takes out the
    key that its client was made with."""

    redactor: Redactor

    def client(self) -> AbstractAsyncContextManager["AsyncOpenAI"]:
        """The client, as long as it is used."""

    async def renew(self) -> None:
        """Has the key looked up again for whoever calls next; calls that run go on."""

    async def aclose(self) -> None:
        """Closes all that is open."""


class Call:
    """A call, from asking to the last byte; what goes wrong inside its `async with` becomes a ModelUnavailable."""

    def __init__(self, endpoint: Endpoint, dial: Dial, *, streams: bool = False, total_s: float | None = None) -> None:
        self.clock = Clock(endpoint, streams=streams, total_s=total_s)
        self._endpoint, self._dial, self.redactor = endpoint, dial, dial.redactor
        self._stack = AsyncExitStack()
        self._received = 0
        self._response: httpx2.Response
        self._pieces: AsyncGenerator[bytes]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        failure = self._explained(error)
        if failure is not None:
            if failure.status in (401, 403):
                await self._dial.renew()  # the key may have been put right meanwhile
            why = quoted(failure.why, self.redactor)
            raise ModelUnavailable(self._endpoint.label, why, failure.retry, failure.status) from None

    async def chat(self, body: dict[str, Any], *, stream: bool) -> None:
        """Asks for a chat completion, or for a plain one where the body has a `prompt` and no `messages`; waits for the
        answer to begin."""
        client = await self._client()
        request: Any
        if "prompt" in body:
            plain = client.completions.with_streaming_response
            request = plain.create(model=body["model"], prompt="", stream=stream, extra_body=body)
        else:
            request = client.chat.completions.with_streaming_response.create(
                model=body["model"],
                messages=[],  # the real ones go beside the client's slow transformation of them
                stream=stream,
                extra_body=body,
            )
        async with self.clock.limit():
            self._opened((await self._stack.enter_async_context(request)).http_response)

    async def embeddings(self, model: str, texts: list[str]) -> None:
        """Asks for vectors, and waits for the answer to begin."""
        client = await self._client()
        request = client.embeddings.with_streaming_response.create(model=model, input=texts, encoding_format="float")
        async with self.clock.limit():
            self._opened((await self._stack.enter_async_context(request)).http_response)

    async def get(self, path: str) -> None:
        """Asks for what is at a path: relative to base_url or, with a leading slash, from the root of its host."""
        import httpx2
        import openai

        client = await self._client()
        if path.startswith("/"):
            path = str(client.base_url.join(path))
        async with self.clock.limit():
            stream = await client.get(path, cast_to=httpx2.Response, stream=True, stream_cls=openai.AsyncStream[Any])
        response = cast("httpx2.Response", stream)  # the bare response is what `cast_to` asked for
        self._stack.push_async_callback(response.aclose)
        self._opened(response)

    @property
    def kind(self) -> str:
        """The media type of the answer, without its parameters."""
        kind: str = self._response.headers.get("content-type", "")
        return kind.partition(";")[0].strip().lower()

    async def more(self, *, over: bool = False) -> bytes:
        """The next bytes of the answer, empty at its end. `over`: what was asked for has come; wait only a little."""
        try:
            async with self.clock.limit(GRACE_S if over else None):
                raw = await anext(self._pieces, b"")
        except Exception as error:
            if over and self._explained(error) is not None:
                return b""
            raise
        self._received += len(raw)
        if self._received > LONGEST_STREAM:
            raise Failure(f"sends more than {LONGEST_STREAM // 2**20} MiB")
        return raw

    async def all(self, longest: int = LONGEST_ANSWER) -> bytes:
        """The whole answer."""
        body = bytearray()
        while raw := await self.more():
            body += raw
            if len(body) > longest:
                raise Failure(f"sends an answer of more than {longest // 2**20} MiB")
        return bytes(body)

    async def drain(self) -> None:
        """Reads what follows the end mark, if it is there already: then the connection can be used again."""
        with suppress(Exception):
            async with self.clock.limit(_DRAIN_S):
                while await anext(self._pieces, b""):
                    pass

    def _opened(self, response: "httpx2.Response") -> None:
        self._response = response
        self._pieces = response.aiter_raw()
        self._stack.push_async_callback(self._pieces.aclose)

    async def _client(self) -> "AsyncOpenAI":
        client = await self._stack.enter_async_context(self._dial.client())
        self.redactor = self._dial.redactor  # kept, since another call may have the key looked up anew meanwhile
        self.clock.begin()
        return client

    def _explained(self, error: BaseException | None) -> Failure | None:
        """What an error means, if it is one of the endpoint's rather than of ours."""
        match error:
            case None:
                return None
            case Failure():
                return error
            case TimeoutError():
                return Failure(self.clock.why())
            case KeyUnavailable():
                return Failure(str(error))
            case UnicodeError():
                return Failure("can't be sent this request: it isn't all text")
        if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in _NETWORK:
            return unreached(error, urlsplit(self._endpoint.base_url).hostname or "")
        return None
