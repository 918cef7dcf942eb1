"""A story played with the `openai` package: what it lists, answers, streams and refuses, and what it never tells."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
import pytest_asyncio

from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, Slowly, lines, said, story, texts
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELLO = [{"role": "user", "content": "Hello?"}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}


def ai_of(daemon: Daemon, key: str) -> openai.AsyncOpenAI:
    # To look up this machine's certificates takes long, and nothing here is encrypted.
    http = openai.DefaultAsyncHttpxClient(verify=False)
    return openai.AsyncOpenAI(base_url=f"{daemon.ready['http']}/v1", api_key=key, max_retries=0, http_client=http)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ai(daemon: Daemon) -> AsyncIterator[openai.AsyncOpenAI]:
    async with ai_of(daemon, daemon.token) as made:
        yield made


async def ask(ai: openai.AsyncOpenAI, model: str, messages: Any = HELLO, **more: Any) -> Any:
    return await ai.chat.completions.create(model=model, messages=messages, **more)


async def test_stories_are_models_by_id_and_by_title(
    ai: openai.AsyncOpenAI, client: Client, model: Endpoint, daemon: Daemon
) -> None:
    s, shelved = await story(client, title="The inn"), await story(client, title="Put away")
    await client.call("change_story", story=shelved, shelf="archive")
    listed = {m.id: m for m in (await ai.models.list()).data}
    assert listed[f"fabula/{s}"].title == "The inn" and f"fabula/{shelved}" not in listed  # type: ignore[attr-defined]
    assert (await ai.models.retrieve("fabula/The inn")).id == f"fabula/{s}"
    answer = await ask(ai, "fabula/the INN")
    assert answer.model == f"fabula/{s}" and answer.fabula["story"] == s
    await story(client, title="The inn")
    with pytest.raises(openai.NotFoundError, match="several stories"):
        await ask(ai, "fabula/The inn")
    shown = await rpc(daemon.home, "connect")
    assert f"{daemon.ready['http']}/v1" in shown.out and daemon.token not in shown.out
    assert f"fabula/{s}" in shown.out and "The inn" in shown.out


async def test_a_reply_comes_whole_or_as_a_stream(ai: openai.AsyncOpenAI, client: Client, model: Endpoint) -> None:
    one, other = await story(client), await story(client)
    model.prose = lambda body: '*She nods.* "Come in."\n\n"It is late."'
    whole = await ask(ai, f"fabula/{one}", max_tokens=77, temperature=0.25, seed=5, stop="END", extra_body={"top_k": 0})
    sent = {k: v for k, v in model.requests[0].items() if k in ("max_tokens", "temperature", "seed", "stop", "top_k")}
    assert sent == {"max_tokens": 77, "temperature": 0.25, "seed": 5, "stop": ["END"]}
    [choice] = whole.choices
    assert choice.message.content.startswith('Mara: *She nods.* "Come in."\n\n"It is late."')
    assert (choice.message.role, choice.finish_reason, whole.object) == ("assistant", "stop", "chat.completion")
    assert whole.usage.prompt_tokens > 0 and whole.usage.total_tokens > whole.usage.prompt_tokens
    stream = await ask(ai, f"fabula/{other}", stream=True, stream_options={"include_usage": True})
    chunks = [chunk async for chunk in stream]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == choice.message.content
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert not chunks[-1].choices and chunks[-1].usage.total_tokens > 0
    assert {c.id for c in chunks} == {chunks[0].id} and all(c.object == "chat.completion.chunk" for c in chunks)


async def test_nobody_is_told_what_you_do_not_perceive(ai: openai.AsyncOpenAI, client: Client, model: Endpoint) -> None:
    s = await story(client, [*INN, said("a", "The key is under the mat.", manner="whisper", to=["b"])])
    replies = iter(
        (
            '*She smiles.* `He must not learn of AMBER.`\n\n(whispers to Oren) "BASALT at dawn."\n\n"Welcome."',
            '"Good evening." `CINNABAR, surely.`',
        )
    )
    model.prose = lambda body: next(replies)
    stream = await ask(ai, f"fabula/{s}", [{"role": "user", "content": "Mara, Oren, good evening!"}], stream=True)
    heard = "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])
    spoken = [x["who"] for x in await lines(client, s)][1:]
    assert spoken == ["you", "a", "b"]
    assert heard.startswith("Mara: *She smiles.*") and '\n\nOren: "Good evening."' in heard
    assert not [word for word in ("AMBER", "BASALT", "CINNABAR", "mat") if word in heard]
    told = [{"role": "user", "content": "Mara, Oren, good evening!"}, {"role": "assistant", "content": heard}]
    model.prose = lambda body: '"Indeed."'
    again = await ask(ai, f"fabula/{s}", [*told, {"role": "user", "content": "Mara, is it late?"}])
    assert again.fabula["did"] == "play" and not again.fabula["went_back"]


async def test_what_is_wrong_is_said_in_the_shape_of_that_api(
    ai: openai.AsyncOpenAI, client: Client, daemon: Daemon, model: Endpoint
) -> None:
    s = await story(client)
    async with ai_of(daemon, "sk-wrong") as stranger:
        with pytest.raises(openai.AuthenticationError) as refused:
            await stranger.models.list()
        assert refused.value.code == "invalid_api_key"
    with pytest.raises(openai.NotFoundError) as missing:
        await ask(ai, "gpt-4")
    assert (missing.value.code, missing.value.param) == ("model_not_found", "model")
    bad: list[tuple[Any, dict[str, Any]]] = [
        ([], {}), ([{"role": "system", "content": "Be brief."}], {}), ([{"role": "user", "content": "  "}], {}),
        (HELLO, {"n": 2}), (HELLO, {"temperature": "hot"}), (HELLO, {"max_tokens": -1}), (HELLO, {"stop": ["x"] * 99}),
        ([{"role": "user", "content": "### Task:\nGenerate a concise title."}], {}),
        ([{"role": "assistant", "content": "Yes?"}, {"role": "system", "content": "[Pause your roleplay.]"}], {}),
        (HELLO, {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}),
        (HELLO, {"tools": [TOOL], "tool_choice": "required"}),
        ([{"role": "user", "content": "z" * 1_000_001}], {}),
        ([{"role": "user", "content": "a\0b"}], {}),
    ]  # fmt: skip
    for messages, more in bad:
        with pytest.raises(openai.BadRequestError) as wrong:
            await ask(ai, f"fabula/{s}", messages, **more)
        assert wrong.value.type == "invalid_request_error" and "Traceback" not in str(wrong.value)
    assert await texts(client, s) == [], "nothing of it was played"


async def test_what_there_is_not_is_said_in_that_shape_too(daemon: Daemon, model: Endpoint) -> None:
    asked = [
        ("POST", "/v1/completions", 404), ("POST", "/v1/embeddings", 404), ("POST", "/v1/responses", 404),
        ("POST", "/chat/completions", 404), ("GET", "/models", 404), ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/models", 405), ("DELETE", "/v1/models/fabula/s1", 405), ("GET", "/v1", 404),
        ("POST", "/v1/chat/completions/", 404),
    ]  # fmt: skip
    async with aiohttp.ClientSession() as http:
        for method, path, status in asked:
            async with http.request(method, daemon.ready["http"] + path, json={"model": "x"}) as answer:
                error = (await answer.json())["error"]
                assert answer.status == status and error["type"] == "invalid_request_error", path
                assert "/v1" in error["message"] and ("Allow" in answer.headers) == (status == 405)


async def test_a_test_of_the_connection_plays_nothing(ai: openai.AsyncOpenAI, client: Client, model: Endpoint) -> None:
    s = await story(client)
    hi = [{"role": "user", "content": "Hi"}]
    whole = await ask(ai, f"fabula/{s}", hi, max_tokens=1)
    assert whole.choices[0].finish_reason == "length" and whole.choices[0].message.content
    stream = [x async for x in await ask(ai, f"fabula/{s}", hi, max_tokens=1, stream=True)]
    assert [x.choices[0].finish_reason for x in stream] == [None, "length"]
    assert await texts(client, s) == [] and not model.requests
    await ask(ai, f"fabula/{s}", hi)
    assert (await texts(client, s))[0] == "Hi"


@pytest.mark.parametrize("after", ["Never write as Sam.", "Task: stay in character", "[Write the next reply as Sam.]"])
async def test_a_new_message_is_played_whatever_comes_after_it(
    ai: openai.AsyncOpenAI, client: Client, model: Endpoint, after: str
) -> None:
    s = await story(client)
    answer = await ask(ai, f"fabula/{s}", [*HELLO, {"role": "system", "content": after}])
    assert answer.fabula["did"] == "play" and [x["who"] for x in await lines(client, s)] == ["you", "a"]


ODD = [
    "*She waits.*\n\nThen she laughs.",
    "*She waits. She looks.* You are late. *She does not turn. Her hand rests.*\n\nThen she laughs.",
    '*She* **really** *waits.*\n\n"Next."',
    "*Nods* `hidden` *and waves.* Hi.\n\n*She waits.*",
]


@pytest.mark.parametrize("written", ODD)
async def test_a_stream_is_the_same_as_the_whole(client: Client, daemon: Daemon, model: Endpoint, written: str) -> None:
    one, other = await story(client), await story(client)
    model.prose = lambda body: written
    async with ai_of(daemon, daemon.token) as ai:
        whole = await ask(ai, f"fabula/{one}")
        model.delay = 0.02
        try:
            stream = await ask(ai, f"fabula/{other}", stream=True)
            heard = "".join([c.choices[0].delta.content or "" async for c in stream])
        finally:
            model.delay = 0.0
    assert heard == whole.choices[0].message.content
    assert heard == "Mara: " + written.replace("`hidden` ", "")


async def test_the_rules_of_the_port_hold_here_too(daemon: Daemon, client: Client, model: Endpoint) -> None:
    s, base = await story(client), daemon.ready["http"]
    mine = {"Authorization": f"Bearer {daemon.token}"}
    body = {"model": f"fabula/{s}", "messages": HELLO}
    async with aiohttp.ClientSession() as http:
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            async with http.post(f"{base}/v1/chat/completions", json=body, headers={**mine, **headers}) as answer:
                assert answer.status == 403
        async with http.options(f"{base}/v1/chat/completions", headers={"Origin": base}) as answer:
            assert answer.status == 204 and "authorization" in answer.headers["Access-Control-Allow-Headers"]
        async with http.get(f"{base}/v1/models", headers={**mine, "Origin": base}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == base
        for raw in (b"", b"[]", b"{", b'{"model": 1}', b'{"a":' * 100 + b"1" + b"}" * 100, b"\xff"):
            async with http.post(f"{base}/v1/chat/completions", data=raw, headers=mine) as answer:
                assert answer.status == 400 and (await answer.json())["error"]["type"] == "invalid_request_error"
        deep = json.dumps({**body, "unknown": {"x": [1]}, "messages": [{"role": "user", "content": [
            {"type": "text", "text": "Hello"}, {"type": "image_url", "image_url": {"url": "data:,"}}]}]})  # fmt: skip
        async with http.post(f"{base}/v1/chat/completions", data=deep, headers=mine) as answer:
            assert answer.status == 200
    assert (await texts(client, s))[0] == "Hello"


async def test_a_failure_in_the_midst_keeps_what_came(ai: openai.AsyncOpenAI, client: Client, model: Endpoint) -> None:
    s = await story(client)
    model.prose, model.fault = (lambda body: '"One, sir, and two."\n\n"Three, sir, and four."'), "break_off"
    answer = await ask(ai, f"fabula/{s}")
    assert answer.choices[0].finish_reason == "length" and answer.choices[0].message.content.startswith('Mara: "One')
    assert (await lines(client, s))[-1]["cut"]


async def test_a_stream_ends_with_the_token(daemon: Daemon, client: Client, model: Endpoint) -> None:
    s, slowly = await story(client), Slowly('"One."')
    model.prose = slowly
    async with ai_of(daemon, daemon.token) as made:
        asking = asyncio.ensure_future(ask(made, f"fabula/{s}"))
        await slowly.begun.wait()
        await client.call("rotate_token")
        with pytest.raises(openai.APIConnectionError):
            await asking
    slowly.go()
    async with ai_of(daemon, daemon.token) as again:
        assert f"fabula/{s}" in {x.id for x in (await again.models.list()).data}
