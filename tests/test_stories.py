"""Stories over the socket: made, added to, looked at, gone back in; every write whole or not at all."""

import asyncio
import re
from typing import Any

import pytest

from protocol.errors import CONFLICT, INVALID_PARAMS, KEY_REUSED, NOT_FOUND, REFUSED
from tests.client import Client, Refused
from tests.conftest import config
from tests.daemon import Daemon
from tests.endpoint import unused_url
from tests.stage import INN, LENSES, lines, look, play, said, say, story, texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = {"do": "move", "who": "you", "container": "nowhere"}


async def head(c: Client, s: str) -> int:
    """The head of the current branch."""
    found = (await c.call("stories"))["stories"]
    return int(next(x["head"] for x in found if x["story"] == s))


# making and adding


async def test_a_story_is_made_whole_or_not_at_all(client: Client) -> None:
    before = await client.call("stories")
    with pytest.raises(Refused) as refused:
        await client.call("create", title="Never", setup=[*INN, BAD])
    assert (refused.value.code, refused.value.data["command"]) == (NOT_FOUND, len(INN))
    assert await client.call("stories") == before
    made = await client.call("create", title="Rain", setup=INN)
    first = (await client.call("stories"))["stories"][0]
    assert (first["story"], first["branch"], first["head"]) == (made["story"], made["branch"], made["head"])
    empty = await client.call("create", title="")
    assert (await look(client, empty["story"], "state"))["lens"] == 0
    assert (await look(client, empty["story"], "scene"))["present"] == [], "it adds no entities by itself"


async def test_commands_are_applied_all_or_none(client: Client) -> None:
    s = await story(client)
    before = await head(client, s)
    for bad, code in ((BAD, NOT_FOUND), ({"do": "pass_time", "minutes": -1}, REFUSED)):
        with pytest.raises(Refused) as refused:
            await client.call("append", story=s, commands=[said("you", "Hm."), bad, said("a", "Well.")])
        assert (refused.value.code, refused.value.data["command"]) == (code, 1)
    assert await head(client, s) == before
    assert await lines(client, s) == []
    done = await client.call(
        "append", story=s, commands=[said("you", "Hm."), {"do": "take", "who": "you", "prop": "key"}]
    )
    assert [e["kind"] for e in done["events"]] == ["line.said", "prop.moved"]
    assert done["events"][-1]["seq"] == done["head"] == await head(client, s)
    assert {e["turn"] for e in done["events"]} == {done["turn"]}


async def test_an_id_that_nothing_has_is_not_found(client: Client) -> None:
    s = await story(client)
    line = (await say(client, s, "Hello."))["head"]
    for method, params, what in (
        ("append", {"story": "s999", "commands": []}, "story"),
        ("append", {"story": s, "branch": "b999", "commands": []}, "branch"),
        ("project", {"story": "s999", "view": "scene"}, "story"),
        ("project", {"story": s, "branch": "b999", "view": "scene"}, "branch"),
        ("stream", {"story": "s999"}, "story"),
        ("stream", {"story": s, "branch": "b999"}, "branch"),
        ("stream", {"story": s, "after": 1, "of_branch": "b999"}, "branch"),
        ("play", {"story": "s999", "text": "Hi."}, "story"),
        ("play", {"story": s, "branch": "b999", "text": "Hi."}, "branch"),
        ("stop", {"story": "s999"}, "story"),
        ("rewind", {"story": "s999", "to": line}, "story"),
        ("rewind", {"story": s, "branch": "b999", "to": line}, "branch"),
        ("branches", {"story": "s999"}, "story"),
        ("switch", {"story": s, "branch": "b999"}, "branch"),
        ("switch", {"story": "s999", "branch": "b1"}, "story"),
        ("unstream", {"subscription": "u999"}, "subscription"),
        ("append", {"story": s, "commands": [{"do": "take", "who": "a", "prop": "crown"}]}, "prop"),
        ("append", {"story": s, "commands": [{"do": "share", "by": "a", "to": ["you"], "memory": "m999"}]}, "memory"),
    ):
        with pytest.raises(Refused) as refused:
            await client.call(method, params)
        assert (refused.value.code, refused.value.data["what"]) == (NOT_FOUND, what), method


