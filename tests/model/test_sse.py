"""Server-sent events come out whole however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.failures import Failure
from daemon.model.sse import LONGEST, Events

STREAM = (
    b': hello\r\ndata: {"a": 1}\r\n\r\nevent: x\nid: 3\ndata:{"b": "\xc3\xa9"}\n\n\n\ndata: 1\ndata: 2\n\ndata: [DONE]'
)
EVENTS = [b'{"a": 1}', b'{"b": "\xc3\xa9"}', b"1\n2", b"[DONE]"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_any_cut(cuts: list[int]) -> None:
    events, found = Events(), list[bytes]()
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(edges):
        found += events.feed(STREAM[start:end])
    assert found + events.end() == EVENTS


@pytest.mark.parametrize("piece", [b"x" * 1000, b"data: " + b"x" * 1000 + b"\n"])
def test_an_event_without_end_is_refused(piece: bytes) -> None:
    events = Events()
    with pytest.raises(Failure, match="without end"):
        for _ in range(LONGEST // 1000 + 2):
            events.feed(piece)
