"""What moves the story where the player does nothing: in a quiet stretch something that stands open is pressed. Pure.

A stretch is quiet when in the last `QUIET` actions the player did no more than nod (a few words that ask nothing),
nothing new came about, and nothing was pressed. Then the first of these that can be pressed is, to whose turn it is:

    an occasion that is on, or due within the hour               said to be so, and brought on
    a want, in their order                                       acted on
    an open question that matters now, the weightiest first      brought further
    an occasion that waits to be begun by hand                   brought up
    somebody else who knows where `you` are and is elsewhere     arrives, and answers in their stead
    nothing of these                                             something new is to be wanted, or to happen

    not pressed again, while it stands unanswered                a want alike; all else, until an event states it anew
    not pressed twice running                                    the same, answered or not; but again something new
    goes last                                                    what is of the sort that was pressed before
    nothing is left                                              nobody is pressed, until there is something

The narrator is told of questions and occasions that all who hear it share, and wants nothing. What is told is made
from the mind of the one who is told, and of nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from daemon.story import time_in_words
from daemon.story.state import Occasion, State, people_in
from daemon.story.words import likeness, topics, words
from daemon.telling.threads import mattering
from protocol.events import StoryPressed
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView
from protocol.world import Pressed

QUIET = 3
"""Actions of the player without anything new, the present one among them, after which something is pressed."""

NOD = 8
"""Words; whoever says no more, and asks nothing, brings nothing new."""

SOON = timedelta(hours=1)
"""An occasion is due when it is to begin within this time."""

ALIKE = 0.6
"""The likeness from which two wants are the same one in other words."""

NEWS = frozenset({
    "activity.left", "activity.arrived", "prop.added", "prop.moved", "prop.changed", "prop.removed", "claimed",
    "occasion.planned", "occasion.changed", "occasion.started", "occasion.completed", "occasion.cancelled",
    "thread.opened", "thread.advanced", "thread.resolved", "time.skipped",
})  # fmt: skip
"""Kinds of events that bring something new; moods, feelings, the passing of minutes and what somebody does do not."""


class Action(msgspec.Struct, frozen=True):
    """An action of the player as somebody perceived it: what the player said, the last event in it that brought
    something new (BEGINNING if none did), and whether something was pressed in it."""

    said: str = ""
    news: Seq = BEGINNING
    pressed: bool = False


class Press(msgspec.Struct, frozen=True):
    """What is pressed, and to whom (None is the narrator). `from_` are the seqs that state it, `nth` which of the wants
    stated there it is; `want` are its words, where they are known."""

    what: Pressed
    speaker: EntityId | None
    thread: str | None = None
    occasion: str | None = None
    nth: int = 0
    from_: tuple[Seq, ...] = ()
    want: str = ""

    def same(self, other: "Press") -> bool:
        """Whether two presses are of the same thing."""
        if self.what != other.what:
            return False
        match self.what:
            case "thread":
                return self.thread == other.thread
            case "occasion":
                return self.occasion == other.occasion
            case "want":
                alike = likeness(topics(self.want), topics(other.want)) >= ALIKE
                return self.speaker == other.speaker and (alike or self.want == other.want)
        return self.speaker == other.speaker

    def repeats(self, other: "Press") -> bool:
        """Whether this would be told twice running; what is new is another thing each time."""
        return self.what != "new" and self.same(other)


class Past(msgspec.Struct, frozen=True):
    """Something that was pressed, and the seq of its record."""

    seq: Seq
    press: Press


def is_passive(text: str) -> bool:
    """Whether somebody does no more than nod."""
    return len(words(text)) <= NOD and "?" not in text


def is_quiet(actions: Sequence[Action]) -> bool:
    """Whether these end in a quiet stretch; they are the latest actions, oldest first, the present one last."""
    latest = actions[-QUIET:]
    return len(latest) == QUIET and all(is_passive(x.said) and not x.news and not x.pressed for x in latest)


def chosen(mind: State, speaker: EntityId | None, lines: Sequence[LineView], past: Sequence[Past]) -> Press | None:
    """What is pressed to a speaker who is where the story is told; None where all that is open waits for its answer.

    `mind` is the state through the speaker's lens, `lines` what that perceived lately, `past` what was pressed, oldest
    first. Where nothing else is open, that is something new.
    """
    return _first(_standing_open(mind, speaker, lines), mind, past)


def arrival(mind: State, who: EntityId, past: Sequence[Past]) -> Press | None:
    """That somebody who is elsewhere arrives, if that can be pressed and they know where `you` are."""
    you, me = mind.entities.get("you"), mind.entities.get(who)
    if you is None or me is None or not me.awake or you.container in (None, me.container):
        return None
    sources = _sources(mind, f"activity.{who}", "activity.you")
    return _first([Press("arrival", who, from_=sources)], mind, past)


def novelty(mind: State, speaker: EntityId | None, past: Sequence[Past]) -> Press | None:
    """That a speaker is to want something new; the narrator, that something is to happen. A new want answers it, and
    so does whatever came about since."""
    stated = (seq for key, seq in mind.sources.items() if key.partition(".")[0] in ("prop", "occasion", "thread"))
    latest = max([*stated, *_sources(mind, f"goals.{speaker}")], default=None)
    return _first([Press("new", speaker, from_=(latest,) if latest is not None else ())], mind, past)


def _first(candidates: Iterable[Press], mind: State, past: Sequence[Past]) -> Press | None:
    """The first that can be pressed; what is of the sort that was pressed before goes last."""
    last = past[-1].press if past else None
    able = [x for x in candidates if not (last is not None and x.repeats(last)) and not _is_unanswered(x, past)]
    return min(able, key=lambda x: last is not None and x.what == last.what, default=None)


def _is_unanswered(press: Press, past: Sequence[Past]) -> bool:
    """Whether the same was pressed before, and no event has stated it anew since."""
    touched = max(press.from_, default=BEGINNING)
    return any(press.same(x.press) and (press.what == "want" or touched <= x.seq) for x in past)


def _standing_open(mind: State, speaker: EntityId | None, lines: Sequence[LineView]) -> list[Press]:
    """All that stands open for a speaker, in the order in which it is pressed."""
    due = [id for id, x in mind.occasions.items() if _is_due(x, mind.clock)]
    waiting = [id for id, x in mind.occasions.items() if x.status == "planned" and x.when is None]
    me = mind.entities.get(speaker) if speaker is not None else None
    stated = _sources(mind, f"goals.{speaker}")
    wants = [Press("want", speaker, nth=n, from_=stated, want=x) for n, x in enumerate(me.goals if me else ())]
    where = mind.entities[speaker or "you"].container if (speaker or "you") in mind.entities else None
    asked = [x.id for x in mattering(mind, speaker, where, lines, ())]
    return [
        *(Press("occasion", speaker, occasion=x, from_=_sources(mind, f"occasion.{x}")) for x in due),
        *(wants if stated else ()),
        *(Press("thread", speaker, thread=x, from_=_sources(mind, f"thread.{x}")) for x in asked),
        *(Press("occasion", speaker, occasion=x, from_=_sources(mind, f"occasion.{x}")) for x in waiting),
    ]


def _is_due(x: Occasion, clock: str | None) -> bool:
    if x.status != "planned" or not isinstance(x.when, str) or clock is None:
        return x.status == "active"
    return datetime.fromisoformat(x.when) - datetime.fromisoformat(clock) <= SOON


def _sources(mind: State, *keys: str) -> tuple[Seq, ...]:
    return tuple(sorted({mind.sources[k] for k in keys if k in mind.sources}))


def inclination(mind: State, press: Press) -> str:
    """What is pressed, as the one is told who is inclined to it; empty where its mind holds no such thing."""
    match press.what:
        case "want":
            me = mind.entities.get(press.speaker) if press.speaker is not None else None
            want = me.goals[press.nth].rstrip(" .") if me is not None and press.nth < len(me.goals) else ""
            return f"Something you want now: {want}. Do something about it, in your own way." if want else ""
        case "thread":
            asked = mind.threads.get(press.thread or "")
            return _question(asked.title.rstrip(" ."), press.speaker) if asked is not None else ""
        case "occasion":
            planned = mind.occasions.get(press.occasion or "")
            return _occasion(planned, mind) if planned is not None else ""
        case "arrival":
            return _arriving(mind, press.speaker)
    if press.speaker is None:
        return "It has been quiet for a while. Let something happen that nobody here has brought about."
    return "It has been quiet for a while. Think of something new that you want here, and begin on it."


def _question(title: str, speaker: EntityId | None) -> str:
    stop = "" if title.endswith(("?", "!")) else "."
    if speaker is None:
        return f"Still open: {title}{stop} Let something happen that brings it further."
    return f"What will not leave you alone: {title}{stop} Bring it further, by something that you say or do."


def _occasion(x: Occasion, mind: State) -> str:
    if x.status == "active":
        return f"{x.title} is on. Do the next thing that belongs to it."
    if isinstance(x.when, str):
        when = time_in_words.appointed(x.when, mind.clock)
        return f"It is nearly time for {x.title}{f' ({when})' if when else ''}. Say so, or make ready for it."
    return f"{x.title} is planned, and nobody has begun it yet. Bring it up, or begin it."


def _arriving(mind: State, who: EntityId | None) -> str:
    you = mind.entities.get("you")
    place = mind.containers.get(you.container) if you is not None and you.container is not None else None
    if you is None or place is None or who is None:
        return ""
    others = [mind.entities[e].name for e in people_in(mind, you.container) if e not in ("you", who)]
    company = " and ".join([you.name, *others])
    return (
        f"You have been elsewhere for a while. Go to where {company} should be now: {place.name}. Begin with how you "
        f"arrive (*goes to {place.name[0].lower() + place.name[1:]}*), then say what you came for."
    )


def event_of(press: Press, line: str) -> StoryPressed:
    """The record that a line came of a press."""
    return StoryPressed(press.what, press.speaker, line, press.thread, press.occasion, press.nth, list(press.from_))


def press_of(event: StoryPressed, stated: Sequence[str] = ()) -> Press:
    """What an event records as pressed; `stated` are the wants that the event named there states."""
    want = stated[event.nth] if event.what == "want" and event.nth < len(stated) else ""
    return Press(event.what, event.speaker, event.thread, event.occasion, event.nth, tuple(event.from_), want)
