"""Backups without a daemon, for a store that none can serve: listing them, and putting one in the store's place.

Whoever calls this holds the home's lock. What is there is looked at where it can be read, and kept whatever it is. How
a daemon restores while clients stay connected is restore.py.
"""

import asyncio
import contextlib
import os
import stat
from contextlib import closing
from pathlib import Path

from daemon import atomic
from daemon.backups.keeper import checked, in_thread, listed
from daemon.backups.restore import damaged, proved, restore_result
from daemon.home import config
from daemon.store import sqlite, swapping
from daemon.store.backups import Backup, Folder
from daemon.store.chain import GENESIS, HeadFile
from daemon.store.check.compare import Comparison, alone, compare
from daemon.store.check.verify import chain_at, last_seq
from daemon.store.copying import make_ready
from daemon.store.database import Refused, look, name_of, storage_fault
from protocol import methods as m
from protocol.errors import NOT_FOUND, STORAGE, Fault
from protocol.ids import Seq
from protocol.places import BACKUPS

STORE = "store"


def backups(home: Path) -> m.BackupsResult:
    """All backups of a home. Raises Fault(STORAGE)."""
    folder = _folder(home)
    try:
        found = folder.all()
    except OSError as wrong:
        raise _unusable(wrong) from wrong
    try:
        keep = config.load(home).backups
        daily = keep.daily > 0 or keep.weekly > 0
    except config.ConfigError:
        daily = False
    return listed(found, folder, daily)


def restore(home: Path, word: str, really: bool) -> m.RestoreResult:
    """Makes the store what a backup holds, or only tells what that would change. `word`: its number or its name.

    Raises Fault: NOT_FOUND, STORAGE for a backup that is not sound or of a newer program, or where the disk fails.
    """
    folder = _folder(home)
    try:
        if (home / STORE).is_dir():
            swapping.finish(home / STORE, folder.path)
        backup = _meant(folder, word)
        return asyncio.run(_restored(home, folder, backup)) if really else _previewed(home, folder, backup)
    except OSError as wrong:
        raise _unusable(wrong) from wrong
    except Exception as wrong:
        if not name_of(wrong):
            raise
        raise storage_fault(wrong) from wrong


def lines_of(result: m.BackupsResult | m.RestoreResult) -> list[str]:
    """The result as lines for people, for whom `rpc` shows more of it."""
    if isinstance(result, m.BackupsResult):
        found = [
            f"{n:3}  {b.backup}  {b.stories} stories, {b.lines} lines, up to {b.head}"
            + ("" if b.check is None else "; checked" if b.check.ok else f"; {_fault(b.check)}")
            for n, b in enumerate(result.backups, 1)
        ]
        return [*(found or ["There are no backups."]), f"In {result.folder}. `rpcd restore N` puts one back."]
    lines = [f"What is there cannot be read ({result.unreadable})."] if result.unreadable else []
    lines.append(f"Lost: {_counted(result.lost)}. Gained: {_counted(result.gained)}.")
    if result.head is None:
        return [*lines, "Nothing was restored: say --yes to do it. What is there is kept."]
    return [*lines, f"Restored {result.backup}, up to {result.head}."] + [f"Kept: {result.kept}"] * bool(result.kept)


def _fault(check: m.BackupCheck) -> str:
    return f"{'DAMAGED' if check.damaged else 'with a fault'}: {check.why}"


def _counted(d: m.Difference) -> str:
    return f"{d.lines} lines in {len(d.stories)} stories"


def _previewed(home: Path, folder: Folder, backup: Backup) -> m.RestoreResult:
    path = _usable(folder.path / backup.name)
    found, why = _compared(home / STORE / swapping.STORE, path)
    return restore_result(backup, found, why)


async def _restored(home: Path, folder: Folder, backup: Backup) -> m.RestoreResult:
    place = _place(home)
    _usable(folder.path / backup.name)
    path = folder.path / backup.name
    await proved(folder, backup, lambda said: None)
    found, why = _compared(place / swapping.STORE, path)
    for left in place.glob(f".*{swapping.READY}.*"):
        left.unlink()
    with atomic.replacing(place / swapping.READY) as draft:
        make_ready(path, draft, place / swapping.STORE)
    kept = swapping.swap(place, folder.new("restore"))
    head = _head_noted(place)
    if kept is not None and kept.parent == folder.path:
        with contextlib.suppress(Fault):  # the restore is done, whatever becomes of the record of what was there
            await in_thread(folder.note, kept.name, await checked(kept, True))
    name = None if kept is None else kept.name if kept.parent == folder.path else f"{STORE}/{kept.name}"
    return restore_result(backup, found, why, name, head)


def _usable(backup: Path) -> Path:
    """The file, once it was found to be a store that this program knows. Raises Fault(STORAGE)."""
    try:
        look(sqlite.library(), backup)
    except Refused as refused:
        why = str(refused).replace("the store", "it", 1)
        raise Fault(STORAGE, f"this backup cannot be put back: {why}", why=why) from refused
    except Exception as wrong:
        if not name_of(wrong):
            raise
        raise damaged(f"it cannot be read ({name_of(wrong)})") from wrong
    return backup


def _head_noted(place: Path) -> Seq:
    """Writes the head file of the store that is in place now; its last seq."""
    with closing(sqlite.connect(sqlite.library(), place / swapping.STORE, "ro&immutable=1")) as c:
        seq = last_seq(c)
        link = chain_at(c, seq) if seq else None
    with closing(HeadFile(place / swapping.HEAD)) as head:
        head.write(seq, link or GENESIS)
        head.sync()
    return seq


def _compared(store: Path, backup: Path) -> tuple[Comparison, str]:
    """What the store and the backup hold that the other does not, and why the store could not be read."""
    try:
        kind = store.stat().st_mode
    except OSError as wrong:
        return alone(backup), f"{wrong.strerror}".lower()
    if not stat.S_ISREG(kind):
        return alone(backup), "it is no file"
    try:
        with closing(sqlite.connect(sqlite.library(), store, sqlite.reading(store))) as c:
            return compare(c, backup), ""
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with it, that is why it is replaced
        return alone(backup), name_of(wrong) or type(wrong).__name__


def _meant(folder: Folder, word: str) -> Backup:
    """The backup of a number (1: the latest) or a name. Raises Fault(NOT_FOUND)."""
    found = folder.all()
    if word.isascii() and word.isdigit() and 0 < int(word) <= len(found):
        return found[int(word) - 1]
    if word not in {b.name for b in found}:
        raise Fault(NOT_FOUND, f"there is no backup {word!r}; `rpc backups` lists them", what="backup", id=word)
    return folder.get(word)


def _folder(home: Path) -> Folder:
    folder = Folder(home / BACKUPS)
    try:
        folder.open()
    except OSError as wrong:
        raise _unusable(wrong) from wrong
    return folder


def _place(home: Path) -> Path:
    """The folder of the store, made where there is none; what else has its name is moved beside it."""
    place = home / STORE
    if os.path.lexists(place) and not place.is_dir():
        place.rename(_free(place))
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def _free(path: Path) -> Path:
    return next(p for n in range(1, 10_000) if not os.path.lexists(p := path.with_name(f"{path.name}.{n}.aside")))


def _unusable(wrong: OSError) -> Fault:
    why = f"the home cannot be read or written: {wrong.strerror or wrong}"
    return Fault(STORAGE, why, why=why)
