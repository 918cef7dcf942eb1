"""What is private on a card stands once in its own character's prompt, and in nobody else's."""

import json
from typing import Any

import pytest

from tests.files.test_files import packed
from tests.support.cards import v2
from tests.support.small_cast import look
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOWN = {"appearance": "a zinnober coat", "premise": "zirconium quay"}
"""What all may know: in the prompt of each."""

PRIVATE = {"description": "quetzal letter", "personality": "marzipan", "mes_example": "obsidian laugh"}
"""What only the character knows."""


def card(name: str, word: str) -> dict[str, Any]:
    data = {
        "name": name,
        "description": f"{name} wears {SHOWN['appearance']}.\nShe hid the {PRIVATE['description']} {word}.",
        "personality": f"{PRIVATE['personality']} {word}",
        "scenario": f"They meet at the {SHOWN['premise']}.",
        "first_mes": "Good evening.",
        "mes_example": f"<START>\n{{{{char}}}}: An {PRIVATE['mes_example']} {word}.",
        "creator_notes": "peridot",
        "alternate_greetings": [],
        "extensions": {"depth_prompt": {"prompt": f"{name} limps, topaz.", "depth": 2}},
    }
    return v2() | {"data": v2()["data"] | data}


async def test_each_field_stands_once_in_its_place_and_nobody_else_sees_what_is_private(client: Client) -> None:
    made = await client.call("import", data=packed(card("Sera", "emerald")), user="Robin")
    s = made["story"]
    await client.call("import", data=packed(card("Bram", "beryl")), story=s, **{"as": "b"})
    prompts = {e: await look(client, s, "prompt", lens=[e]) for e in ("a", "b")}
    texts = {e: json.dumps(x["messages"], ensure_ascii=False) for e, x in prompts.items()}
    for entity, own, other in (("a", "emerald", "beryl"), ("b", "beryl", "emerald")):
        for words in PRIVATE.values():
            assert texts[entity].count(f"{words} {own}") == 1, (entity, words)
        assert other not in texts[entity]
        assert texts[entity].count(SHOWN["premise"]) == 1
        assert texts[entity].count("limps, topaz") == 1
        assert texts[entity].count(SHOWN["appearance"]) == 2, "their own looks, and those of the other"
    assert texts["a"].count("Good evening.") == 1
    assert not any("peridot" in x for x in texts.values()), "what its creator tells people is for people"
    yours = json.dumps(await look(client, s, "prompt", speaker="you"), ensure_ascii=False)
    assert "emerald" not in yours and "beryl" not in yours
    assert "topaz" not in yours, "what is told at a depth of how to write them is for their own prompts"
    for entity, own, other in (("a", "Sera limps", "Bram limps"), ("b", "Bram limps", "Sera limps")):
        assert (texts[entity].count(own), texts[entity].count(other)) == (1, 0)
    assert (await look(client, s, "state")).get("note") is None
    sections = {x["name"]: x["text"] for x in prompts["a"]["sections"]}
    assert f"{PRIVATE['description']} emerald" in sections["identity"]
    assert SHOWN["premise"] in sections["premise"]


async def test_both_names_of_somebody_are_theirs(client: Client) -> None:
    sera = card("Isolde Varr", "emerald")
    sera["data"] |= {"nickname": "Izzy", "description": "{{char}} keeps a gull."}
    s = (await client.call("import", data=packed(sera), user="Robin"))["story"]
    await client.call("import", data=packed(card("Bram", "beryl")), story=s, **{"as": "b"})
    for lens in ("a", "b"):
        messages = json.dumps(await look(client, s, "prompt", lens=[lens]), ensure_ascii=False)
        assert "Isolde Varr, called Izzy" in messages
