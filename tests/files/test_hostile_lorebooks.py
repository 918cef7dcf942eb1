"""Lorebooks that mean harm: each is refused with the place, or harmless; what is made of them is bounded in time."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.files.lorebooks.book import ENTRIES, lorebook
from daemon.files.lorebooks.entry import Names
from daemon.files.lorebooks.proposal import proposal
from daemon.story.lenses import TRUTH
from daemon.story.state import Book, Lore, State
from daemon.telling.lore.activation import ROUNDS, coming_up
from daemon.telling.lore.keys import MOST_EXPRESSIONS
from daemon.telling.lore.patterns import compiled
from daemon.telling.tokens import estimate
from protocol.errors import BAD_IMPORT, Fault
from protocol.foreign import is_lorebook
from protocol.harmless import HARMFUL
from protocol.views import LineView

NAMES = Names("Mara", "Robin")


def entries(count: int, **fields: Any) -> dict[str, Any]:
    """A book of many entries; `{n}` in a text is the number of each, `{m}` that of the next."""

    def put(value: Any, n: int) -> Any:
        if isinstance(value, list):
            return [put(x, n) for x in value]
        return value.replace("{n}", str(n)).replace("{m}", str(n + 1)) if isinstance(value, str) else value

    return {"entries": {str(n): {k: put(x, n) for k, x in fields.items()} for n in range(count)}}


MUCH_S = 10
"""Seconds of work that nothing here comes near to: what explodes takes hours."""

BOOKS = {
    "all explode": entries(400, key=["/(a+)+$|{n}/", "/(.*)*{n}/"], content="x"),
    "each brings up the next": entries(ENTRIES, key=["k{n}k"], content="k{m}k " + "a" * 300),
    "all bring up all": entries(ENTRIES, key=["k"], content="k" * 300),
    "very many keys": entries(ENTRIES, key=["k{n}", "a b", "zz", "/z{n}/"], content="x", caseSensitive=True),
    "whole words everywhere": entries(ENTRIES, key=["a", "aa"], matchWholeWords=True, content="x"),
    "long scans": entries(ENTRIES, key=["a{n}"], scanDepth=1000, content="x"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_book_that_explodes_is_read_and_comes_up_soon(name: str) -> None:
    text = json.dumps(BOOKS[name]).encode()
    began = time.process_time()
    comes = proposal(lorebook(text), NAMES)
    assert time.process_time() - began < MUCH_S
    kept = {x.entry: Lore(x.keys, x.text, [], x.name, "b", x.entry, x.rules) for x in comes.entries}
    mind = State(TRUTH, lore=kept, books={"b": Book("B", stirring=True)})
    spoken = [_line(n, "k0k " + "a" * 4000) for n in range(40)]
    began = time.process_time()
    came = coming_up(mind, spoken, estimate, 100_000)
    assert time.process_time() - began < MUCH_S
    assert sum(estimate(x.text) for x in came) <= 25_000
    if name == "each brings up the next":
        assert len(came) == ROUNDS + 1


def test_of_very_many_expressions_the_first_are_tried_and_words_are_still_found() -> None:
    book = entries(2400, key=[f"/zz[a-z]+{{n}}x{k}/" for k in range(6)], content="x")
    book["entries"]["first"] = {"key": ["/qu[a]y/"], "content": "First."}
    book["entries"] = {"first": book["entries"].pop("first"), **book["entries"]}
    book["entries"] |= {"late": {"key": ["/qua[y]/"], "content": "Late."}, "word": {"key": ["quay"], "content": "W."}}
    comes = proposal(lorebook(json.dumps(book).encode()), NAMES)
    assert "14,402 keys are regular expressions; for each prompt, the first 1,000 are tried" in comes.odd[-1]
    mind = State(TRUTH, lore={x.entry: Lore(x.keys, x.text, [], x.name, "b", x.entry, x.rules) for x in comes.entries})
    compiled.cache_clear()
    assert [x.text for x in coming_up(mind, [_line(1, "The quay.")], estimate, 100_000)] == ["First.", "W."]
    assert compiled.cache_info().misses <= MOST_EXPRESSIONS


def _line(n: int, text: str) -> LineView:
    return LineView(f"l{n}", n + 1, "you", "speech", [], text, [], None, (), n + 1, 1, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b"7", b'{"entries"', b'{"entries": ' + b"[" * 3000, b'{"entries": ' + b"[" * 300_000,
        b'{"spec": "lorebook_v3"}', b'{"spec": "lorebook_v3", "data": {"entries": null}}', b'{"entries": "\xff"}',
        b'{"entries": [' + b"{}," * 250_000 + b"{}]}", b" " * 2_000_001 + b"{}",
    ],
)  # fmt: skip
def test_what_is_no_book_is_refused_with_the_place(text: bytes) -> None:
    began = time.process_time()
    is_lorebook(text)
    with pytest.raises(Fault) as fault:
        lorebook(text)
    assert (fault.value.code, bool(fault.value.data["where"])) == (BAD_IMPORT, True)
    assert time.process_time() - began < MUCH_S


@given(st.text(max_size=40))
def test_what_is_told_of_a_book_steers_no_terminal(name: str) -> None:
    whole = {"name": name, "entries": [{"keys": ["x", "/(/"], "content": "x", "comment": name, name: 1}]}
    try:
        comes = proposal(lorebook(json.dumps(whole).encode()), NAMES)
    except Fault as fault:
        assert fault.code == BAD_IMPORT
        return
    told = "".join([comes.heading.name, *comes.odd, *comes.kept, *(x.name for x in comes.entries)])
    assert not HARMFUL.intersection(map(ord, told))
