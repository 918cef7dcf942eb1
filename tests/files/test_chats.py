"""Chats of other programs over a running daemon: what becomes of messages, swipes, hidden lines, personas and masks."""

import base64
import json
from typing import Any

import pytest

from daemon.files.chats.dates import moment
from protocol.errors import BAD_IMPORT, INVALID_PARAMS
from tests.support.cards import v2
from tests.support.chats import evening, head, jsonl, narrated, said
from tests.support.small_cast import look, story, texts
from tests.support.wire_client import Client, Refused


def packed(text: bytes) -> str:
    return base64.b64encode(text).decode()


async def taken(c: Client, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await c.call("import", data=packed(jsonl(*lines)), **more)


async def lines(c: Client, s: str, **more: Any) -> list[dict[str, Any]]:
    return (await look(c, s, "transcript", **more))["lines"]


async def exported(c: Client, s: str, **more: Any) -> list[dict[str, Any]]:
    made = await c.call("export", story=s, format="chat", **more)
    return [json.loads(x) for x in base64.b64decode(made["data"]).splitlines()]


async def test_a_chat_becomes_a_story_with_its_cast(direct: Client) -> None:
    done = await taken(direct, *evening())
    s = done["story"]
    assert done["created"] == {"stories": 1, "entities": 2, "lines": 7, "takes": 3}
    [row] = (await direct.call("stories"))["stories"]
    assert (row["title"], row["lines"], row["story"]) == ("Maren", 7, s)
    told = [(x["who"], x["manner"], x["raw"] or x["text"]) for x in await lines(direct, s)]
    assert told == [
        ("a", "action", "*She looks up.* No boat tonight."), ("you", "speech", "Then I stay. `She is lying.`"),
        (None, "narration", "The lamp goes out."), ("you", "ooc", "(brb)"), ("a", "speech", "Oh."),
        ("you", "speech", "Who is there?"), ("a", "speech", "Only me."),
    ]  # fmt: skip
    truth = await look(direct, s, "state")
    assert (truth["entities"]["you"]["name"], truth["entities"]["a"]["name"]) == ("Alex", "Maren")
    assert done["chat"]["cast"] == [
        {"name": "Robin", "entity": "you", "messages": 1}, {"name": "Alex", "entity": "you", "messages": 1},
        {"name": "Maren", "entity": "a", "messages": 3},
    ]  # fmt: skip
    assert (done["chat"]["hidden"], done["chat"]["narrated"]) == (1, 1)


async def test_what_is_hidden_or_thought_is_perceived_by_nobody_else(direct: Client) -> None:
    s = (await taken(direct, *evening()))["story"]
    seen = await texts(direct, s, lens=["a"])
    assert seen[1] == "Then I stay."
    assert not [x for x in seen if "brb" in x or "lying" in x]


async def test_swipes_are_takes_in_their_order(direct: Client) -> None:
    s = (await taken(direct, *evening()))["story"]
    first, *_, oh, _, _ = await lines(direct, s)
    assert (first["take"], first["takes"], oh["take"], oh["takes"]) == (2, 3, 1, 2)
    takes = (await direct.call("takes", story=s, line=first["line"]))["takes"]
    assert [(x["text"], x["current"]) for x in takes] == [
        ("You again.", False), ("She looks up. No boat tonight.", True), ("Mind the step.", False),
    ]  # fmt: skip
    await direct.call("switch", story=s, branch=takes[2]["branch"])
    assert await texts(direct, s) == ["Mind the step."]


async def test_a_date_is_kept(direct: Client) -> None:
    s = (await taken(direct, *evening()))["story"]
    back = await exported(direct, s)
    assert back[2]["send_date"] == moment("June 10, 2024 2:23pm")
    assert back[1]["send_date"] == "2024-06-10T14:22:00.000Z"


async def test_a_chat_comes_out_as_it_came_in(direct: Client) -> None:
    s = (await taken(direct, *evening()))["story"]
    fields = ("name", "is_user", "is_system", "mes")
    came, back = evening()[1:], (await exported(direct, s))[1:]
    assert [{f: x[f] for f in fields} for x in back] == [{f: x[f] for f in fields} for x in came]
    assert (back[0]["swipes"], back[0]["swipe_id"]) == (came[0]["swipes"], 1)
    assert back[2]["extra"] == {"type": "narrator"}
    again = await taken(direct, *(await exported(direct, s)))
    assert await exported(direct, again["story"]) == await exported(direct, s)


async def test_a_lens_exports_what_it_knows(direct: Client) -> None:
    s = (await taken(direct, *evening()))["story"]
    mine = json.dumps(await exported(direct, s, lens=["a"]))
    assert "Then I stay." in mine and "lying" not in mine and "brb" not in mine
    made = await direct.call("export", story=s, format="chat", **{"as": "markdown"})
    assert made["type"] == "text/markdown" and b"No boat tonight" in base64.b64decode(made["data"])


def _group() -> list[dict[str, Any]]:
    return [
        head("unused", "unused"),
        said("Robin", "Come in, both.", user=True, present=["Maren.png", "Oren2.png"]),
        said("Maren", "He must not know.", original_avatar="Maren.png", present=["Maren.png"], is_system=True),
        said("Oren", "What was that?", original_avatar="Oren2.png", present=["Maren.png", "Oren2.png"]),
        said("Robin", "Nobody hears me.", user=True, present=[]),
        said("Robin", "Locked away.", user=True, is_system=True, present=["Maren.png"], presence_manually_hidden=True),
    ]


async def test_who_was_there_is_who_knows(direct: Client) -> None:
    done = await taken(direct, *_group())
    s = done["story"]
    assert [x["witnesses"] for x in await lines(direct, s)] == [
        ["you", "a", "b"], ["you", "a"], ["you", "a", "b"], ["you"], [],
    ]  # fmt: skip
    assert await texts(direct, s, lens=["b"]) == ["Come in, both.", "What was that?"]
    assert (done["chat"]["partial"], done["chat"]["hidden"]) == (3, 1)
    back = await exported(direct, s)
    assert [x["present"] for x in back[1:]] == [
        ["Maren.png", "Oren.png"], ["Maren.png"], ["Maren.png", "Oren.png"], [], ["Maren.png", "Oren.png"],
    ]  # fmt: skip


async def test_of_more_than_two_it_is_asked_which(direct: Client) -> None:
    crowd = [said(x, f"I am {x}.") for x in ("Ann", "Ben", "Cem", "Ann")]
    with pytest.raises(Refused) as asked:
        await taken(direct, head(), *crowd, preview=True)
    assert asked.value.code == BAD_IMPORT
    assert asked.value.data["names"] == ["Ann", "Ben", "Cem"]
    assert "Which two is it about? Ann (2), Ben (1), Cem (1)" in asked.value.data["why"]
    assert (await direct.call("stories"))["stories"] == []
    done = await taken(direct, head(), *crowd, speakers=["cem", "Ann"])
    told = [(x["who"], x["text"]) for x in await lines(direct, done["story"])]
    assert told == [("b", "I am Ann."), (None, "Ben: I am Ben."), ("a", "I am Cem."), ("b", "I am Ann.")]
    with pytest.raises(Refused) as nobody:
        await taken(direct, head(), *crowd, speakers=["Dan"])
    assert nobody.value.code == INVALID_PARAMS


async def test_a_chat_joins_a_story_whose_cast_is_there(direct: Client) -> None:
    cast = [
        {"do": "add_entity", "entity": "you", "name": "Sam"},
        {"do": "add_entity", "entity": "a", "name": "Oren", "identity": {"description": "A smith."}},
        {"do": "add_entity", "entity": "b", "name": "Maren Vale", "identity": {"description": "A ferrywoman."}},
        {"do": "say", "who": "you", "text": "Before."},
    ]
    s = await story(direct, cast)
    told = await taken(direct, *evening(), story=s, preview=True)
    assert await texts(direct, s) == ["Before."]
    done = await taken(direct, *evening(), story=s)
    assert {k: x for k, x in done.items() if k in told} == {**told, "odd": told["odd"]}
    got = await lines(direct, s)
    assert [x["who"] for x in got] == ["you", "b", "you", None, "you", "b", "you", "b"]
    assert got[1]["takes"] == 3 and got[1]["witnesses"] == ["you", "b"]
    assert (await look(direct, s, "state"))["entities"]["you"]["name"] == "Sam"
    await direct.call("append", story=s, commands=[{"do": "say", "who": "you", "text": "After."}])
    assert (await texts(direct, s))[-1] == "After."
    await direct.call("rewind", story=s, to=done["undo"])
    assert await texts(direct, s) == ["Before."]


async def test_the_greeting_of_a_card_is_not_told_twice(direct: Client) -> None:
    s = (await direct.call("import", data=packed(json.dumps(v2()).encode()), user="Robin"))["story"]
    greeting = "*She looks up.* No boat tonight, {{user}}."
    chat = [
        said("Seraphine", greeting, "You again."),
        said("Robin", "Then I stay.", user=True),
        said("Seraphine", "Do."),
    ]
    done = await taken(direct, *chat, story=s)
    assert [x["who"] for x in await lines(direct, s)] == ["a", "you", "a"]
    assert (await lines(direct, s))[0]["takes"] == 3
    assert done["created"] == {"lines": 2} and "it isn't told twice" in done["odd"][-1] + done["odd"][0]


async def test_a_third_has_no_place(direct: Client) -> None:
    cast = [{"do": "add_entity", "entity": e, "name": n} for e, n in (("you", "Sam"), ("a", "Oren"), ("b", "Ida"))]
    s = await story(direct, cast)
    with pytest.raises(Refused) as full:
        await taken(direct, *evening(), story=s)
    assert "Maren isn't one of this story's characters (Oren and Ida)" in full.value.data["why"]


PLAIN: dict[str, Any] = {
    "a chat API": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello."},
                   {"role": "assistant", "content": "Hi."}],
    "Agnai": {"name": "Evening", "messages": [{"msg": "Hello.", "userId": "u"}, {"msg": "Hi.", "characterId": "c"}]},
    "text-generation-webui": {"internal": [["Hello.", "Hi."]], "visible": [["Hello.", "Hi."]]},
    "CAI Tools": {"histories": {"histories": [{"msgs": [
        {"src": {"is_human": True, "name": "R"}, "text": "Hello."}, {"src": {"is_human": False}, "text": "Hi."}]}]}},
    "Kobold Lite": {"savedsettings": {"chatname": "R", "chatopponent": "Maren"}, "prompt": "",
                    "actions": ["\n{{[INPUT]}}\nHello.\n{{[OUTPUT]}}\n", "Hi."]},
    "RisuAI": {"type": "risuChat", "ver": 1, "data": {"message": [
        {"role": "user", "data": "Hello."}, {"role": "char", "data": "Hi.", "time": 1718031720123}]}},
}  # fmt: skip


