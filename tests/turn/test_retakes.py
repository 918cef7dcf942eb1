"""Taking a reply again, over the socket with a scripted model and reading on: what the reply caused stays with it."""

import json
from typing import Any

import pytest

from protocol.errors import BUSY, INVALID_PARAMS, NOT_FOUND
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import INN, LENSES, Slowly, lines, look, over, play, said, say, streamed, texts, until
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "wait"
"""The module's daemon has prose read, and waits for it."""

PICNIC: list[dict[str, Any]] = [
    *INN,
    {"do": "plan", "occasion": "picnic", "title": "The picnic", "where": "inn", "who": ["you", "a", "b"],
     "props": [{"prop": "basket", "name": "the basket"}, {"prop": "blanket", "name": "the tartan blanket"}]},
    {"do": "start", "occasion": "picnic"},
]  # fmt: skip
ENDS: dict[str, Any] = {
    "changes": [
        {"do": "end", "n": 2, "it": "picnic"},
        {"do": "tell", "n": 2, "text": "Mara is afraid of storms."},
    ],
    "minds": ["a"], "matters": 9, "feel": [{"to": "you", "trust": 2}], "gist": "The storm ended Mara's picnic.",
}  # fmt: skip
"""What is read of the world, and of Mara's mind."""

NOTHING: dict[str, Any] = {"changes": [], "minds": [], "matters": 0}


def structured(body: Body) -> bool:
    return bool(body.get("response_format") or body.get("tools"))


async def retake(c: Client, s: str, **more: Any) -> dict[str, Any]:
    """Takes the last reply again, to the end of the turn."""
    answer = await c.call("retake", story=s, **more)
    await over(c, answer["turn"])
    return answer


async def log_of(c: Client, s: str, branch: str) -> list[dict[str, Any]]:
    """All events that a branch shows."""
    mine = await c.call("stream", story=s, branch=branch, after=0)
    id = mine["subscription"]
    await until(lambda: (c.events(id) or [{"seq": 0}])[-1]["seq"] >= mine["head"])
    await c.call("unstream", subscription=id)
    return c.events(id)


async def standing(c: Client, s: str, branch: str) -> dict[str, Any]:
    """What the picnic came to on a branch: in the log, the state, what is recalled and what a prompt says."""
    events = await log_of(c, s, branch)
    world = await look(c, s, "world", branch=branch)
    heard = [m for m in (await look(c, s, "memories", branch=branch))["memories"] if m["kind"] == "hearsay"]
    recalled = await c.call(
        "recall", story=s, branch=branch, lens=["b"], query="who is afraid of storms", kinds=["hearsay"]
    )
    prompt = await look(c, s, "prompt", branch=branch, speaker="b")
    edges = (await look(c, s, "edges", branch=branch))["edges"]
    hers = (await look(c, s, "memories", branch=branch, lens=["a"]))["memories"]
    return {
        "completed": sum(e["kind"] == "occasion.completed" for e in events),
        "status": [o["status"] for o in (await look(c, s, "occasions", branch=branch))["occasions"]],
        "blanket": [p["in"] for p in world["props"] if p["prop"] == "blanket"],
        "hearsay": [m["text"] for m in heard],
        "recalled": [m["text"] for m in recalled["memories"]],
        "prompted": json.dumps(prompt["sections"]).count("Mara is afraid of storms."),
        "trust": [e["trust"] for e in edges if (e["from"], e["to"]) == ("a", "you")],
        "episodes": sum(m["kind"] == "episode" for m in hers),
    }  # fmt: skip


ENDED = {
    "completed": 1, "status": ["completed"], "blanket": [{"occasion": "picnic"}], "trust": [1],
    "hearsay": ["Mara is afraid of storms."], "recalled": ["Mara is afraid of storms."],
}  # fmt: skip


