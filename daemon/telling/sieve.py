"""Sifting the prose of a reply while it streams: it ends where it writes for somebody else or goes in circles. Pure.

Puts together what cutting.py, others.py, circling.py and, for a script, whole.py find, for one speaker in one scene.
"""

from daemon.story.state import State
from daemon.telling.circling import Circling
from daemon.telling.cutting import Cutter, labels
from daemon.telling.others import ForOthers
from daemon.telling.whole import Whole
from protocol.events import Cut
from protocol.ids import EntityId


class Sieve:
    """Passes on the prose of a speaker (None is the narrator); `cut` tells that the reply ends there. What continues a
    `script` comes in whole sentences."""

    def __init__(self, truth: State, speaker: EntityId | None, script: str = "") -> None:
        me = truth.entities.get(speaker) if speaker is not None else None
        names = [truth.entities[e].name for e in _not_mine(truth, speaker)]
        self._labels, self._others = (
            Cutter(me.name if me is not None else "", names),
            ForOthers(_others(truth, speaker)),
        )
        self._circles = Circling()
        self._whole = Whole(script, [x for name in names for x in labels(name)]) if script else None

    @property
    def cut(self) -> bool:
        """Whether the reply began to write for somebody else, or went round in circles."""
        in_whole = self._whole is not None and self._whole.cut
        return self._labels.cut or self._others.cut or self._circles.cut or in_whole

    @property
    def why(self) -> Cut:
        """Why the reply ends there."""
        if self._labels.cut or self._others.cut:
            return "others"
        return "circles" if self._circles.cut else ""

    def feed(self, text: str) -> str:
        """What may be shown now."""
        shown = self._others.feed(self._labels.feed(text))
        self._circles.feed(shown)
        return self._whole.feed(shown) if self._whole is not None else shown

    def end(self, *, whole: bool = True) -> str:
        """What was held back, now that no more comes; `whole` where the reply ended by itself."""
        whole = whole and not self.cut
        left = self._others.feed(self._labels.end()) + self._others.end()
        return left if self._whole is None else self._whole.feed(left) + self._whole.end(whole=whole)


def _not_mine(truth: State, speaker: EntityId | None) -> list[EntityId]:
    """The entities for whom the speaker must not write: all others, except `you` where the story allows it."""
    mine = (speaker, "you") if truth.writes_for_you else (speaker,)
    return [e for e in truth.entities if e not in mine]


def _others(truth: State, speaker: EntityId | None) -> list[str]:
    """What those of `_not_mine` are called, in lower case: their names, first names, and `you`; without any that the
    speaker has as well."""
    own = labels(truth.entities[speaker].name) if speaker in truth.entities else []
    others = _not_mine(truth, speaker)
    called = [x for e in others for x in labels(truth.entities[e].name)]
    return [x for x in [*called, *["you"] * (speaker != "you" and "you" in others)] if x not in own]
