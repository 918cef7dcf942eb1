"""Crashes and ends: what was acknowledged is there again, and so is the draft; nothing of ours is left running.

tests/torture does the same at random moments, and often.
"""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import STORAGE
from tests.conftest import config
from tests.support.open_store import Reading, plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, alive, children, lines, over, play, said, say, spelled, story, texts, until
from tests.support.wire_client import Refused


def kept(daemon: Daemon) -> list[str]:
    """The drafts in the store's file."""
    with plain(Path(daemon.ready["store"])) as c:
        return [row[0] for row in c.execute("SELECT text FROM draft")]


async def drafted(daemon: Daemon, text: str) -> None:
    """Waits until this much of a draft is kept."""
    await until(lambda: kept(daemon) == [text])


async def test_a_kill_in_the_middle_of_a_reply_loses_neither_the_line_nor_the_draft(home: Path) -> None:
    async with Endpoint() as endpoint, Daemon(home, config(endpoint.url)) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
        expected: list[tuple[str, bool]] = []
        for n, mode in enumerate(("reply", "continue", "reply")):
            endpoint.prose = slowly = Slowly(f"Once {n} ", "upon `a time` ", "there was")
            async with daemon.web() as c:
                await c.call("stream", story=s)
                asked: dict[str, Any] = {} if mode == "continue" else {"text": f"Tell me, {n}."}
                turn = (await c.call("play", story=s, mode=mode, **asked))["turn"]
                slowly.go(2)
                await spelled(c, turn, f"Once {n} upon `a time` ")
                await drafted(daemon, f"Once {n} upon `a time` ")
                left = children(daemon.ready["pid"])
                assert await daemon.kill() == -9
            await daemon.start()
            assert kept(daemon) == []
            assert not [pid for pid in left if alive(pid)]
            if mode == "continue":
                expected[-1] = ("Once 0 upon a time Once 1 upon a time", True)
            else:
                expected += [(f"Tell me, {n}.", False), (f"Once {n} upon a time", True)]
            async with daemon.unix() as c:
                found = await lines(c, s)
                assert [(x["text"], x.get("cut", False)) for x in found] == expected
                assert found[-1]["turn"] == (turn - 1 if mode == "continue" else turn)
                assert [p["manner"] for p in found[-1]["parts"]][-2:] == ["speech", "thought"]
        endpoint.prose = lambda body: "The end."
        async with daemon.unix() as c:
            await c.call("stream", story=s)
            after, _ = await play(c, s, "And then?")
            assert after > turn
            assert await texts(c, s) == [text for text, _ in expected] + ["And then?", "The end."]
            assert len({x["line"] for x in await lines(c, s)}) == 6, "ids of lines are not used again"


async def test_a_kill_before_the_first_word_leaves_the_users_line(home: Path) -> None:
    async with Endpoint(Slowly("Never.")) as endpoint, Daemon(home, config(endpoint.url)) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            turn = (await c.call("play", story=s, text="Hello?"))["turn"]
            await endpoint.asked()
            await drafted(daemon, "")
            await daemon.kill()
        await daemon.start()
        async with daemon.unix() as c:
            assert await texts(c, s) == ["Hello?"]
            assert (await say(c, s, "Well."))["turn"] > turn
            assert len({x["line"] for x in await lines(c, s)}) == 2


async def test_a_draft_that_no_rule_lets_pass_does_not_keep_the_daemon_from_starting(home: Path) -> None:
    async with Endpoint() as endpoint, Daemon(home, config(endpoint.url)) as daemon:
        async with daemon.unix() as c:
            s = await story(c, [{"do": "add_container", "container": "inn", "name": "Inn"}])
            head = (await c.call("stories"))["stories"][0]["head"]
        await daemon.kill()
        with plain(Path(daemon.ready["store"])) as db:
            row = (s, 9, "b1", "l77", None, "reply", head, 0, "A voice.")
            db.execute("INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            db.execute("INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row[:3], "l78", "you", *row[5:]))
        await daemon.start()
        async with daemon.unix() as c:
            assert await texts(c, s) == ["A voice."]
        assert kept(daemon) == ["A voice."], "what could not become a line stays a draft"


async def test_being_told_to_end_keeps_the_reply(home: Path) -> None:
    async with (
        Endpoint(slowly := Slowly("One ", "two ", "three.")) as endpoint,
        Daemon(home, config(endpoint.url)) as daemon,
    ):
        async with daemon.web() as c:
            s = await story(c)
            await c.call("stream", story=s)
            turn = (await c.call("play", story=s, text="Count."))["turn"]
            slowly.go(2)
            await spelled(c, turn, "One two ")
            began = asyncio.get_running_loop().time()
            assert await daemon.stop() == 0
            assert asyncio.get_running_loop().time() - began < 5, "this much is promised"
            await over(c, turn)
            assert await c.ended() == 1001
        assert sorted(p.name for p in (home / "store").iterdir()) == ["fabula.db", "fabula.head"], "checkpointed"
        assert not (home / "run" / "rpcd.sock").exists()
        await daemon.start()
        async with daemon.unix() as c:
            assert [(x["text"], x.get("cut", False)) for x in await lines(c, s)] == [
                ("Count.", False),
                ("One two", True),
            ]


