"""Tries out what an endpoint can do, judging by what comes back rather than by what it says of itself.

Each trial is a small call; one that fails leaves its answer unknown and says why in the advice.
"""

import asyncio
from typing import Any, Literal

import msgspec

from daemon.model.endpoint import Door
from daemon.model.failures import Failure
from daemon.model.presets import PRESETS, schema_format
from daemon.model.values import count, decoded
from protocol.model import Endpoint, Finish, Message, ModelUnavailable, ProbeReport, Usage

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SCHEMA = {
    "type": "object",
    "properties": {"sky": {"enum": ["zq-clear", "zq-cloudy"]}, "steps": {"type": "integer"}},
    "required": ["sky", "steps"],
    "additionalProperties": False,
}
"""No model answers in these words unless it is held to them."""

_LONG = 1100
"""Words; with fewer tokens some makers' caches take no notice of a prompt."""

_MOST_CONTEXT = 100_000_000
_MAY_CUT = ("ollama", "lmstudio", "compatible")
_TELLS_CONTEXT = {
    "embedded": "/props", "llamacpp": "/props", "lmstudio": "/api/v0/models", "ollama": "/api/ps"
}  # fmt: skip


async def probed(door: Door) -> ProbeReport:
    """What the endpoint behind a door can do."""
    endpoint = door.endpoint
    report = ProbeReport(
        endpoint=endpoint.label,
        base_url=endpoint.base_url,
        preset=endpoint.preset or "compatible",
        model=endpoint.model,
        reachable=False,
    )
    try:
        listed = await door.offered()
    except ModelUnavailable as error:
        listed = {}
        if not endpoint.model:
            return msgspec.structs.replace(report, why=error.why)
    report = msgspec.structs.replace(report, models=tuple(listed))
    try:
        model = await door.model()
        report = msgspec.structs.replace(report, model=model, **await _speaking(door))
    except ModelUnavailable as error:
        return msgspec.structs.replace(report, why=error.why)
    report = msgspec.structs.replace(
        report,
        schema=await _schema(door),
        cache=await _cache(door),
        truncates=await _truncates(door) if report.preset in _MAY_CUT else None,
        context=_stated(listed.get(model, {})) or await _asked(door, model),
    )
    return msgspec.structs.replace(report, advice=tuple(_advice(report, endpoint)))


async def _speaking(door: Door) -> dict[str, Any]:
    """Times a short streamed reply. ModelUnavailable where not one word comes."""
    now = asyncio.get_running_loop().time
    began, times, kinds, finish = now(), list[float](), set[str](), None
    try:
        async for piece in door.stream(_asking("Count from one to thirty in words."), {"max_tokens": 256}):
            if isinstance(piece, Finish):
                finish = piece
            else:
                times.append(now())
                kinds.add(piece.kind)
    except ModelUnavailable:
        if not times:
            raise
    usage = finish.usage if finish is not None else None
    tokens = usage.completion_tokens if usage is not None else len(times)
    spent = times[-1] - times[0]
    return {
        "reachable": True,
        "streaming": len(times) > 1,
        "reasoning": "reasoning" in kinds,
        "first_token_s": round(times[0] - began, 3),
        "tokens_s": round((tokens - 1) / spent, 1) if spent > 0 and tokens > 1 else None,
    }


async def _schema(door: Door) -> Literal["kept", "ignored", "refused"]:
    """Asks for an answer that only a model held to a schema can give."""
    params = {"response_format": schema_format(_SCHEMA), "temperature": 0}
    try:
        text, _ = await door.generate(_asking("What is the sky like today? Answer in JSON."), params)
        answer = decoded(text, msgspec.json.decode, "")
    except ModelUnavailable:
        return "refused"
    except Failure:
        return "ignored"
    match answer:
        case {"sky": "zq-clear" | "zq-cloudy", "steps": int() as steps, **more} if not more and steps is not bool(
            steps
        ):
            return "kept"
    return "ignored"


async def _cache(door: Door) -> bool | None:
    """Whether the second of two equal prompts is found in a cache."""
    prompt = _asking(f"{_words(_LONG)} What came last? Answer with one word.")
    await _usage(door, prompt)
    usage = await _usage(door, prompt)
    return None if usage is None or usage.cached_tokens is None else usage.cached_tokens > 0


async def _truncates(door: Door) -> bool | None:
    """Whether a prompt that nearly fills the configured context is counted as much shorter than it is."""
    words = door.endpoint.context * 9 // 10
    usage = await _usage(door, _asking(_words(words)))
    return None if usage is None else usage.prompt_tokens < words * 7 // 10


async def _usage(door: Door, prompt: tuple[Message, ...]) -> Usage | None:
    try:
        _, finish = await door.generate(prompt, {"max_tokens": 16, "temperature": 0})
    except ModelUnavailable:
        return None
    return finish.usage


def _asking(text: str) -> tuple[Message, ...]:
    return (Message("system", "Answer briefly."), Message("user", text))


def _words(count: int) -> str:
    """So many words which are one token each for all tokenizers that matter."""
    return " ".join(_WORDS[i % len(_WORDS)] for i in range(count))


def _stated(entry: dict[str, Any]) -> int | None:
    """The context length in an entry of a list of models, under the names that vLLM, OpenRouter and others use."""
    meta = entry.get("meta")
    for value in (
        entry.get("loaded_context_length"),
        entry.get("max_model_len"),
        entry.get("context_length"),
        meta.get("n_ctx") if isinstance(meta, dict) else None,
        entry.get("max_context_length"),
    ):
        if stated := count(value, _MOST_CONTEXT):
            return stated
    return None


async def _asked(door: Door, model: str) -> int | None:
    """The context length from the server's own interface, where the list of models does not hold it."""
    path = _TELLS_CONTEXT.get(door.endpoint.preset or "")
    if path is None:
        return None
    try:
        answer = await door.ask(path)
    except ModelUnavailable:
        return None
    match answer:
        case {"default_generation_settings": {"n_ctx": context}}:
            return count(context, _MOST_CONTEXT) or None
        case {"data": [*entries]} | {"models": [*entries]}:
            mine = (e for e in entries if isinstance(e, dict) and model in (e.get("id"), e.get("name")))
            return next((stated for e in mine if (stated := _stated(e))), None)
    return None


def _advice(report: ProbeReport, endpoint: Endpoint) -> list[str]:
    advice = [PRESETS[report.preset].note]
    if report.truncates:
        advice.append(
            f"drops part of a prompt without a word: give it a context of {endpoint.context}, or set context lower"
        )
    if report.context is not None and report.context < endpoint.context:
        advice.append(f"holds {report.context} tokens: set context = {report.context}, or start it with more")
    if report.schema in ("ignored", "refused") and endpoint.structured == "schema":
        advice.append('does not keep to schemas: set structured = "text"')
    if report.reasoning and endpoint.reasoning is None:
        advice.append('thinks before it speaks: reasoning = "off" lets it answer sooner, if that can be turned off')
    if report.streaming is False:
        advice.append("does not stream: replies will appear all at once")
    if report.cache is False:
        advice.append("keeps no cache of prompts: the longer the story, the longer each reply takes to begin")
    return [words for words in advice if words]
