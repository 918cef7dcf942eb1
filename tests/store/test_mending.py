"""What is derived from the log is made again where it is missing or says otherwise; the log itself never is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.history.deletion import Deletion
from daemon.store.check.verify import findings
from daemon.store.database import Refused
from protocol.commands import AddContainer, AddEntity, Bind, Say
from protocol.ids import NOBODY, Seq
from protocol.methods import DeleteParams, ProjectParams
from tests.store.faulty import commit
from tests.support.open_store import Store, opened, plain

DAMAGE: dict[str, Sequence[str]] = {
    "branches are missing": ["DELETE FROM branch"],
    "a branch hangs in the air": ["UPDATE branch SET parent = 'b77', fork_seq = 1 WHERE parent IS NOT NULL"],
    "a branch is of another kind": ["UPDATE branch SET kind = 'dream'"],
    "a branch that never was": ["INSERT INTO branch VALUES ('b99', 's1', 'b1', 1, 'fork', '', 2, NULL)"],
    "no table of branches": ["DROP TABLE branch"],
    "stories are missing": ["DELETE FROM story"],
    "no table of stories": ["DROP TABLE story"],
    "the current branch is not there": ["UPDATE story SET current = 'b77'"],
    "turns would be given out twice": ["UPDATE story SET next_turn = 1"],
    "kinds are missing": ["DELETE FROM kind"],
    "a kind that never was": ["INSERT INTO kind VALUES ('dream.dreamt', 1)"],
    "no table of kinds": ["DROP TABLE kind"],
    "no snapshots": ["DROP TABLE snapshot"],
    "no name": ["DELETE FROM store"],
    "no index of words": ["DROP TABLE recalled_terms"],
    "half an index of words": ["DROP TABLE recalled_terms_config", "DROP TABLE recalled_terms_idx"],
    "no mark of how far it is indexed": ["DELETE FROM recalled_upto"],
    "no indexes and triggers": ["DROP INDEX event_by_branch", "DROP TRIGGER event_is_never_deleted"],
    "schema 0": ["PRAGMA user_version = 0"],
    "schema -1": ["PRAGMA user_version = -1"],
}


async def told(store: Store) -> list[Any]:
    """All that clients see of the stories, and what new ids come to."""
    branches = sorted((b.branch, b.parent, b.fork_seq, b.kind, b.name) for t in store.writer.open_stories.by_id.values()
                      for b in t.tree.values())  # fmt: skip
    listed = [(s.story, s.title, s.branch, s.head, s.lines) for s in (await store.writer.list()).stories]
    return [branches, listed]


def held(folder: Path) -> list[Any]:
    """Everything that the file's schema has, the kinds of events, and whether how far it is indexed is marked."""
    with plain(folder / "fabula.db") as c:
        names = {name for (name,) in c.execute("SELECT name FROM sqlite_schema")}
        kinds = {tuple(row) for row in c.execute("SELECT kind, version FROM kind")}
        return [names, kinds, c.execute("SELECT count(*) FROM recalled_upto").fetchone()[0]]


@pytest.mark.parametrize("what", DAMAGE)
async def test_what_is_derived_is_made_again_from_the_log(folder: Path, what: str) -> None:
    async with opened(folder) as store:
        story, _ = await store.create(
            [AddContainer(container="inn", name="The inn"), AddEntity(entity="a", name="Mara")]
        )
        for n in range(3):
            await store.append(story, Say(who=None, text=f"It rains {n}.", manner="narration"))
        await store.rewind(story, 5)
        await store.append(story, Say(who=None, text="It snows.", manner="narration"))
        before = await told(store)
    file = held(folder)
    with plain(folder / "fabula.db") as c:
        for change in DAMAGE[what]:
            c.execute(change)
    async with opened(folder) as store:
        assert await told(store) == before
        assert held(folder) == file
        assert not store.log.lost
        head = await store.append(story, Say(who=None, text="On we go.", manner="narration"))
        with plain(store.database.path) as c:
            assert list(findings(c)) == []
            lines = [row[0] for row in c.execute("SELECT subject FROM event WHERE kind = 'line.said'")]
            assert len(set(lines)) == len(lines) == 5, "no id was given out twice"
            turns = c.execute("SELECT turn FROM event WHERE seq IN (?, ?)", (head - 1, head)).fetchall()
            assert turns[0][0] < turns[1][0]


