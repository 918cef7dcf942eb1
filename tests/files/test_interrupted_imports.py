"""An import left off by an end of the daemon: whoever asked is told, nothing is written, and the next one works."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.files.exporter import Exporter
from daemon.files.importer import Importer
from daemon.files.transfers import Transfers
from daemon.store.check.process import Progress
from protocol.commands import AddEntity, Say
from protocol.errors import CANCELLED, Fault
from protocol.methods import ExportParams, ImportParams
from tests.support.direct_client import templates_in
from tests.support.open_store import opened


class Halting:
    """Shows the job, and holds its thread at the second half, which is the writing, until `on` is set."""

    def __init__(self) -> None:
        self.writes, self.on = asyncio.Event(), threading.Event()
        self._loop = asyncio.get_running_loop()

    @contextlib.contextmanager
    def job(self, kind: str, what: str) -> Iterator[Callable[[Progress], None]]:
        assert kind == "import"
        yield self._heed

    def _heed(self, progress: Progress) -> None:
        if progress.done > progress.of // 2:
            self._loop.call_soon_threadsafe(self.writes.set)
            self.on.wait(10)


async def test_an_import_that_is_left_off_writes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        story, _ = await store.create([AddEntity(entity="you", name="Sam")])
        await store.append(story, *(Say(who="you", text=f"Line {n}.") for n in range(300)))
        transfers, halting = Transfers(tmp_path, 10**7), Halting()
        made = await Exporter(store.writer, store.views, transfers, "test").export(
            ExportParams(story=story, format="story")
        )
        assert made.data is not None
        importer, before = Importer(store.writer, transfers, templates_in(tmp_path, store), halting.job), store.log.seq
        taking = asyncio.create_task(importer.take(ImportParams(format="story", data=made.data), local=False))
        await asyncio.wait_for(halting.writes.wait(), 10)
        ending = asyncio.create_task(importer.close())
        await asyncio.sleep(0)
        assert not taking.done() and not ending.done()
        halting.on.set()
        await asyncio.wait_for(ending, 10)
        with pytest.raises(Fault) as left:
            await taking
        assert left.value.code == CANCELLED
        assert store.log.seq == before and len((await store.writer.list()).stories) == 1
        again = await importer.take(ImportParams(format="story", data=made.data), local=False)
        assert again.created["line parts"] == 300
        await importer.close()
        transfers.forget()
