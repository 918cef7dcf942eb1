"""A revision that is taken back, over the socket: the words before stand again, with what derived from them and no
other; and a revision that a fork from before it takes along."""

import asyncio
from typing import Any

import pytest

from protocol.errors import INVALID_PARAMS
from tests.summaries.rig import history
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import key, lines, look, over, play, remembered, say, shown, streamed, texts, until
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "wait"
"""The module's daemon has prose read, and waits for it."""


def reads(body: Body) -> dict[str, Any]:
    """Whoever takes the key has it, and whoever drops it has not; all of it is worth remembering."""
    words = body["messages"][-1]["content"].rpartition("lines:")[2]
    took = [{"do": "put", "n": 1, "who": "you", "it": "key"}] if "takes the key" in words else []
    drop = [{"do": "put", "n": 1, "who": "you", "it": "key", "to": "inn"}] if "drops the key" in words else []
    return {"changes": took + drop, "minds": [], "matters": 9}


async def until_remembered(c: Client, s: str, word: str) -> None:
    """Waits until a memory has this word."""
    async with asyncio.timeout(10):
        while word not in str(await remembered(c, s)):
            await asyncio.sleep(0.01)


async def revised(c: Client, s: str, line: str, text: str, word: str) -> int:
    """Revises a line, and waits until that is remembered; the seq of the revision."""
    seq = (await c.call("revise", story=s, line=line, text=text))["revision"]
    await until_remembered(c, s, word)
    return int(seq)


IN_INN, MINE = {"container": "inn"}, {"entity": "you"}


async def test_all_is_as_before_the_revision_and_again_as_after_it(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "So be it, Sam."), reads
    s = await streamed(client)
    await play(client, s, "*takes the key* I promise you the saffron.")
    await until_remembered(client, s, "saffron")
    first = await shown(client, s)
    mine = (await lines(client, s))[0]["line"]
    one = await revised(client, s, mine, "*waits* I promise you the walnut.", "walnut")
    second = await shown(client, s)
    assert await key(client, s) == IN_INN and "saffron" not in str(second)
    two = await revised(client, s, mine, "*takes the key* I promise you the teal door.", "teal")
    third = await shown(client, s)

    async def out(*seqs: int) -> list[Any]:
        preview = await client.call("delete", story=s, targets=list(seqs), preview=True)
        done = await client.call("delete", story=s, targets=list(seqs))
        assert (preview["impact"], preview["gone"], preview.get("back")) == (
            done["impact"], done["gone"], done.get("back"),
        )  # fmt: skip
        return await shown(client, s)

    async def back(*seqs: int) -> list[Any]:
        await client.call("reinstate", story=s, targets=list(seqs))
        return await shown(client, s)

    assert await out(two) == second
    assert "teal" not in str(await client.call("recall", story=s, lens=[], query="teal"))
    assert "teal" not in str(await look(client, s, "prompt", speaker="a"))
    assert await out(one) == first
    assert await key(client, s) == MINE
    assert await back(two) == third, "the last one stands, whichever is out before it"
    assert await back(one) == third
    assert await out(one) == third
    assert await out(two) == first
    assert await back(one) == second
    assert await back(two) == third
    assert await out(one, two) == first
    assert await texts(client, s) == ["takes the key I promise you the saffron.", "So be it, Sam."]


async def test_the_first_parts_revision_stands_for_all_of_it(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: '*She nods.* "Come in."'), (lambda body: {"changes": []})
    s = await streamed(client)
    await play(client, s)
    reply = (await lines(client, s))[-1]
    seq = (await client.call("revise", story=s, line=reply["line"], text='*She shrugs.* "Go away."'))["revision"]
    await client.call("revise", story=s, line=reply["line"], text='*She frowns.* "Go away now."')
    done = await client.call("delete", story=s, targets=[seq])
    assert done["gone"] == [seq, seq + 1]
    assert (await texts(client, s))[-1] == 'She frowns. "Go away now."'


async def test_what_was_made_of_other_words_besides_stays_out(client: Client, model: Endpoint) -> None:
    """A memory of two lines, both told otherwise, comes back when both have their first words again."""
    model.reading = lambda body: {"changes": []}
    s = await streamed(client)
    said = [(await say(client, s, text))["events"][0] for text in ("The saffron.", "The walnut.")]
    kept = await client.call("append", story=s, commands=[
        {"do": "remember", "gist": "Both.", "by": ["a"], "from": [e["seq"] for e in said]},
    ])  # fmt: skip
    await client.call("append", story=s, commands=[
        {"do": "share", "by": "a", "to": ["b"], "memory": kept["events"][0]["data"]["memory"]},
    ])  # fmt: skip
    before = await remembered(client, s)
    seqs = []
    for e in said:
        done = await client.call("revise", story=s, line=e["data"]["line"], text="Something else.")
        seqs.append(done["revision"])
    assert "Both." not in await remembered(client, s)
    await client.call("delete", story=s, targets=[seqs[0]])
    assert "Both." not in await remembered(client, s)
    await client.call("delete", story=s, targets=[seqs[1]])
    assert [t for t in await remembered(client, s) if t in before] == before


