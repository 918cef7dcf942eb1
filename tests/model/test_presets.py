"""Requests as each kind of endpoint is documented to want them."""

from typing import Any

import pytest

from daemon.model.presets import PRESETS, preset_of, request, settled, switched
from protocol.model import Endpoint, Message, PresetName

PROMPT = (Message("system", "You are Mara."), Message("user", "Hello."))
SCHEMA = {"type": "object"}


def body(model: str = "m", params: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    endpoint = settled(Endpoint(**settings))
    return request(endpoint, model, PROMPT, params or {}, schema=SCHEMA, slot=1)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("embedded", "embedded"),
        ("https://api.anthropic.com/v1/", "anthropic"),
        ("https://api.openai.com/v1", "openai"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("http://127.0.0.1:1234/v1", "lmstudio"),
        ("http://localhost:11434/v1", "ollama"),
        ("http://[::1]:8080/v1", "llamacpp"),
        ("http://127.0.0.1:8000/v1", "vllm"),
        ("http://127.0.0.1:5001/v1", "compatible"),
        ("http://192.168.1.5:1234/v1", "compatible"),
        ("https://evil.example/api.openai.com/v1", "compatible"),
    ],
)
def test_the_address_suggests_the_preset(url: str, name: str) -> None:
    assert preset_of(Endpoint(base_url=url)).name == name


@pytest.mark.parametrize("name", [n for n in PRESETS if n != "compatible"])
def test_a_named_preset_fills_in_its_address_and_key(name: PresetName) -> None:
    endpoint = settled(Endpoint(preset=name))
    assert endpoint.base_url == PRESETS[name].base_url
    assert endpoint.api_key == PRESETS[name].api_key


def test_the_usual_key_goes_to_the_usual_host_only() -> None:
    assert settled(Endpoint(preset="openai", base_url="https://proxy.example/v1")).api_key == ""
    assert settled(Endpoint(preset="openai", base_url="https://proxy.example/v1", api_key="env:K")).api_key == "env:K"


def test_each_layer_goes_over_the_one_before() -> None:
    url = "http://127.0.0.1:5001/v1"
    assert body(base_url=url)["temperature"] == 0.8
    mine = {"temperature": 0.9, "min_p": 0.05, "odd": {"kept": [1]}}
    assert body(base_url=url, params=mine) | mine == body(base_url=url, params=mine)
    made = body(params={"temperature": 0.1, "min_p": None, "max_tokens": 7}, base_url=url)
    assert (made["temperature"], made["max_tokens"]) == (0.1, 7)
    assert "min_p" not in made


def test_params_replace_neither_the_prompt_nor_the_model() -> None:
    made = body(params={"messages": [], "stream": True, "model": "other"})
    assert made["messages"] == [{"role": "system", "content": "You are Mara."}, {"role": "user", "content": "Hello."}]
    assert made["model"] == "m"
    assert "stream" not in made


def test_mlx_is_always_told_tokens_and_temperature() -> None:
    made = body(preset="mlx")
    assert made["max_tokens"] == 400
    assert made["temperature"] > 0
    assert "response_format" not in made


def test_anthropic() -> None:
    made = body(preset="anthropic", params={"temperature": 1.6, "presence_penalty": 1, "top_p": 0.9}, reasoning="off")
    assert made["temperature"] == 1
    assert made["top_p"] == 0.9
    assert not {"response_format", "presence_penalty", "reasoning_effort"} & set(made)
    assert "temperature" not in body(preset="anthropic")


@pytest.mark.parametrize("model", ["o3-mini", "gpt-5", "gpt-5.4-mini"])
def test_openais_reasoning_models(model: str) -> None:
    made = body(model, {"temperature": 0.7}, preset="openai", stop=("Sam:",), reasoning="low", max_tokens=300)
    assert made["max_completion_tokens"] == 300
    assert made["reasoning_effort"] == "low"
    assert not {"max_tokens", "temperature", "stop"} & set(made)


