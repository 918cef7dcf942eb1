"""What is refused is named: by every rule that a command can break, and whatever prose wants.

The story plays on: a refused proposal is told with its rule and reason, and so is a model whose answer makes no sense.
"""

from pathlib import Path
from typing import Any

import pytest

from protocol.errors import INVALID_PARAMS, REFUSED
from protocol.rules import RULES
from tests.conftest import config
from tests.story.given import HOUSE
from tests.story.test_rules import BROKEN
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, head, lines, look, play, said, story
from tests.support.wire_client import Client, Refused

SHELF: list[dict[str, Any]] = [
    {"do": "add_prop", "prop": "crown", "name": "the crown", "in": {"container": "cellar"}},
    {"do": "move", "who": "a", "container": "cellar"},
    {"do": "move", "who": "a", "container": "inn"},
    {"do": "move", "who": "b", "container": "cellar"},
    {"do": "take", "who": "b", "prop": "crown"},
]
"""Mara has seen a crown in the cellar, which Oren has taken since."""

WANTED: dict[str, dict[str, Any]] = {
    "out_of_reach": {"do": "put", "n": 2, "it": "crown"},
    "not_yours": {"do": "move", "n": 2, "who": "you", "to": "cellar"},
    "not_known": {"do": "open", "n": 2, "it": "sceptre"},
    "no_such_change": {"do": "add_entity", "n": 2, "name": "A fourth"},
    "not_in_prose": {"do": "put", "n": 2, "it": "dragon"},
    "wrong_value": {"do": "looks", "n": 2, "text": "  "},
}
"""By the rule that refuses it: what a reading proposes of Mara's reply."""


@pytest.mark.parametrize("rule", BROKEN)
async def test_every_rule_that_a_command_breaks_is_named_and_nothing_comes_of_it(direct: Client, rule: str) -> None:
    setup, wrong = BROKEN[rule]
    s = await story(direct, [*HOUSE, *setup])
    before = await head(direct, s), await look(direct, s, "state")
    with pytest.raises(Refused) as refused:
        await direct.call("append", story=s, commands=[said("you", "Well."), wrong, said("you", "So.")])
    data = refused.value.data
    assert (refused.value.code, data["rule"], data["command"]) == (REFUSED, rule, 1)
    assert data["why"] == refused.value.message
    assert (await head(direct, s), await look(direct, s, "state")) == before


async def test_there_is_no_fourth(direct: Client) -> None:
    s = await story(direct)
    asked = {"story": s, "commands": [{"do": "add_entity", "entity": "c", "name": "A fourth"}]}
    with pytest.raises(Refused) as refused:
        await direct.call_unchecked("append", asked)
    assert refused.value.code == INVALID_PARAMS
    assert "'c'" in refused.value.message


async def test_what_prose_wants_and_may_not_is_told_and_recorded_and_the_story_plays_on(home: Path) -> None:
    async with (
        Endpoint(prose=lambda body: '"Well, Sam." `I could take the key.`') as endpoint,
        Daemon(home, config(endpoint.url, reading="wait")) as daemon,
        daemon.unix() as c,
    ):
        s = await story(c, [*INN, *SHELF])
        await c.call("stream", story=s)
        endpoint.reading = lambda body: {"changes": [*WANTED.values()], "minutes": 1}
        before = {view: await look(c, s, view) for view in ("world", "edges", "occasions", "threads")}
        _, notes = await play(c, s, "What now, Mara?")
        told = notes[-1].params["detail"]
        assert [x["text"] for x in told["changes"]] == ["a minute passes"]
        assert {x["rule"] for x in told["refused"]} == set(WANTED) <= set(RULES)
        assert all(x["why"] for x in told["refused"])
        recorded = [e for e in c.events() if e["kind"] == "proposal.refused"]
        assert {e["data"]["rule"] for e in recorded} == set(WANTED)
        assert all(e["data"]["why"] and e["witnesses"] == [] for e in recorded)
        assert {view: await look(c, s, view) for view in before} == before

        endpoint.reading = lambda body: "no object"
        endpoint.prose = lambda body: "Who knows."
        turn, notes = await play(c, s, "And now?")
        detail = notes[-1].params["detail"]
        assert (notes[-1].params["phase"], detail["reading"], detail["changes"]) == ("done", "unreadable", [])
        assert detail["why"]

        endpoint.reading = lambda body: {"changes": [{"do": "put", "n": 2, "it": "key"}]}
        [reply] = [x for x in await lines(c, s) if x["turn"] == turn and x["who"] == "a"]
        again = await c.call("reread", story=s, line=reply["line"])
        assert [x["text"] for x in again["changes"]] == ["Mara takes the key"]
