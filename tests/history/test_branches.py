"""Going back and to and fro between branches: nothing is lost by it."""

from pathlib import Path
from typing import Any

import pytest

from protocol.errors import INVALID_PARAMS
from tests.support.direct_client import served
from tests.support.small_cast import LENSES, look, said, say, story, texts
from tests.support.wire_client import Client, Refused


async def test_a_rewind_does_what_its_preview_said_and_can_be_undone(direct: Client) -> None:
    s = await story(direct)
    kept = await say(direct, s, "Kept.")
    gone = [await say(direct, s, "Gone."), await direct.call("append", story=s, commands=[
        said("a", "Psst.", manner="whisper", to=["you"]), {"do": "take", "who": "a", "prop": "key"},
        {"do": "feel", "from": "b", "to": "a", "tension": 1}, {"do": "pass_time", "minutes": 9},
    ])]  # fmt: skip
    now = {n: await look(direct, s, "state", lens=lens) for n, lens in enumerate(LENSES)}
    preview = await direct.call("rewind", story=s, to=kept["head"], preview=True)
    assert set(preview) == {"impact", "to"}
    assert len((await direct.call("branches", story=s))["branches"]) == 1
    done = await direct.call("rewind", story=s, to=kept["head"])
    assert done["impact"] == preview["impact"]
    assert done["to"] == preview["to"] == kept["head"]
    assert await texts(direct, s) == ["Kept."]
    impact = preview["impact"]
    assert impact["events"] == {"edge.changed": 1, "line.noticed": 1, "line.said": 2, "prop.moved": 1, "time.passed": 1}
    assert [line["text"] for line in impact["lines"]] == ["Gone.", "Psst."]
    for n, lens in enumerate(LENSES):
        then = await look(direct, s, "state", lens=lens)
        assert impact["states"].get("+".join(lens) or "truth", {}) == difference(now[n], then)
    undone = await direct.call("switch", story=s, branch=done["undo"])
    assert undone == {"branch": done["undo"], "head": gone[-1]["head"]}
    assert await texts(direct, s) == ["Kept.", "Gone.", "Psst."]
    assert {n: await look(direct, s, "state", lens=lens) for n, lens in enumerate(LENSES)} == now


def difference(before: Any, after: Any, path: str = "") -> dict[str, Any]:
    """How two values differ, by dotted path: [before, after]."""
    if before == after:
        return {}
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return {path: [before, after]}
    found: dict[str, Any] = {}
    for key in {**before, **after}:
        found |= difference(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    return found


async def test_a_rewind_rounds_down_to_the_end_of_a_commit(direct: Client) -> None:
    s = await story(direct)
    first = await direct.call("append", story=s, commands=[said("you", "One."), said("a", "Two.")])
    second = await direct.call("append", story=s, commands=[said("you", "Three."), said("a", "Four.")])
    assert (await direct.call("rewind", story=s, to=second["head"] - 1))["to"] == first["head"]
    assert await texts(direct, s) == ["One.", "Two."]
    ahead = await direct.call("rewind", story=s, to=10**9)
    assert not any(ahead["impact"].values())
    with pytest.raises(Refused) as refused:
        await direct.call("rewind", story=s, to=0)
    assert refused.value.code == INVALID_PARAMS


async def test_lines_of_history_tell_where_they_come_from(direct: Client) -> None:
    s = await story(direct)
    one, two = await say(direct, s, "One."), await say(direct, s, "Two.")
    back = await direct.call("rewind", story=s, to=one["head"])
    three = await say(direct, s, "Three.")
    further = await direct.call("rewind", story=s, to=one["head"])
    found = {b["branch"]: b for b in (await direct.call("branches", story=s))["branches"]}
    root = back["undo"]
    assert [b["current"] for b in found.values()] == [False, False, True]
    assert found[back["branch"]]["parent"] == found[further["branch"]]["parent"] == root, "whoever owns the seq"
    assert found[further["branch"]]["fork_seq"] == one["head"]
    assert found[root]["head"] == two["head"]
    assert found[back["branch"]]["head"] == three["head"]
    assert further["undo"] == back["branch"]
    for branch, expected in ((root, ["One.", "Two."]), (back["branch"], ["One.", "Three."]), (None, ["One."])):
        assert await texts(direct, s, **({"branch": branch} if branch else {})) == expected
    # Rewinding a line that is not the current one: one goes back to where one was.
    other = await direct.call("rewind", story=s, branch=root, to=two["head"])
    assert other["undo"] == further["branch"]


async def test_a_switch_outlasts_a_restart(tmp_path: Path) -> None:
    async with served(tmp_path) as c:
        s = await story(c)
        one = await say(c, s, "One.")
        await say(c, s, "Two.")
        back = await c.call("rewind", story=s, to=one["head"])
        before = await c.call("branches", story=s)
    async with served(tmp_path) as c:
        assert await c.call("branches", story=s) == before
        assert await texts(c, s) == ["One."]
        await c.call("switch", story=s, branch=back["undo"])
    async with served(tmp_path) as c:
        assert await texts(c, s) == ["One.", "Two."]
        made = await c.call("rewind", story=s, to=one["head"])
        assert made["branch"] not in (back["branch"], back["undo"]), "ids of branches are not used again"


async def test_ids_of_lines_and_turns_are_not_used_again(direct: Client) -> None:
    s = await story(direct)
    one = await say(direct, s, "One.")
    turns, ids = [one["turn"]], [one["events"][0]["data"]["line"]]
    for n in range(4):
        await direct.call("rewind", story=s, to=one["head"])
        done = await say(direct, s, f"{n}")
        turns.append(done["turn"])
        ids.append(done["events"][0]["data"]["line"])
    assert len(set(turns)) == len(set(ids)) == 5
    assert turns == sorted(turns)
