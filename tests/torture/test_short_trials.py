"""Short forms of the trials of tests/torture; `make torture` is the long one.

Three trials are not here: tests/backups/test_restore.py, test_crashes.py and
tests/live/test_vectors_after_kills.py stand for them.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.torture import faults, flips, kills, replies


@pytest.mark.parametrize(
    ("trial", "rounds"),
    [
        (kills.run, 3),
        (replies.scripted, 1),
        (faults.synced, 5),
        (faults.broken, 1),
        (flips.run, 40),
        (flips.tails, 3),
    ],
)
async def test_a_short_form_of(trial: Callable[[int], Awaitable[str]], rounds: int) -> None:
    try:
        found = await trial(rounds)
    except faults.CannotTrace as why:
        pytest.skip(str(why))
    if found.startswith("skipped"):
        pytest.skip(found)
    assert found
