"""A whispered secret, a thought, a hidden thing and a lie, and then twenty turns: what reaches whom, over the socket.

The model here gossips as far as it can: whatever secret it is shown it thinks of, writes into every summary and every
gist, and wants to see in moods, feelings, threads, plans, habits and things. Each secret has a word of its own.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import config
from tests.support.asked_minds import asked, beside
from tests.support.gossiping_model import wishes
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import INN, LENSES, look, play, said, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

Command = dict[str, Any]

NAMES = {"you": "Sam", "a": "Mara", "b": "Oren"}
KNOWN_TO: dict[str, set[str]] = {
    "zanzibar": {"you", "a"},  # whispered by Sam to Mara before Oren's eyes
    "obsidian": {"a"},  # thought by Mara
    "vermilion": {"a"},  # a letter that Mara has put into the chest, alone
    "tarpaulin": {"you", "a"},  # what Mara told Sam, who believes it, while Oren was away
    "quicksilver": {"b"},  # thought by Oren
    "sassafras": {"b", "you"},  # a message of Oren's to Sam
    "cinnabar": {"b"},  # what Oren wants
    "marzipan": {"a"},  # how Mara feels for Sam
    "saffron": {"b"},  # a needle on the floor that Oren alone has noticed
    "heliotrope": {"a"},  # lore that is given to Mara alone
}
SECRET = re.compile("|".join(KNOWN_TO))
VIEWS = ("state", "world", "scene", "edges", "occasions", "threads", "memories", "transcript", "timeline")

CHEST: list[Command] = [
    {"do": "add_prop", "prop": "chest", "name": "the chest", "in": {"container": "cellar"}, "closed": True},
    {"do": "change_entity", "entity": "b", "goals": ["find the cinnabar"]},
]
SECRETS: list[Command] = [
    said("you", "The word is zanzibar.", manner="whisper", to=["a"]),
    said("a", "He must not learn of the obsidian.", manner="thought"),
    said("b", "What quicksilver people they are.", manner="thought"),
    {"do": "feel", "from": "a", "to": "you", "warmth": 2, "note": "as of marzipan"},
    {"do": "take", "who": "a", "prop": "key", "witnesses": ["a"]},
    {"do": "move", "who": "a", "container": "cellar"},
    {"do": "hide", "who": "a", "prop": "key", "in": {"prop": "chest"}},
    {"do": "add_prop", "prop": "letter", "name": "the vermilion letter", "in": {"entity": "a"}},
    {"do": "hide", "who": "a", "prop": "letter", "in": {"prop": "chest"}},
    {"do": "move", "who": "a", "container": "inn"},
    {"do": "move", "who": "b", "container": "cellar"},
    said("a", "The key is under the tarpaulin of the cellar."),
    {"do": "add_prop", "prop": "box", "name": "the box under the tarpaulin", "in": None, "witnesses": ["a"]},
    {"do": "share", "by": "a", "to": ["you"], "claims": [{"prop": "key", "in": {"prop": "box"}}]},
    said("b", "Ask for sassafras.", manner="message", to=["you"]),
    {"do": "move", "who": "b", "container": "inn"},
    {"do": "add_prop", "prop": "needle", "name": "a saffron needle", "in": {"container": "inn"}, "witnesses": ["b"]},
    {"do": "add_lore", "text": "Below the inn lies the heliotrope.", "lens": ["a"]},
]
TALK = (
    "What a fine evening, Mara.", "Oren, do you know the key?", "Both of you: who has seen a letter?",
    "*looks at the chest* What is the word?", "Where is the key?",
)  # fmt: skip


def heard(text: object) -> set[str]:
    """The secrets' words in whatever prints as a text."""
    return set(SECRET.findall(json.dumps(text, ensure_ascii=False) if not isinstance(text, str) else text))


def gossip(body: Body) -> str:
    """A reply or a summary that holds all that was told; a reply as thoughts, or in none."""
    words = " ".join(sorted(heard(body["messages"])))
    if asked(body).what == "summary":
        return f"I keep in mind {words or 'nothing'}."
    if asked(body).what == "narration":
        return f"Rain. {words}"
    return '"I cannot say, Sam." *nods*' + f" `{words}`" * (len(body["messages"][-1]["content"]) % 3 > 0)


