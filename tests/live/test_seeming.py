"""Who seems to have perceived something, on the wire: commands, events, views and files."""

import base64
import json
from typing import Any

import msgspec

from daemon.live.subscriptions import event_fields
from daemon.prompts.recall import PromptRecall
from daemon.story.lenses import ALONE, TRUTH
from protocol.commands import Say
from protocol.events import Event
from protocol.ids import Seq, TurnNumber
from protocol.methods import RecallParams
from tests.store.remembered import SETUP, indexed
from tests.support.open_store import Store
from tests.support.small_cast import look, said, story
from tests.support.wire_client import Client

HALL: dict[str, Any] = {"do": "add_container", "container": "hall", "name": "The Hall", "walls": {"sound": True}}
EARSHOT: list[dict[str, Any]] = [
    {"do": "change_container", "container": "inn", "walls": {"sound": True}, "opens_to": []},
    {**HALL, "opens_to": ["inn"]},
    {"do": "move", "who": "b", "container": "hall"},
]


async def words(c: Client, s: str, *lens: str) -> list[str]:
    return [x["text"] for x in (await look(c, s, "transcript", lens=list(lens)))["lines"]]


async def test_who_listens_behind_a_door_does_not_seem_to_have_heard(direct: Client) -> None:
    s = await story(direct)
    done = await direct.call("append", story=s, commands=[*EARSHOT, said("a", "The safe is empty.")])
    event = done["events"][-1]
    assert (event["witnesses"], event["seems"]) == (["you", "a", "b"], ["you", "a"])
    assert "seems" not in done["events"][0]
    assert await words(direct, s, "b") == await words(direct, s, "b", "a") == ["The safe is empty."]
    assert await words(direct, s, "a", "b") == await words(direct, s, "you", "a", "b") == []


async def test_who_is_spoken_to_through_a_door_seems_to_have_heard(direct: Client) -> None:
    s = await story(direct)
    await direct.call("append", story=s, commands=[*EARSHOT, said("a", "Oren, come!", to=["b"])])
    assert await words(direct, s, "a", "b") == ["Oren, come!"]


async def test_both_masks_by_hand_and_through_a_file(direct: Client) -> None:
    s = await story(direct)
    peeked = {"do": "take", "who": "a", "prop": "key", "witnesses": ["a", "b"], "seems": ["a", "you"]}
    await direct.call("append", story=s, commands=[peeked])
    file = (await direct.call("export", story=s, format="story"))["data"]
    again = (await direct.call("import", format="story", data=file))["story"]
    assert b'"seems":["you","a"]' in base64.b64decode(file)
    for of in (s, again):
        holds = {
            "+".join(lens): (await look(direct, of, "world", lens=lens))["props"][0]["in"].get("entity")
            for lens in (["a"], ["b"], ["you"], ["a", "b"], ["b", "a"], ["a", "you"], ["you", "a"])
        }
        assert {k for k, x in holds.items() if x == "a"} == {"a", "b", "b+a", "a+you"}


async def test_a_lens_is_told_who_seems_to_have_perceived_and_never_that_another_did_or_did_not(direct: Client) -> None:
    s = await story(direct)
    unnoticed = {**said("a", "The safe is empty."), "witnesses": ["you", "a", "b"], "seems": ["you", "a"]}
    missed = {**said("a", "The safe is full."), "witnesses": ["you", "a"], "seems": ["you", "a", "b"]}
    await direct.call("append", story=s, commands=[unnoticed, missed])
    expected = {"a": [["you", "a"], ["you", "a", "b"]], "b": [["you", "a", "b"]], "": [["you", "a", "b"], ["you", "a"]]}
    for of, masks in expected.items():
        lens = [of] if of else []
        lines = (await look(direct, s, "transcript", lens=lens))["lines"]
        assert [x["witnesses"] for x in lines] == [x["parts"][0]["witnesses"] for x in lines] == masks, of


def test_a_stream_through_a_lens_says_so_too() -> None:
    event = Event(
        Seq(1), "b1", TurnNumber(1), None, "line.said", 1, "", ("you", "a", "b"), msgspec.Raw(b"{}"), seems=("you", "a")
    )
    sent = {n: json.loads(b"{" + event_fields("s1", "b1", [event], n))["events"][0] for n in (TRUTH, *ALONE.values())}
    assert {n: (x["witnesses"], x.get("seems")) for n, x in sent.items()} == {
        TRUTH: (["you", "a", "b"], ["you", "a"]),
        ALONE["you"]: (["you", "a"], None),
        ALONE["a"]: (["you", "a"], None),
        ALONE["b"]: (["you", "a", "b"], None),
    }


async def test_so_does_what_is_recalled(store: Store) -> None:
    await store.create(SETUP)
    unnoticed = Say(who="a", text="The safe is empty.", witnesses=["you", "a", "b"], seems=["you", "a"])
    await store.append("s1", unnoticed)
    recall = PromptRecall(store.views, await indexed(store))
    for lens, taken in ((["a"], ("you", "a")), (["b"], ("you", "a", "b")), ([], ("you", "a", "b"))):
        [found] = (await recall.recall(RecallParams(story="s1", lens=lens, query="safe"))).memories
        assert found.witnesses == taken