async def test_an_occasion_that_a_reply_completed_is_completed_once_on_either_branch(
    client: Client, model: Endpoint
) -> None:
    model.prose, model.reading = (lambda body: "The storm! Home, quick."), (lambda body: ENDS)
    s = await streamed(client, PICNIC)
    before = await standing(client, s, (await client.call("branches", story=s))["branches"][0]["branch"])
    await play(client, s, "Look at the sky.")
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    first = await standing(client, s, root)
    assert {k: first[k] for k in ENDED} == ENDED
    assert first["prompted"]
    again = await retake(client, s)
    assert again["branch"] != root
    second = await standing(client, s, again["branch"])
    assert second == first
    assert await standing(client, s, root) == first
    model.prose, model.reading = (lambda body: "What a fine day."), (lambda body: NOTHING)
    third = await standing(client, s, (await retake(client, s))["branch"])
    assert (third["completed"], third["status"], third["hearsay"], third["recalled"]) == (0, ["active"], [], [])
    assert third["blanket"] == before["blanket"] and third["trust"] == before["trust"] and third["prompted"] == 0
    assert await standing(client, s, root) == first
    took = (await client.call("takes", story=s, line=(await lines(client, s))[-1]["line"]))["takes"]
    assert [t["text"] for t in took] == ["The storm! Home, quick."] * 2 + ["What a fine day."]
    assert [t["current"] for t in took] == [False, False, True]
    # Whoever plays on completes it there, once, and nowhere else.
    model.reading = lambda body: ENDS
    await play(client, s, "And now?")
    assert (await standing(client, s, took[2]["branch"]))["completed"] == 1
    assert await standing(client, s, root) == first


async def test_no_word_of_the_old_take_reaches_the_new_one(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "The albatross knows."), (lambda body: ENDS | {"gist": "An albatross."})
    s = await streamed(client, PICNIC)
    await play(client, s, "Who knows?")
    model.requests.clear()
    model.prose, model.reading = (lambda body: "Nobody."), (lambda body: NOTHING)
    new = await retake(client, s)
    assert model.requests
    assert not [p for p in model.prompts() if "albatross" in p.lower() or "storm" in p]
    for lens in LENSES:
        told = str([await look(client, s, v, lens=lens) for v in ("state", "memories", "transcript", "timeline")])
        assert "albatross" not in told.lower()
    assert "albatross" not in str(await client.call("recall", story=s, lens=[], query="albatross"))
    assert await texts(client, s, branch=new["branch"]) == ["Who knows?", "Nobody."]


async def test_a_note_is_in_the_new_prompt_and_nowhere_else(client: Client, model: Endpoint) -> None:
    model.reading = lambda body: NOTHING
    s = await streamed(client)
    await play(client, s)
    model.requests.clear()
    await retake(client, s, note="Let her be quixotic.")
    with_ = [r for r in model.requests if "quixotic" in json.dumps(r["messages"])]
    assert len(with_) == 1 and not structured(with_[0])
    await play(client, s, "And then?")
    assert len([r for r in model.requests if "quixotic" in json.dumps(r["messages"])]) == 1
    for lens in LENSES:
        told = [await look(client, s, v, lens=lens) for v in ("state", "memories", "transcript", "timeline")]
        assert "quixotic" not in str(told)
    assert "quixotic" not in str(await look(client, s, "prompt", speaker="a"))
    assert "quixotic" not in str(await client.call("recall", story=s, lens=[], query="quixotic"))


async def test_a_new_take_is_told_to_be_different_and_not_from_what(client: Client, model: Endpoint) -> None:
    """Of the old take, its memories and what it changed no word is in any request, noted or not, nor which it was."""
    model.prose = lambda body: "*points at the albatross* The zibeline, Sam."
    model.reading = lambda body: ENDS | {"gist": "Mara told Sam of the zibeline.", "wants": ["the albatross"]}
    s = await streamed(client, PICNIC)
    await play(client, s, "Which one?")
    model.prose, model.reading = (lambda body: "That one."), (lambda body: NOTHING)
    for note in ("", "Let her be quixotic."):
        model.requests.clear()
        await retake(client, s, note=note)
        asked = [p for p in model.prompts() if "Which one?" in p]
        assert asked and not [p for p in model.prompts() if "albatross" in p.lower() or "zibeline" in p.lower()]
        assert "Tell it differently" in asked[0] and note in asked[0]
        told = await client.call("explain", story=s, line=(await lines(client, s))[-1]["line"])
        assert told["exact"] and "steer" in [x["name"] for x in told["sections"]]
    model.requests.clear()
    await play(client, s, "And then?")
    assert not [p for p in model.prompts() if "Tell it differently" in p], "only the take itself"