def wants(body: Body) -> Body:
    """A reading that writes all that was told wherever a text is taken, and leaves things where they are: whoever lays
    down what they have shows it."""
    wanted = wishes(body, heard(body["messages"]), NAMES, "inn", "rain")
    things = ("key", "needle", "letter", "box", "chest")
    changes = [x for x in wanted.get("changes", []) if x["do"] != "put" or x["it"] not in things]
    return {**wanted, **({"changes": changes} if changes else {})}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Client, str, Endpoint]]:
    """The story when all of it is over: a client, its id, and the model with all that it was asked."""
    home = Path(str(tmp_path_factory.mktemp("s"))) / "h"
    async with (
        Endpoint(prose=gossip, reading=wants) as endpoint,
        Daemon(home, config(endpoint.url, reading="wait")) as daemon,
        daemon.unix() as c,
    ):
        s = await story(c, [*INN, *CHEST, {"do": "open_thread", "thread": "rain", "title": "When will it stop?"}])
        await c.call("stream", story=s)
        await c.call("append", story=s, commands=SECRETS)
        for n in range(20):
            if n == 8:
                await c.call("append", story=s, commands=[{"do": "close_scene"}])
                again = {"do": "open_scene", "container": "inn", "present": ["you", "a", "b"]}
                await c.call("append", story=s, commands=[again])
            more: dict[str, Any] = {"mode": "narrate"} if n % 7 == 6 else {"speaker": "b"} if n % 3 == 1 else {}
            await play(c, s, TALK[n % len(TALK)], **more)
        await c.call("append", story=s, commands=[{"do": "skip_time", "mode": "jump", "minutes": 900}])
        async with asyncio.timeout(20):
            while (await c.call("status"))["backlog"]:
                await asyncio.sleep(0.01)
        yield c, s, endpoint


async def test_no_prompt_holds_what_its_mind_did_not_witness(told: tuple[Client, str, Endpoint]) -> None:
    _, _, endpoint = told
    ids = {name: {id} for id, name in NAMES.items()}
    shown: dict[tuple[str, str], set[str]] = {}
    for body in endpoint.requests:
        what, name = asked(body)
        if what == "world":  # it keeps the record of what is true; what it writes for others is held back from those
            if not (name := beside(body)):
                continue
            what = "mind"
        minds = ids.get(name, set(NAMES))
        words = heard(body)
        assert {w for w in words if not minds <= KNOWN_TO[w]} == set(), (what, name, body)
        shown.setdefault((what, name), set()).update(words)
    # Nor is that for want of secrets to tell: whoever knows one is shown it.
    assert shown["reply", "Mara"] == {w for w, who in KNOWN_TO.items() if "a" in who}
    assert shown["reply", "Oren"] >= {"quicksilver", "sassafras", "cinnabar", "saffron"}
    assert shown["summary", "Sam"] >= {"zanzibar", "sassafras"}
    assert shown["mind", "Mara"] and shown["summary", "Oren"] and shown["mind", "Oren"]
    assert {("narration", ""), ("mind", "Sam")} <= shown.keys()


async def test_no_view_holds_what_its_lens_did_not_witness(told: tuple[Client, str, Endpoint]) -> None:
    c, s, _ = told
    for lens in LENSES[1:]:
        asked_for: list[dict[str, Any]] = [{"view": view} for view in VIEWS]
        asked_for += [{"view": "entity", "entity": e} for e in NAMES]
        asked_for += [{"view": "prompt", "speaker": lens[0]}] if lens in (["a"], ["b"]) else []
        for more in asked_for:
            words = heard(await look(c, s, lens=lens, limit=1000, **more))
            assert {w for w in words if not set(lens) <= KNOWN_TO[w]} == set(), (lens, more)
    everything = heard([await look(c, s, view, limit=1000) for view in VIEWS])
    assert everything == set(KNOWN_TO), "the truth knows them all"


async def test_nobody_recalls_what_they_did_not_witness(told: tuple[Client, str, Endpoint]) -> None:
    c, s, _ = told
    recalled: set[str] = set()
    for lens in LENSES[1:]:
        for query in (*KNOWN_TO, " ".join(KNOWN_TO), "Where is the key, Mara?", "the letter in the chest"):
            found = (await c.call("recall", story=s, lens=lens, query=query, k=50))["memories"]
            words = heard([x["text"] for x in found])
            assert {w for w in words if not set(lens) <= KNOWN_TO[w]} == set(), (lens, query)
            recalled |= words
    assert recalled >= {"zanzibar", "obsidian", "quicksilver", "sassafras", "tarpaulin"}


async def test_the_lie_is_believed_by_him_alone(told: tuple[Client, str, Endpoint]) -> None:
    c, s, _ = told
    where = {}
    for lens in LENSES:
        props = {p["prop"]: p["in"] for p in (await look(c, s, "world", lens=lens))["props"]}
        where["+".join(lens)] = {k: v for k, v in (props["key"] or {}).items() if v} or None
    truth, lie = {"prop": "chest"}, {"prop": "box"}
    assert where == {
        "": truth, "a": truth, "you": lie, "you+a": lie,
        "b": None, "a+b": None, "you+b": None, "you+a+b": None,  # it is not where they saw it last
    }  # fmt: skip
