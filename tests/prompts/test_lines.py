"""As many lines are read for a prompt as may fit: what is left unread changes nothing of what is shown."""

from collections.abc import Sequence
from random import Random

import pytest

from daemon.live.views import Viewpoint
from daemon.prompts import lines
from daemon.prompts.lines import LEAST_LINES
from daemon.story.decide import Part, Utter
from daemon.story.lenses import ALONE
from daemon.story.summaries import Summary, uncovered
from daemon.telling.prompt import BLOCK, Telling, build
from daemon.telling.tokens import estimate
from protocol.commands import Say
from protocol.ids import EVERYBODY, Seq
from protocol.views import LineView
from tests.store.remembered import SETUP
from tests.support.open_store import Store

WORDS = ("rain", "the ferry is late", "who took the lantern, and where did they hide it from us all?", "no")


async def viewed(store: Store, count: int) -> Viewpoint:
    """From where a story of so many lines is looked at, some of which Mara did not hear; three lines make a turn."""
    rng = Random(count)
    await store.create(SETUP)
    for n in range(0, count, 3):
        said = [
            Say(who=rng.choice(("you", "a", "b")), text=f"{n} {rng.choice(WORDS)}", manner=rng.choice(
                ("speech", "speech", "ooc")))
            for _ in range(3)
        ]  # fmt: skip
        await store.append("s1", *said)
        if n == 300:
            async with store.writer.change(store.writer.open_stories.get("s1")) as change:
                two = [Part("speech", "First this."), Part("speech", "Then that.")]
                await change.commit([Utter(line="l9999", who="b", parts=two)], turn=change.story.take_turn())
    tale = store.writer.open_stories.get("s1")
    return Viewpoint(tale, tale.current, store.log.seq, ALONE["a"])


def tokens(found: Sequence[LineView]) -> int:
    return sum(estimate(p.text) for x in found for p in x.parts)


def transcript(found: Sequence[LineView], mind: Telling) -> str:
    [section] = [s for s in build(replaced(mind, found)).sections if s.name == "transcript"]
    return section.text


def replaced(t: Telling, found: Sequence[LineView]) -> Telling:
    return Telling(speaker=t.speaker, mind=t.mind, lines=found, budget=t.budget, count=t.count)


@pytest.mark.parametrize("budget", [600, 1500, 3000, 100_000])
async def test_what_is_left_unread_would_not_fit(store: Store, budget: int) -> None:
    where = await viewed(store, 600)
    every = await lines.latest(store.views, where, budget, 1.0, [], every=True)
    some = await lines.latest(store.views, where, budget, 1.0, [], every=False)
    assert some == every[len(every) - len(some) :]
    assert some == every or (tokens(some) > 0.5 * budget and len(some) >= min(LEAST_LINES, len(every)))
    assert budget != 1500 or len(some) < len(every) - 2 * BLOCK
    if some != every:
        assert some[0].turn // BLOCK != every[len(every) - len(some) - 1].turn // BLOCK, "whole blocks"
    t = Telling(speaker="a", mind=await store.views.state(where), lines=[], budget=budget, count=estimate)
    assert transcript(some, t) == transcript(every, t)


async def test_what_is_summed_up_is_passed_over_and_what_is_not_is_read(store: Store) -> None:
    where = await viewed(store, 600)
    every = await lines.latest(store.views, where, 100_000, 1.0, [], every=True)
    gone = [p.seq for x in every[40:-20] for p in x.parts]
    past = [Summary("m1", Seq(9999), Seq(gone[-1]), "line.said", None, EVERYBODY, "It rained.", gone)]
    some = await lines.latest(store.views, where, 100_000, 1.0, past, every=False)
    assert uncovered(some, past) == uncovered(every, past) == [*every[:40], *every[-20:]]
    assert some[-LEAST_LINES:] == every[-LEAST_LINES:], "also those that are summed up"
    assert len(some) < 40 + LEAST_LINES + 1


async def test_a_line_of_which_a_part_is_summed_up_is_read_whole(store: Store) -> None:
    where = await viewed(store, 600)
    every = await lines.latest(store.views, where, 100_000, 1.0, [], every=True)
    [two] = [x for x in every if len(x.parts) > 1]
    for part in two.parts:
        covered = [p.seq for x in every for p in x.parts if p.seq != part.seq]
        past = [Summary("m1", Seq(9999), Seq(covered[-1]), "line.said", None, EVERYBODY, "It rained.", covered)]
        some = await lines.latest(store.views, where, 100_000, 1.0, past, every=False)
        assert uncovered(some, past) == [two]
