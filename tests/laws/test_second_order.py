"""What one takes another to know, in both orders, where some watch unnoticed, pretend, or miss what is before them.

The oracle of `tests/support/seeming_stories.py` works out who really and who apparently perceived each deed, apart from
the daemon. Two thousand stories are told in memory, where decisions and folds are all there is; a few more are asked
about as a client asks, so that masks in SQL, views and the wire say the same.
"""

from typing import Any

import msgspec
import pytest

from tests.conftest import TIMES
from tests.story.given import Story
from tests.support.eyes import EYES
from tests.support.seeming_stories import Oracle, SeemingStory, command, told
from tests.support.where_stories import UNHEARD, Place, house
from tests.support.wire_client import Client

IN_MEMORY, AT_ONCE = 2000 * TIMES, 250
ASKED_ABOUT, TOGETHER = 20 * TIMES, 10
"""How many stories there are of each, and how many of them one test tells."""

Beliefs = dict[tuple[str, ...], Place]
"""Where each lens takes the ball to be."""


@pytest.mark.parametrize("first", range(0, IN_MEMORY, AT_ONCE))
def test_each_takes_the_others_to_know_what_they_seem_to_have_perceived(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        story = told(seed)
        kept = Story()
        kept.when(*house(story.thing_in, story.at))
        oracle = Oracle(story.thing_in, story.at)
        assert beliefs(kept) == oracle.belief, (seed, "at first")
        for some in halves(story):
            kept.when(*map(command, some))
            for deed in some:
                oracle.do(deed)
            assert beliefs(kept) == oracle.belief, (seed, some)


@pytest.mark.parametrize("first", range(0, ASKED_ABOUT, TOGETHER))
async def test_a_client_is_answered_the_same(direct: Client, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        story = told(seed)
        oracle = Oracle(story.thing_in, story.at)
        made = await direct.call("create", title="Who knows?", setup=house(story.thing_in, story.at))
        s = made["story"]
        assert await answers(direct, s) == oracle.belief, (seed, "at first")
        for some in halves(story):
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


def halves(story: SeemingStory) -> tuple[list[Any], list[Any]]:
    """The deeds of a story, in two parts."""
    half = len(story.deeds) // 2
    return story.deeds[:half], story.deeds[half:]


def beliefs(kept: Story) -> Beliefs:
    """What a story in memory shows."""
    found = {lens: kept.where("ball", *lens) for lens in EYES}
    return {
        lens: UNHEARD if place == "unheard of" else _said(msgspec.to_builtins(place)) for lens, place in found.items()
    }


async def answers(client: Client, story: str) -> Beliefs:
    """What a client is answered."""
    asked = [("project", {"story": story, "view": "world", "lens": list(lens)}) for lens in EYES]
    found: Beliefs = {}
    for lens, answer in zip(EYES, await client.batch(*asked), strict=True):
        assert isinstance(answer, dict), answer
        props = {p["prop"]: p["in"] for p in answer["data"]["props"]}
        found[lens] = _said(props["ball"]) if "ball" in props else UNHEARD
    return found


def _said(place: Any) -> Place:
    """A place without what it leaves open; None for nowhere that is known."""
    return {k: v for k, v in place.items() if v} if place else None
