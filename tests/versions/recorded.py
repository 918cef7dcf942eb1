"""What a version makes of the samples, and what is recorded of it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from daemon.store import sqlite
from daemon.store.recall import index, texts
from daemon.store.schema import prepare
from daemon.store.upcasters import readable
from daemon.story import evolve, lenses, sources, state, through_all, words
from protocol.ids import Mask, Seq
from tests.versions.source import Part, meaning

HERE = Path(__file__).parent
RECORDED = HERE / "recorded.json"


class Sample(msgspec.Struct, frozen=True):
    """An event as the log holds it."""

    branch: str
    witnesses: int
    kind: str
    version: int
    data: msgspec.Raw
    seems: int | None = None


class Record(msgspec.Struct, frozen=True):
    """What a version came to: a digest of what it made of the first so many samples, and one of its source."""

    version: int
    samples: int
    makes: str
    source: str


class Kept(NamedTuple):
    """Something that stores keep under a version: `outcomes` is what comes of each sample, in order."""

    name: str
    version: int
    raised_in: str
    sources: Sequence[Part]
    outcomes: Callable[[Sequence[Sample]], Iterator[bytes]]


def samples() -> list[Sample]:
    """The events of samples.jsonl."""
    return [msgspec.json.decode(line, type=Sample) for line in (HERE / "samples.jsonl").read_bytes().splitlines()]


def states(events: Sequence[Sample]) -> Iterator[bytes]:
    """The states through all lenses after each event, the samples being one line of history."""
    now: through_all.States = through_all.START
    for seq, e in enumerate(events, start=1):
        payload = readable(e.kind, e.version, bytes(e.data))
        if payload is not None:
            now = through_all.evolve_all(now, payload, Seq(seq), Mask(e.witnesses), e.seems)
        yield msgspec.json.encode(now)


def entries(events: Sequence[Sample]) -> Iterator[bytes]:
    """What the index of recall holds of each event: key, subject and terms."""
    c = sqlite.library().connect(":memory:", isolation_level=None)
    prepare(c)
    for seq, e in enumerate(events, start=1):
        subject = msgspec.json.decode(e.data).get("line")
        c.execute(
            "INSERT INTO event VALUES (?, 's1', ?, 1, NULL, ?, ?, ?, '', 1, 0, ?, ?, NULL, x'', x'', ?)",
            (seq, e.branch, e.kind, e.version, e.witnesses, subject, bytes(e.data).decode(), e.seems),
        )
        yield msgspec.json.encode(index._read(c, Seq(seq - 1), Seq(seq)))
    c.close()


KEPT = (
    Kept("the fold", evolve.VERSION, "daemon/story/evolve.py", (evolve, sources, lenses, through_all, state), states),
    Kept(
        "the index of recall", index.VERSION, "daemon/store/recall/index.py",
        (words, lenses.both, texts, index._read, index._entry), entries,
    ),
)  # fmt: skip


def read() -> dict[str, Record]:
    """What is recorded, by name."""
    return msgspec.json.decode(RECORDED.read_bytes(), type=dict[str, Record])


def made(kept: Kept, events: Sequence[Sample]) -> str:
    """A digest of what comes of these samples."""
    whole = hashlib.sha256()
    for outcome in kept.outcomes(events):
        whole.update(outcome + b"\n")
    return whole.hexdigest()


def complaint(kept: Kept, recorded: Record) -> str:
    """What is to be done, in words; empty where it is recorded as it is."""
    events, record_it = samples(), "record it with `python -m tests.versions`"
    if kept.version < recorded.version:
        return f"{kept.name} is back at version {kept.version}, and {recorded.version} is recorded: never lower it"
    if kept.version > recorded.version:
        return f"version {kept.version} of {kept.name} is new: {record_it}"
    if made(kept, events[: recorded.samples]) != recorded.makes:
        return (
            f"{kept.name} makes something else of the same events than version {kept.version} did, which stores still "
            f"hold: raise VERSION in {kept.raised_in}, so that it is made again, then {record_it}"
        )
    if meaning(*kept.sources) != recorded.source:
        return (
            f"the source of {kept.name} is another, though the samples come to the same. If any event can come to "
            f"something else, raise VERSION in {kept.raised_in} and add a sample that shows it; if none can, leave it. "
            f"Then {record_it}"
        )
    return f"{kept.name} has new samples: {record_it}" if len(events) != recorded.samples else ""


def record(kept: Kept, known: Mapping[str, Record]) -> str:
    """Records what a version makes; why not, where its number would then stand for two things."""
    events, before = samples(), known.get(kept.name)
    if before is not None and (
        kept.version < before.version
        or (kept.version == before.version and made(kept, events[: before.samples]) != before.makes)
    ):
        return complaint(kept, before)
    now = Record(kept.version, len(events), made(kept, events), meaning(*kept.sources))
    RECORDED.write_bytes(msgspec.json.format(msgspec.json.encode({**known, kept.name: now}), indent=2) + b"\n")
    return ""
