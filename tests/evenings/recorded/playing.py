"""Plays the recorded evening with a daemon whose model says what was said then, and looks at it after each turn."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.conftest import config
from tests.evenings.recorded.answers import Answers
from tests.evenings.recorded.facts import Data, Fact, Lens, Views, Wanting
from tests.evenings.recorded.minds import feelings
from tests.support.asked_minds import asked
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import look
from tests.support.wire_client import Client

HERE = Path(__file__).parent
SILENCE = "(silence)"

Story = dict[str, Any]


def told() -> Story:
    """The evening: its setup, and in each turn what is played and what is replied."""
    story: Story = json.loads((HERE / "evening.json").read_text(encoding="utf-8"))
    return story


class Players:
    """The model: it writes the replies of a turn, and answers readings and summaries as recorded. `prompts` are what
    was sent for each mind, and for the `narrator`."""

    def __init__(self, story: Story, answers: Answers) -> None:
        self.answers, self._ids = answers, {name: e for e, name in story["cast"].items()}
        self.replies: list[dict[str, Any]] = []
        self.prompts: dict[str, list[str]] = {}
        self.unwritten: list[str] = []

    def prose(self, body: Body) -> str:
        """What comes as prose: a reply of this turn by whoever is asked, or a summary."""
        what, name = asked(body)
        self._note(body, self._ids[name] if name else "narrator")
        if what == "summary":
            return str(self.answers.to(body))
        who = self._ids.get(name)
        mine = next((r for r in self.replies if r["speaker"] == who), None)
        if mine is None:
            self.unwritten.append(f"turn {self.answers.turn}: {name or 'the narrator'} was asked for a reply")
            return SILENCE
        self.replies.remove(mine)
        return str(mine["text"])

    def reading(self, body: Body) -> Any:
        """What is read in the lines of this turn."""
        what, name = asked(body)
        if what == "mind":
            self._note(body, self._ids[name])
        return self.answers.to(body)

    def _note(self, body: Body, whose: str) -> None:
        self.prompts.setdefault(whose, []).extend(m["content"] for m in body["messages"])


class Evening:
    """The story as it is played. `views` are what is to be seen after the turn that was played last."""

    def __init__(self, c: Client, id: str, story: Story, players: Players) -> None:
        self._c, self._id, self._story, self._players = c, id, story, players
        self._earlier: list[Data] = []
        self.views = Views(0, [], players.prompts)

    async def turns(self) -> AsyncIterator[int]:
        """Plays turn after turn, each until all that follows it is done, and yields its number."""
        await self._c.call("stream", story=self._id, tokens=False)
        for number, turn in enumerate(self._story["turns"], 1):
            self._earlier.append(await self._inwardly())
            self._players.answers.turn, self._players.replies = number, list(turn.get("replies", []))
            played = 0
            if "do" in turn:
                await self._c.call("append", story=self._id, commands=turn["do"])
            else:
                played = (await self._c.call("play", story=self._id, **turn["play"]))["turn"]
                await self._c.until(played)
            await self._settled()
            self.views = Views(played, self._earlier, self._players.prompts)
            yield number

    async def replies(self) -> list[Data]:
        """The lines of the turn played last that the model wrote, in order."""
        who = [r["speaker"] for r in self._story["turns"][len(self._earlier) - 1].get("replies", [])]
        lines = (await self._seen("transcript"))["lines"]
        return [x for x in lines if self.views.turn and x["turn"] == self.views.turn and x["who"] in who]

    async def explained(self, line: str) -> Data:
        """What a line was written from."""
        found: Data = await self._c.call("explain", story=self._id, line=line)
        return found

    async def things(self) -> list[str]:
        """What all things are called by now."""
        return [x["name"] for x in (await self._seen("world"))["props"]]

    async def holds(self, fact: Fact) -> bool:
        """Whether a fact is so by now. What it looks at is fetched when it asks for it."""
        while True:
            try:
                return fact.check(self.views, fact.lens)
            except Wanting as wanting:
                self.views.seen[wanting.view, wanting.lens] = await self._seen(wanting.view, wanting.lens)

    async def memories(self) -> list[Data]:
        """All that anybody remembers by now."""
        found: list[Data] = (await self._seen("memories"))["memories"]
        return found

    async def recalled(self, who: str, query: str) -> list[Data]:
        """What somebody recalls first when asked."""
        asked = {"story": self._id, "lens": [who], "query": query, "k": 5}
        found: list[Data] = (await self._c.call("recall", **asked))["memories"]
        return found

    async def _seen(self, view: str, lens: Lens = ()) -> Data:
        """A view; of lines and memories all there are."""
        name, _, who = view.partition(" ")
        more: Data = {"entity": who} if who else {"limit": 1000} if name in ("transcript", "memories") else {}
        return await look(self._c, self._id, name, lens=list(lens), **more)

    async def _inwardly(self) -> Data:
        """What each feels, and in what mood they are."""
        moods = {e: (await self._seen(f"entity {e}"))["mood"] for e in self._story["cast"]}
        return {"edges": feelings(await self._seen("edges")), "mood": moods}

    async def _settled(self) -> None:
        """Waits until what goes on behind play is done."""
        async with asyncio.timeout(self._c.patience):
            while any(j["story"] == self._id and not j["why"] for j in (await self._c.call("jobs"))["jobs"]):
                await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def begun(home: Path, story: Story, players: Players, patience: float = 30.0) -> AsyncIterator[Evening]:
    """The evening at its beginning, with a daemon of its own. `patience`: seconds that an answer may take."""
    async with Endpoint(players.prose, players.reading) as model:
        limits = f"context = {story['context']}\nmax_tokens = {story['max_tokens']}\n"
        limits += "".join(f"{name} = {patience}\n" for name in ("first_token_s", "idle_s", "total_s"))
        async with Daemon(home, config(model.url, limits, reading="wait")) as daemon, daemon.unix() as c:
            c.patience = 4 * patience
            id = (await c.call("create", title=story["title"], setup=story["setup"]))["story"]
            yield Evening(c, id, story, players)
