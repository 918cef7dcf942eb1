"""Comings and goings, and time that was left out, as they stand in brackets among the lines of a prompt. Pure; English.

What a line tells that the speaker perceived is not told again.
"""

from collections.abc import Sequence

from daemon.story import in_words
from daemon.story.state import State
from daemon.telling.naming import named_at
from daemon.telling.prompt.telling import Move
from daemon.telling.prompt.unread import DONE
from protocol import events as ev
from protocol.ids import EntityId, Seq
from protocol.views import LineView

Seen = Sequence[tuple[ev.Event, ev.Payload]]
"""Events that the speaker perceived, oldest first."""

KINDS = (ev.ActivityLeft.kind, ev.ActivityArrived.kind, ev.TimeSkipped.kind)
"""The kinds of events that are told so."""


def moves(seen: Seen, lines: Sequence[LineView], mind: State, speaker: EntityId | None) -> list[Move]:
    """What of these events is to be told among the lines, in order."""
    if not lines:
        return []
    seen = [(e, p) for e, p in seen if e.seq > lines[0].seq]
    seen_off = _seen_off(seen)
    found = []
    for event, p in seen:
        text = ""
        if isinstance(p, ev.TimeSkipped):
            text = _later(p)
        elif isinstance(p, ev.ActivityLeft | ev.ActivityArrived) and not _is_told(event, p.entity, lines, mind):
            text = _went(mind, p, both=event.seq in seen_off, own=p.entity == speaker)
        if text:
            found.append(Move(event.seq, f"({text})"))
    return found


def _seen_off(seen: Seen) -> set[Seq]:
    """The departures that are seen together with the arrival to which they lead, and these."""
    left: dict[EntityId, tuple[ev.Event, ev.ActivityLeft]] = {}
    found = set[Seq]()
    for event, p in seen:
        if isinstance(p, ev.ActivityLeft):
            left[p.entity] = event, p
        elif isinstance(p, ev.ActivityArrived) and p.entity in left:
            off, where = left.pop(p.entity)
            if off.turn == event.turn and where.container != p.container:
                found |= {off.seq, event.seq}
    return found


def _is_told(event: ev.Event, who: EntityId, lines: Sequence[LineView], mind: State) -> bool:
    """Whether a line of the turn tells that somebody came or went, as far as it was perceived: by what they did before
    they had, or what another does."""
    name = mind.entities[who].name if who in mind.entities else who
    done = ((x, p) for x in lines if x.turn == event.turn for p in x.parts if p.text and p.manner in DONE)
    return any(p.seq < event.seq if x.who == who else named_at(p.text, name) is not None for x, p in done)


def _went(mind: State, p: ev.ActivityLeft | ev.ActivityArrived, *, both: bool, own: bool) -> str:
    """A coming or going in a sentence; of one who is seen to do both the coming alone."""
    name = mind.entities[p.entity].name if p.entity in mind.entities else p.entity
    if isinstance(p, ev.ActivityArrived):
        room = in_words.room(mind, p.container)
        return (
            f"You are {in_words.inside(mind, p.container)} now."
            if own
            else f"{name} {'goes' if both else 'comes'} to {room}."
        )
    if own or both:
        return ""
    return f"{name} leaves{f' for {in_words.room(mind, p.toward)}' if p.toward else ''}."


def _later(p: ev.TimeSkipped) -> str:
    """How much later it is."""
    hours = round(p.minutes / 60)
    spans = (
        (60 * 48, f"{round(hours / 24)} days"),
        (90, f"{hours} hours"),
        (50, "an hour"),
        (1, f"{p.minutes} minutes"),
    )
    span = next((words for least, words in spans if p.minutes >= least), "")
    return f"{span[0].upper()}{span[1:]} later.{f' {p.summary}' if p.summary else ''}" if span else p.summary
