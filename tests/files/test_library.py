"""The library: characters and personas kept apart from stories, brought into them, changed there, and taken back."""

import json
from typing import Any

import pytest

from protocol.errors import BAD_IMPORT, INVALID_PARAMS, NOT_FOUND, REFUSED
from tests.files.test_cards import card_of
from tests.files.test_files import exported, packed
from tests.files.test_pictures import packed_bytes, path_of
from tests.support.cards import around, picture, v2, v3
from tests.support.small_cast import look, story, texts
from tests.support.wire_client import Client, Refused

SERA = {"name": "Seraphine Vale", "description": "Seraphine Vale forged the letter that Robin carries."}


async def kept(direct: Client, **more: Any) -> dict[str, Any]:
    """A card in the library, as `sera`."""
    return await direct.call("import", data=packed_bytes(picture(chara=v2())), library="sera", **more)


async def shown(direct: Client, name: str) -> dict[str, Any]:
    """All that is told of a template."""
    [found] = (await direct.call("templates", name=name))["templates"]
    found["cast_by"] = {c["entity"]: c for c in found["setup"] if c["do"] == "add_entity"}
    return dict(found)


async def test_a_card_comes_into_the_library_and_from_there_into_stories(direct: Client) -> None:
    told = await kept(direct, preview=True)
    assert (told["created"], "template" in told) == ({"templates": 1, "pictures": 1}, False)
    done = await kept(direct)
    assert done["template"] == "sera"
    assert (await direct.call("stories"))["stories"] == [], "it is kept apart from them"
    sera = await shown(direct, "sera")
    assert (sera["what"], sera["title"], sera["picture"]) == ("character", "Seraphine Vale", path_of(around()))
    assert "{{user}}" in sera["cast_by"]["a"]["identity"]["description"]
    for name in ("Robin", "Kim"):
        made = await direct.call("import", template="sera", user=name)
        assert await texts(direct, made["story"]) == [f"She looks up. No boat tonight, {name}."]
        got = await look(direct, made["story"], "entity", entity="a", lens=["a"])
        assert (got["name"], got["description"]) == (SERA["name"], SERA["description"].replace("Robin", name))
        assert got["picture"] == path_of(around())
        takes = (await direct.call("branches", story=made["story"]))["branches"]
        assert len(takes) == 3, "each greeting is a take"
        assert json.loads(await card_of(direct, made["story"])) == v2()
    other = await story(direct, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    joined = await direct.call("import", template="sera", story=other, **{"as": "b"})
    assert "that Sam carries" in (await look(direct, other, "entity", entity="b", lens=["b"]))["description"]
    await direct.call("rewind", story=other, to=joined["undo"])
    assert (await look(direct, other, "state"))["entities"].keys() == {"you"}


async def test_one_of_the_library_is_changed_there(direct: Client) -> None:
    await kept(direct)
    sera = await shown(direct, "sera")
    [added, *rest] = sera["setup"]
    added["identity"]["personality"] = "{{char}} is kind to {{user}}."
    saved = await direct.call("save_template", name="sera", setup=[added, *rest], greetings=["Hello, {{user}}."])
    assert (saved["template"]["what"], saved["template"]["title"]) == ("character", "Seraphine Vale")
    made = await direct.call("import", template="sera", user="Robin")
    assert await texts(direct, made["story"]) == ["Hello, Robin."]
    got = await look(direct, made["story"], "entity", entity="a", lens=["a"])
    assert got["personality"] == "Seraphine Vale is kind to Robin."
    out = json.loads(await card_of(direct, made["story"]))["data"]
    assert (out["personality"], out["creator_notes"]) == ("Seraphine Vale is kind to Robin.", "Best in autumn.")
    with pytest.raises(Refused) as refused:
        await direct.call("save_template", name="sera", setup=[added, added])
    assert refused.value.code == REFUSED
    assert len((await shown(direct, "sera"))["setup"]) == 1 + len(rest), "and stays as it was"
    for wrong in ({}, {"setup": [], "story": "s1"}, {"setup": [], "entity": "a"}):
        with pytest.raises(Refused) as refused:
            await direct.call("save_template", name="sera", **wrong)
        assert refused.value.code == INVALID_PARAMS


async def test_a_persona_is_who_you_are(direct: Client) -> None:
    await kept(direct)
    robin = {"do": "add_entity", "entity": "you", "name": "Robin", "identity": {"description": "A courier."}}
    await direct.call("save_template", name="robin", what="persona", setup=[robin])
    made = await direct.call("import", template="sera", persona="robin")
    assert (await look(direct, made["story"], "entity", entity="you", lens=["you"]))["description"] == "A courier."
    assert "that Robin carries" in (await look(direct, made["story"], "entity", entity="a", lens=["a"]))["description"]
    inn = (await direct.call("create", title="Fog", template=["tearoom", "robin"]))["story"]
    you = await look(direct, inn, "entity", entity="you", lens=["you"])
    assert (you["name"], you["description"], you["container"]) == ("Robin", "A courier.", "tearoom")
    both = (await direct.call("create", title="Both", template=["robin", "sera", "sera"]))["story"]
    assert {e: x["name"] for e, x in (await look(direct, both, "state"))["entities"].items()} == {
        "you": "Robin", "a": "Seraphine Vale", "b": "Seraphine Vale",
    }  # fmt: skip
    assert "that Robin carries" in (await look(direct, both, "entity", entity="b", lens=["b"]))["description"]
    assert json.loads(await card_of(direct, both, entity="b")) == v2()
    for wrong, code in (("tearoom", INVALID_PARAMS), ("nobody", NOT_FOUND)):
        with pytest.raises(Refused) as refused:
            await direct.call("import", data=packed(v2()), persona=wrong)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        await direct.call("import", template="tearoom")
    assert refused.value.code == BAD_IMPORT


async def test_somebody_of_a_story_is_kept_with_their_card_and_picture(direct: Client) -> None:
    done = await direct.call("import", data=packed_bytes(picture(ccv3=v3())), user="Robin")
    await direct.call("append", story=done["story"], commands=[
        {"do": "change_entity", "entity": "a", "mood": "calm", "identity": {"voice": "low"}}
    ])  # fmt: skip
    await direct.call("save_template", name="Sera", story=done["story"], what="character", entity="a")
    await direct.call("save_template", name="Sera", setup=(await shown(direct, "Sera"))["setup"], about="Of the quay.")
    assert (await shown(direct, "Sera"))["about"] == "Of the quay."
    made = await direct.call("import", template="sera", user="Kim")
    got = await look(direct, made["story"], "entity", entity="a", lens=["a"])
    assert (got["mood"], got["voice"], got["picture"]) == ("calm", "low", path_of(around()))
    assert (await texts(direct, made["story"]))[0].endswith("No boat tonight, Kim.")
    text = await exported(direct, made["story"], "character", entity="a")
    again = await direct.call("import", data=packed(text), library="copy", **{"as": "you"})
    assert again["created"] == {"templates": 1, "pictures": 1}
    assert (await shown(direct, "copy"))["what"] == "persona"
    over = await direct.call("import", template="sera", library="sera", card={"premise": "{{user}} waits."})
    assert over["template"] == "sera"
    sera = await shown(direct, "sera")
    assert (sera["what"], sera["about"], sera["cast_by"]["a"]["mood"]) == ("character", "Of the quay.", "calm")
    assert {"do": "set", "what": "story", "values": {"premise": "{{user}} waits."}} in sera["setup"]
    made = await direct.call("import", template="sera", user="Kim")
    assert (await look(direct, made["story"], "state"))["premise"] == "Kim waits."


async def test_what_a_preview_tells_can_be_sent_back_corrected(direct: Client) -> None:
    told = await direct.call("import", data=packed(v2()), user="Robin", preview=True)
    right = told["card"] | {"name": "Sera", "premise": "{{user}} waits for {{char}}.", "greetings": ["Hm?"], "note": ""}
    right["identity"] = right["identity"] | {"appearance": "Grey.", "description": "Forged {{user}}'s letter."}
    done = await direct.call("import", data=packed(v2()), user="Robin", card=right)
    assert await texts(direct, done["story"]) == ["Hm?"]
    truth = await look(direct, done["story"], "state")
    assert (truth["premise"], truth.get("note", "")) == ("Robin waits for Sera.", "")
    got = await look(direct, done["story"], "entity", entity="a", lens=["a"])
    assert (got["name"], got["appearance"], got["description"]) == ("Sera", "Grey.", "Forged Robin's letter.")
    assert (await look(direct, done["story"], "entity", entity="a", lens=["you"]))["description"] is None
    for wrong in ({"name": "\u200b"}, {"identity": {"talkativeness": 11}}):
        with pytest.raises(Refused):
            await direct.call("import", data=packed(v2()), card=wrong)
