"""A story that was exported and imported is the same: every branch, through every lens, with all that was kept."""

import asyncio
import base64
import contextlib
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from daemon.files.exporter import Exporter
from daemon.files.importer import Importer
from daemon.files.transfers import Transfers
from daemon.history.deletion import Deletion
from daemon.live.views import Viewpoint
from daemon.store.check.verify import check_chain
from daemon.story.decide import Drafted
from daemon.story.lenses import LENSES
from daemon.story.references import SEQS
from daemon.story.retraction import KEEPS
from protocol import methods as m
from protocol.commands import Command, Remember, Say, Share
from protocol.errors import Fault
from protocol.events import PAYLOADS, ModelCalled, Payload, ProposalRefused
from protocol.ids import BITS, NOBODY, TurnNumber
from tests.support.direct_client import templates_in
from tests.support.open_store import Reading, Store, folded, opened, plain
from tests.support.strategies import commands, small_worlds

NAMED = ("fork_seq", "targets", "also", "retires", "answers", "from", "prompt_head", "recalled")
"""The fields of payloads that hold seqs, written down by hand."""

NUMBERS = {
    "part", "significance", "depth", "matters", "minutes", "elapsed", "warmth", "trust", "tension", "capacity",
    "talkativeness", "freshness", "estimated_tokens", "budget", "factor", "prompt_tokens", "completion_tokens",
    "cached_tokens", "first_token_ms", "total_ms", "nth", "scan_depth", "rules", "seed", "messages", "last_turn",
}  # fmt: skip
"""The fields that hold other numbers."""

HISTORY = st.sampled_from(["rewind", "switch", "remember", "machinery", "retract", "reinstate", "purge", "other"])
PLAY = commands() | st.lists(commands(), min_size=2, max_size=6)
STEPS = st.lists(st.booleans().flatmap(lambda history: HISTORY if history else PLAY), min_size=4, max_size=25)


class Desk(NamedTuple):
    """An open store with who exports from it and imports into it."""

    store: Store
    exporter: Exporter
    importer: Importer

    async def export(self, story: str, format: m.ExportFormat = "story", **more: Any) -> bytes:
        made = await self.exporter.export(m.ExportParams(story=story, format=format, **more))
        if made.data is None:
            assert made.download is not None
            with self.exporter.transfers.download(made.download.rpartition("/")[2]).file as file:
                return file.read()
        return base64.b64decode(made.data)

    async def take(self, text: bytes, format: m.ImportFormat = "story", **more: Any) -> m.ImportResult:
        data = base64.b64encode(text).decode()
        return await self.importer.take(m.ImportParams(format=format, data=data, **more), local=False)


@contextlib.asynccontextmanager
async def desk(folder: Path) -> Any:
    """The desk of the store in this folder."""
    async with opened(folder) as store:
        transfers = Transfers(folder, 100_000_000)
        templates = templates_in(folder, store)
        importer = Importer(
            store.writer, transfers, templates, lambda kind, what: contextlib.nullcontext(lambda said: None)
        )
        yield Desk(store, Exporter(store.writer, store.views, transfers, "fabula test"), importer)
        await importer.close()
        transfers.forget()


async def carry_out(store: Store, story: str, other: str, step: Any, rng: Random) -> None:
    """One step of a random story: it may well be refused."""
    tale = store.writer.open_stories.get(story)
    head = await store.writer.open_stories.head(tale, tale.current)
    seen = [e["seq"] for e in Reading(store.database.path).seen(tale.current, head)]
    match step:
        case "rewind":
            await store.rewind(story, rng.randint(1, head))
        case "switch":
            await store.branches.switch(m.SwitchParams(story=story, branch=rng.choice(list(tale.tree))))
        case "remember":
            truth = (await store.writer.open_stories.world(tale, tale.current)).truth
            own = rng.choice([e for e in Reading(store.database.path).events if e["seq"] in seen and e["witnesses"]])
            keeper = next((e for e in truth.entities if own["witnesses"] & BITS[e]), "you")
            await store.append(story, Remember(gist="It rained.", by=[keeper], from_=[own["seq"]]))
            await store.append(story, Share(by=keeper, to=["you", "a", "b"], memory=f"m{tale.ids.next - 1}"))
        case "machinery":
            called = ModelCalled("render", "x", "y", prompt_head=head, recalled=rng.sample(seen, min(2, len(seen))))
            refused = ProposalRefused({"do": "remember", "from": [head, 10**9, "x"]}, "not_theirs", "no")
            async with store.writer.change(tale) as change:
                await change.record(TurnNumber(1), [Drafted(called, NOBODY), Drafted(refused, NOBODY)], head)
        case "retract":
            await Deletion(store.writer).delete(m.DeleteParams(story=story, targets=rng.sample(seen, 2)))
        case "reinstate":
            gone = sorted(tale.tree.deleted(tale.current).by_target)
            await Deletion(store.writer).reinstate(m.ReinstateParams(story=story, targets=gone[:1]))
        case "purge":
            holds = {e["seq"] for e in Reading(store.database.path).events if e["kind"] in KEEPS}
            await store.database.write.run(purged, rng.choice([x for x in seen if x not in holds]))
            await store.projector.drop_snapshots()
        case "other":
            await store.append(other, Say(who=None, text="Elsewhere."))
        case list():
            await store.append(story, *step)
        case _:
            await store.append(story, step)


def purged(c: Any, seq: int) -> None:
    c.execute("UPDATE event SET data = NULL, salt = NULL WHERE seq = ?", (seq,))