async def test_a_branch_of_another_story_is_not_found(client: Client) -> None:
    one, other = await story(client), await client.call("create", title="Sun")
    with pytest.raises(Refused) as refused:
        await client.call("switch", story=one, branch=other["branch"])
    assert refused.value.code == NOT_FOUND


# expected, key


async def test_of_a_hundred_clients_with_one_expectation_one_wins(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    expected = await head(client, s)

    async def attempt(n: int) -> int:
        async with daemon.unix() as c:
            try:
                await say(c, s, f"I am {n}.", expected=expected)
            except Refused as refused:
                assert refused.data == {"expected": expected, "head": expected + 1}
                return refused.code
            return 0

    codes = sorted(await asyncio.gather(*(attempt(n) for n in range(100))))
    assert codes == [CONFLICT] * 99 + [0]
    assert len(await lines(client, s)) == 1


async def test_records_of_the_machinery_do_not_move_what_is_expected(client: Client, model: Any) -> None:
    s = await story(client)
    await client.call("stream", story=s)
    await play(client, s, "Hello?")
    events = client.events()
    reply, called = (max(e["seq"] for e in events if e["kind"] == kind) for kind in ("line.said", "model.called"))
    assert called > reply
    for expected in (reply - 1, called + 1):
        with pytest.raises(Refused) as refused:
            await say(client, s, "Too late.", expected=expected)
        assert refused.value.code == CONFLICT
    assert (await say(client, s, "In time.", expected=reply))["head"] > called


async def test_expecting_the_head_works_on_every_line_of_history(client: Client) -> None:
    s = await story(client)
    first = (await say(client, s, "One."))["head"]
    second = (await say(client, s, "Two."))["head"]
    back = await client.call("rewind", story=s, to=first)
    with pytest.raises(Refused):
        await say(client, s, "Three.", expected=second)
    assert (await say(client, s, "Three.", expected=first))["head"] > back["head"]
    assert (await say(client, s, "Also two.", branch=back["undo"], expected=second))["head"]


async def test_a_key_is_done_once_however_often_it_is_repeated(home: Any) -> None:
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            asked = {"story": s, "commands": [said("you", "Once.")], "key": "k1"}
            first = await c.call("append", asked)
            again = await asyncio.gather(*(c.call("append", asked) for _ in range(20)))
            nothing = await c.call("append", story=s, commands=[], key="k0")
            turn = (await c.call("append", story=s, commands=[]))["turn"]
            assert nothing["turn"] < turn
        await daemon.restart()
        async with daemon.web() as c:
            again += [await c.call("append", asked) for _ in range(20)]
            assert all(answer == first for answer in again)
            assert await c.call("append", story=s, commands=[], key="k0") == nothing
            assert await texts(c, s) == ["Once."]
            assert (await say(c, s, "Twice."))["turn"] > turn, "a turn of which nothing came is not used again"
            others: list[dict[str, Any]] = [{"commands": [said("you", "Other.")]}, {"commands": []}, {"branch": "b1"}]
            for other in others:
                with pytest.raises(Refused) as refused:
                    await c.call("append", {**asked, **other})
                assert refused.value.code == KEY_REUSED


async def test_a_key_is_looked_at_before_anything_else(client: Client, model: Any) -> None:
    s = await story(client)
    before = await head(client, s)
    taking = {"story": s, "commands": [{"do": "take", "who": "a", "prop": "key"}], "key": "k1", "expected": before}
    first = await client.call("append", taking)
    await client.call("append", story=s, commands=[{"do": "remove", "what": "prop", "id": "key"}])
    assert await client.call("append", taking) == first, "now it would be refused, and expects too little"
    assert await client.call("append", {**taking, "expected": before + 77}) == first
    await client.call("rewind", story=s, to=before)
    assert await client.call("append", taking) == first, "it survives a rewind"
    await client.call("stream", story=s)
    played = await client.call("play", story=s, text="Hello?", key="k2")
    assert await client.call("play", story=s, text="Hello?", key="k2") == played, "while the reply is being written"
    with pytest.raises(Refused) as refused:
        await client.call("append", story=s, commands=[said("you", "Hello?")], key="k2")
    assert refused.value.code == KEY_REUSED
    await client.until(played["turn"])
    assert await texts(client, s, branch=first["events"][0]["branch"]) == []


async def test_one_key_played_by_many_at_once_is_one_turn(daemon: Daemon, client: Client, model: Any) -> None:
    s = await story(client)
    await client.call("stream", story=s)

    async def attempt() -> dict[str, Any]:
        async with daemon.unix() as c:
            return await c.call("play", story=s, text="Hello?", key="k")

    answers = await asyncio.gather(*(attempt() for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    await client.until(answers[0]["turn"])
    assert len(model.requests) == 1


# cancelling


async def test_what_is_cancelled_is_not_written_and_what_is_written_is_answered(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    await client.call("stream", story=s)
    answered = []
    async with daemon.unix() as c:
        for n in range(60):
            pending = await c.begin("append", story=s, commands=[said("you", f"{n}")])
            if n % 3:
                await asyncio.sleep(0.0005 * (n % 7))
            await c.call("cancel", id=pending.id)
            try:
                answered.append((await c.settle(pending))["head"])
            except Refused as refused:
                assert refused.code == -32800
    await say(client, s, "The last.")
    await client.wait(lambda n: n.method == "event" and n.params["events"][-1]["data"].get("text") == "The last.")
    told = [e["seq"] for e in client.events()]
    assert told[:-1] == answered
    assert [line["seq"] for line in await lines(client, s)] == told


# looking


async def test_every_view_at_every_seq_is_what_it_was_then(client: Client) -> None:
    s = await story(client)
    steps = [
        [said("a", "Come in.")],
        [{"do": "take", "who": "you", "prop": "key"}],
        [said("you", "Psst.", manner="whisper", to=["b"])],
        [{"do": "move", "who": "b", "container": "cellar"}, {"do": "pass_time", "minutes": 5}],
        [{"do": "hand", "who": "you", "prop": "key", "to": "a"}, {"do": "feel", "from": "a", "to": "you", "trust": 2}],
        [said("a", "Thank you."), {"do": "close_scene", "gist": "Sam came."}],
    ]
    views = ("scene", "world", "edges", "transcript", "memories", "timeline", "state", "occasions", "threads")
    asked: list[tuple[str, list[str], dict[str, str]]] = [(view, lens, {}) for view in views for lens in LENSES]
    asked += [("entity", lens, {"entity": who}) for lens in LENSES for who in ("you", "a", "b")]

    async def all_views(**at: int) -> list[Any]:
        return [await client.call("project", story=s, view=v, lens=lens, **more, **at) for v, lens, more in asked]

    seen: list[tuple[int, int, list[Any]]] = []
    for step in steps:
        before = await head(client, s)
        after = (await client.call("append", story=s, commands=step))["head"]
        seen.append((before, after, await all_views()))
    for before, after, then in seen:
        assert await all_views(at=after) == then
        for within in range(before + 1, after):
            view, lens, more = asked[within % len(asked)]
            answer = await client.call("project", story=s, view=view, lens=lens, **more, at=within)
            assert answer["at"] == before, "it is rounded down to the end of a commit"
    assert (await client.call("project", story=s, view="state", at=0))["at"] == 0
    assert await all_views(at=10**9) == await all_views()


async def test_a_lens_may_name_somebody_who_is_not_in_the_cast(client: Client) -> None:
    s = await story(client, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    assert (await look(client, s, "scene", lens=["b"]))["present"] == []
    assert (await look(client, s, "state", lens=["you", "b"]))["lens"] == 5


async def test_a_view_says_what_it_lacks(client: Client) -> None:
    s = await story(client)
    with pytest.raises(Refused, match="entity") as refused:
        await client.call("project", story=s, view="entity")
    assert refused.value.code == INVALID_PARAMS
    with pytest.raises(Refused):
        await client.call("project", story=s, view="entity", entity="b", at=1)


@pytest.mark.parametrize("view", ["transcript", "memories", "timeline"])
async def test_lists_page_both_ways(client: Client, view: str) -> None:
    s = await story(client, [{"do": "add_entity", "entity": "a", "name": "Mara", "identity": {"voice": "Low."}}])
    for n in range(23):
        by = {"do": "remember", "gist": f"Memory {n}.", "by": ["a"]}
        await client.call("append", story=s, commands=[said("a", f"Line {n}."), by])
    key = {"transcript": "lines", "memories": "memories", "timeline": "entries"}[view]

    async def page(**more: Any) -> tuple[list[dict[str, Any]], bool]:
        data = await look(client, s, view, lens=["a"], **more)
        return data[key], data["more"]

    everything, more = await page(limit=1000)
    assert not more
    assert [x["seq"] for x in everything] == sorted({x["seq"] for x in everything})
    assert len(everything) == 23
    assert (await page(limit=10)) == (everything[-10:], True)
    assert (await page(after=0, limit=10)) == (everything[:10], True)
    assert (await page(limit=len(everything))) == (everything, False)
    backwards, forwards = await pages(page, "before"), await pages(page, "after")
    assert backwards == forwards == everything
    low, high = everything[4]["seq"], everything[9]["seq"]
    assert (await page(after=low, before=high))[0] == everything[5:9]


async def test_pages_of_the_timeline_tear_no_turn_and_know_the_scene(client: Client) -> None:
    s = await story(client)
    for n in range(9):
        passing = {"do": "pass_time", "minutes": n}
        await client.call("append", story=s, commands=[said("you", f"{n}"), passing, said("a", f"So {n}.")])
    whole = (await look(client, s, "timeline"))["entries"]
    assert [x["entry"] for x in whole] == ["scene", *["turn", "time"] * 9]
    assert len({x["scene"] for x in whole}) == 1
    found: list[dict[str, Any]] = []
    more = True
    while more:
        page = await look(client, s, "timeline", limit=2, **({"before": found[0]["seq"]} if found else {}))
        found, more = [*page["entries"], *found], page["more"]
    assert found == whole


async def pages(page: Any, way: str) -> list[dict[str, Any]]:
    """All of a list, seven at a time."""
    found, more = await page(limit=7, **({"after": 0} if way == "after" else {}))
    while more:
        cursor = {way: found[-1 if way == "after" else 0]["seq"]}
        next_page, more = await page(limit=7, **cursor)
        found = found + next_page if way == "after" else next_page + found
    return list(found)


# going back


async def test_a_rewind_does_what_its_preview_said_and_can_be_undone(client: Client) -> None:
    s = await story(client)
    kept = await say(client, s, "Kept.")
    gone = [await say(client, s, "Gone."), await client.call("append", story=s, commands=[
        said("a", "Psst.", manner="whisper", to=["you"]), {"do": "take", "who": "a", "prop": "key"},
        {"do": "feel", "from": "b", "to": "a", "tension": 1}, {"do": "pass_time", "minutes": 9},
    ])]  # fmt: skip
    now = {n: await look(client, s, "state", lens=lens) for n, lens in enumerate(LENSES)}
    preview = await client.call("rewind", story=s, to=kept["head"], preview=True)
    assert set(preview) == {"impact", "to"}
    assert len((await client.call("branches", story=s))["branches"]) == 1
    done = await client.call("rewind", story=s, to=kept["head"])
    assert done["impact"] == preview["impact"]
    assert done["to"] == preview["to"] == kept["head"]
    assert await texts(client, s) == ["Kept."]
    impact = preview["impact"]
    assert impact["events"] == {"edge.changed": 1, "line.noticed": 1, "line.said": 2, "prop.moved": 1, "time.passed": 1}
    assert [line["text"] for line in impact["lines"]] == ["Gone.", "Psst."]
    for n, lens in enumerate(LENSES):
        then = await look(client, s, "state", lens=lens)
        assert impact["states"].get("+".join(lens) or "truth", {}) == difference(now[n], then)
    undone = await client.call("switch", story=s, branch=done["undo"])
    assert undone == {"branch": done["undo"], "head": gone[-1]["head"]}
    assert await texts(client, s) == ["Kept.", "Gone.", "Psst."]
    assert {n: await look(client, s, "state", lens=lens) for n, lens in enumerate(LENSES)} == now


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


async def test_a_rewind_rounds_down_to_the_end_of_a_commit(client: Client) -> None:
    s = await story(client)
    first = await client.call("append", story=s, commands=[said("you", "One."), said("a", "Two.")])
    second = await client.call("append", story=s, commands=[said("you", "Three."), said("a", "Four.")])
    assert (await client.call("rewind", story=s, to=second["head"] - 1))["to"] == first["head"]
    assert await texts(client, s) == ["One.", "Two."]
    ahead = await client.call("rewind", story=s, to=10**9)
    assert ahead["impact"] == {"events": {}, "lines": [], "states": {}}
    with pytest.raises(Refused) as refused:
        await client.call("rewind", story=s, to=0)
    assert refused.value.code == INVALID_PARAMS


async def test_lines_of_history_tell_where_they_come_from(client: Client) -> None:
    s = await story(client)
    one, two = await say(client, s, "One."), await say(client, s, "Two.")
    back = await client.call("rewind", story=s, to=one["head"])
    three = await say(client, s, "Three.")
    further = await client.call("rewind", story=s, to=one["head"])
    found = {b["branch"]: b for b in (await client.call("branches", story=s))["branches"]}
    root = back["undo"]
    assert [b["current"] for b in found.values()] == [False, False, True]
    assert found[back["branch"]]["parent"] == found[further["branch"]]["parent"] == root, "whoever owns the seq"
    assert found[further["branch"]]["fork_seq"] == one["head"]
    assert found[root]["head"] == two["head"]
    assert found[back["branch"]]["head"] == three["head"]
    assert further["undo"] == back["branch"]
    for branch, expected in ((root, ["One.", "Two."]), (back["branch"], ["One.", "Three."]), (None, ["One."])):
        assert await texts(client, s, **({"branch": branch} if branch else {})) == expected
    # Rewinding a line that is not the current one: one goes back to where one was.
    other = await client.call("rewind", story=s, branch=root, to=two["head"])
    assert other["undo"] == further["branch"]


async def test_a_switch_outlasts_a_restart(home: Any) -> None:
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            one = await say(c, s, "One.")
            await say(c, s, "Two.")
            back = await c.call("rewind", story=s, to=one["head"])
            before = await c.call("branches", story=s)
        await daemon.restart()
        async with daemon.unix() as c:
            assert await c.call("branches", story=s) == before
            assert await texts(c, s) == ["One."]
            await c.call("switch", story=s, branch=back["undo"])
        await daemon.restart()
        async with daemon.unix() as c:
            assert await texts(c, s) == ["One.", "Two."]
            made = await c.call("rewind", story=s, to=one["head"])
            assert made["branch"] not in (back["branch"], back["undo"]), "ids of branches are not used again"


async def test_ids_of_lines_and_turns_are_not_used_again(client: Client) -> None:
    s = await story(client)
    one = await say(client, s, "One.")
    turns, ids = [one["turn"]], [one["events"][0]["data"]["line"]]
    for n in range(4):
        await client.call("rewind", story=s, to=one["head"])
        done = await say(client, s, f"{n}")
        turns.append(done["turn"])
        ids.append(done["events"][0]["data"]["line"])
    assert len(set(turns)) == len(set(ids)) == 5
    assert turns == sorted(turns)


async def test_no_answer_names_a_path_of_this_machine(client: Client, daemon: Daemon) -> None:
    for method in ("stories", "models"):
        assert not re.search(r"/(tmp|root|home|usr)/", str(await client.call(method)))
