"""Where stories are kept: renamed, pinned, put away, in the bin and back, and seen through whose eyes one chose."""

from pathlib import Path
from typing import Any

import pytest

from protocol import methods as m
from protocol.errors import INVALID_PARAMS, NOT_FOUND
from tests.support.open_store import opened, plain
from tests.support.small_cast import say, story, texts
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def listed(client: Client, shelf: str = "open") -> list[str]:
    return [s["story"] for s in (await client.call("stories", shelf=shelf))["stories"]]


async def one(client: Client, id: str) -> dict[str, Any]:
    [found] = [s for s in (await client.call("stories", shelf="all"))["stories"] if s["story"] == id]
    return found


async def test_a_new_story_is_open_and_nobody_chose_whose_eyes(client: Client) -> None:
    s = await story(client)
    found = await one(client, s)
    assert (found["shelf"], found["pinned"], found["lens"]) == ("open", False, None)


async def test_a_story_is_called_otherwise(client: Client) -> None:
    s = await story(client)
    before = await one(client, s)
    changed = await client.call("change_story", story=s, title="Fog")
    assert changed == {**before, "title": "Fog"} == await one(client, s)


async def test_what_is_put_away_is_listed_on_its_shelf_and_comes_back_whole(client: Client) -> None:
    s = await story(client)
    await say(client, s, "Good evening.")
    for shelf in ("archive", "bin"):
        await client.call("change_story", story=s, shelf=shelf)
        assert s not in await listed(client) and s in await listed(client, shelf) and s in await listed(client, "all")
    await client.call("change_story", story=s, shelf="open")
    assert s in await listed(client) and await texts(client, s) == ["Good evening."]


async def test_what_is_pinned_comes_first(client: Client) -> None:
    first, second = await story(client), await story(client)
    await client.call("change_story", story=first, pinned=True)
    assert (await listed(client))[0] == first and second in await listed(client)
    await client.call("change_story", story=first, pinned=False)
    assert (await listed(client))[0] == second


async def test_whose_eyes_were_chosen_is_kept_and_the_truth_is_a_choice(client: Client) -> None:
    s = await story(client)
    for lens in (["you"], []):
        assert (await client.call("change_story", story=s, lens=lens))["lens"] == lens


@pytest.mark.parametrize("given", [{"title": ""}, {"shelf": "attic"}, {"lens": ["c"]}])
async def test_what_cannot_be_is_refused(client: Client, given: dict[str, Any]) -> None:
    s = await story(client)
    with pytest.raises(Refused) as refused:
        await client.call_unchecked("change_story", {"story": s, **given})
    assert refused.value.code == INVALID_PARAMS


async def test_a_story_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        await client.call("change_story", story="s999", pinned=True)
    assert refused.value.code == NOT_FOUND


async def test_a_purged_story_is_on_no_shelf(client: Client) -> None:
    s = await story(client)
    await client.call("change_story", story=s, title="Fog", shelf="bin")
    await client.call("purge", story=s, confirm=s)
    assert s not in await listed(client, "all")


async def test_what_was_chosen_is_there_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        s, _ = await store.create()
        await store.writer.change_story(
            m.ChangeStoryParams(story=s, title="Fog", shelf="archive", pinned=True, lens=["you"])
        )
        before = (await store.writer.list(m.StoriesParams(shelf="all"))).stories
    async with opened(tmp_path) as store:
        assert (await store.writer.list(m.StoriesParams(shelf="all"))).stories == before
        assert (await store.writer.list()).stories == []
    with plain(tmp_path / "fabula.db") as c:
        assert tuple(c.execute("SELECT title FROM story").fetchone()) == ("Fog",)
