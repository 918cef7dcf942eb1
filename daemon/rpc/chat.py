"""The door for other programs' frontends: POST /v1/chat/completions and GET /v1/models, in the shape of OpenAI's API.

Each story is a model, `fabula/STORY-ID`; the token is the key. Host, Origin and the site that asks are checked before,
as on every route. What a history comes to is not known here.
"""

import asyncio
import contextlib
import datetime
import logging
import math
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from aiohttp import web

from daemon.chat.asked import Request
from daemon.chat.chats import Chats
from daemon.chat.playing import Gone, Playing
from daemon.json_depth import holds_nul
from daemon.live.open_stories import OpenStory
from daemon.logs import log_fault
from daemon.rpc import bearer
from daemon.rpc import chat_answers as answers
from daemon.rpc.access import Access
from daemon.rpc.connection import STALLED_S
from daemon.rpc.messages import brief, unreadable
from protocol import errors as e
from protocol.catalogue import LIMITS
from protocol.errors import Fault

MOST = 32
"""How many are answered at once, over all stories."""

HEAD_S = 1.0
"""After so long without a word a stream begins all the same. Before that, a failure has a status of its own."""

MISPLACED = ("chat/completions", "completions", "embeddings", "responses", "models")
"""What programs ask for whose address lacks the `/v1`."""

ANY_HEADER = "*"
"""Programs send a dozen headers of their own; the star never means the token's."""

_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(Request, strict=False)


def add_chat_routes(app: web.Application, chats: Chats, access: Access) -> None:
    """The routes. Pages of admitted origins may use them too, for which a browser asks first (OPTIONS)."""
    served = _Served(chats, access)
    app.router.add_post("/v1/chat/completions", served.completions, expect_handler=bearer.wait)
    app.router.add_get("/v1/models", served.models)
    app.router.add_get("/v1/models/{model:.+}", served.model)
    for path in ("/v1", "/v1/{path:.*}", *(f"/{name}" for name in MISPLACED)):
        app.router.add_options(path, bearer.options(ANY_HEADER))
        app.router.add_route("*", path, answers.not_served)


class _Served:
    """What serves the routes."""

    def __init__(self, chats: Chats, access: Access) -> None:
        self._chats, self._access, self._serving = chats, access, 0

    async def models(self, request: web.Request) -> web.StreamResponse:
        """The stories, as models."""
        if not await bearer.has_token(request, self._access):
            return answers.unauthorised()
        return answers.json_of({"object": "list", "data": [_model(story) for story in self._chats.stories()]})

    async def model(self, request: web.Request) -> web.StreamResponse:
        """One story, as a model."""
        if not await bearer.has_token(request, self._access):
            return answers.unauthorised()
        try:
            return answers.json_of(_model(self._story(request.match_info["model"])))
        except Fault as fault:
            return answers.refused(fault)

    async def completions(self, request: web.Request) -> web.StreamResponse:
        """Has the story play on, and answers with what is said."""
        if not await bearer.has_token(request, self._access):
            return answers.unauthorised()
        self._serving += 1
        try:
            if self._serving > MOST:
                raise Fault(e.BUSY, "too many stories are being played at once; try again in a moment", retry=1.0)
            wanted = await _body(request)
            params, story = wanted.params(), self._story(wanted.model)
            if wanted.is_a_test:
                return answers.tested(wanted, story)
            async with self._chats.play(story, wanted.messages, params) as playing:
                with bearer.connection(request).when_lost(playing.leave):
                    return await _Completion(playing, wanted, self._chats.gate).answer(request)
        except Fault as fault:
            return answers.refused(fault)
        except Gone:
            raise ConnectionResetError from None  # nobody is there to be answered
        except Exception as wrong:
            if isinstance(wrong, ConnectionError) or request.writer.output_size > 0:
                raise
            log_fault(_log, "a chat completion", wrong)
            return answers.refused(Fault(e.INTERNAL_ERROR, e.MEANINGS[e.INTERNAL_ERROR]))
        finally:
            self._serving -= 1

    def _story(self, model: str) -> OpenStory:
        """The story that a model is, by its id or its title. Raises not found."""
        name = model.removeprefix(answers.PREFIX).strip()
        by_id = self._chats.story(name)
        found = [by_id] if by_id is not None else []
        found = found or [s for s in self._chats.stories() if s.title.casefold() == name.casefold()]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(f"{answers.PREFIX}{s.id}" for s in found[:8])
            why = f"several stories are called {name[:100]!r}; name one of them by its id: {ids}"
        else:
            why = (
                f"there is no model {model[:100]!r}; GET /v1/models lists the stories, each as {answers.PREFIX}STORY-ID"
            )
        raise Fault(e.NOT_FOUND, why, param="model", error="model_not_found")


