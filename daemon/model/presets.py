"""What is particular about each kind of endpoint, and how a request to it is put together. Pure.

All but `embedded` are written from the makers' documentation and from reports, and are UNTESTED here: nothing but
the embedded model and scripted endpoints has ever answered this code.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from daemon.model.embedded import CONTEXT, MODEL
from protocol.model import EMBEDDED, Endpoint, Message, PresetName, PromptForm

LOOPBACK = ("127.0.0.1", "localhost", "::1")
USUAL_PORTS: dict[int, PresetName] = {1234: "lmstudio", 11434: "ollama", 8080: "llamacpp", 5001: "compatible"}
"""Where local servers listen unless told otherwise: LM Studio, Ollama, llama.cpp (and mlx_lm.server), KoboldCpp."""

_OPENAI_REASONS = re.compile(r"^(o\d|gpt-[5-9])(?!.*-chat)")
_OURS = ("model", "messages", "prompt", "stream")
_OF_A_CHAT = ("response_format", "chat_template_kwargs", "reasoning", "reasoning_effort")
"""What is said of a chat alone, and not of a text to continue."""

_LINE_ENDS = "\n"


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of endpoint. `says_reasoning`: how a request asks for more or less thinking; `slots`: whether a prompt
    can have a cache of its own; `bars`: whether a text can be barred from a reply; `form`: the prompt that it writes
    best from; `sampling` is sent unless the settings or the call say otherwise; `hottest`: the highest temperature it
    takes; `context`: the most it can do, where that is known; `max_tokens`: the longest reply that is any good.
    """

    name: PresetName
    title: str
    base_url: str = ""
    model: str = ""
    api_key: str = ""
    structured: Literal["schema", "text"] = "schema"
    says_reasoning: Literal["effort", "openrouter", "template", "nothing"] = "effort"
    slots: bool = False
    bars: bool = False
    form: PromptForm = "chat"
    sampling: dict[str, Any] = {}
    ignored: tuple[str, ...] = ()
    hottest: float = 2.0
    context: int | None = None
    max_tokens: int | None = None
    note: str = ""


# chosen by reading what it writes: without penalties it loops, hotter it wanders off
_SMALL = {"temperature": 0.6, "top_p": 1.0, "min_p": 0.15, "repeat_penalty": 1.08, "repeat_last_n": 256}

PRESETS: dict[PresetName, Preset] = {
    p.name: p
    for p in (
        Preset(
            name="embedded",
            title="the embedded SmolLM2-135M, which only demonstrates",
            base_url=EMBEDDED,
            model=MODEL,
            says_reasoning="nothing",
            slots=True,
            bars=True,
            form="script",
            sampling=_SMALL,
            context=CONTEXT,
            max_tokens=160,  # what comes after that goes round in circles
            note="shows that everything works, and writes badly: connect a model of your own for stories",
        ),
        Preset(
            name="anthropic",
            title="Anthropic (OpenAI-compatible endpoint)",
            base_url="https://api.anthropic.com/v1",
            api_key="env:ANTHROPIC_API_KEY",
            structured="text",
            says_reasoning="nothing",
            ignored=(
                "response_format",
                "presence_penalty",
                "frequency_penalty",
                "logit_bias",
                "seed",
                "min_p",
            ),
            hottest=1.0,
            note="no prompt cache here: OpenRouter reaches the same models with one",
        ),
        Preset(
            name="openai",
            title="OpenAI",
            base_url="https://api.openai.com/v1",
            api_key="env:OPENAI_API_KEY",
            ignored=("min_p", "top_k", "repeat_penalty", "repeat_last_n"),
        ),
        Preset(
            name="openrouter",
            title="OpenRouter",
            base_url="https://openrouter.ai/api/v1",
            api_key="env:OPENROUTER_API_KEY",
            says_reasoning="openrouter",
        ),
        Preset(
            name="lmstudio",
            title="LM Studio",
            base_url="http://127.0.0.1:1234/v1",
            sampling={"temperature": 0.8},
            note='if a thinking model answers a schema with nothing, set structured = "text" or reasoning = "off"',
        ),
        Preset(
            name="ollama",
            title="Ollama",
            base_url="http://127.0.0.1:11434/v1",
            sampling={"temperature": 0.8},
            note="the context length cannot be set from here: start it with OLLAMA_CONTEXT_LENGTH, or make a model "
            "with num_ctx; what exceeds it is dropped without a word",
        ),
        Preset(
            name="llamacpp",
            title="llama.cpp's llama-server",
            base_url="http://127.0.0.1:8080/v1",
            says_reasoning="template",
            slots=True,
            bars=True,
            sampling={"temperature": 0.8},
            note="start it with --parallel 3 --cache-ram 0, so that each speaker and the reader keep a cache",
        ),
        Preset(
            name="mlx",
            title="mlx_lm.server",
            base_url="http://127.0.0.1:8080/v1",
            structured="text",
            says_reasoning="template",
            sampling={"temperature": 0.8},  # its own default is 0
        ),
        Preset(
            name="vllm",
            title="vLLM",
            base_url="http://127.0.0.1:8000/v1",
            says_reasoning="template",
            sampling={"temperature": 0.8},
            note="start it with --enable-prefix-caching, and --reasoning-parser for thinking models",
        ),
        Preset(name="compatible", title="any OpenAI-compatible endpoint", sampling={"temperature": 0.8}),
    )
}


