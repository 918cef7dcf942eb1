"""Transcripts: they hold nothing that varies, and playing them finds what has changed."""

from pathlib import Path
from typing import Any

import pytest

from tests.support import golden_transcripts, scripted_server
from tests.support.scripted_server import OpenStory
from tests.support.wire_client import Client


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(golden_transcripts, "FOLDER", tmp_path)
    return tmp_path


async def session(c: Client) -> None:
    """A conversation that says again what it was told: ids and seqs, of answers and of notifications."""
    made = await c.call("create", title="Rain")
    await c.call("stream", story=made["story"])
    appended = await c.call("append", story=made["story"], commands=[], expected=made["head"])
    played = await c.call("play", story=made["story"], branch=made["branch"], text="Is anyone awake?")
    await c.until(played["turn"])
    await c.call("rewind", story=made["story"], to=appended["events"][0]["seq"], preview=True)
    with pytest.raises(Exception, match="no seq"):
        await c.call("rewind", story=made["story"], to=c.events()[-1]["seq"])


async def recorded(tale: OpenStory) -> None:
    async with scripted_server.http(tale) as url, Client.web(url, "secret-token") as c:
        await session(c)
        golden_transcripts.save(c, "tale")


async def test_a_transcript_names_what_varies_by_its_place(folder: Path) -> None:
    await recorded(OpenStory("s7f3a", 4711))
    text = (folder / "tale.jsonl").read_text(encoding="utf-8")
    for varying in ("secret-token", "s7f3a", "471", "472", "2026-01-31"):
        assert varying not in text
    masks = "«story 1», «branch 1», «subscription 1», «line 2», «seq 4», «head 1 of 2», «head 1 of 4», «event 4»"
    for mask in masks.split(", "):
        assert mask in text
    assert text.count('"token"') == 2, "the hello, and the pieces of one draft joined"


async def test_a_transcript_can_be_played_where_ids_and_seqs_are_others() -> None:
    await recorded(OpenStory("s7f3a", 4711))
    async with scripted_server.http(OpenStory("other", 3)) as url, Client.web(url, "another-token") as c:
        await golden_transcripts.replay("tale", c)
        assert c.log[-1][1]["id"] == 7


async def test_two_recordings_of_one_session_are_the_same_text(folder: Path) -> None:
    await recorded(OpenStory("s7f3a", 4711))
    first = (folder / "tale.jsonl").read_text(encoding="utf-8")
    await recorded(OpenStory("x", 20))
    assert (folder / "tale.jsonl").read_text(encoding="utf-8") == first


class Shuffled(OpenStory):
    """Says notifications before the answer: another order that a daemon may choose."""

    def __call__(self, message: Any) -> list[Any]:
        answer, *notes = super().__call__(message)
        return [*notes, answer] if message["method"] in ("append", "play") else [answer, *notes]


async def test_the_order_of_answers_and_notifications_does_not_matter() -> None:
    await recorded(OpenStory("s7f3a", 4711))
    async with scripted_server.http(Shuffled("other", 3)) as url, Client.web(url, "t") as c:
        await golden_transcripts.replay("tale", c)


class Stern(OpenStory):
    """Refuses every rewind."""

    def rewind(self, params: dict[str, Any]) -> list[Any]:
        return super().rewind({"to": 0})


class Silent(OpenStory):
    """Keeps what happened before the subscription to itself."""

    def stream(self, params: dict[str, Any]) -> list[Any]:
        return super().stream(params)[:1]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (OpenStory("other", 3, "Everybody is. Go."), r"\+.*Everybody is"),
        (Stern("other", 3), r'\+.*"code": -32003'),
    ],
)
async def test_a_change_is_found_and_shown(changed: OpenStory, told: str) -> None:
    await recorded(OpenStory())
    async with scripted_server.http(changed) as url, Client.web(url, "t") as c:
        with pytest.raises(AssertionError, match=told):
            await golden_transcripts.replay("tale", c)


async def test_what_no_longer_comes_is_found_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    await recorded(OpenStory())
    monkeypatch.setattr(golden_transcripts, "PATIENCE", 0.1)
    async with scripted_server.http(Silent("other", 3)) as url, Client.web(url, "t") as c:
        with pytest.raises(AssertionError, match=r"-.*story\.created"):
            await golden_transcripts.replay("tale", c)