async def test_the_new_words_are_remembered_as_they_are_read(client: Client, model: Endpoint) -> None:
    """As much as they mean to whoever read them, in words of their own."""

    def read(body: Body) -> dict[str, Any]:
        last = body["messages"][-1]["content"].rpartition("lines:")[2]
        gist = f"So it was: {'walnut' if 'walnut' in last else 'saffron'}."
        return {"changes": [], "minds": ["a"], "matters": 10, "gist": gist}

    model.prose, model.reading = (lambda body: "So be it, Sam."), read
    s = await streamed(client)
    await play(client, s, "My cousin brought saffron from the north.", speaker="a")
    await until_remembered(client, s, "So it was: saffron.")
    before = (await look(client, s, "memories"))["memories"]
    mine = (await lines(client, s))[0]["line"]
    await revised(client, s, mine, "My cousin brought walnut from the north.", "So it was: walnut.")
    after = (await look(client, s, "memories"))["memories"]

    def kept(memories: list[Any]) -> list[Any]:
        return [(x["text"].replace("saffron", "walnut"), x["significance"], x["witnesses"]) for x in memories]

    assert kept(after) == kept(before)


async def test_what_a_revision_retired_is_not_for_anybody_to_reinstate(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "So be it, Sam."), reads
    s = await streamed(client)
    await play(client, s, "*takes the key* I promise you the saffron.")
    await until_remembered(client, s, "saffron")
    old = [m["seq"] for m in (await look(client, s, "memories"))["memories"]]
    await revised(client, s, (await lines(client, s))[0]["line"], "*waits* I promise you the walnut.", "walnut")
    assert (await look(client, s, "deleted"))["deleted"] == []
    for seq in old:
        with pytest.raises(Refused) as refused:
            await client.call("reinstate", story=s, targets=[seq])
        assert refused.value.code == INVALID_PARAMS
    assert "saffron" not in str(await shown(client, s))


@pytest.mark.parametrize("kind", ["memory.formed", "prop.moved"])
async def test_what_was_deleted_comes_back_with_the_words_that_it_was_made_of(
    client: Client, model: Endpoint, kind: str
) -> None:
    model.prose, model.reading = (lambda body: "So be it, Sam."), reads
    s = await streamed(client)
    await play(client, s, "*takes the key* I promise you the saffron.")
    await until_remembered(client, s, "saffron")
    first = await shown(client, s)
    mine = (await lines(client, s))[0]
    out = [e["seq"] for e in await history(client, s) if e["kind"] == kind and e["seq"] > mine["seq"]]
    await client.call("delete", story=s, targets=out)
    revision = await revised(client, s, mine["line"], "*waits* I promise you the walnut.", "walnut")
    second = await shown(client, s)
    done = await client.call("reinstate", story=s, targets=out)
    assert done["retired"] == out and done["back"] == []
    assert await shown(client, s) == second
    beside = (await client.call("fork", story=s))["branch"]
    await client.call("switch", story=s, branch=beside)
    assert await shown(client, s) == second
    await client.call("delete", story=s, targets=[revision])
    assert await shown(client, s) == first


@pytest.mark.parametrize("how", ["retake", "rewind", "fork"])
async def test_forks_from_before_a_revision_take_it_along(client: Client, model: Endpoint, how: str) -> None:
    """Whoever edits a line and has the reply to it taken again gets a reply to the edited line."""
    model.prose, model.reading = (lambda body: "I promise to wait, Sam."), reads
    s = await streamed(client)
    await play(client, s, "*takes the key* I promise you the saffron.")
    mine, reply = await lines(client, s)
    await client.call("revise", story=s, line=mine["line"], text="*waits* I promise you the walnut.")
    await until_remembered(client, s, "walnut")
    model.requests.clear()
    if how == "retake":
        again = await client.call("retake", story=s)
        await over(client, again["turn"])
        await over(client, (await client.call("retake", story=s))["turn"])
        parents = {b["parent"] for b in (await client.call("branches", story=s))["branches"][1:]}
        assert len(parents) == 1, "takes of takes lie beside each other"
    elif how == "rewind":
        preview = await client.call("rewind", story=s, to=reply["seq"] - 1, preview=True)
        assert "line.revised" not in preview["impact"]["events"]
        await client.call("rewind", story=s, to=reply["seq"] - 1)
        await play(client, s, None)
    else:
        made = await client.call("fork", story=s, at=reply["seq"] - 1)
        await client.call("switch", story=s, branch=made["branch"])
        await play(client, s, None)
    assert (await texts(client, s))[0] == "waits I promise you the walnut."
    assert await key(client, s) == IN_INN
    assert not [p for p in model.prompts() if "saffron" in p], "nor was any model told the old words"
    assert "walnut" in str(await remembered(client, s)) and "saffron" not in str(await shown(client, s))
    found = await client.call("recall", story=s, lens=["you"], query="walnut", kinds=["line"])
    assert found["memories"][0]["text"] == "*waits* I promise you the walnut."


async def test_what_a_fork_took_along_is_read_there_and_can_be_taken_back_there(
    client: Client, model: Endpoint
) -> None:
    model.prose, model.reading = (lambda body: "I promise to wait, Sam."), reads
    s = await streamed(client)
    await play(client, s, "*waits* I promise you the saffron.")
    await play(client, s, "And now?")
    mine = (await lines(client, s))[0]
    to = (await lines(client, s))[-1]["seq"]
    root = await shown(client, s)
    await client.call("revise", story=s, line=mine["line"], text="*takes the key* I promise you the walnut.")
    await until_remembered(client, s, "walnut")
    await client.call("rewind", story=s, to=to)
    await until_remembered(client, s, "walnut")
    assert "saffron" not in str(await shown(client, s))
    sub = (await client.call("stream", story=s, after=to))["subscription"]
    await until(lambda: client.events(sub))
    again = next(e for e in client.events(sub) if e["kind"] == "line.revised")
    await client.call("delete", story=s, targets=[again["seq"]])
    assert await key(client, s) == IN_INN
    assert (await texts(client, s))[0] == "waits I promise you the saffron."
    assert "walnut" not in str(await shown(client, s))
    assert "saffron" in str(await remembered(client, s)) and "saffron" in str(root)
