"""The takes of a reply that the author wrote by hand: what the model writes in its place stands beside it."""

from typing import Any

import pytest

from protocol.errors import NOT_FOUND
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import lines, over, play, said, say, streamed
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def retake(c: Client, s: str, model: Endpoint, words: str, **more: Any) -> str:
    """Has the model write this in place of a reply; the new branch."""
    model.prose = lambda body: words
    answer = await c.call("retake", story=s, **more)
    await over(c, answer["turn"])
    return str(answer["branch"])


async def takes(c: Client, s: str, line: str) -> list[str]:
    """The words of the takes of a line, the one that stands marked."""
    found = (await c.call("takes", story=s, line=line))["takes"]
    return [f"{'→' * t['current']}{t['text']}" for t in found]


async def numbers(c: Client, s: str, **more: Any) -> list[tuple[int, int]]:
    return [(x["take"], x["takes"]) for x in await lines(c, s, **more)]


async def test_both_are_listed_from_either_and_one_goes_back_and_forth(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await say(client, s, "Hello?")
    hand = (await say(client, s, "By hand.", who="a"))["events"][0]["data"]["line"]
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    assert await takes(client, s, hand) == ["→By hand."]
    take = await retake(client, s, model, "By the model.")
    new = (await lines(client, s))[-1]["line"]
    for line in (hand, new):
        assert await takes(client, s, line) == ["By hand.", "→By the model."]
    assert await numbers(client, s) == [(1, 1), (2, 2)]
    assert await numbers(client, s, branch=root) == [(1, 1), (1, 2)]
    await retake(client, s, model, "Once more.")
    await client.call("switch", story=s, branch=root)
    await retake(client, s, model, "And from the first.")
    everything = ["By hand.", "By the model.", "Once more.", "→And from the first."]
    for line in (hand, new):
        assert await takes(client, s, line) == everything
    branches = (await client.call("branches", story=s))["branches"]
    assert {b["parent"] for b in branches[1:]} == {root}, "they lie beside each other"
    await client.call("switch", story=s, branch=take)
    await play(client, s, "On from there.")
    assert await takes(client, s, hand) == ["By hand.", "→By the model.", "Once more.", "And from the first."]


async def test_one_told_otherwise_on_a_fork_or_in_place_is_among_them(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    mine = (await say(client, s, "Hello?"))["events"][0]["data"]["line"]
    hand = (await say(client, s, "By hand.", who="a"))["events"][0]["data"]["line"]
    other = await client.call("revise", story=s, line=hand, text="By another hand.", mode="fork")
    assert await takes(client, s, hand) == ["By hand.", "→By another hand."]
    await client.call("revise", story=s, line=other["line"], text="By a third hand.")
    await retake(client, s, model, "By the model.")
    assert await takes(client, s, hand) == ["By hand.", "By a third hand.", "→By the model."]
    assert await takes(client, s, mine) == ["→Hello?"]


async def test_what_stands_further_on_is_no_take_of_it(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await say(client, s, "Hello?")
    first = (await say(client, s, "One.", who="a"))["events"][0]["data"]["line"]
    second = (await say(client, s, "Two.", who="a"))["events"][0]["data"]["line"]
    both = await client.call("append", story=s, commands=[said("a", "Three."), said("b", "Four.")])
    await retake(client, s, model, "Another two.", line=second)
    assert await takes(client, s, second) == ["Two.", "→Another two."]
    assert await takes(client, s, first) == ["→One."]
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    await client.call("switch", story=s, branch=root)
    # A commit is never torn: whoever takes its second line again has a branch from before both, but a take of that.
    await retake(client, s, model, "Another four.", line=both["events"][1]["data"]["line"])
    assert await takes(client, s, both["events"][1]["data"]["line"]) == ["Four.", "→Another four."]
    assert await takes(client, s, both["events"][0]["data"]["line"]) == ["Three."]
    await client.call("switch", story=s, branch=root)
    assert (await numbers(client, s))[-2:] == [(1, 1), (1, 2)]
    # Nor is a line that was deleted a take.
    await client.call("switch", story=s, branch=root)
    await client.call("delete", story=s, targets=[both["events"][0]["seq"]])
    assert await takes(client, s, both["events"][1]["data"]["line"]) == ["→Four.", "Another four."]


async def test_a_take_is_as_the_branch_shows_it_that_is_asked_about(client: Client, model: Endpoint) -> None:
    """Be it deleted or told otherwise on its own branch, or on that one."""
    s = await streamed(client)
    await play(client, s, "Hello?", speaker="a")
    reply = (await lines(client, s))[-1]
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    await retake(client, s, model, "Another take.")
    await client.call("switch", story=s, branch=root)
    beside = (await client.call("fork", story=s))["branch"]
    await client.call("revise", story=s, branch=beside, line=reply["line"], text="In other words.")
    words = reply["text"]
    assert await takes(client, s, reply["line"]) == [f"→{words}", "Another take."]
    await client.call("switch", story=s, branch=beside)
    assert await takes(client, s, reply["line"]) == ["→In other words.", "Another take."]
    found = (await client.call("takes", story=s, line=reply["line"]))["takes"]
    assert found[0]["branch"] == beside, "whoever goes to what stands here stays here"

    await client.call("delete", story=s, branch=root, targets=[reply["seq"]])
    assert await takes(client, s, reply["line"]) == ["→In other words.", "Another take."]
    assert await numbers(client, s) == [(1, 1), (1, 2)]
    await client.call("delete", story=s, targets=[reply["seq"]])
    with pytest.raises(Refused) as refused:
        await client.call("takes", story=s, line=reply["line"])
    assert refused.value.code == NOT_FOUND
    await client.call("reinstate", story=s, targets=[reply["seq"]])
    assert await takes(client, s, reply["line"]) == ["→In other words.", "Another take."]
