"""Taking events out of a history and bringing them back, over the socket: with all that derives from them."""

import asyncio
import json
import re
from typing import Any

import pytest

from protocol.errors import CONFLICT, INVALID_PARAMS, NOT_FOUND
from tests.conftest import PROSE
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import INN, LENSES, lines, look, said, say, story, texts, until
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = ("state", "transcript", "memories", "timeline")


def writes(body: Body) -> str:
    """What the model sums up: the words of its prompt that matter here."""
    prompt = json.dumps(body["messages"])
    if not re.search(r"Write what (\w+) remembers", prompt):
        return PROSE
    return " ".join(["I remember:", *(w for w in ("walnut", "saffron", "teal") if w in prompt)])


async def told(c: Client, s: str, **more: Any) -> str:
    """All that every lens is shown, as one text."""
    return str([await look(c, s, v, lens=lens, **more) for v in VIEWS for lens in LENSES])


async def summaries(c: Client, s: str, **more: Any) -> dict[str, str]:
    """The summaries by whose they are."""
    found = (await look(c, s, "memories", **more))["memories"]
    return {m["witnesses"][0]: m["text"] for m in found if m["kind"] == "summary"}


async def settled(c: Client, s: str) -> None:
    """Waits until no summary is pending."""
    async with asyncio.timeout(20):
        while [job for job in (await c.call("jobs"))["jobs"] if job["story"] == s]:
            await asyncio.sleep(0.01)


async def test_a_summary_goes_with_one_of_its_lines_and_is_written_anew(client: Client, model: Endpoint) -> None:
    model.prose = writes
    s = await story(client)
    for n in range(8):
        await say(client, s, f"Line {n} about the walnut.")
    out = (await say(client, s, "The saffron is the key."))["head"]
    again = (await say(client, s, "A teal door."))["head"]
    await client.call("append", story=s, commands=[{"do": "close_scene"}])
    await settled(client, s)
    old = dict.fromkeys(("you", "a", "b"), "I remember: walnut saffron teal")
    assert await summaries(client, s) == old
    preview = await client.call("delete", story=s, targets=[out], preview=True)
    gone = {m["witnesses"][0]: m["pending"] for m in preview["impact"]["memories"]}
    assert gone == {"you": True, "a": True, "b": True}
    assert await summaries(client, s) == old
    model.prose = lambda body: ""  # nothing can be written for now
    done = await client.call("delete", story=s, targets=[out])
    assert done["impact"] == preview["impact"]
    assert await summaries(client, s) == {}, "it goes at once"
    assert "saffron" not in await told(client, s)
    model.requests.clear()
    model.prose = writes
    await settled(client, s)
    assert await summaries(client, s) == dict.fromkeys(old, "I remember: walnut teal")
    assert not [p for p in model.prompts() if "saffron" in p], "nor is it in what the model is told"
    assert "saffron" not in str(await client.call("recall", story=s, lens=[], query="saffron key"))
    await client.call("delete", story=s, targets=[again])
    await settled(client, s)
    assert await summaries(client, s) == dict.fromkeys(old, "I remember: walnut")
    # What was deleted first comes back first: the summary of all of it stays out, since the other is.
    back = await client.call("reinstate", story=s, targets=[out])
    assert len(back["retired"]) == 6, "both that were written without it"
    await settled(client, s)
    assert await summaries(client, s) == dict.fromkeys(old, "I remember: walnut saffron")
    await client.call("reinstate", story=s, targets=[again])
    assert await summaries(client, s) == old
    assert (await look(client, s, "deleted"))["deleted"] == [], "what was written in between was not deleted"
    for seq in back["retired"]:
        with pytest.raises(Refused) as refused:
            await client.call("reinstate", story=s, targets=[seq])
        assert refused.value.code == INVALID_PARAMS
    assert not [job for job in (await client.call("jobs"))["jobs"] if job["story"] == s]