async def test_a_second_daemon_leaves_everything_alone(home: Path) -> None:
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon, daemon.web() as c:
        s = await story(c)
        before = {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in home.rglob("*")}
        with pytest.raises(AssertionError, match="ended with 75:\nrpcd: another rpcd serves this home"):
            await Daemon(home).start()
        assert {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in home.rglob("*")} == before
        await say(c, s, "Still here.")
        assert (await c.call("status"))["pid"] == daemon.ready["pid"]


async def test_a_socket_that_a_crash_left_behind_is_replaced(home: Path) -> None:
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon:
        token = daemon.token
        await daemon.kill()
        path = Path(daemon.ready["socket"])
        assert path.is_socket(), "as it was left behind"
        await daemon.start()
        assert daemon.token == token, "it survives restarts"
        async with daemon.unix() as c:
            await c.call("status")
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_socket_that_somebody_answers_on_is_not_taken_away(home: Path) -> None:
    (home / "run").mkdir(parents=True, mode=0o700)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(home / "run" / "rpcd.sock"))
        other.listen()
        with pytest.raises(AssertionError, match="another daemon answers"):
            await Daemon(home).start()
        assert (home / "run" / "rpcd.sock").is_socket()


async def test_a_crash_under_load_tears_nothing(home: Path) -> None:
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon:
        acknowledged: list[tuple[str, str]] = []
        async with daemon.unix() as c:
            stories = [await story(c) for _ in range(3)]
        for round in range(3):
            writing = [asyncio.create_task(_write(daemon, s, f"{round}", acknowledged)) for s in stories for _ in "ab"]
            await grown(acknowledged, 40)
            await daemon.kill()
            await asyncio.gather(*writing)
            await daemon.start()
        async with daemon.unix() as c:
            assert (await c.call("status"))["warnings"] == []
            for s in stories:
                found = await texts(c, s, limit=1000)
                assert [text for text in found if text.endswith("b")] == [
                    f"{text[:-1]}b" for text in found if text.endswith("a")
                ], "a commit is there with both of its lines or not at all"
                assert {text for of, text in acknowledged if of == s} <= set(found)
        reading = Reading(Path(daemon.ready["store"]))
        assert [e["seq"] for e in reading.events] == list(range(1, len(reading.events) + 1))


async def grown(acknowledged: list[tuple[str, str]], by: int) -> None:
    """Waits until as many more have been acknowledged."""
    had = len(acknowledged)
    await until(lambda: len(acknowledged) >= had + by)


async def _write(daemon: Daemon, s: str, label: str, acknowledged: list[tuple[str, str]]) -> None:
    """Writes two lines a commit until the daemon is gone."""
    me = f"{label} {id(asyncio.current_task())}"
    try:
        async with daemon.unix() as c:
            for n in range(10_000):
                pair = [f"{me} {n} a", f"{me} {n} b"]
                await c.call("append", story=s, commands=[said("you", text) for text in pair])
                acknowledged += [(s, text) for text in pair]
    except (ConnectionError, OSError):
        pass


async def test_a_lost_tail_is_told_and_goes_on_only_when_it_is_accepted(home: Path) -> None:
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            for n in range(3):
                await say(c, s, f"{n}")
        await daemon.stop()
        with plain(Path(daemon.ready["store"])) as db:
            db.execute("DROP TRIGGER event_is_never_deleted")
            db.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
        await daemon.start()
        async with daemon.unix() as c:
            assert "tail is lost" in (await c.call("status"))["warnings"][0]
            assert await texts(c, s) == ["0", "1"]
            for method, asked in (
                ("append", {"story": s, "commands": [said("you", "Hm.")]}),
                ("play", {"story": s, "text": "Hm."}),
                ("create", {"title": "Sun"}),
                ("rewind", {"story": s, "to": 30}),
            ):
                with pytest.raises(Refused) as refused:
                    await c.call(method, asked)
                assert refused.value.code == STORAGE, method
                assert "--accept-tail" in refused.value.data["why"]
        await daemon.stop()
        daemon.arguments = ("--port", "0", "--accept-tail")
        await daemon.start()
        async with daemon.unix() as c:
            await say(c, s, "On we go.")
        daemon.arguments = ("--port", "0")
        await daemon.restart()
        async with daemon.unix() as c:
            assert (await c.call("status"))["warnings"] == []
            assert await texts(c, s) == ["0", "1", "On we go."]
