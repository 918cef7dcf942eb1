"""Characters as files, over a running daemon: they move into other stories, and what is none is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import BAD_IMPORT, REFUSED
from tests.files.test_files import exported, packed, told
from tests.support.small_cast import look, story
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_character_moves_into_another_story(client: Client) -> None:
    s = await told(client)
    await client.call("append", story=s, commands=[
        {"do": "change_entity", "entity": "b", "identity": {"voice": "dry"}, "mood": "calm", "goals": ["sleep"]}
    ])  # fmt: skip
    plain = json.loads(await exported(client, s, "character", entity="b"))
    assert "memories" not in plain
    whole = await exported(client, s, "character", entity="b", memories=True)
    assert json.loads(whole)["memories"] == [{"gist": "Mara whispers.", "kind": "episode", "significance": 3}]
    other = await story(client, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    done = await client.call("import", format="character", data=packed(whole), story=other)
    assert done["created"] == {"entities": 1, "memories": 1}
    got = await look(client, other, "entity", entity="a", lens=["a"])
    assert (got["name"], got["voice"], got["mood"], got["goals"]) == ("Oren", "dry", "calm", ["sleep"])
    assert [x["text"] for x in (await look(client, other, "memories", lens=["a"]))["memories"]] == ["Mara whispers."]
    assert (await look(client, other, "memories", lens=["you"]))["memories"] == []
    with pytest.raises(Refused) as refused:
        await client.call("import", format="character", data=packed(whole), story=other, **{"as": "you"})
    assert refused.value.code == REFUSED
    alone = await client.call("import", format="character", data=packed(plain))
    assert (await look(client, alone["story"], "entity", entity="a"))["name"] == "Oren"


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("memories[1]", {"memories": [{"gist": "It rains."}, {"gist": "It pours.", "significance": -1}]}),
        ("identity", {"identity": {"talkativeness": 11}}),
    ],
)
async def test_a_character_that_nobody_could_be_is_refused_with_the_place(
    client: Client, where: str, wrong: dict[str, Any]
) -> None:
    file = packed({"fabula": "character", "version": 1, "name": "Oren", **wrong})
    before = await client.call("stories")
    for into in ({}, {"story": await story(client, [{"do": "add_entity", "entity": "you", "name": "Sam"}])}):
        with pytest.raises(Refused) as refused:
            await client.call("import", format="character", data=file, **into)
        assert refused.value.code == BAD_IMPORT
        assert refused.value.data.keys() == {"where", "why"}
        assert refused.value.data["where"] == where
        assert "0 to 10" in refused.value.data["why"]
    assert len((await client.call("stories"))["stories"]) == len(before["stories"]) + 1


async def test_a_character_beyond_all_bounds_is_refused(client: Client, tmp_path: Path) -> None:
    head = {"fabula": "character", "version": 1, "name": "Oren"}
    for memories, where in (
        ([{"gist": "x" * 1_000_000}] * 34, "the file"),
        ([{"gist": "x"}] * 100_001, "memories"),
        ([{"gist": "x"}, {"gist": 5}], "memories[1].gist"),
    ):
        (tmp_path / "character.json").write_text(json.dumps(head | {"memories": memories}))
        with pytest.raises(Refused) as refused:
            await client.call("import", format="character", path=str(tmp_path / "character.json"))
        assert (refused.value.code, refused.value.data["where"]) == (BAD_IMPORT, where)