async def test_what_a_line_caused_goes_and_further_lines_stay(client: Client) -> None:
    s = await story(client)
    mine = (await say(client, s, "The saffron box is mine."))["head"]
    kept = await client.call("append", story=s, commands=[
        {"do": "remember", "gist": "Sam has a saffron box.", "by": ["a"], "from": [mine]},
    ])  # fmt: skip
    memory = kept["events"][0]["data"]["memory"]
    told_on = await client.call("append", story=s, commands=[
        {"do": "share", "by": "a", "to": ["b"], "memory": memory},
    ])  # fmt: skip
    await say(client, s, "So you say.", who="a")
    before = [await look(client, s, v, lens=lens) for v in VIEWS for lens in LENSES]
    done = await client.call("delete", story=s, targets=[mine])
    hearsay = [e["seq"] for e in told_on["events"] if e["kind"] == "memory.formed"]
    assert {mine, kept["head"], *hearsay} <= set(done["gone"])
    assert [x["text"] for x in done["impact"]["lines"]] == ["The saffron box is mine."]
    assert await texts(client, s) == ["So you say."]
    assert "saffron" not in await told(client, s)
    assert "saffron" not in str(await look(client, s, "prompt", speaker="b"))
    assert (await client.call("stories"))["stories"][0]["lines"] == 1
    back = await client.call("reinstate", story=s, targets=[mine])
    assert back["back"] == done["gone"]
    assert [await look(client, s, v, lens=lens) for v in VIEWS for lens in LENSES] == before


async def test_a_memory_stays_out_while_what_it_derives_from_is(client: Client) -> None:
    """Deleted before it, or after it: deletes overlap without confusion."""
    s = await story(client)
    line = (await say(client, s, "The saffron is here."))["head"]
    kept = (
        await client.call("append", story=s, commands=[
            {"do": "remember", "gist": "Saffron, here.", "by": ["a"], "from": [line]},
        ])
    )["head"]  # fmt: skip
    for first, second in ((kept, line), (line, None)):
        await client.call("delete", story=s, targets=[first])
        if second is not None:
            await client.call("delete", story=s, targets=[second])
            await client.call("reinstate", story=s, targets=[first])
        assert (await look(client, s, "memories"))["memories"] == []
        await client.call("reinstate", story=s, targets=[line])
        assert [m["text"] for m in (await look(client, s, "memories"))["memories"]] == ["Saffron, here."]


async def test_forks_and_rewinds_keep_what_was_deleted_out(client: Client) -> None:
    """Also those to before the delete was made."""
    s = await story(client)
    await say(client, s, "One.")
    out = (await say(client, s, "Out."))["head"]
    three = (await say(client, s, "Three."))["head"]
    four = (await say(client, s, "Four."))["head"]
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    fresh = await client.call("fork", story=s)
    await client.call("delete", story=s, targets=[out])
    fork = await client.call("fork", story=s, at=four)
    assert await texts(client, s, branch=fork["branch"]) == ["One.", "Three.", "Four."]
    back = await client.call("rewind", story=s, to=three)
    assert await texts(client, s) == ["One.", "Three."]
    assert await texts(client, s, branch=fresh["branch"]) == ["One.", "Out.", "Three.", "Four."]
    assert await texts(client, s, branch=root, at=four) == ["One.", "Out.", "Three.", "Four."], "as it was then"
    await client.call("reinstate", story=s, targets=[out])
    assert await texts(client, s) == ["One.", "Out.", "Three."]
    assert await texts(client, s, branch=root) == await texts(client, s, branch=fork["branch"])
    await client.call("switch", story=s, branch=back["undo"])
    assert await texts(client, s) == ["One.", "Three.", "Four."]
    earlier = await client.call("rewind", story=s, to=out)
    assert await texts(client, s) == ["One."]
    assert earlier["to"] == out


async def test_a_props_history_without_one_of_its_moves(client: Client) -> None:
    s = await story(client, INN)
    took = await client.call("append", story=s, commands=[{"do": "take", "who": "a", "prop": "key"}])
    seq = next(e["seq"] for e in took["events"] if e["kind"] == "prop.moved")
    preview = await client.call("delete", story=s, targets=[seq], preview=True)
    assert preview["impact"]["props"] == [
        {"prop": "key", "before": {"entity": "a"}, "after": {"container": "inn"}},
    ]
    assert "head" not in preview
    await client.call("delete", story=s, targets=[seq])
    where = {p["prop"]: p["in"] for p in (await look(client, s, "world"))["props"]}
    assert where["key"] == {"container": "inn"}
    await client.call("append", story=s, commands=[{"do": "take", "who": "b", "prop": "key"}])
    await client.call("reinstate", story=s, targets=[seq])
    where = {p["prop"]: p["in"] for p in (await look(client, s, "world"))["props"]}
    assert where["key"] == {"entity": "b"}, "what came later stands"


