"""S2: from `play` to the request reaching the model's endpoint, in a story of 100,000 events with memories, by words
alone and with the embedded model. The story's own vectors are random: they are compared in the same time."""

import asyncio
import random
import shutil
import statistics
import time
from pathlib import Path

from daemon.model import minilm
from daemon.store import sqlite
from daemon.store.recall.texts import read_texts
from protocol.ids import BEGINNING, Seq
from tests.bench.figures import Figure, quantile, spread
from tests.bench.rpcd import SETTLED_S
from tests.bench.stores import Stores
from tests.bench.tale import WORDS
from tests.support.real_daemon import WORDS_ALONE, Daemon
from tests.support.scripted_model import Body, Endpoint

TURNS, WARM = 40, 5
MODEL = f"embedded {minilm.MODEL}"


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The median and the 95th of a hundred turns, in milliseconds."""
    home = stores.folder / "asking"
    shutil.copytree(stores.line(), home)
    _embed(home / "store" / "fabula.db")
    taken = {
        "words": asyncio.run(_played(home, WORDS_ALONE, 10 if quick else TURNS)),
        "both": asyncio.run(_played(home, '[models.embed]\nbase_url = "embedded"\n', 10 if quick else TURNS)),
    }
    details = {way: spread(times) for way, times in taken.items()}
    return [
        Figure(
            promise="S2", what=f"from `play` to the request at the endpoint, {what}", ours=of(taken["both"]), unit="ms",
            reference=of(taken["words"]), than="by words alone", of="ours", promised=promised, details=details,
        )
        for what, of, promised in (
            ("p50", statistics.median, 20), ("p95", lambda times: quantile(times, 0.95), 40),
        )
    ]  # fmt: skip


def _embed(path: Path) -> None:
    """Gives every text a random vector that passes for the embedded model's."""
    c, rng, upto = sqlite.connect(sqlite.library(), path), random.Random(1), BEGINNING
    (head,) = c.execute("SELECT max(seq) FROM event").fetchone()
    c.execute("BEGIN")
    while upto < head:
        texts, upto = read_texts(c, upto, min(Seq(head), Seq(upto + 4096)), 10**6, 10**9)
        rows = ((t.key, sum((x - 256 if x > 127 else x) ** 2 for x in data), data)
                for t, data in ((t, rng.randbytes(minilm.DIMENSIONS)) for t in texts))  # fmt: skip
        c.executemany("INSERT INTO text_vector VALUES (?, ?, ?)", rows)
    c.execute("INSERT INTO text_sketch SELECT key, vec_quantize_binary(vec_int8(vector)) FROM text_vector")
    c.execute("UPDATE text_vector_upto SET seq = ?, model = ?, dimensions = ?", (head, MODEL, minilm.DIMENSIONS))
    c.execute("COMMIT")
    c.close()


async def _played(home: Path, embed: str, count: int) -> list[float]:
    arrived: list[float] = []

    def prose(body: Body) -> str:
        if body.get("stream"):
            arrived.append(time.perf_counter())
        return "She nods, and says nothing."

    async with Endpoint(prose) as endpoint:
        render = f'[models.render]\nbase_url = "{endpoint.url}"\nmodel = "scripted"\n[play]\nreading = "off"\n'
        async with Daemon(home, render + embed) as daemon, daemon.unix() as c:
            await asyncio.sleep(SETTLED_S)
            taken = []
            for n in range(WARM + count):
                text = f"{WORDS[n % len(WORDS)]} {n}"
                while (await c.call("status"))["counts"]["turns"]:
                    await asyncio.sleep(0.05)
                arrived.clear()
                began = time.perf_counter()
                await c.call("play", story="s1", text=text)
                while not arrived:
                    await asyncio.sleep(0.0005)
                taken.append(1000 * (arrived[0] - began))
                await asyncio.sleep(0.3)
    return taken[WARM:]
