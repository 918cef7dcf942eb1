"""Waiting while the daemon is busy: with another turn of the story, or at a limit of its own. For those who run alone.

What was refused as busy had no effect, so it is asked again. Somebody at a prompt is told instead, and decides.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from protocol.errors import BUSY, Fault

T = TypeVar("T")

Tell = Callable[[str], None]
"""Is given a line that says what is waited for."""

SHORTEST_S, LONGEST_S, USUAL_S = 0.2, 30.0, 1.0
"""Seconds between two attempts: at least, at most, and where the daemon names none."""


async def patiently(ask: Callable[[], Awaitable[T]], tell: Tell) -> T:
    """What is answered, asked again for as long as the daemon is busy: a turn may take any time.

    `tell` is told once that one waits, and where the wait is left off that nothing was sent.
    """
    waiting = False
    while True:
        try:
            return await ask()
        except Fault as fault:
            if fault.code != BUSY:
                raise
            if not waiting:
                tell(_waits(fault))
            waiting, pause = True, _pause(fault)
        try:
            await asyncio.sleep(pause)
        except asyncio.CancelledError:
            tell("[stopped waiting; nothing was sent]")
            raise


def _waits(fault: Fault) -> str:
    stop = "`rpc stop` stops it, " if "turn" in fault.data else ""
    return f"[waiting: {fault.message.partition(';')[0]}; {stop}Ctrl-C stops waiting]"


def _pause(fault: Fault) -> float:
    retry = fault.data.get("retry")
    named = float(retry) if isinstance(retry, int | float) and not isinstance(retry, bool) else USUAL_S
    return min(max(named, SHORTEST_S), LONGEST_S)