def who(body: Body) -> str:
    """Who is asked for a reply."""
    system = body["messages"][0]["content"]
    return next((n for n in ("Mara", "Oren") if f"You are {n}" in system), "")


async def test_of_two_replies_the_first_takes_the_second_along_and_the_second_leaves_the_first(
    client: Client, model: Endpoint
) -> None:
    takes = iter(range(100))
    model.prose, model.reading = (lambda body: f"{who(body)} says {next(takes)}."), (lambda body: NOTHING)
    s = await streamed(client)
    await play(client, s, "Mara, Oren: well?", to=["a", "b"])
    first = await lines(client, s)
    assert [x["who"] for x in first] == ["you", "a", "b"]
    await retake(client, s, line=first[2]["line"])
    second = await lines(client, s)
    assert [x["line"] for x in second[:2]] == [x["line"] for x in first[:2]]
    assert second[2]["who"] == "b" and second[2]["text"] != first[2]["text"]
    assert (second[2]["take"], second[2]["takes"]) == (2, 2)
    await retake(client, s, line=first[1]["line"])
    third = await lines(client, s)
    assert [x["who"] for x in third] == ["you", "a", "b"]
    assert third[0] == first[0]
    assert not {x["text"] for x in third[1:]} & {x["text"] for x in [*first[1:], *second[1:]]}
    assert [(x["take"], x["takes"]) for x in third] == [(1, 1), (2, 2), (1, 1)]
    # A second reply that was deleted is not asked for again.
    await client.call("delete", story=s, targets=[third[2]["seq"]])
    await retake(client, s, line=third[1]["line"])
    assert [x["who"] for x in await lines(client, s)] == ["you", "a"]


async def test_one_goes_on_from_any_take(client: Client, model: Endpoint) -> None:
    takes = iter(range(100))
    model.prose, model.reading = (lambda body: f"Take {next(takes)}."), (lambda body: NOTHING)
    s = await streamed(client)
    await play(client, s, "One?")
    for _ in range(2):
        await retake(client, s)
    took = (await client.call("takes", story=s, line=(await lines(client, s))[-1]["line"]))["takes"]
    assert [t["text"] for t in took] == ["Take 0.", "Take 1.", "Take 2."]
    for n, take in enumerate(took):
        await client.call("switch", story=s, branch=take["branch"])
        await play(client, s, f"On from {n}.")
        assert (await texts(client, s))[:3] == ["One?", f"Take {n}.", f"On from {n}."]
        now = (await client.call("takes", story=s, line=take["line"]))["takes"]
        assert [t["current"] for t in now] == [t["line"] == take["line"] for t in took]
    branches = {b["branch"]: b for b in (await client.call("branches", story=s))["branches"]}
    assert {branches[t["branch"]]["parent"] for t in took[1:]} == {took[0]["branch"]}, "takes lie beside each other"


async def test_while_somebody_speaks_nothing_is_taken_again(client: Client, model: Endpoint) -> None:
    model.reading = lambda body: NOTHING
    s = await streamed(client)
    await play(client, s, "One?")
    model.prose = slowly = Slowly("Well ", "then.")
    running = (await client.call("retake", story=s))["turn"]
    slowly.go()
    await until(lambda: client.text(running))
    count = len((await client.call("branches", story=s))["branches"])
    for method, more in (("retake", {}), ("play", {"text": "Hm?"})):
        with pytest.raises(Refused) as refused:
            await client.call(method, story=s, **more)
        assert refused.value.code == BUSY
    assert len((await client.call("branches", story=s))["branches"]) == count
    slowly.go()
    await over(client, running)
    model.prose = lambda body: "Again."
    await retake(client, s)
    assert (await texts(client, s))[-1] == "Again."


