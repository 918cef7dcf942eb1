"""Runs the trials that were asked for (all of them if none was) and prints a line of figures about each."""

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable

from tests.torture import embedding, faults, flips, kills, replies, restores

Trial = Callable[[int], Awaitable[str]]

TRIALS: dict[str, tuple[Trial, int]] = {
    "kills": (kills.run, 500),
    "restores": (restores.run, 40),
    "replies": (replies.scripted, 20),
    "embedded": (replies.embedded, 20),
    "embedding": (embedding.run, 100),
    "flips": (flips.run, 1000),
    "tails": (flips.tails, 20),
    "synced": (faults.synced, 50),
    "broken": (faults.broken, 1000),
}
"""By name: what is done, and how often if nothing else is said."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("trial", nargs="*", help=f"of {', '.join(TRIALS)}")
    parser.add_argument("--rounds", type=int, help="how often, for each trial")
    asked = parser.parse_args()
    if unknown := set(asked.trial) - TRIALS.keys():
        parser.error(f"there is no trial {', '.join(unknown)}")
    failed = 0
    for name in asked.trial or TRIALS:
        trial, rounds = TRIALS[name]
        began = time.monotonic()
        try:
            found = asyncio.run(_carried_out(trial, asked.rounds or rounds))
        except Exception:  # noqa: BLE001 - the other trials are worth running all the same
            traceback.print_exc()
            found, failed = "FAILED", failed + 1
        print(f"{name:10} {time.monotonic() - began:6.0f} s  {found}", flush=True)
    sys.exit(1 if failed else 0)


async def _carried_out(trial: Trial, rounds: int) -> str:
    return await trial(rounds)


if __name__ == "__main__":
    main()
