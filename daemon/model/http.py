"""A line to one address: the `openai` client, made at first use, and what may go out and come in over it.

Holds no requests and no meaning of answers. `openai` is imported inside functions, since that takes a second.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from daemon.model.failures import Failure, refusal
from daemon.model.presets import is_loopback
from daemon.model.redacting import Redactor

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

CONNECT_S = 10.0
KEPT_OPEN_S = 60.0
LONGEST_ERROR = 64 * 1024
_NO_KEY = "none"
_MAY_GO_OUT = {
    *("host", "accept", "connection", "user-agent", "authorization", "content-length", "content-type"),
    "x-stainless-raw-response",  # the client looks for it in the request when the answer is there
}


class Line:
    """The line to an address; its key is looked up when it is first used, and again after `renew`.

    `redactor` takes the key that is in use out of what comes back.
    """

    def __init__(self, base_url: str, find_key: Callable[[], Awaitable[str]]) -> None:
        self.base_url = base_url
        self.redactor = Redactor("")
        self._find_key = find_key
        self._client: AsyncOpenAI | None = None
        self._users: Counter[AsyncOpenAI] = Counter()
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def client(self) -> "AsyncIterator[AsyncOpenAI]":
        """The client, as long as it is used. KeyUnavailable where its key cannot be had."""
        client = await self._ready()
        self._users[client] += 1
        try:
            yield client
        finally:
            self._users[client] -= 1
            await self._closed_if_left(client)

    async def renew(self) -> None:
        """Has the key looked up again for whoever calls next. The client is closed once nobody uses it any more."""
        client, self._client = self._client, None
        if client is not None:
            await self._closed_if_left(client)

    async def aclose(self) -> None:
        """Closes the connections, whoever uses them."""
        client, self._client = self._client, None
        for one in {*self._users, *([client] if client is not None else [])}:
            await one.close()

    async def _closed_if_left(self, client: "AsyncOpenAI") -> None:
        if client is not self._client and self._users[client] <= 0:
            del self._users[client]
            await client.close()

    async def _ready(self) -> "AsyncOpenAI":
        if self._client is None:
            async with self._lock:
                if self._client is None:
                    key = await self._find_key()
                    self.redactor = Redactor(key)
                    self._client = await asyncio.to_thread(_client, self.base_url, key)
        return self._client


def load() -> None:
    """Imports the client and what it would load at its first call. Takes a second; meant for a thread."""
    import platform

    client = _client("http://127.0.0.1:1", "")
    _ = (client.chat.completions.with_streaming_response, client.models.with_streaming_response)
    _ = client.embeddings.with_streaming_response
    platform.platform()  # asked for by the client's first call, and slow the first time


def _client(base_url: str, key: str) -> "AsyncOpenAI":
    import httpx2
    import openai

    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below that they log addresses and bodies
    # A new connection without TLS costs nothing, while llama.cpp's server closes a used one unannounced after a stream.
    is_tls = urlsplit(base_url).scheme == "https"
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or _NO_KEY,  # without one it would take OPENAI_API_KEY, whoever the endpoint is
        max_retries=0,
        http_client=httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=CONNECT_S),
            limits=httpx2.Limits(max_keepalive_connections=None if is_tls else 0, keepalive_expiry=KEPT_OPEN_S),
            follow_redirects=False,
            trust_env=not is_loopback(base_url),
            verify=is_tls,  # certificates take long to load, and plain http needs none
            event_hooks={"request": [_going_out], "response": [_coming_in]},
        ),
    )


async def _going_out(request: "httpx2.Request") -> None:
    """Only what an endpoint needs leaves: no organisation, project or other headers from the environment."""
    for name in [name for name in request.headers if name.lower() not in _MAY_GO_OUT]:
        del request.headers[name]
    request.headers["accept-encoding"] = "identity"
    if request.headers.get("authorization") == f"Bearer {_NO_KEY}":
        del request.headers["authorization"]


async def _coming_in(response: "httpx2.Response") -> None:
    """Refuses what is no answer before anything reads it: errors, redirects, data that unpacks into more."""
    if response.status_code >= 300:
        has_key = "authorization" in response.request.headers
        raise refusal(response.status_code, response.headers, await _beginning(response), has_key)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Failure("sends compressed data, which wasn't asked for")


async def _beginning(response: "httpx2.Response") -> bytes:
    body = b""
    async for raw in response.aiter_raw():
        body += raw
        if len(body) >= LONGEST_ERROR:
            break
    return body[:LONGEST_ERROR]
