"""Lore as a prompt tells it: what is always worth knowing stands with what seldom changes, what came up just now at the
end, and what is to stand among the lines there. Pure."""

from collections.abc import Sequence

from daemon.telling.lore.activation import Came
from daemon.telling.prompt.telling import Telling, section, sources_of
from protocol.views import Section


def lasting(t: Telling) -> Section:
    """What is always there: far above the lines, so that a server need not read it again each turn."""
    return _told(t, "# What you know of the world" if t.speaker is not None else "# What is known of the world",
                 [x for x in t.lore if x.depth is None and x.lasts])  # fmt: skip


def now(t: Telling) -> Section:
    """What came up just now."""
    return _told(t, "Worth knowing now:", [x for x in t.lore if x.depth is None and not x.lasts])


def among_lines(t: Telling) -> list[tuple[int, Section]]:
    """What stands among the lines, each so many above their end."""
    depths = sorted({x.depth for x in t.lore if x.depth is not None})
    return [(depth, _told(t, "", [x for x in t.lore if x.depth == depth])) for depth in depths]


def _told(t: Telling, heading: str, came: Sequence[Came]) -> Section:
    text = "\n".join([*([heading] if heading else []), *(x.text for x in came)]) if came else ""
    return section(t, "lore", _why(t, came), sources_of(t, *(f"lore.{x.lore}" for x in came)), text)


def _why(t: Telling, came: Sequence[Came]) -> str:
    """What brought each entry up."""
    return "; ".join(f"{t.mind.lore[x.lore].name or x.lore}: {x.why}" if x.lore in t.mind.lore else x.why for x in came)
