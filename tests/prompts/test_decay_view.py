"""The view `decay`: how a bot repeats itself, and how often its replies were cut since they wrote for somebody else."""

from pathlib import Path

import pytest

from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import lines, look, play, streamed
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_was_cut_is_counted_and_explained(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose = lambda body: "Come in.\nSam: Thank you."
    await play(client, s, "Hello?", speaker="a")
    cut = (await lines(client, s))[-1]
    model.prose = lambda body: "Come in, then."
    await play(client, s, "Well?", speaker="a")
    told = {x["entity"]: x for x in (await look(client, s, "decay"))["speakers"]}
    assert (told["a"]["cut_for_others"], told["b"]["cut_for_others"]) == (1, 0)
    assert (told["a"]["replies"], told["a"]["words"], told["a"]["phrases"]) == (2, 2.5, 0)
    explained = await client.call("explain", story=s, line=cut["line"])
    assert (explained["cut"], explained["exact"]) == ("others", True)
    assert (await client.call("explain", story=s, line=(await lines(client, s))[-1]["line"]))["cut"] == ""


async def test_a_list_of_the_users_own_is_counted(home: Path, model: Endpoint) -> None:
    home.mkdir(exist_ok=True)
    (home / "mine.txt").write_text("a testament to\nnot just ... but\nshiver|shivers\n", encoding="utf-8")
    settings = config(model.url).replace("[play]", '[play]\noverused = "mine.txt"')
    model.prose = lambda body: "It is not just a shiver but a testament to cold."
    async with Daemon(home, settings) as daemon, daemon.unix() as c:
        s = await streamed(c)
        await play(c, s, "Cold?", speaker="a")
        await play(c, s, "Cold!", speaker="a")
        told = {x["entity"]: x for x in (await look(c, s, "decay"))["speakers"]}
        assert told["a"]["overused"] == 6
        last = await c.call("explain", story=s, line=(await lines(c, s))[-1]["line"])
        assert "list of what is overused" in last["countered"] and last["exact"]


def test_a_list_that_cannot_be_used_keeps_the_daemon_from_starting(tmp_path: Path) -> None:
    from daemon.home.config import ConfigError
    from daemon.home.lists import overused

    (tmp_path / "odd.json").write_text('{"words": "tapestry"}', encoding="utf-8")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe")
    for name, why in (("no.txt", "cannot be read"), ("odd.json", "no list"), ("bytes.txt", "not UTF-8")):
        with pytest.raises(ConfigError, match=why):
            overused(tmp_path, name)
    assert overused(tmp_path, "").count == 0
