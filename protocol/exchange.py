"""The worked examples of the reference: calls that were made to a daemon, one after the other, and what it answered.

They are kept in exchange.json, which `python -m tests.protocol.exchange` records. Only the generator reads them.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from protocol.catalogue import Method

FILE = Path(__file__).parent / "exchange.json"


class Call(NamedTuple):
    """A call of a method and its result, as JSON values; `title` says what it is an example of."""

    method: str
    title: str
    params: dict[str, Any]
    result: dict[str, Any]


@cache
def recorded() -> tuple[Call, ...]:
    """The calls in the order in which they were made."""
    return tuple(Call(**call) for call in json.loads(FILE.read_text(encoding="utf-8")))


def examples(method: Method) -> list[Call]:
    """The recorded calls of a method; of one that has none, the example of the catalogue, without a title."""
    found = [call for call in recorded() if call.method == method.name]
    return found or [Call(method.name, "", method.example, method.answer)]