@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-5-chat-latest"])
def test_openais_other_models(model: str) -> None:
    made = body(model, {"temperature": 0.7}, preset="openai", stop=("Sam:",), reasoning="low")
    assert (made["max_tokens"], made["temperature"], made["stop"]) == (400, 0.7, ["Sam:"])
    assert not {"max_completion_tokens", "reasoning_effort"} & set(made)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ollama", {"reasoning_effort": "none"}),
        ("lmstudio", {"reasoning_effort": "none"}),
        ("openrouter", {"reasoning": {"effort": "none"}}),
        ("llamacpp", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("vllm", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("mlx", {"chat_template_kwargs": {"enable_thinking": False}}),
    ],
)
def test_how_thinking_is_turned_off(name: PresetName, said: dict[str, Any]) -> None:
    made = body(preset=name, reasoning="off")
    assert made | said == made
    assert not set(said) & set(body(preset=name))


@pytest.mark.parametrize("name", PRESETS)
def test_only_llamacpp_is_told_a_slot(name: PresetName) -> None:
    made = body(preset=name, base_url="http://127.0.0.1:9/v1")
    assert ("id_slot" in made) == (name in ("embedded", "llamacpp"))


def test_a_schema_is_asked_for_unless_the_settings_say_text() -> None:
    url = "http://127.0.0.1:5001/v1"
    assert body(base_url=url)["response_format"]["json_schema"]["schema"] == SCHEMA
    assert "response_format" not in body(base_url=url, structured="text")
    assert "response_format" in body(preset="mlx", structured="schema")


def test_the_embedded_model_promises_no_more_context_than_it_has() -> None:
    assert settled(Endpoint(context=100_000)).context == 8192
    assert settled(Endpoint(context=2048)).context == 2048
    assert settled(Endpoint(context=100_000, base_url="http://127.0.0.1:1/v1")).context == 100_000


def test_a_key_does_not_move_to_another_host() -> None:
    mine = Endpoint(base_url="https://openrouter.ai/api/v1", model="a", api_key="env:K", preset="openrouter")
    assert switched(mine, "b") == Endpoint(base_url=mine.base_url, model="b", api_key="env:K", preset="openrouter")
    assert switched(mine, "b", "https://openrouter.ai/v2").api_key == "env:K"
    for elsewhere in ("http://openrouter.ai/api/v1", "https://openrouter.ai:444/v1", "https://evil.example/v1"):
        assert switched(mine, "b", elsewhere) == Endpoint(base_url=elsewhere, model="b")
    assert switched(mine, "embedded") == Endpoint()
    with pytest.raises(ValueError, match="base_url"):
        switched(mine, "b", "file:///etc/passwd")


SCRIPT = (Message("script", "Sam: Hello.\nMara:"),)


@pytest.mark.parametrize("name", PRESETS)
def test_a_script_is_sent_as_a_text_to_continue_to_the_end_of_its_line(name: PresetName) -> None:
    endpoint = settled(Endpoint(preset=name, base_url="http://127.0.0.1:9/v1", reasoning="low", stop=("THE END",)))
    made = request(endpoint, "m", SCRIPT, {"seed": 3}, schema=SCHEMA)
    assert made["prompt"] == "Sam: Hello.\nMara:"
    assert made["stop"] == ["THE END", "\n"]
    of_a_chat = {"messages", "response_format", "reasoning", "reasoning_effort", "chat_template_kwargs"}
    assert not of_a_chat & made.keys()
    assert request(endpoint, "m", SCRIPT, {"stop": "Sam:"})["stop"] == ["Sam:", "\n"]
    barred = [["\n", False]] if name in ("embedded", "llamacpp") else None
    assert made.get("logit_bias") == barred, "where its server can, it is kept from ending the line after a word"
    assert "logit_bias" not in request(endpoint, "m", (Message("user", "Hello."),), {})


def test_only_the_embedded_model_is_given_scripts_unless_the_settings_say_so() -> None:
    elsewhere = Endpoint(base_url="http://127.0.0.1:9/v1")
    assert [n for n in PRESETS if PRESETS[n].form == "script"] == ["embedded"]
    assert (settled(Endpoint()).form, settled(elsewhere).form) == ("script", "chat")
    assert settled(Endpoint(form="chat")).form == "chat"
    assert switched(Endpoint(form="script"), "big", "https://openrouter.ai/api/v1").form is None
    assert settled(Endpoint(base_url=elsewhere.base_url, form="script")).form == "script"
