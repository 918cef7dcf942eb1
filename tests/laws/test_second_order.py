"""What one takes another to know, in both orders, where some watch unnoticed, pretend, or miss what is before them.

The oracle of `tests/support/seeming_stories.py` works out who really and who apparently perceived each deed, apart from
the daemon. `FABULA_TIMES=34` tells some two thousand stories.
"""

from typing import Any

import pytest

from tests.conftest import TIMES
from tests.support.eyes import EYES
from tests.support.seeming_stories import Oracle, command, told
from tests.support.where_stories import UNHEARD, Place, house
from tests.support.wire_client import Client

STORIES = 60 * TIMES
TOGETHER = 20
"""Stories that are asked about in one go."""


@pytest.mark.parametrize("first", range(0, STORIES, TOGETHER))
async def test_each_takes_the_others_to_know_what_they_seem_to_have_perceived(direct: Client, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        story = told(seed)
        oracle = Oracle(story.thing_in, story.at)
        made = await direct.call("create", title="Who knows?", setup=house(story.thing_in, story.at))
        s = made["story"]
        assert await answers(direct, s) == oracle.belief, (seed, "at first")
        half = len(story.deeds) // 2
        for some in (story.deeds[:half], story.deeds[half:]):
            await direct.call("append", story=s, commands=[command(d) for d in some])
            for deed in some:
                oracle.do(deed)
            assert await answers(direct, s) == oracle.belief, (seed, some)


def test_the_stories_tell_of_both_orders() -> None:
    """That the two orders differ often, so that a lens without an order could not pass."""
    differ = singles = 0
    for seed in range(300):
        story = told(seed)
        oracle = Oracle(story.thing_in, story.at)
        for deed in story.deeds:
            oracle.do(deed)
        pairs = [lens for lens in EYES if len(lens) == 2]
        differ += any(oracle.belief[lens] != oracle.belief[lens[::-1]] for lens in pairs)
        singles += any(oracle.belief[(e,)] != oracle.ball for e in ("you", "a", "b"))
    assert differ > 100
    assert singles > 200


async def answers(client: Client, story: str) -> dict[tuple[str, ...], Place]:
    """Where each lens takes the ball to be."""
    asked = [("project", {"story": story, "view": "world", "lens": list(lens)}) for lens in EYES]
    found: dict[tuple[str, ...], Any] = {}
    for lens, answer in zip(EYES, await client.batch(*asked), strict=True):
        assert isinstance(answer, dict), answer
        props = {p["prop"]: p["in"] for p in answer["data"]["props"]}
        place = props.get("ball", UNHEARD)
        found[lens] = {k: v for k, v in place.items() if v} if place else None
    return found
