"""What is in flight on one connection: calls of one story in their order, batches in theirs, cancelling by id.

Knows no transport and no method; how a call is served and where an answer goes are given to it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, cast

from daemon.rpc.dispatch import Ready, cancelled, refuse
from daemon.rpc.messages import Refusal
from daemon.tasks import Background
from protocol.errors import BUSY, Error

Serve = Callable[[Ready], Awaitable[bytes | None]]
Deliver = Callable[[bytes], None]

BATCH_BYTES = 4 * 1024 * 1024
"""With more than this answered to the first calls of a batch, the rest are not served: nothing goes out before all."""

_TOO_MUCH = "the answers to this batch are too long together; send this request by itself"


class Flight:
    """What is being served. `count` is the number of calls and `unasked` how many of them are notifications, `held` the
    bytes of the messages that they came in, `made` those of the answers that wait for the rest of their batch."""

    def __init__(
        self, serve: Serve, deliver: Deliver, landed: Callable[[], None], much: Callable[[], bool] = lambda: False
    ) -> None:
        """`deliver` takes the answer to a message; `landed` is called when one is no longer in flight; `much` says
        whether clients have yet to take so much that no more calls of a batch should be served."""
        self.count = self.unasked = self.held = self.made = 0
        self._serve, self._deliver, self._landed, self._much = serve, deliver, landed, much
        self._messages = Background()
        self._batches: dict[asyncio.Task[Any], asyncio.Task[None]] = {}
        self._by_id: dict[int | str, asyncio.Task[Any]] = {}
        self._by_story: dict[str, set[asyncio.Task[Any]]] = {}

    def start(self, call: Ready, size: int) -> None:
        """Serves a single call that came in a message of this many bytes."""
        task = self._messages.start(self._run(call, self._ahead_of(call)))
        self._count(task, [call], size)
        self._enlist(call, task)

    def start_batch(self, entries: Iterable[Ready | Refusal], size: int) -> None:
        """Serves the calls of a batch, each after the one before it; the answers go out together."""
        answers: list[asyncio.Task[bytes | None] | bytes] = []
        calls: dict[asyncio.Task[Any], Ready] = {}
        made: list[int] = []
        for entry in entries:
            if isinstance(entry, Refusal):
                answers.append(refuse(entry))
                continue
            task = asyncio.create_task(self._run_in_batch(entry, self._ahead_of(entry) | calls.keys(), made))
            self._enlist(entry, task)
            calls[task] = entry
            answers.append(task)
        batch = self._messages.start(self._together(answers))
        self._count(batch, list(calls.values()), size)
        batch.add_done_callback(lambda _: self._let_go(made))
        for task in calls:
            self._batches[task] = batch
            task.add_done_callback(self._batches.pop)

    def cancel(self, id: int | str) -> bool:
        """Cancels the call with this id; False where none is in flight, or where it is the one that asks."""
        task = self._by_id.get(id)
        return task is not None and task is not asyncio.current_task() and task.cancel()

    def answered(self) -> Awaitable[object]:
        """An awaitable that is done when the answer to the message of the handler that asks has gone out."""
        task = cast(asyncio.Task[Any], asyncio.current_task())  # handlers always run in one
        return asyncio.wait([self._batches.get(task, task)])

    def _count(self, task: asyncio.Task[None], calls: Sequence[Ready], size: int) -> None:
        """Counts a message, which this task serves, and its calls until the task has ended."""
        count, unasked = max(1, len(calls)), sum(call.id is None for call in calls)
        self.count += count
        self.unasked += unasked
        self.held += size
        task.add_done_callback(partial(self._end, count, unasked, size))

    def _end(self, count: int, unasked: int, size: int, task: asyncio.Task[None]) -> None:
        self.count -= count
        self.unasked -= unasked
        self.held -= size
        self._landed()

    def _let_go(self, made: Sequence[int]) -> None:
        self.made -= sum(made)

    async def _run(self, call: Ready, ahead: set[asyncio.Task[Any]]) -> None:
        """Serves a single call, after those `ahead` of it, and delivers the answer."""
        try:
            if ahead:
                await asyncio.wait(ahead)
            answer = await self._serve(call)
        except asyncio.CancelledError:
            answer = cancelled(call)
        finally:
            self._forget(call)
        if answer is not None:
            self._deliver(answer)

    async def _run_in_batch(self, call: Ready, ahead: set[asyncio.Task[Any]], made: list[int]) -> bytes | None:
        """Serves a call of a batch, after those `ahead` of it; returns the answer. `made` are the lengths of the
        answers to those before it in its batch."""
        try:
            if ahead:
                await asyncio.wait(ahead)
            if call.id is not None and (sum(made) > BATCH_BYTES or (any(made) and self._much())):
                return refuse(Refusal(call.id, Error(BUSY, _TOO_MUCH, {"limit": BATCH_BYTES, "retry": 0})))
            answer = await self._serve(call)
            made.append(len(answer or b""))
            self.made += made[-1]
            return answer
        except asyncio.CancelledError:
            return cancelled(call)
        finally:
            self._forget(call)

    def _forget(self, call: Ready) -> None:
        """Has the call found by its id no more, before its answer goes out: what is answered cannot be cancelled."""
        if call.id is not None and self._by_id.get(call.id) is asyncio.current_task():
            del self._by_id[call.id]

    async def _together(self, answers: list[asyncio.Task[bytes | None] | bytes]) -> None:
        """Delivers the answers of a batch as one, once all of them are there."""
        responses = [answer if isinstance(answer, bytes) else await answer for answer in answers]
        given = [answer for answer in responses if answer is not None]
        if given:
            self._deliver(b"[" + b",".join(given) + b"]")

    def _ahead_of(self, call: Ready) -> set[asyncio.Task[Any]]:
        # All of them, not only the last: the last may be cancelled while it still waits for one before it.
        return set(self._by_story.get(call.story, ())) if call.story is not None else set()

    def _enlist(self, call: Ready, task: asyncio.Task[Any]) -> None:
        if call.id is not None:
            self._by_id[call.id] = task
        if call.story is not None:
            self._by_story.setdefault(call.story, set()).add(task)
            task.add_done_callback(partial(self._strike, call.story))

    def _strike(self, story: str, task: asyncio.Task[Any]) -> None:
        queue = self._by_story[story]
        queue.discard(task)
        if not queue:
            del self._by_story[story]
