"""Reading a turn: endpoints of every kind are asked as they can be, and none that fails fails the turn."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.reading.rig import HIDES, Play, playing, texts
from tests.support.scripted_model import Endpoint, unused_url


async def test_an_endpoint_that_knows_schemas_gets_one(scene: Play) -> None:
    await scene.read(await scene.turn())
    (body,) = scene.endpoint.requests
    assert body["response_format"]["json_schema"]["strict"] is False, "strict ones must have all fields required"
    assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False


async def test_a_grammar_gets_the_readers_own_slot(tmp_path: Path) -> None:
    async with playing(tmp_path, preset="llamacpp") as scene:
        scene.endpoint.extra["/props"] = {"total_slots": 3}
        scene.answers(HIDES)
        assert texts(await scene.read(await scene.turn())) == ["Sam puts the ring in the drawer"]
        (body,) = scene.endpoint.requests
        assert (body["id_slot"], body["temperature"]) == (2, 0)


async def test_an_endpoint_that_knows_no_schemas_is_asked_in_words(tmp_path: Path) -> None:
    async with playing(tmp_path, structured="text", params={"temperature": 0.2}) as scene:
        scene.endpoint.prose = lambda body: f"Here it is:\n```json\n{json.dumps({'changes': [HIDES]})}\n```"
        assert texts(await scene.read(await scene.turn())) == ["Sam puts the ring in the drawer"]
        (body,) = scene.endpoint.requests
        assert "response_format" not in body
        assert "Answer with JSON" in body["messages"][0]["content"]
        assert body["temperature"] == 0.2


async def test_what_cannot_be_read_is_asked_for_once_more(tmp_path: Path) -> None:
    async with playing(tmp_path, structured="text") as scene:
        said = ["Mara is happy now.", json.dumps({"changes": [HIDES]})]
        scene.endpoint.prose = lambda body: said.pop(0)
        done = await scene.read(await scene.turn())
        assert (done.reading, texts(done)) == ("ok", ["Sam puts the ring in the drawer"])
        again = scene.endpoint.requests[1]["messages"]
        assert [x["role"] for x in again] == ["system", "user", "assistant", "user"]
        assert again[2]["content"] == "Mara is happy now."
        assert "no JSON object" in again[3]["content"]
        assert len(await scene.data("model.called")) == 2


async def test_one_that_ignores_its_schema_is_asked_in_words(scene: Play) -> None:
    scene.endpoint.reading = lambda body: "no object at all"
    scene.endpoint.prose = lambda body: json.dumps({"changes": [HIDES]})
    assert texts(await scene.read(await scene.turn())) == ["Sam puts the ring in the drawer"]
    assert "response_format" not in scene.endpoint.requests[1]


async def test_after_two_answers_that_cannot_be_read_it_gives_up(scene: Play) -> None:
    scene.endpoint.prose = lambda body: "No."
    scene.endpoint.reading = lambda body: ["no object"]
    done = await scene.read(await scene.turn())
    why = "there is no JSON object in it"
    assert done.detail().fields() == {"reading": "unreadable", "changes": [], "refused": [], "why": why}
    assert len(scene.endpoint.requests) == 2
    assert [x.matters for x in done.rated] == [None]


class KnowsNoSchemas(Endpoint):
    """Answers with nothing where a schema is asked for."""

    async def _pieces(self, body: dict[str, Any]) -> AsyncIterator[str]:
        if "response_format" not in body:
            async for piece in super()._pieces(body):
                yield piece


async def test_an_endpoint_that_answers_schemas_with_nothing_is_asked_in_words_from_then_on(tmp_path: Path) -> None:
    silent = KnowsNoSchemas(prose=lambda body: json.dumps({"changes": [HIDES]}))
    async with playing(tmp_path, endpoint=silent) as scene:
        assert (await scene.read(await scene.turn())).reading == "ok"
        assert len(silent.requests) == 2
        assert (await scene.read(await scene.turn())).reading == "ok"
        assert len(silent.requests) == 3


@pytest.mark.parametrize("fault", ["html", "server_error", "empty", "break_off", "bad_json", "error_first", "echo_key"])
async def test_a_failing_model_changes_nothing_and_fails_nothing(scene: Play, fault: Any) -> None:
    turn = await scene.turn()
    before = await scene.state()
    scene.endpoint.fault = fault
    done = await scene.read(turn)
    assert done.reading == "unavailable"
    assert done.why
    assert texts(done) == []
    assert await scene.state() == before
    assert all(x["error"] for x in await scene.data("model.called"))


async def test_a_model_that_is_down_is_told_of(tmp_path: Path) -> None:
    async with playing(tmp_path, base_url=unused_url()) as scene:
        done = await scene.read(await scene.turn())
        assert done.reading == "unavailable"
        assert "nothing listens" in done.why
        assert scene.calls.why("read", scene.label) == done.why


async def test_a_slow_model_is_given_up_by_its_own_limit(tmp_path: Path) -> None:
    async with playing(tmp_path, total_s=0.05) as scene:
        scene.endpoint.fault = "hang"
        done = await scene.read(await scene.turn())
        assert done.reading == "unavailable"
        assert "total_s" in done.why


async def test_reading_can_be_off(tmp_path: Path) -> None:
    async with playing(tmp_path, "off") as scene:
        done = await scene.read(await scene.turn())
        assert done.detail().fields() == {"reading": "off", "changes": [], "refused": []}
        assert scene.endpoint.requests == []
