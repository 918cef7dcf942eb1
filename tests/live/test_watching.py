"""Subscribing through a lens: what somebody does not perceive is not sent, be it an event, a draft or a change."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from protocol.ids import EntityId
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, Slowly, look, over, play, said, story, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "wait"
"""The module's daemon has prose read."""

THOUGHT, WHISPER = "He lies, the fox.", "Mind the stair."
PIECES = (
    "`He lies",
    ", the fox.` Come in.",
    "\n\n",
    "Sit",
    " down.\n\n",
    f"(whispers to Oren) {WHISPER}",
    "\n\nGood.\n\n",
)


@contextlib.asynccontextmanager
async def watching(daemon: Daemon, s: str, *lens: EntityId, **more: Any) -> AsyncIterator[Client]:
    """A client that sees the story through a lens."""
    async with daemon.unix() as c:
        await c.call("stream", story=s, lens=list(lens), **more)
        yield c


def everything(c: Client) -> str:
    """All that a client was ever sent by notifications, as one text."""
    return str([note.params for note in c.notes])


async def tells(c: Client, s: str, text: str, **more: Any) -> dict[str, Any]:
    """What `append` answers to a line of Mara's."""
    return await c.call("append", story=s, commands=[said("a", text, **more)])


async def test_a_lens_is_sent_the_events_that_it_perceives_and_no_others(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    await tells(client, s, THOUGHT, manner="thought")
    async with watching(daemon, s, after=0) as truth, watching(daemon, s, "you", after=0) as you:
        await tells(client, s, WHISPER, manner="whisper", to=["b"])
        done = await tells(client, s, "Good evening.")
        for c in (truth, you):
            await until(lambda c=c: c.events() and c.events()[-1]["seq"] == done["head"])
        assert you.events() == [e for e in truth.events() if "you" in e["witnesses"]]
        assert "Good evening." in everything(you)
        assert THOUGHT in everything(truth) and THOUGHT not in everything(you)
        assert WHISPER in everything(truth) and WHISPER not in everything(you)


async def test_a_commit_of_which_a_lens_perceives_nothing_is_not_announced(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    async with watching(daemon, s, "you") as you:
        await tells(client, s, THOUGHT, manner="thought")
        done = await tells(client, s, "Good evening.")
        await until(you.events)
        assert [n.params["events"][-1]["seq"] for n in you.notes if n.method == "event"] == [done["head"]]


async def test_a_lens_is_sent_of_a_draft_what_it_is_certain_to_perceive(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s, slowly = await story(client), Slowly(*PIECES)
    model.prose, model.reading = slowly, lambda body: {"changes": [], "gist": ""}
    async with (
        watching(daemon, s) as truth, watching(daemon, s, "you") as you, watching(daemon, s, "a") as mara,
        watching(daemon, s, "b") as oren, watching(daemon, s, "you", "b") as both,
    ):  # fmt: skip
        turn = (await client.call("play", story=s, text="Hello?", speaker="a"))["turn"]
        for count, heard in ((2, ""), (1, "Come in."), (1, "Come in."), (3, "Come in.\n\nSit down.")):
            slowly.go(count)
            await until(lambda heard=heard: you.text(turn) == both.text(turn) == heard)
        await truth.until(turn)
        assert mara.text(turn) == truth.text(turn) == "".join(PIECES)
        for c in (you, both):
            await c.until(turn)
            assert THOUGHT not in everything(c) and WHISPER not in everything(c)
        await oren.until(turn)
        assert oren.text(turn) == you.text(turn) == "Come in.\n\nSit down."
        assert WHISPER in everything(oren) and THOUGHT not in everything(oren)


async def test_where_two_are_alone_the_other_is_sent_sentence_by_sentence(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    alone = [c for c in INN[:-1] if "b" not in (c.get("entity"), c.get("who"))]
    s, slowly = (
        await story(client, alone),
        Slowly('"Come in." `The ', "fox.` She smiles. ", "Sit. ", "Or so she thinks."),
    )
    model.prose = slowly
    async with watching(daemon, s, "you") as you:
        turn = (await client.call("play", story=s, text="Hello?", speaker="a"))["turn"]
        for count, heard in ((2, ""), (1, '"Come in."'), (1, '"Come in." She smiles.')):
            slowly.go(count)
            await until(lambda heard=heard: you.text(turn) == heard)
        await you.until(turn)
        assert you.text(turn) == '"Come in." She smiles.' and "fox" not in everything(you)


async def test_who_is_out_of_hearing_is_sent_nothing_of_a_draft(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s = await story(client)
    await client.call("append", story=s, commands=[{"do": "move", "who": "b", "container": "cellar"}])
    model.prose = lambda body: "Come in.\n\nSit down."
    async with watching(daemon, s, "b") as oren, watching(daemon, s, "you") as you:
        turn = (await client.call("play", story=s, text="Hello?", speaker="a"))["turn"]
        await oren.until(turn)
        await you.until(turn)
        assert you.text(turn) == "Come in."
        assert oren.text(turn) == "" and "Come in." not in everything(oren)


async def test_reasoning_is_sent_to_the_truth_and_to_the_one_who_reasons(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s = await story(client)
    model.reasoning = "He is a fox."
    async with (
        watching(daemon, s) as truth, watching(daemon, s, "a") as mara, watching(daemon, s, "you") as you,
    ):  # fmt: skip
        turn = (await client.call("play", story=s, text="Hello?", speaker="a"))["turn"]
        for c in (truth, mara, you):
            await c.until(turn)
        assert truth.text(turn, "reasoning") == mara.text(turn, "reasoning") == model.reasoning
        assert "fox" not in everything(you)


def moved(model: Endpoint) -> None:
    """Has a turn read as one that gives Mara the key, makes her glad, and proposes what cannot be."""
    taken = {"do": "put", "n": 2, "who": "a", "it": "key"}
    world = {"changes": [taken, {"do": "open", "n": 1, "who": "you", "it": "moon"}], "minds": ["a"]}
    mind = {"gist": "Sam is a fox.", "matters": 9, "mood": "glad as a fox"}
    model.reading = lambda body: mind if "You read one mind" in str(body["messages"]) else world
    model.prose = lambda body: "*takes the key* Thank you. `I will sell it, the fox.`"


async def test_a_turn_s_changes_are_told_as_the_lens_perceived_them(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s = await story(client)
    moved(model)
    async with watching(daemon, s) as truth, watching(daemon, s, "you") as you, watching(daemon, s, "a") as mara:
        turn = (await client.call("play", story=s, text="The key.", speaker="a"))["turn"]
        told = {c: (await c.until(turn)).params["detail"] for c in (truth, you, mara)}
        texts = {c: [x["text"] for x in told[c]["changes"]] for c in told}
        assert texts[truth] == texts[mara] == ["Mara takes the key", "Mara feels glad as a fox"]
        assert texts[you] == ["Mara takes the key"]
        assert [x["witnesses"] for x in told[truth]["changes"]] == [["you", "a", "b"], ["a"]]
        (refused,) = told[truth]["refused"]
        assert refused["what"] == "Sam opens the moon" and refused["rule"] == "not_known"
        assert told[you]["refused"] == told[mara]["refused"] == []
        assert "fox" not in everything(you)


async def test_who_comes_later_is_told_of_the_turn_as_the_lens_perceived_it(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s = await story(client)
    moved(model)
    await client.call("stream", story=s)
    turn, _ = await play(client, s, "The key.", speaker="a")
    for lens, count in (([], 2), (["you"], 1), (["b"], 1), (["a"], 2)):
        (latest,) = (await client.call("stream", story=s, lens=lens))["turns"]
        assert (latest["turn"], latest["phase"]) == (turn, "done")
        assert len(latest["detail"]["changes"]) == count
        assert len(latest["detail"]["refused"]) == (0 if lens else 1)


async def test_who_comes_in_the_middle_is_sent_what_the_lens_perceives_of_the_draft(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s, slowly = await story(client), Slowly("`The fox.` Come in.\n\n", "Sit", " down.")
    model.prose, model.reading = slowly, lambda body: {"changes": [], "gist": ""}
    await client.call("stream", story=s)
    turn = (await client.call("play", story=s, text="Hello?", speaker="a"))["turn"]
    slowly.go(2)
    await until(lambda: client.text(turn).endswith("Sit"))
    drafts = {n: (await client.call("stream", story=s, lens=list(n)))["drafts"] for n in ((), ("you",), ("a",))}
    assert [d["text"] for d in drafts["you",]] == ["Come in."]
    assert [d["text"] for d in drafts[()]] == [d["text"] for d in drafts["a",]] == ["`The fox.` Come in.\n\nSit"]
    slowly.go()
    await over(client, turn)


async def test_reading_again_answers_with_the_changes_that_the_lens_perceives(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    s = await story(client)
    moved(model)
    model.prose = lambda body: "`I will sell it, the fox.`"
    await client.call("stream", story=s)
    await play(client, s, "The key.", speaker="a")
    line = (await look(client, s, "transcript"))["lines"][-1]["line"]
    mood = {"gist": "Sam is a fox.", "matters": 9, "mood": "sad as a fox"}
    model.reading = lambda body: mood if "You read one mind" in str(body["messages"]) else {"changes": []}
    again = await client.call("reread", story=s, line=line, lens=["you"])
    assert (again["changes"], again["refused"]) == ([], [])
    mood["mood"] = "glad"
    again = await client.call("reread", story=s, line=line, lens=["a"])
    assert [x["text"] for x in again["changes"]] == ["Mara feels glad"]
