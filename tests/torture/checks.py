"""Whether a store is whole, told by a plain reading of its file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from daemon.store.check import verify
from daemon.story.state import to_builtins
from tests.support.eyes import EYES
from tests.support.open_store import Reading, folded, plain
from tests.support.wire_client import Client


@contextmanager
def new_home() -> Iterator[Path]:
    """A home that does not exist yet, gone in the end."""
    with tempfile.TemporaryDirectory(prefix="fab") as folder:
        yield Path(folder) / "h"


def spoken(path: Path) -> list[tuple[str, str]]:
    """Each part of each line in the file: its story and its words."""
    events = Reading(path).events
    return [(e["story"], msgspec.json.decode(e["data"])["text"]) for e in events if e["kind"] == "line.said"]


def check_whole(path: Path) -> int:
    """That no commit is torn, no seq missing, and the chain unbroken; how many events there are."""
    with plain(path) as c:
        why = verify.check_chain(c)
    assert not why, why
    events = Reading(path).events
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    begun: set[tuple[object, ...]] = set()
    for e in events:
        begun.add((e["story"], e["branch"], e["turn"], e["at"]))
        assert len(begun) == 1, f"event {e['seq']} is in another commit than the one before it, which did not end"
        if e["ends"]:
            begun.clear()
    assert not begun, "the last commit did not end"
    return len(events)


async def check_states(c: Client, path: Path) -> int:
    """That what the daemon says of every line of history is what a fold of its events says; how many were compared."""
    reading = Reading(path)
    compared = 0
    for branch in reading.branches.values():
        head = max(e["seq"] for e in reading.seen(branch["branch"], 2**62))
        states = folded(reading.seen(branch["branch"], head))
        for lens in EYES:
            asked = {"story": branch["story"], "branch": branch["branch"], "view": "state", "lens": list(lens)}
            answer = await c.call("project", asked)
            assert answer["data"] == msgspec.json.decode(msgspec.json.encode(to_builtins(states[lens])))
            compared += 1
    return compared
