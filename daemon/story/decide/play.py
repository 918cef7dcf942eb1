"""Deciding what is said: lines, a model's replies, and other words for them."""

import contextlib
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from daemon.story import perception as see
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    apply,
    called,
    entity,
    following,
    refuse,
    shifted,
)
from daemon.story.decide.places import Arrive, Go, act, add_container, move
from daemon.story.decide.scenes import scene_of, turned
from daemon.story.decide.things import hand, put
from daemon.story.state import Entity, State
from protocol.commands import Act, AddContainer, Command, Hand, Move, Put, Say
from protocol.errors import Fault
from protocol.events import LineNoticed, LineRevised, LineSaid
from protocol.ids import NOBODY, EntityId, Mask, Seq, difference, entities_of, union
from protocol.world import Manner

Turning = Callable[[State, EntityId | None, Context], list[Drafted]]
"""What becomes of the scenes where somebody's line is told."""


class Part(msgspec.Struct, frozen=True):
    """A stretch of a line in one manner; `raw` is how it was typed or written, empty where that is the text. Those in
    `unseen` do not perceive it, its doer apart."""

    manner: Manner
    text: str
    to: list[EntityId] = []
    raw: str = ""
    unseen: Mask = NOBODY


Deed = AddContainer | Move | Hand | Put | Act
"""What a line may plainly do; a place of which nobody has heard comes to be where it goes there."""


