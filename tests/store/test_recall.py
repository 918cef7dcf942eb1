"""Recall finds what a plain reading finds, and what a lens does not see moves no score."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.store.log import Batch
from daemon.store.recall import results, search, visible
from daemon.store.recall.index import RecallIndex
from daemon.store.recall.texts import KINDS
from daemon.story.decide import Drafted
from daemon.story.lineage import stretches
from daemon.story.words import stem, terms
from protocol.commands import AddEntity, AddLore, Command, PassTime, Remember, Say, Set
from protocol.errors import Fault
from protocol.events import LineRevised
from protocol.ids import BEGINNING, ENTITIES, Seq, mask_of
from tests.store.remembered import SETUP, contents, found, indexed, read
from tests.support.open_store import Reading, Store, opened
from tests.support.strategies import commands, small_worlds

WORDS = ("boat", "rain", "lantern", "ferry", "letters", "雨が")


def texts(events: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Of the events that can be recalled: seq, mask and text, by a plain reading."""
    of_kind = {"line.said": ["text"], "memory.formed": ["gist"], "lore.set": ["keys", "text"]}
    made = []
    for e in events:
        data = msgspec.json.decode(e["data"])
        said = [data[field] for field in of_kind.get(e["kind"], []) if data.get("text", data.get("gist"))]
        words = " ".join(" ".join(x) if isinstance(x, list) else x for x in said)
        if words:
            made.append((e["seq"], e["witnesses"], words))
    return made


Step = str | list[Command]


SPEAKING: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        Say, who=st.sampled_from(["a", "b", None]), text=st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join),
        manner=st.sampled_from(["speech", "narration", "ooc"]),
        witnesses=st.none() | st.lists(st.sampled_from(ENTITIES), unique=True),
    ),
    st.builds(Remember, gist=st.sampled_from(WORDS), by=st.lists(st.sampled_from(ENTITIES), min_size=1, unique=True)),
    st.builds(AddLore, text=st.sampled_from(WORDS), lens=st.lists(st.sampled_from(ENTITIES), unique=True)),
)  # fmt: skip


STEPS = st.lists(
    st.one_of(
        st.just("rewind"), st.just("current"), commands().map(lambda c: [c]),
        st.lists(SPEAKING, min_size=2, max_size=9),
    ),
    min_size=4, max_size=16,
)  # fmt: skip


async def carry_out(store: Store, index: RecallIndex, step: Step, rng: Random) -> None:
    with contextlib.suppress(Fault):  # a rule refuses it, or it is before the story's beginning
        if step == "current":
            await index.current()
        elif isinstance(step, str):
            tale = store.writer.open_stories.get("s1")
            await store.rewind("s1", rng.randint(1, await store.writer.open_stories.head(tale, tale.current)))
        else:
            await store.append("s1", *step)


@pytest.mark.parametrize("few", [0, 16], ids=["all at once", "stretch by stretch"])
@given(small_worlds(), STEPS, st.randoms(use_true_random=False))
def test_a_word_finds_what_a_plain_reading_finds(
    few: int, world: list[Command], steps: list[Step], rng: Random
) -> None:
    async def run(folder: Path) -> None:
        async with opened(folder) as store:
            await store.create([*SETUP, *(c for c in world if not isinstance(c, AddEntity))])
            index = await indexed(store)
            for step in steps:
                await carry_out(store, index, step, rng)
            await index.current()
            reading, tale = Reading(store.database.path), store.writer.open_stories.get("s1")
            for branch in tale.tree:
                at = rng.randint(1, store.log.seq)
                seen = texts(reading.seen(branch, at))
                for number, word in enumerate(WORDS):
                    lens = [e for e in ENTITIES if rng.random() < 0.4]
                    mask = mask_of(lens)
                    expected = {s for s, m, text in seen if m & mask == mask and stem(word) in terms(text)}
                    hits = await found(store, {word: 1.0 + number}, lens, branch, at)
                    assert {s for hit in hits for s in hit.seqs} == expected
            before = contents(store.database.path)
            await index.drop()
            assert contents(store.database.path) == ([], [])
            await index.current()
            assert contents(store.database.path) == before, "built from the log it is the same again"

    folder, was = Path(tempfile.mkdtemp()), visible.FEW
    visible.FEW = few
    try:
        asyncio.run(run(folder))
    finally:
        visible.FEW = was
        shutil.rmtree(folder)


# nobody learns from it


