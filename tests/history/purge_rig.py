"""What tests of purging share: words that nothing else has, where they may be, and all that can be looked at."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from protocol import views
from tests.support.small_cast import LENSES, look, say
from tests.support.wire_client import Client

VIEWS = [name for name in views.VIEWS if name != "entity"]
"""All but the one that asks for whom."""

WORDS = ("zirconium", "quetzal", "marzipan", "obsidian", "peridot")
"""Words that nothing else of the store has."""


def holding(home: Path, words: Iterable[str]) -> list[str]:
    """The files below a home that hold one of these words, each with it."""
    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        content = path.read_bytes()
        found += [f"{path.name}: {w}" for w in words if w.encode() in content]
    return found


async def secrets(c: Client, s: str) -> dict[str, Any]:
    """A line, a memory of it, a prop and its revised words; the seqs by name."""
    line = (await say(c, s, "The zirconium is under the floor.", who="a"))["events"][0]
    kept = await c.call("append", story=s, commands=[
        {"do": "remember", "gist": "Mara hid the quetzal.", "by": ["you"], "from": [line["seq"]]},
    ])  # fmt: skip
    prop = await c.call("append", story=s, commands=[
        {"do": "add_prop", "prop": "box", "name": "the marzipan box", "in": {"container": "inn"}},
    ])  # fmt: skip
    return {"line": line["seq"], "id": line["data"]["line"], "memory": kept["head"], "prop": prop["events"]}


async def everything(c: Client, s: str, at: int | None = None) -> str:
    """All that can be looked at, as one text."""
    more = {} if at is None else {"at": at}
    told = [await look(c, s, v, lens=lens, **more) for v in VIEWS for lens in (LENSES if v == "state" else LENSES[:3])]
    found = [await c.call("recall", story=s, lens=[], query=" ".join(WORDS), **more)]
    return str([told, found])
