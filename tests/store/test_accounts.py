"""Reading what was summed up: along a line of history, through a lens, by indexes, in the author's last words."""

from collections.abc import Callable
from typing import Any

import pytest

from daemon.live.writing import Writer
from daemon.store.queries import summaries
from daemon.store.queries.reads import last_of
from daemon.story.accounts import Summary
from daemon.story.decide import Form
from daemon.story.lineage import Stretch, stretches
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
from protocol.ids import NOBODY, EntityId, Mask, Seq, TurnNumber
from protocol.world import Identity
from tests.store.rig import Store
from tests.store.test_plans import BY_SEQ, plans_of

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


async def kept(store: Store, story: str, lens: Mask, branch: str | None = None) -> list[Summary]:
    path = await path_of(store, story, branch)
    return await store.database.read.run(summaries.accounts, path, lens)


async def form(stories: Writer, story: str, by: EntityId, gist: str, cause: Seq, from_: list[Seq]) -> None:
    """An account as the daemon forms it."""
    tale = stories.open_stories.get(story)
    async with stories.change(tale) as change:
        await change.derive(TurnNumber(1), [(Form(gist=gist, by=[by], kind="summary", from_=from_), cause)])


async def test_accounts_are_read_through_a_lens_and_on_their_own_line(store: Store, story: str) -> None:
    await store.append(story, OpenScene(scene="one", container="kitchen", present=[]))
    line = await store.append(story, Say(who="you", text="Hello."))
    closed = await store.append(story, CloseScene())
    await form(store.writer, story, "a", "He said hello.", Seq(closed), [Seq(line)])
    await form(store.writer, story, "you", "I said hello.", Seq(closed), [Seq(line)])
    assert [(a.gist, a.cause, a.of, a.scene, a.from_) for a in await kept(store, story, Mask(2))] == [
        ("He said hello.", closed, "scene.closed", "one", [line])
    ]
    assert [a.witnesses for a in await kept(store, story, NOBODY)] == [2, 1]
    assert await kept(store, story, Mask(3)) == []
    back = await store.rewind(story, closed)
    assert await kept(store, story, Mask(2)) == []
    assert len(await kept(store, story, Mask(2), "b1")) == 1 and back != "b1"


async def test_an_account_is_told_in_the_words_that_the_author_put_it_in(store: Store, story: str) -> None:
    line = await store.append(story, Say(who="you", text="Hello."))
    await form(store.writer, story, "a", "He said helo.", Seq(line), [Seq(line)])
    [account] = await kept(store, story, Mask(2))
    for gist in ("He said hallo.", "He said hello."):
        await store.append(story, Set(what="memory", id=account.memory, values={"gist": gist}))
    [again] = await kept(store, story, Mask(2))
    assert (again.gist, again.seq, again.cause, again.from_) == ("He said hello.", account.seq, line, [line])


async def test_what_nothing_brought_about_is_no_account(store: Store, story: str) -> None:
    await store.append(story, Remember(gist="It rained.", by=["a"], kind="summary"))
    assert await kept(store, story, Mask(2)) == []


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
    assert await store.database.read.run(summaries.witnesses, path) == 1
    assert await store.database.read.run(summaries.commit_end, Seq(1)) < opened
    assert await store.database.read.run(summaries.commit_end, Seq(closed)) == await store.database.read.run(
        last_of, path
    )


PATHS = {
    "one": [Stretch("b1", Seq(3), Seq(70))],
    "several": [Stretch("b1", Seq(3), Seq(70)), Stretch("b2", Seq(70), Seq(90)), Stretch("b3", Seq(90), Seq(95))],
}
READS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "accounts": (lambda c, path: summaries.accounts(c, path, Mask(2)), "summary_by_branch"),
    "turnings": (summaries.turnings, "turning_by_branch"),
    "witnesses": (summaries.witnesses, "line_by_branch"),
    "the end of a commit": (lambda c, path: summaries.commit_end(c, Seq(1)), BY_SEQ),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("what", READS)
async def test_each_read_goes_by_an_index_of_little(store: Store, story: str, what: str, path: str) -> None:
    read, index = READS[what]
    plans = await store.database.write.run(plans_of, lambda c: read(c, PATHS[path]))
    assert plans
    for plan in plans:
        assert index in plan and "SCAN event" not in plan, plan
