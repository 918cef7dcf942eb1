"""How many things somebody can hold, as config.toml says."""

from pathlib import Path

import pytest

from daemon.home import config
from protocol.errors import REFUSED
from tests.support.direct_client import served
from tests.support.small_cast import INN, look, story
from tests.support.wire_client import Refused


@pytest.mark.parametrize("hands", [1, 3])
async def test_hands_hold_as_much_as_is_configured(tmp_path: Path, hands: int) -> None:
    (tmp_path / "config.toml").write_text(f"[play]\nhands = {hands}\n")
    async with served(tmp_path, config.load(tmp_path).play.hands) as c:
        things = [{"do": "add_prop", "prop": f"p{n}", "name": f"p{n}", "in": {"container": "inn"}} for n in range(4)]
        takes = [{"do": "take", "who": "a", "prop": f"p{n}"} for n in range(hands)]
        s = await story(c, [*INN, *things, takes[0]])
        await c.call("append", story=s, commands=takes[1:])
        with pytest.raises(Refused) as refused:
            await c.call("append", story=s, commands=[{"do": "take", "who": "a", "prop": "p3"}])
        assert (refused.value.code, refused.value.data["rule"]) == (REFUSED, "hands_full")
        with pytest.raises(Refused):
            await story(c, [*INN, *things, *takes, {"do": "take", "who": "a", "prop": "p3"}])
        present = (await look(c, s, "scene"))["present"]
        assert next(len(x["holding"]) for x in present if x["entity"] == "a") == hands
