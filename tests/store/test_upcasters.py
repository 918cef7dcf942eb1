"""Payloads of older versions are lifted, a step a version, when they are read; what cannot be lifted is not guessed."""

import json
from typing import Any

import pytest

from daemon.store.upcasters import UPCASTERS, Upcaster, decode
from protocol.events import PAYLOADS, LineSaid
from tests.store.rig import Store


def _whispered(old: dict[str, Any]) -> dict[str, Any]:
    """The oldest version told apart whispers by a flag."""
    return {"manner": "whisper" if old.pop("quiet") else "speech", **old}


def _renamed(old: dict[str, Any]) -> dict[str, Any]:
    """The next one called the text words."""
    return {"text": old.pop("words"), **old}


STEPS: dict[tuple[str, int], Upcaster] = {("line.said", -1): _whispered, ("line.said", 0): _renamed}
OLDEST = json.dumps({"line": "l1", "who": "a", "words": "Psst.", "quiet": True, "to": ["b"]})
OLDER = json.dumps({"line": "l1", "who": "a", "words": "Psst.", "manner": "whisper", "to": ["b"]})
PRESENT = LineSaid(line="l1", who="a", text="Psst.", manner="whisper", to=["b"])


@pytest.mark.parametrize(("version", "data"), [(-1, OLDEST), (0, OLDER)])
def test_an_older_payload_is_lifted_step_by_step(version: int, data: str) -> None:
    assert decode("line.said", version, data, STEPS) == PRESENT


def test_a_present_payload_is_read_as_it_is() -> None:
    assert decode("line.said", 1, json.dumps({"line": "l1", "who": "a", "text": "Psst."}), STEPS).version == 1


def test_what_no_step_lifts_is_an_error() -> None:
    with pytest.raises(KeyError):
        decode("line.said", 0, OLDER, {})
    with pytest.raises(KeyError):
        decode("dream.dreamt", 1, "{}", STEPS)


def test_every_version_that_ever_was_can_be_lifted() -> None:
    needed = {(kind, version) for kind, payload in PAYLOADS.items() for version in range(1, payload.version)}
    assert needed == set(UPCASTERS)


async def test_the_file_knows_the_versions_in_it(store: Store) -> None:
    await store.create()
    kinds = await store.database.read.run(lambda c: c.execute("SELECT kind, version FROM kind").fetchall())
    assert {tuple(row) for row in kinds} == {("story.created", 1), ("branch.created", 1)}
