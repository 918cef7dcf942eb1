"""A consistent copy of a store in one file, while others read and write it. Checks nothing of what it copies."""

from pathlib import Path

from daemon import files
from daemon.store import sqlite
from daemon.store.database import name_of, storage_fault


def copy(source: Path, target: Path) -> None:
    """Copies a store as of one moment, by SQLite's online backup; `target` is whole or not there. Blocks: for a thread.

    The copy is one file and needs no write-ahead log beside it. Raises Fault(STORAGE), OSError.
    """
    module = sqlite.library()
    wal = source.with_name(source.name + "-wal")
    with files.replacing(target) as draft:
        try:
            read = sqlite.connect(module, source, "ro" if wal.exists() else "ro&immutable=1")
            try:
                # All in one step: a commit of another connection would make it begin again.
                write = module.connect(str(draft), isolation_level=None)
                try:
                    read.backup(write, pages=-1)
                finally:
                    write.close()
            finally:
                read.close()
        except Exception as wrong:
            if not name_of(wrong):
                raise
            raise storage_fault(wrong) from wrong
