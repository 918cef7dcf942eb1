"""Many commands decided some at a time come to what they come to in one go, refusals included."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.live import deciding
from daemon.live.deciding import decided
from daemon.story.decide import Ids
from daemon.story.decide.desk import HANDS
from daemon.story.world import EMPTY, Known, decide_all
from protocol.commands import AddContainer, AddEntity, AddProp, Command, Move, Say, Take
from protocol.errors import REFUSED, Fault
from protocol.world import Place
from tests.support.strategies import commands, small_worlds


@given(small_worlds(), st.lists(commands(), max_size=6), st.integers(1, 4))
def test_commands_come_to_the_same_some_at_a_time(world: list[Command], more: list[Command], some: int) -> None:
    asked = [*world, *more]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "AT_ONCE", some)
        assert _come(lambda ids: asyncio.run(decided(EMPTY, asked, ids))) == _come(
            lambda ids: decide_all(EMPTY, asked, ids)
        )


def _come(decide: Any) -> Any:
    """What it comes to, and the next id; or the refusal."""
    ids = Ids(1)
    try:
        return decide(ids), ids.next
    except Fault as fault:
        return fault.code, fault.message, fault.data


@pytest.mark.parametrize("hands", [HANDS - 1, HANDS, HANDS + 1])
@pytest.mark.parametrize("before", [0, deciding.AT_ONCE])
def test_what_may_be_looked_up_is_so_each_time(before: int, hands: int) -> None:
    """Shown by how much hands hold, wherever among the commands that is asked."""
    asked: list[Command] = [AddContainer(container="inn", name="The inn"), AddEntity(entity="you", name="Sam")]
    asked += [Move(who="you", container="inn"), *[Say(who="you", text="Rain.")] * before]
    asked += [AddProp(prop=f"p{n}", name="a thing", in_=Place(container="inn")) for n in range(hands + 1)]
    asked += [Take(who="you", prop=f"p{n}") for n in range(hands + 1)]
    with pytest.raises(Fault) as refused:
        asyncio.run(decided(EMPTY, asked, Ids(1), Known(hands=hands)))
    assert (refused.value.code, refused.value.data["rule"]) == (REFUSED, "hands_full")
    assert refused.value.data["command"] == len(asked) - 1, "the last thing is one too many"


async def test_others_have_their_turn_meanwhile() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    asked: list[Command] = [AddEntity(entity="you", name="Sam"), *[Say(who="you", text="Rain.")] * 1000]
    drafts, _ = await decided(EMPTY, asked, Ids(1))
    task.cancel()
    assert len(drafts) >= 1001
    assert turns >= 1000 // deciding.AT_ONCE
