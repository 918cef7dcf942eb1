"""Deciding what is said and when: lines, a model's replies, scenes, the story clock."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from daemon.story import perception as see
from daemon.story.decide.desk import (
    Context,
    Drafted,
    apply,
    called,
    container,
    entity,
    following,
    mask,
    narrowed,
    refuse,
)
from daemon.story.decide.places import Go, act, arrive, move
from daemon.story.decide.things import hand
from daemon.story.state import Entity, State, edge_id, people_in
from protocol.commands import Act, CloseScene, Command, Hand, Move, OpenScene, PassTime, Say, SkipTime
from protocol.errors import Fault
from protocol.events import (
    EdgeChanged,
    EntityChanged,
    LineNoticed,
    LineRevised,
    LineSaid,
    MemoryFormed,
    Payload,
    SceneClosed,
    SceneOpened,
    TimePassed,
    TimeSkipped,
)
from protocol.ids import BITS, ENTITIES, EVERYBODY, EntityId, Mask, Seq, union
from protocol.world import Manner

COOLING = 6 * 60
"""Minutes of a jump in which a tension loses one of its five points."""

NIGHT = 8 * 60
"""Minutes of a jump after which a mood is over."""

CALENDAR = 10_000 * 366 * 24 * 60
"""Minutes: no calendar reaches further."""


class Part(msgspec.Struct, frozen=True):
    """A stretch of a line in one manner; `raw` is how it was typed or written, empty where that is the text."""

    manner: Manner
    text: str
    to: list[EntityId] = []
    raw: str = ""


Deed = Move | Hand | Act
"""What a line may plainly do."""


class Utter(Command, frozen=True, kw_only=True):
    """A line of several parts, as the turn makes them of what was typed or written; not a command of the wire.

    `cut` marks one that was cut short; `first` is the part to count from (more than 0 where a line goes on).
    `deeds` are what it plainly does, each with the index of its part: they come of those words, before the next, but
    who wakes does so before them. What a rule refuses of that is not done. A `Go` is told to those who perceive the
    words. With deeds, a whisper to one who is not there by then is kept to oneself.
    """

    line: str
    who: EntityId | None
    parts: list[Part]
    mode: str = ""
    answers: Seq | None = None
    cut: bool = False
    first: int = 0
    deeds: Sequence[tuple[int, Deed]] = ()


class Revise(Command, frozen=True, kw_only=True):
    """A line told in other words: (part, text, raw, mask) of each of its parts; not a command of the wire."""

    line: str
    parts: list[tuple[int, str, str, Mask]]


def _has_identity(known: Entity) -> bool:
    return bool(known.appearance or known.description or known.personality or known.voice or known.examples)


def check_speaker(truth: State, who: EntityId | None) -> None:
    """Refuses a bot that has no identity yet."""
    if who is None:
        return
    known = entity(truth, who)
    if who != "you" and not _has_identity(known):
        refuse(
            "no_identity", f"{called(truth, who)} needs an identity before it can speak; give it one with change_entity"
        )


def _check_addressees(truth: State, who: EntityId | None, manner: Manner, to: Sequence[EntityId]) -> None:
    for e in to:
        entity(truth, e)
    if manner == "thought" and who is None:
        refuse("wrong_value", "a thought is somebody's: name who thinks it")
    if manner not in ("whisper", "message"):
        return
    if who is None or not to:
        refuse("no_addressee", f"a {manner} needs somebody who brings it out and somebody it is meant for")
    if manner == "whisper":
        far = [e for e in to if truth.entities[e].container != truth.entities[who].container]
        if far:
            refuse(
                "whisper_out_of_reach", f"{called(truth, *far)} is not within reach of {called(truth, who)}'s whisper"
            )


def say(truth: State, c: Say, context: Context) -> list[Drafted]:
    """One line of one part."""
    part = Part(c.manner, c.text, c.to)
    line = Utter(line=context.ids.make("l"), who=c.who, parts=[part], witnesses=c.witnesses)
    return utter(truth, line, context)


def utter(truth: State, c: Utter, context: Context) -> list[Drafted]:
    """Each part with the mask of its manner; where a whisper is evident, that it happened."""
    if not c.mode:
        check_speaker(truth, c.who)
    elif c.who is not None:  # a model's was checked when it was asked; but the speaker may have been taken out since
        entity(truth, c.who)
    drafts: list[Drafted] = []
    now = truth
    for index, part in enumerate(c.parts):
        mine = [deed for of, deed in c.deeds if of == index]
        for deed in [d for d in mine if _wakes(d, c.who)]:
            now = _with_deed(now, drafts, deed, context, None)
        after = len(drafts)
        drafts += _part(now, c, c.first + index, _within_reach(now, c, part), after)
        for deed in [d for d in mine if not _wakes(d, c.who)]:
            now = _with_deed(now, drafts, deed, context, after)
    return drafts


def _wakes(deed: Deed, who: EntityId | None) -> bool:
    return isinstance(deed, Act) and deed.awake is True and deed.who == who


def _within_reach(now: State, c: Utter, part: Part) -> Part:
    """A part as it can be brought out by now."""
    here = now.entities[c.who].container if c.who is not None else None
    if part.manner == "whisper" and c.deeds and any(now.entities[e].container != here for e in part.to):
        return replace(part, manner="thought", to=[])
    return part


def _part(now: State, c: Utter, number: int, part: Part, after: int) -> list[Drafted]:
    """A part of a line, for those who perceive it now; and that it happened, for those to whom that is evident."""
    _check_addressees(now, c.who, part.manner, part.to)
    if not part.text.strip():
        refuse("wrong_value", "a line has words")
    scene = now.scene.scene if now.scene is not None else None
    said = LineSaid(
        c.line, c.who, part.text, part.manner, number, part.to, scene, c.mode, c.answers, c.cut,
        raw=part.raw if part.raw != part.text else "",
    )  # fmt: skip
    drafts = [Drafted(said, mask(c, see.hearers(now, c.who, part.manner, part.to)))]
    noticed = see.noticers(now, c.who, part.manner)
    if noticed and c.witnesses is None:
        drafts.append(Drafted(LineNoticed(c.line, c.who, part.manner, number, part.to, scene), noticed, after))
    return drafts


def _with_deed(now: State, drafts: list[Drafted], deed: Deed, context: Context, after: int | None) -> State:
    """The truth after a deed, which is added to what happened; as it is where a rule refuses. It comes of the draft
    `after`."""
    if isinstance(deed, Go):
        deed = replace(deed, told=drafts[after].witnesses if after is not None else deed.told)
    with contextlib.suppress(Fault):
        done = _done(now, deed, following(context, drafts))
        drafts += [_shifted(d, len(drafts)) if d.after is not None else replace(d, after=after) for d in done]
        return apply(now, done)
    return now


def _done(truth: State, deed: Deed, context: Context) -> list[Drafted]:
    match deed:
        case Move():
            return move(truth, deed, context)
        case Hand():
            return hand(truth, deed, context)
        case Act():
            return act(truth, deed, context)


def revise(truth: State, c: Revise, context: Context) -> list[Drafted]:
    """Whoever perceived a part perceives it in its new words."""
    if not any(text.strip() for _, text, _, _ in c.parts):
        refuse("wrong_value", "a line has words; to take it out of the history, delete it")
    return [
        Drafted(LineRevised(c.line, text, part, raw if raw != text else ""), witnesses)
        for part, text, raw, witnesses in c.parts
    ]


def open_scene(truth: State, c: OpenScene, context: Context) -> list[Drafted]:
    """Ends the scene that is on, sets the clock, brings those who are to be present, and opens."""
    container(truth, c.container)
    drafts = _closed(truth, context) if truth.scene is not None else []
    if c.at is not None:
        drafts.append(Drafted(set_clock(truth, c.at), EVERYBODY))
    for who in c.present:
        now = apply(truth, drafts)
        if entity(now, who).container is None:
            came = arrive(now, c, following(context, drafts), who, c.container)
            drafts += [_shifted(d, len(drafts)) for d in came]
        elif entity(now, who).container != c.container:
            coming = Move(who=who, container=c.container, witnesses=c.witnesses)
            drafts += [_shifted(d, len(drafts)) for d in move(now, coming, following(context, drafts))]
    there = apply(truth, drafts)
    id = c.scene if c.scene is not None else context.ids.make("scene")
    opened = SceneOpened(id, c.container, c.title, people_in(there, c.container))
    return [*drafts, Drafted(opened, mask(c, see.present(there, c.container)))]


def _shifted(draft: Drafted, by: int) -> Drafted:
    """The same draft, its cause counted in a longer list."""
    return draft if draft.after is None else replace(draft, after=draft.after + by)


def _closed(truth: State, context: Context) -> list[Drafted]:
    """The end of the scene, for those present and those who know it to be on."""
    assert truth.scene is not None  # noqa: S101 - both callers have looked
    scene = truth.scene
    knowing = see.present(truth, scene.container)
    for e, mind in context.minds.items():
        if mind.scene is not None and mind.scene.scene == scene.scene:
            knowing = union(knowing, BITS[e])
    return [Drafted(SceneClosed(scene.scene, scene.container), knowing)]


def close_scene(truth: State, c: CloseScene, context: Context) -> list[Drafted]:
    """With a gist, those present keep it as their summary of the scene."""
    if truth.scene is None:
        refuse("no_scene", "there is no scene to close")
    drafts = [Drafted(d.payload, mask(c, d.witnesses)) for d in _closed(truth, context)]
    there = see.present(truth, truth.scene.container)
    if c.gist and there:
        kept = MemoryFormed(context.ids.make("m"), c.gist, "summary", because=["the scene closed"])
        drafts.append(Drafted(kept, narrowed(c, there), after=0))
    return drafts


def later(clock: str | None, minutes: int) -> str | None:
    """A story time some minutes later; None stays None. Refuses what no calendar holds."""
    try:
        reached = (datetime.fromisoformat(clock) if clock else datetime.min) + timedelta(minutes=minutes)
    except (OverflowError, ValueError):
        refuse("wrong_value", f"{minutes} minutes after {clock or 'the beginning'} is beyond the calendar")
    return reached.isoformat(timespec="seconds") if clock else None


def elapsed(truth: State, minutes: int) -> int:
    """The minutes that have passed in all, some minutes later. Refuses more than any calendar holds."""
    if truth.elapsed + minutes > CALENDAR:
        refuse("wrong_value", f"{minutes} minutes more is beyond the calendar")
    return truth.elapsed + minutes


def set_clock(truth: State, at: str) -> TimePassed:
    """The clock as set. Refuses a time that does not exist, or one before what the clock reads."""
    try:
        datetime.fromisoformat(at)
    except ValueError:
        refuse("wrong_value", f"{at} is no time of the calendar")
    if truth.clock is not None and at < truth.clock:
        refuse("clock_backwards", f"the clock reads {truth.clock}, which is after {at}")
    return TimePassed(at, elapsed(truth, _minutes_between(truth.clock, at)), 0)


def _minutes_between(before: str | None, after: str) -> int:
    if before is None:
        return 0
    return int((datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds() // 60)


def pass_time(truth: State, c: PassTime, context: Context) -> list[Drafted]:
    """Time is everybody's. A clock that was never set keeps count."""
    if c.minutes < 0:
        refuse("clock_backwards", "time passes forwards: minutes are 0 or more")
    passed = TimePassed(later(truth.clock, c.minutes), elapsed(truth, c.minutes), c.minutes)
    return [Drafted(passed, mask(c, EVERYBODY))]


