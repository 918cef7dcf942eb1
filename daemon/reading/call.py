"""Asking a model what it reads in a passage: with a schema or in words, and once more where its answer is no JSON.

An answer says if the model was down or slow or wrote nonsense: nothing here raises for that, or commits anything.
"""

import dataclasses
import hashlib
import time
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from daemon.model import slots
from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.prompts.builder import budget_of
from daemon.story.decide import Drafted
from daemon.telling import reading
from daemon.telling.reading import Passage, Reading
from protocol.events import ModelCalled
from protocol.ids import NOBODY
from protocol.model import EMBEDDED, Endpoint, Finish, Message, ModelUnavailable

Outcome = Literal["ok", "off", "unreadable", "unavailable", "failed"]

LONGEST_ANSWER = 700
"""The most tokens of an answer, unless the endpoint's own settings allow more."""

LONGEST_OF_THE_EMBEDDED = 240
"""The same for the embedded model, which understands nothing: its reading must not keep this machine busy longer."""

LETTERS_PER_TOKEN = 2
"""A cautious guess, so that long lines are shortened rather than dropped by a server without a word."""

ASK_IN_WORDS = (200, 400, 422, 500, 501)
"""The HTTP statuses with which endpoints answer that know no schemas; 200 stands for an empty answer."""


class Answer(msgspec.Struct):
    """What a model read in a passage, how the reading ended, and the records of the calls that were made for it."""

    passage: Passage
    calls: list[Drafted]
    read: Reading = Reading()
    outcome: Outcome = "ok"
    why: str = ""


class Asker:
    """Asks the model that reads, and notes how the last call went."""

    def __init__(self, model: Callable[[], Model], calls: LastCalls) -> None:
        self.model, self._calls = model, calls
        self._knows_no_schema: set[tuple[str, str]] = set()

    async def ask(self, passage: Passage) -> Answer:
        """What a model reads in a passage. An answer that cannot be read is asked for once more, in words."""
        model = self.model()
        endpoint = model.endpoint
        brief = endpoint.base_url == EMBEDDED
        if brief:  # the embedded model understands nothing: it may show how reading works, but not move things about
            passage = dataclasses.replace(passage, still=True)
        answer = Answer(passage, [])
        id, params = (endpoint.label, endpoint.model), _params(endpoint)
        in_words = endpoint.structured == "text" or id in self._knows_no_schema
        shape = None if in_words else reading.schema(passage, brief=brief)
        asked = _messages(passage, endpoint, params, in_words)
        for _ in range(1 if brief else 2):
            text, finish, failure = await self._call(model, answer, asked, params, shape)
            if failure is not None:
                answer.outcome, answer.why = "unavailable", failure.why
                if shape is None or failure.status not in ASK_IN_WORDS:
                    break
                asked, shape = _messages(passage, endpoint, params, True), None
                continue
            read = reading.parse(text, passage)
            if isinstance(read, Reading):
                if answer.outcome == "unavailable":
                    self._knows_no_schema.add(id)
                answer.read, answer.outcome, answer.why = read, "ok", ""
                break
            answer.outcome, answer.why = "unreadable", read.why
            asked = reading.again(_messages(passage, endpoint, params, True), text, read.why)
            shape = shape if finish is not None and finish.reason == "length" else None
        self._calls.note("read", endpoint.label, answer.why)
        return answer

    async def _call(
        self, model: Model, answer: Answer, asked: list[Message], params: dict[str, Any], shape: dict[str, Any] | None
    ) -> tuple[str, Finish | None, ModelUnavailable | None]:
        """Calls the model once and records the call in `answer`: the text and how it ended, or why there is none."""
        text, began = "", time.monotonic()
        finish: Finish | None = None
        failure: ModelUnavailable | None = None
        try:
            text, finish = await model.generate(asked, params, schema=shape, slot=slots.READING)
        except ModelUnavailable as unavailable:
            failure = unavailable
        first, usage = answer.passage.parts[0], finish.usage if finish is not None else None
        record = ModelCalled(
            role="read",
            endpoint=model.endpoint.label,
            model=finish.model if finish is not None else model.endpoint.model,
            speaker=answer.passage.who,
            prompt_sha256=hashlib.sha256(msgspec.json.encode(asked)).hexdigest(),
            prompt_head=answer.passage.parts[-1].seq,
            params=params,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            cached_tokens=usage.cached_tokens if usage else None,
            total_ms=int((time.monotonic() - began) * 1000),
            finish=finish.reason if finish is not None else "cut",
            error=failure.why if failure is not None else "",
        )
        answer.calls.append(Drafted(record, NOBODY, cause=first.seq))
        return text, finish, failure


def _params(endpoint: Endpoint) -> dict[str, Any]:
    """The parameters of a call: temperature 0 unless the endpoint's settings name one, and the most tokens."""
    most = LONGEST_OF_THE_EMBEDDED if endpoint.base_url == EMBEDDED else LONGEST_ANSWER
    longest = max(endpoint.max_tokens, min(most, endpoint.context // 4))
    return {"max_tokens": longest, **({} if "temperature" in endpoint.params else {"temperature": 0})}


def _messages(passage: Passage, endpoint: Endpoint, params: dict[str, Any], in_words: bool) -> list[Message]:
    """The prompt, its lines shortened where the context would not hold them."""
    bare = sum(len(x.content) for x in reading.messages(passage, 0, in_text=in_words))
    room = budget_of(endpoint, params) * LETTERS_PER_TOKEN - bare
    return reading.messages(passage, max(0, room), in_text=in_words)