class Utter(Command, frozen=True, kw_only=True):
    """A line of several parts, as the turn makes them of what was typed or written; not a command of the wire.

    The scene where a part is told begins or goes on with it, and scenes that all have left are over. `cut` marks a line
    that was cut short; `first` is the part to count from (more than 0 where a line goes on).
    `deeds` are what it plainly does, each with the index of its part: they come of those words, before the next, but
    who wakes or arrives does so before them. What a rule refuses of that is not done. A `Go`, and a new place, are told
    to those who perceive the words. With deeds, a whisper to one who is not there by then is kept to oneself.
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
    """A line told in other words: (part, text, raw, witnesses, seems) of each part; not a command of the wire."""

    line: str
    parts: list[tuple[int, str, str, Mask, Mask | None]]


def _has_identity(known: Entity) -> bool:
    told = (known.appearance, known.description, known.personality, known.voice, known.instructions, known.reminder)
    return any(told) or bool(known.examples)


def check_speaker(truth: State, who: EntityId | None) -> None:
    """Refuses a bot that has no identity yet."""
    if who is None:
        return
    known = entity(truth, who)
    if who != "you" and not _has_identity(known):
        refuse("no_identity", f"{called(truth, who)} needs a description before they can speak")


def _check_addressees(truth: State, who: EntityId | None, manner: Manner, to: Sequence[EntityId]) -> None:
    for e in to:
        entity(truth, e)
    if manner == "thought" and who is None:
        refuse("wrong_value", "a thought needs somebody who thinks it")
    if manner not in ("whisper", "message"):
        return
    if who is None or not to:
        refuse("no_addressee", f"say who {'whispers' if manner == 'whisper' else 'writes'}, and to whom")
    if manner == "whisper":
        far = [e for e in to if truth.entities[e].container != truth.entities[who].container]
        if far:
            refuse(
                "whisper_out_of_reach", f"{called(truth, *far)} is too far away to hear {called(truth, who)} whisper"
            )


def say(truth: State, c: Say, context: Context) -> list[Drafted]:
    """One line of one part. It is of the scene that is open where it is told, and begins none."""
    part = Part(c.manner, c.text, c.to)
    line = Utter(line=context.ids.make("l"), who=c.who, parts=[part], witnesses=c.witnesses, seems=c.seems)
    return _told(truth, line, context)


def utter(truth: State, c: Utter, context: Context) -> list[Drafted]:
    """The parts of a line, each in the scene where it is told."""
    return _told(truth, c, context, turned)


def _told(truth: State, c: Utter, context: Context, turn: Turning | None = None) -> list[Drafted]:
    """Each part with the mask of its manner, after what becomes of the scenes by `turn`; where a whisper is evident,
    that it happened."""
    if not c.mode:
        check_speaker(truth, c.who)
    elif c.who is not None:  # a model's was checked when it was asked; but the speaker may have been taken out since
        entity(truth, c.who)
    drafts: list[Drafted] = []
    now = truth
    for index, part in enumerate(c.parts):
        mine = [deed for of, deed in c.deeds if of == index]
        for deed in [d for d in mine if _before(d, c.who)]:
            now = _with_deed(now, drafts, deed, context, None)
        if turn is not None and part.manner != "ooc":
            turnings = turn(now, c.who, following(context, drafts))
            drafts += [shifted(d, len(drafts)) for d in turnings]
            now = apply(now, turnings)
        after = len(drafts)
        drafts += _part(now, c, c.first + index, _within_reach(now, c, part), after)
        for deed in [d for d in mine if not _before(d, c.who)]:
            now = _with_deed(now, drafts, _kept(now, deed, part, drafts[after]), context, after)
    return drafts


def _kept(now: State, deed: Deed, part: Part, told: Drafted) -> Deed:
    """A deed; what is handed over unseen is known to those who perceive the words, and to who gets it."""
    if not part.unseen or not isinstance(deed, Hand):
        return deed
    return replace(deed, witnesses=list(entities_of(union(told.witnesses, see.awake(now, [deed.to])))))


def _before(deed: Deed, who: EntityId | None) -> bool:
    """Whether a deed is done before the words that tell of it are perceived."""
    return isinstance(deed, Arrive) or (isinstance(deed, Act) and deed.awake is True and deed.who == who)


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
        refuse("wrong_value", "a line can't be empty")
    scene = scene_of(now, c.who)
    said = LineSaid(
        c.line, c.who, part.text, part.manner, number, part.to, scene, c.mode, c.answers, c.cut,
        raw=part.raw if part.raw != part.text else "",
    )  # fmt: skip
    hearing = _perceiving(now, c.who, part)
    missed = see.inattentive(now, hearing, c.who, *part.to) if part.manner == "action" else NOBODY
    drafts = [acted(c, said, hearing, missed=missed)]
    noticed = see.noticers(now, c.who, part.manner)
    if noticed and c.witnesses is None:
        drafts.append(Drafted(LineNoticed(c.line, c.who, part.manner, number, part.to, scene), noticed, after))
    return drafts


def _perceiving(now: State, who: EntityId | None, part: Part) -> Mask:
    """Who gets the words of a part."""
    if who is None or not part.unseen:
        return see.hearers(now, who, part.manner, part.to)
    own = see.hearers(now, who, "thought", part.to)
    return union(difference(see.hearers(now, who, part.manner, part.to), part.unseen), own)


def _with_deed(now: State, drafts: list[Drafted], deed: Deed, context: Context, after: int | None) -> State:
    """The truth after a deed, which is added to what happened; as it is where a rule refuses. It comes of the draft
    `after`."""
    if isinstance(deed, Go):
        deed = replace(deed, told=drafts[after].witnesses if after is not None else deed.told)
    if isinstance(deed, AddContainer) and after is not None:
        said = drafts[after]
        seems = None if said.seems is None else list(entities_of(said.seems))
        deed = replace(deed, witnesses=list(entities_of(said.witnesses)), seems=seems)
    with contextlib.suppress(Fault):
        done = _done(now, deed, following(context, drafts))
        drafts += [shifted(d, len(drafts)) if d.after is not None else replace(d, after=after) for d in done]
        return apply(now, done)
    return now


def _done(truth: State, deed: Deed, context: Context) -> list[Drafted]:
    match deed:
        case AddContainer():
            return add_container(truth, deed, context)
        case Move():
            return move(truth, deed, context)
        case Hand():
            return hand(truth, deed, context)
        case Put():
            return put(truth, deed, context)
        case Act():
            return act(truth, deed, context)


def revise(truth: State, c: Revise, context: Context) -> list[Drafted]:
    """Whoever perceived a part perceives it in its new words."""
    if not any(text.strip() for _, text, *_ in c.parts):
        refuse("wrong_value", "a line can't be empty; to remove it, delete it")
    return [
        Drafted(LineRevised(c.line, text, part, raw if raw != text else ""), witnesses, seems=seems)
        for part, text, raw, witnesses, seems in c.parts
    ]
