"""The check of a store folds it as reads do, past what was retracted, and finds what is kept of it otherwise."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from daemon.backups.health import Health
from daemon.backups.keeper import Backups
from daemon.history.deletion import Deletion
from daemon.store import snapshots
from daemon.store.backups import Folder, Keep
from daemon.store.check.process import check
from protocol.commands import AddEntity, Bind, PassTime
from protocol.ids import BEGINNING, NOBODY, Seq
from protocol.methods import DeleteParams, ReinstateParams, VerifyParams
from tests.support.open_store import Store, opened, plain


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots every few events."""
    monkeypatch.setattr(snapshots, "EVERY", 8)


async def told(store: Store) -> str:
    """A story with deletes, one of them taken back, and a fork that carries them along; gives its id."""
    story, _ = await store.create([AddEntity(entity="you", name="Sam")])
    taking, rng = Deletion(store.writer), Random(7)
    seqs: list[Seq] = []
    for n in range(90):
        seqs.append(Seq(await store.append(story, Bind(tone=f"tone {n}"), PassTime(minutes=1)) - 1))
        if n % 20 == 19:
            targets = rng.sample(seqs[-8:], 2) + [seqs[2]] * (n == 39)
            await taking.delete(DeleteParams(story=story, targets=targets))
            if n == 59:
                await taking.reinstate(ReinstateParams(story=story, targets=targets[:1]))
        if n == 65:
            await store.rewind(story, seqs[58])
    await store.writer.close()
    return story


def findings(folder: Path) -> list[Any]:
    """What the check of the store finds, replay and all."""
    return check(folder / "fabula.db", replay=True).findings


async def test_what_is_right_past_retractions_is_not_complained_of(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await told(store)
    assert findings(tmp_path) == []


async def test_a_snapshot_that_still_holds_what_was_retracted_is_found(tmp_path: Path) -> None:
    """Each of those that leave something out, made as if nothing had been taken out."""
    async with opened(tmp_path) as store:
        story = await told(store)
        tree = store.writer.open_stories.get(story).tree
        with plain(tmp_path / "fabula.db") as c:
            points = c.execute("SELECT branch, seq, state FROM snapshot WHERE lens = 0 ORDER BY seq").fetchall()
        gone = [(branch, seq, state) for branch, seq, state in points if tree.deleted(branch, seq).all]
        gone = [x for x in gone if not any(a.first <= x[1] < a.seq for a in tree.acts(x[0]))]
        assert len(gone) > 2
        for branch, seq, state in gone:
            bare = snapshots._folded  # the same fold, but over all that the line sees
            whole = await store.database.read.run(
                bare, "none", list(_all(tree, branch, seq)), list(_all(tree, branch, seq)), NOBODY, None
            )
            encoded = snapshots.msgspec.msgpack.encode(whole)
            with plain(tmp_path / "fabula.db") as c:
                put = "UPDATE snapshot SET state = ? WHERE branch = ? AND seq = ? AND lens = 0"
                c.execute(put, (encoded, branch, seq))
                found = findings(tmp_path)
                c.execute(put, (state, branch, seq))
            assert (encoded != state) == (seq in [f.seq for f in found]), (branch, seq, found)
    assert findings(tmp_path) == []


def _all(tree: Any, branch: str, seq: int) -> Any:
    return snapshots.stretches(dict(tree), branch, BEGINNING, Seq(seq))


async def test_what_is_kept_and_wrong_is_dropped_and_spoils_no_backup(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await told(store)
        with plain(tmp_path / "fabula.db") as c:
            c.execute("UPDATE snapshot SET state = x'00' WHERE seq = (SELECT max(seq) FROM snapshot)")
        keeping = Backups(
            store.log,
            Health(store.log, tmp_path / "health.json"),
            Folder(tmp_path / "backups"),
            Keep(),
            store.projector.drop_snapshots,
        )
        keeping.folder.open()
        backup = (await keeping.backup()).backup
        assert (await keeping.verify(VerifyParams(backup=backup))).ok
        first = await keeping.verify(VerifyParams(replay=True))
        assert not first.ok and "the snapshot of" in first.findings[0].why
        assert (await keeping.verify(VerifyParams(replay=True))).ok
