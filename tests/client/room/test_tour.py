"""The tour over a real daemon: it shows its points without a model's help, and leaves its story behind."""

import re

import pytest

from client.room.evening import TITLE
from protocol.harmless import harmless
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import look, say, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


def answers(shown: str, question: str) -> list[list[str]]:
    """The cells of the first row under each asking of a question."""
    lines = shown.splitlines()
    rows = [lines[i + 3] for i, line in enumerate(lines) if line == question]
    return [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows]


async def test_the_tour_shows_its_points_and_keeps_its_story(daemon: Daemon, client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "I knew that bell once."
    done = await rpc(daemon.home, "tour", "--pace", "0", COLUMNS="100")
    assert (done.code, done.err) == (0, "")
    assert done.out == harmless(done.out)
    here, tin, unknown, meadow = "in the taproom", "inside the tea tin", "somewhere unknown", "in the meadow"
    assert answers(done.out, "Where is the ring?") == [
        [here] * 4, [tin, tin, here, here], [tin, tin, unknown, unknown], [tin, tin, meadow, meadow],
    ]  # fmt: skip
    during, after = answers(done.out, "Where is the basket?")
    assert during == ["in the meadow"] * 4 and all("put away" in cell for cell in after)
    told, gone = answers(done.out, "Who sees the basket?")
    assert told == ["yes", "no"] and gone == ["no"] * 2
    [remembered] = answers(done.out, "What do they remember of the picnic?")
    assert remembered[-1] == "nothing"
    [minds] = answers(done.out, "What comes to mind?")
    assert minds[0].startswith("- The winter the river froze") and not minds[1].startswith("- The winter")
    assert "Mara: I knew that bell once.\n" in done.out and re.search(
        r"/why shows the exact \d+-token prompt behind that line, and the \d+ things Mara wasn't told\.",
        " ".join(done.out.split()),
    )
    kept = next(s for s in (await client.call("stories"))["stories"] if s["title"] == TITLE)
    occasions = (await look(client, kept["story"], "occasions"))["occasions"]
    assert [o["status"] for o in occasions] == ["completed"]


async def test_without_a_model_it_goes_to_its_end_and_puts_away_the_last_one(
    daemon: Daemon, client: Client, model: Endpoint
) -> None:
    model.fault = "server_error"
    await client.call("create", title=TITLE)
    played = await story(client, title=TITLE)
    await say(client, played, "I play on.")
    done = await rpc(daemon.home, "tour", "--pace", "0", COLUMNS="40")
    there = {s["story"] for s in (await client.call("stories"))["stories"] if s["title"] == TITLE}
    assert len(there) == 2 and played in there, "that of this tour, and the one in which somebody played on"
    assert "in the bin now" in done.out
    assert done.code == 0
    assert "No reply" in done.out and "With a model of your own" in done.out and "That was the tour" in done.out
    assert max(len(line) for line in done.out.splitlines() if "No reply" not in line) < 100
