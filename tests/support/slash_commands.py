"""Somebody at a keyboard, for the tests of slash commands, and the story that is played."""

import io
from pathlib import Path
from typing import Any

from client.commands import table
from client.play.game import Game
from client.show.screen import Screen
from tests.support.small_cast import INN, look
from tests.support.wire_client import Client

SETUP: list[dict[str, Any]] = [
    *INN,
    {"do": "add_prop", "prop": "drawer", "name": "drawer", "in": {"container": "inn"}},
    {"do": "add_prop", "prop": "ring", "name": "ring", "in": {"entity": "you"}},
    {"do": "set", "what": "clock", "values": {"clock": "1958-10-16T23:10:00"}},
]


class Hand:
    """Somebody at a keyboard: what is typed, and what was shown for it. `aside` is what goes to standard error."""

    def __init__(self, home: Path, client: Client, story: str) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        plain, aside = (Screen(colour=False, live=False, out=o) for o in (self.out, self.err))
        self.game, self.client, self.story = Game(home, plain, self._ask, aside), client, story
        self.answers: list[str] = []
        self.asked: list[str] = []

    async def _ask(self, question: str, default: str) -> str:
        """Enter, unless something else was laid ready to be answered."""
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else default

    @classmethod
    async def at(cls, home: Path, client: Client, story: str) -> "Hand":
        """One that has a story open."""
        made = cls(home, client, story)
        await made.game.start()
        [found] = [x for x in (await client.call("stories"))["stories"] if x["story"] == story]
        await made.game.open({**found, "lens": found["lens"] or []}, tail=0)  # nobody is asked whether to see it all
        return made

    async def __call__(self, text: str) -> str:
        """What is shown for a line that is typed."""
        before = len(self.out.getvalue())
        await table.run(self.game, text)
        return self.out.getvalue()[before:]

    async def truth(self, view: str, **more: Any) -> dict[str, Any]:
        return await look(self.client, self.story, view, **more)

    async def changed(self) -> str:
        """What was told of the last turn's changes."""
        await self.game.settled()
        return self.err.getvalue().strip().splitlines()[-1]
