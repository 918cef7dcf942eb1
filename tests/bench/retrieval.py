"""R: which share of the lines that answer a question `recall` finds, by words alone and with the embedded model.

Measured on a file of long conversations, which is not part of the program: a list of `{conversation, qa}`. A
`conversation` has `speaker_a`, `speaker_b`, and for each session N a list `session_N` of `{speaker, dia_id, text,
blip_caption?}` with its date, `session_N_date_time`; `qa` has `question`, `evidence` (of dia_ids) and `category`, 5
being questions without an answer, which are left out. Each turn is said by `a` or `b`, a photo's caption in brackets;
each session is a scene that is closed; and it is asked through the lens of `a`. A line is found where its seq is that
of a find, or among those that the find derives from.
"""

import asyncio
import re
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from daemon.live.vectors import Vectors
from daemon.model.models import Models
from daemon.prompts.recall import PromptRecall
from daemon.store.recall.index import RecallIndex
from protocol.commands import AddContainer, AddEntity, CloseScene, OpenScene, Say
from protocol.ids import EntityId, Seq
from protocol.methods import AppendParams, RecallParams
from protocol.model import Roles
from protocol.world import Identity
from tests.bench.figures import Figure, Watch, spread
from tests.bench.stores import Stores
from tests.support.open_store import Store, opened

FIRST = (10, 20)
"""How many finds are looked at."""

PROMISED = {10: 0.775, 20: 0.83}
_TURN = re.compile(r"D\d+:\d+")


class Asked(msgspec.Struct, frozen=True):
    """A question, and the seqs of the lines that answer it."""

    text: str
    answers: frozenset[Seq]


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The mean shares over all questions of all conversations; none where no file was given."""
    if stores.conversations is None:
        print("  no file of conversations was given (--conversations FILE): nothing is measured")
        return []
    document = msgspec.json.decode(stores.conversations.read_bytes())
    taken = asyncio.run(_measured(document[:1] if quick else document))
    print(_table(taken), flush=True)
    return [
        Figure(
            promise="R", what=f"evidence among the first {k} finds, words and meaning", ours=_mean(taken, "both", k),
            unit="share", reference=_mean(taken, "words", k), than="words alone", of="ours", least=True,
            promised=PROMISED[k], details={"ms": {way: spread(taken[way][-1][1]) for way in ("words", "both")}},
        )
        for k in FIRST
    ]  # fmt: skip


Taken = dict[str, list[tuple[dict[int, list[float]], list[float]]]]
"""Of each way to look, for each conversation: the shares of each question by how many finds, and the milliseconds."""


def _mean(taken: Taken, way: str, k: int) -> float:
    return statistics.mean(share for shares, _ in taken[way] for share in shares[k])


def _table(taken: Taken) -> str:
    """A row for each conversation and one for all."""
    rows = [f"  {'':14}" + "".join(f"{way} @{k:<8}" for way in taken for k in FIRST)]
    for n, _ in enumerate(taken["words"]):
        cells = [100 * statistics.mean(of[n][0][k]) for of in taken.values() for k in FIRST]
        rows.append(f"  conversation {n + 1}" + "".join(f"{cell:<14.1f}" for cell in cells))
    cells = [100 * _mean(taken, way, k) for way in taken for k in FIRST]
    return "\n".join([*rows, "  all           " + "".join(f"{cell:<14.1f}" for cell in cells)])


async def _measured(document: Sequence[dict[str, Any]]) -> Taken:
    taken: Taken = {"words": [], "both": []}
    models = Models(Roles(), lambda _: "")
    try:
        for sample in document:
            with tempfile.TemporaryDirectory(prefix="fabula-bench-") as folder:
                async with opened(Path(folder)) as store:
                    await _asked(store, sample, models, taken)
    finally:
        await models.aclose()
    return taken


async def _asked(store: Store, sample: dict[str, Any], models: Models, taken: Taken) -> None:
    story, questions = await told(store, sample)
    index = RecallIndex(store.database, store.log)
    await index.start()
    await index.current()
    vectors = Vectors(store.database, store.log, lambda: models.role("embed"), models.calls)
    await vectors.load()
    if not await vectors.current():
        raise RuntimeError("the texts cannot be embedded")
    for way, recall in (
        ("words", PromptRecall(store.views, index)), ("both", PromptRecall(store.views, index, vectors)),
    ):  # fmt: skip
        shares: dict[int, list[float]] = {k: [] for k in FIRST}
        times: list[float] = []
        for question in questions:
            with Watch() as watch:
                found = await recall.recall(RecallParams(story=story, lens=["a"], query=question.text, k=max(FIRST)))
            times.append(1000 * watch.seconds)
            for k in FIRST:
                seqs = {seq for x in found.memories[:k] for seq in (x.seq, *x.from_)}
                shares[k].append(len(question.answers & seqs) / len(question.answers))
        taken[way].append((shares, times))


async def told(store: Store, sample: dict[str, Any]) -> tuple[str, list[Asked]]:
    """Tells a conversation as a story; its id, and the questions that have answers in it."""
    talk = sample["conversation"]
    names: dict[str, EntityId] = {talk["speaker_a"]: "a", talk["speaker_b"]: "b"}
    story, _ = await store.create(
        [
            AddEntity(entity="you", name="Reader"),
            *(AddEntity(entity=e, name=name, identity=Identity(description="Talks.")) for name, e in names.items()),
            AddContainer(container="here", name="here"),
        ]
    )
    seqs: dict[str, Seq] = {}
    for when, turns in _sessions(talk):
        await store.append(story, OpenScene(container="here", present=["a", "b"], at=when))
        for turn in turns:
            caption = f" [{turn['blip_caption']}]" if turn.get("blip_caption") else ""
            said = Say(who=names[turn["speaker"]], text=turn["text"] + caption)
            events = (await store.writer.append(AppendParams(story=story, commands=[said]))).events
            seqs[turn["dia_id"]] = next(e.seq for e in events if e.kind == "line.said")
        await store.append(story, CloseScene())
    return story, [
        Asked(qa["question"], answers)
        for qa in sample["qa"]
        if qa["category"] != 5 and (answers := _answers(qa["evidence"], seqs))
    ]


def _sessions(talk: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """When each session was, and its turns."""
    for n in range(1, 1 + sum(key.startswith("session_") for key in talk)):
        if turns := talk.get(f"session_{n}"):
            when = datetime.strptime(talk[f"session_{n}_date_time"], "%I:%M %p on %d %B, %Y")
            yield when.isoformat(), turns


def _answers(evidence: Sequence[str], seqs: dict[str, Seq]) -> frozenset[Seq]:
    """The seqs that are named; what names no turn is passed over."""
    return frozenset(seqs[id] for text in evidence for id in _TURN.findall(text) if id in seqs)
