"""A scripted OpenAI-compatible endpoint: it stands in for a model in every test, and fails in every known way.

    async with Endpoint(prose=lambda body: "She nods.") as endpoint:
        ...  # endpoint.url goes into config.toml; endpoint.requests holds the bodies that came

It speaks HTTP, so the daemon under test may be another process. All its attributes may be changed while it runs.
"""

import asyncio
import hashlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from aiohttp import web

Body = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOTHING: Body = {"changes": [], "gist": ""}
"""What a reading answers, of the world or of a mind, where nothing changed."""

Fault = Literal[
    "html",  # 200 with a web page
    "hang",  # no answer at all
    "hang_before_words",  # the stream opens, and nothing comes
    "hang_midway",  # half of the words, then silence
    "break_off",  # half of the words, then the connection is cut
    "end_early",  # half of the words, then an orderly end without [DONE] or finish_reason
    "bad_json",  # half of the words, then an event that is no JSON
    "error_midway",  # half of the words, then an error object, all under 200
    "error_first",  # an error object under 200
    "server_error",  # 500
    "redirect",  # 307 to `elsewhere`
    "busy",  # 429 with a Retry-After of a day
    "echo_key",  # 401 whose message repeats the key
    "endless",  # words for ever
    "endless_line",  # an event that never comes to its end
    "trickle",  # a byte of nothing now and then, for ever
    "empty",  # an orderly reply without words
    "gzip",  # compressed, though nobody asked
    "not_streamed",  # one JSON object, however it was asked
    "no_end_mark",  # finish_reason, then neither [DONE] nor the end of the connection
]
FAULTS: tuple[Fault, ...] = get_args(Fault)


def embedded(model: str, text: str) -> list[float]:
    """The vector of a text, which tells nothing of its meaning."""
    return [(x - 128) / 128 for x in hashlib.sha384(f"{model} {text}".encode()).digest()] * 8


@dataclass(frozen=True)
class Raw:
    """An answer as it goes over the wire. A stream that `goes_on` is followed by its last bytes for ever."""

    body: bytes
    kind: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    goes_on: bytes = b""


