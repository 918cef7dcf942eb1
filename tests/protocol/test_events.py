"""Events as they travel: every payload comes back equal, short, and as the published schemas say."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError  # type: ignore[import-untyped]

from protocol.events import PAYLOADS, Event
from tests.protocol.conftest import Published
from tests.support.catalogue_shapes import Mismatch, check_note, conforms
from tests.support.strategies import events, payloads


@given(st.data(), st.sampled_from(sorted(PAYLOADS)))
def test_a_payload_comes_back_equal(data: st.DataObject, kind: str) -> None:
    payload = data.draw(payloads(PAYLOADS[kind]))
    assert msgspec.json.decode(msgspec.json.encode(payload), type=PAYLOADS[kind]) == payload


@given(event=events())
def test_an_event_conforms_to_the_catalogue_and_to_the_schema_that_clients_get(
    published: Published, event: Event
) -> None:
    sent = msgspec.json.decode(msgspec.json.encode(event))
    conforms(sent, Event, "event")
    published("event").validate(sent)


@pytest.mark.parametrize("kind", PAYLOADS)
def test_an_event_of_a_kind_with_another_payload_is_wrong_by_both(published: Published, kind: str) -> None:
    sent = {
        "seq": 1, "branch": "b1", "turn": 1, "cause": None, "kind": kind, "version": PAYLOADS[kind].version,
        "at": "2026-01-31T20:15:00.000Z", "witnesses": [], "data": {"prop": 7, "entity": 7, "who": 7, "title": 7,
        "tone": 7, "text": 7, "line": 7, "scene": 7, "memory": 7, "thread": 7, "branch": 7, "targets": 7,
        "command": 7, "container": 7, "from": 7, "lore": 7, "clock": 7, "role": 7, "by": 7, "occasion": 7,
        "writes_for_you": 7, "book": 7},
    }  # fmt: skip
    with pytest.raises(Mismatch):
        check_note("event", {"subscription": "u1", "story": "s1", "branch": "b1", "events": [sent], "touches": []})
    with pytest.raises(ValidationError):
        published("event").validate(sent)


def test_an_unknown_kind_is_the_schema_s_to_ignore_and_the_test_client_s_to_refuse(published: Published) -> None:
    sent = {
        "seq": 1, "branch": "b1", "turn": 1, "cause": None, "kind": "sun.exploded", "version": 1,
        "at": "2026-01-31T20:15:00.000Z", "witnesses": [], "data": {},
    }  # fmt: skip
    published("event").validate(sent)
    with pytest.raises(Mismatch, match=r"sun\.exploded"):
        conforms(sent, Event, "event")
