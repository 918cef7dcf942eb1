"""What a story that was just imported is like among the others: when it was changed, and its place."""

import base64
import json

import pytest

from tests.support.cards import v2
from tests.support.chats import evening, jsonl, said
from tests.support.small_cast import story
from tests.support.wire_client import Client


@pytest.mark.parametrize("file", [json.dumps(v2()).encode(), jsonl(*evening())], ids=["card", "chat"])
async def test_what_was_imported_last_is_first_in_the_list(direct: Client, file: bytes) -> None:
    before = await story(direct, [])
    made = await direct.call("import", data=base64.b64encode(file).decode())
    first, second = (await direct.call("stories"))["stories"]
    assert (first["story"], second["story"]) == (made["story"], before)
    assert first["updated"] >= second["updated"] > ""


async def test_a_chat_that_joins_a_story_changes_it(direct: Client) -> None:
    s = await story(direct, [])
    before = (await direct.call("stories"))["stories"][0]["updated"]
    await direct.call("import", story=s, data=base64.b64encode(jsonl(said("Ann", "Hello."))).decode())
    assert (await direct.call("stories"))["stories"][0]["updated"] > before
