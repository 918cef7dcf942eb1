"""SIGKILLs at random moments under load: nothing acknowledged is lost, no commit torn, nothing done twice."""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

from tests.conftest import config
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import over, said, story
from tests.support.wire_client import Client
from tests.torture.checks import check_states, check_whole, new_home, spoken

STORIES = 3
WRITERS = 4
STATES_EVERY = 10
"""How many kills lie between two comparisons of all states with a replay."""


class Writer:
    """Says pairs of lines, each pair in a commit with a key; repeats what was not answered."""

    def __init__(self, name: str, story: str) -> None:
        self.name, self.story = name, story
        self.acknowledged: list[str] = []
        self.next = 0

    async def write(self, daemon: Daemon) -> None:
        """Until the daemon is gone."""
        try:
            async with daemon.unix() if self.next % 2 else daemon.web() as c:
                while True:
                    pair = [f"{self.name} {self.next} {x}" for x in "ab"]
                    commands = [said("you", text) for text in pair]
                    await c.call("append", story=self.story, commands=commands, key=f"{self.name} {self.next}")
                    self.acknowledged += pair
                    self.next += 1
        except (OSError, ConnectionError):
            pass


class Player(Writer):
    """Plays turns instead, and rewinds now and then."""

    async def write(self, daemon: Daemon) -> None:
        try:
            async with daemon.web() as c:
                await c.call("stream", story=self.story)
                while True:
                    await self._turn(c)
        except (OSError, ConnectionError):
            pass

    async def _turn(self, c: Client) -> None:
        text = f"{self.name} {self.next}"
        played = await c.call("play", story=self.story, text=text, key=text)
        self.acknowledged.append(text)
        self.next += 1
        if self.next % 5 == 0:
            await c.call("rewind", story=self.story, to=played["head"])
        await over(c, played["turn"])


async def run(rounds: int) -> str:
    """So many kills."""
    rng = Random(rounds)
    endpoint = Endpoint(lambda body: "one two three four five six seven eight", delay=0.01)
    with new_home() as home:
        async with endpoint, Daemon(home, config(endpoint.url)) as daemon:
            async with daemon.unix() as c:
                stories = [await story(c) for _ in range(STORIES)]
                theatre = await story(c)
            writers = [Writer(f"w{n}", stories[n % STORIES]) for n in range(WRITERS)] + [Player("p", theatre)]
            for kill in range(rounds):
                await _one(daemon, writers, rng.random() * 0.4)
                events = _check(Path(daemon.ready["store"]), writers)
                if kill % STATES_EVERY == STATES_EVERY - 1:
                    async with daemon.unix() as c:
                        assert (await c.call("status"))["warnings"] == []
                        await check_states(c, Path(daemon.ready["store"]))
        acknowledged = sum(len(w.acknowledged) for w in writers)
        return f"{rounds} kills, {acknowledged} lines acknowledged and there, {events} events whole, no draft left"


async def _one(daemon: Daemon, writers: list[Writer], seconds: float) -> None:
    """Lets everybody write for a moment, kills the daemon and starts it again."""
    writing = [asyncio.create_task(w.write(daemon)) for w in writers]
    await asyncio.sleep(seconds)
    await daemon.kill()
    await asyncio.gather(*writing)
    await daemon.start()


def _check(path: Path, writers: list[Writer]) -> int:
    events = check_whole(path)
    with plain(path) as c:
        assert c.execute("SELECT count(*) FROM draft").fetchone()[0] == 0, "what a crash left behind has become a line"
    found = Counter(spoken(path))
    for writer in writers:
        for text in writer.acknowledged:
            assert found[writer.story, text] == 1, f"{text!r} is there {found[writer.story, text]} times"
    for (of, text), count in found.items():
        if text.startswith("w"):
            other = text[:-1] + ("b" if text.endswith("a") else "a")
            assert found[of, other] == count == 1, f"{text!r} is there without {other!r}, or twice"
    return events
