"""Short forms of the trials of tests/torture; `make torture` is the long one.

Two trials are not here: tests/backups/test_restore.py and test_crashes.py stand for them.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.torture import embedding, faults, flips, kills, replies


@pytest.mark.parametrize(
    ("trial", "rounds"),
    [
        (kills.run, 3),
        (replies.scripted, 1),
        (embedding.run, 2),
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
