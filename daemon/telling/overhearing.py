"""What each lens would perceive of a reply that is not yet a line. Pure.

Who perceives what of a draft is certain only where a paragraph of it has ended: until then its words may yet turn out
to be a thought, or a whisper to somebody else. So this looks at whole paragraphs, and has them decided by the rules by
which the finished reply will be.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from daemon.story.decide import Ids, Utter
from daemon.story.lenses import LENSES, Lens, shows
from daemon.story.world import World, decide_all
from daemon.telling.markup import written
from protocol.errors import Fault
from protocol.events import LineSaid
from protocol.ids import BEGINNING, EntityId, TurnNumber
from protocol.views import LineView, PartView
from protocol.world import Manner

_MARKS: dict[Manner, str] = {"action": "*", "thought": "`"}


class Heard(NamedTuple):
    """What a lens would perceive of a line: in words with their marks, a paragraph for each part, and as it is written,
    with what the teller put around it."""

    text: str
    written: str


NOTHING = Heard("", "")


def whole_paragraphs(text: str) -> str:
    """The beginning of a text up to the end of its last whole paragraph."""
    return text[: max(0, text.rfind("\n\n"))]


def overheard(world: World, line: Utter) -> Mapping[Lens, Heard]:
    """By lens, what it would perceive of a line; of one that the rules refuse, nothing."""
    try:
        drafts, _ = decide_all(world, [line], Ids(1))
    except Fault:
        return dict.fromkeys(LENSES, NOTHING)
    said = [(d.payload, d.witnesses, d.seems) for d in drafts if isinstance(d.payload, LineSaid)]
    names = {e: x.name for e, x in world.truth.entities.items()}
    known: dict[tuple[int, ...], Heard] = {}
    found: dict[Lens, Heard] = {}
    for lens in LENSES:
        seen = tuple(n for n, (_, w, s) in enumerate(said) if shows(lens, w, s))
        if seen not in known:
            parts = [said[n][0] for n in seen]
            known[seen] = Heard("\n\n".join(_marked(p) for p in parts), _written(parts, names))
        found[lens] = known[seen]
    return found


def _marked(part: LineSaid) -> str:
    mark = _MARKS.get(part.manner, "")
    return f"{mark}{part.text}{mark}"


def _written(parts: Sequence[LineSaid], names: Mapping[EntityId, str]) -> str:
    """The text of these parts of a line."""
    if not parts:
        return ""
    first = parts[0]
    views = [PartView(BEGINNING, p.manner, p.to, p.text, (), p.raw) for p in parts]
    whole = LineView(
        line=first.line, seq=BEGINNING, who=first.who, manner=first.manner, to=first.to, text="", parts=views,
        scene=None, witnesses=(), turn=TurnNumber(0), take=1, takes=1,
    )  # fmt: skip
    return written(whole, names)
