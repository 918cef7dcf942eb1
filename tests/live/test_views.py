"""Views: through any lens, at any seq, a page at a time."""

from typing import Any

import pytest

from protocol.errors import INVALID_PARAMS
from tests.support.small_cast import LENSES, head, look, said, story
from tests.support.wire_client import Client, Refused


async def test_every_view_at_every_seq_is_what_it_was_then(direct: Client) -> None:
    s = await story(direct)
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
        return [await direct.call("project", story=s, view=v, lens=lens, **more, **at) for v, lens, more in asked]

    seen: list[tuple[int, int, list[Any]]] = []
    for step in steps:
        before = await head(direct, s)
        after = (await direct.call("append", story=s, commands=step))["head"]
        seen.append((before, after, await all_views()))
    for before, after, then in seen:
        assert await all_views(at=after) == then
        for within in range(before + 1, after):
            view, lens, more = asked[within % len(asked)]
            answer = await direct.call("project", story=s, view=view, lens=lens, **more, at=within)
            assert answer["at"] == before, "it is rounded down to the end of a commit"
    assert (await direct.call("project", story=s, view="state", at=0))["at"] == 0
    assert await all_views(at=10**9) == await all_views()


async def test_a_lens_may_name_somebody_who_is_not_in_the_cast(direct: Client) -> None:
    s = await story(direct, [{"do": "add_entity", "entity": "you", "name": "Sam"}])
    assert (await look(direct, s, "scene", lens=["b"]))["present"] == []
    assert (await look(direct, s, "state", lens=["you", "b"]))["lens"] == 5


async def test_a_view_says_what_it_lacks(direct: Client) -> None:
    s = await story(direct)
    with pytest.raises(Refused, match="entity") as refused:
        await direct.call("project", story=s, view="entity")
    assert refused.value.code == INVALID_PARAMS
    with pytest.raises(Refused):
        await direct.call("project", story=s, view="entity", entity="b", at=1)


@pytest.mark.parametrize("view", ["transcript", "memories", "timeline"])
async def test_lists_page_both_ways(direct: Client, view: str) -> None:
    s = await story(direct, [{"do": "add_entity", "entity": "a", "name": "Mara", "identity": {"voice": "Low."}}])
    for n in range(23):
        by = {"do": "remember", "gist": f"Memory {n}.", "by": ["a"]}
        await direct.call("append", story=s, commands=[said("a", f"Line {n}."), by])
    key = {"transcript": "lines", "memories": "memories", "timeline": "entries"}[view]

    async def page(**more: Any) -> tuple[list[dict[str, Any]], bool]:
        data = await look(direct, s, view, lens=["a"], **more)
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


async def test_pages_of_the_timeline_tear_no_turn_and_know_the_scene(direct: Client) -> None:
    s = await story(direct)
    for n in range(9):
        passing = {"do": "pass_time", "minutes": n}
        await direct.call("append", story=s, commands=[said("you", f"{n}"), passing, said("a", f"So {n}.")])
    whole = (await look(direct, s, "timeline"))["entries"]
    assert [x["entry"] for x in whole] == ["scene", *["turn", "time"] * 9]
    assert len({x["scene"] for x in whole}) == 1
    found: list[dict[str, Any]] = []
    more = True
    while more:
        page = await look(direct, s, "timeline", limit=2, **({"before": found[0]["seq"]} if found else {}))
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


async def test_a_memory_is_on_one_page_only_where_it_was_told_last(direct: Client) -> None:
    s = await story(direct)
    for n in range(6):
        kept = {"do": "remember", "gist": f"Memory {n}.", "by": ["a"]}
        await direct.call("append", story=s, commands=[kept])
    ids = [x["memory"] for x in (await look(direct, s, "memories"))["memories"]]
    before = await head(direct, s)
    for id, gist in ((ids[1], "One, retold."), (ids[4], "Four, retold."), (ids[1], "One, once more.")):
        told = {"do": "set", "what": "memory", "id": id, "values": {"gist": gist}}
        await direct.call("append", story=s, commands=[told])
    expected = ["Memory 0.", "Memory 2.", "Memory 3.", "Memory 5.", "Four, retold.", "One, once more."]
    for size in (1, 2, 4, 6, 100):
        for cursor in ("before", "after"):
            found, more, at = list[Any](), True, {"before": 10**6, "after": 0}[cursor]
            while more:
                page = await look(direct, s, "memories", limit=size, lens=["a"], **{cursor: at})
                assert len(page["memories"]) <= size and page["memories"]
                found = [*page["memories"], *found] if cursor == "before" else [*found, *page["memories"]]
                at, more = (found[0] if cursor == "before" else found[-1])["seq"], page["more"]
            assert [x["text"] for x in found] == expected, (size, cursor)
    then = (await look(direct, s, "memories", at=before))["memories"]
    assert [x["text"] for x in then] == [f"Memory {n}." for n in range(6)]


async def test_a_page_of_long_texts_ends_early_and_all_are_found_page_by_page(direct: Client) -> None:
    s = await story(direct)
    for n in range(6):
        commands = [
            said("you", f"{n} " + "x" * 400_000),
            {"do": "remember", "gist": f"{n} " + "y" * 400_000, "by": ["a"]},
        ]
        await direct.call("append", story=s, commands=commands)
    for view, items in (("transcript", "lines"), ("memories", "memories"), ("timeline", "entries")):
        pages: list[list[Any]] = []
        asked, more = dict[str, int](), True
        while more:
            page = await look(direct, s, view, limit=1000, **asked)
            pages.insert(0, page[items])
            asked, more = {"before": page[items][0]["seq"]}, page["more"]
        assert 1 < len(pages) <= 4
        assert all(len(page) <= 3 for page in pages)
        backwards = [x["seq"] for page in pages for x in page]
        assert backwards == sorted(set(backwards))
        forwards, asked, more = list[int](), {"after": 0}, True
        while more:
            page = await look(direct, s, view, limit=1000, **asked)
            forwards += [x["seq"] for x in page[items]]
            asked, more = {"after": forwards[-1]}, page["more"]
        assert forwards == backwards
