"""Keeps the vectors of what can be recalled in step with the log, and turns questions into vectors.

It follows the log behind play, and loads a model when there is first something to embed. Where there is no model, or
one fails, recall goes by words alone and the model is asked again later.
"""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence

from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.store.connection import passes
from daemon.store.database import Database
from daemon.store.log import Log
from daemon.store.recall import vectors
from daemon.store.recall.texts import Said
from daemon.store.recall.vectors import LONGEST, Made, Vector, whole_numbers
from daemon.tasks import Background
from protocol.errors import Fault
from protocol.ids import BEGINNING, Seq
from protocol.model import ModelUnavailable

log = logging.getLogger(__name__)

START_S = 2.0
"""Seconds after its start in which the daemon embeds nothing by itself."""

REST = 1.0
"""How many times as long as each step took is rested after it, where many texts are still without vectors."""

BEHIND = 256
"""Events that vectors may lag behind the log and still be searched by."""

PATIENCE_S = 3.0
"""Seconds that a question waits for vectors of what was just said, and for its own."""

FIRST_S, MOST_S = 2.0, 300.0
"""Seconds until a model that failed is asked again, doubled with each further failure, and the most."""

REFUSED = frozenset({400, 413, 422})
"""What an endpoint answers that does not take a text, while it may take others."""

KEPT = 64
"""Texts whose vectors are kept in mind: what was just said is often what brings something to mind."""


