"""Turns what an endpoint sends into prose, reasoning and an end. Pure: bytes come in, deltas go out.

The formats are OpenAI's `chat.completion.chunk` and `chat.completion`, read leniently: reasoning comes as
`reasoning_content`, as `reasoning`, or inside `<think>` tags in the content; usage may come after the end.
"""

import json
import re
from typing import Any, Literal

import msgspec

from daemon.model.failures import Failure, clean, said
from protocol.model import Delta, Finish, Usage

LONGEST = 1024 * 1024
"""Bytes of prose and reasoning that one reply may have."""

_TAGS = ("<think>", "</think>", "<thinking>", "</thinking>")
_TAG = re.compile("</?think(?:ing)?>")
_LENGTH = ("length", "max_tokens")
_BROKEN = ("error", "abort", "content_filter", "network_error", "cancelled")


class _Part(msgspec.Struct):
    """A delta or a message. `content` may be a list of typed parts."""

    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None


class _Choice(msgspec.Struct):
    index: Any = 0
    delta: _Part | None = None
    message: _Part | None = None
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: Any = None
    model: Any = None
    error: Any = None
    message: Any = None


_decode = msgspec.json.Decoder(_Chunk).decode


class Thinking:
    """Splits content into prose and what stands between think tags, wherever the chunks break."""

    def __init__(self) -> None:
        self._held = ""
        self._inside = False
        self._fresh = True

    def feed(self, text: str) -> list[Delta]:
        """Deltas for what can be told apart so far; the beginning of a possible tag is held back."""
        text = self._held + text
        self._held = ""
        if "<" not in text:
            return self._delta(text)
        deltas: list[Delta] = []
        at = 0
        for tag in _TAG.finditer(text):
            closes = tag[0][1] == "/"
            self._inside = self._inside or closes  # some templates open the tag in the prompt
            deltas += self._delta(text[at : tag.start()])
            self._inside, self._fresh, at = not closes, True, tag.end()
        rest = text[at:]
        start = rest.rfind("<")
        if start >= 0 and any(tag.startswith(rest[start:]) for tag in _TAGS):
            rest, self._held = rest[:start], rest[start:]
        return deltas + self._delta(rest)

    def end(self) -> list[Delta]:
        """What was held back: it was no tag after all."""
        held, self._held = self._held, ""
        return self._delta(held)

    def _delta(self, text: str) -> list[Delta]:
        if self._fresh:  # blank lines around a tag, or before the first word, are not prose
            text = text.lstrip()
        if not text:
            return []
        self._fresh = False
        return [Delta("reasoning" if self._inside else "text", text)]


class Reply:
    """One reply as it comes in: what it has said so far, and whether it has come to its end."""

    def __init__(self, model: str) -> None:
        self.done = False
        self._model = model
        self._thinking = Thinking()
        self._usage: Usage | None = None
        self._reason: Literal["stop", "length"] | None = None
        self._bytes = 0
        self._spoke = self._thought = False

    @property
    def begun(self) -> bool:
        """Whether any words, prose or reasoning, have come."""
        return self._spoke or self._thought

    @property
    def ended(self) -> bool:
        """Whether the endpoint has said that the reply is over (its usage may still follow)."""
        return self.done or self._reason is not None

    def take(self, data: bytes) -> list[Delta]:
        """The words in the data of one event. Failure where the endpoint reports one, or it cannot be read."""
        if data == b"[DONE]":
            self.done = True
            return []
        return self._chunk(_chunk(data))

    def whole(self, body: bytes) -> list[Delta]:
        """The words of an answer that was not streamed."""
        deltas = self._chunk(_chunk(body))
        self.done = True
        return deltas

    def end(self) -> tuple[list[Delta], Finish]:
        """The last words and how the reply ended. Failure where it broke off or said nothing."""
        last = self._note(self._thinking.end())
        if not self.ended:
            raise Failure("broke the reply off before its end" if self.begun else "ended without a word")
        if not self._spoke:
            raise Failure(self._silence(), status=200)
        return last, Finish(self._reason or "stop", self._usage, self._model)

    def _chunk(self, chunk: _Chunk) -> list[Delta]:
        if chunk.error or (chunk.choices is None and chunk.message is not None):
            words = said(chunk.error or chunk.message) or "without saying which"
            raise Failure(f"reports an error: {words}")
        if chunk.model and isinstance(chunk.model, str):
            self._model = clean(chunk.model)[:200]
        if isinstance(chunk.usage, dict):
            self._usage = _usage(chunk.usage)
        deltas: list[Delta] = []
        for choice in chunk.choices or ():
            if choice.index in (0, None):
                deltas += self._choice(choice)
        return self._note(deltas)

    def _choice(self, choice: _Choice) -> list[Delta]:
        deltas: list[Delta] = []
        part = choice.delta or choice.message
        if part is not None:
            for thought in (part.reasoning_content, part.reasoning):
                if isinstance(thought, str) and (text := clean(thought)):
                    deltas.append(Delta("reasoning", text))
                    break
            if isinstance(part.content, str):
                deltas += self._thinking.feed(clean(part.content))
            elif isinstance(part.content, list):
                deltas += self._typed(part.content)
        if choice.finish_reason in _BROKEN:
            raise Failure(f"ended the reply by its own decision ({choice.finish_reason})")
        if choice.finish_reason:
            self._reason = "length" if choice.finish_reason in _LENGTH else "stop"
        return deltas

    def _typed(self, parts: list[Any]) -> list[Delta]:
        """Content as a list of parts: `{"type": "text", "text"}`, and `{"type": "thinking", "thinking": [...]}`."""
        deltas: list[Delta] = []
        for part in parts:
            if not isinstance(part, dict):
                continue
            if isinstance(part.get("text"), str):
                deltas += self._thinking.feed(clean(part["text"]))
            elif part.get("type") == "thinking" and isinstance(part.get("thinking"), list):
                thoughts = (t.get("text") for t in part["thinking"] if isinstance(t, dict))
                text = clean("".join(t for t in thoughts if isinstance(t, str)))
                deltas += [Delta("reasoning", text)] if text else []
        return deltas

    def _note(self, deltas: list[Delta]) -> list[Delta]:
        for delta in deltas:
            self._bytes += len(delta.text.encode())
            if delta.kind == "reasoning":
                self._thought = True
            elif not self._spoke:
                self._spoke = not delta.text.isspace()
        if self._bytes > LONGEST:
            raise Failure("wrote more than 1 MiB without coming to an end")
        return deltas

    def _silence(self) -> str:
        if self._thought and self._reason == "length":
            return 'thought until max_tokens ran out and said nothing; raise max_tokens or set reasoning = "off"'
        if self._thought:
            return 'thought and said nothing; reasoning = "off" may help'
        return "answered with nothing"


def _chunk(data: bytes) -> _Chunk:
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:  # a lone surrogate or a broken character is no reason to lose a reply; msgspec refuses both
        return msgspec.convert(json.loads(data.decode("utf-8", "replace")), _Chunk)
    except (ValueError, RecursionError):
        raise Failure("sends what cannot be read as a chat completion") from None


def _usage(usage: dict[str, Any]) -> Usage | None:
    """OpenAI's usage object; DeepSeek's API counts the cached tokens beside, not inside, the details."""
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not isinstance(prompt, int):
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else usage.get("prompt_cache_hit_tokens")
    return Usage(
        prompt,
        completion if isinstance(completion, int) else 0,
        cached if isinstance(cached, int) else None,
    )
