"""Models that are down, silent, or break off: the line is kept, the failure named, and the daemon goes on."""

import tomllib
from typing import Any

import pytest

from protocol.errors import INVALID_PARAMS, MODEL_UNAVAILABLE
from tests.conftest import IMPATIENT, KEY, config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint, Fault, unused_url
from tests.support.small_cast import lines, play, streamed, texts, told
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

SILENCE = IMPATIENT

SILENT: dict[Fault, str] = {
    "html": "web page",
    "hang": "first_token_s",
    "hang_before_words": "first_token_s",
    "server_error": "CUDA out of memory",
    "redirect": "redirects elsewhere",
    "busy": "too many requests",
    "echo_key": "rejects the key",
    "empty": "returned an empty reply",
}
PARTIAL: dict[Fault, str] = {
    "hang_midway": "idle_s",
    "break_off": "hung up",
    "end_early": "hung up in the middle of its reply",
    "bad_json": "cannot be read",
    "error_midway": "Provider disconnected",
}


async def well_again(c: Client, s: str, model: Endpoint) -> None:
    """After a failure the daemon goes on."""
    model.fault = None
    turn, _ = await play(c, s, "And now?")
    assert told(c, turn)[-1] == "done"
    assert (await c.call("status"))["models"][0]["ok"] is True


@pytest.mark.parametrize("fault", SILENT)
async def test_a_model_that_gives_no_words(daemon: Daemon, client: Client, model: Endpoint, fault: Fault) -> None:
    model.fault, model.elsewhere = fault, f"{unused_url()}/elsewhere"
    s = await streamed(client)
    turn, notes = await play(client, s, "Is anybody there?")
    assert told(client, turn) == ["started", "recalling", "rendering", "failed"]
    detail = notes[-1].params["detail"]
    assert detail["code"] == MODEL_UNAVAILABLE
    assert SILENT[fault] in detail["data"]["why"]
    assert detail["data"]["endpoint"] in model.url
    if fault == "busy":
        assert detail["data"]["retry"] == 86400
    assert await texts(client, s) == ["Is anybody there?"]
    called = client.events()[-1]
    assert (called["kind"], bool(called["data"]["error"])) == ("model.called", True)
    assert (await client.call("status"))["models"][0]["ok"] is False
    assert KEY not in str(client.log)
    await well_again(client, s, model)


@pytest.mark.parametrize("fault", PARTIAL)
async def test_a_model_that_breaks_off(client: Client, model: Endpoint, fault: Fault) -> None:
    model.fault, model.prose = fault, lambda body: "One two three four five six"
    s = await streamed(client)
    turn, notes = await play(client, s, "Count.")
    assert told(client, turn) == ["started", "recalling", "rendering", "replied", "done"]
    detail = notes[-1].params["detail"]
    assert detail["code"] == MODEL_UNAVAILABLE
    assert PARTIAL[fault] in detail["data"]["why"]
    reply = (await lines(client, s))[-1]
    assert (reply["text"], reply["cut"]) == ("One two three", True)
    await well_again(client, s, model)


async def test_the_key_is_nowhere_but_in_its_file(daemon: Daemon, client: Client, model: Endpoint) -> None:
    model.fault = "echo_key"
    s = await streamed(client)
    await play(client, s, "Hello?")
    await client.call("probe")
    await client.call("models")
    holding = [p.name for p in daemon.home.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
    assert holding == ["key"]
    assert KEY not in str(client.log)


async def test_no_text_of_a_story_is_logged(daemon: Daemon, client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.fault = "error_midway"
    await play(client, s, "The butler did it.")
    model.fault = "html"
    await play(client, s, "The gardener saw it.")
    logs = "".join(p.read_text() for p in (daemon.home / "logs").iterdir()) + daemon.errors.read_text()
    assert "serving at" in logs
    for words in ("butler", "gardener", "nods"):
        assert words not in logs


# another model


async def test_a_change_of_model_takes_effect_and_is_kept(home: Any, scripted: Endpoint, model: Endpoint) -> None:
    commented = config(unused_url(), f"# my own words\n{IMPATIENT}")
    async with Daemon(home, commented) as daemon, Endpoint(lambda body: "Here I am.") as other:
        async with daemon.unix() as c:
            s = await streamed(c)
            turn, _ = await play(c, s, "Is anybody there?")
            assert told(c, turn)[-1] == "failed", "nothing listens there"
            used = await c.call("use_model", role="render", model="theirs", base_url=other.url)
            assert (used["model"], used["endpoint"]) == ("theirs", other.url.split("/")[2])
            await play(c, s, "And now?")
            assert (await texts(c, s))[-1] == "Here I am."
            for bad in ("file:///etc/passwd", "http://user:pass@host/v1", "nonsense"):
                with pytest.raises(Refused) as refused:
                    await c.call("use_model", role="render", model="x", base_url=bad)
                assert refused.value.code == INVALID_PARAMS
        kept = (home / "config.toml").read_text()
        assert "# my own words" in kept
        render = tomllib.loads(kept)["models"]["render"]
        assert (render["base_url"], render["model"], render["idle_s"]) == (other.url, "theirs", 1.5)
        daemon.config = ""
        await daemon.restart()
        async with daemon.unix() as c:
            await c.call("stream", story=s)
            await play(c, s, "Still there?")
            assert (await texts(c, s))[-1] == "Here I am."
            assert other.requests[-1]["model"] == "theirs"
