"""What a speaker knows and those present do not, as far as the speaker can tell: the few that matter now. Pure;
English.

Told from lenses alone: the speaker's own, and what the speaker takes each of the others to know. So a character can
keep a secret, lie, and know that it lies. Whoever watched unnoticed is taken not to know, and it may be wrong so.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from daemon.story import in_words
from daemon.story.state import State, people_in
from daemon.story.words import topics
from protocol.events import MemoryFormed
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView
from protocol.world import Place

MOST, WHISPERED, TOKENS = 4, 2, 60
"""The most secrets that are told, how many of them may be words told in private, and the most tokens of them all."""

LONGEST, BRIEF = 100, 50
"""Characters that are quoted of such words; and where a prompt has the lines of all of them, or what sums those up."""

RECENT = 6
"""The lines in which a secret may come up."""

WORTH = 6.0
"""The least significance of a memory that was not told and is a secret; others come to mind when asked about."""

MENTIONED, PRIVATE = 4.0, 6.0
"""What a secret weighs more when it comes up in those lines; and what one weighs that was told in private."""

KNOWN = 5.0
"""What a thing or a plan weighs of which somebody knows less: as much as a memory of that significance."""

_STATUS = {"planned": "planned", "active": "on"}

_HANDLED = re.compile(
    r"\b(?:giv|gave|hand|hold|held|tak|took|read|pick|put|lay|laid|lift|show|wav|fold|pocket|tear|tore|burn|drop|pull|draw|"
    r"drew|pass|unfold|crumpl)\w*\s+([^.!?;]{1,60})",
    re.IGNORECASE,
)
"""A deed with a thing in hand, and the words after it."""

FADES = 400
"""Events after which a secret weighs half a point less."""


class Taken(msgspec.Struct, frozen=True):
    """What the speaker takes somebody to know: the state, and which of the given lines and memories they seem to have
    perceived, by seq."""

    state: State
    seqs: frozenset[Seq] = frozenset()


class Kept(msgspec.Struct, frozen=True):
    """A memory of the speaker's alone, as it was told last."""

    seq: Seq
    memory: MemoryFormed


class Secret(msgspec.Struct, frozen=True):
    """One thing that these do not know, in words; the seqs that tell it; how much it matters now; whether it quotes
    what was told in private; what it says of which `thing`; and `brief`, which will do where the prompt has that line,
    or tells where that thing is."""

    who: tuple[EntityId, ...]
    text: str
    seqs: tuple[Seq, ...]
    weight: float
    quotes: bool = False
    thing: str = ""
    brief: str = ""


def present(mind: State, speaker: EntityId) -> list[EntityId]:
    """Those who are with a speaker and awake, as the speaker sees it."""
    here = mind.entities[speaker].container if speaker in mind.entities else None
    return [e for e in people_in(mind, here) if e != speaker and mind.entities[e].awake]


def secrets(
    mind: State, speaker: EntityId, taken: Mapping[EntityId, Taken], lines: Sequence[LineView], kept: Sequence[Kept]
) -> list[Secret]:
    """The secrets that matter most now, those that matter more first. `lines` and `kept` are of the speaker's lens."""
    told = set(topics(" ".join(x.text for x in lines[-RECENT:])))
    now = max([0, *(x.seq for x in lines), *mind.sources.values()])
    found = [s for e, of in taken.items() for s in _all(mind, speaker, e, of, lines, kept)]
    weighed = [replace(s, weight=_weight(s, told, now)) for s in _together(found)]
    ranked = sorted(weighed, key=lambda s: (-s.weight, s.text))
    words = {s.text for s in [s for s in ranked if s.quotes][WHISPERED:]}
    return [s for s in ranked if s.text not in words][:MOST]


def fitting(found: Sequence[Secret], tokens: int, count: Callable[[str], int]) -> list[Secret]:
    """As many of these, in order, as there is room for."""
    chosen: list[Secret] = []
    for secret in found:
        tokens -= count(secret.text)
        if tokens < 0:
            break
        chosen.append(secret)
    return chosen


def _all(
    mind: State, speaker: EntityId, who: EntityId, taken: Taken, lines: Sequence[LineView], kept: Sequence[Kept]
) -> list[Secret]:
    worth = _worth(who, taken.seqs, kept)
    told = {s for x in worth for s in (*x.memory.from_, _heard_in(x, lines))}
    untold = [x for x in lines if told.isdisjoint(p.seq for p in x.parts)]
    return [
        *_things(mind, who, taken.state, lines),
        *_plans(mind, who, taken.state),
        *_words(mind, speaker, who, taken.seqs, untold),
        *(Secret((who,), _gist(x), (x.seq,), x.memory.significance) for x in worth),
    ]


