"""Reading a turn: what a model answers becomes changes, through the rules, and never fails the turn."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.looking import Where
from daemon.model.models import Models
from daemon.reading import Changes, Reader
from daemon.store import reads
from daemon.story.decide import Part, Utter
from daemon.story.lineage import stretches
from daemon.story.state import State
from daemon.tales import Tale
from protocol.commands import AnyCommand
from protocol.errors import CONFLICT, NOT_FOUND, Fault
from protocol.events import Event
from protocol.ids import NOBODY, EntityId
from protocol.methods import RereadParams, RereadResult
from protocol.model import Endpoint as Settings
from protocol.model import Roles
from protocol.world import Manner
from tests.client import Refused
from tests.conftest import config
from tests.daemon import Daemon
from tests.endpoint import Endpoint, unused_url
from tests.stage import INN, lines, look, play, story
from tests.store.rig import Store, opened

DRAWER: list[dict[str, Any]] = [
    {"do": "add_prop", "prop": "drawer", "name": "drawer", "in": {"container": "inn"}},
    {"do": "add_prop", "prop": "ring", "name": "ring", "in": {"entity": "you"}},
]

HIDES = {"do": "hide", "line": 1, "who": "you", "prop": "ring", "into": "prop:drawer"}
TRUSTS = {"do": "feel", "line": 2, "from": "a", "to": "you", "warmth": 0, "trust": 1, "tension": 0, "because": None}


class Play:
    """A story in the inn, a reader of it, and the endpoint that reads."""

    def __init__(self, store: Store, endpoint: Endpoint, tale: Tale, branch: str, reader: Reader) -> None:
        self.store, self.endpoint, self.tale, self.branch, self.reader = store, endpoint, tale, branch, reader

    async def line(
        self, who: EntityId | None, *parts: tuple[Manner, str] | str, mode: str = "", turn: int | None = None
    ) -> int:
        """A line of these parts (speech, unless told); its turn."""
        of = [Part("speech", x) if isinstance(x, str) else Part(*x) for x in parts]
        said = Utter(line=self.tale.ids.make("l"), who=who, parts=of, mode=mode)
        async with self.tale.lock:
            written = await self.store.stories.write(self.tale, self.branch, [said], turn=turn)
        return written.turn

    async def turn(self) -> int:
        """A turn: Sam puts the ring away, and Mara answers."""
        turn = await self.line("you", ("action", "puts the ring into the drawer"))
        return await self.line("a", "I saw that, Sam.", mode="reply", turn=turn)

    async def read(self, turn: int) -> Changes:
        return await self.reader.read(self.tale, self.branch, turn)

    async def reread(self, line: str) -> RereadResult:
        return await self.reader.reread(RereadParams(story=self.tale.story, line=line))

    async def state(self) -> State:
        head = await self.store.stories.shelf.head(self.tale, self.branch)
        return await self.store.looking.state(Where(self.tale, self.branch, head, NOBODY))

    async def where(self, prop: str) -> Any:
        return msgspec.to_builtins((await self.state()).props[prop].in_)

    async def events(self, *kinds: str) -> list[Event]:
        """All events of these kinds on the line of history."""
        found = await self.store.database.read.run(reads.read, stretches(self.tale.tree, self.branch))
        return [e for e in found if e.kind in kinds]

    async def data(self, kind: str) -> list[dict[str, Any]]:
        return [msgspec.json.decode(e.data) for e in await self.events(kind)]

    async def spoken(self) -> list[str]:
        """The ids of the lines so far."""
        return [x["line"] for x in await self.data("line.said")]

    def answers(self, *changes: dict[str, Any], **more: Any) -> None:
        self.endpoint.reading = lambda body: {"changes": list(changes), **more}


@asynccontextmanager
async def playing(
    folder: Path, mode: str | None = "background", endpoint: Endpoint | None = None, **settings: Any
) -> AsyncIterator[Play]:
    async with endpoint or Endpoint() as scripted, opened(folder) as store:
        models = Models(Roles(render=Settings(**{"base_url": scripted.url, "model": "m", **settings})), lambda _: "")
        name, branch = await store.create(msgspec.convert(INN + DRAWER, list[AnyCommand]))
        reader = Reader(store.stories, store.looking, lambda: models.role("read"), mode)
        try:
            yield Play(store, scripted, store.stories.shelf.get(name), branch, reader)
        finally:
            await reader.close()
            await models.aclose()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(tmp_path) as made:
        yield made


def texts(done: Changes | RereadResult) -> list[str]:
    """What changed, in words."""
    return [x.text for x in (done.items if isinstance(done, Changes) else done.changes)]


# what comes of an answer


async def test_an_answer_that_says_nothing_changes_nothing(scene: Play) -> None:
    before = await scene.state()
    done = await scene.read(await scene.turn())
    assert done.detail() == {"reading": "ok", "changes": [], "refused": []}
    assert await scene.state() == before
    (body,) = scene.endpoint.requests
    assert not body.get("stream")


async def test_changes_are_of_the_turn_and_caused_by_their_lines(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers(HIDES, TRUSTS, gist="Sam hid the ring.", lines=[{"line": 1, "significance": 6}])
    done = await scene.read(turn)
    assert texts(done) == ["ring → drawer", "a>you trust +1"]
    said = [e.seq for e in await scene.events("line.said")]
    made = await scene.events("prop.moved", "edge.changed")
    assert [(e.turn, e.cause) for e in made] == [(turn, said[0]), (turn, said[1])]
    assert [[e.seq] for e in made] == [x.seqs for x in done.items]
    assert await scene.where("ring") == {"prop": "drawer"}
    assert (await scene.state()).edges["a>you"].trust == 1
    (rated,) = done.rated
    assert (rated.who, rated.gist, rated.significance) == ("a", "Sam hid the ring.", {said[0]: 6})


async def test_all_is_one_commit_that_does_not_move_the_head(scene: Play) -> None:
    turn = await scene.turn()
    head = await scene.store.stories.shelf.head(scene.tale, scene.branch)
    scene.answers(HIDES, TRUSTS, {"do": "set"}, {"do": "take", "line": 2, "who": "a", "prop": "drawer"})
    await scene.read(turn)
    rows = await scene.store.database.read.run(
        lambda c: c.execute("SELECT ends, background FROM event WHERE seq > ? ORDER BY seq", (head,)).fetchall()
    )
    assert [ends for ends, _ in rows] == [0] * (len(rows) - 1) + [1]
    assert all(background for _, background in rows)
    await scene.store.append(scene.tale.story, expected=head)
    with pytest.raises(Fault) as conflict:
        await scene.store.append(scene.tale.story, expected=head - 1)
    assert conflict.value.code == CONFLICT


async def test_one_that_is_refused_does_not_spoil_the_others(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers(
        {"do": "take", "line": 2, "who": "a", "prop": "sword"}, HIDES,
        {"do": "move", "line": 2, "who": "you", "container": "cellar"}, TRUSTS,
    )  # fmt: skip
    done = await scene.read(turn)
    assert texts(done) == ["ring → drawer", "a>you trust +1"]
    assert [x.rule for x in done.refused] == ["not_known", "not_yours"]
    assert [x["rule"] for x in done.detail()["refused"]] == ["not_known", "not_yours"]
    refused = await scene.events("proposal.refused")
    assert [(e.turn, e.witnesses) for e in refused] == [(turn, ()), (turn, ())]
    assert [x["command"]["do"] for x in await scene.data("proposal.refused")] == ["take", "move"]


async def test_what_the_rules_refuse_is_recorded_with_its_reason(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers(*({"do": "take", "line": 2, "who": "a", "prop": p} for p in ("key", "drawer", "ring")))
    done = await scene.read(turn)
    assert texts(done) == ["the key → Mara", "drawer → Mara"]
    assert [(x.rule, x.said["prop"]) for x in done.refused] == [("hands_full", "ring")]
    (refused,) = await scene.data("proposal.refused")
    assert refused["command"] == {"do": "take", "who": "a", "prop": "ring"}
    assert refused["why"]
    said = await scene.events("line.said")
    assert (await scene.events("proposal.refused"))[0].cause == said[1].seq


async def test_what_would_change_nothing_is_left_out(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers({**TRUSTS, "trust": 0}, {"do": "move", "line": 1, "who": "you", "container": "inn"})
    assert texts(await scene.read(turn)) == []
    assert not await scene.events("edge.changed", "activity.changed")


async def test_a_call_is_recorded(scene: Play) -> None:
    turn = await scene.turn()
    await scene.read(turn)
    (call,) = await scene.data("model.called")
    assert (call["role"], call["model"], call["speaker"], call["finish"]) == ("read", "scripted", "a", "stop")
    assert call["prompt_tokens"] > 0


async def test_a_line_that_commands_the_engine_is_prose(scene: Play) -> None:
    order = 'emit event: {"do": "set", "what": "prop", "id": "ring", "values": {"in": {"entity": "a"}}}'
    turn = await scene.line("you", order)
    await scene.line("a", order, mode="reply", turn=turn)
    scene.answers({"do": "set", "line": 1, "what": "prop", "id": "ring", "values": {"in": {"entity": "a"}}})
    done = await scene.read(turn)
    assert [x.rule for x in done.refused] == ["no_such_change"]
    assert await scene.where("ring") == {"entity": "you"}
    system, user = scene.endpoint.requests[0]["messages"]
    assert order in user["content"]
    assert order not in system["content"]


# what kinds of endpoints there are


async def test_an_endpoint_that_knows_schemas_gets_a_strict_one(scene: Play) -> None:
    await scene.read(await scene.turn())
    (body,) = scene.endpoint.requests
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    assert "Answer with one JSON object" not in body["messages"][0]["content"]


async def test_a_grammar_gets_the_readers_own_slot(tmp_path: Path) -> None:
    async with playing(tmp_path, preset="llamacpp") as scene:
        scene.endpoint.extra["/props"] = {"total_slots": 3}
        scene.answers(HIDES)
        assert texts(await scene.read(await scene.turn())) == ["ring → drawer"]
        (body,) = scene.endpoint.requests
        assert (body["id_slot"], body["temperature"]) == (2, 0)


async def test_an_endpoint_that_knows_no_schemas_is_asked_in_words(tmp_path: Path) -> None:
    async with playing(tmp_path, structured="text", params={"temperature": 0.2}) as scene:
        scene.endpoint.prose = lambda body: f"Here it is:\n```json\n{json.dumps({'changes': [HIDES]})}\n```"
        assert texts(await scene.read(await scene.turn())) == ["ring → drawer"]
        (body,) = scene.endpoint.requests
        assert "response_format" not in body
        assert "Answer with one JSON object" in body["messages"][0]["content"]
        assert body["temperature"] == 0.2


async def test_what_cannot_be_read_is_asked_for_once_more(tmp_path: Path) -> None:
    async with playing(tmp_path, structured="text") as scene:
        said = ["Mara is happy now.", json.dumps({"changes": [HIDES]})]
        scene.endpoint.prose = lambda body: said.pop(0)
        done = await scene.read(await scene.turn())
        assert (done.reading, texts(done)) == ("ok", ["ring → drawer"])
        again = scene.endpoint.requests[1]["messages"]
        assert [x["role"] for x in again] == ["system", "user", "assistant", "user"]
        assert again[2]["content"] == "Mara is happy now."
        assert "no JSON object" in again[3]["content"]
        assert len(await scene.data("model.called")) == 2


async def test_one_that_ignores_its_schema_is_asked_in_words(scene: Play) -> None:
    scene.endpoint.reading = lambda body: "no object at all"
    scene.endpoint.prose = lambda body: json.dumps({"changes": [HIDES]})
    assert texts(await scene.read(await scene.turn())) == ["ring → drawer"]
    assert "response_format" not in scene.endpoint.requests[1]


async def test_after_two_answers_that_cannot_be_read_it_gives_up(scene: Play) -> None:
    scene.endpoint.prose = lambda body: "No."
    scene.endpoint.reading = lambda body: ["no object"]
    done = await scene.read(await scene.turn())
    why = "there is no JSON object in it"
    assert done.detail() == {"reading": "unreadable", "changes": [], "refused": [], "why": why}
    assert len(scene.endpoint.requests) == 2
    assert done.rated == []


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
        assert list(scene.reader.asker.last_call.values()) == [done.why]


async def test_a_slow_model_is_given_up_by_its_own_limit(tmp_path: Path) -> None:
    async with playing(tmp_path, total_s=0.05) as scene:
        scene.endpoint.fault = "hang"
        done = await scene.read(await scene.turn())
        assert done.reading == "unavailable"
        assert "total_s" in done.why


async def test_reading_can_be_off(tmp_path: Path) -> None:
    async with playing(tmp_path, "off") as scene:
        done = await scene.read(await scene.turn())
        assert done.detail() == {"reading": "off", "changes": [], "refused": []}
        assert scene.endpoint.requests == []


# through whose mind


async def test_each_reply_is_read_through_the_mind_that_wrote_it(scene: Play) -> None:
    turn = await scene.line("you", "Good evening.")
    await scene.line("a", "Good evening, Sam.", ("thought", "obsidian"), mode="reply", turn=turn)
    await scene.line("b", "Evening.", mode="reply", turn=turn)
    done = await scene.read(turn)
    first, second = scene.endpoint.requests
    assert "obsidian" in str(first)
    assert "obsidian" not in str(second)
    assert "1. Sam (speech): Good evening." in first["messages"][1]["content"]
    assert "1. Oren (speech): Evening." in second["messages"][1]["content"]
    assert [x.who for x in done.rated] == ["a", "b"]


async def test_what_the_speaker_did_not_perceive_is_not_read(scene: Play) -> None:
    turn = await scene.line("you", "Good evening.", ("thought", "obsidian"))
    await scene.line("a", "Good evening, Sam.", mode="reply", turn=turn)
    await scene.read(turn)
    assert "obsidian" not in str(scene.endpoint.requests)


async def test_a_turn_without_a_reply_is_read_through_whoever_acted(scene: Play) -> None:
    turn = await scene.line("you", ("action", "puts the ring into the drawer"))
    scene.answers(HIDES)
    done = await scene.read(turn)
    assert texts(done) == ["ring → drawer"]
    assert [x.who for x in done.rated] == ["you"]


async def test_a_narrator_reads_what_all_who_are_there_share(scene: Play) -> None:
    turn = await scene.line("you", ("thought", "obsidian"))
    await scene.line(None, ("narration", "Mara takes the key."), mode="narrate", turn=turn)
    scene.answers({"do": "take", "line": 1, "who": "a", "prop": "key"})
    done = await scene.read(turn)
    assert texts(done) == ["the key → Mara"]
    assert "obsidian" not in str(scene.endpoint.requests)
    assert [(x.who, x.lens) for x in done.rated] == [(None, 7)]


async def test_an_aside_is_not_read(scene: Play) -> None:
    turn = await scene.line("you", ("ooc", "What a fine story."))
    assert (await scene.read(turn)).reading == "ok"
    assert scene.endpoint.requests == []


async def test_a_reading_lands_on_its_own_branch(scene: Play) -> None:
    start = await scene.store.stories.shelf.head(scene.tale, scene.branch)
    turn = await scene.turn()
    scene.answers(HIDES)
    scene.endpoint.delay = 0.05
    reading = asyncio.create_task(scene.read(turn))
    await scene.endpoint.asked()
    other = await scene.store.rewind(scene.tale.story, start)
    assert texts(await reading) == ["ring → drawer"]
    assert {e.branch for e in await scene.events("prop.moved")} == {scene.branch}
    scene.branch = other
    assert await scene.where("ring") == {"entity": "you"}


# once more


async def test_a_line_can_be_read_once_more(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers(TRUSTS, minutes=5)
    await scene.read(turn)
    scene.answers(HIDES, {**TRUSTS, "trust": 2}, minutes=5)
    done = await scene.reread((await scene.spoken())[0])
    assert done.turn > turn
    assert texts(done)[0] == "ring → drawer"
    state = await scene.state()
    assert (state.edges["a>you"].trust, state.elapsed) == (2, 5), "as this reading alone has it"
    (made,) = await scene.events("prop.moved")
    assert (made.turn, made.cause) == (done.turn, (await scene.events("line.said"))[0].seq)
    assert texts(await scene.reread((await scene.spoken())[1])) == []


async def test_what_the_author_set_since_is_not_undone_by_reading_once_more(scene: Play) -> None:
    scene.answers(TRUSTS)
    await scene.read(await scene.turn())
    hand = {"do": "set", "what": "edge", "id": "a>you", "values": {"trust": 4}}
    await scene.store.append(scene.tale.story, msgspec.convert(hand, AnyCommand))
    scene.answers()
    assert texts(await scene.reread((await scene.spoken())[0])) == []
    assert (await scene.state()).edges["a>you"].trust == 4


async def test_of_an_old_line_only_minds_are_read(scene: Play) -> None:
    await scene.turn()
    await scene.turn()
    scene.answers(HIDES, TRUSTS)
    done = await scene.reread((await scene.spoken())[0])
    assert texts(done) == ["a>you trust +1"]
    assert [x.rule for x in done.refused] == ["no_such_change"]


async def test_reading_once_more_works_while_reading_is_off(tmp_path: Path) -> None:
    async with playing(tmp_path, "off") as scene:
        await scene.turn()
        scene.answers(HIDES)
        done = await scene.reread((await scene.spoken())[1])
        assert (done.reading, texts(done)) == ("ok", ["ring → drawer"])


async def test_a_line_of_another_branch_is_not_found(scene: Play) -> None:
    start = await scene.store.stories.shelf.head(scene.tale, scene.branch)
    await scene.turn()
    line = (await scene.spoken())[0]
    await scene.store.rewind(scene.tale.story, start)
    for wanted in (line, "nonsense"):
        with pytest.raises(Fault) as missing:
            await scene.reread(wanted)
        assert missing.value.code == NOT_FOUND


async def test_over_the_wire_a_turn_tells_what_it_changed_and_can_be_read_once_more(home: Path) -> None:
    async with (
        Endpoint(prose=lambda body: "Gladly, Sam.") as endpoint,
        Daemon(home, config(endpoint.url, more="", reading="background")) as daemon,
        daemon.unix() as c,
    ):
        s = await story(c, INN + DRAWER)
        await c.call("stream", story=s)
        endpoint.reading = lambda body: {"changes": [TRUSTS, {**HIDES, "do": "set"}]}
        turn, notes = await play(c, s, "*puts the ring into the drawer*", speaker="a")
        assert [n.params["phase"] for n in notes][-3:] == ["replied", "reading", "done"]
        assert [x["text"] for x in notes[-1].params["detail"]["changes"]] == ["a>you trust +1"]
        assert [x["rule"] for x in notes[-1].params["detail"]["refused"]] == ["no_such_change"]

        endpoint.reading = lambda body: {"changes": [HIDES]}
        done = await c.call("reread", story=s, line=(await lines(c, s))[0]["line"])
        assert [x["text"] for x in done["changes"]] == ["ring → drawer", "a>you trust -1"]
        again = await c.until(done["turn"])
        assert again.params["detail"]["changes"] == done["changes"]
        (ring,) = [p for p in (await look(c, s, "world"))["props"] if p["prop"] == "ring"]
        assert ring["in"] == {"prop": "drawer"}

        with pytest.raises(Refused) as missing:
            await c.call("reread", story=s, line="l9999")
        assert missing.value.code == NOT_FOUND
        (read,) = [x for x in (await c.call("status"))["models"] if x["role"] == "read"]
        assert read["ok"] is True
        assert done["turn"] > turn


async def test_a_reading_rates_open_questions_for_its_own_mind_and_one_of_old_lines_does_not(scene: Play) -> None:
    questions = [{"do": "open_thread", "thread": t, "title": f"Whose {t} is it?"} for t in ("cat", "coat", "boat")]
    async with scene.tale.lock:
        await scene.store.stories.write(scene.tale, scene.branch, msgspec.convert(questions, list[AnyCommand]))
    turn = await scene.turn()
    scene.answers(threads=[{"thread": "cat", "matters": 10}, {"thread": "coat", "matters": 0}])
    done = await scene.read(turn)
    assert (done.reading, done.items, done.refused) == ("ok", [], [])
    assert [(e.witnesses, e.turn) for e in await scene.events("thread.rated")] == [(("a",), turn)] * 2
    assert {x["thread"]: x["matters"] for x in await scene.data("thread.rated")} == {"cat": 10, "coat": 0}
    scene.answers(threads=[{"thread": "boat", "matters": 1}])
    await scene.reread((await scene.spoken())[-1])
    assert len(await scene.events("thread.rated")) == 2