class Vectors:
    """The vectors of one open database, by the model that has the role."""

    def __init__(self, database: Database, the_log: Log, model: Callable[[], Model], calls: LastCalls) -> None:
        self.database, self.log, self._model, self._calls = database, the_log, model, calls
        self.upto = BEGINNING
        self._name = ""
        self._recent: OrderedDict[tuple[str, str], list[float]] = OrderedDict()
        self._failures, self._not_before = 0, 0.0
        self._lock = asyncio.Lock()
        self._news = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._asking = Background()
        self._closing = False

    async def load(self) -> None:
        """Reads what the vectors are; drops them where they reach beyond the log. Raises Fault(STORAGE)."""
        made = await self.database.read.run(vectors.made)
        if made.seq > self.log.seq:
            await self.database.write.run_whole(vectors.restart, "", 0)
            made = Made("", 0, BEGINNING, made.purges)
        self.upto, self._name = made.seq, made.model

    async def start(self) -> None:
        """Reads what the vectors are, and starts to follow the log. Raises Fault(STORAGE)."""
        await self.load()
        self.follow()

    @contextlib.asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Writes no vectors inside the context; reads afterwards what they are, since the store may be another."""
        await self._pause()
        try:
            yield
        finally:
            await self.load()
            self.follow()

    def follow(self) -> None:
        """Starts following the log in the background."""
        self._closing = False
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stops following the log; a call of the model is broken off."""
        await self._pause()

    async def purged(self) -> None:
        """Heeds that vectors were purged in the store. Raises Fault(STORAGE)."""
        self._recent.clear()
        await self.load()

    def chosen(self) -> None:
        """Heeds that the role may have got another model, which is asked at once."""
        self._failures, self._not_before = 0, 0.0
        self._news.set()

    @property
    def behind(self) -> tuple[int, int] | None:
        """Up to which event there are vectors, and how many events there are; None where they are as good as level."""
        return (self.upto, self.log.seq) if self.log.seq - self.upto > BEHIND else None

    async def current(self) -> bool:
        """Brings the vectors up to the end of the log as it is now; returns whether that went well."""
        head = self.log.seq
        while self.upto < head or self._name != await self._model_name():
            if time.monotonic() < self._not_before or not await self._step(head):
                return False
        return True

    async def of_question(self, text: str, patience_s: float = PATIENCE_S) -> Vector | None:
        """The vector of a question, once the vectors of what was just said are there. None where recall goes by words
        alone: there is no model, it fails, it is not ready in so many seconds, or many texts are still without vectors.
        """
        if not text.strip() or time.monotonic() < self._not_before or self.behind is not None:
            return None
        # It goes on though nobody waits any more, since what is asked next finds the model loaded then.
        asking = self._asking.start(self._of_question(text[-LONGEST:]))
        done, _ = await asyncio.wait({asking}, timeout=patience_s)
        return asking.result() if done else None

    async def _of_question(self, text: str) -> Vector | None:
        try:
            if not self.log.read_only and not await self.current():
                return None
            [vector] = await self._embedded([text])
            return whole_numbers(vector)
        except ModelUnavailable as error:
            self._failed(error)
        except (Fault, ValueError):
            pass
        return None

    async def _pause(self) -> None:
        self._closing = True
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._asking.cancel()

    async def _follow(self) -> None:
        await asyncio.sleep(START_S)
        while not self._closing:
            began = time.monotonic()
            wait = self._not_before - began
            if wait <= 0 and not self.log.read_only and await self._is_due():
                await self._step(self.log.seq)
                if self.behind is not None:
                    await asyncio.sleep(REST * (time.monotonic() - began))
                continue
            waiting = [asyncio.ensure_future(event.wait()) for event in (self.log.grew, self._news)]
            try:
                await asyncio.wait(waiting, timeout=max(wait, 1.0), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()
            self.log.grew.clear()
            self._news.clear()

    async def _is_due(self) -> bool:
        if not self.log.seq:
            return False
        try:
            return self.upto < self.log.seq or (bool(self._name) and self._name != await self._model_name())
        except ModelUnavailable as error:
            self._failed(error)
            return False

    async def _step(self, head: Seq) -> bool:
        """Adds the next vectors; returns whether that went well."""
        async with self._lock:
            try:
                return await self._added(head)
            except ModelUnavailable as error:
                self._failed(error)
            except Fault as fault:
                if not passes(fault):  # a passing fault makes the store read-only, which is reported there
                    log.warning("the vectors of what can be recalled lag behind: %s", fault.message)
            return False

    async def _added(self, head: Seq) -> bool:
        made, found, texts, upto = await self.database.read.run(vectors.texts, max(head, self.upto))
        name = await self._model_name()
        if made.model and made.model != name:
            return await self._restarted(name, 0)
        rows = await self._rows(found, texts)
        dimensions = len(rows[0][1].data) if rows else made.dimensions
        if made.dimensions and any(len(v.data) != made.dimensions for _, v in rows):
            # What was embedded before cannot be compared with this. It waits, lest it go on so for ever.
            self._failures += 1
            self._not_before = time.monotonic() + self._pause_s()
            return await self._restarted(name, dimensions)
        now = Made(name if rows else made.model, dimensions, upto, made.purges)
        if await self.database.write.run_whole(vectors.add, made, now, rows):
            self.upto, self._name = upto, name
        return True

    async def _restarted(self, name: str, dimensions: int) -> bool:
        await self.database.write.run_whole(vectors.restart, name, dimensions)
        self.upto, self._name = BEGINNING, name
        self._recent.clear()
        return True

    async def _rows(self, found: Sequence[Said], texts: Sequence[str]) -> list[tuple[Said, Vector]]:
        """The vectors of texts; without those that the endpoint does not take."""
        try:
            made: list[list[float] | None] = [*await self._embedded(texts)]
        except ModelUnavailable as error:
            if error.status not in REFUSED:
                raise
            made = [await self._if_taken(text) for text in texts]
        rows = []
        for said, vector in zip(found, made, strict=True):
            with contextlib.suppress(ValueError):
                if vector is not None:
                    rows.append((said, whole_numbers(vector)))
        return rows

    async def _if_taken(self, text: str) -> list[float] | None:
        try:
            return (await self._embedded([text]))[0]
        except ModelUnavailable as error:
            if error.status not in REFUSED:
                raise
            return None

    async def _embedded(self, texts: Sequence[str]) -> list[list[float]]:
        """The vectors of texts, some of which may be known already."""
        model = self._model()
        name = await self._model_name()
        missing = [text for text in dict.fromkeys(texts) if (name, text) not in self._recent]
        made = dict(zip(missing, await model.embed(missing) if missing else [], strict=True))
        if missing:
            self._calls.note("embed", model.endpoint.label, "")
            self._failures = 0
        found = [made[text] if text in made else self._recent[name, text] for text in texts]
        for text, vector in zip(texts, found, strict=True):
            self._recent[name, text] = vector
        while len(self._recent) > KEPT:
            self._recent.popitem(last=False)
        return found

    async def _model_name(self) -> str:
        model = self._model()
        return f"{model.endpoint.label} {await model.model()}"

    def _failed(self, error: ModelUnavailable) -> None:
        self._calls.note("embed", self._model().endpoint.label, error.why)
        self._failures += 1
        self._not_before = time.monotonic() + max(self._pause_s(), min(error.retry or 0.0, MOST_S))

    def _pause_s(self) -> float:
        return float(min(FIRST_S * 2.0 ** min(self._failures - 1, 30), MOST_S))