class Told:
    """All of a story in a file, with its seqs counted from its first event and its branches from the root."""

    def __init__(self, path: Path, story: str) -> None:
        reading = Reading(path)
        with plain(path) as c:
            row = c.execute("SELECT title, current, next_turn, next_id FROM story WHERE story = ?", (story,)).fetchone()
        branches = sorted(reading.branches.values(), key=lambda b: b["created"])
        self.branches = [b["branch"] for b in branches if b["story"] == story]
        self.seqs = {e["seq"]: n for n, e in enumerate((e for e in reading.events if e["story"] == story), 1)}
        self.row = row["title"], self.branches.index(row["current"])
        self.next = row["next_turn"], row["next_id"]
        seen = {b: reading.seen(b, 2**62) for b in self.branches}
        self.lines = {self.branches.index(b): [self._event(e) for e in events] for b, events in seen.items()}
        self.states = {
            (self.branches.index(b), lens): self.state(state)
            for b, events in seen.items()
            for lens, state in folded([e for e in events if e["data"] is not None]).items()
        }

    def _event(self, e: dict[str, Any]) -> dict[str, Any]:
        data = self._payload(msgspec.json.decode(e["data"])) if e["data"] is not None else None
        kept = {k: e[k] for k in ("turn", "kind", "version", "witnesses", "at", "ends", "background", "subject")}
        cause = self.seqs[e["cause"]] if e["cause"] is not None else None
        numbers = {"seq": self.seqs[e["seq"]], "branch": self.branches.index(e["branch"]), "cause": cause}
        return {**kept, **numbers, "data": data}

    def _payload(self, data: dict[str, Any]) -> dict[str, Any]:
        if "command" in data:
            return {**data, "command": self._payload(data["command"])}
        named = {k: self._number(v) for k, v in data.items() if k in NAMED}
        forked = ("branch", "parent", "came_from") if "branch" in data else ()
        branches = {k: self.branches.index(data[k]) for k in forked if data.get(k) is not None}
        return {**data, **named, **branches}

    def _number(self, value: Any) -> Any:
        return [self._number(v) for v in value] if isinstance(value, list) else self.seqs.get(value, value)

    def state(self, state: Any) -> Any:
        return msgspec.structs.replace(state, sources={k: self.seqs[s] for k, s in state.sources.items()})

    def same(self, other: "Told") -> None:
        assert self.row == other.row
        assert all(there >= here for here, there in zip(self.next, other.next, strict=True)), "no id is given twice"
        assert self.lines == other.lines
        assert self.states == other.states


async def views(store: Store, told: Told, story: str) -> list[Any]:
    """Every lens's state and transcript of every branch, as clients see them."""
    tale, found = store.writer.open_stories.get(story), []
    for branch in told.branches:
        head = await store.writer.open_stories.head(tale, branch)
        for lens in LENSES:
            lines = await store.views.lines(Viewpoint(tale, branch, head, lens), 1000)
            found.append(told.state(await store.views.state(Viewpoint(tale, branch, head, lens))))
            parts = [[(told.seqs[p.seq], p.text, p.manner) for p in x.parts] for x in lines]
            found.append([(x.line, x.turn, x.who, p) for x, p in zip(lines, parts, strict=True)])
    return found


@settings(max_examples=12, phases=[Phase.generate])
@given(small_worlds(), STEPS, st.randoms(use_true_random=False))
def test_an_imported_story_is_the_one_that_was_exported(world: list[Command], steps: list[Any], rng: Random) -> None:
    async def run(folder: Path) -> None:
        (folder / "there").mkdir()
        async with desk(folder) as here, desk(folder / "there") as there:
            other, _ = await here.store.create()
            story, _ = await here.store.create(world)
            for step in steps:
                with contextlib.suppress(Fault):
                    await carry_out(here.store, story, other, step, rng)
            await here.store.writer.close()
            original = Told(folder / "fabula.db", story)
            text = await here.export(story)
            for where, name in ((here, folder), (there, folder / "there"), (there, folder / "there")):
                taken = await where.take(text)
                came = Told(name / "fabula.db", taken.story)
                original.same(came)
                assert await views(where.store, came, taken.story) == await views(here.store, original, story)
            again = await there.take(await there.export(taken.story))
            original.same(Told(folder / "there" / "fabula.db", again.story))
            head = await there.store.append(again.story, Say(who=None, text="And so on."))
        async with opened(folder / "there") as store:
            assert store.log.lost == ""
            assert store.log.seq == head
            original_tree = [b.kind for b in store.writer.open_stories.get(taken.story).tree.values()]
            assert len(original_tree) == len(original.branches)
        with plain(folder / "there" / "fabula.db") as c:
            assert check_chain(c) == ""

    folder = Path(tempfile.mkdtemp(prefix="fab"))
    try:
        asyncio.run(run(folder))
    finally:
        shutil.rmtree(folder)


def test_every_number_in_an_event_is_known_to_be_a_seq_or_none() -> None:
    """Whoever adds a field that names an event must have it renumbered."""
    for kind, payload in PAYLOADS.items():
        numbers = {name for name, type in fields(payload) if has_numbers(type)}
        seqs = set(SEQS.get(kind, ()))
        assert seqs <= numbers
        assert numbers - seqs <= NUMBERS, f"{kind}: is {numbers - seqs - NUMBERS} a seq? See daemon/story/references.py"


def fields(payload: type[Payload]) -> list[tuple[str, inspect.Type]]:
    info = inspect.type_info(payload)
    assert isinstance(info, inspect.StructType)
    return [(f.name, f.type) for f in info.fields]


def has_numbers(info: inspect.Type) -> bool:
    match info:
        case inspect.IntType() | inspect.FloatType():
            return True
        case inspect.ListType() | inspect.VarTupleType():
            return has_numbers(info.item_type)
        case inspect.UnionType():
            return any(has_numbers(t) for t in info.types)
    return False
