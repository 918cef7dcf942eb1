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
    assert kept["gist"] == f"Mara: Sam! {GRAVE}\nSam: I will never forgive him for that."
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
    assert GRAVE in for_two["gist"] and "Mara whispered to Sam" in for_two["gist"]
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
    assert kept == {BITS["a"]: "I told them, trembling.", mask_of(["you", "b"]): f"Mara: {GRAVE}"}


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