async def test_what_is_no_reply_is_not_taken_again(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    with pytest.raises(Refused) as nothing:
        await client.call("retake", story=s)
    assert nothing.value.code == NOT_FOUND
    mine = (await say(client, s, "By hand."))["events"][0]["data"]["line"]
    for line, code in ((mine, INVALID_PARAMS), ("l999", NOT_FOUND)):
        with pytest.raises(Refused) as refused:
            await client.call("retake", story=s, line=line)
        assert refused.value.code == code


async def test_the_last_reply_is_found_however_far_back_it_lies(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await play(client, s, "Hello?", speaker="a")
    reply = (await lines(client, s))[-1]
    await client.call("append", story=s, commands=[said("you", f"I count to {n}.") for n in range(120)])
    await over(client, (await client.call("retake", story=s))["turn"])
    again = (await lines(client, s))[-1]
    assert (again["who"], again["take"], again["takes"]) == ("a", 2, 2)
    assert reply["line"] in [t["line"] for t in (await client.call("takes", story=s, line=again["line"]))["takes"]]


async def test_a_reply_by_hand_is_taken_again_by_the_model(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "By the model."), (lambda body: NOTHING)
    s = await streamed(client)
    await say(client, s, "Hello?")
    await say(client, s, "By hand.", who="a")
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    await retake(client, s)
    assert await texts(client, s) == ["Hello?", "By the model."]
    assert await texts(client, s, branch=root) == ["Hello?", "By hand."]


async def test_a_line_gone_on_with_has_parts_of_its_own(client: Client, model: Endpoint) -> None:
    """Also after one of its parts was taken out: the next one does not take its place."""
    model.prose, model.reading = (lambda body: '*She nods.* `Who is it?` "Come in."'), (lambda body: NOTHING)
    s = await streamed(client)
    await play(client, s)
    reply = (await lines(client, s))[-1]
    assert len(reply["parts"]) == 3
    await client.call("delete", story=s, targets=[reply["parts"][1]["seq"]])
    model.prose = lambda body: '"Sit down."'
    await play(client, s, None, mode="continue")
    assert await parts(client, s) == ["She nods.", '"Come in."', '"Sit down."']
    await client.call("reinstate", story=s, targets=[reply["parts"][1]["seq"]])
    assert await parts(client, s) == ["She nods.", "Who is it?", '"Come in."', '"Sit down."']


async def parts(c: Client, s: str) -> list[str]:
    """The parts of the last line, as they are."""
    return [p["text"] for p in (await lines(c, s))[-1]["parts"]]


async def test_what_the_user_did_is_read_again_with_a_new_take(client: Client, model: Endpoint) -> None:
    """Where a reply is taken again, the reading of what it answers lies on the branch that was left."""
    takes = {"changes": [{"do": "put", "n": 1, "who": "you", "it": "key"}]}
    model.prose, model.reading = (lambda body: f"{who(body)} nods."), (lambda body: NOTHING | takes)
    s = await streamed(client)
    await play(client, s, "*takes the key*", to=["a", "b"])

    async def key() -> Any:
        return next(p["in"] for p in (await look(client, s, "world"))["props"] if p["prop"] == "key")

    assert await key() == {"entity": "you"}
    replies = (await lines(client, s))[1:]
    for line in (replies[0], replies[-1], (await lines(client, s))[-1]):
        await retake(client, s, line=line["line"])
        assert await key() == {"entity": "you"}
        moved = [e for e in await log_of(client, s, await current(client, s)) if e["kind"] == "prop.moved"]
        assert len(moved) == 1


async def current(c: Client, s: str) -> str:
    """The current branch."""
    return next(b["branch"] for b in (await c.call("branches", story=s))["branches"] if b["current"])
