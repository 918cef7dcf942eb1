"""Every known way in which an endpoint fails: bounded, explained as a ModelUnavailable, and without the key."""

import asyncio
from collections.abc import Sequence

import pytest

from daemon.model.endpoint import Door
from protocol.errors import MODEL_UNAVAILABLE
from protocol.model import Delta, Finish, Message, ModelUnavailable
from tests.model.conftest import KEY, OpenDoor
from tests.support.scripted_model import FAULTS, Endpoint, Fault, Raw, unused_url

PROMPT = (Message("system", "You are Mara."), Message("user", "Sam: Hello."))
SHORT = {"first_token_s": 0.2, "idle_s": 0.2, "total_s": 1.0}
HALF = "She nods and"
ALL = "She nods and says nothing at all."

STREAMED: dict[Fault, tuple[str, str]] = {
    "html": ("web page", ""),
    "hang": ("first_token_s", ""),
    "hang_before_words": ("first_token_s", ""),
    "hang_midway": ("idle_s", HALF),
    "break_off": ("hung up", HALF),
    "end_early": ("hung up in the middle of its reply", HALF),
    "bad_json": ("cannot be read", HALF),
    "error_midway": ("Provider disconnected", HALF),
    "error_first": ("model is loading", ""),
    "server_error": ("CUDA out of memory", ""),
    "redirect": ("redirects elsewhere", ""),
    "busy": ("too many requests", ""),
    "echo_key": ("rejects the key", ""),
    "endless": ("more than 1 MiB", ALL),
    "endless_line": ("event without end", ALL),
    "trickle": ("idle_s", ALL),
    "empty": ("returned an empty reply", ""),
    "gzip": ("compressed", ""),
}
WHOLE: dict[Fault, str] = {
    "html": "web page",
    "hang": "total_s",
    "hang_midway": "total_s",
    "break_off": "hung up",
    "end_early": "cannot be read",
    "bad_json": "cannot be read",
    "error_first": "model is loading",
    "server_error": "CUDA out of memory",
    "redirect": "redirects elsewhere",
    "busy": "too many requests",
    "echo_key": "rejects the key",
    "endless": "more than 8 MiB",
    "trickle": "total_s",
    "empty": "returned an empty reply",
    "gzip": "compressed",
}


def limits(why: str) -> dict[str, float]:
    """Short is only the limit that is to be reached: the others are not for a busy machine to reach."""
    return {name: seconds for name, seconds in SHORT.items() if name == why}


async def streamed(door: Door, prompt: Sequence[Message] = PROMPT) -> tuple[str, Finish | ModelUnavailable]:
    """The prose that came, and how it ended."""
    text = ""
    try:
        async for piece in door.stream(prompt, {}):
            if isinstance(piece, Finish):
                return text, piece
            text += piece.text
    except ModelUnavailable as error:
        return text, error
    raise AssertionError("a stream ends with a Finish or an error")


@pytest.mark.parametrize("fault", STREAMED)
async def test_a_stream_that_fails_keeps_what_came(fault: Fault, endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.fault, endpoint.elsewhere = fault, "http://127.0.0.1:9/"
    why, before = STREAMED[fault]
    text, end = await streamed(await open_door(api_key="env:ANY", **limits(why)))
    assert isinstance(end, ModelUnavailable)
    assert why in end.why
    assert text.startswith(before)
    assert bool(text) == bool(before)
    assert KEY not in str(end) + repr(end.data)
    assert end.code == MODEL_UNAVAILABLE
    assert end.data == {"endpoint": endpoint.url.split("/")[2], "why": end.why, "retry": end.retry}


@pytest.mark.parametrize("fault", WHOLE)
async def test_a_whole_reply_that_fails(fault: Fault, endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.fault, endpoint.elsewhere = fault, "http://127.0.0.1:9/"
    door = await open_door(api_key="env:ANY", **limits(WHOLE[fault]))
    with pytest.raises(ModelUnavailable) as caught:
        await door.generate(PROMPT, {})
    assert WHOLE[fault] in caught.value.why
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - set(STREAMED)))
async def test_what_looks_like_a_fault_but_is_a_whole_reply(
    fault: Fault, endpoint: Endpoint, open_door: OpenDoor
) -> None:
    endpoint.fault = fault
    text, end = await streamed(await open_door(idle_s=1.0))
    assert (text, type(end)) == (ALL, Finish)


