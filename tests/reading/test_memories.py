"""Memories of turns: who keeps what, in whose words, and that nobody's holds what they did not perceive."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.reading.memories import Rememberer
from daemon.reading.reader import Rated
from protocol.commands import AnyCommand, Command
from protocol.ids import BITS, NOBODY, EntityId, Seq, TurnNumber, mask_of
from tests.support.open_store import Reading, Store, opened
from tests.support.small_cast import INN, said

GRAVE = "I swear it was Oren who stole the lantern from the cellar."
SMALL = "The soup is hot and the bread came out of the oven this morning."


def commands(*asked: dict[str, Any]) -> list[Command]:
    return msgspec.convert(list(asked), list[AnyCommand])


def rated(who: EntityId | None, gist: str = "", matters: int | None = None) -> Rated:
    """What a mind made of a turn, or what the turn was to all others."""
    return Rated(BITS[who] if who is not None else NOBODY, gist, matters)


async def played(store: Store, *asked: dict[str, Any]) -> tuple[TurnNumber, list[Seq]]:
    """The turn of these commands, and its seqs."""
    tale = store.writer.open_stories.get("s1")
    async with store.writer.change(tale) as change:
        written = await change.commit(commands(*asked))
    return written.turn, [r.event.seq for r in written.recorded]


async def remembered(store: Store, turn: TurnNumber, *made: Rated) -> list[dict[str, Any]]:
    """The memories that are formed of a turn."""
    before = store.log.seq
    tale = store.writer.open_stories.get("s1")
    await Rememberer(store.writer, store.views).remember(tale, tale.current, TurnNumber(turn), made)
    return [
        {**e, **msgspec.json.decode(e["data"])} for e in Reading(store.database.path).events[before:]
        if e["kind"] == "memory.formed"
    ]  # fmt: skip


@pytest.fixture
async def store(tmp_path: Path) -> Any:
    """A store with one story, in the inn."""
    async with opened(tmp_path) as made:
        await made.create(commands(*INN))
        yield made


async def test_minds_that_perceived_the_same_share_one_memory(store: Store) -> None:
    turn, seqs = await played(store, said("a", f"Sam! {GRAVE}"), said("you", "I will never forgive him for that."))
    [kept] = await remembered(store, turn)
    assert kept["witnesses"] == 7
    assert kept["gist"] == (
        "Mara told Sam: Mara swears it was Oren who stole the lantern from the cellar. "
        "Sam told Mara: Sam will never forgive him for that."
    )
    assert kept["from"] == seqs
    assert (kept["turn"], kept["cause"], kept["background"]) == (turn, seqs[-1], 1)
    assert kept["significance"] >= 4
    assert "strong words" in kept["because"]


async def test_small_talk_leaves_nothing(store: Store) -> None:
    turn, _ = await played(store, said("a", SMALL))
    assert await remembered(store, turn) == []


async def test_a_model_s_rating_decides_where_plain_rules_do_not(store: Store) -> None:
    turn, _ = await played(store, said("a", SMALL))
    assert await remembered(store, turn, rated(None, matters=4)) == []
    [kept] = await remembered(store, turn, rated(None, matters=9))
    assert "a model rates it 9" in kept["because"]


async def test_who_did_not_hear_a_whisper_keeps_nothing_of_its_words(store: Store) -> None:
    turn, _ = await played(
        store, said("a", "Oren, you are addressed: I swear the ferry sails at dawn."),
        said("a", f"(low) {GRAVE}", manner="whisper", to=["you"]),
    )  # fmt: skip
    kept = await remembered(store, turn)
    assert [m["witnesses"] for m in kept] == [mask_of(["you", "a"]), mask_of(["b"])]
    for_two, for_one = kept
    assert "Mara whispered to Sam: (low) Mara swears it was Oren who stole the lantern" in for_two["gist"]
    assert "lantern" not in str(for_one["gist"]) + str(for_one["because"])
    assert set(for_one["from"]) < set(for_two["from"])


async def test_what_matters_to_one_alone_is_kept_by_that_one(store: Store) -> None:
    turn, _ = await played(store, said("you", SMALL), {"do": "feel", "from": "a", "to": "you", "trust": 2})
    [kept] = await remembered(store, turn)
    assert kept["witnesses"] == BITS["a"], "nobody else learns that her feelings changed"
    assert "a feeling changed: a>you" in kept["because"]


async def test_words_written_for_one_mind_are_kept_by_that_mind_alone(store: Store) -> None:
    turn, _ = await played(store, said("a", GRAVE))
    kept = {m["witnesses"]: m["gist"] for m in await remembered(store, turn, rated("a", "I told them, trembling."))}
    told = "Mara told Oren: Mara swears it was Oren who stole the lantern from the cellar."
    assert kept == {BITS["a"]: "Mara told them, trembling.", mask_of(["you", "b"]): told}, "in names, and whole"


async def test_of_many_grave_turns_those_are_remembered_that_stand_out(store: Store) -> None:
    kept = []
    for n in range(30):
        turn, _ = await played(store, said("a", f"{GRAVE} That was night {n}, and I saw {n} lights."))
        mattered = 9 if n % 5 == 4 else 8
        kept.append(bool(await remembered(store, turn, rated("a", f"Mara spoke of night {n}.", mattered))))
    assert 0.2 * 25 <= sum(kept[5:]) <= 0.4 * 25
    assert all(kept[9::5]), "the graver ones"


async def test_what_stands_out_is_told_by_what_one_perceived_alone(store: Store) -> None:
    async def without(*secret: dict[str, Any]) -> list[bool]:
        kept = []
        for n in range(8):
            if secret and n % 2:
                hidden, _ = await played(store, *secret)
                await remembered(store, hidden, rated("a", f"Mara told Sam of night {n}.", 10))
            turn, _ = await played(store, said("b", f"{SMALL} Number {n}, and a ferry came."))
            kept.append(any(m["witnesses"] & 4 for m in await remembered(store, turn, rated("b", f"It was {n}.", n))))
        return kept

    begin = store.log.seq
    plain = await without()
    await store.rewind("s1", begin)
    assert await without(said("a", GRAVE, manner="whisper", to=["you"])) == plain


async def test_nothing_is_wider_than_what_it_derives_from(store: Store) -> None:
    turn, _ = await played(
        store, said("a", f"{GRAVE} Sam, run!"), said("b", "I hate them both, I swear.", manner="thought"),
        said("you", "Meet me at the ferry at dawn, Mara.", manner="message", to=["a"]),
        {"do": "take", "who": "b", "prop": "key"}, {"do": "feel", "from": "b", "to": "a", "tension": 3},
    )  # fmt: skip
    kept = await remembered(store, turn, rated("b", "They know."))
    masks = {e["seq"]: e["witnesses"] for e in Reading(store.database.path).events}
    assert {m["witnesses"] for m in kept} == {mask_of(["you", "a"]), BITS["b"]}
    for m in kept:
        assert all(m["witnesses"] & masks[seq] == m["witnesses"] for seq in m["from"])


async def test_a_turn_is_remembered_once_and_the_same_words_are_not_new_again(store: Store) -> None:
    picnic = [{"do": "plan", "occasion": "o", "title": "The picnic"}, {"do": "start", "occasion": "o"}]
    turn, _ = await played(store, said("a", GRAVE), *picnic)
    assert len(await remembered(store, turn)) == 1
    assert await remembered(store, turn) == []
    again, _ = await played(store, said("a", GRAVE))
    assert await remembered(store, again) == []


async def test_it_does_not_move_the_head_that_a_client_expects(store: Store) -> None:
    turn, seqs = await played(store, said("a", GRAVE))
    assert await remembered(store, turn)
    await store.append("s1", *commands(said("a", "Well.")), expected=seqs[-1])


async def test_it_lands_on_the_turn_s_own_branch(store: Store) -> None:
    before = store.log.seq
    turn, _ = await played(store, said("a", GRAVE))
    tale = store.writer.open_stories.get("s1")
    own = tale.current
    await store.rewind("s1", before)
    await Rememberer(store.writer, store.views).remember(tale, own, TurnNumber(turn))
    assert Reading(store.database.path).events[-1]["branch"] == own
    await Rememberer(store.writer, store.views).remember(tale, tale.current, TurnNumber(turn))
    assert Reading(store.database.path).events[-1]["branch"] == own, "the other one never saw that turn"


async def test_out_of_character_and_silent_turns_leave_nothing(store: Store) -> None:
    turn, _ = await played(store, said("you", GRAVE, manner="ooc"))
    assert await remembered(store, turn) == []
    turn, _ = await played(store, {"do": "take", "who": "you", "prop": "key"})
    assert await remembered(store, turn) == []
