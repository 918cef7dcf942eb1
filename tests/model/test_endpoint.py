"""The door to a model that works: what is asked, what comes back, and what never leaves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from daemon.model.endpoint import Door
from protocol.model import Delta, Finish, Message, ModelUnavailable, Usage
from tests.model.conftest import KEY, OpenDoor
from tests.support.scripted_model import Body, Endpoint

PROMPT = (Message("system", "You are Mara."), Message("user", "Sam: Hello."))


async def pieces(door: Door, **params: object) -> list[Delta | Finish]:
    return [piece async for piece in door.stream(PROMPT, params)]


async def test_a_stream_is_deltas_and_a_finish(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.usage = lambda body: {
        "prompt_tokens": 20,
        "completion_tokens": 3,
        "prompt_tokens_details": {"cached_tokens": 18},
    }
    endpoint.prose = lambda body: "She nods twice."
    assert await pieces(await open_door()) == [
        Delta("text", "She"),
        Delta("text", " nods"),
        Delta("text", " twice."),
        Finish("stop", Usage(20, 3, 18), "scripted"),
    ]


async def test_what_is_asked(endpoint: Endpoint, open_door: OpenDoor) -> None:
    door = await open_door(params={"min_p": 0.05}, stop=("Sam:",), max_tokens=250)
    await pieces(door, temperature=0.2)
    assert endpoint.requests == [
        {
            "model": "scripted",
            "messages": [{"role": m.role, "content": m.content} for m in PROMPT],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 250,
            "temperature": 0.2,
            "min_p": 0.05,
            "stop": ["Sam:"],
        }
    ]
    await door.generate(PROMPT, {"model": "other"})
    assert endpoint.requests[1]["model"] == "other"
    assert not endpoint.requests[1]["stream"]
    assert "stream_options" not in endpoint.requests[1]


@pytest.mark.parametrize("form", ["reasoning_content", "reasoning", "think"])
async def test_reasoning_is_never_prose(form: str, endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.reasoning, endpoint.reasons_in = "He looks cold.", form  # type: ignore[assignment]
    door = await open_door()
    deltas = [p for p in await pieces(door) if isinstance(p, Delta)]
    assert deltas[0] == Delta("reasoning", "He looks cold.")
    assert "".join(d.text for d in deltas[1:]) == "She nods and says nothing at all."
    text, _ = await door.generate(PROMPT, {})
    assert text == "She nods and says nothing at all."


async def test_a_schema_is_passed_on(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.reading = lambda body: {"commands": []}
    text, finish = await (await open_door()).generate(PROMPT, {}, schema={"type": "object"})
    assert text == '{"commands": []}'
    assert finish.model == "scripted"
    assert endpoint.requests[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_closing_the_stream_stops_the_endpoint(endpoint: Endpoint, open_door: OpenDoor) -> None:
    async def for_ever(body: Body) -> AsyncIterator[str]:
        while True:
            yield "and "
            await asyncio.sleep(0)

    endpoint.prose = for_ever
    stream = (await open_door()).stream(PROMPT, {})
    assert await anext(stream) == Delta("text", "and ")
    await stream.aclose()
    await asyncio.wait_for(endpoint.left(), 5)


async def test_a_cancelled_reader_stops_the_endpoint(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.fault = "hang_midway"
    reading = asyncio.create_task(pieces(await open_door()))
    await endpoint.asked()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await asyncio.wait_for(endpoint.left(), 5)


async def test_streams_side_by_side_do_not_mix(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.prose = lambda body: " ".join([body["messages"][-1]["content"]] * 50)
    door = await open_door()

    async def ask(word: str) -> str:
        prompt = (PROMPT[0], Message("user", word))
        return "".join([p.text async for p in door.stream(prompt, {}) if isinstance(p, Delta)])

    words = [f"w{i}" for i in range(8)]
    assert await asyncio.gather(*map(ask, words)) == [" ".join([w] * 50) for w in words]


async def test_only_the_named_key_leaves(
    endpoint: Endpoint, open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-you")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-not-for-you-either")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: header-secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    await pieces(await open_door())
    await pieces(await open_door(api_key="env:ANY"))
    assert "authorization" not in endpoint.headers[0]
    assert endpoint.headers[1]["authorization"] == f"Bearer {KEY}"
    for headers in endpoint.headers:
        assert not [value for value in headers.values() if "secret" in value or "not-for-you" in value]
        assert not [name for name in headers if name.startswith(("openai-", "x-stainless-os"))]


async def test_a_slot_is_named_where_there_is_one(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.extra["/props"] = {"total_slots": 2}
    door = await open_door(preset="llamacpp")
    for slot in (0, 1, 2, None):
        await door.generate(PROMPT, {}, slot=slot)
    assert [r.get("id_slot") for r in endpoint.requests] == [0, 1, None, None]


async def test_no_slot_where_the_server_does_not_tell_of_any(endpoint: Endpoint, open_door: OpenDoor) -> None:
    for preset in ("llamacpp", "ollama"):
        await (await open_door(preset=preset)).generate(PROMPT, {}, slot=0)
    assert [r.get("id_slot") for r in endpoint.requests] == [None, None]


async def test_without_a_name_the_first_local_model_is_taken(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.models = ("first", "second")
    await (await open_door(model="")).generate(PROMPT, {})
    assert endpoint.requests[0]["model"] == "first"
    endpoint.models = ()
    with pytest.raises(ModelUnavailable, match="has no model loaded"):
        await (await open_door(model="")).generate(PROMPT, {})
    with pytest.raises(ModelUnavailable, match="which model"):
        await (await open_door(model="", base_url="https://nowhere.invalid/v1")).generate(PROMPT, {})


async def test_embedding_many_texts(endpoint: Endpoint, open_door: OpenDoor) -> None:
    door = await open_door()
    texts = [f"memory {i}" for i in range(150)]
    vectors = await door.embed(texts)
    assert len(vectors) == 150
    assert {len(v) for v in vectors} == {384}
    assert vectors[149] == (await door.embed(["memory 149"]))[0]
    assert [len(r["input"]) for r in endpoint.requests] == [64, 64, 22, 1]
    assert await door.embed([]) == []


async def test_what_is_no_text_is_not_sent(endpoint: Endpoint, open_door: OpenDoor) -> None:
    door = await open_door()
    with pytest.raises(ModelUnavailable, match="isn't all text"):
        await door.generate((Message("user", "a\ud800"),), {})
    assert endpoint.requests == []


async def test_nothing_is_logged_of_a_call(
    endpoint: Endpoint, open_door: OpenDoor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    endpoint.fault = "echo_key"
    with pytest.raises(ModelUnavailable):
        await (await open_door(api_key="env:ANY")).generate(PROMPT, {})
    assert KEY not in caplog.text
    assert "Sam: Hello." not in caplog.text
    assert not [r for r in caplog.records if r.name.startswith(("openai", "httpx2", "httpcore2"))]