async def test_a_store_without_its_log_is_refused_and_told_what_helps(folder: Path) -> None:
    async with opened(folder) as store:
        await store.create([Bind(tone="easy")])
    with plain(folder / "fabula.db") as c:
        c.execute("DROP TABLE event")
    with pytest.raises(Refused, match="`rpc restore NUMBER`"):
        async with opened(folder):
            pass


async def test_a_snapshot_that_cannot_be_read_is_passed_over(folder: Path) -> None:
    async with opened(folder) as store:
        story, branch = await store.create([AddEntity(entity="a", name="Mara")])
        tale = store.writer.open_stories.get(story)
        expected = await store.projector.state(tale.tree, branch, Seq(3), NOBODY)
        with plain(store.database.path) as c:
            c.execute("INSERT INTO snapshot VALUES (?, 0, 3, ?, x'00ff')", (branch, store.projector.code))
        store.projector.forget()
        assert await store.projector.state(tale.tree, branch, Seq(3), NOBODY) == expected


async def said(store: Store, story: str) -> list[str]:
    """The words of each line."""
    found = await store.views.project(ProjectParams(story=story, view="transcript", lens=[]))
    return [line["text"] for line in msgspec.json.decode(msgspec.json.encode(found.data))["lines"]]


FAULTY: dict[str, tuple[str, Any]] = {
    "a retraction of no seqs": ("event.retracted", {"targets": "all of them", "also": []}),
    "a retraction of nothing": ("event.retracted", {}),
    "a retraction of lists that do not match": ("event.retracted", {"targets": [4, 5], "also": [[4]]}),
    "a reinstatement of no seqs": ("event.reinstated", {"targets": [True]}),
    "a branch of no branch": ("branch.created", {"branch": "b77", "parent": 7}),
    "a branch of nothing": ("branch.created", []),
}


@pytest.mark.parametrize("what", FAULTY)
async def test_what_undoes_and_cannot_be_read_is_passed_over(folder: Path, what: str) -> None:
    kind, payload = FAULTY[what]
    async with opened(folder) as store:
        story, branch = await store.create([AddEntity(entity="a", name="Mara")])
        for n in range(3):
            head = await store.append(story, Say(who=None, text=f"It rains {n}.", manner="narration"))
        await Deletion(store.writer).delete(DeleteParams(story=story, targets=[Seq(head - 1)]))
        before = await told(store)
        assert await said(store, story) == ["It rains 0.", "It rains 2."]
    faulty = commit(folder / "fabula.db", story, "b77" if kind == "branch.created" else branch, kind, payload)
    for _ in range(2):
        async with opened(folder) as store:
            assert await said(store, story) == ["It rains 0.", "It rains 2."]
            assert [listed[:3] for listed in (await told(store))[1]] == [listed[:3] for listed in before[1]]
            with plain(store.database.path) as c:
                assert [f.seq for f in findings(c, shapes=True)] == ([] if "match" in what else [faulty])
            await store.append(story, Say(who=None, text="It snows.", manner="narration"))
            assert (await said(store, story))[-1] == "It snows."
            await store.rewind(story, head)
            assert await said(store, story) == ["It rains 0.", "It rains 2."]
            before = await told(store)


async def test_a_story_whose_beginning_cannot_be_read_has_a_row_all_the_same(folder: Path) -> None:
    async with opened(folder) as store:
        story, _ = await store.create([AddEntity(entity="a", name="Mara")])
    with plain(folder / "fabula.db") as c:
        c.execute("INSERT INTO story VALUES ('s77', 'Fog', 'b77', 1, 1, '', '')")
    commit(folder / "fabula.db", "s77", "b77", "story.created", {"title": ["no", "title"]})
    commit(folder / "fabula.db", "s77", "b77", "branch.created", {"branch": "b77"})
    with plain(folder / "fabula.db") as c:
        c.execute("DELETE FROM story WHERE story = 's77'")
    async with opened(folder) as store:
        assert {s.story: s.title for s in (await store.writer.list()).stories} == {"s77": "", story: "Rain"}
        for s in (story, "s77"):
            await store.append(s, Say(who=None, text="It snows.", manner="narration"))
            assert await said(store, s) == ["It snows."]
