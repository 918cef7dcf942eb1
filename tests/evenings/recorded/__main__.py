"""`python -m tests.evenings.recorded DIR`: plays the evening with answers given by hand, and records them.

Each request is written to DIR/N.request.txt and waits for DIR/N.answer.txt. In the end DIR/answers.json holds them all.
"""

import asyncio
import sys
import time
from itertools import count
from pathlib import Path

from tests.evenings.recorded.answers import Answer, Answers, Record, anchored, key, put_back, written
from tests.evenings.recorded.playing import Players, begun, told
from tests.support.scripted_model import Body

HOURS = 36_000.0
"""Seconds that a request may wait for its answer."""


class ByHand(Answers):
    """Answers that somebody writes while the evening is played."""

    def __init__(self, folder: Path) -> None:
        super().__init__({})
        self.record: Record = {}
        self._folder, self._numbers = folder, count(1)

    def to(self, body: Body) -> Answer:
        """What is written for a request; waits for it."""
        number, asks = next(self._numbers), key(body)
        prompt = "\n\n".join(f"=== {m['role']}\n{m['content']}" for m in body["messages"])
        (self._folder / f"{number}.request.txt").write_text(f"turn {self.turn}: {asks}\n\n{prompt}\n", encoding="utf-8")
        there = self._folder / f"{number}.answer.txt"
        while not there.exists() or not there.read_text(encoding="utf-8").endswith("\n"):
            time.sleep(0.2)
        answer = anchored(there.read_text(encoding="utf-8").strip(), body)
        self.record.setdefault(str(self.turn), {}).setdefault(asks, []).append(answer)
        return put_back(answer, body)[0]


async def main(folder: Path) -> None:
    """Plays the evening, and writes what was answered."""
    folder.mkdir(parents=True, exist_ok=True)
    story, answers = told(), ByHand(folder)
    async with begun(folder / "home", story, Players(story, answers), patience=HOURS) as evening:
        async for turn in evening.turns():
            print(f"turn {turn} is played")
            (folder / "answers.json").write_text(written(answers.record), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
