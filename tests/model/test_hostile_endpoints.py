"""Whatever an endpoint sends: words or a ModelUnavailable come of it, nothing else, and never the key."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model import Models
from daemon.model.failures import Failure
from daemon.model.redacting import Redactor
from daemon.model.reply import Reply
from daemon.model.sse import Events
from protocol.errors import MODEL_UNAVAILABLE
from protocol.model import Delta, Finish, Message, ModelUnavailable, Roles
from protocol.model import Endpoint as Settings
from tests.model.conftest import KEY
from tests.support.scripted_model import Endpoint, Raw

PROMPT = (Message("system", "You are Mara."), Message("user", "Sam: Hello."))
PATHS = ("/v1/chat/completions", "/v1/models", "/v1/embeddings", "/props")
DEEP = b"[" * 100_000 + b"]" * 100_000

scalars = (
    st.none() | st.booleans() | st.integers() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20)
    | st.sampled_from(["<think>", "</think>", "stop", "error", KEY, KEY.upper(), "\0", "\ud800", "\u202e", ""])
)  # fmt: skip
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects in which each of these fields is there or not, as it should be or anything else."""
    return values | st.fixed_dictionaries({}, optional={name: field | values for name, field in fields.items()})


counts = st.integers(-5, 2**60) | st.booleans()
usages = objects(
    prompt_tokens=counts, completion_tokens=counts, prompt_cache_hit_tokens=counts,
    prompt_tokens_details=objects(cached_tokens=counts),
)  # fmt: skip
parts = objects(
    content=st.text() | st.lists(objects(type=st.sampled_from(["text", "thinking"]), text=st.text(), thinking=values)),
    reasoning=st.text(), reasoning_content=st.text(),
)  # fmt: skip
choices = objects(
    index=st.integers(0, 1), delta=parts, message=parts, finish_reason=st.sampled_from(["stop", "length", "error"])
)  # fmt: skip
errors = objects(message=values, error=values, detail=values, code=values)
chunks = objects(
    choices=st.lists(choices, max_size=2), usage=usages, model=st.text(), error=st.none() | errors, message=st.none()
)  # fmt: skip
encoded = chunks.map(lambda x: json.dumps(x).encode()) | st.binary(max_size=60)


def taken(reply: Reply, events: list[bytes], *, whole: bool) -> tuple[list[Delta], Finish | None]:
    """What a reply gives of this data."""
    deltas: list[Delta] = []
    try:
        for data in events:
            deltas += reply.whole(data) if whole else reply.take(data)
        last, finish = reply.end()
    except Failure:
        return deltas, None
    return deltas + last, finish


@given(st.lists(encoded, max_size=5), st.booleans(), st.booleans())
def test_any_chunks_give_words_or_a_failure(events: list[bytes], whole: bool, presumed: bool) -> None:
    deltas, finish = taken(Reply("m", Redactor(KEY), presumed=presumed), events, whole=whole)
    for text in (*(d.text for d in deltas), finish.model if finish is not None else ""):
        assert KEY.casefold() not in text.casefold()
        text.encode()
        assert "\0" not in text
    usage = finish.usage if finish is not None else None
    for told in (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens) if usage is not None else ():
        assert told is None or (type(told) is int and 0 <= told <= 2**53)


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_give_events_or_a_failure(pieces: list[bytes]) -> None:
    events = Events()
    for piece in pieces:
        for data in events.feed(piece):
            taken(Reply("m"), [data], whole=False)
    events.end()


@asynccontextmanager
async def asked(raw: Raw) -> AsyncIterator[Models]:
    """The models of an endpoint that answers like this to whatever it is asked."""
    async with Endpoint() as endpoint:
        endpoint.raw = dict.fromkeys(PATHS, raw)
        settings = Settings(
            base_url=endpoint.url, model="m", api_key="env:K", preset="llamacpp", first_token_s=5, idle_s=5, total_s=5
        )  # fmt: skip
        models = Models(Roles(render=settings, embed=settings), lambda _: KEY)
        try:
            yield models
        finally:
            await models.aclose()