async def test_deletes_survive_a_restart_and_reach_those_who_listen(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    one = (await say(client, s, "One."))["head"]
    out = (await say(client, s, "Out."))["head"]
    last = (await say(client, s, "Three."))["head"]
    async with daemon.unix() as listener:
        await listener.call("stream", story=s, after=0)
        await until(lambda: listener.events() and listener.events()[-1]["seq"] == last)
        done = await client.call("delete", story=s, targets=[out])
        note = await listener.wait(lambda n: n.method == "branch")
        assert note.params["common"] in range(one, out)
        await until(lambda: listener.events()[-1]["seq"] == done["head"])
        after = [e["seq"] for n in listener.notes[listener.notes.index(note) + 1 :] for e in n.params["events"]]
        assert after == [last, done["head"]]


@pytest.mark.parametrize("method", ["delete", "reinstate"])
async def test_what_cannot_be_done_says_so(client: Client, method: str) -> None:
    s, other = await story(client), await story(client)
    theirs = (await say(client, other, "Theirs."))["head"]
    line = (await say(client, s, "Mine."))["head"]
    kept = (
        await client.call("append", story=s, commands=[
            {"do": "remember", "gist": "Mine, said Sam.", "by": ["a"], "from": [line]},
        ])
    )["head"]  # fmt: skip
    created = (await client.call("fork", story=s))["head"]
    await client.call("delete", story=s, targets=[line])
    head = (await client.call("stories"))["stories"][0]["head"]
    cases = {"delete": [(theirs, NOT_FOUND), (10**6, NOT_FOUND), (created, NOT_FOUND), (line, NOT_FOUND)]}
    cases["delete"].append((head, INVALID_PARAMS))
    cases["reinstate"] = [(theirs, NOT_FOUND), (10**6, NOT_FOUND), (head, NOT_FOUND), (kept, INVALID_PARAMS)]
    for target, code in cases[method]:
        with pytest.raises(Refused) as refused:
            await client.call(method, story=s, targets=[target])
        assert refused.value.code == code, (target, refused.value)
    with pytest.raises(Refused) as stale:
        await client.call(method, story=s, targets=[line], expected=line)
    assert stale.value.code == CONFLICT
    assert await lines(client, s) == []
    await client.call("append", story=s, commands=[said("you", "Play goes on.")])


async def test_what_is_out_is_listed_to_those_who_perceived_it(client: Client) -> None:
    s = await story(client)
    first = (await say(client, s, "Walnut."))["events"][0]["seq"]
    whisper = {**said("you", "Saffron."), "manner": "whisper", "to": ["a"]}
    secret = (await client.call("append", story=s, commands=[whisper]))["events"][0]["seq"]
    before = (await say(client, s, "Teal."))["head"]
    await client.call(
        "append", story=s, commands=[{"do": "remember", "gist": "It was walnut.", "by": ["a"], "from": [first]}]
    )
    await client.call("delete", story=s, targets=[first, secret])

    async def out(lens: list[str], **more: Any) -> list[tuple[int, str, int]]:
        view = await look(client, s, "deleted", lens=lens, **more)
        return [(x["seq"], x["text"], x["events"]) for x in view["deleted"]]

    both = [(first, "Walnut.", 2), (secret, "Saffron.", 2)]
    assert await out([]) == await out(["a"]) == both
    assert await out(["b"]) == both[:1]
    assert await out([], at=before) == []
    assert await out([], limit=1) == both[1:] and await out([], before=secret) == both[:1]
    assert (await look(client, s, "deleted", limit=1))["more"]
    await client.call("reinstate", story=s, targets=[secret])
    assert await out([]) == both[:1]
    await client.call("purge", story=s, targets=[first], confirm=True)
    assert await out([]) == []