async def test_what_a_lens_does_not_see_moves_no_score_and_takes_no_place(store: Store) -> None:
    await store.create(SETUP)
    await store.append("s1", Say(who="a", text="I sold the boat to the ferryman."), Say(who="b", text="Which boat?"))
    for n in range(30):
        await store.append("s1", Say(who="b", text=f"It rains, day {n}."))
    last = await store.append("s1", Remember(gist="the boat is gone", by=["a"]), Say(who="a", text="Gone, all of it."))
    index = await indexed(store)
    before = await found(store, {"boat": 1.0, "rain": 0.5}, ["a"])
    assert before and all(hit.score > 0 for hit in before)
    secret = [Say(who="b", text="boat boat rain", manner="thought") for _ in range(200)]
    secret += [Remember(gist="a boat, a boat", by=["you", "b"]), AddLore(text="boats", lens=["b"])] * 50
    await store.append("s1", *secret)
    here = store.writer.open_stories.get("s1").current
    await store.rewind("s1", last)
    await store.append("s1", *[Say(who="a", text="Another boat in the rain.")] * 200)
    await index.current()
    assert await found(store, {"boat": 1.0, "rain": 0.5}, ["a"], here) == before
    assert [h.at for h in await found(store, {"boat": 1.0}, ["a"], here, most=3)] == [
        h.at for h in await found(store, {"boat": 1.0}, ["a"], here)
    ][:3], "so many results are so many that may be seen"
    assert len(await found(store, {"boat": 1.0}, ["b"], here)) > len(before), "as b sees, and the test with it"


async def test_a_line_is_found_by_its_neighbours_words_but_not_by_those_that_were_not_heard(store: Store) -> None:
    await store.create(SETUP)
    await store.append(
        "s1",
        Say(who="b", text="Is it about the lantern?", witnesses=["b"]),
        Say(who="a", text="Yes, and no."),
        *[Say(who="a", text="It rains on."), Say(who="b", text="So it does.")] * 5,
        Say(who="b", text="Where is the ferry?"),
        Say(who="a", text="Sold, to a miller."),
    )
    await indexed(store)
    ferry = await read(store, await found(store, {"ferry": 1.0}, ["a"]), ["a"])
    assert [f.text for f in ferry][:2] == ["Where is the ferry?", "Sold, to a miller."]
    assert not ferry[1].hit.seqs, "none of its own words was asked for"
    assert await found(store, {"lantern": 1.0}, ["a"]) == []
    told = await read(store, await found(store, {"lantern": 1.0}, ["b"]), ["b"])
    assert [f.text for f in told][:2] == ["Is it about the lantern?", "Yes, and no."]


# what is found


async def test_a_rare_word_counts_for_more_than_common_ones(store: Store) -> None:
    await store.create(SETUP)
    gists = ["a ferry, dusk", "a ferry, rain", *(f"rain, sun, {n}" for n in range(20))]
    await store.append("s1", *(Remember(gist=gist, by=["a"]) for gist in gists))
    await indexed(store)
    best = await read(store, await found(store, {"rain": 1.0, "sun": 1.0, "ferry": 1.0}, ["a"]), ["a"])
    assert [f.text for f in best][:2] == ["a ferry, rain", "a ferry, dusk"]
    assert len(best) == 22
    assert best[0].hit.score == pytest.approx(1.0, abs=0.35), "about 1 where every word is found"


async def test_of_many_forks_only_what_lies_on_the_lineage_is_found(store: Store) -> None:
    await store.create(SETUP)
    tale, kept = store.writer.open_stories.get("s1"), []
    for n in range(visible.FEW + 4):
        at = await store.append("s1", Say(who="a", text=f"The boat, {n}."), Remember(gist=f"a boat, {n}", by=["a"]))
        kept += [at - 1, at]
        await store.append("s1", Say(who="b", text="No boat."), Remember(gist="no boat", by=["a"]))
        async with store.writer.change(tale) as change:
            await store.branches.branch_off(change, Seq(at), "fork", "")
    await indexed(store)
    assert sorted(s for hit in await found(store, {"boat": 1.0}, ["a"]) for s in hit.seqs) == kept
    before = await found(store, {"boat": 1.0}, ["a"], before=kept[8])
    assert sorted(s for hit in before for s in hit.seqs) == sorted(
        s for n, s in enumerate(kept) if n % 2 or s < kept[8]
    )


async def test_kin_of_a_word_are_found_behind_the_word_itself(store: Store) -> None:
    await store.create(SETUP)
    gists = ("the painting", "a painter", "paints, many", "the pain", "утренние лодки", "雨が降っている")
    await store.append("s1", *(Remember(gist=gist, by=["a"]) for gist in gists))
    await indexed(store)
    texts = [f.text for f in await read(store, await found(store, {"painted": 1.0}))]
    assert {"the painting", "a painter", "paints, many"} == set(texts)
    assert [f.text for f in await read(store, await found(store, {"утреннюю": 1.0}))] == ["утренние лодки"]
    assert [f.text for f in await read(store, await found(store, {"降っ": 1.0}))] == ["雨が降っている"]


