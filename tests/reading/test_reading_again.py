"""Reading a line once more, and over the wire."""

from pathlib import Path

import msgspec
import pytest

from protocol.commands import AnyCommand
from protocol.errors import NOT_FOUND, Fault
from tests.conftest import config
from tests.reading.rig import DRAWER, HIDES, TRUSTS, Play, playing, texts
from tests.support.asked_minds import asked
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, lines, look, play, story
from tests.support.wire_client import Refused


async def test_a_line_can_be_read_once_more(scene: Play) -> None:
    turn = await scene.turn()
    scene.answers(minds={"Mara": {**TRUSTS, "feel": [{"to": "you", "warmth": 1}]}}, minutes=5)
    await scene.read(turn)
    scene.answers(HIDES, minds={"Mara": TRUSTS}, minutes=5)
    done = await scene.reread((await scene.spoken())[0])
    assert done.turn > turn
    assert texts(done) == [
        "Mara likes Sam a little less",
        "Sam puts the ring in the drawer",
        "Mara trusts Sam a little more",
    ]
    state = await scene.state()
    felt = state.edges["a>you"]
    assert (felt.warmth, felt.trust, state.elapsed) == (0, 1, 5), "as this reading alone has it"
    (made,) = await scene.events("prop.moved")
    assert (made.turn, made.cause) == (done.turn, (await scene.events("line.said"))[0].seq)
    await scene.reread((await scene.spoken())[1])
    assert (await scene.state()).edges["a>you"].trust == 1


async def test_what_the_author_set_since_is_not_undone_by_reading_once_more(scene: Play) -> None:
    scene.answers(minds={"Mara": TRUSTS})
    await scene.read(await scene.turn())
    hand = {"do": "set", "what": "edge", "id": "a>you", "values": {"trust": 4}}
    await scene.store.append(scene.tale.id, msgspec.convert(hand, AnyCommand))
    scene.answers()
    assert texts(await scene.reread((await scene.spoken())[0])) == []
    assert (await scene.state()).edges["a>you"].trust == 4


async def test_of_an_old_line_only_minds_are_read(scene: Play) -> None:
    await scene.turn()
    await scene.turn()
    scene.answers(HIDES, minds={"Mara": TRUSTS})
    done = await scene.reread((await scene.spoken())[0])
    assert texts(done) == ["Mara trusts Sam a little more"]
    assert [x.rule for x in done.refused] == ["no_such_change"]


async def test_reading_once_more_works_while_reading_is_off(tmp_path: Path) -> None:
    async with playing(tmp_path, "off") as scene:
        await scene.turn()
        scene.answers(HIDES)
        done = await scene.reread((await scene.spoken())[1])
        assert (done.reading, texts(done)) == ("ok", ["Sam puts the ring in the drawer"])


async def test_a_line_of_another_branch_is_not_found(scene: Play) -> None:
    start = await scene.store.writer.open_stories.head(scene.tale, scene.branch)
    await scene.turn()
    line = (await scene.spoken())[0]
    await scene.store.rewind(scene.tale.id, start)
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
        world = {"changes": [{**HIDES, "do": "set"}], "minds": ["a"]}
        endpoint.reading = lambda body: TRUSTS if asked(body).name else world
        turn, notes = await play(c, s, "*puts the ring into the drawer*", speaker="a")
        assert [n.params["phase"] for n in notes][-3:] == ["replied", "reading", "done"]
        assert [x["text"] for x in notes[-1].params["detail"]["changes"]] == ["Mara trusts Sam a little more"]
        assert [x["rule"] for x in notes[-1].params["detail"]["refused"]] == ["no_such_change"]

        endpoint.reading = lambda body: {"changes": [HIDES]}
        done = await c.call("reread", story=s, line=(await lines(c, s))[0]["line"])
        assert [x["text"] for x in done["changes"]] == [
            "Mara trusts Sam a little less",
            "Sam puts the ring in the drawer",
        ]
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
