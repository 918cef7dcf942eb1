"""Asking a model one question of a reading: with a schema or in words, and once more where its answer is no JSON.

An answer says if the model was down or slow or wrote nonsense: nothing here raises for that, or commits anything.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

import msgspec

from daemon.model import slots
from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.prompts.builder import budget_of
from daemon.story.decide import Drafted
from daemon.telling.reading import Unreadable
from daemon.telling.reading.shapes import Shape, bounded
from daemon.telling.reading.world_call import again
from protocol.events import ModelCalled
from protocol.ids import NOBODY, EntityId, Seq
from protocol.model import EMBEDDED, Endpoint, Finish, Message, ModelUnavailable

Outcome = Literal["ok", "off", "unreadable", "unavailable", "failed"]

LONGEST_ANSWER = 1100
"""The most tokens of an answer, unless the endpoint's own settings allow more."""

LONGEST_OF_THE_EMBEDDED = 240
"""The same for the embedded model, which understands nothing: its reading must not keep this machine busy longer."""

LETTERS_PER_TOKEN = 2
"""A cautious guess, so that long lines are shortened rather than dropped by a server without a word."""

ASK_IN_WORDS = (200, 400, 422, 500, 501)
"""The HTTP statuses with which endpoints answer that know no schemas; 200 stands for an empty answer."""


class Read(Protocol):
    """What was read in an answer; how much the lines matter is kept with the record of the call."""

    @property
    def matters(self) -> int | None:
        """From 0 to 10; None where the answer does not say."""


T = TypeVar("T", bound=Read)


@dataclass(frozen=True)
class Question(Generic[T]):
    """What is asked about lines: `messages` gives the prompt whose lines share so many characters, `schema` the shape
    of the answer, `parse` what an answer says. `who` is the mind that is read by itself, None for the world; `first`
    is the seq of the first of the lines, `last` the last one that is read by then."""

    messages: Callable[[int], list[Message]]
    schema: Shape
    parse: Callable[[str], T | Unreadable]
    who: EntityId | None
    first: Seq
    last: Seq


@dataclass
class Answer(Generic[T]):
    """What a model answered (None where nothing could be read), how that ended, and the records of the calls made."""

    read: T | None = None
    outcome: Outcome = "ok"
    why: str = ""
    calls: list[Drafted] = field(default_factory=list)


class Asker:
    """Asks the model that reads, and notes how the last call went."""

    def __init__(self, model: Callable[[], Model], calls: LastCalls) -> None:
        self.model, self._calls = model, calls
        self._knows_no_schema: set[tuple[str, str]] = set()

    @property
    def embedded(self) -> bool:
        """Whether the embedded model reads, which understands nothing and must be asked as little as possible."""
        return self.model().endpoint.base_url == EMBEDDED

    async def ask(self, question: Question[T]) -> Answer[T]:
        """What a model answers. An answer that cannot be read is asked for once more, in words."""
        model = self.model()
        endpoint, brief, answer = model.endpoint, self.embedded, Answer[T]()
        id, params = (endpoint.label, endpoint.model), _params(endpoint)
        in_words = endpoint.structured == "text" or id in self._knows_no_schema
        shape = bounded(question.schema, most=2, longest=60) if brief else question.schema
        schema = None if in_words else shape
        prompt = asked = _messages(question, endpoint, params)
        for _ in range(1 if brief else 2):
            text, finish, failure = await self._call(model, question, answer, asked, params, schema)
            if failure is not None:
                answer.outcome, answer.why = "unavailable", failure.why
                if schema is None or failure.status not in ASK_IN_WORDS:
                    break
                schema = None
                continue
            read = question.parse(text)
            if not isinstance(read, Unreadable):
                if answer.outcome == "unavailable":
                    self._knows_no_schema.add(id)
                answer.read, answer.outcome, answer.why = read, "ok", ""
                answer.calls.append(_rated(answer.calls.pop(), read.matters))
                break
            answer.outcome, answer.why = "unreadable", read.why
            asked = again(prompt, text, read.why)
            schema = schema if finish is not None and finish.reason == "length" else None
        self._calls.note("read", endpoint.label, answer.why)
        return answer

    async def _call(
        self,
        model: Model,
        question: Question[T],
        answer: Answer[T],
        asked: Sequence[Message],
        params: dict[str, Any],
        schema: Shape | None,
    ) -> tuple[str, Finish | None, ModelUnavailable | None]:
        """Calls the model once and records the call in `answer`: the text and how it ended, or why there is none."""
        text, began = "", time.monotonic()
        finish: Finish | None = None
        failure: ModelUnavailable | None = None
        try:
            text, finish = await model.generate(list(asked), params, schema=schema, slot=slots.READING)
        except ModelUnavailable as unavailable:
            failure = unavailable
        usage = finish.usage if finish is not None else None
        record = ModelCalled(
            role="read",
            endpoint=model.endpoint.label,
            model=finish.model if finish is not None else model.endpoint.model,
            speaker=question.who,
            prompt_sha256=hashlib.sha256(msgspec.json.encode(asked)).hexdigest(),
            prompt_head=question.last,
            params=params,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            cached_tokens=usage.cached_tokens if usage else None,
            total_ms=int((time.monotonic() - began) * 1000),
            finish=finish.reason if finish is not None else "cut",
            error=failure.why if failure is not None else "",
        )
        answer.calls.append(Drafted(record, NOBODY, cause=question.first))
        return text, finish, failure


def _rated(call: Drafted, matters: int | None) -> Drafted:
    return msgspec.structs.replace(call, payload=msgspec.structs.replace(call.payload, matters=matters))


def _params(endpoint: Endpoint) -> dict[str, Any]:
    """The parameters of a call: temperature 0 unless the endpoint's settings name one, and the most tokens."""
    most = LONGEST_OF_THE_EMBEDDED if endpoint.base_url == EMBEDDED else LONGEST_ANSWER
    longest = max(endpoint.max_tokens, min(most, endpoint.context // 4))
    return {"max_tokens": longest, **({} if "temperature" in endpoint.params else {"temperature": 0})}


def _messages(question: Question[T], endpoint: Endpoint, params: dict[str, Any]) -> list[Message]:
    """The prompt, its lines shortened where the context would not hold them."""
    bare = sum(len(x.content) for x in question.messages(0))
    return question.messages(max(0, budget_of(endpoint, params) * LETTERS_PER_TOKEN - bare))
