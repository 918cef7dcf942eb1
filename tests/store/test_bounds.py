"""No event is committed that could not be read again, whoever made it."""

from typing import Any

import msgspec
import pytest

from daemon.store.log import Batch
from daemon.store.rows import Drafted
from protocol.commands import Bind
from protocol.errors import INTERNAL_ERROR, Fault
from protocol.events import ContainerAdded, LineSaid, ModelCalled, Payload, ProposalRefused, TimePassed
from protocol.ids import EVERYBODY, NOBODY, TurnNumber
from tests.support.open_store import Reading, Store

TRUE: Any = True


def nested(depth: int) -> dict[str, Any]:
    """An object that nests so deep."""
    return {"in": nested(depth - 1)} if depth > 1 else {}


UNREADABLE: dict[str, Payload] = {
    "a truth value for minutes": TimePassed(minutes=TRUE, elapsed=1, clock=None),
    "more minutes than a calendar has": TimePassed(minutes=10**12, elapsed=10**12, clock=None),
    "a day that no month has": TimePassed(minutes=1, elapsed=1, clock="2026-02-30T10:00:00"),
    "a truth value for tokens": ModelCalled(role="render", endpoint="x", model="x", prompt_tokens=TRUE),
    "a number for a name": ModelCalled(role="render", endpoint="x", model=7),  # type: ignore[arg-type]
    "an id with a space": ContainerAdded(container="the inn", name="The inn"),
    "NUL in a line": LineSaid(line="l1", who="you", manner="speech", text="a\0b"),
    "a command that nests too deep": ProposalRefused(nested(64), "rule", "why"),
    "a command that is too long": ProposalRefused({"do": "x" * 5_000_000}, "rule", "why"),
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_could_not_be_read_again_is_not_written(store: Store, what: str) -> None:
    story, branch = await store.create()
    before = Reading(store.database.path).events
    sound = Drafted(TimePassed(minutes=1, elapsed=1, clock=None), EVERYBODY)
    with pytest.raises(Fault, match="nothing was written") as refused:
        await store.log.commit(Batch(story, branch, TurnNumber(2), [sound, Drafted(UNREADABLE[what], NOBODY)], 1))
    assert refused.value.code == INTERNAL_ERROR
    assert refused.value.data["kind"] == UNREADABLE[what].kind
    assert Reading(store.database.path).events == before, "nor what came with it"
    assert await store.append(story, Bind(tone="easy")) == len(before) + 1, "and the log goes on"


async def test_what_is_just_within_bounds_is_written(store: Store) -> None:
    story, branch = await store.create()
    fits = [
        ProposalRefused(nested(63), "rule", "why"),
        LineSaid(line="l1", who="you", manner="speech", text="a\\u0000b, as one may write it"),
        ModelCalled(role="render", endpoint="x", model="x", prompt_tokens=0, params={"logit_bias": {"1": [1.5]}}),
    ]
    recorded = await store.log.commit(Batch(story, branch, TurnNumber(2), [Drafted(x, NOBODY) for x in fits], 1))
    for r, payload in zip(recorded, fits, strict=True):
        assert msgspec.json.decode(r.event.data, type=type(payload)) == payload
