"""Character cards over a running daemon: what comes of each field, takes, dry runs, and cards written again."""

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from daemon.files.cards import png
from protocol.errors import BAD_IMPORT, INVALID_PARAMS, REFUSED
from tests.files.test_files import packed
from tests.support.cards import charx, picture, v1, v2, v3
from tests.support.small_cast import look, story, texts
from tests.support.wire_client import Client, Refused


async def card_of(c: Client, s: str, **more: Any) -> bytes:
    made = await c.call("export", story=s, format="card", **{"entity": "a", **more})
    return base64.b64decode(made["data"])


async def test_each_field_of_a_card_lands_in_its_place(direct: Client) -> None:
    done = await direct.call("import", data=packed(v2()), user="Robin")
    s = done["story"]
    got = await look(direct, s, "entity", entity="a", lens=["a"])
    assert got["name"] == "Seraphine Vale"
    assert got["appearance"] == "She has red hair and wears a grey coat."
    assert got["description"] == "Seraphine Vale forged the letter that Robin carries."
    assert (got["personality"], got["talkativeness"]) == ("Wry.", 7)
    assert got["examples"] == ["Robin: Late again?\nSeraphine Vale: The fog is.", "Seraphine Vale: Sit."]
    truth = await look(direct, s, "state")
    assert truth["premise"] == "Seraphine Vale meets Robin at the quay."
    assert (got["depth_prompt"], got["depth"], truth.get("note")) == ("Seraphine Vale limps.", 3, None)
    assert truth["entities"]["you"]["name"] == "Robin"
    assert (await look(direct, s, "entity", entity="a", lens=["you"]))["description"] is None
    assert done["card"]["creator_notes"] == "Best in autumn."
    everything = json.dumps([await look(direct, s, "state", lens=lens) for lens in ([], ["a"], ["you"])])
    assert "autumn" not in everything


async def test_greetings_are_the_takes_of_the_first_line(direct: Client) -> None:
    done = await direct.call("import", data=packed(v2()), user="Robin")
    s = done["story"]
    assert done["created"] == {"stories": 1, "entities": 2, "greetings": 3}
    assert await texts(direct, s, lens=["you"]) == ["She looks up. No boat tonight, Robin."]
    [line] = (await look(direct, s, "transcript"))["lines"]
    takes = (await direct.call("takes", story=s, line=line["line"]))["takes"]
    assert [x["text"] for x in takes] == ["She looks up. No boat tonight, Robin.", "You again.", "Mind the step."]
    await direct.call("switch", story=s, branch=takes[1]["branch"])
    assert await texts(direct, s) == ["You again."]


async def test_a_greeting_is_answered(direct: Client) -> None:
    done = await direct.call("import", data=packed(v2()), user="Robin")
    await direct.call("append", story=done["story"], commands=[{"do": "say", "who": "you", "text": "Good evening."}])
    assert (await texts(direct, done["story"]))[-1] == "Good evening."


