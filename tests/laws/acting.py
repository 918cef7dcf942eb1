"""Acts on a story through the real services, and on the simple account of it, and compares the two."""

import contextlib
from collections.abc import Container, Sequence
from typing import Any

import msgspec

from daemon.history.deletion import Deletion
from daemon.history.revise import Reviser
from daemon.live.open_stories import OpenStory
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Reader
from daemon.story.decide import Part, Utter
from daemon.story.decide.play import check_speaker
from daemon.story.impact import difference
from daemon.story.world import Proposed
from daemon.turn.follow_up import FollowUp
from protocol import methods as m
from protocol.commands import AnyCommand, Command, Remember, Set
from protocol.errors import Fault
from protocol.ids import Seq
from tests.laws.comparing import Comparing
from tests.laws.naive import LASTING, LINE_KINDS, STAYING, Naive, Row
from tests.story.wandering import SETTING, next_command
from tests.support.eyes import EYES
from tests.support.open_store import Store, plain


async def acting(store: Store) -> "Acting":
    """A new story, and the account of it."""
    story, branch = await store.create(msgspec.convert(SETTING, list[AnyCommand]))
    it = Acting(store, store.writer.open_stories.get(story), branch)
    it.catch_up()
    return it


class Acting(Comparing):
    """One story. Numbers choose: of lines of history, events and so on, in the order in which they were made."""

    def __init__(self, store: Store, tale: OpenStory, root: str) -> None:
        super().__init__(store, tale, Naive(root))
        self.branches, self.deletion = store.branches, Deletion(store.writer)
        reader = Reader(store.writer, store.views, _no_model, "off")
        rememberer = Rememberer(store.writer, store.views)
        self.after = FollowUp(store.writer, store.views, reader, rememberer)
        self.reviser = Reviser(store.writer, store.views, self.branches, self.deletion, self.after)

    # acting

    async def take(self, step: tuple[str, Any, int]) -> None:
        """One step, as far as the rules and the story allow it."""
        what, first, second = step
        with contextlib.suppress(Fault):
            if isinstance(first, bytes) and what != "wander":
                first = int.from_bytes(first[:2]) % 41
            await getattr(self, what)(first, second)
        self.catch_up()
        assert self.tale.current == self.naive.current

    def catch_up(self) -> None:
        """Gives the account what the log has by now."""
        last = self.naive.rows[-1]["seq"] if self.naive.rows else 0
        with plain(self.store.database.path) as c:
            rows = c.execute("SELECT * FROM event WHERE story = ? AND seq > ? ORDER BY seq", (self.tale.id, last))
            self.naive.take([dict(row) for row in rows])

    async def append(self, what: Sequence[Command], line: int) -> None:
        await self.store.append(self.tale.id, *what, branch=self._line(line))

    async def wander(self, what: bytes, n: int) -> None:
        """Something that makes sense in the world as it is, on the current line mostly."""
        line = self._line(n)
        truth = (await self.store.writer.open_stories.world(self.tale, line)).truth
        asked = next_command(truth, what, word=("rain", "red scarf", "key")[n % 3])
        await self.store.append(self.tale.id, msgspec.convert(asked, AnyCommand), branch=line)

    async def remember(self, which: int, n: int) -> None:
        """A memory that derives from what somebody perceived, or a telling of one."""
        line = self.naive.current
        who, lens = (("you", ("you",)), ("a", ("a",)), ("b", ("b",)))[n % 3]
        kept = self.naive.memories(line, lens)
        if kept and n % 2:
            memory = kept[which % len(kept)][0]
            told: dict[str, Any] = {"do": "share", "by": who, "to": ["you", "a", "b"], "memory": memory}
        else:
            seen = [r["seq"] for r in self.naive.shown(line, lens=lens)]
            told = {
                "do": "remember",
                "gist": f"The rain, {n}.",
                "by": [who],
                "from": seen[-1 - which % len(seen) :][:2],
            }
        await self.store.append(self.tale.id, msgspec.convert(told, AnyCommand))

    async def retell(self, which: int, n: int) -> None:
        """A memory in other words."""
        kept = self.naive.memories(self.naive.current, ())
        if kept:
            told = Set(what="memory", id=kept[which % len(kept)][0], values={"gist": f"a red scarf, {n}"})
            await self.store.append(self.tale.id, told)

    async def fork(self, line: int, at: int) -> None:
        of = self._line(line)
        seqs = self._later(of)
        done = await self.branches.fork(m.ForkParams(story=self.tale.id, branch=of, at=Seq(seqs[at % len(seqs)])))
        self._forked(done.branch, of, done.at, current=False)

    async def rewind(self, to: int, line: int) -> None:
        of = self._line(line)
        seqs = self._later(of)
        to = seqs[-1 - to % len(seqs)]
        done = await self.branches.rewind(m.RewindParams(story=self.tale.id, branch=of, to=Seq(to)))
        assert done.to == max(s for s in self.naive.ends(of) if s <= to)
        assert done.undo == self.naive.current
        self._forked(str(done.branch), of, done.to)

    async def switch(self, line: int, _: int) -> None:
        done = await self.branches.switch(m.SwitchParams(story=self.tale.id, branch=self._line(line)))
        self.naive.current = done.branch

    async def retake(self, which: int, n: int) -> None:
        """A line of one who is there again, in other words, as a reply to the same."""
        of = self.naive.current
        said = [r for r in self.naive.shown(of) if r["kind"] == "line.said" and not self.naive.payload(r).part]
        if not said:
            return
        old = said[which % len(said)]
        words = self.naive.payload(old)
        before = Seq(max(s for s in self.naive.ends(of) if s < old["seq"]))
        then = await self.store.writer.open_stories.world_before(self.tale, of, before)
        async with self.store.writer.change(self.tale, of) as change:
            check_speaker(then.truth, words.who)  # as a turn does it: who cannot speak leaves no branch behind
            branch, _ = await self.branches.branch_off(change, before, "take")
            self._forked(branch, of, before)
            parts = [Part("speech", f"Take {n}."), Part("thought", "It rains."), Part("action", "smiles")]
            line = Utter(line=self.tale.ids.make("l"), who=words.who, parts=parts, mode="reply", answers=before)
            await change.on(branch).commit([line], cause=old["cause"] or before)

    async def revise(self, which: int, n: int) -> None:
        await self._revise(which, n, "in_place")

    async def revise_as_fork(self, which: int, n: int) -> None:
        await self._revise(which, n, "fork")

    async def _revise(self, which: int, n: int, mode: Any) -> None:
        of = self.naive.current
        told = self.naive.transcript(of, ())
        if not told:
            return
        line = told[which % len(told)][0]
        old = [r for r in self.naive.shown(of) if r["kind"] == "line.said" and r["subject"] == line]
        if not old:
            return
        everything, last = self.naive.all(of), self.naive.rows[-1]["seq"]
        text = ("The rain is over.", '*She nods.* "Who took the key?"')[n % 2]
        done = await self.reviser.revise(m.ReviseParams(story=self.tale.id, line=line, text=text, mode=mode))
        self.catch_up()
        if mode == "fork":
            self._forked(done.branch, of, self._before(of, old[0]["seq"]))
        else:
            gone = set().union(*(self.naive.goes_with(everything, r["seq"]) for r in old))
            kinds = {r["seq"]: r["kind"] for r in everything}
            out = {s: True for s in gone if kinds[s] not in STAYING}
            self.naive.lines[of].act(last + 1, out)
        await self.after.background.settled()

    async def delete(self, which: int, n: int) -> int | None:
        """Takes out an event, or two; the seq of the first."""
        of = self.naive.current
        shown = [r["seq"] for r in self.naive.shown(of) if r["kind"] not in LASTING]
        if not shown:
            return None
        return await self.delete_these(
            sorted({shown[-1 - (which * (1 + k * n)) % len(shown)] for k in range(1 + n % 2)})
        )

    async def sweep(self, which: int, n: int) -> None:
        """Takes out many lines and memories at once, some of which go with others of them."""
        told = (*LINE_KINDS, "memory.formed")
        shown = [r["seq"] for r in self.naive.shown(self.naive.current) if r["kind"] in told]
        if targets := shown[-2 - which :: 1 + n % 3]:
            await self.delete_these(targets)

    async def delete_these(self, targets: list[int]) -> int:
        """Takes out these; the first of them."""
        of = self.naive.current
        before, everything, last = self.naive.gone(of), self.naive.all(of), self.naive.rows[-1]["seq"]
        done = await self.deletion.delete(m.DeleteParams(story=self.tale.id, targets=[Seq(t) for t in targets]))
        self.catch_up()
        # What else goes and comes back where it takes a revision out is held against what it is for: see `agrees`.
        goes = {t: self.naive.goes_with(everything, t) for t in targets}
        acts = [self.naive.payload(r) for r in self.naive.rows if r["seq"] > last and r["kind"] == "event.retracted"]
        assert [t for act in acts for t in act.targets] == targets
        other = {t: frozenset(also) - goes[t] for act in acts for t, also in zip(act.targets, act.also, strict=True)}
        if not self._revisions(everything, set().union(*goes.values())):
            assert not done.back and not any(other.values())
        self.naive.lines[of].act(done.head or 0, other, done.back)
        assert done.gone == sorted(self.naive.gone(of) - before)
        assert done.back == sorted(before - self.naive.gone(of))
        return targets[0]

    async def forget(self, which: int, n: int) -> None:
        """Takes out one of the latest things that derive from others."""
        shown = [r["seq"] for r in self.naive.shown(self.naive.current) if self.naive.sources(r)]
        if shown:
            await self.delete_these([shown[-1 - which % min(4, len(shown))]])

    async def unrevise(self, which: int, n: int) -> None:
        """Takes out a revision."""
        if shown := self.naive.revisions(self.naive.current):
            await self.delete_these([shown[which % len(shown)]])

    async def reinstate(self, which: int, _: int) -> None:
        """Brings back what was deleted, not what was retired for something else."""
        out = sorted(t for t, alone in self.naive.lines[self.naive.current].out(10**9).items() if alone is not True)
        if out:
            await self.bring_back(out[which % len(out)])

    async def bring_back(self, target: int) -> None:
        of = self.naive.current
        line = self.naive.lines[of]
        alone = line.out(10**9)[target]
        everything, before = self.naive.all(of), self.naive.gone(of)
        with_ = {target} if alone is True else self.naive.goes_with(everything, target) | (alone or set())
        done = await self.deletion.reinstate(m.ReinstateParams(story=self.tale.id, targets=[Seq(target)]))
        self.catch_up()
        again = [r for r in everything if r["seq"] in with_ and self._account(r)]
        instead = [
            r["seq"] for r in everything if r["seq"] not in with_ and self._account(r)
            and any((x["cause"], x["witnesses"]) == (r["cause"], r["witnesses"]) and x["seq"] < r["seq"] for x in again)
        ]  # fmt: skip
        retired = sorted(
            set().union(*(self.naive.goes_with(everything, seq) for seq in instead)) - set(line.out(10**9))
        )
        if not self._revisions(everything, {r["seq"] for r in everything}):
            assert done.retired == retired  # else what is of other words stays out as well: see `agrees`
        act = self.naive.payload(next(r for r in self.naive.rows if r["seq"] == done.head))
        line.act(done.head, dict.fromkeys(done.retired, True), act.targets)
        assert done.back == sorted(before - self.naive.gone(of))

    def _revisions(self, rows: Sequence[Row], seqs: Container[int]) -> list[int]:
        return [r["seq"] for r in rows if r["kind"] == "line.revised" and r["seq"] in seqs]

    async def sum_up(self, which: int, n: int) -> None:
        """An account of a scene that is over for those who have none, as the daemon's own would be written."""
        of = self.naive.current
        shown = self.naive.shown(of)
        closed = [r for r in shown if r["kind"] == "scene.closed"]
        if not closed:
            return
        end = closed[which % len(closed)]
        lines = [r for r in shown if r["kind"] == "line.said" and r["seq"] < end["seq"]]
        for who, bit in (("you", 1), ("a", 2), ("b", 4)):
            had = any(self._account(r) and r["cause"] == end["seq"] and r["witnesses"] & bit for r in shown)
            seqs = [r["seq"] for r in lines if r["witnesses"] & bit]
            if had or not seqs:
                continue
            told = Remember(gist=f"It was a red scarf, {n}.", by=[who], kind="summary", from_=seqs)  # type: ignore[list-item]
            async with self.store.writer.change(self.tale, of) as change:
                await change.derive(end["turn"], [Proposed.of(told, end["seq"])], named=[told])

    async def foretold(self, step: tuple[str, Any, int]) -> None:
        """A delete or rewind whose preview says what it comes to, and changes nothing."""
        line, head = self.naive.current, self.naive.rows[-1]["seq"]
        before = [await self._state(line, lens) for lens in EYES]
        lines = self.naive.transcript(line, ())
        acts = {"delete": self.deletion.delete, "rewind": self.branches.rewind}
        asked: list[Any] = []
        what = "rewind" if step[0] == "rewind" else "delete"

        async def previewed(p: Any) -> Any:
            asked.append(await acts[what](msgspec.structs.replace(p, preview=True)))
            self.catch_up()
            assert self.naive.rows[-1]["seq"] == head, "a preview writes nothing"
            asked.append(await acts[what](p))
            return asked[-1]

        self.deletion.delete = self.branches.rewind = previewed  # type: ignore[method-assign]
        try:
            await self.take((step[0], step[1], 0) if step[0] == "rewind" else step)
        finally:
            self.deletion.delete, self.branches.rewind = acts["delete"], acts["rewind"]  # type: ignore[method-assign]
        if not asked:
            return
        preview, done = asked
        assert preview.impact == done.impact
        impact, now = done.impact, self.naive.current
        after = [await self._state(now, lens) for lens in EYES]
        told = {"+".join(lens) or "truth": d for n, lens in enumerate(EYES) if (d := difference(before[n], after[n]))}
        assert impact.states == told
        left = dict(self.naive.transcript(now, ()))
        assert {x["line"] for x in impact.lines} >= {id for id, _ in lines if id not in left}

    # choosing

    def _line(self, n: int) -> str:
        """The current line, mostly."""
        ids = list(self.naive.lines)
        return ids[n % len(ids)] if n % 4 == 3 else self.naive.current

    def _later(self, line: str) -> list[int]:
        """The seqs of a line from the end of its first commit on."""
        first = next(self.naive.ends(line))
        return [r["seq"] for r in self.naive.all(line) if r["seq"] >= first]

    def _before(self, line: str, seq: int) -> int:
        """Where a line that tells this otherwise forks: not on one that has nothing before it but its beginning."""
        at = max(s for s in self.naive.ends(line) if s < seq)
        while True:
            (on,) = {r["branch"] for r in self.naive.rows if r["seq"] == at}
            own = [r for r in self.naive.rows if r["branch"] == on and r["seq"] <= at]
            if self.naive.lines[on].parent is None or any(
                r["kind"] not in LASTING and r["turn"] != own[0]["turn"] for r in own
            ):
                return at
            at = self.naive.lines[on].at

    def _account(self, row: Row) -> bool:
        return (
            row["kind"] == "memory.formed" and row["cause"] is not None
            and self.naive.payload(row).memory_kind == "summary"
        )  # fmt: skip

    def _forked(self, branch: str, of: str, at: int, *, current: bool = True) -> None:
        self.catch_up()
        self.naive.fork(branch, of, at)
        was, now = self.naive.words(of), self.naive.words(branch)
        assert {k: now[k][1] for k in now if k in was} == {k: x[1] for k, x in was.items() if x[0] <= at}
        if current:
            self.naive.current = branch


def _no_model() -> Any:
    raise AssertionError("nothing is read")
