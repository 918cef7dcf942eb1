"""Summaries: which lines they cover, and what is still to be summed up. Pure.

A summary is a memory of the kind `summary` that has a cause: the end of a scene, a jump in time, or the last of the
older lines of a scene that goes on. It *covers* the lines in whose place a prompt shows it.
"""

from collections.abc import Container, Iterable, Mapping, Sequence

import msgspec

from protocol.events import SceneClosed, SceneOpened, TimeSkipped
from protocol.ids import BEGINNING, EVERYBODY, NOBODY, Mask, Seq, TurnNumber, union
from protocol.views import LineView

CLOSING, SKIP = SceneClosed.kind, TimeSkipped.kind


class Summary(msgspec.Struct, frozen=True):
    """A summary in the log. `of` and `scene` are the kind and the scene of its cause, `witnesses` is a mask."""

    memory: str
    seq: Seq
    cause: Seq
    of: str
    scene: str | None
    witnesses: Mask
    gist: str
    from_: list[Seq]


class Turning(msgspec.Struct, frozen=True):
    """A scene that opens or closes, or a skip of time."""

    seq: Seq
    turn: TurnNumber
    payload: SceneOpened | SceneClosed | TimeSkipped


class Chapter(msgspec.Struct, frozen=True):
    """What is to be summed up: a scene that is over, or a jump of `minutes`.

    Its lines are those of the `scene` with `after < seq < upto`, and those of no scene with `since < seq < upto`: after
    the scene before was over. `of` is the kind of the event at `upto`, the cause of the summaries.
    """

    of: str
    after: Seq
    upto: Seq
    turn: TurnNumber
    title: str = ""
    minutes: int = 0
    scene: str | None = None
    since: Seq = BEGINNING

    def holds(self, scene: str | None, seq: Seq) -> bool:
        """Whether a line of a scene (or of none), with this seq, is to be summed up here."""
        return (self.after if scene == self.scene else self.since) < seq < self.upto and scene in (self.scene, None)


def chapters(turnings: Iterable[Turning]) -> list[Chapter]:
    """The scenes that are over and the jumps, in order."""
    found: list[Chapter] = []
    begun: dict[str, Turning] = {}
    since = BEGINNING
    for t in turnings:
        match t.payload:
            case SceneOpened():
                begun.setdefault(t.payload.scene, t)
            case SceneClosed(scene=scene, container=place):
                first = begun.pop(scene, None)
                title = first.payload.title if first is not None and isinstance(first.payload, SceneOpened) else ""
                after = first.seq if first is not None else since
                found.append(Chapter(CLOSING, after, t.seq, t.turn, title or place, scene=scene, since=since))
                since = t.seq
            case TimeSkipped(mode="jump"):
                found.append(Chapter(SKIP, t.seq, t.seq, t.turn, minutes=t.payload.minutes))
    return found


def unfinished(chapters: Iterable[Chapter], summaries: Iterable[Summary]) -> list[tuple[Chapter, Mask]]:
    """The chapters of which not everybody has a summary, each with the mask of those who have one.

    A scene that the author summed up (in a summary without sources) is complete.
    """
    have: dict[Seq, Mask] = {}
    for a in summaries:
        given = a.of == CLOSING and not a.from_
        have[a.cause] = EVERYBODY if given else union(have.get(a.cause, NOBODY), a.witnesses)
    return [(c, have.get(c.upto, NOBODY)) for c in chapters if have.get(c.upto, NOBODY) != EVERYBODY]


def standing(summaries: Sequence[Summary]) -> list[Summary]:
    """The summaries of one lens, ordered by cause, without those that a later and wider summary covers.

    A summary without sources covers a whole scene, or time that has no lines.
    """
    kept = [a for a in summaries if a.from_ or a.of in (CLOSING, SKIP)]
    parts = [a for a in kept if a.of not in (CLOSING, SKIP)]
    narrower = {a.seq for a in parts if any(_stands_for(b, a) for b in kept if b.seq > a.seq)}
    return sorted((a for a in kept if a.seq not in narrower), key=lambda a: (a.cause, a.seq))


def _stands_for(wider: Summary, a: Summary) -> bool:
    if wider.of == CLOSING and not wider.from_:
        return a.scene == wider.scene and a.cause < wider.cause
    return a.cause <= wider.cause and wider.of != SKIP and set(a.from_) <= set(wider.from_)


class Covered(msgspec.Struct, frozen=True):
    """What summaries of one lens cover: parts of lines by their seqs, and of scenes all up to a seq."""

    seqs: frozenset[Seq]
    scenes: Mapping[str | None, Seq]

    def holds(self, scene: str | None, seq: Seq, parts: Iterable[Seq]) -> bool:
        """Whether a line is covered, given its scene, its seq and those of its parts."""
        return seq <= self.scenes.get(scene, BEGINNING) or self.seqs.issuperset(parts)


def covering(summaries: Iterable[Summary]) -> Covered:
    """What these summaries cover."""
    some = list(summaries)
    return Covered(
        frozenset(s for a in some if a.of != SKIP for s in a.from_),
        {a.scene: a.cause for a in some if a.of == CLOSING and not a.from_},
    )


def uncovered(lines: Iterable[LineView], summaries: Sequence[Summary]) -> list[LineView]:
    """The lines that no summary of the same lens covers."""
    lines = list(lines)
    first = lines[0].seq if lines else 0
    covered = covering(a for a in summaries if a.cause >= first)
    return [x for x in lines if not covered.holds(x.scene, x.seq, [p.seq for p in x.parts])]


LEAST_LINES = 4
"""Fewer lines than this do not get a summary of their own."""


def older_half(
    lines: Sequence[LineView], sizes: Sequence[int], told: Sequence[Chapter], pending: Container[Seq | None]
) -> tuple[int, int]:
    """The lines to sum up first, as (first, end) indexes: those of the oldest stretch of one scene whose summary is not
    `pending` anyway.

    All of the stretch where its scene is over or was left for another, else the older half by `sizes`, up to the end
    of a turn. (0, 0) where there are fewer than LEAST_LINES. `told` are the chapters so far, `pending` the ends of
    those among them whose summaries are pending.
    """
    ends = [next((c.upto for c in told if c.of == CLOSING and c.holds(x.scene, x.seq)), None) for x in lines]
    first = 0
    while first < len(lines):
        stretch = (lines[first].scene, ends[first])
        last = next((i for i in range(first, len(lines)) if (lines[i].scene, ends[i]) != stretch), len(lines))
        if ends[first] not in pending:
            goes_on = ends[first] is None and last == len(lines)
            cut = _half(lines, sizes, first) if goes_on else last
            if cut - first >= LEAST_LINES:
                return first, cut
        first = last
    return 0, 0


def _half(lines: Sequence[LineView], sizes: Sequence[int], first: int) -> int:
    """The index at which the older half of the lines from `first` on ends: the next end of a turn, if there is one."""
    half, spent = sum(sizes[first:]) / 2, 0
    for cut in range(first, len(lines)):
        if spent >= half and lines[cut].turn != lines[cut - 1].turn:
            return cut
        spent += sizes[cut]
    return (first + len(lines)) // 2
