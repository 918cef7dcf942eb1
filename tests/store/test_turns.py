"""Turns by their numbers: what is of them, and which are one action, on any branch of a story of many takes."""

from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from daemon.live.open_stories import OpenStory
from daemon.store.queries import reads, turns
from daemon.story.decide import Part, Utter
from daemon.story.lineage import Stretch, stretches
from protocol.commands import AddEntity, Bind, Command
from protocol.ids import Seq, TurnNumber
from protocol.world import Identity
from tests.support.open_store import Reading, Store, opened

SETUP: list[Command] = [
    AddEntity(entity="a", name="Mara", identity=Identity(description="Keeps the inn.")),
    AddEntity(entity="you", name="Sam", identity=Identity(description="A courier.")),
]


async def say(
    store: Store, tale: OpenStory, who: Any, mode: str = "", turn: TurnNumber | None = None, cause: Seq | None = None
) -> tuple[TurnNumber, Seq]:
    """A line on the current branch; its turn and the head."""
    line = Utter(line=tale.ids.make("l"), who=who, parts=[Part("speech", f"So I say, {tale.ids.next}.")], mode=mode)
    async with store.writer.change(tale) as change:
        written = await change.commit([line], turn=turn, cause=cause)
    return written.turn, written.head


async def retake(store: Store, tale: OpenStory, answers: int) -> tuple[int, int]:
    """A reply to a seq on a branch that forks there; its turn and the head."""
    async with store.writer.change(tale) as change:
        await store.branches.branch_off(change, Seq(answers), "take")
    return await say(store, tale, "a", "reply", tale.take_turn(), Seq(answers))


async def told(store: Store, seed: int) -> OpenStory:
    """A story of turns with one or two replies each, any of which is taken again now and then."""
    story, _ = await store.create(SETUP)
    tale, rng = store.writer.open_stories.get(story), Random(seed)
    other, _ = await store.create(SETUP)
    answered: list[int] = []
    for n in range(40):
        await store.append(other, Bind(tone=f"tone {n}"))
        seen = [x for x in answered if any(s.after < x <= s.upto for s in stretches(tale.tree, tale.current))]
        if seen and rng.random() < 0.6:
            at = rng.choice(seen)
            turn, head = await retake(store, tale, at)
        else:
            turn, at = await say(store, tale, "you")
            _, head = await say(store, tale, "a", "reply", turn, at)
        answered.append(at)
        if rng.random() < 0.5:
            await say(store, tale, "a", "reply", TurnNumber(turn), Seq(head))
            answered.append(head)
        if rng.random() < 0.2:
            async with store.writer.change(tale, rng.choice(list(tale.tree))) as change:
                await store.branches.make_current(change)
    return tale


def action_of(reading: Reading, branch: str, turn: int) -> set[int]:
    """The same by the plain words of what an action is: every reply to be seen there joins its turn and the turn of
    the first reply to the same."""

    def replies(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        said = [e for e in events if e["kind"] == "line.said" and e["cause"] is not None]
        return [e for e in said if msgspec.json.decode(e["data"]).get("mode")]

    first: dict[int, int] = {}
    for e in replies(reading.events):
        first.setdefault(e["cause"], e["turn"])
    found, grown = {turn}, True
    while grown:
        grown = False
        for e in replies(reading.seen(branch, 2**62)):
            pair = {e["turn"], first[e["cause"]]}
            if pair & found and not pair <= found:
                found |= pair
                grown = True
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_which_turns_are_one_action_is_what_a_plain_reading_finds(tmp_path: Path, seed: int) -> None:
    async with opened(tmp_path) as store:
        tale = await told(store, seed)
        reading = Reading(store.database.path)
        joined = 0
        for branch in tale.tree:
            path, seen = stretches(tale.tree, branch), reading.seen(branch, 2**62)
            for turn in sorted({e["turn"] for e in reading.events if e["story"] == tale.id}):
                action = await store.database.read.run(turns.one_action, tale.id, turn, path)
                assert action == action_of(reading, branch, turn)
                joined += len(action) > 1
                events = await store.database.read.run(turns.events, tale.id, action, path)
                assert [e.seq for e in events] == [e["seq"] for e in seen if e["turn"] in action]
                lines = await store.database.read.run(turns.lines, tale.id, action, path)
                said = [e for e in seen if e["turn"] in action and e["kind"] == "line.said"]
                assert [e.seq for e, _ in lines] == [e["seq"] for e in said]
                if said:
                    after = stretches(tale.tree, branch, said[0]["seq"])
                    later = [e for e in seen if e["seq"] > said[0]["seq"] and e["kind"] == "line.said"]
                    followed = await store.database.read.run(turns.is_followed, action, after)
                    assert followed == any(e["turn"] not in action for e in later)
        assert joined > 20, "many turns are one with another"


async def test_the_end_of_a_path_holds_as_many_events_as_are_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        tale = await told(store, 5)
        path = stretches(tale.tree, tale.current)
        all_of_it = [e.seq for e in await store.database.read.run(reads.read, path)]
        for most in (1, 2, 7, len(all_of_it) - 1, len(all_of_it), len(all_of_it) + 1):
            end: list[Stretch] = await store.database.read.run(reads.latest, path, most)
            assert [e.seq for e in await store.database.read.run(reads.read, end)] == all_of_it[-most:]
