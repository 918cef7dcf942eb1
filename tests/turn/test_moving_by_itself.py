"""A story that moves by itself in a quiet stretch, over the socket with a scripted model that does what it is told."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.asked_minds import asked
from tests.support.scripted_model import NOTHING, Body, Endpoint
from tests.support.small_cast import INN, lines, look, over, play, streamed, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "wait"
"""The module's daemon has prose read, and waits for it."""

OPEN: list[dict[str, Any]] = [
    *INN,
    {"do": "change_entity", "entity": "a", "goals": ["to find out who sent the letter", "to sell the inn"]},
    {"do": "change_entity", "entity": "b", "goals": ["to leave before dawn"]},
    {"do": "open_thread", "thread": "ring", "title": "Where is the ring?"},
    {"do": "plan", "occasion": "supper", "title": "The supper", "where": "inn"},
]
"""The inn, where all have something on their minds."""

WANTS = (
    "a walk by the river", "her mother's recipe", "an honest answer about the fire", "another candle", "new boots",
    "to hear the old song", "to count the silver", "to see the ferry", "a word with the miller", "to bar the door",
    "to burn the map", "a game of chess", "to mend the lute", "to learn the name of the stranger", "to bake bread",
)  # fmt: skip

TOLD = re.compile(
    r"(?:Something you want now|What will not leave you alone|It has been quiet|You have been elsewhere"
    r"|The supper is|It is nearly)[^\n\]]*"
)


def told(body: Body) -> str:
    """What the speaker of a request is inclined to; empty for nothing."""
    found = TOLD.findall(body["messages"][-1]["content"].rsplit("[", 1)[-1])
    return str(found[-1]) if found else ""


def inclined(model: Endpoint) -> list[str]:
    """What was told with each reply that was asked for, in order."""
    return [told(r) for r in model.requests if asked(r).what in ("reply", "narration")]


class Lively:
    """A model that does what it is inclined to, and nothing else: then it wants something new."""

    def __init__(self) -> None:
        self.acting = ""
        self._wants = iter(WANTS)

    def prose(self, body: Body) -> str:
        self.acting = {"Mara": "a", "Oren": "b"}[asked(body).name] if told(body) else ""
        return "*gets up* I shall see to this at once." if self.acting else "Mhm."

    def reading(self, body: Body) -> dict[str, Any]:
        what, name = asked(body)
        if what == "world":
            return {"changes": [], "minds": [self.acting] if self.acting else [], "matters": 5 if self.acting else 0}
        return {"gist": f"{name} saw to something.", "matters": 4, "wants": [next(self._wants)]}


async def recorded(c: Client, s: str, **more: Any) -> list[dict[str, Any]]:
    """What is recorded as pressed, oldest first."""
    mine = await c.call("stream", story=s, after=0, **more)
    id = mine["subscription"]
    await until(lambda: (c.events(id) or [{"seq": 0}])[-1]["seq"] >= mine["head"])
    await c.call("unstream", subscription=id)
    return [e for e in c.events(id) if e["kind"] == "story.pressed"]


async def nod(c: Client, s: str, times: int = 3) -> None:
    for _ in range(times):
        await play(c, s, "I nod.")


async def test_in_forty_turns_of_nodding_something_happens_at_least_every_fifth_and_nothing_is_pressed_twice(
    client: Client, model: Endpoint
) -> None:
    lively = Lively()
    model.prose, model.reading = lively.prose, lively.reading
    s = await streamed(client, OPEN)
    await nod(client, s, 40)
    what = inclined(model)
    assert len(what) == 40, "no call but for the replies"
    happened = [n for n, x in enumerate(what, 1) if x]
    assert max(b - a for a, b in zip([0, *happened], [*happened, 41], strict=True)) <= 5
    named = [x for x in what if x and not x.startswith("It has been quiet")]
    assert len(set(named)) == len(named) >= 8, "what is new is another thing each time"
    assert sum(WANTS[0] in x for x in named) + sum(WANTS[1] in x for x in named), "what was wanted on the way, too"


