"""Keeps the embedded embedding model's process, and asks it for vectors. What runs inside it is in minilm.py."""

import asyncio
import json
from array import array
from collections.abc import Sequence
from typing import cast

from daemon.model import minilm
from daemon.model.failures import Failure
from daemon.model.process import KeptProcess
from protocol.model import EMBEDDED, ModelUnavailable

Streams = tuple[asyncio.StreamWriter, asyncio.StreamReader]
"""What the process reads, and what it writes."""

SMALL = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "2000000", "MALLOC_MMAP_THRESHOLD_": "4000000"}
"""Has the C library give back what is free, since a process that rests should be small; but not what the next layer of
the model needs again at once: to get that from the system anew takes as long as the model itself."""

TEXT_S = 5.0
"""Seconds that a text may take before the process is taken to hang."""


class Encoder:
    """The process, which starts with the first text and answers one request at a time."""

    def __init__(self) -> None:
        self._kept = KeptProcess(minilm.__file__, **SMALL)
        self._lock = asyncio.Lock()
        self._dimensions, self._why = 0, ""
        self._streams: Streams | None = None

    @property
    def pid(self) -> int | None:
        """The process, if it runs."""
        return self._kept.pid

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of length 1 for each text. Raises ModelUnavailable."""
        if not texts:
            return []
        async with self._lock:
            try:
                return await self._ask(texts)
            except Failure as failure:
                raise ModelUnavailable(EMBEDDED, failure.why, failure.retry) from None

    async def aclose(self) -> None:
        """Ends the process."""
        self._streams = None
        await self._kept.end()

    async def _ask(self, texts: Sequence[str]) -> list[list[float]]:
        streams = self._streams
        if self._kept.pid is None or streams is None:
            streams = self._streams = await self._begin()
        ear, mouth = streams
        whole = False
        try:
            async with asyncio.timeout(TEXT_S * (2 + len(texts))):
                ear.write(json.dumps(list(texts)).encode() + b"\n")
                await ear.drain()
                answer = await mouth.readexactly(4 * self._dimensions * len(texts))
            whole = True
        except TimeoutError:
            raise Failure("isn't answering") from None
        except (ConnectionError, asyncio.IncompleteReadError):
            raise Failure("crashed") from None
        finally:
            if not whole:  # cancelled or failed: what is left of the answer would be taken for the next one
                await self.aclose()
        floats = array("f", answer)
        return [floats[at : at + self._dimensions].tolist() for at in range(0, len(floats), self._dimensions)]

    async def _begin(self) -> Streams:
        lacks = minilm.missing()
        if lacks:
            raise Failure(lacks)
        try:
            return await self._kept.begin(self._introduce)
        except Failure as failure:
            # That it has to wait says less than why it did not start.
            raise Failure(self._why if self._why and failure.retry else failure.why, failure.retry) from None

    async def _introduce(self, process: asyncio.subprocess.Process) -> Streams:
        ear, mouth = cast(asyncio.StreamWriter, process.stdin), cast(asyncio.StreamReader, process.stdout)
        answer = json.loads(await mouth.readline() or b'{"error": "crashed"}')
        if "error" in answer:
            await process.wait()
            self._why = f"does not start: {answer['error']}"
            raise Failure(self._why)
        self._dimensions, self._why = int(answer["dimensions"]), ""
        return ear, mouth
