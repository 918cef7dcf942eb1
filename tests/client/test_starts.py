"""The ready-made stories are valid commands about people, places and things that they themselves bring."""

import msgspec
import pytest

from client.starts import STARTS, Start, own
from protocol.methods import CreateParams

ALL = [*STARTS, own("Robin", "Maren", "Maren is dry.", "A quiet inn")]


@pytest.mark.parametrize("start", ALL, ids=lambda s: s.id)
def test_it_is_what_create_takes(start: Start) -> None:
    params = msgspec.convert({"title": start.title, "setup": start.setup}, CreateParams)
    assert len(params.setup) == len(start.setup)


@pytest.mark.parametrize("start", ALL, ids=lambda s: s.id)
def test_everything_named_is_brought(start: Start) -> None:
    brought = {c[k] for c in start.setup for k in ("entity", "container", "prop") if c["do"] == f"add_{k}"}
    for c in start.setup:
        named = [c.get("who"), *c.get("opens_to", []), *(c.get("in") or {}).values(), *c.get("present", [])]
        named += [c["container"]] if c["do"] in ("move", "open_scene") else []
        slots = {s["slot"] for d in start.setup for s in d.get("slots", [])}
        assert {n for n in named if n} <= brought | slots


@pytest.mark.parametrize("start", ALL, ids=lambda s: s.id)
def test_somebody_is_there_to_talk_with(start: Start) -> None:
    scene = next(c for c in start.setup if c["do"] == "open_scene")
    bots = [c for c in start.setup if c["do"] == "add_entity" and c["entity"] != "you"]
    assert {"you", *(b["entity"] for b in bots)} == set(scene["present"])
    assert all(b["identity"] for b in bots)


def test_ids_are_told_apart() -> None:
    assert len({s.id for s in STARTS}) == len(STARTS) >= 2
