"""Payloads of older versions are lifted, a step a version, when they are read; what cannot be lifted is not guessed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.store import chain
from daemon.store.check import verify
from daemon.store.queries import reads
from daemon.store.upcasters import LIFTING, UPCASTERS, Lifting, Upcaster
from daemon.story.evolve import fold
from daemon.story.lenses import LENSES, TRUTH, Lens
from daemon.story.lineage import stretches
from daemon.story.state import initial
from protocol.commands import AddEntity, Feel, Say
from protocol.events import PAYLOADS
from protocol.world import Identity
from tests.support.open_store import Store, opened, plain
from tests.upcasts.retired import RETIRED, STEPS, as_written

FOLDERS = ((LIFTING, Path(__file__).parent / "samples"), (RETIRED, Path(__file__).parent / "retired"))
SAMPLES = [
    pytest.param(lifting, path, id=f"{path.parent.name}/{path.stem}")
    for lifting, folder in FOLDERS
    for path in sorted(folder.glob("*.json"))
]


def told(path: Path) -> tuple[str, int]:
    kind, _, version = path.stem.rpartition(".")
    return kind, int(version)


@pytest.mark.parametrize(("lifting", "path"), SAMPLES)
def test_a_stored_sample_of_a_retired_version_is_lifted_for_ever(lifting: Lifting, path: Path) -> None:
    kind, version = told(path)
    sample = json.loads(path.read_text())
    stored = json.dumps(sample["stored"]).encode()
    present = msgspec.convert(sample["present"], PAYLOADS[kind])
    assert lifting.decode(kind, version, stored) == present
    now, shown = lifting.shown(kind, version, stored)
    assert (now, json.loads(shown)) == (PAYLOADS[kind].version, sample["present"]), "as clients see it"


@pytest.mark.parametrize(
    ("steps", "folder"), [(UPCASTERS, FOLDERS[0][1]), (STEPS, FOLDERS[1][1])], ids=["samples", "retired"]
)
def test_there_is_a_sample_of_every_version_that_ever_was(
    steps: Mapping[tuple[str, int], Upcaster], folder: Path
) -> None:
    assert {told(path) for path in folder.glob("*.json")} == set(steps)


def test_every_version_that_ever_was_can_be_lifted() -> None:
    needed = {(kind, version) for kind, payload in PAYLOADS.items() for version in range(1, payload.version)}
    assert needed == set(LIFTING.upcasters)


def test_a_present_payload_is_read_as_it_is() -> None:
    data = b'{"line": "l1",  "who": "a", "text": "Psst."}'
    present = PAYLOADS["line.said"].version
    assert RETIRED.decode("line.said", present, data).version == present
    assert RETIRED.shown("line.said", present, data) == (present, data)


def test_what_no_step_lifts_is_an_error() -> None:
    for lifting, kind, version in ((LIFTING, "line.said", 0), (RETIRED, "line.said", -2), (RETIRED, "dream.dreamt", 1)):
        with pytest.raises(KeyError):
            lifting.decode(kind, version, b"{}")


async def test_a_store_of_an_older_program_reads_as_one_of_today(folder: Path) -> None:
    async with opened(folder) as store:
        story, branch = await store.create(
            [AddEntity(entity=e, name=e, identity=Identity(description="Here.")) for e in ("you", "a")]
        )
        await store.append(
            story, Say(who="a", text="Come in."), Say(who="a", text="Psst.", manner="whisper", to=["you"])
        )
        await store.append(
            story, Say(who="a", text="Who is it?", manner="thought"), Feel(from_="a", to="you", warmth=2)
        )
        present = [await _read(store, story, branch, lens, LIFTING) for lens in LENSES]
    _rewrite(folder / "fabula.db")
    (folder / "fabula.head").unlink()
    async with opened(folder) as store:
        assert store.log.lost == ""
        assert await store.database.read.run(verify.check_chain) == ""
        assert [await _read(store, story, branch, lens, RETIRED) for lens in LENSES] == present
        with plain(store.database.path) as c:
            versions = {row[0] for row in c.execute("SELECT DISTINCT version FROM event")}
        assert versions == {-1, 0, 1, PAYLOADS["entity.changed"].version}, "as they were written"
        with pytest.raises(KeyError):
            await _read(store, story, branch, TRUTH, LIFTING)


async def _read(store: Store, story: str, branch: str, lens: Lens, lifting: Lifting) -> tuple[Any, Any]:
    """The state, and the events as clients see them."""
    path = stretches(store.writer.open_stories.get(story).tree, branch)
    state = await store.database.read.run(lambda c: fold(initial(lens), reads.payloads(c, path, lens, lifting)))
    events = await store.database.read.run(reads.read, path, lens, 100, lifting)
    return state, [(e.seq, e.kind, e.version, LIFTING.decode(e.kind, e.version, bytes(e.data))) for e in events]


def _rewrite(path: Path) -> None:
    """Makes the file what a program that knew only the retired versions would have written."""
    with plain(path) as c:
        rows = [dict(row) for row in c.execute("SELECT * FROM event ORDER BY seq")]
        c.execute("DROP TRIGGER event_only_loses_its_payload")
        c.execute("DELETE FROM snapshot")
        link = chain.GENESIS
        for row in rows:
            row["version"], data = as_written(row["kind"], json.loads(row["data"]))
            link = _rewritten(c, row, json.dumps(data), link)
        c.execute("DELETE FROM kind")
        c.execute("INSERT INTO kind SELECT kind, max(version) FROM event GROUP BY kind")


def _rewritten(c: Any, row: Mapping[str, Any], data: str, before: bytes) -> bytes:
    digest = chain.digest(row["salt"], data.encode())
    names = [
        "seq",
        "story",
        "branch",
        "turn",
        "cause",
        "kind",
        "version",
        "witnesses",
        "at",
        "ends",
        "background",
        "subject",
    ]
    link = chain.link(before, chain.columns(*(row[n] for n in names)), digest)
    c.execute(
        "UPDATE event SET version = ?, data = ?, digest = ?, chain = ? WHERE seq = ?",
        (row["version"], data, digest, link, row["seq"]),
    )
    return link


async def test_the_file_knows_the_versions_in_it(folder: Path) -> None:
    async with opened(folder) as store:
        await store.create()
        kinds = await store.database.read.run(lambda c: c.execute("SELECT kind, version FROM kind").fetchall())
    assert {tuple(row) for row in kinds} == {("story.created", 1), ("branch.created", 1)}
