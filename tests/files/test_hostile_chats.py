"""Chats that mean harm: each is refused with the place, or harmless, in little time and memory."""

import base64
import io
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from daemon.files.chats.chat import LONGEST, MESSAGES, TAKES
from daemon.files.chats.reading import is_chat, read
from protocol.errors import BAD_IMPORT, Fault
from tests.support.chats import head, jsonl, said
from tests.support.small_cast import look
from tests.support.wire_client import Client

MIB = 1024 * 1024


def _lines(count: int, line: bytes) -> bytes:
    return b"\n".join([json.dumps(head()).encode(), *[line] * count])


def _deep() -> bytes:
    return json.dumps(said("Maren", "x"))[:-1].encode() + b',"extra":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a line that never ends": (lambda: jsonl(head()) + b"\n" + b"x" * (20 * MIB), "line 2"),
    "a line that nests": (lambda: jsonl(head()) + b"\n" + _deep(), "line 2"),
    "a line of lists": (lambda: jsonl(head()) + b'\n{"mes":"","extra":[' + b"[]," * MIB + b"[]]}", "line 2"),
    "a text that is too long": (lambda: jsonl(head(), said("Maren", "x" * (LONGEST + 1))), "line 2: mes"),
    "a swipe that is too long": (lambda: jsonl(said("Maren", "x", "y" * (LONGEST + 1))), "line 1: swipes[1]"),
    "a NUL": (lambda: jsonl(head(), said("Maren", "a\0b")), "line 2: mes"),
    "a lone surrogate": (lambda: jsonl(head()) + b'\n{"name":"M","is_user":false,"mes":"\\ud800"}', "line 2"),
    "too many swipes": (
        lambda: _lines(50, json.dumps({"name": "M", "mes": "x", "swipes": ["x"] * 1000}).encode()),
        f"line {TAKES // 999 + 2}",
    ),
    "a message of which there is no text": (lambda: jsonl(head()) + b'\n{"name":"M","is_user":true}', "line 2"),
    "a text that is none": (lambda: jsonl(head(), said("Maren", "x") | {"mes": [1]}), "line 2: mes"),
    "a line cut short": (lambda: jsonl(head(), said("Maren", "x"))[:-9], "line 2"),
    "a number beyond all": (
        lambda: jsonl(head()) + b'\n{"name":"M","mes":"x","swipe_id":1' + b"0" * 5000 + b"}", "line 2",
    ),
    "nothing but blanks": (lambda: b" \n" * 1000, "the file"),
    "a head alone": (lambda: jsonl(head()), "the file"),
    "a value of lists": (lambda: b'{"messages":[' + b"[]," * MIB + b"[]]}", "the file"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_means_harm_is_refused_with_the_place(what: str) -> None:
    make, place = HOSTILE[what]
    text = make()
    began = time.monotonic()
    tracemalloc.start()
    try:
        is_chat(io.BytesIO(text))
        with pytest.raises(Fault) as refused:
            read(io.BytesIO(text))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, place)
    assert most < 4 * len(text) + 64 * MIB
    assert time.monotonic() - began < 20


def test_one_message_too_many_is_refused() -> None:
    text = _lines(MESSAGES + 1, b'{"name":"M","mes":"x"}')
    began = time.monotonic()
    with pytest.raises(Fault) as refused:
        read(io.BytesIO(text))
    assert refused.value.data["where"] == f"line {MESSAGES + 2}"
    assert time.monotonic() - began < 10


def _harmful() -> Iterator[dict[str, Any]]:
    yield head("\x1b]0;owned\x07Robin", "Maren")
    yield said("\x1b[31mMaren\u202e", "<script>alert(1)</script><img src=x onerror=alert(1)>", "{{random:a,b}}")
    yield said("\x1b[2JRobin", "\x1b[31mred {{user}} <USER>", user=True, send_date={"$gt": ""}, extra="x", swipe_id="a")
    yield said("\x1b[31mMaren\u202e", "`" * 500 + "*" * 500 + '"' * 500, present="everybody", original_avatar=["x"])
    yield said("\x1b[31mMaren\u202e", "(a+)+$" * 1000 + "!", force_avatar="http://[::1/?file=../../etc/passwd")


async def test_what_steers_a_terminal_or_a_page_is_a_mere_text(direct: Client) -> None:
    data = base64.b64encode(jsonl(*_harmful())).decode()
    s = (await direct.call("import", data=data))["story"]
    everybody = (await look(direct, s, "state"))["entities"]
    assert all(x["name"].isprintable() for x in everybody.values())
    first, second, *_ = (await look(direct, s, "transcript"))["lines"]
    assert first["text"].startswith("<script>") and first["takes"] == 2
    assert second["text"].endswith(f"{everybody['you']['name']} {everybody['you']['name']}")
    made = await direct.call("export", story=s, format="chat")
    assert "owned" not in made["name"] and len(base64.b64decode(made["data"]).splitlines()) == 5


async def test_a_chat_that_is_refused_makes_nothing(direct: Client) -> None:
    lines = jsonl(head(), *[said("Maren", f"Line {n}.", "Other.") for n in range(50)]) + b"\n{"
    with pytest.raises(Exception, match="line 52"):
        await direct.call("import", data=base64.b64encode(lines).decode())
    assert (await direct.call("stories"))["stories"] == []