async def test_a_dry_run_makes_nothing_and_tells_all(direct: Client) -> None:
    told = await direct.call("import", data=packed(v3()), preview=True)
    assert (await direct.call("stories"))["stories"] == []
    assert "story" not in told
    assert told["kept"] == [
        "tags", "creator", "group_only_greetings", "assets", "extensions.acme/mood",
    ]  # fmt: skip
    assert "odd" not in told
    assert told["card"]["user"] == "You"
    assert told["card"]["greetings"][1] in ("It rains.", "It snows.")
    done = await direct.call("import", data=packed(v3()), seed=told["seed"])
    assert {x: done[x] for x in told if x in done} == told
    other = await story(direct, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    joined = await direct.call("import", data=packed(v3()), story=other, preview=True)
    assert (joined["created"], joined["card"]["user"]) == ({"entities": 1, "books": 1, "lore": 1}, "Sam")
    assert "first_mes" in joined["kept"]
    assert "a" not in (await look(direct, other, "state"))["entities"]


async def test_what_a_person_sets_right_is_what_is_made(direct: Client) -> None:
    right = {"appearance": "Red hair.", "personality": ""}
    done = await direct.call("import", data=packed(v2()), card={"identity": right})
    got = await look(direct, done["story"], "entity", entity="a", lens=["a"])
    assert (got["appearance"], got["personality"]) == ("Red hair.", None)
    assert "forged the letter" in got["description"], "what is left out stays as it came"
    assert len(got["examples"]) == 2


async def test_a_card_joins_a_story_and_leaves_what_that_is_about(direct: Client) -> None:
    s = await story(direct, [
        {"do": "add_entity", "entity": "you", "name": "Sam"},
        {"do": "set", "what": "story", "values": {"premise": "Rain."}}, {"do": "note", "text": "Be brief."},
    ])  # fmt: skip
    done = await direct.call("import", data=packed(v2()), story=s)
    assert {"scenario", "first_mes"} <= set(done["kept"])
    truth = await look(direct, s, "state")
    assert (truth["premise"], truth["note"]) == ("Rain.", "Be brief.")
    assert "that Sam carries" in (await look(direct, s, "entity", entity="a", lens=["a"]))["description"]
    assert await texts(direct, s) == []
    for preview in (True, False):
        with pytest.raises(Refused) as refused:
            await direct.call("import", data=packed(v2()), story=s, preview=preview, **{"as": "a"})
        assert refused.value.code == REFUSED


@pytest.mark.parametrize("sort", ["png", "charx", "json"])
async def test_a_card_comes_in_any_sort_of_file(direct: Client, sort: str, tmp_path: Path) -> None:
    file = tmp_path / "card"
    match sort:
        case "png":
            file.write_bytes(picture(ccv3=v3(), chara=v2() | {"data": {}}))
        case "charx":
            file.write_bytes(charx(v3()))
        case _:
            file.write_text(json.dumps(v3()))
    done = await direct.call("import", path=str(file))
    assert (done["card"]["spec"], done["card"]["name"]) == ("v3", "Seraphine Vale")
    assert "odd" not in done
    assert ("pictures" in done["created"], "assets" in done["kept"]) == (
        (True, False) if sort == "png" else (False, True)
    )


async def test_the_first_version_is_a_card_too(direct: Client) -> None:
    done = await direct.call("import", data=packed(v1()))
    assert done["card"]["spec"] == "v1"
    assert await texts(direct, done["story"]) == ["Hello, You."]


@pytest.mark.parametrize("spec", ["v2", "v3"])
@pytest.mark.parametrize("sort", ["json", "png"])
async def test_a_card_goes_out_as_it_came(direct: Client, spec: str, sort: str) -> None:
    whole = {"v2": v2(), "v3": v3()}[spec]
    done = await direct.call("import", data=packed(whole), user="Robin")
    out = await card_of(direct, done["story"], spec=spec, **{"as": sort})
    if sort == "png":
        texts = png.texts(io.BytesIO(out), ("ccv3", "chara"))
        assert set(texts) == ({"chara"} if spec == "v2" else {"ccv3", "chara"})
        out = base64.b64decode(texts["chara" if spec == "v2" else "ccv3"])
    assert json.loads(out) == whole


async def test_what_has_changed_since_goes_out_too(direct: Client) -> None:
    besides = {"personality": "Wry.", "mes_example": "old", "creatorcomment": "x"}
    done = await direct.call("import", data=packed(v2() | besides))
    await direct.call("append", story=done["story"], commands=[
        {"do": "change_entity", "entity": "a", "name": "Sera", "identity": {"personality": "Tired."}}
    ])  # fmt: skip
    out = json.loads(await card_of(direct, done["story"]))
    assert out["data"] == v2()["data"] | {"name": "Sera", "personality": "Tired."}
    assert {x: out[x] for x in besides} == besides | {"personality": "Tired."}
    plain = json.loads(await card_of(direct, done["story"], entity="you"))
    assert (plain["spec"], plain["data"]["name"]) == ("chara_card_v2", "You")


async def test_a_card_that_came_travels_with_its_story(direct: Client) -> None:
    done = await direct.call("import", data=packed(v3()), user="Robin")
    whole = await direct.call("export", story=done["story"], format="story")
    again = await direct.call("import", data=whole["data"])
    assert json.loads(await card_of(direct, again["story"], spec="v3")) == v3()
    branches = (await direct.call("branches", story=again["story"]))["branches"]
    assert [b["kind"] for b in branches] == ["root", "take", "take"]


async def test_params_of_a_card_go_with_nothing_else(direct: Client) -> None:
    with pytest.raises(Refused) as refused:
        await direct.call("import", format="character", data=packed({}), user="Robin")
    assert refused.value.code == INVALID_PARAMS
    with pytest.raises(Refused) as refused:
        await direct.call("import", data=packed(v2() | {"data": {"name": {"x": 5}, "description": ""}}))
    assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, "the card.data.name")


async def test_a_nickname_and_a_prompt_at_a_depth_go_out_again(direct: Client) -> None:
    s = (await direct.call("import", data=packed(v3())))["story"]
    told = {"nickname": "Phine", "depth_prompt": "She lies.", "depth": 1}
    await direct.call("append", story=s, commands=[{"do": "change_entity", "entity": "a", "identity": told}])
    data = json.loads(await card_of(direct, s, spec="v3"))["data"]
    assert (data["nickname"], data["extensions"]["depth_prompt"]["prompt"]) == ("Phine", "She lies.")
    assert data["extensions"]["depth_prompt"]["depth"] == 1
    cleared = {"do": "change_entity", "entity": "a", "identity": {"depth_prompt": ""}}
    await direct.call("append", story=s, commands=[cleared])
    again = json.loads(await card_of(direct, s, spec="v3"))["data"]
    assert again["extensions"]["depth_prompt"]["prompt"] == ""
    assert data["extensions"]["acme/mood"] == v3()["data"]["extensions"]["acme/mood"]


async def test_what_lies_beside_a_card_and_is_not_kept_is_told(direct: Client) -> None:
    file = io.BytesIO(charx(v2()))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("module.risum", b"x")
        archive.writestr("x_meta/0.json", b"{}")
    done = await direct.call("import", data=base64.b64encode(file.getvalue()).decode(), preview=True)
    assert any("module.risum, x_meta/0.json" in x for x in done["odd"])