async def test_words_that_nearly_all_texts_have_are_left_out_unless_there_is_no_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COMMON", 3)
    await store.create(SETUP)
    await store.append("s1", *(Remember(gist=f"der Regen {n}", by=["a"]) for n in range(10)))
    await store.append("s1", Remember(gist="die Fähre", by=["a"]))
    await indexed(store)
    assert len(await found(store, {"der": 1.0, "fahre": 1.0})) == 1
    assert len(await found(store, {"der": 1.0})) == 10


async def test_only_the_kinds_that_are_asked_for_are_found(store: Store) -> None:
    await store.create(SETUP)
    await store.append(
        "s1", Say(who="a", text="boat"), Remember(gist="boat", by=["a"]), Remember(gist="boat", by=["a"], kind="fact"),
        AddLore(text="boat"),
    )  # fmt: skip
    await indexed(store)
    for kinds in (["line"], ["fact"], ["episode", "lore"], KINDS):
        hits = await found(store, {"boat": 1.0}, kinds=frozenset(kinds))
        assert {h.kind for h in hits} == set(kinds) & {"line", "episode", "fact", "lore"}


async def test_what_was_told_anew_is_found_by_its_new_words_alone(store: Store) -> None:
    await store.create(SETUP)
    await store.append("s1", Remember(gist="the boat is red", by=["a"]), Say(who="a", text="I saw the lantern."))
    memory, line = (e["subject"] for e in Reading(store.database.path).events[-2:])
    await store.append("s1", Set(what="memory", id=memory, values={"gist": "the ferry is red"}))
    revised = Drafted(LineRevised(line, "I saw nothing."), mask_of(["a"]))
    tale = store.writer.open_stories.get("s1")
    await store.log.commit(Batch("s1", tale.current, tale.take_turn(), [revised], tale.ids.next))
    await indexed(store)
    assert await read(store, await found(store, {"boat": 1.0})) == []
    assert [f.text for f in await read(store, await found(store, {"ferry": 1.0}))] == ["the ferry is red"]
    assert await read(store, await found(store, {"lantern": 1.0}, ["a"]), ["a"]) == []
    [line_found] = await read(store, await found(store, {"nothing": 1.0}, ["a"]), ["a"])
    assert (line_found.text, line_found.who) == ("I saw nothing.", "a")
    [as_you_heard] = await read(store, await found(store, {"lantern": 1.0}, ["you"]), ["you"])
    assert as_you_heard.text == "I saw the lantern.", "who did not hear it put otherwise knows the first words"


async def test_what_is_told_anew_on_another_branch_is_as_it_was_on_this_one(store: Store) -> None:
    await store.create(SETUP)
    at = await store.append("s1", Remember(gist="the boat is red", by=["a"]))
    memory, here = Reading(store.database.path).events[-1]["subject"], store.writer.open_stories.get("s1").current
    await store.rewind("s1", at)
    await store.append("s1", Set(what="memory", id=memory, values={"gist": "the ferry is red"}))
    await indexed(store)
    assert await read(store, await found(store, {"boat": 1.0})) == []
    tale = store.writer.open_stories.get("s1")
    tale.current = here
    assert [f.text for f in await read(store, await found(store, {"boat": 1.0}))] == ["the boat is red"]


async def test_a_stretch_of_story_time_is_a_stretch_of_seqs(store: Store) -> None:
    await store.create(SETUP)
    ends = [await store.append("s1", Set(what="clock", values={"clock": f"2024-05-{day:02}T12:00:00"}),
                               PassTime(minutes=30), Say(who="a", text=f"day {day}")) for day in (1, 4, 9)]  # fmt: skip
    at = ends[-1] - 3
    await store.rewind("s1", at)
    await store.append("s1", Set(what="clock", values={"clock": "2024-06-01T00:00:00"}), Say(who="a", text="later"))
    tale = store.writer.open_stories.get("s1")
    path = stretches(tale.tree, tale.current, BEGINNING, store.log.seq)

    async def between(since: str, until: str) -> list[bool]:
        stretch = await store.database.read.run(results.between, path, since, until)
        return [seq in stretch for seq in (*ends[:2], store.log.seq)]

    assert await between("2024-05-04T00:00:00", "2024-05-05T00:00:00") == [False, True, False]
    assert await between("2024-05-01T00:00:00", "2024-06-01T00:00:00") == [True, True, False]
    assert await between("2024-06-01T00:00:00", "2025-01-01T00:00:00") == [False, False, True]
    assert await between("2023-01-01T00:00:00", "2024-01-01T00:00:00") == [False, False, False]
