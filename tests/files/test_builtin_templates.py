"""The built-in templates are valid commands about people, places and things that they themselves bring."""

import msgspec
import pytest

from client.play.starts import own
from daemon.files.builtin_templates import STARTS
from protocol.commands import AnyCommand

OWN = own("Robin", "Maren", "Maren is dry.", "A quiet inn").setup
ALL = [(s.name, msgspec.to_builtins(s.setup)) for s in STARTS] + [("own", OWN)]


@pytest.mark.parametrize("setup", [setup for _, setup in ALL], ids=[name for name, _ in ALL])
def test_everything_named_is_brought(setup: list[dict[str, object]]) -> None:
    msgspec.convert(setup, list[AnyCommand])
    brought = {c[k] for c in setup for k in ("entity", "container", "prop") if c["do"] == f"add_{k}"}
    for c in setup:
        named = [c.get("who"), *c.get("opens_to", []), *(c.get("in") or {}).values(), *c.get("present", [])]
        named += [c["container"]] if c["do"] in ("move", "open_scene") else []
        slots = {s["slot"] for d in setup for s in d.get("slots", [])}
        assert {n for n in named if n} <= brought | slots


@pytest.mark.parametrize("setup", [setup for _, setup in ALL], ids=[name for name, _ in ALL])
def test_somebody_is_there_to_talk_with(setup: list[dict[str, object]]) -> None:
    scene = next(c for c in setup if c["do"] == "open_scene")
    bots = [c for c in setup if c["do"] == "add_entity" and c["entity"] != "you"]
    assert {"you", *(b["entity"] for b in bots)} == set(scene["present"])
    assert all(b["identity"] for b in bots)


def test_names_are_told_apart() -> None:
    assert len({s.name for s in STARTS}) == len(STARTS) >= 2