class _Completion:
    """One answer, whole or as a stream of events."""

    def __init__(self, playing: Playing, wanted: Request, gate: Any) -> None:
        self._playing, self._wanted, self._gate = playing, wanted, gate
        self._head = answers.head_of(playing.story, stream=bool(wanted.stream))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer. Raises Fault where nothing was sent of it yet, Gone, and ConnectionError."""
        pieces = self._playing.pieces(self._gate)
        async with contextlib.aclosing(pieces):
            if self._wanted.stream:
                return await self._stream(request, pieces)
            async for _ in pieces:
                pass
        message = {"role": "assistant", "content": self._playing.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._finish()}
        return answers.json_of({**self._head, "choices": [choice], "usage": self._usage(), "fabula": self._done()})

    async def _stream(self, request: web.Request, pieces: AsyncIterator[str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": answers.EVENTS})
        following = asyncio.ensure_future(anext(pieces, None))
        try:
            await asyncio.wait({following}, timeout=HEAD_S)
            if following.done():
                following.result()  # raises what has a status of its own
            await response.prepare(request)
            await self._send(request, response, self._chunk({"role": "assistant", "content": ""}, fabula=self._done()))
            try:
                while (piece := await following) is not None:
                    following = asyncio.ensure_future(anext(pieces, None))
                    await self._send(request, response, self._chunk({"content": piece}))
            except Fault as fault:
                await self._send(request, response, answers.error_of(fault))
            else:
                await self._send(request, response, self._chunk({}, self._finish()))
                if self._wanted.stream_options is not None and self._wanted.stream_options.include_usage:
                    await self._send(request, response, {**self._head, "choices": [], "usage": self._usage()})
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, event: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(STALLED_S):
                await response.write(b"data: " + answers.encode(event) + b"\n\n")
        except TimeoutError:
            bearer.connection(request).turn_out()
            raise Gone from None
        except ConnectionError:
            raise Gone from None

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self._wanted.stream_options is not None else {}
        return {**self._head, "choices": [choice], **usage, **more}

    def _finish(self) -> str:
        return "length" if self._playing.cut else "stop"

    def _usage(self) -> dict[str, Any]:
        playing = self._playing
        completion = playing.completion or math.ceil(len(playing.text) / 4)
        return {
            "prompt_tokens": playing.prompt, "completion_tokens": completion,
            "total_tokens": playing.prompt + completion,
            "prompt_tokens_details": {"cached_tokens": playing.cached},
        }  # fmt: skip

    def _done(self) -> dict[str, Any]:
        """What was done for the answer, for programs that know where they are."""
        playing = self._playing
        return {
            "story": playing.story.id, "branch": playing.branch, "turn": playing.turn, "did": playing.deed,
            "went_back": playing.plan.before is not None,
        }  # fmt: skip


async def _body(request: web.Request) -> Request:
    """What is asked. Raises Fault."""
    await bearer.invite(request)
    text = bytearray()
    try:
        async for chunk in bearer.in_time(request):
            text += chunk
            if len(text) > LIMITS["message_bytes"]:
                raise Fault(e.INVALID_REQUEST, f"a request is at most {LIMITS['message_bytes']} bytes long", status=413)
    except TimeoutError:
        raise Fault(e.INVALID_REQUEST, "the request came too slowly", status=408) from None
    return await asyncio.to_thread(_decoded, bytes(text))


def _decoded(text: bytes) -> Request:
    if why := unreadable(text):
        raise Fault(e.PARSE_ERROR, why)
    if holds_nul(text):
        raise Fault(e.INVALID_PARAMS, r"text must not hold the character NUL (\u0000)")
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as wrong:
        raise Fault(e.INVALID_PARAMS, brief(wrong)) from None


def _model(story: OpenStory) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        updated = int(datetime.datetime.fromisoformat(story.updated).timestamp())
        return {**_named(story), "created": updated}
    return {**_named(story), "created": 0}


def _named(story: OpenStory) -> dict[str, Any]:
    title = story.title or story.id
    return {"id": f"{answers.PREFIX}{story.id}", "object": "model", "owned_by": "fabula", "name": title, "title": title}
