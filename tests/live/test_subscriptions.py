"""Subscriptions: everything after a seq, then live, without a gap and without a repeat, through every change of line.

The client that these tests read with (support/wire_client.py) fails where events repeat or pieces do not adjoin.
"""

import asyncio

import pytest

from tests.live.test_followers import truth
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, lines, over, phases, play, said, say, spelled, story, texts, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told_of(c: Client, head: int) -> None:
    """Waits until the client has been told of this event, and of nothing since."""
    await until(lambda: c.notes and c.notes[-1].method == "event" and c.events()[-1]["seq"] == head)


async def test_a_long_past_comes_first_whatever_happens_meanwhile(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    for n in range(30):
        await client.call("append", story=s, commands=[said("you", f"{n} {i}") for i in range(60)])

    async def write() -> None:
        async with daemon.web() as c:
            for n in range(40):
                await say(c, s, f"live {n}")

    writing = asyncio.create_task(write())
    async with daemon.web() as c:
        subscribed = await c.call("stream", story=s, after=0)
        await writing
        await c.wait(lambda n: n.method == "event" and n.params["events"][-1]["data"].get("text") == "live 39")
        told = c.events(subscribed["subscription"])
    _branch, seqs = await truth(client, s)
    assert [e["seq"] for e in told] == seqs
    assert len(seqs) > 1800


async def test_without_a_seq_it_begins_with_what_comes_next(client: Client) -> None:
    s = await story(client)
    await say(client, s, "Before.")
    await client.call("stream", story=s)
    after = await say(client, s, "After.")
    await until(client.events)
    assert client.events() == after["events"]


@pytest.mark.parametrize("names_its_line", [True, False])
async def test_who_comes_back_on_another_line_is_told_what_to_drop(client: Client, names_its_line: bool) -> None:
    s = await story(client)
    one = await say(client, s, "One.")
    two = await say(client, s, "Two.")
    back = await client.call("rewind", story=s, to=one["head"])
    seen_on = {"of_branch": back["undo"]} if names_its_line else {}
    subscribed = await client.call("stream", story=s, after=two["head"], **seen_on)
    await until(client.events)
    note = next(n for n in client.notes if n.method == "branch")
    mine = {"subscription": subscribed["subscription"], "story": s}
    assert note.params == {**mine, "branch": back["branch"], "head": back["head"], "common": one["head"]}
    assert client.notes.index(note) < next(i for i, n in enumerate(client.notes) if n.method == "event")
    assert [e["kind"] for e in client.events()] == ["branch.created"]


async def test_a_seq_that_is_not_there_yet_is_brought_back_to_the_head(client: Client) -> None:
    s = await story(client)
    one = await say(client, s, "One.")
    await client.call("stream", story=s, after=one["head"] + 1000)
    note = await client.wait(lambda n: n.method == "branch")
    assert (note.params["common"], note.params["head"]) == (one["head"], one["head"])
    two = await say(client, s, "Two.")
    await until(client.events)
    assert client.events() == two["events"]


async def test_one_that_names_a_line_stays_on_it(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    one = await say(client, s, "One.")
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    async with daemon.web() as c:
        await c.call("stream", story=s, branch=root)
        await client.call("rewind", story=s, to=one["head"])
        await say(client, s, "Elsewhere.")
        here = await say(client, s, "Here.", branch=root)
        await until(c.events)
        assert c.events() == here["events"]
        assert {n.method for n in c.notes} == {"event"}


async def test_one_that_was_ended_is_told_nothing_more(client: Client) -> None:
    s = await story(client)
    ended = (await client.call("stream", story=s))["subscription"]
    other = (await client.call("stream", story=s))["subscription"]
    assert await client.call("unstream", subscription=ended) == {}
    await say(client, s, "Hello.")
    await until(lambda: client.events(other))
    assert client.events(ended) == []


async def test_of_one_connection_no_other_can_end_a_subscription(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    mine = (await client.call("stream", story=s))["subscription"]
    async with daemon.unix() as c:
        with pytest.raises(Exception, match="-32003"):
            await c.call("unstream", subscription=mine)
    await say(client, s, "Hello.")
    await until(lambda: client.events(mine))


async def test_what_may_read_differently_is_named(client: Client) -> None:
    s = await story(client)
    await client.call("stream", story=s)
    for command, touched in (
        (said("you", "Hello."), {"transcript", "timeline", "prompt"}),
        ({"do": "take", "who": "you", "prop": "key"}, {"world", "scene", "state", "prompt"}),
        ({"do": "feel", "from": "a", "to": "you", "trust": 1}, {"edges", "state", "prompt"}),
        ({"do": "pass_time", "minutes": 3}, {"scene", "timeline", "state", "prompt"}),
    ):
        head = (await client.call("append", story=s, commands=[command]))["head"]
        await told_of(client, head)
        assert touched <= set(client.notes[-1].params["touches"])


# while a reply is being written


async def test_who_comes_in_the_middle_of_a_reply_gets_all_of_it(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    pieces = ["Come ", "in, ", "stranger, ", "and sit ", "down."]
    model.prose = slowly = Slowly(*pieces)
    s = await story(client)
    await client.call("stream", story=s)
    turn = (await client.call("play", story=s, text="Hello?"))["turn"]
    slowly.go(2)
    await spelled(client, turn, "Come in, ")
    async with daemon.web() as c, daemon.unix() as quiet:
        subscribed = await c.call("stream", story=s)
        await quiet.call("stream", story=s, tokens=False)
        line = next(n.params["line"] for n in client.notes if n.method == "token")
        assert subscribed["drafts"] == [{"turn": turn, "line": line, "speaker": "a", "text": "Come in, "}]
        slowly.go(3)
        for one in (client, c, quiet):
            await over(one, turn)
        late = [n.params for n in c.notes if n.method == "token"]
        assert late[0]["offset"] == len("Come in, ")
        assert "Come in, " + c.text(turn) == client.text(turn) == "".join(pieces)
        assert c.events() == quiet.events() == client.events()[1:]
        assert [n.params["phase"] for n in phases(quiet, turn)] == ["replied", "done"]
        assert not [n for n in quiet.notes if n.method == "token"]
        assert (await c.call("stream", story=s))["drafts"] == [], "it has become a line"
    assert (await lines(client, s))[-1]["text"] == "".join(pieces)


async def test_a_reply_lands_on_its_line_whatever_is_switched_meanwhile(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    model.prose = slowly = Slowly("One ", "two ", "three.")
    s = await story(client)
    before = await say(client, s, "Earlier.")
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    await client.call("stream", story=s)
    async with daemon.unix() as staying:
        await staying.call("stream", story=s, branch=root)
        turn = (await client.call("play", story=s, text="Hello?"))["turn"]
        slowly.go()
        await until(lambda: client.text(turn))
        await client.call("rewind", story=s, to=before["head"])
        slowly.go(2)
        await over(client, turn)
        await over(staying, turn)
        assert staying.text(turn) == "One two three."
        assert client.text(turn) == "One "
    assert await texts(client, s) == ["Earlier."]
    assert await texts(client, s, branch=root) == ["Earlier.", "Hello?", "One two three."]
    model.prose = lambda body: "Yes?"
    await play(client, s, "Anyone?")
    assert await texts(client, s) == ["Earlier.", "Anyone?", "Yes?"]


async def test_two_stories_do_not_hear_each_other(client: Client, model: Endpoint) -> None:
    one, other = await story(client), await story(client)
    first = (await client.call("stream", story=one))["subscription"]
    second = (await client.call("stream", story=other))["subscription"]
    await play(client, one)
    await say(client, other, "Quiet here.")
    await until(lambda: client.events(second))
    assert {n.params["subscription"] for n in client.notes if n.method in ("token", "turn")} == {first}
    assert [e["data"]["text"] for e in client.events(second)] == ["Quiet here."]
