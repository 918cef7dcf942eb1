"""What each lens would perceive of a reply that is not yet a line. Pure.

Who perceives what of a draft is certain only where a paragraph of it has ended: until then its words may yet turn out
to be a thought, or a whisper to somebody else. So this looks at whole paragraphs, and has them decided by the rules by
which the finished reply will be.
"""

from collections.abc import Mapping

from daemon.story.decide import Ids, Utter
from daemon.story.lenses import LENSES, Lens, shows
from daemon.story.world import World, decide_all
from protocol.errors import Fault
from protocol.events import LineSaid
from protocol.world import Manner

_MARKS: dict[Manner, str] = {"action": "*", "thought": "`"}


def whole_paragraphs(text: str) -> str:
    """The beginning of a text up to the end of its last whole paragraph."""
    return text[: max(0, text.rfind("\n\n"))]


def overheard(world: World, line: Utter) -> Mapping[Lens, str]:
    """By lens, what it would perceive of a line, in words with their marks; of one that the rules refuse, nothing."""
    try:
        drafts, _ = decide_all(world, [line], Ids(1))
    except Fault:
        return dict.fromkeys(LENSES, "")
    said = [(d.payload, d.witnesses, d.seems) for d in drafts if isinstance(d.payload, LineSaid)]
    return {n: "\n\n".join(_marked(p) for p, w, s in said if shows(n, w, s)) for n in LENSES}


def _marked(part: LineSaid) -> str:
    mark = _MARKS.get(part.manner, "")
    return f"{mark}{part.text}{mark}"
