"""What is remembered of the recorded evening, and what of it comes to mind: measures, and nothing asserted.

`python -m tests.evenings.recorded.remembering` prints them.
"""

import asyncio
import re
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.evenings.recorded.answers import Answers, read
from tests.evenings.recorded.playing import HERE, Evening, Players, begun, told
from tests.support.asked_minds import asked
from tests.support.scripted_model import Body

HEADING = "What comes to mind:"
RUN = 7
"""Words in a row that two texts have in common where one repeats the other."""

_WORD = re.compile(r"\w+")
_PERSON = re.compile(r"\b(I|I'm|I've|I'd|I'll|me|my|mine|myself|you|your|yours|yourself)\b", re.IGNORECASE)

TALK = (
    "Sit down with me for a moment, there is no hurry any more, and the kettle has not even begun to sing. The rain "
    "has stopped, and somebody out in the street is whistling something that I nearly know. "
)
"""What stands before a question, so that the question is the end of a long message."""

PLANTED = (
    ("a", "Who was it, two years ago, that came in late, so that Melusine complained to the union?", r"flautist"),
    ("b", "What was in that letter in your back pocket, and since when had you had it?", r"State Opera|eleven days"),
    ("b", "Where did you say that the tap is, and what does its water taste of?", r"pennies"),
    ("b", "On which pulley does the moon stick?", r"second pulley"),
    ("a", "What did you say that the hotel next door throws out at eleven?", r"bottles"),
    ("a", "Who taught you to drown somebody so politely?", r"My wife taught me"),
    ("b", "What was there to eat before I came, that Casimir did not tell me of?", r"soup"),
    ("a", "Since when has your hand been shaking?", r"Since the autumn"),
    ("a", "Which of my glasses does she drown to?", r"F sharp"),
    ("b", "Whom did I once accompany, and it never complained in writing?", r"bagpipe"),
)
"""Ten details of the first five turns: of whom they are asked, how, and what comes back."""


class Asked(NamedTuple):
    """A request for a reply: in which turn, of whom, its text without what comes to mind, and that by itself."""

    turn: int
    name: str
    told: str
    recalled: list[str]


class Remembered(NamedTuple):
    """What an evening left: memories (episodes) by turn, the requests for replies, and what came back when asked."""

    turns: int
    memories: list[tuple[int, dict[str, Any]]]
    prompts: list[Asked]
    back: dict[str, bool]

    def share(self, who: str = "") -> float:
        """The share of turns of which a memory was made, by anybody or by one."""
        return len({turn for turn, x in self.memories if not who or who in x["witnesses"]}) / self.turns

    def significance(self, who: str = "") -> list[float]:
        """The significance of each memory."""
        return [x["significance"] for _, x in self.memories if not who or who in x["witnesses"]]


class Remembering:
    """Looks at what is remembered after each turn, and asks at the end for what was told early."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._memories: list[tuple[int, dict[str, Any]]] = []
        self._turns = 0

    async def look(self, turn: int, evening: Evening) -> None:
        """Notes which episodes are new after a turn."""
        self._turns = turn
        for x in await evening.memories():
            if x["kind"] == "episode" and x["memory"] not in self._known:
                self._memories.append((turn, x))
                self._known.add(x["memory"])

    async def ended(self, evening: Evening, players: "Noting") -> Remembered:
        """What the evening left."""
        back = {}
        for who, question, wanted in PLANTED:
            found = await evening.recalled(who, TALK + question)
            back[question] = any(re.search(wanted, x["text"]) for x in found)
        return Remembered(self._turns, self._memories, players.asked_for, back)


async def remembered(home: Path) -> Remembered:
    """Plays the evening for what is remembered of it alone."""
    story, remembering = told(), Remembering()
    players = Noting(story, Answers(read(HERE / "answers.json")))
    async with begun(home, story, players) as evening:
        async for turn in evening.turns():
            await remembering.look(turn, evening)
        return await remembering.ended(evening, players)


class Noting(Players):
    """Notes each request for a reply, apart from what comes to mind in it."""

    asked_for: list[Asked]

    def __init__(self, story: Any, answers: Answers) -> None:
        super().__init__(story, answers)
        self.asked_for = []

    def prose(self, body: Body) -> str:
        what, name = asked(body)
        if what != "summary":
            self.asked_for.append(Asked(self.answers.turn, name, *parted([m["content"] for m in body["messages"]])))
        return super().prose(body)


def parted(messages: Sequence[str]) -> tuple[str, list[str]]:
    """(A prompt without what comes to mind in it, what comes to mind)."""
    whole = "\n\n".join(messages)
    before, found, after = whole.partition(HEADING)
    mind, _, rest = after.partition("\n\n")
    items = [x.removeprefix("- ") for x in re.split(r"\n(?=- )", mind.strip())] if found else []
    return before + "\n\n" + rest, items


def repeated(prompt: Asked) -> Iterator[tuple[str, str]]:
    """What comes to mind with words in a row that stand in the prompt, or come to mind besides; and these words."""
    told = runs(prompt.told)
    for n, item in enumerate(prompt.recalled):
        others = set[str]().union(*(runs(x) for m, x in enumerate(prompt.recalled) if m != n))
        if both := runs(item) & (told | others):
            yield item, min(both)


def runs(text: str) -> set[str]:
    """All runs of RUN words in a text."""
    found = _WORD.findall(text.casefold())
    return {" ".join(found[n : n + RUN]) for n in range(len(found) - RUN + 1)}


def speaks(text: str) -> bool:
    """Whether a text says "I" or "you" of anybody."""
    return _PERSON.search(text) is not None


def told_of(found: Remembered) -> str:
    """The measures in words."""
    lines = [f"{found.turns} turns; with a memory: {found.share():.2f}"]
    for who in ("", "you", "a", "b"):
        marks = sorted(found.significance(who))
        spread = f"median {statistics.median(marks):.1f}, {marks[0]:.1f} to {marks[-1]:.1f}" if marks else "none"
        lines.append(f"{who or 'all':4} {found.share(who):.2f} of turns; significance {spread}")
    items = sum(len(p.recalled) for p in found.prompts)
    again = sum(1 for p in found.prompts for _ in repeated(p))
    lines.append(f"{len(found.prompts)} prompts, {items} recalled items, of which {again} repeat what stands elsewhere")
    lines.append(f"{sum(found.back.values())} of {len(found.back)} early details came back")
    lines += [f"  not: {question}" for question, came in found.back.items() if not came]
    lines += [
        f"turn {turn}: {x['significance']:.1f} {'/'.join(x['witnesses'])}: {x['text']}" for turn, x in found.memories
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(told_of(asyncio.run(remembered(Path(folder) / "h"))))