async def test_in_ten_turns_written_in_good_faith_the_story_goes_on_without_the_player(
    client: Client, model: Endpoint
) -> None:
    """As it was played once: each answer of nodding.json was written by hand, from its request alone."""
    played = json.loads((Path(__file__).parent / "nodding.json").read_text(encoding="utf-8"))
    replies, worlds, minds = iter(played["replies"]), iter(played["worlds"]), iter(played["minds"])
    model.prose = lambda body: next(replies)
    model.reading = lambda body: next(worlds if asked(body).what == "world" else minds)
    s = await streamed(client, played["setup"])
    await nod(client, s, 10)
    assert [x["data"]["what"] for x in await recorded(client, s)] == ["occasion", "want", "thread"]
    assert [n for n, x in enumerate(inclined(model), 1) if x] == [4, 7, 10], "after the cup of the first turn"
    lamp = next(t for t in (await look(client, s, "threads"))["threads"] if t["thread"] == "lamp")
    lit = [p["name"] for p in (await look(client, s, "world"))["props"] if p["condition"] == "lit"]
    assert lamp["note"] and lit, "and what was pressed came about"


async def test_with_a_model_that_does_nothing_each_is_pressed_once_and_then_the_story_waits(
    client: Client, model: Endpoint
) -> None:
    model.prose, model.reading = (lambda body: "Mhm."), (lambda body: NOTHING)
    s = await streamed(client, OPEN)
    await nod(client, s, 40)
    what = [x for x in inclined(model) if x]
    mara, oren = "to find out who sent the letter", "to leave before dawn"
    assert len(what) == 7 and sum(mara in x for x in what) == sum(oren in x for x in what) == 1
    assert sum("Where is the ring?" in x for x in what) == sum("The supper" in x for x in what) == 1
    assert not any(inclined(model)[30:])


async def test_what_was_pressed_is_recorded_in_no_words_and_explained_to_the_byte(
    client: Client, model: Endpoint
) -> None:
    model.prose, model.reading = (lambda body: "Mhm."), (lambda body: NOTHING)
    s = await streamed(client, OPEN)
    await nod(client, s)
    assert inclined(model)[:2] == ["", ""]
    (event,) = await recorded(client, s)
    last = (await lines(client, s))[-1]
    assert (event["witnesses"], event["cause"], event["data"]["line"]) == ([], last["seq"], last["line"])
    assert event["data"]["what"] == "want" and "letter" not in json.dumps(event)
    explained = await client.call("explain", story=s, line=last["line"])
    (section,) = [x for x in explained["sections"] if x["name"] == "press"]
    assert explained["exact"] and section["from"] == event["data"]["from"] and "letter" in section["text"]
    others = await client.call("explain", story=s, line=(await lines(client, s))[-3]["line"])
    assert others["exact"] and "press" not in [x["name"] for x in others["sections"]]


async def test_a_retake_is_told_the_same_and_one_with_a_note_is_told_the_note(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "Mhm."), (lambda body: NOTHING)
    s = await streamed(client, OPEN)
    await nod(client, s)
    before = inclined(model)[-1]
    await over(client, (await client.call("retake", story=s))["turn"])
    assert inclined(model)[-1] == before != ""
    assert len(await recorded(client, s)) == 1, "one on each branch"
    await over(client, (await client.call("retake", story=s, note="Let her yawn."))["turn"])
    assert inclined(model)[-1] == "" and not await recorded(client, s)
    await nod(client, s, 1)
    assert inclined(model)[-1] != "", "on this branch nothing was pressed yet"


