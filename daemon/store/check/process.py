"""The check of a whole store in a process of its own, so that play does not wait: its file, its chain, its replay.

`python -m daemon.store.check.process FILE [replay]` writes a Progress as a JSON line after every few thousand events,
and a Report last.
"""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import msgspec

from daemon.store import sqlite
from daemon.store.check.replay import check_replay
from daemon.store.check.verify import MOST, Finding, chain_at, check_file, findings, last_seq
from daemon.store.database import name_of
from daemon.store.sqlite import SqliteConnection
from protocol.ids import BEGINNING, Seq

LINE = "kind = 'line.said'"
"""The condition for the events that make up lines; their subject is the line's id."""

NICE = 10
"""By how much the process raises its niceness, so that play goes first."""


class Progress(msgspec.Struct, frozen=True, tag="progress", tag_field="is"):
    """The number of events that have been checked, of how many; with a replay each event counts twice."""

    done: int
    of: int


class Holds(msgspec.Struct, frozen=True):
    """The contents of a store: its last seq and the chain there, as hex digits; the number of stories and of lines."""

    head: Seq = BEGINNING
    chain: str = ""
    stories: int = 0
    lines: int = 0


class Report(msgspec.Struct, frozen=True, tag="report", tag_field="is"):
    """The result of a check: what the file holds, and what is wrong with it. All is well where `findings` is empty.

    `chain` is the head's, as hex digits; `seconds` is how long the check took.
    """

    head: Seq
    chain: str
    stories: int
    lines: int
    findings: list[Finding]
    seconds: float

    @property
    def why(self) -> str:
        """What is wrong, in words; empty where nothing is."""
        return "; ".join(f.why for f in self.findings[:3]) + " …" * (len(self.findings) > 3)

    @property
    def damaged(self) -> bool:
        """Whether something in the file is not what was written."""
        return any(f.sort == "damaged" for f in self.findings)


Said = Progress | Report


def check(path: Path, replay: bool, tell: Callable[[Progress], None] = lambda said: None) -> Report:
    """Checks the store in this file, which others may go on writing: the events that are there now. Blocks."""
    began = time.perf_counter()
    module = sqlite.library()
    mode = sqlite.reading(path)
    try:
        # SQLite checks the file in a thread beside the chain: it leaves the interpreter to others meanwhile.
        with ThreadPoolExecutor(1) as beside:
            c, other = sqlite.connect(module, path, mode), sqlite.connect(module, path, mode)
            try:
                sqlite.read_as_present(c)
                file = beside.submit(lambda: list(check_file(other)))
                last = last_seq(c)
                of = last * 2 if replay else last
                chain = findings(c, BEGINNING, lambda done: tell(Progress(done, of)), shapes=not replay)
                found = list(islice(chain, MOST))
                if replay and not found:
                    found += islice(check_replay(c, lambda done: tell(Progress(last + done, of))), MOST)
                held = holds(c, last)
                found += file.result()
            finally:
                beside.shutdown()
                c.close()
                other.close()
    except Exception as wrong:
        if not name_of(wrong):
            raise
        held, found = Holds(), [Finding(BEGINNING, f"the file cannot be read ({name_of(wrong)})")]
    seconds = round(time.perf_counter() - began, 3)
    return Report(held.head, held.chain, held.stories, held.lines, found, seconds)


def holds(c: SqliteConnection, head: Seq | None = None) -> Holds:
    """What a store holds up to a seq; up to its end if none is given."""
    last = last_seq(c) if head is None else head
    chain = (chain_at(c, last) or b"") if last else b""
    stories = c.execute("SELECT count(*) FROM story WHERE current <> ''").fetchone()[0]
    lines = c.execute(f"SELECT count(DISTINCT story || ' ' || subject) FROM event WHERE {LINE} AND seq <= ?", (last,))  # noqa: S608
    return Holds(last, chain.hex(), stories, lines.fetchone()[0])


def main() -> None:
    path, *more = sys.argv[1:]
    os.nice(NICE)

    def say(said: Said) -> None:
        # Where nobody reads the output any more, this raises and ends the process, as it should.
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
        sys.stdout.flush()

    say(check(Path(path), "replay" in more, say))


if __name__ == "__main__":
    main()
