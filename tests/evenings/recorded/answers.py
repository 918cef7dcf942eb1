"""Recorded answers: by turn and by what was asked, so that they are found again where a later version asks in another
order, or less.

A request numbers its lines and gives ids to questions. In a recorded answer a line stands there by the words of it that
a change is about, and a question by its own; they are put back for the request that is answered.
"""

import json
import re
from pathlib import Path
from typing import Any

from tests.support.asked_minds import asked, beside
from tests.support.scripted_model import NOTHING, Body

Answer = str | dict[str, Any]
Record = dict[str, dict[str, list[Answer]]]
"""By turn, by what was asked, in order."""

FIRST_WORDS = 9
"""Words of a sentence by which a line is known again, however lines are cut by then."""

_WORD = re.compile(r"\w+")
_LINE = re.compile(r"^(\d+)\. (?:[A-Z]\w+(?: \([^)]*\))?: |narrator: )?\*?(.+?)\*?$", re.MULTILINE)
_QUESTION = re.compile(r"^(thread\d+): (.+)$", re.MULTILINE)


def key(body: Body) -> str:
    """What a request asks for: `world`, `mind of Pim`, `summary of Pim`."""
    what, name = asked(body)
    return f"{what} of {name}" if name else what


class Answers:
    """What was answered. `missing` tells what was asked and is not recorded, `lost` what could not be put back."""

    def __init__(self, record: Record) -> None:
        self.turn = 0
        self.missing: list[str] = []
        self.lost: list[str] = []
        self._left = {turn: {k: list(v) for k, v in given.items()} for turn, given in record.items()}

    def to(self, body: Body) -> Answer:
        """The next answer of this turn to what is asked; an empty reading where none is left."""
        asks = key(body)
        left = self._left.get(str(self.turn), {}).get(asks)
        if not left:
            self.missing.append(f"turn {self.turn}: {asks}")
            return "…" if asks.startswith("summary") else NOTHING
        given = left.pop(0)
        minds = self._left[str(self.turn)].get(f"mind of {beside(body)}")
        if isinstance(given, dict) and minds:  # what was asked apart when it was recorded
            given = joined(given, minds.pop(0))
        answer, lost = put_back(given, body)
        self.lost += [f"turn {self.turn}: {asks}: {what}" for what in lost]
        return answer


def read(path: Path) -> Record:
    """The answers of a file."""
    record: Record = json.loads(path.read_text(encoding="utf-8"))
    return record


def written(record: Record) -> str:
    """A file of answers, an answer to a line, so that one can see what changed."""
    turns = []
    for turn, given in record.items():
        asks = []
        for asking, answers in given.items():
            each = ",\n   ".join(json.dumps(a, ensure_ascii=False) for a in answers)
            asks.append(f"{json.dumps(asking)}: [\n   {each}\n  ]")
        turns.append(f'"{turn}": {{\n  ' + ",\n  ".join(asks) + "\n }")
    return "{\n " + ",\n ".join(turns) + "\n}\n"


def anchored(text: str, body: Body) -> Answer:
    """An answer as it is recorded, without the numbers and ids that only its own request knows."""
    if key(body).startswith("summary"):
        return text
    answer: dict[str, Any] = json.loads(text)
    user = body["messages"][1]["content"]
    lines, questions = _numbered(user), dict(_QUESTION.findall(user))
    for change in answer.get("changes", []):
        change["n"] = _sentence(change, lines[change["n"]])
    for item in [*answer.get("changes", []), *answer.get("answers", [])]:
        if item.get("it") in questions:
            item["it"] = questions[item["it"]]
    if "doubts" in answer:
        answer["doubts"] = [lines[n] for n in answer["doubts"]]
    return answer


def joined(world: dict[str, Any], mind: Answer) -> dict[str, Any]:
    """The answer about the world with one about a mind: what that doubts is told of where it was told."""
    assert isinstance(mind, dict)
    told = {n: str(c.get("text", "")) for n, c in enumerate(world["changes"]) if c["do"] == "tell"}
    doubted = {_alike(said, told) for said in mind.get("doubts", [])}
    changes = [{**c, "doubted": True} if n in doubted else c for n, c in enumerate(world["changes"])]
    return {**world, "changes": changes, "mind": {k: v for k, v in mind.items() if k != "doubts"}}


def put_back(answer: Answer, body: Body) -> tuple[Answer, list[str]]:
    """An answer as this request takes it, and what in it the request knows nothing of."""
    if isinstance(answer, str):
        return answer, []
    lost: list[str] = []
    lines = _numbered(body["messages"][1]["content"])
    given = {**answer}
    if "changes" in answer:
        placed = [(change, _line(change["n"], lines)) for change in answer["changes"]]
        given["changes"] = [{**change, "n": n} for change, n in placed if n]
        lost += [f"no line {change['n']!r}" for change, n in placed if not n]
    if "doubts" in answer:
        doubted = [(said, _alike(said, lines)) for said in answer["doubts"]]
        given["doubts"] = [n for _, n in doubted if n]
        lost += [f"not told {said!r}" for said, n in doubted if not n]
    return given, lost


def _numbered(user: str) -> dict[int, str]:
    """The numbered lines of a request, which stand in its last list."""
    return {int(n): " ".join(text.split()) for n, text in _LINE.findall(user.rpartition("\n\n")[2])}


def _sentence(change: dict[str, Any], line: str) -> str:
    """The beginning of the sentence of a line that has most words of a change."""
    wanted = set(_WORD.findall(" ".join(str(v) for k, v in change.items() if k != "n").casefold()))
    sentences = re.split(r"(?<=[.!?])\s+", line)
    best = max(sentences, key=lambda s: len(wanted & set(_WORD.findall(s.casefold()))))
    return " ".join(best.split()[:FIRST_WORDS])


def _line(words: str, lines: dict[int, str]) -> int | None:
    """The line that begins with these words, or has them, or is their beginning."""
    begins = (n for n, text in lines.items() if text.startswith(words))
    has = (n for n, text in lines.items() if words in text or words.startswith(text))
    return next(begins, None) or next(has, None)


def _alike(said: str, lines: dict[int, str]) -> int | None:
    """The line that has at least half of these words."""
    wanted = set(_WORD.findall(said.casefold()))
    shared = {n: len(wanted & set(_WORD.findall(text.casefold()))) for n, text in lines.items()}
    best = max(shared, key=lambda n: shared[n], default=None)
    return best if best is not None and 2 * shared[best] >= len(wanted) else None