async def spoken(models: Models) -> Any:
    return [piece async for piece in models.role("render").stream(PROMPT, {}, slot=1)]


CALLS: dict[str, Callable[[Models], Awaitable[Any]]] = {
    "stream": spoken,
    "generate": lambda models: models.role("render").generate(PROMPT, {}, schema={"type": "object"}, slot=1),
    "embed": lambda models: models.role("embed").embed(["a", "b"]),
    "health": lambda models: models.health(),
    "probe": lambda models: models.probe("render"),
}
"""All that is asked of an endpoint."""


async def answers(raw: Raw) -> list[Any]:
    """What comes of each call."""
    found: list[Any] = []
    async with asked(raw) as models:
        for call in CALLS.values():
            try:
                found.append(await asyncio.wait_for(call(models), 60))
            except ModelUnavailable as failure:
                assert failure.code == MODEL_UNAVAILABLE
                found.append((failure.message, failure.data))
    return found


listed = objects(data=st.lists(objects(id=st.text() | st.just(KEY), context_length=counts, meta=values), max_size=3))
vectors = objects(data=st.lists(objects(embedding=st.lists(st.floats()), index=st.integers(0, 2)), max_size=3))
bodies = (listed | vectors | chunks | errors).map(lambda x: json.dumps(x).encode()) | st.binary(max_size=60)
raws = st.builds(
    Raw, bodies | bodies.map(lambda x: b"data: " + x + b"\n\n"),
    st.sampled_from(["application/json", "text/event-stream", "text/html", "x/y"]),
    st.sampled_from([200, 200, 200, 204, 301, 400, 401, 404, 429, 500]),
    st.sampled_from([{}, {"retry-after": "soon"}, {"retry-after": "1e400"}, {"retry-after": KEY}]),
)  # fmt: skip


@given(raw=raws)
def test_any_answer_gives_what_was_asked_for_or_says_that_there_is_no_model(raw: Raw) -> None:
    for found in asyncio.run(answers(raw)):
        assert KEY.casefold() not in repr(found).casefold()


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
@pytest.mark.parametrize(
    "body",
    [DEEP, b'{"data": ' + DEEP + b"}", b'{"choices": [], "usage": ' + DEEP + b"}", b'{"error": ' * 50_000],
    ids=["bare", "data", "usage", "error"],
)
async def test_what_is_nested_deep_is_no_fault_of_ours(body: bytes, kind: str) -> None:
    data = body if kind == "application/json" else b"data: " + body + b"\n\n"
    stream, generate, embed, _, report = await answers(Raw(data, kind))
    for message, data in (stream, generate, embed):
        assert data["why"]
        assert message.startswith("127.0.0.1")
    assert not report.reachable


ECHOES = {
    "plain": KEY,
    "with NUL": "\0".join(KEY),
    "escaped": "".join(f"\\u{ord(c):04x}" for c in KEY),
    "upper": KEY.upper(),
    "masked": f"{KEY[:7]}…{KEY[-4:]}",
    "head": KEY[:12],
}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("status", [200, 401, 500])
async def test_no_echo_shows_the_key(echo: str, status: int) -> None:
    said = ECHOES[echo]
    message = {"error": {"message": f"The key {said} is wrong."}} if status != 200 else {
        "model": said, "data": [{"id": f"m {said}"}, {"id": "m"}], "usage": {},
        "choices": [{"message": {"content": f"She says {said}.", "reasoning": said}, "finish_reason": "stop"}],
    }  # fmt: skip
    found = repr(await answers(Raw(json.dumps(message).encode(), "application/json", status)))
    bare = found.replace("\\x00", "").casefold()
    assert not [i for i in range(len(KEY) - 7) if KEY[i : i + 8].casefold() in bare]
    assert KEY[:7] + "…" not in found or status == 200
    assert "[key]" in found
