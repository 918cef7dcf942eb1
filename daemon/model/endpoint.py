"""The one door to language models: prompts go in, words come out. It keeps no state of any conversation.

Every failure is a ModelUnavailable. See call.py for the limits, reply.py for the formats, presets.py for what is
particular to whom.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from math import isfinite
from typing import Any, Protocol

import msgspec

from daemon.model.call import LONGEST_VECTORS, Call, Dial
from daemon.model.encoder import Encoder
from daemon.model.failures import Failure
from daemon.model.presets import is_loopback, preset_of, request
from daemon.model.reply import LONGEST_NAME, Reply, prose
from daemon.model.sse import Events
from daemon.model.values import count, decoded
from protocol.model import Delta, Endpoint, Finish, Message, ModelUnavailable

ASK_S = 10.0
_EMBED_AT_ONCE = 64
_MOST_MODELS = 2000
_HTML = ("text/html", "application/xhtml+xml")


class Model(Protocol):
    """A model behind an endpoint. `params` go into the request as they are, over the endpoint's own."""

    @property
    def endpoint(self) -> Endpoint:
        """Its settings, with what its preset says filled in."""

    def stream(
        self, prompt: Sequence[Message], params: Mapping[str, Any], *, slot: int | None = None
    ) -> AsyncIterator[Delta | Finish]:
        """The reply as it comes in; the Finish is last. ModelUnavailable may come after deltas that are still good.

        `slot` (from 0) names the prompt's own cache, where the endpoint keeps several. Closing the iterator stops
        the endpoint.
        """

    async def generate(
        self,
        prompt: Sequence[Message],
        params: Mapping[str, Any],
        *,
        schema: dict[str, Any] | None = None,
        slot: int | None = None,
    ) -> tuple[str, Finish]:
        """The prose of a whole reply, not streamed. `schema` (JSON Schema) is asked for where the endpoint is said
        to know schemas; whether the text keeps to it is for the caller to see."""

    async def model(self) -> str:
        """The name of the model that is asked; ModelUnavailable where that cannot be found out."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text, all of one length."""

    async def aclose(self) -> None:
        """Closes its connections."""


class _Vector(msgspec.Struct):
    embedding: list[float]
    index: int


class _Vectors(msgspec.Struct):
    data: list[_Vector]


_decode_vectors = msgspec.json.Decoder(_Vectors).decode


