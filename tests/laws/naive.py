"""A simple account of a story's histories, to hold against the real one: events with masks, lines that know what they
were forked from, and for each what was taken out of it.

It takes the rows of the log as they are, and works out by itself what every line shows: slowly, and by other code.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from daemon.story.evolve import evolve
from daemon.story.lenses import lens_of
from daemon.story.state import State, initial
from protocol.events import PAYLOADS
from protocol.ids import EntityId
from tests.support.eyes import EYES, may_see, people

Row = Mapping[str, Any]
Lens = tuple[EntityId, ...]
LINE_KINDS = ("line.said", "line.noticed", "line.revised")
LASTING = ("story.created", "branch.created", "event.retracted", "event.reinstated")
STAYING = (*LINE_KINDS, *LASTING, "time.passed", "model.called", "scene.opened", "scene.closed")
"""What stays where the words that led to it go."""


Alone = bool | frozenset[int]
"""Whether a target went alone; or what else went with it and what follows from it."""


class Line:
    """A line of history: forked from another at a seq. `acts` tells from which seq on which targets were out."""

    def __init__(self, id: str, parent: "Line | None", at: int, born: int) -> None:
        self.id, self.parent, self.at = id, parent, at
        self.acts: list[tuple[int, dict[int, Alone]]] = [(born, dict(parent.out(10**9)) if parent else {})]
        self.acts[0] = born, {t: alone for t, alone in self.acts[0][1].items() if t <= at}

    def out(self, at: int) -> dict[int, Alone]:
        """The targets that were out as of a seq."""
        mine = [out for seq, out in self.acts if seq <= at]
        return mine[-1] if mine else self.parent.out(min(at, self.at)) if self.parent else {}

    def act(self, seq: int, out: Mapping[int, Alone], back: Iterable[int] = ()) -> None:
        """From this seq on these are out as well, and those are not."""
        left = {t: alone for t, alone in self.out(seq).items() if t not in set(back)}
        self.acts.append((seq, left | {t: left.get(t, True) if alone is True else alone for t, alone in out.items()}))


class Naive:
    """The account of one story. `take` gives it the rows that came since."""

    def __init__(self, root: str) -> None:
        self.lines = {root: Line(root, None, 0, 0)}
        self.current = root
        self.rows: list[Row] = []
        self._payloads: dict[int, Any] = {}

    def take(self, rows: Iterable[Row]) -> None:
        self.rows += rows

    def payload(self, row: Row) -> Any:
        """What an event says."""
        if row["seq"] not in self._payloads:
            self._payloads[row["seq"]] = msgspec.json.decode(row["data"], type=PAYLOADS[row["kind"]])
        return self._payloads[row["seq"]]

    def fork(self, id: str, of: str, at: int) -> None:
        """A new line; what is out of the other at this moment is out of it as well, whenever that was done."""
        born = next(r["seq"] for r in self.rows if r["branch"] == id)
        self.lines[id] = Line(id, self.lines[of], at, born)

    def head(self, line: str) -> int:
        return max((r["seq"] for r in self.all(line)), default=0)

    def all(self, line: str, at: int = 10**9) -> list[Row]:
        """All that a line ever saw up to a seq, taken out or not."""
        it = self.lines[line]
        before = self.all(it.parent.id, min(at, it.at)) if it.parent else []
        return before + [r for r in self.rows if r["branch"] == line and r["seq"] <= at]

    def gone(self, line: str, at: int = 10**9) -> set[int]:
        """What is not shown of that as of a seq."""
        found: set[int] = set()
        everything = self.all(line, at)
        for target, alone in self.lines[line].out(at).items():
            found |= {target} if alone is True else self.goes_with(everything, target) | (alone or frozenset())
        return found & {r["seq"] for r in everything}

    def shown(self, line: str, at: int = 10**9, lens: Lens = ()) -> list[Row]:
        gone = self.gone(line, at)
        return [r for r in self.all(line, at) if r["seq"] not in gone and _sees(lens, r)]

    def goes_with(self, rows: list[Row], target: int) -> set[int]:
        """The target and what follows from it: gone over again and again until nothing more is found."""
        (first,) = [r for r in rows if r["seq"] == target]
        told_before = any(
            r["seq"] < target and r["kind"] == "memory.formed" and r["subject"] == first["subject"] for r in rows
        )
        gone = {target}
        while True:
            more = {r["seq"] for r in rows if r["seq"] > target and self._follows(r, first, gone, rows, told_before)}
            if more <= gone:
                return gone
            gone |= more

    def _follows(self, row: Row, first: Row, gone: set[int], rows: list[Row], told_before: bool) -> bool:
        if row["kind"] in LASTING:
            return False
        if row["kind"] in LINE_KINDS:
            if first["kind"] == "line.revised":
                run = [r["seq"] for r in rows if first["seq"] <= r["seq"] <= row["seq"] and r["turn"] == first["turn"]]
                same = (
                    row["kind"] == "line.revised"
                    and row["subject"] == first["subject"]
                    and row["turn"] == first["turn"]
                )
                return same and not self.payload(first).part and len(run) == row["seq"] - first["seq"] + 1
            if first["kind"] != "line.said" or row["subject"] != first["subject"]:
                return False
            part = self.payload(first).part
            return part == 0 or self.payload(row).part == part
        if row["kind"].startswith("scene."):
            return False
        if row["cause"] in gone:
            return True
        if row["kind"] != "memory.formed":
            return False
        same = {
            r["seq"] for r in rows if r["kind"] == "memory.formed" and r["subject"] == row["subject"]
            and not (told_before and r["seq"] == first["seq"])
        }  # fmt: skip
        return bool(gone & set(self.payload(row).from_)) or any(s in gone and s < row["seq"] for s in same)

    def states(self, line: str, at: int = 10**9) -> list[State]:
        """The states through every lens, folded from the first event on."""
        return [self._fold(self.shown(line, at, lens), lens) for lens in EYES]

    def _fold(self, rows: list[Row], lens: Lens) -> State:
        state = initial(lens_of(lens))
        for row in rows:
            state = evolve(state, self.payload(row), row["seq"])
        return state

    def words(self, line: str, lens: Lens = (), at: int = 10**9) -> dict[tuple[str, int], list[Any]]:
        """Of each part of a line when it was said, its words, and the event that gives it them."""
        parts: dict[tuple[str, int], list[Any]] = {}
        for row in self.shown(line, at, lens):
            p = self.payload(row)
            if row["kind"] == "line.said":
                parts[p.line, p.part] = [row["seq"], p.text, row["seq"]]
            elif row["kind"] == "line.revised" and (p.line, p.part) in parts:
                parts[p.line, p.part][1:] = [p.text, row["seq"]]
        return parts

    def revisions(self, line: str) -> list[int]:
        """The revisions that a line shows."""
        return [r["seq"] for r in self.shown(line) if r["kind"] == "line.revised"]

    def of_other_words(self, line: str) -> list[int]:
        """What is shown though a part that it was made of has other words than it had then, but for what holds for
        other words as well."""
        now = {said: by for said, _, by in self.words(line).values()}
        found: list[int] = []
        for row in self.shown(line):
            if of := self.sources(row) & now.keys():
                then = {said: by for said, _, by in self.words(line, at=row["seq"]).values()}
                found += [row["seq"] for s in of if then.get(s) != now[s]]
        return found

    def orphans(self, line: str) -> list[int]:
        """What is shown though something that it derives from is not."""
        gone = self.gone(line)
        return [r["seq"] for r in self.shown(line) if self.sources(r) & gone]

    def sources(self, row: Row) -> set[int]:
        """What an event derives from, but for one that holds whatever that was."""
        if row["kind"] in STAYING:
            return set()
        from_ = self.payload(row).from_ if row["kind"] == "memory.formed" else []
        return {*from_, *([row["cause"]] if row["cause"] is not None else [])}

    def transcript(self, line: str, lens: Lens, at: int = 10**9) -> list[tuple[str, str]]:
        """The lines with their words, as a lens has them."""
        parts = self.words(line, lens, at)
        for row in self.shown(line, at, lens):
            if row["kind"] == "line.noticed":
                parts.setdefault((self.payload(row).line, self.payload(row).part), [row["seq"], "", 0])
        told: dict[str, list[str]] = {}
        for (id, _), (_, text, _) in sorted(parts.items(), key=lambda item: item[1][0]):
            told.setdefault(id, []).append(text)
        return [(id, " ".join(t for t in texts if t)) for id, texts in told.items()]

    def memories(self, line: str, lens: Lens, at: int = 10**9) -> list[tuple[str, int, str]]:
        """Each memory of a lens with its last event and words, in the order of these."""
        kept: dict[str, tuple[str, int, str]] = {}
        for row in self.shown(line, at, lens):
            if row["kind"] == "memory.formed":
                kept[row["subject"]] = (row["subject"], row["seq"], self.payload(row).gist)
        return sorted(kept.values(), key=lambda x: x[1])

    def count(self, line: str) -> int:
        """How many lines there are."""
        return len({r["subject"] for r in self.shown(line) if r["kind"] == "line.said" and self.payload(r).part == 0})

    def texts(self, line: str, lens: Lens) -> set[str]:
        """All words that a lens can recall."""
        lore = {self.payload(r).text for r in self.shown(line, lens=lens) if r["kind"] == "lore.set"}
        told = {text for _, text in self.transcript(line, lens)} | {gist for _, _, gist in self.memories(line, lens)}
        return (lore | told) - {""}

    def ends(self, line: str) -> Iterator[int]:
        """The seqs of a line that end a commit."""
        return (r["seq"] for r in self.all(line) if r["ends"])


def _sees(lens: Lens, row: Row) -> bool:
    return may_see(lens, people(row["witnesses"]), None if row.get("seems") is None else people(row["seems"]))
