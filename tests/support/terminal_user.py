"""Somebody in the room: keys come from a pipe, and what is shown is kept."""

import asyncio
import io
from pathlib import Path

from prompt_toolkit.input import PipeInput
from prompt_toolkit.output import DummyOutput

from client.room.repl import Room
from client.show.screen import Screen

CTRL_C, CTRL_D, ALT_ENTER, UP = "\x03", "\x04", "\x1b\r", "\x1b[A"


class Seat:
    """Somebody in the room: what is typed, what is seen, and waiting for it."""

    def __init__(self, home: Path, keys: PipeInput) -> None:
        self.out = io.StringIO()
        self.keys = keys
        self.room = Room(home, Screen(colour=False, live=False, out=self.out), (keys, DummyOutput()))
        self.play: asyncio.Task[int] | None = None
        self._from = 0

    def type(self, *texts: str) -> None:
        for text in texts:
            self.keys.send_text(text)

    async def sees(self, *texts: str) -> str:
        """Waits for these, in this order, after what was waited for before; all that came meanwhile."""
        start = self._from
        async with asyncio.timeout(30):
            for text in texts:
                while (at := self.out.getvalue().find(text, self._from)) < 0:
                    assert self.play and not self.play.done(), self.out.getvalue()
                    await asyncio.sleep(0.01)
                self._from = at + len(text)
        return self.out.getvalue()[start : self._from]

    async def free(self) -> None:
        """Waits until the prompt is there again."""
        async with asyncio.timeout(30):
            while not self.room.screen.at_prompt:
                await asyncio.sleep(0.01)

    async def does(self, typed: str, *seen: str) -> str:
        """Types a line and waits for what is seen of it, and for the prompt after that; all that came meanwhile."""
        self.type(f"{typed}\r")
        came = await self.sees(*seen)
        await self.free()
        return came