async def test_after_a_rewind_or_a_deletion_what_was_pressed_there_can_be_pressed_again(
    client: Client, model: Endpoint
) -> None:
    model.prose, model.reading = (lambda body: "Mhm."), (lambda body: NOTHING)
    s = await streamed(client, OPEN)
    await nod(client, s)
    first = inclined(model)[-1]
    said = await lines(client, s)
    await client.call("rewind", story=s, to=said[3]["seq"])
    await nod(client, s, 1)
    assert inclined(model)[-1] == first
    said = await lines(client, s)
    await client.call("delete", story=s, targets=[said[-1]["seq"]])
    await nod(client, s, 1)
    assert inclined(model)[-1] == first
    assert len(await recorded(client, s)) == 1, "with the line that came of it, it is gone"


async def test_it_is_switched_off_for_a_story(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "Mhm."), (lambda body: NOTHING)
    s = await streamed(client, [*OPEN, {"do": "set", "what": "story", "values": {"moves": False}}])
    await nod(client, s, 6)
    assert not any(inclined(model))
    await client.call("append", story=s, commands=[{"do": "set", "what": "story", "values": {"moves": True}}])
    await nod(client, s, 1)
    assert inclined(model)[-1] != ""


@pytest.mark.parametrize("busy", ["Where is the key?", "I take the lamp from the shelf and look for the key under it.",
                                  "*goes to the cellar*"])  # fmt: skip
async def test_a_player_who_does_something_is_not_hurried(client: Client, model: Endpoint, busy: str) -> None:
    model.prose, model.reading = (lambda body: "Mhm."), (lambda body: NOTHING)
    s = await streamed(client, OPEN)
    await nod(client, s, 1)
    await play(client, s, busy)
    await nod(client, s, 1)
    assert not any(inclined(model))


async def test_who_is_elsewhere_arrives_and_answers_where_nobody_here_has_anything_open(
    client: Client, model: Endpoint
) -> None:
    def prose(body: Body) -> str:
        return "*goes to the Slow Lantern* There you are!" if "You have been elsewhere" in told(body) else "Mhm."

    model.prose, model.reading = prose, (lambda body: NOTHING)
    s = await streamed(client, [*INN, {"do": "move", "who": "b", "container": "cellar"}])
    await nod(client, s, 1)
    await nod(client, s)
    said = [x for x in await lines(client, s, lens=["you"]) if x["who"] != "you"]
    (his,) = [x for x in said if x["who"] == "b"]
    assert "There you are!" in his["text"]
    assert (await look(client, s, "entity", entity="b"))["container"] == "inn"
    explained = await client.call("explain", story=s, line=his["line"])
    assert explained["exact"]


ALONE: list[dict[str, Any]] = [*INN[:3], {"do": "move", "who": "you", "container": "inn"}]


async def test_where_you_are_alone_the_narrator_lets_something_happen(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "Rain."), (lambda body: NOTHING)
    s = await streamed(client, ALONE)
    await nod(client, s)
    assert inclined(model)[-1].startswith("It has been quiet for a while. Let something happen")


async def test_a_story_that_is_to_be_silent_stays_silent(client: Client, model: Endpoint) -> None:
    s = await streamed(client, [*ALONE, {"do": "set", "what": "story", "values": {"alone": "silent"}}])
    await nod(client, s, 4)
    assert not inclined(model)


async def test_nobody_is_told_of_what_another_one_wants_or_asks_or_plans(client: Client, model: Endpoint) -> None:
    lively = Lively()
    model.prose, model.reading = lively.prose, lively.reading
    secret: list[dict[str, Any]] = [
        *INN,
        {"do": "change_entity", "entity": "b", "goals": ["to find the zibeline"]},
        {"do": "open_thread", "thread": "q", "title": "Who knows of the zibeline?", "witnesses": ["b"]},
        {"do": "plan", "occasion": "o", "title": "The zibeline auction", "who": ["b"], "where": "inn"},
    ]
    s = await streamed(client, secret)
    await nod(client, s, 12)
    shown = [json.dumps(r) for r in model.requests if asked(r) == ("reply", "Mara")]
    assert shown and not [x for x in shown if "zibeline" in x]
    assert [x for x in inclined(model) if "zibeline" in x]
