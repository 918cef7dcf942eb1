"""The prompts of the recorded evening.

    python -m tests.evenings.recorded.prompts FILE             plays it, and writes what every reply was written from
    python -m tests.evenings.recorded.prompts BEFORE AFTER     two such files side by side, as docs/prompts.md has them

A file of another version is written by that version: copy this module and playing.py into a checkout of it. The second
form needs the embedded model, by whose tokenizer it counts.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from statistics import median
from textwrap import wrap
from typing import Any

from tests.evenings.recorded.answers import Answers, read
from tests.evenings.recorded.contradictions import contradictions
from tests.evenings.recorded.playing import HERE, Evening, Players, begun, told
from tests.support.embedded_tokens import counting

Made = dict[str, Any]
"""What a reply was written from: its `turn`, `speaker`, `sections`, `messages`; and what all `things` are called."""

STANDING = ("style", "premise", "identity", "others", "place", "things", "among", "past")
"""The sections that stand before the lines."""

APART = (*STANDING, "transcript", "memories")
"""The sections that are no part of the moment."""

SHOWN = 30
COLUMN = 58


async def written_in(turn: int, evening: Evening) -> list[Made]:
    """What each reply of the turn played last was written from, as `explain` tells it."""
    made = []
    for line in await evening.replies():
        told = await evening.explained(line["line"])
        made.append(
            {
                "turn": turn,
                "speaker": told["speaker"],
                "exact": told["exact"],
                "things": await evening.things(),
                "sections": {s["name"]: s["text"] for s in told["sections"] if s["text"]},
                "messages": [m["content"] for m in told["messages"]],
            }
        )
    return made


async def all_of_them(home: Path) -> list[Made]:
    """Plays the evening; what every reply of it was written from."""
    story, answers = told(), Answers(read(HERE / "answers.json"))
    async with begun(home, story, Players(story, answers)) as evening:
        return [made async for turn in evening.turns() for made in await written_in(turn, evening)]


def wrong(made: Made) -> list[str]:
    """Where a prompt contradicts its own lines."""
    cast = told()["cast"]
    return contradictions(made["sections"], cast.get(made["speaker"], ""), list(cast.values()), made["things"])


def moment(made: Made) -> str:
    """The part of a prompt that changes from turn to turn."""
    return "\n".join(text for name, text in made["sections"].items() if name not in APART)


def side_by_side(before: Sequence[Made], after: Sequence[Made], count: Callable[[str], int]) -> Iterator[str]:
    """The lines of the comparison."""
    cast = told()["cast"]
    both = list(zip(before, after, strict=True))
    yield from (Path(__file__).with_name("prompts.head.md").read_text(encoding="utf-8").rstrip(), "")
    yield "| | before | after |\n| --- | ---: | ---: |"
    for what, figure in _FIGURES.items():
        yield f"| {what} | {figure(before, count)} | {figure(after, count)} |"
    yield "\nTokens by section, the median of the prompts that have it:\n"
    yield "| section | before | after |\n| --- | ---: | ---: |"
    for name in dict.fromkeys(n for made in (*after, *before) for n in made["sections"]):
        yield f"| {name} | {_median(before, name, count)} | {_median(after, name, count)} |"
    yield "\n## How to write, before and after\n"
    yield from _columns(before[0]["sections"]["style"], after[0]["sections"]["style"])
    for one, other in both[:SHOWN]:
        tokens = f"{count(moment(one))} and {count(moment(other))} tokens"
        yield f"\n## Turn {one['turn']}, {cast.get(one['speaker'], 'the narrator')}: {tokens}\n"
        yield from (f"Contradicts its lines before: {x}.\n" for x in wrong(one))
        yield from _columns(moment(one), moment(other))


def _columns(left: str, right: str) -> Iterator[str]:
    yield "```text"
    for one, other in zip_longest(_wrapped(left), _wrapped(right), fillvalue=""):
        yield f"{one:<{COLUMN}} | {other}".rstrip()
    yield "```"


def _wrapped(text: str) -> list[str]:
    return [x for line in text.split("\n") for x in wrap(line, COLUMN, subsequent_indent="  ") or [""]]


def _median(made: Sequence[Made], name: str, count: Callable[[str], int]) -> str:
    found = [count(x["sections"][name]) for x in made if name in x["sections"]]
    return f"{median(found):.0f} ({len(found)})" if found else "–"


def _kept(made: Sequence[Made], _: Callable[[str], int]) -> str:
    """How often the first message is that of the speaker's prompt before."""
    last: dict[Any, str] = {}
    same, of = 0, 0
    for x in made:
        first = x["messages"][0]
        of += x["speaker"] in last
        same += last.get(x["speaker"]) == first
        last[x["speaker"]] = first
    return f"{same} of {of}"


_FIGURES: dict[str, Callable[[Sequence[Made], Callable[[str], int]], str]] = {
    "prompts that contradict their own lines": lambda made, _: f"{sum(bool(wrong(x)) for x in made)} of {len(made)}",
    "tokens of the moment, median": lambda made, count: f"{median(count(moment(x)) for x in made):.0f}",
    "tokens of the moment, most": lambda made, count: str(max(count(moment(x)) for x in made)),
    "first message the same as at the speaker's reply before": _kept,
}


def main(files: Sequence[Path]) -> None:
    """Plays the evening, or compares what two versions wrote of it."""
    if len(files) == 1:
        with tempfile.TemporaryDirectory() as folder:
            made = asyncio.run(all_of_them(Path(folder)))
        files[0].write_text(json.dumps(made, indent=1, ensure_ascii=False), encoding="utf-8")
        return
    before, after = (json.loads(x.read_text(encoding="utf-8")) for x in files)
    with counting() as count:
        print("\n".join(side_by_side(before, after, count)))


if __name__ == "__main__":
    main([Path(x) for x in sys.argv[1:]])