def _things(mind: State, who: EntityId, taken: State, lines: Sequence[LineView]) -> list[Secret]:
    """Where things are that somebody knows nothing of, or takes to be elsewhere; not what they have themselves, or have
    done something with since it was last known where that is."""
    found: list[Secret] = []
    handled = _handled(who, lines)
    for id, thing in mind.props.items():
        known = taken.props.get(id)
        if thing.in_ is None or thing.in_.occasion is not None or (known is not None and known.in_ == thing.in_):
            continue
        since = max([0, *_seqs(mind, f"prop.{id}")])
        if thing.in_.entity == who or any(handled.get(word, 0) > since for word in topics(thing.name)[-1:]):
            continue
        it, wrong = in_words.the(thing.name), ""
        if known is not None and _is_somewhere(mind, known.in_):
            wrong = f" ({_name(mind, who)} thinks: {in_words.where(mind, known.in_)})"
        text = f"{it} is {in_words.where(mind, thing.in_)}{wrong}"
        brief = f"where {it} is{wrong}"
        found.append(Secret((who,), text, _seqs(mind, f"prop.{id}"), KNOWN, thing=thing.name, brief=brief))
    return found


def _handled(who: EntityId, lines: Sequence[LineView]) -> dict[str, Seq]:
    """The words of what somebody plainly does something with, and not just looks for, each with the seq of its last
    deed."""
    deeds = [p for x in lines if x.who == who for p in x.parts if p.manner == "action"]
    return {word: p.seq for p in deeds for done in _HANDLED.finditer(p.text) for word in topics(done[1])}


def _is_somewhere(mind: State, place: Place | None) -> bool:
    """Whether a place is one that there still is, as far as the speaker knows."""
    if place is None or place.prop is None:
        return place is not None
    thing = mind.props.get(place.prop)
    return thing is not None and thing.in_ is not None and thing.in_.occasion is None


def _plans(mind: State, who: EntityId, taken: State) -> list[Secret]:
    """What is planned or on, and not known to somebody."""
    return [
        Secret(
            (who,),
            f"{x.title} {'is on' if x.status == 'active' else 'is planned'}",
            _seqs(mind, f"occasion.{o}"),
            KNOWN,
        )
        for o, x in mind.occasions.items()
        if x.status in _STATUS and o not in taken.occasions
    ]


def _words(
    mind: State, speaker: EntityId, who: EntityId, perceived: Collection[Seq], lines: Sequence[LineView]
) -> list[Secret]:
    """What was told in private, and somebody did not get."""
    found: list[Secret] = []
    for line in lines:
        for part in line.parts:
            if part.manner not in ("whisper", "message") or not part.text or line.who in (None, who):
                continue
            if part.seq not in perceived:
                said = "you" if line.who == speaker else in_words.people(mind, [line.who] if line.who else [])
                to = in_words.people(mind, [e for e in part.to if e != speaker]) or "you"
                verb = "whispered" if part.manner == "whisper" else "wrote"
                text, brief = (f"{said} {verb} to {to}: “{_clipped(part.text, n)}”" for n in (LONGEST, BRIEF))
                found.append(Secret((who,), text, (part.seq,), PRIVATE, quotes=True, brief=brief))
    return found


def _worth(who: EntityId, perceived: frozenset[Seq], kept: Sequence[Kept]) -> list[Kept]:
    """What the speaker was told, or remembers as worth it, of nothing that somebody seems to have perceived."""
    return [
        x
        for x in kept
        if x.memory.significance >= WORTH or x.memory.memory_kind == "hearsay"
        if x.seq not in perceived and not perceived & {*x.memory.from_} and x.memory.told_by != who
    ]


def _heard_in(x: Kept, lines: Sequence[LineView]) -> Seq:
    """The seq of the line in which the speaker was told something; 0 for what nobody told."""
    told = (line.parts[0].seq for line in reversed(lines) if line.who == x.memory.told_by and line.parts)
    return next((seq for seq in told if seq < x.seq), BEGINNING) if x.memory.told_by is not None else BEGINNING


def _gist(x: Kept) -> str:
    return " ".join(x.memory.gist.split()).removesuffix(".")


def _clipped(text: str, longest: int) -> str:
    """Words on one line, without the full stop; of many the first."""
    text = " ".join(text.split()).strip('"“”').removesuffix(".")
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def _together(found: Sequence[Secret]) -> list[Secret]:
    """What several do not know, told once."""
    by_text: dict[str, Secret] = {}
    for s in found:
        before = by_text.get(s.text)
        by_text[s.text] = s if before is None else replace(before, who=(*before.who, *s.who))
    return list(by_text.values())


def _weight(secret: Secret, told: set[str], now: int) -> float:
    """A secret matters more when it comes up, less the longer ago it came to be."""
    age = now - max([0, *secret.seqs])
    return secret.weight + MENTIONED * bool(told & {*topics(secret.text)}) - 0.5 * age / FADES


def _seqs(mind: State, key: str) -> tuple[Seq, ...]:
    return (mind.sources[key],) if key in mind.sources else ()


def _name(mind: State, who: EntityId) -> str:
    return in_words.people(mind, [who])
