"""Lorebooks over the wire: what comes of each form, dry runs, who knows of them, changes, and files written again."""

import base64
import json
from typing import Any

import pytest

from protocol.errors import BAD_IMPORT, INVALID_PARAMS, NOT_FOUND
from tests.files.test_files import packed
from tests.support.cards import v2, v3
from tests.support.lorebooks import FORMS, book
from tests.support.small_cast import look, story
from tests.support.wire_client import Client, Refused

CAST = [
    {"do": "add_entity", "entity": "you", "name": "Robin"},
    {"do": "add_entity", "entity": "a", "name": "Mara", "identity": {"description": "A smith."}},
    {"do": "add_entity", "entity": "b", "name": "Oren", "identity": {"description": "A guest."}},
]


async def taken(c: Client, whole: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    s = await story(c, CAST)
    return s, await c.call("import", data=packed(whole), story=s, **more)


async def written(c: Client, s: str, **more: Any) -> Any:
    made = await c.call("export", story=s, format="lorebook", **more)
    return json.loads(base64.b64decode(made["data"]))


async def lore(c: Client, s: str, *lens: str) -> dict[str, Any]:
    return {x["name"] or x["keys"][0]: x for x in (await look(c, s, "lore", lens=list(lens)))["lore"]}


async def test_each_field_of_a_world_file_lands_in_its_place(direct: Client) -> None:
    s, done = await taken(direct, book("sillytavern"), **{"as": "Svalbard"})
    assert done["created"] == {"books": 1, "lore": 3}
    assert done["kept"] == ["originalData", "entries.vectorized", "entries.sticky", "entries.characterFilter"]
    entries = await lore(direct, s)
    assert entries["The harbour"]["text"] in (f"The harbour freezes every {x} winter; Mara was born there."
                                              for x in ("third", "fourth"))  # fmt: skip
    assert entries["Icebreakers"]["rules"] == {
        "secondary": ["winter", "captain"], "logic": "all", "case": True, "whole_words": True, "scan_depth": 3,
        "order": 90, "probability": 50, "group": "ships", "weight": 20, "unstirred": True, "stirs_none": True,
        "depth": 2,
    }  # fmt: skip
    assert entries["The law"]["rules"] == {"constant": True, "order": 10}
    [of] = (await look(direct, s, "lore"))["books"]
    assert (of["name"], of["stirring"], of["lens"]) == ("Svalbard", True, [])


async def test_each_field_of_a_card_s_book_and_each_decorator_lands_in_its_place(direct: Client) -> None:
    s, _ = await taken(direct, book("v2"))
    [of] = (await look(direct, s, "lore"))["books"]
    assert (of["scan_depth"], of["budget"], of["stirring"]) == (4, 300, True)
    entries = await lore(direct, s)
    assert entries["Lighthouse"]["rules"] == {"order": 5, "priority": 10}
    assert entries["Order"]["rules"] == {"order": 6, "priority": 1, "case": True, "secondary": ["Order", "kept"]}
    assert entries["storm"]["rules"]["enabled"] is False
    s, done = await taken(direct, book("v3"))
    entries = await lore(direct, s)
    assert entries["conductor"]["text"] == "The conductor takes no money."
    assert entries["conductor"]["rules"] == {
        "order": 1, "scan_depth": 2, "never": ["morning"], "also": ["ticket", "fare"], "after": 1,
    }  # fmt: skip
    assert entries["(dining|sleeping) car(s)?"]["rules"] == {"order": 2, "regex": True, "depth": 1}
    assert (entries["Driver"]["rules"]["constant"], entries["never"]["rules"]["enabled"]) == (True, False)
    assert done["kept"] == ["entries.@@acme_only", "entries.@@role"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_dry_run_makes_nothing_and_tells_all(direct: Client, form: str) -> None:
    s = await story(direct, CAST)
    before = await look(direct, s, "state")
    told = await direct.call("import", data=packed(book(form)), story=s, lens=["a"], preview=True)
    assert await look(direct, s, "state") == before
    assert ("story" in told, told["lorebook"]["lens"]) == (False, ["a"])
    more = {"seed": told["seed"]} if "seed" in told else {}
    done = await direct.call("import", data=packed(book(form)), story=s, lens=["a"], **more)
    assert {x: done[x] for x in told} == told
    texts = {x["text"] for x in (await look(direct, s, "lore"))["lore"]}
    assert texts == {x["text"] for x in told["lorebook"]["entries"]}


async def test_a_book_is_known_to_those_of_its_lens_alone(direct: Client) -> None:
    s, _ = await taken(direct, book("v2"), lens=["a", "you"])
    assert set(await lore(direct, s, "a")) == set(await lore(direct, s, "you")) == set(await lore(direct, s))
    assert await look(direct, s, "lore", lens=["b"]) == {"lore": [], "books": []}
    assert "lighthouse" not in json.dumps(await look(direct, s, "state", lens=["b"]))


async def test_a_book_begins_a_story_where_none_is_named(direct: Client) -> None:
    done = await direct.call("import", data=packed(book("v3")))
    assert done["created"] == {"stories": 1, "books": 1, "lore": 4}
    assert [x["title"] for x in (await direct.call("stories"))["stories"]] == ["The night train"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_book_goes_out_as_it_came(direct: Client, form: str) -> None:
    s, _ = await taken(direct, book(form))
    assert await written(direct, s) == book(form)
    for other in FORMS:
        again, _ = await taken(direct, await written(direct, s, spec=other))
        assert set(await lore(direct, again)) == set(await lore(direct, s))


async def test_what_was_changed_goes_out_changed_and_the_rest_as_it_came(direct: Client) -> None:
    s, _ = await taken(direct, book("sillytavern"))
    ids = {name: x["lore"] for name, x in (await lore(direct, s)).items()}
    await direct.call("append", story=s, commands=[
        {"do": "set", "what": "lore", "id": ids["Icebreakers"],
         "values": {"text": "No ship can.", "rules": {"case": False}}},
        {"do": "remove", "what": "lore", "id": ids["The law"]},
        {"do": "add_lore", "keys": ["bear"], "text": "Bears swim.",
         "book": (await look(direct, s, "lore"))["books"][0]["book"]},
    ])  # fmt: skip
    out, came = (await written(direct, s))["entries"], book("sillytavern")["entries"]
    assert out["0"] == came["0"]
    assert out["1"] == came["1"] | {"content": "No ship can.", "caseSensitive": False}
    assert (list(out), out["2"]["content"], out["2"]["key"]) == (["0", "1", "2"], "Bears swim.", ["bear"])


async def test_an_entry_that_fewer_know_is_forgotten_by_the_others(direct: Client) -> None:
    s = await story(direct, [*CAST, {"do": "add_lore", "lore": "map", "keys": ["map"], "text": "The map is false."}])
    await direct.call("append", story=s, commands=[
        {"do": "set", "what": "lore", "id": "map", "values": {"lens": ["b"], "keys": ["map", "chart"]}}
    ])  # fmt: skip
    assert [len(await lore(direct, s, *lens)) for lens in ((), ("a",), ("b",), ("you",))] == [1, 0, 1, 0]
    await direct.call("append", story=s, commands=[
        {"do": "set", "what": "lore", "id": "map", "values": {"lens": [], "name": "Map"}}
    ])  # fmt: skip
    assert (await lore(direct, s, "a"))["Map"]["keys"] == ["map", "chart"]


async def test_a_book_is_taken_away_with_its_entries(direct: Client) -> None:
    s, _ = await taken(direct, book("v2"), lens=["a"])
    [of] = (await look(direct, s, "lore"))["books"]
    await direct.call("append", story=s, commands=[{"do": "remove", "what": "book", "id": of["book"]}])
    for lens in ([], ["a"]):
        assert await look(direct, s, "lore", lens=lens) == {"lore": [], "books": []}
    for what in ("book", "lore"):
        with pytest.raises(Refused) as refused:
            await direct.call("append", story=s, commands=[{"do": "remove", "what": what, "id": "nothing"}])
        assert refused.value.code == NOT_FOUND


async def test_the_import_is_taken_back_by_one_rewind(direct: Client) -> None:
    s = await story(direct, CAST)
    before = await look(direct, s, "state")
    head = (await direct.call("stories"))["stories"][0]["head"]
    await direct.call("import", data=packed(book("v2")), story=s)
    await direct.call("rewind", story=s, to=head)
    assert await look(direct, s, "state") == before


async def test_a_card_s_book_comes_along_and_goes_out_with_it(direct: Client) -> None:
    done = await direct.call("import", data=packed(v3()), user="Robin")
    s = done["story"]
    assert (done["created"]["books"], done["lorebook"]["lens"]) == (1, ["a"])
    assert (await lore(direct, s, "a"))["quay"]["text"] == "It is old."
    assert await lore(direct, s, "you") == {}
    assert await written(direct, s) == v3()["data"]["character_book"]
    id = (await lore(direct, s))["quay"]["lore"]
    await direct.call("append", story=s, commands=[
        {"do": "set", "what": "lore", "id": id, "values": {"text": "It is new."}},
        {"do": "add_lore", "keys": ["fog"], "text": "She fears it.", "lens": ["a"]},
        {"do": "add_lore", "keys": ["fog"], "text": "It is thick."},
    ])  # fmt: skip
    made = await direct.call("export", story=s, format="card", entity="a", spec="v3")
    whole = json.loads(base64.b64decode(made["data"]))
    assert [x["content"] for x in whole["data"].pop("character_book")["entries"]] == ["It is new.", "She fears it."]
    came = v3()["data"]
    came.pop("character_book")
    assert whole["data"] == came
    told = await direct.call("import", data=packed(v3()), lens=["you", "a"], preview=True)
    assert told["lorebook"]["lens"] == ["you", "a"]


async def test_how_a_card_wants_to_be_written_is_its_character_s_own(direct: Client) -> None:
    done = await direct.call("import", data=packed(v3()), user="Robin")
    got = await look(direct, done["story"], "entity", entity="a", lens=["a"])
    assert (got["instructions"], got["reminder"]) == ("Write slowly.", "Stay with Sera.")
    assert done["card"]["identity"]["instructions"] == "Write slowly."
    assert (await look(direct, done["story"], "entity", entity="a", lens=["you"]))["instructions"] is None
    await direct.call("append", story=done["story"], commands=[
        {"do": "change_entity", "entity": "a", "identity": {"reminder": "Be brief."}}
    ])  # fmt: skip
    made = await direct.call("export", story=done["story"], format="card", entity="a")
    data = json.loads(base64.b64decode(made["data"]))["data"]
    assert (data["system_prompt"], data["post_history_instructions"]) == ("Write slowly. {{original}}", "Be brief.")


async def test_a_book_that_cannot_be_read_does_not_keep_a_card_out(direct: Client) -> None:
    card = v2()
    card["data"]["character_book"] = {"entries": [7]}
    done = await direct.call("import", data=packed(card))
    assert "character_book" in done["kept"]
    assert ["lorebook can't be read" in x for x in done["odd"]] == [True]
    made = await direct.call("export", story=done["story"], format="card", entity="a")
    assert json.loads(base64.b64decode(made["data"]))["data"]["character_book"] == {"entries": [7]}


async def test_what_looks_odd_is_told_and_harmless(direct: Client) -> None:
    _, done = await taken(direct, {"entries": {
        "a": {"key": ["/(?<=x)y/"], "content": "One. {{lastMessage}}", "comment": "Ahead\u001b[31m"},
        "b": {"key": [], "content": "Two."}, "c": {"key": ["x"], "content": ""},
        "d": {"key": 7, "content": "It is {{time}}.", "constant": True, "order": "high"},
    }})  # fmt: skip
    assert done["odd"] == [
        "1 entry has no text, so nothing is made of it.", "In entry d, key, order can't be read and is left out.",
        "1 entry has no keys and would never come up: entry b.",
        "The key /(?<=x)y/ of “Ahead␛[31m” looks ahead or behind, which can't be searched safely, so it finds nothing.",
        "These macros are not known here and stand as they are: {{lastmessage}}.",
        "The story's clock is not set, so macros of the date and the time became “today” and “now”.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "where"),
    [
        ({"entries": 7}, "entries"), ({"entries": [7]}, "entries[0]"), ({"entries": {"x": []}}, "entries[x]"),
        ({"entries": [{"keys": ["x"]}]}, "entries"), ({"spec": "lorebook_v3", "data": []}, "the file"),
        ({"entries": [{}] * 2501}, "entries"), ({"entries": [{"content": "{{user}}" * 150_000}]}, "entries[0].content"),
        ({"entries": [{"content": "x", "keys": ["x" * 9] * 400}] * 60}, "entries"),
        ({"entries": [], "x": "\0"}, "the lorebook"),
    ],
)  # fmt: skip
async def test_a_book_that_cannot_be_is_refused_with_the_place(direct: Client, whole: Any, where: str) -> None:
    with pytest.raises(Refused) as refused:
        await taken(direct, whole, **({"user": "Bartholomew"}), format="lorebook")
    assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, where)


async def test_params_that_do_not_go_with_a_lorebook_are_refused(direct: Client) -> None:
    for more in ({"card": {}}, {"format": "story", "lens": []}):
        with pytest.raises(Refused) as refused:
            await direct.call("import", data=packed(book("v2")), **{"format": "lorebook", **more})
        assert refused.value.code == INVALID_PARAMS


async def test_a_book_comes_along_from_the_library_too(direct: Client) -> None:
    await direct.call("import", data=packed(v3()), library="sera")
    played = (await direct.call("import", template="sera"))["story"]
    begun = (await direct.call("create", title="Fog", template=["sera"]))["story"]
    for s in (played, begun):
        assert (await lore(direct, s, "a"))["quay"]["text"] == "It is old."
        assert (await look(direct, s, "entity", entity="a", lens=["a"]))["instructions"] == "Write slowly."
        assert await lore(direct, s, "you") == {}
        made = await direct.call("export", story=s, format="card", entity="a", spec="v3")
        out = json.loads(base64.b64decode(made["data"]))["data"]
        assert out["character_book"] == v3()["data"]["character_book"]
        assert out["system_prompt"] == v3()["data"]["system_prompt"]
