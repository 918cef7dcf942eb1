"""What a speaker keeps from those present, in the view and the prompt; and recall by both masks, on the wire."""

import pytest

from tests.live.test_seeming import EARSHOT
from tests.support.small_cast import look, said, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_secret_is_in_the_view_and_in_the_prompt_and_explained(client: Client) -> None:
    s = await story(client)
    await client.call("append", story=s, commands=[said("a", "I have the map.", manner="whisper", to=["b"])])
    view = await look(client, s, "secrets", lens=["a"])
    assert [(x["who"], x["text"]) for x in view["secrets"]] == [(["you"], "you whispered to Oren: “I have the map”")]
    assert (await look(client, s, "secrets", lens=["you"]))["secrets"] == []
    assert (await look(client, s, "secrets", lens=[]))["secrets"] == []
    sections = (await look(client, s, "prompt", lens=["a"]))["sections"]
    (section,) = [x for x in sections if x["name"] == "secrets"]
    assert "Sam does not know, and need not: you whispered to Oren" in section["text"]
    assert section["from"] == view["secrets"][0]["from"]


async def test_recall_goes_by_both_masks(client: Client) -> None:
    s = await story(client)
    await client.call("append", story=s, commands=[*EARSHOT, said("a", "The safe is empty.")])
    found = [
        (await client.call("recall", story=s, lens=lens, query="What about the safe?"))["memories"]
        for lens in (["b", "a"], ["a", "b"])
    ]
    assert [len(x) for x in found] == [1, 0]
