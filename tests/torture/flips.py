"""Bits flipped in the event rows of a closed store's file, and tails lost: each is found, with its seq."""

import re
import shutil
from pathlib import Path
from random import Random

from daemon.store.check import verify
from protocol.commands import AddEntity, Bind, Say
from protocol.world import Identity
from tests.support.open_store import Reading, opened, plain
from tests.torture.checks import new_home


async def run(rounds: int) -> str:
    """So many bits, one at a time, each in a row of the file as it lies on the disk."""
    rng = Random(rounds)
    with new_home() as folder:
        await _written(folder)
        pristine = (folder / "fabula.db").read_bytes()
        rows = _rows(pristine, folder / "fabula.db")
        exact = 0
        for _ in range(rounds):
            seq, start, end = rng.choice(rows)
            at, bit = rng.randrange(start, end), rng.randrange(8)
            spoilt = bytearray(pristine)
            spoilt[at] ^= 1 << bit
            (folder / "spoilt.db").write_bytes(spoilt)
            with plain(folder / "spoilt.db") as c:
                why = verify.check_chain(c)
            assert why, f"bit {bit} of byte {at - start} of the row of event {seq} was flipped and not noticed"
            named = int(re.findall(r"event (\d+)", why)[0])
            assert named <= seq, f"event {seq} was changed, but {why}"
            exact += named == seq
    return f"{rounds} bits flipped in {len(rows)} rows, all found, {exact} by their own seq, the others before it"


async def tails(rounds: int) -> str:
    """So many tails of different lengths, each with the head that was acknowledged."""
    with new_home() as folder:
        await _written(folder)
        last = len(Reading(folder / "fabula.db").events)
        for lost in range(1, rounds + 1):
            copy = folder / f"{lost}"
            copy.mkdir()
            shutil.copy(folder / "fabula.db", copy)
            shutil.copy(folder / "fabula.head", copy)
            with plain(copy / "fabula.db") as c:
                c.execute("DROP TRIGGER event_is_never_deleted")
                c.execute("DELETE FROM event WHERE seq > ?", (last - lost,))
            async with opened(copy) as store:
                assert f"ends at {last - lost} but {last} was acknowledged" in store.log.lost
    return f"{rounds} tails lost, all found"


async def _written(folder: Path) -> None:
    folder.mkdir()
    async with opened(folder) as store:
        story, _ = await store.create([AddEntity(entity="a", name="Mara", identity=Identity(description="Waits."))])
        for n in range(150):
            await store.append(story, Bind(tone=f"tone {n}"), Say(who="a", text=f"A line, naïve — 雨, {n}."))


def _rows(file: bytes, path: Path) -> list[tuple[int, int, int]]:
    """Where each event's record lies in the file, found by its last column: (seq, first byte, end)."""
    found = []
    for event in Reading(path).events:
        at = _live(file, event["chain"], path.with_name("tried.db"))
        if at is None:
            continue  # it is on more than one page
        end = at + len(event["chain"])
        # The record: its header's length, the types of its columns (a text's or blob's of 58 bytes takes two bytes,
        # the seq is null there), then the columns.
        sizes = [0 if name == "seq" else _size(event[name]) for name in event]
        header = 1 + sum(1 if size < 58 else 2 for size in sizes)
        start = end - sum(sizes) - header
        assert file[start] == header
        found.append((event["seq"], start, end))
    return found


def _live(file: bytes, chain: bytes, tried: Path) -> int | None:
    """Where the chain is that is read: pages keep old copies of rows where nobody looks."""
    places = [found.start() for found in re.finditer(re.escape(chain), file)]
    for at in places if len(places) > 1 else ():
        tried.write_bytes(file[:at] + bytes(len(chain)) + file[at + len(chain) :])
        if chain not in {e["chain"] for e in Reading(tried).events}:
            return at
    return places[0] if len(places) == 1 else None


def _size(value: object) -> int:
    """The bytes that a value takes in the body of a SQLite record (format of the file, section 2.1)."""
    match value:
        case None | 0 | 1:
            return 0
        case int():
            return next(size for size in (1, 2, 3, 4, 6, 8) if -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1)
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
    raise TypeError(value)
