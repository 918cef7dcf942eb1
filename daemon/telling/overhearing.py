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
from protocol.ids import BEGINNING, EntityId, TurnNumber
from protocol.views import LineView, PartView


def whole_paragraphs(text: str) -> str:
    """The beginning of a text up to the end of its last whole paragraph."""
    return text[: max(0, text.rfind("\n\n"))]


def overheard(world: World, line: Utter) -> Mapping[Lens, str]:
    """By lens, what it would perceive of a line, as it is written; of one that the rules refuse, nothing."""
    try:
        drafts, _ = decide_all(world, [line], Ids(1))
    except Fault:
        return dict.fromkeys(LENSES, "")
    said = [(d.payload, d.witnesses, d.seems) for d in drafts if isinstance(d.payload, LineSaid)]
    names = {e: x.name for e, x in world.truth.entities.items()}
    texts: dict[tuple[int, ...], str] = {}
    found: dict[Lens, str] = {}
    for lens in LENSES:
        seen = tuple(n for n, (_, w, s) in enumerate(said) if shows(lens, w, s))
        if seen not in texts:
            texts[seen] = _written([said[n][0] for n in seen], names)
        found[lens] = texts[seen]
    return found


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
