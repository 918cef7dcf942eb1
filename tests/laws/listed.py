"""A story in a list of rows, without a store, and the simple account of it beside.

Lines, memories and what they caused are forked, revised, deleted and reinstated by the pure decisions of
story/revisions.py alone.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from daemon.story import revisions
from daemon.story.lineage import Branch, Tree, branch_of, forked
from daemon.story.retraction import ACTS, Act, Consequences, Derivation, made_of
from daemon.story.revisions import Dependents, LineRow, RetiredRow, Texts, Written
from protocol.events import (
    BranchCreated,
    EventReinstated,
    EventRetracted,
    LineNoticed,
    LineRevised,
    LineSaid,
    MemoryFormed,
    NoteSet,
    Payload,
    SceneClosed,
    TimePassed,
)
from protocol.ids import BEGINNING, Mask, Seq
from tests.laws.naive import LASTING, LINE_KINDS, STAYING, Alone, Naive, Row
from tests.support.eyes import people

ROOT = "b1"
MINDS = (1, 2, 4)


class Listed:
    """One story. Numbers choose, of what there is in the order in which it was made; what cannot be is left."""

    def __init__(self) -> None:
        self.tree, self.naive = Tree(), Naive(ROOT)
        self.tree[ROOT] = Branch(ROOT, "s1", None, BEGINNING, "root", "", Seq(1))
        self.seq = self.turn = 0

    # acting

    def say(self, branch: str, a: int, b: int) -> None:
        """A line of up to three parts, with what it causes: a note, time that passes, perhaps a notice."""
        line = f"l{self.seq + 1}"
        masks = [(7, 3, 1)[(a + n) % 3] for n in range(1 + b % 3)]
        parts = [(LineSaid(line, "you", f"Said {n}.", part=n), mask) for n, mask in enumerate(masks)]
        said = self._write(branch, parts)
        if b % 4 == 1:
            self._write(branch, [(LineNoticed(line, "you", "whisper", part=len(masks) - 1), 4)])
        caused = [NoteSet(f"Note {a}."), TimePassed(None, a, 1), SceneClosed(f"s{self.seq}", "kitchen")]
        self._write(branch, [(p, 7) for p in caused[: a % 4]], cause=said[b % len(said)])

    def remember(self, branch: str, a: int, b: int) -> None:
        """A memory of up to three events, which may be memories themselves."""
        mind = MINDS[a % 3]
        seen = [
            r["seq"]
            for r in self.naive.shown(branch, lens=tuple(people(mind)))
            if r["kind"] in (*LINE_KINDS, "memory.formed")
        ]
        if seen:
            from_ = sorted({seen[-1 - (a * n + b) % min(6, len(seen))] for n in range(1 + b % 3)})
            self._write(branch, [(MemoryFormed(f"m{self.seq + 1}", "So it was.", from_=from_), mind)])

    def reword(self, branch: str, a: int, b: int) -> None:
        """A memory in other words, as the author gives it them."""
        kept = {r["subject"]: r for r in self.naive.shown(branch) if r["kind"] == "memory.formed"}
        if kept:
            row = [*kept.values()][-1 - a % len(kept)]
            was = self.naive.payload(row)
            now = msgspec.structs.replace(was, gist=f"Or so, {b}.", from_=was.from_ or [row["seq"]])
            self._write(branch, [(now, row["witnesses"])])

    def sum_up(self, branch: str, a: int, b: int) -> None:
        """Summaries of the lines before a scene's end, for each mind that has none."""
        shown = self.naive.shown(branch)
        closed = [r for r in shown if r["kind"] == "scene.closed"]
        if not closed:
            return
        end = closed[a % len(closed)]
        for mind in MINDS:
            had = any(x == (end["seq"], mind) for r in shown if (x := self._summary_of(r)))
            lines = (r for r in shown if r["kind"] == "line.said" and r["seq"] < end["seq"] and r["witnesses"] & mind)
            if not had and (from_ := [r["seq"] for r in lines]):
                memory = MemoryFormed(f"m{self.seq + 1}", "All of it.", memory_kind="summary", from_=from_)
                self._write(branch, [(memory, mind)], cause=end["seq"])

    def revise(self, branch: str, a: int, b: int) -> None:
        """A line in another text; what was made of the old one is retired."""
        said = [r for r in self.naive.shown(branch) if r["kind"] == "line.said"]
        if not said:
            return
        line = said[a % len(said)]["subject"]
        parts = [r for r in said if r["subject"] == line]
        everything, seqs, first = self.naive.all(branch), [r["seq"] for r in parts], self.seq + 1
        retired = revisions.retired_by_revision(self._follow(branch, seqs), self.tree.deleted(branch))
        texts = [LineRevised(line, f"Revised {b % 3}.", self.naive.payload(r).part) for r in parts]
        acts = [(EventRetracted(retired), 0)] if retired else []
        self._write(branch, [*acts, *((p, r["witnesses"]) for p, r in zip(texts, parts, strict=True))])
        goes = set[int]().union(*(self.naive.goes_with(everything, s) for s in seqs))
        kinds = {r["seq"]: r["kind"] for r in everything}
        self.naive.lines[branch].act(first, {s: True for s in goes if kinds[s] not in STAYING})

    def delete(self, branch: str, a: int, b: int) -> None:
        """Up to three events of any kind."""
        shown = [r["seq"] for r in self.naive.shown(branch) if r["kind"] not in LASTING]
        if shown:
            self.delete_these(branch, sorted({shown[-1 - (a + 5 * n) % len(shown)] for n in range(1 + b % 3)}))

    def unrevise(self, branch: str, a: int, b: int) -> None:
        """Deletes a revision."""
        if shown := self.naive.revisions(branch):
            self.delete_these(branch, [Seq(shown[a % len(shown)])])

    def delete_these(self, branch: str, targets: Sequence[Seq]) -> None:
        everything = self.naive.all(branch)
        found = self._follow(branch, targets)
        plain = {t: [s for s in found.by_target[t] if s != t] for t in targets}
        assert {t: {t, *more} for t, more in plain.items()} == {t: self.naive.goes_with(everything, t) for t in targets}
        revised = [s for s, d in found.derivations.items() if d.kind == "line.revised"]
        also, back = revisions.deletion(self._dependents(branch, revised), plain)
        acts: list[Payload] = [EventRetracted([*also], [*also.values()])]
        if back:
            acts.append(EventReinstated(back))
        self._write(branch, [(act, 0) for act in acts])
        other: dict[int, Alone] = {t: frozenset(more) - {t, *plain[t]} for t, more in also.items()}
        assert revised or not (back or any(other.values()))
        self.naive.lines[branch].act(self.seq, other, back)

    def reinstate(self, branch: str, a: int, b: int) -> None:
        """What was deleted, not what is retired."""
        if deleted := sorted(self.tree.deleted(branch).by_target):
            self.reinstate_this(branch, deleted[a % len(deleted)])

    def reinstate_this(self, branch: str, target: int) -> None:
        before = self.naive.gone(branch)
        deleted = self.tree.deleted(branch)
        with_target = deleted.going_with([Seq(target)])
        dependents = self._dependents(branch, with_target, deleted.all - deleted.without([Seq(target)]))
        rows = self.naive.all(branch)
        memories = [
            Written(r["seq"], r["cause"], r["witnesses"])
            for r in rows
            if r["kind"] == "memory.formed" and r["cause"] is not None
        ]
        later = [w for w in memories if self._summary_of(next(r for r in rows if r["seq"] == w.seq))]
        instead = revisions.written_instead([w for w in memories if w.seq in with_target], later, with_target)
        replaced = self._follow(branch, instead).all if instead else ()
        act, back = revisions.reinstatement(dependents, [Seq(target)], replaced)
        self._write(branch, [(act, 0)])
        self.naive.lines[branch].act(self.seq, dict.fromkeys(act.retires, True), act.targets)
        assert back == sorted(before - self.naive.gone(branch))

    def fork(self, branch: str, a: int, b: int) -> str:
        """A branch that forks at any seq at which one of the branch's commits ends."""
        ends = [*self.naive.ends(branch)]
        return self.fork_at(branch, ends[a % len(ends)] if ends else 0)

    def fork_at(self, branch: str, at: int) -> str:
        new = f"b{len(self.tree) + 1}"
        created, acts = forked(self.tree, branch, Seq(at), new, "fork")
        carried = revisions.carried(self.texts(branch), Seq(at))
        rows = {r["seq"]: r for r in self.naive.all(branch)}
        self.tree[new] = branch_of("s1", created, Seq(self.seq + 1))
        repeated = [(self.naive.payload(rows[s]), rows[s]["witnesses"]) for s in carried]
        self._write(new, [(created, 0), *((act, 0) for act in acts), *repeated])
        self.naive.fork(new, branch, at)
        return new

    # what a purge would take

    def in_same_words(self, purged: Collection[Seq]) -> set[Seq]:
        """What goes with purged revisions, by the decision."""
        on = [(r["branch"], _derivation(r, self.naive)) for r in self.naive.rows]
        return revisions.in_same_words(self.tree, purged, self._line_rows(), on)

    # rows, as the store's loader fetches them

    def _dependents(self, branch: str, seqs: Iterable[Seq], coming: Iterable[Seq] = ()) -> Dependents:
        rows = {r["seq"]: r for r in self.naive.rows}
        line_of = {s: rows[s]["subject"] for s in seqs if rows[s]["kind"] == "line.revised"}
        behind = {rows[s]["subject"] for s in self._behind(coming) if rows[s]["kind"] in LINE_KINDS}
        lines = {*line_of.values(), *behind}
        texts = self.texts(branch)
        found = self._follow(branch, [texts.said[p] for p in texts.revisions if p[0] in lines])
        retired = [self._retired(rows[s]) for s in sorted(found.all & self.tree.deleted(branch).retired)]
        return Dependents(texts, found, line_of, retired, frozenset(behind))

    def _behind(self, seqs: Iterable[Seq]) -> set[Seq]:
        """These events and what they were made of, at any remove, back to events of lines."""
        rows, found, todo = {r["seq"]: r for r in self.naive.rows}, set[Seq](), [*seqs]
        while todo:
            row = rows[todo.pop()]
            if row["seq"] not in found:
                found.add(row["seq"])
                todo += [] if row["kind"] in LINE_KINDS else _derivation(row, self.naive).made_of
        return found

    def _follow(self, branch: str, targets: Collection[Seq]) -> Consequences:
        rows = [_derivation(r, self.naive) for r in self.naive.all(branch) if r["seq"] >= min(targets, default=0)]
        formed = [r for r in self.naive.rows if r["kind"] == "memory.formed"]
        first = {r["subject"]: r["seq"] for r in reversed(formed)}
        rewritten = {r["seq"] for r in formed if first[r["subject"]] < r["seq"]}
        return Consequences(targets, rewritten).take(rows)

    def _retired(self, row: Row) -> RetiredRow:
        d = _derivation(row, self.naive)
        return RetiredRow(d.seq, made_of(d.cause, d.from_), len(d.from_), self._summary_of(row))

    def _line_rows(self) -> list[LineRow]:
        rows = [(r, self.naive.payload(r)) for r in self.naive.rows if r["kind"] in LINE_KINDS]
        return [LineRow(r["seq"], r["branch"], r["kind"], p.line, p.part, getattr(p, "text", "")) for r, p in rows]

    def texts(self, branch: str) -> Texts:
        """The texts that a branch sees."""
        return Texts(self.tree, branch, self._line_rows())

    def _summary_of(self, row: Row) -> tuple[Seq, Mask] | None:
        is_summary = row["kind"] == "memory.formed" and self.naive.payload(row).memory_kind == "summary"
        return (row["cause"], row["witnesses"]) if is_summary and row["cause"] is not None else None

    def _write(self, branch: str, payloads: Sequence[tuple[Payload, int]], cause: int | None = None) -> list[int]:
        """Adds a commit to a branch: payloads with masks. Their seqs."""
        self.turn += 1
        rows: list[dict[str, Any]] = []
        for payload, mask in payloads:
            self.seq += 1
            if payload.kind in ACTS:
                self.tree.add_act(branch, Act.of(Seq(self.seq), payload))
            subject = getattr(payload, "line", None) or getattr(payload, "memory", None)
            rows.append({
                "seq": self.seq, "branch": branch, "turn": self.turn, "kind": payload.kind, "cause": cause,
                "subject": subject, "witnesses": mask, "data": msgspec.json.encode(payload), "ends": 0,
            })  # fmt: skip
        if rows:
            rows[-1]["ends"] = 1
        self.naive.take(rows)
        return [r["seq"] for r in rows]


def _derivation(row: Row, naive: Naive) -> Derivation:
    p = naive.payload(row)
    from_ = p.from_ if isinstance(p, MemoryFormed) else ()
    part = 0 if isinstance(p, BranchCreated) else getattr(p, "part", 0)
    return Derivation(row["seq"], row["kind"], row["cause"], row["subject"], part, from_)


def shown(it: Listed, branch: str) -> list[int]:
    """Returns the seqs that a branch shows, acts apart."""
    return [r["seq"] for r in it.naive.shown(branch) if r["kind"] not in ("event.retracted", "event.reinstated")]
