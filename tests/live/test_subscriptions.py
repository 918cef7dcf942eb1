"""Subscriptions: everything after a seq, then live, without a gap and without a repeat, through every change of line.

The client that these tests read with (support/wire_client.py) fails where events repeat or pieces do not adjoin.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import pytest

from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, lines, over, phases, play, said, say, spelled, story, texts, until
from tests.support.wire_client import Client, Note

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Holder:
    """What a client that obeys `common` holds of a story: the events of a line, and `branch`, the name of that."""

    def __init__(self, story: str, names_its_line: bool = True) -> None:
        self.story, self.names_its_line = story, names_its_line
        self.branch = self._follows = ""
        self.events: dict[int, dict[str, Any]] = {}
        self.client: Client | None = None
        self._taken = 0

    @property
    def cursor(self) -> int:
        """The last seq it holds."""
        return max(self.events, default=0)

    @contextlib.asynccontextmanager
    async def connected(self, daemon: Daemon) -> AsyncIterator[Client]:
        """Follows the story from where it was, until this ends."""
        async with daemon.unix() as c:
            seen_on = {"of_branch": self.branch} if self.branch and self.names_its_line else {}
            answer = await c.call("stream", story=self.story, after=self.cursor, **seen_on)
            self.client, self._taken, self._follows = c, 0, answer["branch"]
            yield c
            self.take()
            self.client = None

    def take(self) -> None:
        """Takes in what has been told since."""
        assert self.client is not None
        for note in self.client.notes[self._taken :]:
            self._note(note)
        self._taken = len(self.client.notes)

    def _note(self, note: Note) -> None:
        if note.method == "branch":
            self.branch = self._follows = note.params["branch"]
            self.events = {seq: e for seq, e in self.events.items() if seq <= note.params["common"]}
        elif note.method == "event":
            assert note.params["events"][0]["seq"] > self.cursor
            self.branch = self._follows
            self.events |= {e["seq"]: e for e in note.params["events"]}

    def texts(self) -> list[str]:
        """The words of what was said, as it holds them."""
        return [e["data"]["text"] for e in self.events.values() if e["kind"] == "line.said"]


async def truth(c: Client, s: str) -> tuple[str, list[int]]:
    """The current line of a story and the seqs on it, asked for anew."""
    answer = await c.call("stream", story=s, after=0)
    mine = answer["subscription"]
    await until(lambda: (c.events(mine) or [{"seq": 0}])[-1]["seq"] >= answer["head"])
    await c.call("unstream", subscription=mine)
    return answer["branch"], [e["seq"] for e in c.events(mine)]


async def told_of(c: Client, head: int) -> None:
    """Waits until the client has been told of this event, and of nothing since."""
    await until(lambda: c.notes and c.notes[-1].method == "event" and c.events()[-1]["seq"] == head)


async def changes(c: Client, s: str, rng: Random, count: int) -> None:
    """Things that a client does to a story: lines, rewinds, switches."""
    for n in range(count):
        what = rng.random()
        if what < 0.7:
            await c.call("append", story=s, commands=[said("you", f"{n} {i}") for i in range(rng.randint(1, 4))])
        elif what < 0.85:
            branches = (await c.call("branches", story=s))["branches"]
            await c.call("switch", story=s, branch=rng.choice(branches)["branch"])
        elif found := await lines(c, s, limit=9):
            await c.call("rewind", story=s, to=rng.choice(found)["seq"])


async def follow(daemon: Daemon, holder: Holder, rng: Random, over: Callable[[], bool]) -> None:
    """Follows a story with a connection that breaks now and then."""
    while not over():
        async with holder.connected(daemon) as c:
            await asyncio.sleep(rng.random() * 0.03)
            assert c.fault is None
            holder.take()


@pytest.mark.parametrize("seed", range(4))
async def test_who_obeys_common_always_holds_the_right_line(daemon: Daemon, client: Client, seed: int) -> None:
    rng = Random(seed)
    s = await story(client)
    holders = [Holder(s, names_its_line=n % 2 == 0) for n in range(4)]
    done = False

    async def write() -> None:
        async with daemon.unix() as c:
            await changes(c, s, Random(rng.random()), 30)

    async def everything() -> None:
        nonlocal done
        await asyncio.gather(*(write() for _ in range(3)))
        done = True

    await asyncio.gather(everything(), *(follow(daemon, h, Random(rng.random()), lambda: done) for h in holders))
    branch, seqs = await truth(client, s)
    for holder in holders:
        async with holder.connected(daemon):

            def caught_up(holder: Holder = holder) -> bool:
                holder.take()
                return holder.branch == branch and holder.cursor == seqs[-1]

            await until(caught_up)
        assert list(holder.events) == seqs
        assert holder.texts() == await texts(client, s, limit=1000)


@pytest.mark.parametrize("seed", range(2))
async def test_who_is_there_at_a_purge_holds_what_is_left(daemon: Daemon, client: Client, seed: int) -> None:
    """Whoever is not there keeps what it holds: of what it was told nobody can know."""
    rng = Random(seed)
    s = await story(client)
    holders = [Holder(s) for _ in range(3)]
    async with contextlib.AsyncExitStack() as stack:
        for holder in holders:
            await stack.enter_async_context(holder.connected(daemon))
        for _ in range(5):
            await changes(client, s, rng, 4)
            if found := await lines(client, s, limit=4):
                which = found[-1] if rng.random() < 0.5 else rng.choice(found)
                await client.call("purge", story=s, targets=[which["seq"]], confirm=True)
        _branch, seqs = await truth(client, s)

        def caught_up(holder: Holder) -> bool:
            holder.take()
            return list(holder.events) == seqs

        for holder in holders:
            await until(lambda holder=holder: caught_up(holder))
        assert holders[0].texts() == await texts(client, s, limit=1000)


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
