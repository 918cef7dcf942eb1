"""Whatever a model sends, the store stays whole: what it holds can be shown, exported, imported again and backed up."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daemon.telling.reading.answer import MOST
from protocol.errors import MODEL_UNAVAILABLE
from tests.conftest import KEY, config
from tests.model.test_hostile_endpoints import DEEP, raws, usages, values
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint, Raw
from tests.support.small_cast import LENSES, lines, look, phases, play, story, streamed, texts, told
from tests.support.wire_client import Client
from tests.telling.reading.test_laws import CHANGE

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:The test .* is marked with '@pytest.mark.asyncio'"),
]

READING = "wait"
PATH = "/v1/chat/completions"


async def still_whole(c: Client, s: str, *, backup: bool = True) -> None:
    """That all there is of a story can be shown, goes out and comes in again, and the store can be backed up."""
    for lens in LENSES:
        await look(c, s, "state", lens=lens)
        await look(c, s, "transcript", lens=lens)
    out = await c.call("export", story=s, format="story")
    taken = await c.call("import", format="story", data=out["data"])
    for view in ("world", "edges", "occasions"):
        assert await look(c, taken["story"], view) == await look(c, s, view)
    assert await texts(c, taken["story"]) == await texts(c, s)
    again = await c.call("export", story=taken["story"], format="story")
    assert again["data"]
    if backup:
        assert (await c.call("backup"))["backup"]


def on_record(c: Client, turn: int) -> bool:
    """Whether it is on record that the model was asked for a turn's reply, whatever it counted."""
    return any(e["turn"] == turn and e["kind"] == "model.called" and e["data"]["role"] == "render" for e in c.events())


def counting(**usage: Any) -> Body:
    return {"prompt_tokens": 9, "completion_tokens": 9, **usage}


@pytest.mark.parametrize("value", [True, -1, 2**53 + 1, 10**30, 1.5, "9", None, [9]], ids=str)
async def test_numbers_that_are_none_are_not_kept(client: Client, model: Endpoint, value: Any) -> None:
    model.usage = lambda body: counting(
        prompt_tokens=value, completion_tokens=value, prompt_tokens_details={"cached_tokens": value}
    )
    model.reading = lambda body: {
        "changes": [{"do": "act", "n": value, "text": "waits"}], "minutes": value, "matters": value, "minds": ["a"],
        "feel": [{"to": "you", "warmth": value}], "doubts": [value],
    }  # fmt: skip
    s = await streamed(client)
    turn, _ = await play(client, s, "Hello?")
    assert told(client, turn)[-1] == "done"
    assert on_record(client, turn)
    model.usage = lambda body: counting(completion_tokens=value, prompt_tokens_details={"cached_tokens": value})
    turn, _ = await play(client, s, "Hello again?")
    assert told(client, turn)[-1] == "done"
    assert on_record(client, turn)
    await still_whole(client, s)


async def test_refused_proposals_of_any_depth_and_size(client: Client, model: Endpoint) -> None:
    deep: Any = 1
    for _ in range(100):  # too deep for the store, and short enough to be quoted
        deep = {"x": deep}
    bad = [{"do": "fly", "x": deep}, {"do": "fly", "x": "y" * 5_000}, deep, [deep], "fly"]
    model.reading = lambda body: {"changes": bad * 3 + [bad[0]] * 40, "minutes": deep, "tone": "x" * 10_000}
    s = await streamed(client)
    turn, notes = await play(client, s, "Hello?")
    assert told(client, turn)[-1] == "done"
    kept = [e for e in client.events() if e["kind"] == "proposal.refused"]
    assert len(kept) == MOST + 1, "each that is looked at, and how many were left out"
    assert len(json.dumps(kept)) < 30_000
    assert len(json.dumps(notes[-1].params)) < 30_000
    await still_whole(client, s)


