"""Characters as files: they move into other stories, and what is none is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import BAD_IMPORT, REFUSED
from tests.files.test_files import exported, packed, told
from tests.support.small_cast import look, story
from tests.support.wire_client import Client, Refused


async def test_a_character_moves_into_another_story(direct: Client) -> None:
    s = await told(direct)
    await direct.call("append", story=s, commands=[
        {"do": "change_entity", "entity": "b", "identity": {"voice": "dry"}, "mood": "calm", "goals": ["sleep"]}
    ])  # fmt: skip
    plain = json.loads(await exported(direct, s, "character", entity="b"))
    assert "memories" not in plain
    whole = await exported(direct, s, "character", entity="b", memories=True)
    assert json.loads(whole)["memories"] == [{"gist": "Mara whispers.", "kind": "episode", "significance": 3}]
    other = await story(direct, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    done = await direct.call("import", format="character", data=packed(whole), story=other)
    assert done["created"] == {"entities": 1, "memories": 1}
    got = await look(direct, other, "entity", entity="a", lens=["a"])
    assert (got["name"], got["voice"], got["mood"], got["goals"]) == ("Oren", "dry", "calm", ["sleep"])
    assert [x["text"] for x in (await look(direct, other, "memories", lens=["a"]))["memories"]] == ["Mara whispers."]
    assert (await look(direct, other, "memories", lens=["you"]))["memories"] == []
    with pytest.raises(Refused) as refused:
        await direct.call("import", format="character", data=packed(whole), story=other, **{"as": "you"})
    assert refused.value.code == REFUSED
    alone = await direct.call("import", format="character", data=packed(plain))
    assert (await look(direct, alone["story"], "entity", entity="a"))["name"] == "Oren"


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("memories[1]", {"memories": [{"gist": "It rains."}, {"gist": "It pours.", "significance": -1}]}),
        ("identity", {"identity": {"talkativeness": 11}}),
    ],
)
async def test_a_character_that_nobody_could_be_is_refused_with_the_place(
    direct: Client, where: str, wrong: dict[str, Any]
) -> None:
    file = packed({"fabula": "character", "version": 1, "name": "Oren", **wrong})
    before = await direct.call("stories")
    for into in ({}, {"story": await story(direct, [{"do": "add_entity", "entity": "you", "name": "Sam"}])}):
        with pytest.raises(Refused) as refused:
            await direct.call("import", format="character", data=file, **into)
        assert refused.value.code == BAD_IMPORT
        assert refused.value.data.keys() == {"where", "why"}
        assert refused.value.data["where"] == where
        assert "0 to 10" in refused.value.data["why"]
    assert len((await direct.call("stories"))["stories"]) == len(before["stories"]) + 1


async def test_a_character_beyond_all_bounds_is_refused(direct: Client, tmp_path: Path) -> None:
    head = {"fabula": "character", "version": 1, "name": "Oren"}
    for memories, where in (
        ([{"gist": "x" * 1_000_000}] * 34, "the file"),
        ([{"gist": "x"}] * 100_001, "memories"),
        ([{"gist": "x"}, {"gist": 5}], "memories[1].gist"),
    ):
        (tmp_path / "character.json").write_text(json.dumps(head | {"memories": memories}))
        with pytest.raises(Refused) as refused:
            await direct.call("import", format="character", path=str(tmp_path / "character.json"))
        assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, where)
