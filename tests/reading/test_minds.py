"""Reading a turn: which minds are read and through which lens, and on which branch it lands."""

import asyncio

from protocol.commands import Move
from tests.reading.rig import HIDES, TRUSTS, Play, texts


async def test_the_world_is_read_from_all_lines_and_a_mind_from_its_own(scene: Play) -> None:
    turn = await scene.line("you", "Good evening.", ("thought", "malachite"))
    await scene.line("a", "Good evening, Sam.", ("thought", "obsidian"), mode="reply", turn=turn)
    await scene.line("b", "Evening.", mode="reply", turn=turn)
    scene.answers(minds={"Sam": {"gist": "They met."}, "Mara": TRUSTS, "Oren": {"gist": "They met."}})
    done = await scene.read(turn)
    (world,), (sam,), (mara,), (oren,) = (scene.asked_of(name) for name in ("", "Sam", "Mara", "Oren"))
    assert "1. Sam: Good evening." in world
    assert "3. Oren: Evening." in world
    assert ("malachite" in world, "obsidian" in world) == (False, False)
    assert ("malachite" in sam, "obsidian" in sam) == (True, False)
    assert ("malachite" in mara, "obsidian" in mara) == (False, True)
    assert ("malachite" in oren, "obsidian" in oren) == (False, False)
    assert [x.mind for x in done.rated] == [1, 2, 4, 0]


async def test_only_those_to_whom_it_mattered_or_who_thought_something_are_read(scene: Play) -> None:
    turn = await scene.line("you", "Good evening.")
    await scene.line("a", "Good evening, Sam.", mode="reply", turn=turn)
    await scene.read(turn)
    assert len(scene.endpoint.requests) == 1
    turn = await scene.line("a", ("thought", "obsidian"), mode="reply")
    scene.answers(minds={"Mara": TRUSTS})
    done = await scene.read(turn)
    assert [len(scene.asked_of(name)) for name in ("", "Sam", "Mara", "Oren")] == [1, 0, 1, 0]
    assert (done.reading, (await scene.state()).edges["a>you"].trust) == ("ok", 1)


async def test_who_only_watches_is_a_mind_too(scene: Play) -> None:
    turn = await scene.line("you", ("action", "puts the ring into the drawer"))
    scene.answers(HIDES, minds={"Oren": {"gist": "Sam hid a ring.", "mood": "curious"}})
    await scene.read(turn)
    assert (await scene.state()).entities["b"].mood == "curious"
    assert len(scene.asked_of("Oren")) == 1


async def test_what_a_mind_was_told_is_shown_to_it_and_may_be_doubted(scene: Play) -> None:
    turn = await scene.line("a", "The ring is in the cellar, Oren.", mode="reply")
    told = {"do": "tell", "n": 1, "to": "b", "text": "The ring is in the cellar", "it": "ring", "place": "cellar"}
    scene.answers(told, minds={"Oren": {"gist": "Mara lied to Oren.", "doubts": [1]}})
    await scene.read(turn)
    assert "1. The ring is in the cellar" in scene.asked_of("Oren")[0]
    (claimed,) = await scene.data("claimed")
    assert claimed["believers"] == []


async def test_a_mind_that_cannot_be_read_spoils_nothing_of_the_world(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers(HIDES, minds={"Mara": "no object"})
    scene.endpoint.prose = lambda body: "No."
    done = await scene.read(turn)
    assert texts(done) == ["Sam puts the ring in the drawer"]
    assert (done.reading, bool(done.why)) == ("unreadable", True)


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


async def test_a_turn_takes_a_day_at_most(scene: Play) -> None:
    turn = await scene.line("you", "Good night.")
    await scene.line("a", "Sleep well.", mode="reply", turn=turn)
    scene.answers(minutes=100_000)
    assert (await scene.read(turn)).refused == []
    assert [x["minutes"] for x in await scene.data("time.passed")] == [1440]


async def test_all_lines_of_a_turn_are_read_however_many_others_came_in_between(scene: Play) -> None:
    turn = await scene.line("you", "I bring the malachite.")
    for n in range(60):
        await scene.line("b", f"Aside, {n}.")
    await scene.line("a", "Give it here.", mode="reply", turn=turn)
    await scene.read(turn)
    (asked,) = scene.asked_of()
    assert "1. Sam: I bring the malachite." in asked
    assert "2. Mara: Give it here." in asked
    await scene.reread((await scene.spoken())[0])
    assert "2. Mara: Give it here." in scene.asked_of()[-1]


async def test_of_a_turn_of_very_many_lines_those_near_the_line_asked_about_are_read(scene: Play) -> None:
    turn = await scene.line("b", "Verse 0.")
    for n in range(1, 200):
        await scene.line("b", f"Verse {n}.", turn=turn)
    await scene.reread((await scene.spoken())[100])
    (asked,) = scene.asked_of()
    assert [n for n in range(200) if f" Verse {n}." in asked.replace("Oren:", "")] == list(range(61, 141))


OREN_GOES = Move(who="b", container="cellar", witnesses=["you", "a", "b"])


async def test_where_one_bot_is_there_one_call_reads_the_world_and_its_mind(scene: Play) -> None:
    await scene.store.append(scene.tale.id, OREN_GOES)
    turn = await scene.line("you", "The ring is in the cellar, Mara.")
    await scene.line("a", "Is it?", ("thought", "Never."), mode="reply", turn=turn)
    told = {
        "do": "tell",
        "n": 1,
        "text": "The ring is in the cellar",
        "it": "ring",
        "place": "cellar",
        "doubted": "true",
    }
    scene.answers(told, mind={"gist": "Sam lied to Mara.", "mood": "amused", "trust": "-1", "wants": "laugh; know why"})
    done = await scene.read(turn)
    assert len(scene.endpoint.requests) == 1
    mara = (await scene.state()).entities["a"]
    assert (mara.mood, mara.goals) == ("amused", ["laugh", "know why"])
    assert (await scene.state()).edges["a>you"].trust == -1
    assert [(x.mind, x.gist) for x in done.rated] == [(2, "Sam lied to Mara."), (0, "")]
    assert [x["believers"] for x in await scene.data("claimed")] == [[]]


async def test_where_that_call_tells_of_no_mind_no_other_is_made_for_it(scene: Play) -> None:
    await scene.store.append(scene.tale.id, OREN_GOES)
    turn = await scene.line("you", "Good evening.", ("thought", "malachite"))
    await scene.line("a", "Good evening, Sam.", ("thought", "obsidian"), mode="reply", turn=turn)
    scene.answers(minds={"Sam": {"gist": "They met."}})
    await scene.read(turn)
    both, sam = (x["messages"][-1]["content"] for x in scene.endpoint.requests)
    assert ("malachite" in both, "obsidian" in both) == (False, True)
    assert ("malachite" in sam, "obsidian" in sam) == (True, False)