@pytest.mark.parametrize("form", PLAIN)
@pytest.mark.parametrize("indent", [None, 2])
async def test_plain_forms_of_other_programs(direct: Client, form: str, indent: int | None) -> None:
    done = await direct.call("import", data=packed(json.dumps(PLAIN[form], indent=indent).encode()))
    assert done["chat"]["form"] == form
    told = [(x["who"], x["text"]) for x in await lines(direct, done["story"]) if x["manner"] != "ooc"]
    assert told == [("you", "Hello."), ("a", "Hi.")]


async def test_a_text_file_with_names(direct: Client) -> None:
    text = b"Robin: Hello.\nMaren: Hi.\nOne more: line.\nRobin: Bye.\nMaren: So soon?\n"
    with pytest.raises(Refused) as asked:
        await direct.call("import", data=packed(text))
    assert asked.value.data["names"] == ["Robin", "Maren", "One more"]
    done = await direct.call("import", data=packed(text + b"Robin: Yes.\n"), user="robin", speakers=["Maren"])
    told = [(x["who"], x["text"]) for x in await lines(direct, done["story"])]
    assert told[:2] == [("you", "Hello."), ("a", "Hi.")]


async def test_narrators_alone_and_empty_messages(direct: Client) -> None:
    done = await taken(direct, narrated("Rain."), said("Maren", ""), said("Robin", "Well.", user=True))
    assert [x["text"] for x in await lines(direct, done["story"])] == ["Rain.", "Well."]
    assert "1 messages are empty and were left out." in done["odd"]