class Endpoint:
    """The server. `prose(body)` gives the text of a reply or yields its pieces; `reading(body)` the object that answers
    structured calls (and `models` what is listed). `delay`: seconds before each piece, and before vectors. `reasoning`
    comes before the prose, in the form that `reasons_in` says. `comments`: keep-alive comments before the first piece.
    `raw` answers a path such as `/v1/models` with these bytes instead, whatever they are (see Raw)."""

    def __init__(
        self,
        prose: Callable[[Body], str | AsyncIterator[str]] = lambda body: "She nods and says nothing.",
        reading: Callable[[Body], Any] = lambda body: NOTHING,
        *,
        fault: Fault | None = None,
        delay: float = 0.0,
        reasoning: str = "",
        reasons_in: Literal["reasoning_content", "reasoning", "think"] = "reasoning_content",
        comments: int = 0,
        elsewhere: str = "",
        models: tuple[str, ...] = ("scripted",),
    ) -> None:
        self.prose, self.reading, self.fault, self.delay = prose, reading, fault, delay
        self.reasoning, self.reasons_in, self.comments = reasoning, reasons_in, comments
        self.elsewhere, self.models = elsewhere, models
        self.usage: Callable[[Body], Body] = _usage
        self.extra: dict[str, Any] = {}
        self.raw: dict[str, Raw] = {}
        self.requests: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.vanished = 0
        self._arrived = asyncio.Condition()
        self._url = ""

    @property
    def url(self) -> str:
        """What a `base_url` is to be."""
        return self._url

    def prompts(self) -> list[str]:
        """Each prompt sent so far, as one text."""
        return [json.dumps(r.get("messages", r), ensure_ascii=False) for r in self.requests]

    async def asked(self, count: int = 1) -> Body:
        """Waits until as many requests have come; gives the last of these."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def left(self) -> None:
        """Waits until a caller has gone away in the middle of a reply."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self.vanished > 0)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self._as_it_is])
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/{path:.*}", self._other)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _as_it_is(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        raw = self.raw.get(request.path)
        if raw is None:
            return await handler(request)
        if request.method == "POST":
            await self._note(request)
        response = web.StreamResponse(status=raw.status, headers={"content-type": raw.kind, **raw.headers})
        await response.prepare(request)
        await response.write(raw.body)
        while raw.goes_on:
            await asyncio.sleep(0.02)
            await response.write(raw.goes_on)
        return response

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": m, "object": "model"} for m in self.models]})

    async def _other(self, request: web.Request) -> web.Response:
        """Whatever a test put under this path in `extra`."""
        if request.path not in self.extra:
            raise web.HTTPNotFound
        return web.json_response(self.extra[request.path])

    async def _embeddings(self, request: web.Request) -> web.Response:
        body = await self._note(request)
        await asyncio.sleep(self.delay)
        vectors = [embedded(body["model"], text) for text in body["input"]]
        data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
        return web.json_response({"object": "list", "model": "scripted", "data": data})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await self._note(request)
        failed = await self._refuse(request)
        if failed is not None:
            return failed
        try:
            if body.get("stream") and self.fault != "not_streamed":
                return await self._stream(request, body)
            return await self._whole(request, body)
        except asyncio.CancelledError:
            await self._gone()
            raise
        except ConnectionError:
            await self._gone()
            return web.Response(status=499)

    async def _gone(self) -> None:
        async with self._arrived:
            self.vanished += 1
            self._arrived.notify_all()

    async def _note(self, request: web.Request) -> Body:
        body: Body = await request.json()
        async with self._arrived:
            self.requests.append(body)
            self.headers.append({k.lower(): v for k, v in request.headers.items()})
            self._arrived.notify_all()
        return body

    async def _refuse(self, request: web.Request) -> web.Response | None:
        """The faults that come instead of an answer."""
        match self.fault:
            case "html":
                return web.Response(text="<!doctype html><h1>It works!</h1>", content_type="text/html")
            case "hang":
                await asyncio.sleep(3600)
            case "redirect":
                return web.Response(status=307, headers={"location": self.elsewhere})
            case "busy":
                message = {"error": {"message": "Slow down."}}
                return web.json_response(message, status=429, headers={"retry-after": "86400"})
            case "echo_key":
                key = request.headers.get("authorization", "").removeprefix("Bearer ")
                return web.json_response({"error": {"message": f"Incorrect API key: {key}. {key}"}}, status=401)
            case "server_error":
                return web.json_response({"error": {"message": "CUDA out of memory"}}, status=500)
            case "error_first":
                return web.json_response({"error": {"message": "model is loading"}})
        return None

    async def _pieces(self, body: Body) -> AsyncIterator[str]:
        """The words of the reply, as they are to come."""
        if self.fault == "empty":
            return
        text = json.dumps(self.reading(body)) if _is_structured(body) else self.prose(body)
        if not isinstance(text, str):
            async for piece in text:
                yield piece
            return
        words = text.split(" ")
        if self.fault in ("hang_midway", "break_off", "end_early", "bad_json", "error_midway"):
            words = words[: max(1, len(words) // 2)]
        for i, word in enumerate(words):
            yield word if i == 0 else f" {word}"

    async def _stream(self, request: web.Request, body: Body) -> web.StreamResponse:
        headers = {"content-type": "text/event-stream"}
        response = web.StreamResponse(headers=headers | ({"content-encoding": "gzip"} if self.fault == "gzip" else {}))
        await response.prepare(request)
        if self.fault == "hang_before_words":
            await asyncio.sleep(3600)
        for _ in range(self.comments):
            await asyncio.sleep(self.delay)
            await response.write(b": OPENROUTER PROCESSING\n\n")
        for delta in self._reasoning():
            await response.write(_event(_chunk(delta)))
        async for piece in self._pieces(body):
            if self.delay:
                await asyncio.sleep(self.delay)
            await response.write(_event(_chunk({"content": piece}) if "messages" in body else _text(piece)))
        await self._go_wrong(request, response)
        if self.fault not in ("end_early", "break_off", "bad_json", "error_midway"):
            await response.write(_event(_chunk({}, "stop")))
            await response.write(_event(_chunk({}) | {"choices": [], "usage": self.usage(body)}))
            await response.write(b"data: [DONE]\n\n")
        return response

    async def _go_wrong(self, request: web.Request, response: web.StreamResponse) -> None:
        """The faults that come in the middle of a stream."""
        match self.fault:
            case "hang_midway":
                await asyncio.sleep(3600)
            case "break_off":
                assert request.transport is not None
                request.transport.abort()
            case "bad_json":
                await response.write(b'data: {"choices": [{"delta": {"cont\n\n')
            case "error_midway":
                await response.write(_event({"error": {"code": 502, "message": "Provider disconnected"}}))
            case "endless":
                while True:
                    await response.write(_event(_chunk({"content": "and so on " * 1000})))
            case "endless_line":
                while True:
                    await response.write(b"data: " + b"x" * 65536)
            case "trickle":
                while True:
                    await asyncio.sleep(0.02)
                    await response.write(b":")
            case "no_end_mark":
                await response.write(_event(_chunk({}, "stop")))
                await asyncio.sleep(3600)

    async def _whole(self, request: web.Request, body: Body) -> web.StreamResponse:
        text = "".join([p async for p in self._pieces(body)])
        message: Body = {"role": "assistant", "content": text}
        for delta in self._reasoning():
            for name, value in delta.items():
                message[name] = value + message["content"] if name == "content" else value
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        answer = json.dumps({"model": "scripted", "choices": [choice], "usage": self.usage(body)}).encode()
        await asyncio.sleep(self.delay)
        response = web.StreamResponse(headers={"content-type": "application/json"})
        if self.fault == "gzip":
            response.headers["content-encoding"] = "gzip"
        await response.prepare(request)
        if self.fault in ("break_off", "bad_json", "end_early"):
            answer = answer[: len(answer) // 2]
        await response.write(answer)
        if self.fault in ("endless", "endless_line"):
            while True:
                await response.write(b" " * 65536)
        await self._go_wrong(request, response)
        return response

    def _reasoning(self) -> list[Body]:
        if not self.reasoning:
            return []
        if self.reasons_in == "think":
            return [{"content": f"<think>{self.reasoning}</think>\n\n"}]
        return [{self.reasons_in: self.reasoning}]


def unused_url() -> str:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


def _usage(body: Body) -> Body:
    prompt = max(1, len(json.dumps(body.get("messages"))) // 4)
    return {"prompt_tokens": prompt, "completion_tokens": 9, "total_tokens": prompt + 9}


def _is_structured(body: Body) -> bool:
    return bool(body.get("response_format") or body.get("tools"))


def _chunk(delta: Body, finish: str | None = None) -> Body:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}


def _text(piece: str) -> Body:
    """A piece of a plain completion, of a text that goes on."""
    return _chunk({}) | {"choices": [{"index": 0, "text": piece, "finish_reason": None}]}


def _event(data: Body) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"
