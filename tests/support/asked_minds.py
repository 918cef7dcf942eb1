"""Whose mind a request to the model is made from, and what it is for: told by the request alone."""

import re
from typing import Literal, NamedTuple

from tests.support.scripted_model import Body

What = Literal["reply", "narration", "world", "mind", "summary"]

_SORTS: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("reply", re.compile(r"You are (\w+) in an interactive story")),
    ("narration", re.compile(r"(You narrate) an interactive story")),
    ("world", re.compile(r"(You keep the record) of an interactive story")),
    ("mind", re.compile(r"You read one mind of an interactive story: (\w+)'s")),
    ("summary", re.compile(r"You write down what (\w+), a character")),
)


class Asked(NamedTuple):
    """What a request is for, and the name of whose mind it is made from; "" for all present, and for the world."""

    what: What
    name: str


def asked(body: Body) -> Asked:
    """What a request is for. Raises AssertionError for one that is of no known sort, which a test must not overlook."""
    system = body["messages"][0]["content"]
    for what, pattern in _SORTS:
        if found := pattern.search(system):
            return Asked(what, "" if found[1].startswith("You ") else found[1])
    raise AssertionError(f"nobody knows for whom this was asked: {system[:200]}")


def beside(body: Body) -> str:
    """The name of whose mind is read with the world by the same request; "" where none is."""
    found = re.search(r"If something mattered to (\w+), add mind", body["messages"][0]["content"])
    return found[1] if found else ""