def preset_of(endpoint: Endpoint) -> Preset:
    """The preset that is named, or else the one that its address suggests."""
    if endpoint.preset is not None:
        return PRESETS[endpoint.preset]
    if endpoint.base_url == EMBEDDED:
        return PRESETS["embedded"]
    parts = urlsplit(endpoint.base_url)
    for preset in PRESETS.values():
        if preset.api_key and urlsplit(preset.base_url).hostname == parts.hostname:
            return preset
    if is_loopback(endpoint.base_url):
        return PRESETS[USUAL_PORTS.get(parts.port or 0, "vllm" if parts.port == 8000 else "compatible")]
    return PRESETS["compatible"]


def settled(endpoint: Endpoint) -> Endpoint:
    """The endpoint with what its preset says filled in: its usual address, and for that one its usual key."""
    preset = preset_of(endpoint)
    base_url = endpoint.base_url
    if base_url == EMBEDDED and preset.base_url:
        base_url = preset.base_url
    at_home = urlsplit(base_url).netloc == urlsplit(preset.base_url).netloc
    return msgspec.structs.replace(
        endpoint,
        base_url=base_url,
        model=endpoint.model or preset.model,
        preset=preset.name,
        api_key=endpoint.api_key or (preset.api_key if at_home else ""),
        structured=endpoint.structured or preset.structured,
        form=endpoint.form or preset.form,
        context=min(endpoint.context, preset.context or endpoint.context),
        max_tokens=min(endpoint.max_tokens, preset.max_tokens or endpoint.max_tokens),
    )


def switched(endpoint: Endpoint, model: str, base_url: str | None = None) -> Endpoint:
    """The endpoint with another model, and perhaps at another address: to another host neither the key nor
    what was said of the model before, its preset and the form of its prompts, goes along.

    The model "embedded" is the one that comes with the program. ValueError for an impossible address.
    """
    if model == EMBEDDED and base_url is None:
        model, base_url = "", EMBEDDED
    if base_url is None or _origin(base_url) == _origin(endpoint.base_url):
        return msgspec.structs.replace(endpoint, model=model, base_url=base_url or endpoint.base_url)
    return msgspec.structs.replace(endpoint, model=model, base_url=base_url, api_key="", preset=None, form=None)


def is_loopback(base_url: str) -> bool:
    """Whether an address is this machine's own."""
    return base_url == EMBEDDED or urlsplit(base_url).hostname in LOOPBACK


def _origin(base_url: str) -> tuple[str, str]:
    parts = urlsplit(base_url)
    return parts.scheme, parts.netloc


def request(
    endpoint: Endpoint,
    model: str,
    prompt: Sequence[Message],
    params: Mapping[str, Any],
    *,
    schema: dict[str, Any] | None = None,
    slot: int | None = None,
) -> dict[str, Any]:
    """The body of a chat completion (but for `stream`): preset, settings and call, each over the one before. Of a
    script it is the body of a plain completion, which stops at the end of the line; where that can be barred, it is: a
    tiny model would end the line after a word or two, and the reply ends where it has said enough.

    A param that is None is left out of the body. `schema` is a JSON Schema that the reply is to follow.
    """
    preset = preset_of(endpoint)
    body: dict[str, Any] = {"max_tokens": endpoint.max_tokens, **preset.sampling}
    body |= _reasoning(endpoint, preset, model)
    if endpoint.stop:
        body["stop"] = list(endpoint.stop)
    if schema is not None and (endpoint.structured or preset.structured) == "schema":
        body["response_format"] = schema_format(schema)
    body |= {**endpoint.params, **params}
    body = {k: v for k, v in body.items() if v is not None and k not in preset.ignored and k not in _OURS}
    if preset.name == "openai" and _OPENAI_REASONS.match(model):
        _for_openai_reasoning(body)
    if isinstance(body.get("temperature"), int | float):
        body["temperature"] = min(body["temperature"], preset.hottest)
    if slot is not None and preset.slots:
        body |= {"id_slot": slot, "cache_prompt": True}
    if is_script(prompt):
        body = {k: v for k, v in body.items() if k not in _OF_A_CHAT}
        if preset.bars:
            body = {"logit_bias": [[_LINE_ENDS, False]], **body}
        return {"model": model, **body, "stop": _stopping(body.get("stop")), "prompt": prompt[0].content}
    return {"model": model, **body, "messages": [{"role": m.role, "content": m.content} for m in prompt]}


def is_script(prompt: Sequence[Message]) -> bool:
    """Whether a prompt is a text to continue rather than a chat."""
    return len(prompt) == 1 and prompt[0].role == "script"


def _stopping(said: Any) -> list[Any]:
    """The strings at which a script stops: those that were asked for, and the end of the line."""
    return [*(said if isinstance(said, list) else [said] if said else []), _LINE_ENDS]


def schema_format(schema: dict[str, Any]) -> dict[str, Any]:
    """The `response_format` that asks for answers that keep to a JSON Schema."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": False, "schema": schema}}


def _reasoning(endpoint: Endpoint, preset: Preset, model: str) -> dict[str, Any]:
    level = endpoint.reasoning
    if level is None or preset.says_reasoning == "nothing":
        return {}
    effort = "none" if level == "off" else level
    if preset.says_reasoning == "openrouter":
        return {"reasoning": {"effort": effort}}
    if preset.says_reasoning == "template":
        return {"chat_template_kwargs": {"enable_thinking": level != "off"}}
    if preset.name == "openai" and not _OPENAI_REASONS.match(model):
        return {}
    return {"reasoning_effort": effort}


def _for_openai_reasoning(body: dict[str, Any]) -> None:
    """OpenAI's reasoning models refuse `max_tokens`, a temperature and (reportedly) `stop`."""
    body.setdefault("max_completion_tokens", body.pop("max_tokens", None))
    for name in ("max_tokens", "temperature", "top_p", "stop", "presence_penalty", "frequency_penalty"):
        body.pop(name, None)
