"""The prompts of the recorded evening.

python -m tests.evenings.recorded.prompts FILE             plays it, and writes what every reply was written from
python -m tests.evenings.recorded.prompts BEFORE AFTER     the two of such files beside each other, as Markdown
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.evenings.recorded.answers import Answers, read
from tests.evenings.recorded.playing import HERE, Evening, Players, begun, told

Made = dict[str, Any]
"""What a reply was written from: its `turn`, `speaker`, `sections`, `messages`."""


async def played(evening: Evening) -> AsyncIterator[Made]:
    """Plays the evening; for each reply what it was written from, as `explain` tells it."""
    async for turn in evening.turns():
        for line in await evening.replies():
            told = await evening.explained(line["line"])
            yield {
                "turn": turn,
                "speaker": told["speaker"],
                "exact": told["exact"],
                "sections": {s["name"]: s["text"] for s in told["sections"]},
                "messages": [m["content"] for m in told["messages"]],
            }


async def all_of_them(home: Path) -> list[Made]:
    """What every reply of the evening was written from."""
    story, answers = told(), Answers(read(HERE / "answers.json"))
    async with begun(home, story, Players(story, answers)) as evening:
        return [made async for made in played(evening)]


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        made = asyncio.run(all_of_them(Path(folder) / "home"))
    Path(sys.argv[1]).write_text(json.dumps(made, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