async def test_the_note_of_a_chat_is_the_story_s_where_that_has_none(direct: Client) -> None:
    began = head() | {"chat_metadata": {
        "note_prompt": "Keep it foggy for {{user}}.", "note_depth": 2, "integrity": "x", "variables": {"a": 1, "b": 2},
        "scenario": "At sea.",
    }}  # fmt: skip
    said_ = said("Maren", "Oh.", extra={"model": "m", "api": "x"}, gen_started="2024-06-10T14:22:00.000Z")
    done = await taken(direct, began, said_, said("Robin", "Hm.", user=True))
    assert [(await look(direct, done["story"], "state"))[x] for x in ("note", "note_depth")] == [
        "Keep it foggy for Robin.", 2,
    ]  # fmt: skip
    assert "The chat's head holds what Fabula doesn't keep: 2 variables, a scenario of its own." in done["odd"]
    assert "1 message comes with the name of the model that wrote them, which Fabula doesn't keep." in done["odd"]
    assert "1 message comes with how long they took to be written, which Fabula doesn't keep." in done["odd"]
    again = await taken(direct, began, said_, story=done["story"])
    assert "The chat has an author's note, which isn't used: this story has one already." in again["odd"]


async def test_a_third_character_leaves_under_their_own_name(direct: Client) -> None:
    crowd = [
        said("Ann", "I am Ann."), said("Ben", "I: Ben."),
        narrated("Ben: he waits."), said("Robin", "Who?", user=True), said("Cem", "I am Cem."),
    ]  # fmt: skip
    s = (await taken(direct, head(), *crowd, speakers=["Ann", "Cem"]))["story"]
    assert (await texts(direct, s))[1] == "Ben: I: Ben."
    back = (await exported(direct, s))[1:]
    assert [(x["name"], x["mes"]) for x in back] == [
        ("Ann", "I am Ann."), ("Ben", "I: Ben."), ("System", "Ben: he waits."), ("Robin", "Who?"), ("Cem", "I am Cem."),
    ]  # fmt: skip
    assert back[1]["original_avatar"] == "Ben.png"
    again = (await taken(direct, *back, speakers=["Ann", "Ben"]))["story"]
    assert [x["who"] for x in await lines(direct, again)] == ["a", "b", None, "you", None]
    heard = [said("Ann", "Psst.", present=["Ann.png", "Ben.png"]), said("Cem", "Hm.", present=["Ann.png", "Cem.png"])]
    s = (await taken(direct, said("Ben", "Hi.", present=["Ann.png", "Ben.png"]), *heard, speakers=["Ann", "Cem"]))[
        "story"
    ]
    assert [x["present"] for x in await exported(direct, s) if "mes" in x] == [
        ["Ann.png", "Ben.png"], ["Ann.png"], ["Ann.png", "Cem.png"],
    ]  # fmt: skip


async def test_who_went_by_another_name_is_called_so_in_what_is_read(direct: Client) -> None:
    s = (await taken(direct, *evening()))["story"]
    for format, more in (("transcript", {}), ("chat", {"as": "markdown"})):
        made = await direct.call("export", story=s, format=format, **more)
        text = base64.b64decode(made["data"]).decode()
        assert "**Robin:** Then I stay." in text and "**Alex:** Who is there?" in text


async def test_a_chat_of_which_somebody_perceived_nothing_has_its_head(direct: Client) -> None:
    s = await story(direct, [{"do": "add_entity", "entity": "a", "name": "Oren"}])
    [only] = await exported(direct, s, lens=["b"])
    assert only["chat_metadata"] == {} and only["create_date"].endswith("Z")