@pytest.mark.parametrize("field", ["usage", "model", "content", "error"])
@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
async def test_json_nested_deep_is_a_model_that_cannot_be_had(
    client: Client, model: Endpoint, field: str, kind: str
) -> None:
    part = {"usage": b'"usage": ' + DEEP, "model": b'"model": ' + DEEP, "error": b'"error": ' + DEEP}
    body = b'{"choices": [{"delta": {"content": ' + DEEP + b"}}]}" if field == "content" else b"{%s}" % part[field]
    s = await streamed(client)
    model.raw = {PATH: Raw(body if kind == "application/json" else b"data: " + body + b"\n\n", kind)}
    try:
        turn, notes = await play(client, s, "Hello?")
    finally:
        model.raw = {}
    assert (told(client, turn)[-1], notes[-1].params["detail"]["code"]) == ("failed", MODEL_UNAVAILABLE)
    assert "nested so deep" in notes[-1].params["detail"]["data"]["why"]
    await still_whole(client, s, backup=False)


async def test_json_nested_deep_in_what_is_listed_probed_or_read(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.raw = {"/v1/models": Raw(b'{"data": ' + DEEP + b"}")}
    try:
        (role, *_) = (await client.call("models"))["roles"]
        assert (role["reachable"], "nested so deep" in role["why"]) == (False, True)
        assert (await client.call("probe"))["ok"] is True, "it is asked for words all the same"
    finally:
        model.raw = {}
    model.reading = lambda body: 7
    model.prose = lambda body: '{"changes": ' + DEEP.decode() + "}" if "keep the record" in str(body) else "Yes."
    turn, notes = await play(client, s, "Hello?")
    assert told(client, turn)[-1] == "done"
    assert notes[-1].params["detail"]["reading"] == "unreadable"


def one_by_one(*pieces: str) -> Any:
    async def prose(body: Body) -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    return prose


def shown(c: Client, turn: int, kind: str) -> str:
    """The draft of a turn as one sees it who puts its tokens together."""
    text = ""
    for note in c.notes:
        if note.method == "token" and note.params["turn"] == turn and note.params["kind"] == kind:
            text = text[: note.params["offset"]] + note.params["text"]
            if not note.params["offset"] and not note.params["text"]:
                text = ""
    return text


@pytest.mark.parametrize(
    "pieces",
    [
        ("Sam is cold.", " I will", " let him in.</th", "ink>\n\nCome", " in."),
        ("<THI", "NK>Sam is cold. I will let him in.</THINK>", "Come in."),
        ("<|channel|>analysis<|mess", "age|>Sam is cold. I will let him in.<|end|><|start|>assistant<|chan",
         "nel|>final<|message|>Come in."),
        ("[THINK]Sam is cold. ", "I will let him in.", "[/THINK]", "Come in."),
    ],
)  # fmt: skip
async def test_no_line_holds_what_a_model_thinks(client: Client, model: Endpoint, pieces: tuple[str, ...]) -> None:
    model.prose = one_by_one(*pieces)
    s = await streamed(client)
    for _ in range(2):
        turn, _ = await play(client, s, "May I come in?")
        assert (await lines(client, s))[-1]["text"] == "Come in."
        assert shown(client, turn, "text") == "Come in."
        assert "let him in" in shown(client, turn, "reasoning")
    assert "let him in" not in client.text(turn), "at the second time it is known that the model begins to think"
    assert "let him in" not in str(client.events())


async def test_a_reply_is_whole_again_where_what_was_taken_back_had_gone_through_the_sieves(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    model.prose = one_by_one("Mara: hm. ", "I say it, ", "or not", "</think>", "Mara: Come in, ", "friend.")
    await play(client, s, "May I come in?")
    assert (await lines(client, s))[-1]["text"] == "Come in, friend."


async def test_a_key_in_prose_names_or_errors_is_kept_nowhere(daemon: Daemon, client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose = one_by_one("My key is ", *KEY, ", she says. ", *("\u200b".join(KEY)), " ", *KEY[:20])
    model.reasoning = KEY
    model.reading = lambda body: {"changes": [], "minds": ["a"], "matters": 9, "gist": f"Mara told her key {KEY}."}
    await play(client, s, "Hello?")
    said = (await lines(client, s))[-1]["text"]
    assert said.startswith("My key is sk-")
    assert said.count("[key]") == 3
    for body in (
        {"error": {"message": "\0".join(KEY)}},
        {"error": {"message": "".join(f"%{ord(c):x}" for c in KEY)}},
        {"model": KEY.upper(), "choices": [{"message": {"content": "Yes."}, "finish_reason": "stop"}]},
    ):
        model.raw = {PATH: Raw(json.dumps(body).encode(), status=200 if "model" in body else 401)}
        await play(client, s, "Hello?")
    model.raw = {}
    bare = str(client.log).casefold().replace("\\x00", "").replace("\u200b", "").replace("\\u200b", "")
    assert not [i for i in range(len(KEY) - 7) if KEY[i : i + 8] in bare]
    await client.call("backup")
    for file in (f for f in daemon.home.rglob("*") if f.is_file() and f.name != "key"):
        assert KEY[3:].encode() not in file.read_bytes().replace(b"\0", b"").lower(), file.name


steps = st.tuples(
    st.none() | raws, st.text(max_size=40) | st.sampled_from(["Come in.", "a</think>b", "<think>"]),
    values | st.fixed_dictionaries({"changes": st.lists(CHANGE, max_size=4), "minutes": values}), usages,
)  # fmt: skip


DEEPER: Any = json.loads("[" * 400 + "]" * 400)
STREAM = "text/event-stream"
NASTY = [
    (None, "Come \0in\x1b[2J, \ud800friend.", {"changes": [{"do": "act", "n": 1, "text": "\0\ud800"}]}, {}),
    (None, "Come in.", {"changes": [], "minutes": True}, counting(prompt_tokens=True, completion_tokens=10**30)),
    (None, "Come in.", {"changes": [{"do": "fly", "x": DEEPER}, DEEPER], "minds": DEEPER}, counting(prompt_tokens=-1)),
    (None, "Come in.", {"changes": [{"do": "act", "n": 10**30, "text": "hums"}], "minutes": 10**30}, 7),
    (Raw(b'{"choices": ' + DEEP + b"}"), "", {}, {}),
    (
        Raw(b'data: {"choices": [{"delta": {"content": "Yes.\\u0000\xff"}, "finish_reason": "stop"}]}\n\n', STREAM),
        "",
        {},
        {},
    ),
]
"""What is tried each time: each of these steps has something in it that one guard alone keeps out of the store."""


@settings(max_examples=1, suppress_health_check=list(HealthCheck))
@example(script=NASTY)
@given(script=st.lists(steps, min_size=6, max_size=6))
def test_any_bytes_of_a_model_leave_a_store_whole(script: list[Any]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    try:
        asyncio.run(_play_all(folder / "h", script))
    finally:
        shutil.rmtree(folder)


async def _play_all(home: Path, script: list[Any]) -> None:
    async with Endpoint() as model, Daemon(home, config(model.url, reading="wait")) as daemon, daemon.unix() as c:
        s = await story(c)
        await c.call("stream", story=s)
        for raw, prose, reading, usage in script:
            model.raw = {} if raw is None else {PATH: raw, "/v1/models": raw}
            model.prose, model.reading, model.usage = (
                (lambda _, p=prose: p),
                (lambda _, r=reading: r),
                lambda _, u=usage: u,
            )
            turn, _ = await play(c, s, "Hello?")
            for note in phases(c, turn):
                assert (note.params.get("detail") or {}).get("code") in (None, MODEL_UNAVAILABLE), note
            if "rendering" in told(c, turn):
                assert on_record(c, turn)
            await c.call("models")
            await still_whole(c, s, backup=False)
        await still_whole(c, s)
        assert (await c.call("verify"))["ok"]
