"""Reading a turn: through whose mind it is read, and on which branch it lands."""

import asyncio

import msgspec

from protocol.commands import AnyCommand
from tests.reading.rig import HIDES, Play, texts


async def test_each_reply_is_read_through_the_mind_that_wrote_it(scene: Play) -> None:
    turn = await scene.line("you", "Good evening.")
    await scene.line("a", "Good evening, Sam.", ("thought", "obsidian"), mode="reply", turn=turn)
    await scene.line("b", "Evening.", mode="reply", turn=turn)
    done = await scene.read(turn)
    first, second = scene.endpoint.requests
    assert "obsidian" in str(first)
    assert "obsidian" not in str(second)
    assert "1. Sam (speech): Good evening." in first["messages"][1]["content"]
    assert "1. Oren (speech): Evening." in second["messages"][1]["content"]
    assert [x.who for x in done.rated] == ["a", "b"]


async def test_what_the_speaker_did_not_perceive_is_not_read(scene: Play) -> None:
    turn = await scene.line("you", "Good evening.", ("thought", "obsidian"))
    await scene.line("a", "Good evening, Sam.", mode="reply", turn=turn)
    await scene.read(turn)
    assert "obsidian" not in str(scene.endpoint.requests)


async def test_a_turn_without_a_reply_is_read_through_whoever_acted(scene: Play) -> None:
    turn = await scene.line("you", ("action", "puts the ring into the drawer"))
    scene.answers(HIDES)
    done = await scene.read(turn)
    assert texts(done) == ["Sam puts the ring in the drawer"]
    assert [x.who for x in done.rated] == ["you"]


async def test_a_narrator_reads_what_all_who_are_there_share(scene: Play) -> None:
    turn = await scene.line("you", ("thought", "obsidian"))
    await scene.line(None, ("narration", "Mara takes the key."), mode="narrate", turn=turn)
    scene.answers({"do": "take", "line": 1, "who": "a", "prop": "key"})
    done = await scene.read(turn)
    assert texts(done) == ["Mara takes the key"]
    assert "obsidian" not in str(scene.endpoint.requests)
    assert [(x.who, x.lens) for x in done.rated] == [(None, 7)]


async def test_an_aside_is_not_read(scene: Play) -> None:
    turn = await scene.line("you", ("ooc", "What a fine story."))
    assert (await scene.read(turn)).reading == "ok"
    assert scene.endpoint.requests == []


async def test_a_reading_lands_on_its_own_branch(scene: Play) -> None:
    start = await scene.store.writer.open_stories.head(scene.tale, scene.branch)
    turn = await scene.turn()
    scene.answers(HIDES)
    scene.endpoint.delay = 0.05
    reading = asyncio.create_task(scene.read(turn))
    await scene.endpoint.asked()
    other = await scene.store.rewind(scene.tale.id, start)
    assert texts(await reading) == ["Sam puts the ring in the drawer"]
    assert {e.branch for e in await scene.events("prop.moved")} == {scene.branch}
    scene.branch = other
    assert await scene.where("ring") == {"entity": "you"}


async def test_a_reading_rates_open_questions_for_its_own_mind_and_one_of_old_lines_does_not(scene: Play) -> None:
    questions = [{"do": "open_thread", "thread": t, "title": f"Whose {t} is it?"} for t in ("cat", "coat", "boat")]
    async with scene.store.writer.change(scene.tale, scene.branch) as change:
        await change.commit(msgspec.convert(questions, list[AnyCommand]))
    turn = await scene.turn()
    scene.answers(threads=[{"thread": "cat", "matters": 10}, {"thread": "coat", "matters": 0}])
    done = await scene.read(turn)
    assert (done.reading, texts(done), done.refused) == ("ok", [], [])
    assert [(e.witnesses, e.turn) for e in await scene.events("thread.rated")] == [(("a",), turn)] * 2
    assert {x["thread"]: x["matters"] for x in await scene.data("thread.rated")} == {"cat": 10, "coat": 0}
    scene.answers(threads=[{"thread": "boat", "matters": 1}])
    await scene.reread((await scene.spoken())[-1])
    assert len(await scene.events("thread.rated")) == 2


async def test_a_turn_takes_a_day_at_most_whoever_reads_it(scene: Play) -> None:
    turn = await scene.line("you", "Good night.")
    await scene.line("a", "Sleep well.", mode="reply", turn=turn)
    await scene.line("b", "And you.", mode="reply", turn=turn)
    scene.answers(minutes=1000)
    done = await scene.read(turn)
    assert len(scene.endpoint.requests) == 2
    assert [x["minutes"] for x in await scene.data("time.passed")] == [1000]
    assert [x.rule for x in done.refused] == ["wrong_value"]
    (refused,) = await scene.data("proposal.refused")
    assert "in all" in refused["why"]


async def test_a_turn_may_take_a_whole_day(scene: Play) -> None:
    turn = await scene.line("you", "Good night.")
    await scene.line("a", "Sleep well.", mode="reply", turn=turn)
    await scene.line("b", "And you.", mode="reply", turn=turn)
    scene.answers(minutes=720)
    assert (await scene.read(turn)).refused == []
    assert [x["minutes"] for x in await scene.data("time.passed")] == [720, 720]


async def test_all_lines_of_a_turn_are_read_however_many_others_came_in_between(scene: Play) -> None:
    turn = await scene.line("you", "I bring the malachite.")
    others = [{"do": "say", "who": "b", "text": f"Aside, {n}."} for n in range(60)]
    await scene.store.append(scene.tale.id, *msgspec.convert(others, list[AnyCommand]))
    await scene.line("a", "Give it here.", mode="reply", turn=turn)
    await scene.read(turn)
    [asked] = scene.endpoint.requests
    assert "1. Sam (speech): I bring the malachite." in asked["messages"][1]["content"]
    assert "2. Mara (speech): Give it here." in asked["messages"][1]["content"]
    await scene.reread((await scene.spoken())[0])
    assert "2. Mara (speech): Give it here." in scene.endpoint.requests[-1]["messages"][1]["content"]


async def test_of_a_turn_of_very_many_lines_those_near_the_line_asked_about_are_read(scene: Play) -> None:
    many = [{"do": "say", "who": "b", "text": f"Verse {n}."} for n in range(200)]
    await scene.store.append(scene.tale.id, *msgspec.convert(many, list[AnyCommand]))
    await scene.reread((await scene.spoken())[100])
    [asked] = scene.endpoint.requests
    read = [n for n in range(200) if f"Oren (speech): Verse {n}." in asked["messages"][1]["content"]]
    assert read == list(range(61, 141))
