"""Through one's own eyes: nothing of another mind is shown, offered or previewed; the truth is one key away."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from client.commands.looking import peek
from client.room.completion import Names
from client.room.toolbar import toolbar
from client.text.names import Unclear
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "background"
"""The module's daemon has prose read."""

SECRETS: list[dict[str, Any]] = [
    *SETUP,
    {"do": "add_prop", "prop": "deed", "name": "forged deed", "in": {"entity": "a"}, "witnesses": ["a"]},
    {"do": "remember", "by": ["a"], "kind": "fact", "gist": "Mara burnt the old mill."},
    {"do": "set", "what": "entity", "id": "a", "values": {"mood": "guilty", "goals": ["sell the inn"]}},
]
HIDDEN = ("deed", "burnt", "guilty", "sell the inn", "fool")
"""Words that only Mara knows of."""

REPLY = "*She nods.* So it is.\n\n`What a fool.`"


def clean(shown: str) -> str:
    """What is shown, once none of what is hidden is in it."""
    assert not [word for word in HIDDEN if word in shown], shown
    return shown


async def sits(daemon: Daemon, client: Client, setup: list[dict[str, Any]], *answers: str) -> Hand:
    """Somebody who opens a new story and answers what is asked."""
    s = await story(client, setup)
    made = Hand(daemon.home, client, s)
    made.answers = [*answers]
    await made.game.start()
    [found] = [x for x in (await client.call("stories"))["stories"] if x["story"] == s]
    await made.game.open(found, tail=0)
    return made


@pytest_asyncio.fixture(loop_scope="module")
async def blind(daemon: Daemon, client: Client, model: Endpoint) -> AsyncIterator[Hand]:
    """At a story with secrets, seen by Sam, in which Mara has said and thought something."""
    model.prose = lambda body: REPLY
    model.reading = lambda body: {}
    made = await sits(daemon, client, SECRETS, "y")
    await made("Good evening, Mara.")
    yield made
    await made.game.close()


async def test_one_is_asked_once_where_there_are_secrets(daemon: Daemon, client: Client) -> None:
    for answer, lens in (("y", ["you"]), ("n", [])):
        hand = await sits(daemon, client, SECRETS, answer)
        assert hand.asked == ["This story has secrets. See only what Sam sees? F2 shows everything (y/n)"]
        assert hand.game.lens == lens
        [kept] = [x for x in (await client.call("stories"))["stories"] if x["story"] == hand.story]
        assert kept["lens"] == lens
        await hand.game.open(kept)
        assert len(hand.asked) == 1 and hand.game.lens == lens
        await hand.game.close()


async def test_nobody_is_asked_where_there_are_none(daemon: Daemon, client: Client) -> None:
    hand = await sits(daemon, client, [c for c in SETUP if c.get("prop") != "ring"])
    assert hand.asked == [] and hand.game.lens == []
    await hand.game.close()


async def test_looking_shows_what_one_sees(blind: Hand) -> None:
    for typed, seen in (("/look", "Mara"), ("/who", "Mara"), ("/world", "the key"), ("/timeline", "Good evening"),
                        ("/memories", ""), ("/lines", "So it is."), ("/recall fool", ""), ("/plans", "")):  # fmt: skip
        assert seen in clean(await blind(typed))


@pytest.mark.parametrize("typed", ["/look Mara", "/world Mara", "/knows Mara", "/memories Mara", "/feelings Mara",
                                   "/timeline Mara", "/prompt", "/why", "/refused"])  # fmt: skip
async def test_other_minds_are_not_shown(blind: Hand, typed: str) -> None:
    with pytest.raises(Unclear, match="/lens by itself, or F2, shows everything"):
        clean(await blind(typed))


async def test_what_one_thinks_that_others_know_is_ones_own(blind: Hand) -> None:
    assert "the Slow Lantern" in clean(await blind("/knows Sam Mara"))
    assert "really" not in clean(await blind("/knows Sam"))


async def test_a_draft_holds_no_thought_of_who_writes(blind: Hand, model: Endpoint) -> None:
    model.delay = 0.01
    shown = clean(await blind("And now?"))
    assert "So it is." in shown


async def test_changes_in_other_minds_are_not_told(blind: Hand, model: Endpoint) -> None:
    world = {
        "changes": [{"do": "put", "n": 1, "who": "you", "it": "ring", "to": "drawer", "how": "in"}],
        "minds": ["a"],
    }
    mind = {"gist": "Sam put the ring away.", "matters": 3, "mood": "guilty"}
    model.reading = lambda body: mind if "You read one mind" in str(body["messages"]) else world
    await blind("*puts the ring into the drawer*")
    assert "Sam puts the ring in the drawer" in clean(await blind.changed())
    clean(await blind("/revert"))


@pytest.mark.parametrize("typed", ["/rewind", "/delete", "/purge story"])
async def test_previews_hold_only_what_one_perceived(blind: Hand, typed: str) -> None:
    assert "So it is." in clean(await blind(typed)) or typed == "/purge story"


async def test_what_is_deleted_is_listed_as_one_perceived_it(blind: Hand) -> None:
    blind.answers = ["y"]
    await blind("/delete")
    clean(await blind("/restore"))


async def test_a_line_that_one_does_not_see_whole_is_not_edited(blind: Hand) -> None:
    [mine, theirs] = (await blind.truth("transcript"))["lines"][-2:]
    with pytest.raises(Unclear, match="You don't see all of line"):
        await blind(f"/edit @{theirs['seq']}")
    assert blind.game.begun == ""
    await blind("/edit")
    assert blind.game.begun == f"/edit @{mine['seq']} Good evening, Mara."


def offered(hand: Hand, typed: str) -> str:
    event = CompleteEvent(completion_requested=True)
    return " ".join(c.text + str(c.display_meta_text) for c in Names(hand.game).get_completions(Document(typed), event))


async def test_completion_offers_what_one_knows(blind: Hand) -> None:
    for typed in ("/take ", "/take d", "/set ", "/set forged", "d", "forged "):
        clean(offered(blind, typed))
    assert "the key" in offered(blind, "/take ")


async def test_the_toolbar_tells_where_oneself_is(blind: Hand) -> None:
    await blind.game.append({"do": "move", "who": "a", "container": "cellar", "witnesses": ["a"]})
    await blind.game.refresh()
    shown = "".join(text for _, text, *_ in toolbar(blind.game, 200))
    assert "seen by Sam" in shown and "with Mara and Oren" in clean(shown).replace(", ", " and ")


async def test_the_truth_is_one_key_away_and_what_was_chosen_stays(blind: Hand) -> None:
    before = len(blind.out.getvalue())
    await peek(blind.game, "")
    assert "fool" in blind.out.getvalue()[before:]
    assert "deed" in await blind("/world")
    assert blind.game.chosen == ["you"]
    await peek(blind.game, "")
    clean(await blind("/world"))


async def test_another_choice_is_kept(blind: Hand, client: Client) -> None:
    await blind("/lens")
    [kept] = [x for x in (await client.call("stories"))["stories"] if x["story"] == blind.story]
    assert kept["lens"] == []
