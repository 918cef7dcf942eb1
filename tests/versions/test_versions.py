"""What stores keep of the log changes only together with its version; and a version stays, whatever else is edited."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import msgspec
import pytest

import daemon
import protocol
from daemon.store import snapshots
from daemon.store.upcasters import readable
from daemon.story import words
from daemon.story.evolve import EVOLVERS
from protocol.commands import Bind
from protocol.events import PAYLOADS
from tests.store.remembered import SETUP, indexed
from tests.support.open_store import opened, plain
from tests.versions import recorded
from tests.versions.recorded import KEPT, Kept, complaint, made, read, record, samples
from tests.versions.source import of_text

FOLD, RECALL = KEPT
by_name = pytest.mark.parametrize("kept", KEPT, ids=[k.name for k in KEPT])


@by_name
def test_it_makes_what_is_recorded_of_its_version(kept: Kept) -> None:
    assert not complaint(kept, read()[kept.name])


def test_the_samples_state_every_field_of_every_kind_that_changes_a_state() -> None:
    lacking = {(kind, field.name) for kind in EVOLVERS for field in msgspec.structs.fields(PAYLOADS[kind])}
    for sample in samples():
        if sample.kind in EVOLVERS and (payload := readable(sample.kind, sample.version, bytes(sample.data))):
            given = msgspec.json.decode(sample.data)
            fields = msgspec.structs.fields(payload)
            lacking -= {(sample.kind, field.name) for field in fields if field.encode_name in given}
    assert not lacking, "put samples that state these at the end of samples.jsonl"


def test_another_fold_under_the_same_version_is_told_and_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EVOLVERS, "note.set", lambda state, _: state)
    told = complaint(FOLD, read()[FOLD.name])
    assert "raise VERSION in daemon/story/evolve.py" in told
    assert record(FOLD, read()) == told


def test_other_terms_under_the_same_version_are_told_and_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "LITTLE", frozenset())  # of a query only
    assert not complaint(RECALL, read()[RECALL.name])
    monkeypatch.setattr(words, "BEGINNING", 4)
    told = complaint(RECALL, read()[RECALL.name])
    assert "raise VERSION in daemon/store/recall/index.py" in told
    assert record(RECALL, read()) == told


@by_name
def test_another_source_is_told_and_can_be_recorded(kept: Kept, scratch: Path) -> None:
    before = msgspec.structs.replace(read()[kept.name], source="another")
    assert "the source" in complaint(kept, before)
    assert not record(kept, {kept.name: before})
    assert not complaint(kept, read()[kept.name])


@by_name
def test_a_raised_version_is_recorded_and_never_lowered(kept: Kept, scratch: Path) -> None:
    before, raised = read()[kept.name], kept._replace(version=kept.version + 1)
    assert "is new" in complaint(raised, before)
    assert not record(raised, read())
    assert not complaint(raised, read()[kept.name])
    assert "never lower it" in complaint(kept, read()[kept.name])
    assert "never lower it" in record(kept, read())


@by_name
def test_samples_may_be_added_under_the_same_version(kept: Kept, scratch: Path) -> None:
    fewer = len(samples()) - 9
    before = msgspec.structs.replace(read()[kept.name], samples=fewer, makes=made(kept, samples()[:fewer]))
    assert "new samples" in complaint(kept, before)
    assert not record(kept, {kept.name: before})
    assert not complaint(kept, read()[kept.name])


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record that a test may change."""
    copied = tmp_path / "recorded.json"
    copied.write_bytes(recorded.RECORDED.read_bytes())
    monkeypatch.setattr(recorded, "RECORDED", copied)
    return copied


SOURCE = '''
"""Holds one function."""
import math

LIMIT = 3

def step(state: int, by: int = 1) -> int:
    """The next."""
    # no further than the limit
    return min(state + by, LIMIT)
'''


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("# no further than the limit", "# other words", True),
        ('"""The next."""', "", True),
        ("state: int, by: int = 1", "state, by = 1", True),
        ("import math", "import math as mathematics", True),
        ("min(state + by, LIMIT)", "min(\n        state + by, LIMIT,\n    )", True),
        ("by: int = 1", "by: int = 2", False),
        ("LIMIT = 3", "LIMIT = 4", False),
        ("min(", "max(", False),
        ("state + by", "state - by", False),
    ],
)
def test_only_what_runs_makes_another_source(old: str, new: str, same: bool) -> None:
    assert old in SOURCE
    assert (of_text(SOURCE.replace(old, new)) == of_text(SOURCE)) is same


SAY = """
from daemon.store import snapshots
from daemon.store.recall import index
print(snapshots.__file__, snapshots.CODE, index.CODE, sep="\\n")
"""


async def test_an_edited_comment_drops_no_snapshot_and_no_index(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown by a copy of the program with a comment at the end of every file: its codes are those in the store."""
    monkeypatch.setattr(snapshots, "EVERY", 8)
    async with opened(folder) as store:
        story, _ = await store.create(SETUP)
        for n in range(20):
            await store.append(story, Bind(tone=f"tone {n}"))
        await indexed(store)
    copy = tmp_path / "program"
    for package in (daemon, protocol):
        (source,) = package.__path__
        copytree(source, copy / package.__name__)
    for edited in copy.rglob("*.py"):
        edited.write_text(edited.read_text() + "\n# a comment\n")
    run = subprocess.run([sys.executable, "-c", SAY], cwd=copy, capture_output=True, text=True, check=True)
    file, fold, terms = run.stdout.splitlines()
    assert Path(file).is_relative_to(copy)
    with plain(folder / "fabula.db") as c:
        assert {code for (code,) in c.execute("SELECT code FROM snapshot").fetchall()} == {fold}
        assert c.execute("SELECT code FROM recalled_upto").fetchone()[0] == terms