def skip_time(truth: State, c: SkipTime, context: Context) -> list[Drafted]:
    """Leaves time out. A jump closes the scene first, and lets moods settle; what is told is for those present."""
    if (c.minutes is None) == (c.until is None):
        refuse("wrong_value", "skip by `minutes` or `until` a story time, one of them")
    drafts = _closed(truth, context) if c.mode == "jump" and truth.scene is not None else []
    skipped = _skipped(truth, c)
    there = see.present(truth, truth.scene.container) if truth.scene is not None else see.awake(truth, ENTITIES)
    skip = len(drafts)
    drafts.append(Drafted(skipped, mask(c, EVERYBODY)))
    if c.summary and there:
        kept = MemoryFormed(context.ids.make("m"), c.summary, "summary", because=["time was left out"])
        drafts.append(Drafted(kept, narrowed(c, there), after=skip))
    if c.mode == "jump":
        drafts += [Drafted(payload, BITS[e], after=skip) for e, payload in _settled(truth, skipped.minutes)]
    return drafts


def _settled(truth: State, minutes: int) -> list[tuple[EntityId, Payload]]:
    """What a jump does to feelings, each with whose it is and who alone perceives it.

    Every tension comes one nearer to 0 for each six hours that passed, and stops there; every mood is over after eight
    hours. Warmth, trust, notes, goals and statuses stay.
    """
    settled: list[tuple[EntityId, Payload]] = []
    for id, edge in truth.edges.items():
        calm = _nearer_to_zero(edge.tension, minutes // COOLING)
        if calm != edge.tension:
            ends = next((e, o) for e in ENTITIES for o in ENTITIES if edge_id(e, o) == id)
            felt = EdgeChanged(
                *ends, edge.warmth, edge.trust, calm, edge.note, because="time went by", leaning=edge.leaning
            )
            settled.append((ends[0], felt))
    settled += [(e, EntityChanged(e, mood="")) for e, x in truth.entities.items() if x.mood and minutes >= NIGHT]
    return settled


def _nearer_to_zero(value: int, steps: int) -> int:
    return max(0, value - steps) if value > 0 else min(0, value + steps)


def _skipped(truth: State, c: SkipTime) -> TimeSkipped:
    if c.until is not None:
        reached = set_clock(truth, c.until)
        return TimeSkipped(reached.clock, reached.elapsed, c.mode, reached.elapsed - truth.elapsed)
    minutes = c.minutes or 0
    if minutes < 0:
        refuse("clock_backwards", "time is skipped forwards: minutes are 0 or more")
    return TimeSkipped(later(truth.clock, minutes), elapsed(truth, minutes), c.mode, minutes)
