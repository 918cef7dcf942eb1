"""A store is swapped wholly or not at all, wherever that is broken off, and nothing that was there is lost."""

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.store.swapping import ENDINGS, HEAD, MARK, READY, STORE, finish, swap
from protocol.errors import Fault

OLD = {"fabula.db": b"old", "fabula.db-wal": b"old log", "fabula.db-shm": b"old index", "fabula.head": b"old head"}
KEPT = {"kept.db": b"old", "kept.db-wal": b"old log", "kept.db-shm": b"old index", "kept.db-head": b"old head"}
STEPS = ("rename", "replace", "unlink", "fsync", "write")
CRASHES = 13
"""Steps of a swap that change a disk."""


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


@pytest.mark.parametrize("step", range(CRASHES))
def test_a_crash_at_any_step_leaves_either(folders: tuple[Path, Path], step: int) -> None:
    store, backups = folders
    crashed = broken_off(step, lambda: swap(store, backups / "kept.db"))
    broken_off(step // 2, lambda: finish(store, backups))
    finish(store, backups)
    assert crashed
    if (store / STORE).read_bytes() == b"old":
        assert held(store) == OLD and held(backups) == {}
    else:
        assert held(store) == {STORE: b"new"}
        assert held(backups) == KEPT


def test_there_is_a_step_for_each_crash(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    assert not broken_off(CRASHES, lambda: swap(store, backups / "kept.db"))
    assert (store / STORE).read_bytes() == b"new"


class Unsynced:
    """Notes which folders have names that a power cut might take back, before each step that changes a disk."""

    def __init__(self, *folders: Path) -> None:
        self.folders, self.found = set(folders), dict[str, set[str]]()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patched:
            for name in ("rename", "replace", "unlink", "fsync"):
                patched.setattr(os, name, self._noting(getattr(os, name), name))
            yield

    def _noting(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any) -> None:
            if name == "fsync":
                self.folders = {f for f in self.folders if not os.path.samestat(f.stat(), os.fstat(args[0]))}
            else:
                self.found[Path(args[0]).name] = {f.name for f in self.folders}
            real(*args)
            if name != "fsync":
                self.folders |= {Path(a).parent for a in args}

        return call


def test_each_step_is_on_the_disk_before_another_builds_on_it(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    unsynced = Unsynced(store)
    with unsynced.watching():
        swap(store, backups / "kept.db")
    assert unsynced.found[HEAD] == set(), "the mark is there before anything is moved"
    assert "backups" not in unsynced.found[READY], "what was there is kept before something takes its place"
    assert unsynced.found[MARK] == set(), "all is in its place before the mark goes"
    assert unsynced.folders == set(), "and it stays so"


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


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


NO_FILES = {"folder": Path.mkdir, "pipe": os.mkfifo, "circle": lambda p: p.symlink_to(p.name), "socket": listening}


@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_stays_beside_the_store(
    folders: tuple[Path, Path], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, backups = folders
    monkeypatch.chdir(store)  # since the path of a socket must be short
    (store / STORE).unlink()
    NO_FILES[what](Path(STORE))
    kind = (store / STORE).lstat().st_mode
    kept = swap(store, backups / "20260801T000000000Z-restore.db")
    assert kept == store / f"{STORE}.20260801T000000000Z-restore" and kept.lstat().st_mode == kind
    assert (store / STORE).read_bytes() == b"new"
    assert [p.name for p in backups.iterdir() if p.suffix == ".db"] == []


def between_folders(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no file can be moved to another folder, for this reason."""
    rename = os.rename

    def refusing(old: Path, new: Path) -> None:
        if Path(old).parent != Path(new).parent:
            raise OSError(number, os.strerror(number))
        rename(old, new)

    monkeypatch.setattr(os, "rename", refusing)


def test_what_cannot_go_to_another_disk_stays_beside_the_store(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, backups = folders
    between_folders(errno.EXDEV, monkeypatch)
    assert swap(store, backups / "kept.db") == store / f"{STORE}.kept"
    assert held(store) == {STORE: b"new", **{f"{name}.kept": content for name, content in OLD.items()}}
    assert held(backups) == {}


def test_what_cannot_be_moved_for_now_is_moved_later(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, backups = folders
    with monkeypatch.context() as now:
        between_folders(errno.ENOSPC, now)
        with pytest.raises(OSError, match="No space"):
            swap(store, backups / "kept.db")
    assert held(store).items() >= {**OLD, READY: b"new"}.items()
    assert finish(store, backups) == backups / "kept.db"
    assert held(store) == {STORE: b"new"} and held(backups) == KEPT


def test_where_nothing_was_nothing_is_kept(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    for name in OLD:
        (store / name).unlink()
    assert swap(store, backups / "kept.db") is None
    assert held(store) == {STORE: b"new"}


@contextlib.contextmanager
def opened_elsewhere(store: Path) -> Iterator[None]:
    """While this lasts another process has the store open, as SQLite does."""
    ours, theirs = os.pipe()
    again, go = os.pipe()
    child = os.fork()
    if child == 0:
        import fcntl

        os.close(go)  # so that it ends with us, whatever comes of the test
        file = os.open(store, os.O_RDWR)
        fcntl.lockf(file, fcntl.LOCK_SH, 1, 0x4000_0002)
        os.write(theirs, b"1")
        os.read(again, 1)
        os._exit(0)
    try:
        os.read(ours, 1)
        yield
    finally:
        os.write(go, b"1")
        os.waitpid(child, 0)
        for end in (ours, theirs, again, go):
            os.close(end)


def test_a_file_that_cannot_be_locked_is_left_alone(folders: tuple[Path, Path]) -> None:
    store, backups = folders
    with opened_elsewhere(store / STORE), pytest.raises(Fault) as refused:
        swap(store, backups / "kept.db")
    assert "another program" in refused.value.message
    assert held(store) == {**OLD, READY: b"new"} and held(backups) == {}
    assert ENDINGS[-1] == "", "the file itself is moved last"