async def test_the_door_works_again_after_any_fault(endpoint: Endpoint, open_door: OpenDoor) -> None:
    door = await open_door(idle_s=1.0)
    for fault in ("break_off", "echo_key", "hang_midway", "bad_json"):
        endpoint.fault = fault
        await streamed(door)
        endpoint.fault = None
        assert (await streamed(door))[0] == ALL


async def test_a_prompt_goes_to_no_other_host(endpoint: Endpoint, open_door: OpenDoor) -> None:
    async with Endpoint() as other:
        endpoint.fault, endpoint.elsewhere = "redirect", f"{other.url}/chat/completions"
        door = await open_door()
        _, end = await streamed(door)
        assert isinstance(end, ModelUnavailable)
        with pytest.raises(ModelUnavailable):
            await door.generate(PROMPT, {})
        assert other.requests == []


async def test_a_days_wait_is_told_and_not_waited(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.fault = "busy"
    _, end = await streamed(await open_door())
    assert isinstance(end, ModelUnavailable)
    assert end.retry == 86_400
    assert len(endpoint.requests) == 1


async def test_nobody_there(open_door: OpenDoor) -> None:
    _, end = await streamed(await open_door(base_url=unused_url()))
    assert isinstance(end, ModelUnavailable)
    assert "nothing listens there" in end.why


async def test_no_such_host(open_door: OpenDoor) -> None:
    _, end = await streamed(await open_door(base_url="http://nowhere.invalid/v1"))
    assert isinstance(end, ModelUnavailable)
    assert end.endpoint == "nowhere.invalid"
    assert "can't be found" in end.why


async def test_https_to_a_server_without_it(endpoint: Endpoint, open_door: OpenDoor) -> None:
    _, end = await streamed(await open_door(base_url=endpoint.url.replace("http:", "https:")))
    assert isinstance(end, ModelUnavailable)
    assert "TLS" in end.why


async def test_comments_are_signs_of_life(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.comments, endpoint.delay = 12, 0.1
    text, end = await streamed(await open_door(first_token_s=0.9))
    assert (text, type(end)) == (ALL, Finish)


STREAM = "text/event-stream"
WORD = b'data: {"choices": [{"delta": {"content": "She nods."}}]}\n\n'
THOUGHT = b'data: {"choices": [{"delta": {"reasoning": "Hm."}}]}\n\n'


@pytest.mark.parametrize(
    "sign", [b": OPENROUTER PROCESSING\n\n", b":", b'data: {"choices": [{"delta": {"content": ""}}]}\n\n']
)
@pytest.mark.parametrize("before", [b"", WORD, THOUGHT])
async def test_signs_of_life_without_words_come_to_an_end(
    before: bytes, sign: bytes, endpoint: Endpoint, open_door: OpenDoor
) -> None:
    endpoint.raw["/v1/chat/completions"] = Raw(before, STREAM, goes_on=sign)
    text, end = await asyncio.wait_for(streamed(await open_door(first_token_s=0.4, idle_s=0.3, total_s=60)), 20)
    assert isinstance(end, ModelUnavailable)
    assert "(idle_s)" in end.why
    assert text == {b"": "", WORD: "She nods.", THOUGHT: "Hm."}[before]


async def test_a_model_that_loads_is_waited_for_until_its_first_token(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.comments, endpoint.delay, endpoint.prose = 10, 0.1, lambda body: "Yes."
    text, end = await streamed(await open_door(first_token_s=20, idle_s=0.3))
    assert (text, type(end)) == ("Yes.", Finish)


async def test_reasoning_is_a_sign_of_life_but_no_prose(endpoint: Endpoint, open_door: OpenDoor) -> None:
    endpoint.reasoning, endpoint.fault = "She would be tired.", "empty"
    door = await open_door()
    pieces: list[Delta | Finish] = []
    with pytest.raises(ModelUnavailable, match="thought but wrote nothing"):
        async for piece in door.stream(PROMPT, {}):
            pieces.append(piece)
    assert pieces == [Delta("reasoning", "She would be tired.")]
