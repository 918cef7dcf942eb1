"""A turn is whole whatever is written meanwhile: other stories share its seqs, and lines come in while a reply does.

Over the socket, with a scripted model: each test plays the same with much in between as without.
"""

import asyncio
from typing import Any

import pytest

from tests.summaries.rig import history
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, lines, over, play, remembered, said, say, story, streamed
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINE = "I swear it was Oren who stole the lantern from the cellar."
HERS = "Then I swear he will hang for the lantern, Sam."
OF_MINE, OF_HERS = MINE.removeprefix("I swear "), HERS.removeprefix("Then I swear ")
"""What a memory has of these, which names whoever says I."""

MANY = 2400
"""Events of another story that land in between."""


async def elsewhere(c: Client) -> None:
    """Plays on in another story, for so many events."""
    commands = [{"do": "bind", "tone": f"tone {n}"} for n in range(MANY // 2)]
    other = await story(c, [])
    for _ in range(2):
        done = await c.call("append", story=other, commands=commands)
    assert len(done["events"]) == MANY // 2


async def interrupted(c: Client, model: Endpoint, s: str, reply: str = HERS, *, text: str = MINE) -> int:
    """Plays a turn, while the reply of which much happens elsewhere; its number."""
    slowly = Slowly(reply)
    model.prose = slowly
    turn = int((await c.call("play", story=s, text=text))["turn"])
    await asyncio.wait_for(slowly.begun.wait(), 20)
    await elsewhere(c)
    slowly.go()
    await over(c, turn)
    return turn


async def until_remembered(c: Client, s: str, *words: str, **more: Any) -> list[str]:
    """The memories, once one of them has all of these words."""
    found: list[str] = []
    async with asyncio.timeout(20):
        while not any(all(word in text for word in words) for text in found):
            await asyncio.sleep(0.01)
            found = await remembered(c, s, **more)
    return found


async def test_a_memory_holds_what_was_said_before_the_reply_began(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await interrupted(client, model, s)
    [kept] = await remembered(client, s)
    assert OF_MINE in kept and OF_HERS in kept


async def test_a_take_long_after_is_remembered_with_what_it_answers(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose = lambda body: "Hush."
    await play(client, s, MINE)
    await elsewhere(client)
    model.prose = lambda body: HERS
    again = await client.call("retake", story=s)
    await over(client, again["turn"])
    [kept] = await remembered(client, s)
    assert OF_MINE in kept and OF_HERS in kept and "Hush" not in kept


async def test_a_retake_asks_the_second_speaker_of_its_turn_too(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    slowly, calls = Slowly("I saw nothing."), iter(range(100))
    model.prose = lambda body: slowly(body) if next(calls) == 1 else "Well, well."
    turn = int((await client.call("play", story=s, text="Mara, Oren: well?", to=["a", "b"]))["turn"])
    await asyncio.wait_for(slowly.begun.wait(), 20)
    await elsewhere(client)
    slowly.go()
    await over(client, turn)
    told = await lines(client, s)
    assert [x["who"] for x in told] == ["you", "a", "b"]
    again = await client.call("retake", story=s, line=told[1]["line"])
    await over(client, again["turn"])
    assert [x["who"] for x in await lines(client, s)] == ["you", "a", "b"]


async def test_the_takes_of_a_reply_by_hand_are_numbered(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await say(client, s, "Hello?")
    await elsewhere(client)
    await say(client, s, "By hand.", who="a")
    await elsewhere(client)
    model.prose = lambda body: "By the model."
    again = await client.call("retake", story=s)
    await over(client, again["turn"])
    assert [(x["take"], x["takes"]) for x in await lines(client, s)] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("revised", [0, 1])
async def test_a_revised_line_is_remembered_with_the_rest_of_its_turn(
    client: Client, model: Endpoint, revised: int
) -> None:
    s = await streamed(client)
    await interrupted(client, model, s)
    line, other = (await lines(client, s))[revised]["line"], (OF_HERS, OF_MINE)[revised]
    await client.call("revise", story=s, line=line, text="I swear by the walnut tree.")
    await until_remembered(client, s, "walnut", other)


async def test_a_turn_that_was_over_before_a_fork_is_read_there_in_its_new_words(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    await interrupted(client, model, s)
    first, _ = await lines(client, s)
    ended = (await history(client, s))[-1]["seq"]
    model.prose = lambda body: "Good night."
    await elsewhere(client)
    await client.call("revise", story=s, line=first["line"], text="I swear by the walnut tree.")
    await until_remembered(client, s, "walnut")
    fork = (await client.call("fork", story=s, at=ended))["branch"]
    kept = await until_remembered(client, s, "walnut", OF_HERS, branch=fork)
    assert OF_MINE not in str(kept)


async def test_time_passes_by_all_lines_of_a_turn_whatever_was_written_meanwhile(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    slowly = Slowly("Yes.")
    model.prose = slowly
    turn = int((await client.call("play", story=s, text=f"*{'walks and ' * 300}rests*"))["turn"])
    await asyncio.wait_for(slowly.begun.wait(), 20)
    await client.call("append", story=s, commands=[said("b", f"{n}.") for n in range(30)])
    slowly.go()
    await over(client, turn)
    for _ in range(2):
        [passed] = [e["data"]["minutes"] for e in await history(client, s) if e["kind"] == "time.passed"]
        assert passed >= 5, "half a second for each word"
        model.prose = lambda body: "No."
        await over(client, (await client.call("retake", story=s))["turn"])


async def test_what_came_to_mind_of_late_is_tiring_though_much_happened_elsewhere(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    for gist in ("The boat leaked like a basket, and we bailed all night.", "A miller bought a boat for his son."):
        await client.call("append", story=s, commands=[{"do": "remember", "by": ["a"], "gist": gist}])
    model.prose = lambda body: "Well."
    for n in range(3):
        await play(client, s, f"{n}: Did that boat leak through the night, Mara?", speaker="a")
        await elsewhere(client)
    called = [e["data"] for e in await history(client, s) if e["kind"] == "model.called"]
    first, *_, last = [len(x.get("recalled", [])) for x in called if x["role"] == "render"]
    assert first == 2 and last < 2, "what is hardly asked about does not come to mind at every turn"
