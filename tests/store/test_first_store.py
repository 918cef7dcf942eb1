"""A store that the first version of this program wrote opens, is whole, says what it said then, and plays on."""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.conftest import config
from tests.fixtures.first import STORE, TOLD, told
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import lines, play, texts
from tests.torture.checks import check_states, check_whole


def covers(now: Any, was: Any) -> bool:
    """Whether all that was told then is told now; new fields may have come."""
    if isinstance(was, dict):
        return isinstance(now, dict) and all(name in now and covers(now[name], was[name]) for name in was)
    if isinstance(was, list):
        return isinstance(now, list) and len(now) == len(was) and all(map(covers, now, was))
    return bool(now == was)


async def test_the_first_store_opens_says_what_it_said_and_plays_on(home: Path) -> None:
    (home / "store").mkdir(parents=True)
    shutil.copy(STORE, home / "store" / "fabula.db")
    then = json.loads(TOLD.read_text(encoding="utf-8"))
    async with Endpoint(lambda body: "As ever.") as endpoint, Daemon(home, config(endpoint.url)) as daemon:
        async with daemon.web() as c:
            found = await c.call("verify", replay=True)
            assert (found["ok"], found["findings"]) == (True, [])
            now = await told(c)
            assert now.keys() == then.keys()
            for branch, was in then.items():
                assert covers(now[branch], was), branch
            s = (await c.call("stories"))["stories"][-1]["story"]
            again = {"story": s, "commands": [{"do": "say", "who": "you", "text": "Let us go."}], "key": "k1"}
            head = (await c.call("append", again))["head"]
            assert head in [was["head"] for was in then.values()], "answered as the first time"
            await c.call("stream", story=s)
            await play(c, s, "And now?")
            assert (await texts(c, s))[-2:] == ["And now?", "As ever."]
            assert (await c.call("recall", story=s, lens=["you"], query="key"))["memories"]
            await c.call("backup")
            assert await lines(c, s)
            await check_states(c, Path(daemon.ready["store"]))
        check_whole(Path(daemon.ready["store"]))
