"""A store is swapped wholly or not at all, wherever that is broken off, and nothing that was there is lost."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.store.swapping import ENDINGS, MARK, READY, STORE, finish, swap
from protocol.errors import Fault

OLD = {"fabula.db": b"old", "fabula.db-wal": b"old log", "fabula.head": b"old head"}
STEPS = ("rename", "replace", "unlink", "fsync", "write")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A store's folder with a file that is ready, and one for backups."""
    store, backups = tmp_path / "store", tmp_path / "backups"
    store.mkdir()
    backups.mkdir()
    for name, content in OLD.items():
        (store / name).write_bytes(content)
    (store / READY).write_bytes(b"new")
    return store, backups


@contextlib.contextmanager
def ending_at(step: int) -> Iterator[None]:
    """Ends the process before the step of this number that changes a disk, as a power cut would."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return real(*args, **more)

        return call

    with pytest.MonkeyPatch.context() as patched:
        for name in STEPS:
            patched.setattr(os, name, counted(getattr(os, name)))
        yield


def broken_off(step: int, work: Callable[[], object]) -> bool:
    """Does the work in a process of its own that ends at a step; whether it came to that."""
    child = os.fork()
    if child == 0:
        try:
            with ending_at(step):
                work()
        except BaseException:  # noqa: BLE001 - the parent is told
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


def held(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.startswith(".")}


@pytest.mark.parametrize("step", range(12))
def test_a_crash_at_any_step_leaves_either(folders: tuple[Path, Path], step: int) -> None:
    store, backups = folders
    crashed = broken_off(step, lambda: swap(store, backups / "kept.db"))
    broken_off(step // 2, lambda: finish(store, backups))
    finish(store, backups)
    if (store / STORE).read_bytes() == b"old":
        assert crashed and held(store) == OLD and held(backups) == {}
    else:
        assert held(store) == {STORE: b"new"}
        assert held(backups) == {"kept.db": b"old", "kept.db-wal": b"old log", "kept.db-head": b"old head"}


def test_there_is_a_step_for_each_crash(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    assert not broken_off(100, lambda: swap(store, backups / "kept.db"))
    assert (store / STORE).read_bytes() == b"new"


def test_what_was_not_ready_never_was(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    assert finish(store, backups) is None
    assert held(store) == OLD and held(backups) == {}


@pytest.mark.parametrize("text", [b"", b"{", b'{"kept": "../../evil.db"}', b'{"kept": 1}'])
def test_a_mark_that_was_changed_by_hand_loses_nothing(folders: tuple[Path, Path], text: bytes) -> None:
    store, backups = folders
    (store / MARK).write_bytes(text)
    kept = finish(store, backups)
    assert kept and kept.parent == backups and kept.read_bytes() == b"old"
    assert (store / STORE).read_bytes() == b"new"


def test_what_is_no_file_stays_beside_the_store(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    (store / STORE).unlink()
    (store / STORE).mkdir()
    kept = swap(store, backups / "20260801T000000000Z-restore.db")
    assert kept == store / f"{STORE}.20260801T000000000Z-restore" and kept.is_dir()
    assert (store / STORE).read_bytes() == b"new"


def test_where_nothing_was_nothing_is_kept(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    for name in OLD:
        (store / name).unlink()
    assert swap(store, backups / "kept.db") is None
    assert held(store) == {STORE: b"new"}


def test_a_file_that_cannot_be_locked_is_left_alone(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    ours, theirs = os.pipe()
    again, go = os.pipe()
    child = os.fork()
    if child == 0:
        import fcntl

        file = os.open(store / STORE, os.O_RDWR)
        fcntl.lockf(file, fcntl.LOCK_SH, 1, 0x4000_0002)
        os.write(theirs, b"1")
        os.read(again, 1)
        os._exit(0)
    os.read(ours, 1)
    with pytest.raises(Fault) as refused:
        swap(store, backups / "kept.db")
    os.write(go, b"1")
    os.waitpid(child, 0)
    assert "another program" in refused.value.message
    assert held(store) == {**OLD, READY: b"new"} and held(backups) == {}
    assert ENDINGS[-1] == "", "the file itself is moved last"
