"""Whose mind a request to the model is made from, and what it is for: told by the request alone."""

import re
from typing import Literal, NamedTuple

from tests.support.scripted_model import Body

What = Literal["reply", "narration", "reading", "summary"]

_SORTS: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("reply", re.compile(r"You are (\w+) in an interactive story")),
    ("narration", re.compile(r"(You narrate) an interactive story")),
    ("reading", re.compile(r"You see what (\w+) knows|You see what (everybody present) knows")),
    ("summary", re.compile(r"You write down what (\w+), a character")),
)


class Asked(NamedTuple):
    """What a request is for, and the name of whose mind it is made from; "" for all who are present."""

    what: What
    name: str


def asked(body: Body) -> Asked:
    """What a request is for. Raises AssertionError for one that is of no known sort, which a test must not overlook."""
    system = body["messages"][0]["content"]
    for what, pattern in _SORTS:
        if found := pattern.search(system):
            return Asked(what, found[1] if found[1] and found[1] != "You narrate" else "")
    raise AssertionError(f"nobody knows for whom this was asked: {system[:200]}")
