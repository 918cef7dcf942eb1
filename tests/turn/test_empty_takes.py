"""A retake of which not a word comes leaves nobody on an empty take: one is back on the take that one had."""

from typing import Any

import pytest

from protocol.errors import MODEL_UNAVAILABLE, REFUSED
from tests.conftest import IMPATIENT, config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, lines, over, play, say, streamed, texts, until
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def current(c: Client, s: str) -> dict[str, Any]:
    """The current branch."""
    return next(b for b in (await c.call("branches", story=s))["branches"] if b["current"])


async def played(c: Client, model: Endpoint, s: str) -> str:
    """A first reply, and the branch that it is on."""
    model.prose = lambda body: "First."
    await play(c, s)
    return str((await current(c, s))["branch"])


def switches(c: Client) -> list[str]:
    """The branches that this client was taken to."""
    return [n.params["branch"] for n in c.notes if n.method == "branch"]


@pytest.mark.parametrize("fault", ["server_error", "empty", "error_first"])
async def test_a_model_that_fails_before_its_first_word(client: Client, model: Endpoint, fault: Any) -> None:
    s = await streamed(client)
    root = await played(client, model, s)
    model.fault = fault
    again = await client.call("retake", story=s)
    assert (await over(client, again["turn"])).params["phase"] == "failed"
    assert (await current(client, s))["branch"] == root
    assert switches(client)[-2:] == [again["branch"], root]
    assert await texts(client, s) == ["Hello?", "First."]
    model.fault, model.prose = None, lambda body: "Second."
    second = await client.call("retake", story=s)
    await over(client, second["turn"])
    assert (await current(client, s))["branch"] == second["branch"]
    assert (await current(client, s))["came_from"] == root
    reply = (await lines(client, s))[-1]
    assert (reply["text"], reply["take"], reply["takes"]) == ("Second.", 2, 2)
    model.fault = fault
    await over(client, (await client.call("retake", story=s))["turn"])
    assert await texts(client, s) == ["Hello?", "Second."], "the take that one had, not the first"


async def test_what_was_written_of_a_reply_stays_on_its_take(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await played(client, model, s)
    model.prose, model.fault = (lambda body: "Half of it comes."), "break_off"
    again = await client.call("retake", story=s)
    await over(client, again["turn"])
    assert (await current(client, s))["branch"] == again["branch"]
    last = (await lines(client, s))[-1]
    assert last["cut"] and last["text"].startswith("Half")


async def test_who_stops_it_before_its_first_word_is_back_when_that_is_answered(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    root = await played(client, model, s)
    model.prose = slowly = Slowly("Never.")
    again = await client.call("retake", story=s)
    await slowly.begun.wait()
    assert (await client.call("stop", story=s))["kept"] == ""
    assert (await current(client, s))["branch"] == root
    await over(client, again["turn"])
    assert await texts(client, s) == ["Hello?", "First."]


async def test_who_has_gone_elsewhere_or_played_on_there_stays(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await played(client, model, s)
    other = (await client.call("fork", story=s))["branch"]
    model.prose = slowly = Slowly("Never.")
    first = await client.call("retake", story=s)
    await slowly.begun.wait()
    await client.call("switch", story=s, branch=other)
    await client.call("stop", story=s)
    await over(client, first["turn"])
    assert (await current(client, s))["branch"] == other
    model.prose = slowly = Slowly("Never.")
    second = await client.call("retake", story=s)
    await slowly.begun.wait()
    await say(client, s, "By hand.", who="a")
    await client.call("stop", story=s)
    await over(client, second["turn"])
    assert (await current(client, s))["branch"] == second["branch"]
    assert await texts(client, s) == ["Hello?", "By hand."]
    # An empty take can be gone to, and one stays there.
    await client.call("switch", story=s, branch=first["branch"])
    model.fault = "server_error"
    turn, _ = await play(client, s, None)
    assert (await over(client, turn)).params["phase"] == "failed"
    assert (await current(client, s))["branch"] == first["branch"]


async def test_whoever_cannot_speak_then_leaves_no_branch_behind(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    root = await played(client, model, s)
    mine = (await client.call("stream", story=s, after=0))["subscription"]
    await until(lambda: any(e["kind"] == "line.said" for e in client.events(mine)))
    added = [e for e in client.events(mine) if e["kind"] == "entity.added" and e["data"]["entity"] == "a"]
    await client.call("delete", story=s, targets=[added[0]["seq"]])
    count = len((await client.call("branches", story=s))["branches"])
    with pytest.raises(Refused) as refused:
        await client.call("retake", story=s)
    assert refused.value.code == REFUSED
    assert len((await client.call("branches", story=s))["branches"]) == count
    assert (await current(client, s))["branch"] == root


async def test_a_crash_before_the_first_word_leaves_nobody_there(home: Any) -> None:
    async with Endpoint() as endpoint, Daemon(home, config(endpoint.url, IMPATIENT)) as daemon:
        async with daemon.unix() as c:
            s = await streamed(c)
            root = await played(c, endpoint, s)
            endpoint.prose = slowly = Slowly("Never.")
            take = (await c.call("retake", story=s))["branch"]
            await slowly.begun.wait()
            assert (await current(c, s))["branch"] == take
        await daemon.kill()
        await daemon.start()
        async with daemon.unix() as c:
            assert (await current(c, s))["branch"] == root
            assert await texts(c, s) == ["Hello?", "First."]
            # Whoever goes to one whose reply had failed chose to be there: that outlasts a restart.
            await c.call("stream", story=s)
            endpoint.fault = "server_error"
            failed = await c.call("retake", story=s)
            with pytest.raises(Refused) as failure:
                await c.until(failed["turn"])
            assert failure.value.code == MODEL_UNAVAILABLE
            await c.call("switch", story=s, branch=failed["branch"])
        await daemon.restart()
        async with daemon.unix() as c:
            assert (await current(c, s))["branch"] == failed["branch"]
