"""Reading what was summed up: along a line of history, through a lens, by indexes, in the author's last words."""

from collections.abc import Callable
from typing import Any

import pytest

from daemon.live.writing import Writer
from daemon.store.queries import summaries
from daemon.store.queries.reads import last_of
from daemon.story.decide import Form
from daemon.story.lenses import ALONE, Lens, as_taken
from daemon.story.lineage import Stretch, stretches
from daemon.story.summaries import CLOSING, Chapter, Summary
from daemon.story.world import Proposed
from protocol.commands import (
    AddContainer,
    AddEntity,
    CloseScene,
    Command,
    Move,
    OpenScene,
    Remember,
    Say,
    Set,
    SkipTime,
)
from protocol.events import SceneClosed, SceneOpened
from protocol.ids import NOBODY, EntityId, Seq, TurnNumber
from protocol.world import Identity
from tests.store.test_query_plans import BY_SEQ, plans_of
from tests.support.open_store import Store

SETTING: list[Command] = [
    AddContainer(container="kitchen", name="The kitchen"),
    AddEntity(entity="you", name="Sam"),
    AddEntity(entity="a", name="Mara", identity=Identity(description="Keeps the inn.")),
    Move(who="you", container="kitchen"),
    Move(who="a", container="kitchen"),
]


@pytest.fixture
async def story(store: Store) -> str:
    """A story with two in a kitchen."""
    s, _ = await store.create(SETTING)
    return s


async def path_of(store: Store, story: str, branch: str | None = None) -> list[Stretch]:
    return stretches(store.writer.open_stories.get(story).tree, branch or store.writer.open_stories.get(story).current)


async def kept(store: Store, story: str, lens: Lens, branch: str | None = None) -> list[Summary]:
    path = await path_of(store, story, branch)
    return await store.database.read.run(summaries.latest, path, lens)


async def form(stories: Writer, story: str, by: EntityId, gist: str, cause: Seq, from_: list[Seq]) -> None:
    """A summary as the daemon forms it."""
    tale = stories.open_stories.get(story)
    async with stories.change(tale) as change:
        kept = Form(gist=gist, by=[by], kind="summary", from_=from_)
        await change.derive(TurnNumber(1), [Proposed.of(kept, cause)], named=[kept])


async def test_accounts_are_read_through_a_lens_and_on_their_own_line(store: Store, story: str) -> None:
    await store.append(story, OpenScene(scene="one", container="kitchen", present=[]))
    line = await store.append(story, Say(who="you", text="Hello."))
    closed = await store.append(story, CloseScene())
    await form(store.writer, story, "a", "He said hello.", Seq(closed), [Seq(line)])
    await form(store.writer, story, "you", "I said hello.", Seq(closed), [Seq(line)])
    assert [(a.gist, a.cause, a.of, a.scene, a.from_) for a in await kept(store, story, ALONE["a"])] == [
        ("He said hello.", closed, "scene.closed", "one", [line])
    ]
    assert [a.witnesses for a in await kept(store, story, NOBODY)] == [2, 1]
    assert await kept(store, story, as_taken("a", "you")) == []
    back = await store.rewind(story, closed)
    assert await kept(store, story, ALONE["a"]) == []
    assert len(await kept(store, story, ALONE["a"], "b1")) == 1 and back != "b1"


async def test_an_account_is_told_in_the_words_that_the_author_put_it_in(store: Store, story: str) -> None:
    line = await store.append(story, Say(who="you", text="Hello."))
    await form(store.writer, story, "a", "He said helo.", Seq(line), [Seq(line)])
    [summary] = await kept(store, story, ALONE["a"])
    for gist in ("He said hallo.", "He said hello."):
        await store.append(story, Set(what="memory", id=summary.memory, values={"gist": gist}))
    [again] = await kept(store, story, ALONE["a"])
    assert (again.gist, again.seq, again.cause, again.from_) == ("He said hello.", summary.seq, line, [line])


async def test_what_nothing_brought_about_is_no_summary(store: Store, story: str) -> None:
    await store.append(story, Remember(gist="It rained.", by=["a"], kind="summary"))
    assert await kept(store, story, ALONE["a"]) == []


async def test_turnings_and_witnesses(store: Store, story: str) -> None:
    opened = await store.append(story, OpenScene(scene="one", container="kitchen", present=[]))
    await store.append(story, Say(who="you", text="Hm.", manner="thought"))
    await store.append(story, SkipTime(mode="elision", minutes=5))
    closed = await store.append(story, CloseScene())
    path = await path_of(store, story)
    found = await store.database.read.run(summaries.turnings, path)
    assert [(t.seq, type(t.payload).__name__) for t in found] == [
        (opened, SceneOpened.__name__), (closed - 1, "TimeSkipped"), (closed, SceneClosed.__name__),
    ]  # fmt: skip
    assert await store.database.read.run(summaries.witnesses, path, told("one", opened)) == 1
    assert await store.database.read.run(summaries.witnesses, path, told("two", opened)) == 0, "of another scene"
    assert await store.database.read.run(summaries.witnesses, path, told("one", opened + 1)) == 0, "of what came later"
    assert await store.database.read.run(summaries.commit_end, 1) < opened
    assert await store.database.read.run(summaries.commit_end, closed) == await store.database.read.run(last_of, path)


def told(scene: str, after: int) -> Chapter:
    """A scene that is over."""
    return Chapter(CLOSING, Seq(after), Seq(2**31), TurnNumber(1), scene=scene, since=Seq(after))


PATHS = {"one": [Stretch("b1", 3, 70)], "several": [Stretch("b1", 3, 70), Stretch("b2", 70, 90), Stretch("b3", 90, 95)]}
READS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "summaries": (lambda c, path: summaries.latest(c, path, ALONE["a"]), "summary_by_branch"),
    "turnings": (summaries.turnings, "turning_by_branch"),
    "witnesses": (lambda c, path: summaries.witnesses(c, path, told("one", 3)), "line_by_branch"),
    "the end of a commit": (lambda c, path: summaries.commit_end(c, 1), BY_SEQ),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("what", READS)
async def test_each_read_goes_by_an_index_of_little(store: Store, story: str, what: str, path: str) -> None:
    read, index = READS[what]
    plans = await store.database.write.run(plans_of, lambda c: read(c, PATHS[path]))
    assert plans
    for plan in plans:
        assert index in plan and "SCAN event" not in plan, plan
