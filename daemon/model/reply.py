"""Turns what an endpoint sends into prose, reasoning and an end. Pure: bytes come in, deltas go out.

The formats are OpenAI's `chat.completion.chunk` and `chat.completion`, read leniently: reasoning comes as
`reasoning_content`, as `reasoning`, or marked in the content (see thinking.py); usage may come after the end. What goes
out holds no key (see redacting.py).
"""

import json
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from daemon.model.failures import Failure, clean, said
from daemon.model.redacting import Redactor, Stream
from daemon.model.thinking import UNSAID, Thinking
from daemon.model.values import count, decoded
from protocol.model import Delta, Finish, Usage

LONGEST = 1024 * 1024
"""Bytes of prose and reasoning that one reply may have."""

LONGEST_NAME = 200
"""Characters of a model's name."""

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
    text: str | None = None
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: Any = None
    model: Any = None
    error: Any = None
    message: Any = None


_decode = msgspec.json.Decoder(_Chunk).decode


class Reply:
    """One reply as it comes in: what it has said so far, and whether it has come to its end.

    `presumed`: it is taken to begin with reasoning, as the model's last one did without a mark (see `unopened`).
    """

    def __init__(self, model: str, redactor: Redactor | None = None, *, presumed: bool = False) -> None:
        self.done = False
        self._model, self._named = model, ""
        self._redactor = redactor or Redactor("")
        self._streams: dict[Literal["text", "reasoning", "unsaid"], Stream] = {}
        self._thinking = Thinking(presumed=presumed)
        self._usage: Usage | None = None
        self._reason: Literal["stop", "length"] | None = None
        self._bytes = 0
        self._spoke = self._thought = False

    @property
    def begun(self) -> bool:
        """Whether any words, prose or reasoning, have come."""
        return self._spoke or self._thought

    @property
    def spoke(self) -> bool:
        """Whether any prose has come."""
        return self._spoke

    @property
    def words(self) -> int:
        """How much has come, in bytes of prose and reasoning; what is held back has not."""
        return self._bytes

    @property
    def unopened(self) -> bool:
        """Whether it began with reasoning that nothing marked as such."""
        return self._thinking.unopened

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
        for kind, stream in self._streams.items():
            if rest := stream.end():
                last.append(Delta(kind, rest))
        if not self.ended:
            raise Failure("hung up in the middle of its reply" if self.begun else "hung up without a word")
        if not self._spoke:
            raise Failure(self._silence(), status=200)
        return last, Finish(self._reason or "stop", self._usage, self._model)

    def _chunk(self, chunk: _Chunk) -> list[Delta]:
        if chunk.error or (chunk.choices is None and chunk.message is not None):
            words = said(chunk.error or chunk.message) or "without saying which"
            raise Failure(f"failed: “{words}”")
        if chunk.model and isinstance(chunk.model, str) and chunk.model != self._named:
            self._named = chunk.model  # the same in every chunk
            self._model = self._redactor.text(clean(chunk.model[:LONGEST])[:LONGEST_NAME]) or self._model
        if isinstance(chunk.usage, dict):
            self._usage = _usage(chunk.usage)
        deltas: list[Delta] = []
        for choice in chunk.choices or ():
            if choice.index in (0, None):
                deltas += self._choice(choice)
        return self._note(deltas)

    def _choice(self, choice: _Choice) -> list[Delta]:
        deltas: list[Delta] = self._thinking.feed(clean(choice.text)) if choice.text else []
        part = choice.delta or choice.message
        if part is not None:
            for thought in (part.reasoning_content, part.reasoning):
                if isinstance(thought, str) and (text := clean(thought)):
                    self._thinking.apart()
                    deltas.append(Delta("reasoning", text))
                    break
            if isinstance(part.content, str):
                deltas += self._thinking.feed(clean(part.content))
            elif isinstance(part.content, list):
                deltas += self._typed(part.content)
        if choice.finish_reason in _BROKEN:
            raise Failure(f"stopped the reply by its own choice ({choice.finish_reason})")
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
            elif delta is UNSAID:
                self._spoke = False
            elif not self._spoke:
                self._spoke = not delta.text.isspace()
        if self._bytes > LONGEST:
            raise Failure("wrote more than 1 MiB without stopping")
        return self._redacted(deltas) if self._redactor else deltas

    def _redacted(self, deltas: list[Delta]) -> list[Delta]:
        """The same without the key, be it that its pieces come one by one."""
        shown: list[Delta] = []
        for delta in deltas:
            if delta is UNSAID:
                self._streams.pop("text", None)
                shown.append(delta)
                continue
            stream = self._streams.get(delta.kind)
            if stream is None:
                stream = self._streams[delta.kind] = self._redactor.stream()
            text = stream.feed(delta.text)
            if text is delta.text:
                shown.append(delta)
            elif text:
                shown.append(Delta(delta.kind, text))
        return shown

    def _silence(self) -> str:
        if self._thought and self._reason == "length":
            return 'spent all of max_tokens on thinking; raise max_tokens, or set reasoning = "off"'
        if self._thought:
            return 'thought but wrote nothing; reasoning = "off" may help'
        return "returned an empty reply"


def prose(deltas: Iterable[Delta]) -> str:
    """What is said in these."""
    text = ""
    for delta in deltas:
        text = "" if delta.kind == "unsaid" else text + delta.text if delta.kind == "text" else text
    return text.strip()


def _chunk(data: bytes) -> _Chunk:
    unreadable = "sends what cannot be read as a chat completion"
    try:
        return decoded(data, _decode, unreadable)
    except Failure as failure:
        if failure.why != unreadable:
            raise
    try:  # a lone surrogate or a broken character is no reason to lose a reply; msgspec refuses both
        return msgspec.convert(json.loads(data.decode("utf-8", "replace")), _Chunk)
    except (ValueError, RecursionError):
        raise Failure(unreadable) from None


def _usage(usage: dict[str, Any]) -> Usage | None:
    """OpenAI's usage object; DeepSeek's API counts the cached tokens beside, not inside, the details. What is no count
    counts as not told."""
    prompt = count(usage.get("prompt_tokens"))
    if prompt is None:
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else usage.get("prompt_cache_hit_tokens")
    return Usage(prompt, count(usage.get("completion_tokens")) or 0, count(cached))