class Door:
    """A model behind an OpenAI-compatible endpoint; see Model for what the methods promise."""

    def __init__(self, endpoint: Endpoint, dial: Dial, encoder: Encoder | None = None) -> None:
        """`encoder` embeds texts in the place of the endpoint: the embedded model has one of its own for that."""
        self.endpoint = endpoint
        self._dial, self._encoder = dial, encoder
        self._first = ""
        self._slots: int | None = None
        self._unopened: set[str] = set()  # models whose last reply began with reasoning that nothing marked
        self.closed = False
        self._running = 0
        self._retired = False

    async def stream(
        self, prompt: Sequence[Message], params: Mapping[str, Any], *, slot: int | None = None
    ) -> AsyncGenerator[Delta | Finish]:
        async with self._call(streams=True) as call:
            params = {"stream_options": {"include_usage": True}, **params}
            body = await self._body(prompt, params, slot=slot)
            await call.chat(body, stream=True)
            reply = Reply(body["model"], call.redactor, presumed=body["model"] in self._unopened)
            if call.kind == "application/json":  # some do not stream, however they are asked
                for delta in reply.whole(await call.all()):
                    yield delta
            elif call.kind != "text/event-stream":
                raise _not_expected(call.kind)
            events = Events()
            while not reply.done and (raw := await call.more(over=reply.ended)):
                for data in events.feed(raw):
                    for delta in reply.take(data):
                        yield delta
                call.clock.life(reply.words, prose=reply.spoke)
            for data in events.end():
                for delta in reply.take(data):
                    yield delta
            (self._unopened.add if reply.unopened else self._unopened.discard)(body["model"])
            last, finish = reply.end()
            for delta in last:
                yield delta
            await call.drain()
            yield finish

    async def generate(
        self,
        prompt: Sequence[Message],
        params: Mapping[str, Any],
        *,
        schema: dict[str, Any] | None = None,
        slot: int | None = None,
    ) -> tuple[str, Finish]:
        async with self._call() as call:
            body = await self._body(prompt, params, schema=schema, slot=slot)
            await call.chat(body, stream=False)
            if call.kind in _HTML:
                raise _not_expected(call.kind)
            reply = Reply(body["model"], call.redactor)
            deltas = reply.whole(await call.all())
            last, finish = reply.end()
        return prose(deltas + last), finish

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self._encoder is not None:
            return await self._encoder.embed(texts)
        vectors: list[list[float]] = []
        for at in range(0, len(texts), _EMBED_AT_ONCE):
            batch = list(texts[at : at + _EMBED_AT_ONCE])
            async with self._call() as call:
                await call.embeddings(await self.model(), batch)
                vectors += _vectors(await call.all(LONGEST_VECTORS), len(batch))
                if len({len(v) for v in vectors}) > 1:
                    raise Failure("sends vectors of different lengths")
        return vectors

    async def offered(self, seconds: float = ASK_S) -> dict[str, dict[str, Any]]:
        """The models that the endpoint lists, by id, with whatever it says about each; those that can be named."""
        listed = await self.ask("models", seconds)
        data = listed.get("data") if isinstance(listed, dict) else None
        if not isinstance(data, list):
            raise ModelUnavailable(self.endpoint.label, "doesn't list its models; is it OpenAI-compatible?")
        shown = self._dial.redactor.text
        named = [m for m in data[:_MOST_MODELS] if isinstance(m, dict) and _is_name(m.get("id"))]
        return {m["id"]: m for m in named if shown(m["id"]) == m["id"]}

    async def ask(self, path: str, seconds: float = ASK_S) -> Any:
        """The JSON at a path: relative to base_url or, with a leading slash, from the root of its host."""
        async with self._call(total_s=seconds) as call:
            await call.get(path)
            why = "doesn't answer with JSON; is it OpenAI-compatible?"
            return decoded(await call.all(), msgspec.json.decode, why)

    async def model(self) -> str:
        """The model that is asked for by default: the configured one, else the first that this machine offers."""
        if self.endpoint.model or self._first:
            return self.endpoint.model or self._first
        if not is_loopback(self.endpoint.base_url):
            raise ModelUnavailable(self.endpoint.label, "needs to know which model to use; choose one")
        self._first = next(iter(await self.offered()), "")
        if not self._first:
            raise ModelUnavailable(self.endpoint.label, "has no model loaded; load one there first")
        return self._first

    async def aclose(self) -> None:
        self.closed = True
        await self._dial.aclose()

    async def retire(self) -> None:
        """Closes it as soon as its last call has ended."""
        self._retired = True
        if not self._running:
            await self.aclose()

    @asynccontextmanager
    async def _call(self, **limits: Any) -> AsyncGenerator[Call]:
        self._running += 1
        try:
            async with Call(self.endpoint, self._dial, **limits) as call:
                yield call
        finally:
            self._running -= 1
            if self._retired and not self._running:
                await self.aclose()

    async def _body(
        self,
        prompt: Sequence[Message],
        params: Mapping[str, Any],
        *,
        schema: dict[str, Any] | None = None,
        slot: int | None = None,
    ) -> dict[str, Any]:
        model = params.get("model") or await self.model()
        if slot is not None and slot >= await self._slot_count():
            slot = None  # a server would let the request wait for a slot that never comes
        return request(self.endpoint, model, prompt, params, schema=schema, slot=slot)

    async def _slot_count(self) -> int:
        """How many prompts a llama.cpp server keeps apart; it says so at `/props`."""
        if not preset_of(self.endpoint).slots:
            return 0
        if self._slots is None:
            try:
                props = await self.ask("/props")
            except ModelUnavailable:
                props = None
            self._slots = count(props.get("total_slots")) or 0 if isinstance(props, dict) else 0
        return self._slots


def _vectors(body: bytes, texts: int) -> list[list[float]]:
    data = decoded(body, _decode_vectors, "sends what cannot be read as embeddings").data
    data.sort(key=lambda v: v.index)
    if [v.index for v in data] != list(range(texts)) or not all(v.embedding for v in data):
        raise Failure(f"didn't answer with a vector for each of {texts} texts")
    if not all(isfinite(x) for v in data for x in v.embedding):
        raise Failure("sends vectors with numbers that aren't finite")
    return [v.embedding for v in data]


def _is_name(id: Any) -> bool:
    """Whether a model can be shown and asked for by this."""
    return isinstance(id, str) and 0 < len(id) <= LONGEST_NAME and id.isprintable()


def _not_expected(kind: str) -> Failure:
    what = "a web page" if kind in _HTML else f"{kind or 'something unnamed'}"
    return Failure(f"sends {what} instead of a reply; addresses usually end in /v1")
