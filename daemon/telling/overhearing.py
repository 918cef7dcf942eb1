"""What each lens would perceive of a reply that is not yet a line. Pure.

Who perceives what of a draft is certain only where a paragraph of it has ended: until then its words may yet turn out
to be a thought, or a whisper to somebody else. So this looks at whole paragraphs, and has them decided by the rules by
which the finished reply will be.
"""

from collections.abc import Mapping, Sequence

from daemon.story.decide import Ids, Utter
from daemon.story.lenses import LENSES, Lens, shows
from daemon.story.world import World, decide_all
from daemon.telling.markup import written
from protocol.errors import Fault
from protocol.events import LineSaid
from protocol.ids import BEGINNING, Mask, TurnNumber
from protocol.views import LineView, PartView
from protocol.world import Manner

_MARKS: dict[Manner, str] = {"action": "*", "thought": "`"}


def whole_paragraphs(text: str) -> str:
    """The beginning of a text up to the end of its last whole paragraph."""
    return text[: max(0, text.rfind("\n\n"))]


def overheard(world: World, line: Utter) -> Mapping[Lens, str]:
    """By lens, what it would perceive of a line, in words with their marks; of one that the rules refuse, nothing."""
    said = _said(world, line)
    return {n: "\n\n".join(_marked(p) for p, w, s in said if shows(n, w, s)) for n in LENSES}


def as_written(world: World, line: Utter, lens: Lens) -> str:
    """What a lens would perceive of a line, as it is written, with what the teller put around it."""
    parts = [p for p, w, s in _said(world, line) if shows(lens, w, s)]
    if not parts:
        return ""
    first, names = parts[0], {e: x.name for e, x in world.truth.entities.items()}
    views = [PartView(BEGINNING, p.manner, p.to, p.text, (), p.raw) for p in parts]
    whole = LineView(
        line=first.line, seq=BEGINNING, who=first.who, manner=first.manner, to=first.to, text="", parts=views,
        scene=None, witnesses=(), turn=TurnNumber(0), take=1, takes=1,
    )  # fmt: skip
    return written(whole, names)


def _said(world: World, line: Utter) -> Sequence[tuple[LineSaid, Mask, Mask | None]]:
    """The parts of a line with who would perceive them, and seem to; none where the rules refuse it."""
    try:
        drafts, _ = decide_all(world, [line], Ids(1))
    except Fault:
        return []
    return [(d.payload, d.witnesses, d.seems) for d in drafts if isinstance(d.payload, LineSaid)]


def _marked(part: LineSaid) -> str:
    mark = _MARKS.get(part.manner, "")
    return f"{mark}{part.text}{mark}"
