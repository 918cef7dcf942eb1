"""What endpoints send, read leniently: prose, reasoning, ends, and the failures among them."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.failures import Failure
from daemon.model.redacting import Redactor
from daemon.model.reply import LONGEST, Reply
from daemon.model.thinking import Thinking
from protocol.model import Delta, Finish, Usage


def chunk(finish: str | None = None, **delta: Any) -> bytes:
    return json.dumps({"model": "m-1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).encode()


def joined(deltas: list[Delta]) -> dict[str, str]:
    return {kind: "".join(d.text for d in deltas if d.kind == kind) for kind in ("text", "reasoning")}


CONTENT = "<think>\nShe is <b>tired</b>, 1 < 2.</think>\n\nMara <sighs>. <thin ice> <think>Hm</think>Yes. <"


@given(st.lists(st.integers(0, len(CONTENT)), max_size=12))
def test_think_tags_however_cut(cuts: list[int]) -> None:
    thinking, deltas = Thinking(), list[Delta]()
    edges = [0, *sorted(cuts), len(CONTENT)]
    for start, end in pairwise(edges):
        deltas += thinking.feed(CONTENT[start:end])
    assert joined(deltas + thinking.end()) == {
        "text": "Mara <sighs>. <thin ice> Yes. <",
        "reasoning": "She is <b>tired</b>, 1 < 2.Hm",
    }


def test_a_tag_that_was_opened_in_the_prompt() -> None:
    reply = Reply("m")
    deltas = reply.whole(
        b'{"choices": [{"message": {"content": "Let me see.</think>Mara nods."}, "finish_reason": "stop"}]}'
    )
    assert joined(deltas) == {"text": "Mara nods.", "reasoning": "Let me see."}


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_reasoning_beside_the_content(name: str) -> None:
    reply = Reply("m")
    deltas = reply.take(chunk(**{name: "Hm.", "content": None})) + reply.take(chunk("stop", content="Yes."))
    assert deltas == [Delta("reasoning", "Hm."), Delta("text", "Yes.")]


def test_content_in_typed_parts() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": "Yes."},
        {"type": "image"},
        7,
    ]
    assert Reply("m").take(chunk(content=parts)) == [Delta("reasoning", "Hm."), Delta("text", "Yes.")]


def test_usage_after_the_end() -> None:
    reply = Reply("m")
    reply.take(chunk(content="Yes."))
    reply.take(chunk("length"))
    assert reply.ended
    assert not reply.done
    usage = {"prompt_tokens": 81, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 80}}
    reply.take(json.dumps({"choices": [], "usage": usage}).encode())
    reply.take(b"[DONE]")
    assert reply.done
    assert reply.end() == ([], Finish("length", Usage(81, 3, 80), "m-1"))


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 5, "prompt_cache_hit_tokens": 4}, Usage(5, 0, 4)),
        ({"prompt_tokens": "5"}, None),
        ({"prompt_tokens": 5, "completion_tokens": None, "prompt_tokens_details": None}, Usage(5, 0, None)),
        (7, None),
    ],
)
def test_odd_usage_spoils_nothing(usage: Any, expected: Usage | None) -> None:
    reply = Reply("m")
    reply.take(json.dumps({"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}], "usage": usage}).encode())
    assert reply.end()[1].usage == expected


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"choices": [{"delta": {"content": "a\\ud83dz"}}]}', "az"),
        (b'{"choices": [{"delta": {"content": "a\xffz"}}]}', "a\ufffdz"),
        (b'{"choices": [{"delta": {"content": "a\\u0000\\u001b[2Jz\\r\\n\\t"}}]}', "a[2Jz\n\t"),
        (b'{"choices": [{"delta": {"content": "a\\ud83d\\ude00z"}}]}', "a\U0001f600z"),
    ],
)
def test_no_character_that_a_store_or_terminal_would_choke_on(data: bytes, text: str) -> None:
    assert joined(Reply("m").take(data))["text"] == text


def test_other_choices_are_not_mixed_in() -> None:
    data = {"choices": [{"index": i, "delta": {"content": f"{i}"}} for i in range(3)]}
    assert Reply("m").take(json.dumps(data).encode()) == [Delta("text", "0")]


@pytest.mark.parametrize(
    "data",
    [
        b'{"error": {"message": "overloaded"}}',
        b'{"error": "overloaded"}',
        b'{"error": {"code": 502, "metadata": {}, "message": "overloaded"}, "choices": [{"delta": {"content": ""}}]}',
        b'{"object": "error", "message": "overloaded", "code": 400}',
    ],
)
def test_errors_under_200(data: bytes) -> None:
    with pytest.raises(Failure, match="overloaded"):
        Reply("m").take(data)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"choices": [7]}', b"\x00"])
def test_what_is_no_chunk(data: bytes) -> None:
    with pytest.raises(Failure, match="cannot be read"):
        Reply("m").take(data)


@pytest.mark.parametrize("reason", ["content_filter", "error", "abort"])
def test_an_end_that_is_a_failure(reason: str) -> None:
    reply = Reply("m")
    reply.take(chunk(content="Mara"))
    with pytest.raises(Failure, match=reason):
        reply.take(chunk(reason))


@pytest.mark.parametrize("content", ["", " \n ", None])
def test_nothing_is_no_reply(content: str | None) -> None:
    reply = Reply("m")
    reply.take(chunk("stop", content=content))
    with pytest.raises(Failure, match="empty reply"):
        reply.end()


def test_thinking_until_the_tokens_run_out() -> None:
    reply = Reply("m")
    reply.take(chunk("length", reasoning="Hm"))
    with pytest.raises(Failure, match="raise max_tokens"):
        reply.end()


@pytest.mark.parametrize("kind", ["content", "reasoning"])
def test_no_reply_is_longer_than_a_mebibyte(kind: str) -> None:
    reply = Reply("m")
    with pytest.raises(Failure, match="1 MiB"):
        for _ in range(LONGEST // 2000 + 1):
            reply.take(chunk(**{kind: "é" * 1000}))


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "data",
    [
        f'{{"choices": [], "usage": {DEEP}}}',
        f'{{"choices": [{{"delta": {{"content": {DEEP}}}}}]}}',
        f'{{"model": {DEEP}, "choices": []}}',
        f'{{"error": {DEEP}}}',
        '{"error": ' * 100_000 + "1" + "}" * 100_000,
    ],
    ids=["usage", "content", "model", "error", "errors"],
)
def test_what_is_nested_too_deep_is_a_failure_that_says_so(data: str) -> None:
    for read in (Reply("m").take, Reply("m").whole):
        with pytest.raises(Failure, match="nested so deep"):
            read(data.encode())


def test_an_error_in_an_error_in_an_error_is_still_one() -> None:
    with pytest.raises(Failure, match="without saying which"):
        Reply("m").take(('{"error": ' * 400 + '"overloaded"' + "}" * 400).encode())


@pytest.mark.parametrize("value", [True, False, 1.0, -1, 2**53 + 1, 10**40, "7", None, [7], {"n": 7}])
def test_what_is_no_count_is_none(value: Any) -> None:
    def usage(told: Any) -> Any:
        reply = Reply("m")
        data = {"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}], "usage": told}
        reply.take(json.dumps(data).encode())
        return reply.end()[1].usage

    assert usage({"prompt_tokens": value, "completion_tokens": 3}) is None
    counted = {"prompt_tokens": 5, "completion_tokens": value, "prompt_tokens_details": {"cached_tokens": value}}
    assert usage(counted) == Usage(5, 0, None)
    assert usage({"prompt_tokens": 2**53}) == Usage(2**53, 0, None)


def test_the_key_is_in_nothing_that_a_reply_gives() -> None:
    key = "sk-proj-8Hc_2vTqLr9yWzA-fE4bN7mXo1pJd5sK"
    reply = Reply("m", Redactor(key))
    deltas: list[Delta] = []
    for kind in ("reasoning", "content"):
        for c in f"The key is {key}, you know.":
            deltas += reply.take(json.dumps({"model": f"m {key}", "choices": [{"delta": {kind: c}}]}).encode())
    deltas += reply.take(
        chunk("stop", content=key[:10]).replace(b"m-1", b"\\u0000".join(key[i : i + 1].encode() for i in range(40)))
    )
    last, finish = reply.end()
    said = joined(deltas + last)
    for text in (*said.values(), finish.model):
        assert "[key]" in text
        assert not [i for i in range(len(key) - 7) if key[i : i + 8] in text]
    assert said["text"].endswith(", you know.[key]")


def test_a_text_that_goes_on_is_prose() -> None:
    reply = Reply("m")
    for text, shown in ((" Good", "Good"), (" evening.", " evening.")):
        piece = {"model": "m-1", "choices": [{"index": 0, "text": text, "logprobs": None, "finish_reason": None}]}
        assert joined(reply.take(json.dumps(piece).encode()))["text"] == shown
    end = {"choices": [{"index": 0, "text": "", "finish_reason": "length"}], "usage": {"prompt_tokens": 9}}
    reply.take(json.dumps(end).encode())
    assert reply.end()[1] == Finish("length", Usage(9, 0), "m-1")
