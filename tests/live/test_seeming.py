"""Who seems to have perceived something, on the wire: commands, events, views and files."""

import base64
from typing import Any

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
