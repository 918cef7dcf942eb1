"""Which model does what, changed while it runs; health, probing and discovery."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from daemon.model import Models
from daemon.model.http import Line
from daemon.model.presets import switched
from protocol.model import Delta, Found, KeyUnavailable, Message, ModelUnavailable, Roles
from protocol.model import Endpoint as Settings
from tests.model.conftest import KEY
from tests.support.scripted_model import Body, Endpoint, Raw, unused_url

PROMPT = (Message("system", "You are Mara."), Message("user", "Sam: Hello."))


def no_key(reference: str) -> str:
    raise KeyUnavailable(f"there is no {reference}")


@pytest.fixture
async def models(endpoint: Endpoint) -> AsyncIterator[Models]:
    render = Settings(base_url=endpoint.url, model="scripted", api_key="env:K")
    made = Models(Roles(render=render), lambda reference: KEY)
    yield made
    await made.aclose()


async def test_who_renders_also_reads(models: Models, endpoint: Endpoint) -> None:
    assert models.role("read") is models.role("render")
    async with Endpoint(prose=lambda body: "Another.") as other:
        await models.use("render", Settings(base_url=other.url, model="other"))
        assert models.role("read").endpoint.base_url == other.url
        await models.use("read", Settings(base_url=endpoint.url, model="reader"))
        await models.use("render", Settings(base_url=other.url, model="third"))
        assert models.role("read").endpoint.model == "reader"
        assert models.role("render").endpoint.model == "third"


async def test_a_running_stream_ends_where_it_began(models: Models, endpoint: Endpoint) -> None:
    go_on = asyncio.Event()

    async def slow(body: Body) -> AsyncIterator[str]:
        yield "Once "
        await go_on.wait()
        yield "upon a time."

    endpoint.prose = slow
    stream = models.role("render").stream(PROMPT, {})
    text = ""
    async with Endpoint(prose=lambda body: "Other words.") as other:
        async for piece in stream:
            if not text:
                await models.use("render", Settings(base_url=other.url, model="other"))
                go_on.set()
            text += piece.text if isinstance(piece, Delta) else ""
        assert text == "Once upon a time."
        assert (await models.role("render").generate(PROMPT, {}))[0] == "Other words."


async def test_switching_leaves_the_key_at_home(models: Models, endpoint: Endpoint) -> None:
    mine = Settings(base_url=endpoint.url, model="scripted", api_key="env:K")
    assert models.settings("render") == models.settings("read") == mine
    async with Endpoint() as other:
        theirs = switched(models.settings("render"), "third", other.url)
        await models.use("render", theirs)
        assert models.settings("render") == models.settings("read") == Settings(base_url=other.url, model="third")
        await models.role("render").generate(PROMPT, {})
        assert "authorization" not in other.headers[0]


async def test_a_missing_key_is_told_when_it_is_needed(endpoint: Endpoint) -> None:
    models = Models(Roles(render=Settings(base_url=endpoint.url, model="m", api_key="env:NOPE")), no_key)
    with pytest.raises(ModelUnavailable, match="there is no env:NOPE"):
        await models.role("render").generate(PROMPT, {})
    assert endpoint.requests == []
    await models.aclose()


async def test_a_key_that_was_refused_is_looked_up_again(endpoint: Endpoint) -> None:
    keys = iter(["sk-old", "sk-new"])
    models = Models(Roles(render=Settings(base_url=endpoint.url, model="m", api_key="file:k")), lambda _: next(keys))
    endpoint.fault = "echo_key"
    with pytest.raises(ModelUnavailable, match="rejects the key"):
        await models.role("render").generate(PROMPT, {})
    endpoint.fault = None
    await models.role("render").generate(PROMPT, {})
    assert [h["authorization"] for h in endpoint.headers] == ["Bearer sk-old", "Bearer sk-new"]
    await models.aclose()


async def test_health(endpoint: Endpoint) -> None:
    endpoint.models = ("one", "two")
    roles = Roles(
        render=Settings(base_url=endpoint.url, model="two"),
        read=Settings(base_url=endpoint.url, model="gone"),
        embed=Settings(base_url=unused_url(), model="e"),
    )
    models = Models(roles, no_key)
    health = await models.health()
    assert (health["render"].reachable, health["render"].why, health["render"].models) == (True, "", ("one", "two"))
    assert (health["read"].reachable, health["read"].why) == (True, "does not list the model gone")
    assert health["embed"].reachable is False
    assert "nothing listens" in health["embed"].why
    await models.aclose()


async def test_health_of_the_embedded_model_does_not_start_it() -> None:
    models = Models(Roles(), no_key)
    health = (await models.health())["render"]
    assert (health.endpoint, health.reachable, health.model) == ("embedded", None, "SmolLM2-135M-Instruct")
    assert models._child.pid is None
    await models.aclose()


async def test_discovery_finds_only_what_lists_models(models: Models, endpoint: Endpoint) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 some other service\r\n")
        writer.close()

    other = await asyncio.start_server(greet, "127.0.0.1", 0)
    ports = [urlsplit(endpoint.url).port, urlsplit(unused_url()).port, other.sockets[0].getsockname()[1]]
    async with other:
        found = await models.discover([port for port in ports if port])
    assert found == (Found(base_url=f"http://127.0.0.1:{ports[0]}/v1", preset="compatible", models=("scripted",)),)


async def test_a_probe_judges_by_the_answers(models: Models, endpoint: Endpoint) -> None:
    endpoint.reading = lambda body: {"sky": "zq-clear", "steps": 3}
    endpoint.usage = lambda body: {
        "prompt_tokens": len(body["messages"][-1]["content"].split()),
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 5},
    }
    report = await models.probe("render")
    assert (report.reachable, report.model, report.models) == (True, "scripted", ("scripted",))
    assert (report.schema, report.cache, report.truncates) == ("kept", True, False)
    assert (report.reasoning, report.streaming) == (False, True)
    assert report.advice == ()


async def test_a_probe_of_a_poor_server(models: Models, endpoint: Endpoint) -> None:
    endpoint.reading = lambda body: {"sky": "blue"}
    endpoint.reasoning, endpoint.fault = "Hm.", "not_streamed"
    endpoint.usage = lambda body: {"prompt_tokens": 4000, "prompt_tokens_details": {"cached_tokens": 0}}
    report = await models.probe("render")
    assert (report.schema, report.cache, report.truncates, report.reasoning) == ("ignored", False, True, True)
    advice = " ".join(report.advice)
    assert 'structured = "text"' in advice
    assert "drops part of a prompt" in advice


async def test_a_probe_of_another_address_takes_no_key_along(models: Models) -> None:
    async with Endpoint(models=("theirs",)) as other:
        report = await models.probe("render", base_url=other.url)
        assert (report.reachable, report.model) == (True, "theirs")
        assert not [h for h in other.headers if "authorization" in h]
    report = await models.probe("render", base_url=unused_url())
    assert not report.reachable
    assert "nothing listens" in report.why


@pytest.mark.parametrize(
    ("preset", "path", "answer"),
    [
        ("llamacpp", "/props", {"total_slots": 1, "default_generation_settings": {"n_ctx": 4096}}),
        (
            "ollama",
            "/api/ps",
            {"models": [{"name": "x", "context_length": 77}, 7, {"name": "scripted", "context_length": 4096}]},
        ),
        (
            "lmstudio",
            "/api/v0/models",
            {"data": [{"id": "x", "max_context_length": 77}, {"id": "scripted", "loaded_context_length": 4096}]},
        ),
    ],
)
async def test_the_context_that_local_servers_tell(
    preset: str, path: str, answer: Body, models: Models, endpoint: Endpoint
) -> None:
    endpoint.extra[path] = answer
    await models.use("render", Settings(base_url=endpoint.url, model="scripted", preset=preset))  # type: ignore[arg-type]
    report = await models.probe("render")
    assert report.context == 4096
    assert [a for a in report.advice if "context = 4096" in a]


@pytest.mark.parametrize(
    "entry",
    [
        {"loaded_context_length": 4096, "max_model_len": 77, "context_length": 77, "max_context_length": 131_072},
        {"max_model_len": 4096, "context_length": 77},
        {"max_model_len": True, "context_length": 4096, "meta": {"n_ctx": 77}},
        {"context_length": 0, "meta": {"n_ctx": 4096}, "max_context_length": 131_072},
        {"meta": 7, "max_context_length": 4096},
    ],
)
async def test_the_context_that_a_list_of_models_states_is_taken_before_one_is_asked_for(
    entry: Body, models: Models, endpoint: Endpoint
) -> None:
    listed = [{"id": "another", "max_model_len": 77}, {"id": "scripted", **entry}]
    endpoint.raw["/v1/models"] = Raw(json.dumps({"data": listed}).encode())
    endpoint.extra["/props"] = {"default_generation_settings": {"n_ctx": 78}}
    await models.use("render", Settings(base_url=endpoint.url, model="scripted", preset="llamacpp"))
    assert (await models.probe("render")).context == 4096


@pytest.mark.parametrize(("told", "said"), [(4095, True), (4096, False), (1_000_000, False)])
async def test_only_a_context_that_is_smaller_than_the_settings_say_is_worth_a_word(
    told: int, said: bool, models: Models, endpoint: Endpoint
) -> None:
    endpoint.raw["/v1/models"] = Raw(json.dumps({"data": [{"id": "scripted", "max_model_len": told}]}).encode())
    await models.use("render", Settings(base_url=endpoint.url, model="scripted", preset="compatible", context=4096))
    report = await models.probe("render")
    assert report.context == told
    assert bool([a for a in report.advice if f"context = {told}" in a]) == said


async def test_only_models_that_can_be_named_are_listed(models: Models, endpoint: Endpoint) -> None:
    endpoint.models = ("one", "", "a\x1b[2Jb", "c\u202ed", "n" * 201, f"of {KEY}", "two")
    endpoint.raw["/v1/models"] = Raw(
        json.dumps({"data": [*({"id": m} for m in endpoint.models), 7, {}, {"id": 7}]}).encode()
    )
    assert (await models.health())["render"].models == ("one", "two")
    endpoint.raw["/v1/models"] = Raw(json.dumps({"data": [{"id": f"m{i}"} for i in range(10_000)]}).encode())
    assert len((await models.health())["render"].models) == 2000


@pytest.mark.parametrize("told", [True, 0, -4096, 4096.0, 10**12, "4096", [4096]])
async def test_a_context_that_cannot_be_is_not_told(told: Any, models: Models, endpoint: Endpoint) -> None:
    endpoint.extra["/props"] = {"total_slots": told, "default_generation_settings": {"n_ctx": told}}
    endpoint.raw["/v1/models"] = Raw(json.dumps({"data": [{"id": "scripted", "max_model_len": told}]}).encode())
    await models.use("render", Settings(base_url=endpoint.url, model="scripted", preset="llamacpp"))
    assert (await models.probe("render")).context is None
    await models.role("render").generate(PROMPT, {}, slot=0)
    assert ("id_slot" in endpoint.requests[-1]) == (told == 10**12)


async def test_a_key_that_is_looked_up_again_spoils_no_call_that_runs() -> None:
    found = iter(["one", "two"])

    async def find() -> str:
        return next(found)

    line = Line("http://127.0.0.1:9/v1", find)
    async with line.client() as first:
        await line.renew()
        async with line.client() as second:
            assert (first.api_key, second.api_key) == ("one", "two")
            assert not first.is_closed()
    assert (first.is_closed(), second.is_closed()) == (True, False)
    await line.aclose()
    assert second.is_closed()
