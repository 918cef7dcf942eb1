"""What models are told of an imported card: each field once, in its place, and what is private to nobody else."""

import json

import pytest

from tests.files.test_files import packed
from tests.support.cards import v3
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import lines, play, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWN = ("forged the letter", "Wry.", "Late again?", "Write slowly.", "Stay with Sera.")
"""What only the character knows."""

ALL = ("She has red hair", "meets Robin at the quay", "limps.")
"""What is seen by everybody, what the story is about, and the author's note."""

NEVER = ("Best in autumn.", "{{", "<START>", "<BOT>", "It is old.", "All of you?", "You again.")
"""What is shown to people only, macros, and what is not used."""


async def test_each_field_stands_once_in_the_prompt_of_its_character_and_nowhere_else(
    client: Client, model: Endpoint
) -> None:
    s = (await client.call("import", data=packed(v3()), user="Robin"))["story"]
    await client.call("append", story=s, commands=[
        {"do": "add_entity", "entity": "b", "name": "Oren", "identity": {"description": "A guest."}}
    ])  # fmt: skip
    await client.call("stream", story=s)
    for speaker in ("a", "b"):
        model.requests.clear()
        model.prose = lambda body: "Well."
        await play(client, s, "Good evening.", speaker=speaker)
        [prompt] = [
            p for r, p in zip(model.requests, model.prompts(), strict=True) if not r.get("response_format")
        ]  # fmt: skip
        assert [prompt.count(x) for x in ALL] == [1, 1, 1]
        assert [prompt.count(x) for x in OWN] == [int(speaker == "a")] * len(OWN)
        assert [x for x in NEVER if x in prompt] == []
        assert ("No boat tonight, Robin." in prompt) == (speaker == "a")
    assert [x["who"] for x in await lines(client, s)] == ["a", "you", "a", "you", "b"]


async def test_who_looks_through_another_lens_is_not_sent_the_card(client: Client) -> None:
    s = (await client.call("create", title="Rain"))["story"]
    await client.call("stream", story=s, lens=["you"])
    client.notes.clear()
    await client.call("import", data=packed(v3()), story=s)
    await client.call("append", story=s, commands=[{"do": "add_entity", "entity": "you", "name": "Sam"}])
    await until(lambda: any("Sam" in json.dumps(n.params) for n in client.notes))
    sent = json.dumps([n.params for n in client.notes])
    assert "Seraphine" in sent
    assert [x for x in ("forged", "card.kept", *OWN, *NEVER) if x in sent] == []


async def test_a_purge_of_what_came_of_a_card_takes_the_card_along(daemon: Daemon, client: Client) -> None:
    card = json.loads(json.dumps(v3()).replace("No boat tonight", "No zebra tonight"))
    s = (await client.call("import", data=packed(card), user="Robin"))["story"]
    [first] = await lines(client, s)
    assert "No zebra tonight" in first["text"]
    seen = await client.call("purge", story=s, targets=[first["seq"]], preview=True)
    assert seen["events"]["card.kept"] == 1
    await client.call("purge", story=s, targets=[first["seq"]], confirm=True)
    left = b"".join(path.read_bytes() for path in (daemon.home / "store").iterdir())
    assert b"No zebra tonight" not in left
