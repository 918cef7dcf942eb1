"""The course of things, in sentences: places, scenes, occasions, questions and time. Pure."""

from daemon.story.in_words import the
from daemon.story.state import Occasion
from daemon.telling.sentences.phrases import Telling, span, when
from protocol import events as ev


def place_added(t: Telling, e: ev.ContainerAdded) -> str:
    """A place that has come into being."""
    return f"there is a new place: {the(e.name)}"


def place_changed(t: Telling, e: ev.ContainerChanged) -> str:
    """A place that is another now."""
    was = t.before.containers.get(e.container)
    renamed = was is not None and was.name != e.name
    return f"{the(was.name)} is called {the(e.name)} now" if was and renamed else f"{the(e.name)} is different now"


def place_removed(t: Telling, e: ev.ContainerRemoved) -> str:
    """A place that is no more."""
    return f"{the(e.name)} is no more"


def scene_opened(t: Telling, e: ev.SceneOpened) -> str:
    """The scene by its title, else by its place."""
    return f"a scene begins: {e.title}" if e.title else f"a scene begins in {t.room(e.container)}"


def scene_closed(t: Telling, e: ev.SceneClosed) -> str:
    """The end of a scene."""
    return "the scene ends"


def planned(t: Telling, e: ev.OccasionPlanned) -> str:
    """What is planned, when and where."""
    told = " ".join(x for x in ("is planned", when(t.before, e.when), _where(t, e.where)) if x)
    return f"{the(e.title)} {told}"


def _where(t: Telling, where: str | None) -> str:
    return f"in {t.room(where)}" if where is not None else ""


def replanned(t: Telling, e: ev.OccasionChanged) -> str:
    """What is different about a plan."""
    was = t.before.occasions.get(e.occasion, Occasion(e.title))
    told = [f"is called {the(e.title)} now"] * (e.title != was.title)
    if e.when != was.when:
        moved = when(t.before, e.when).removeprefix("for ")
        told.append(f"is moved to {moved}" if moved else "has no set time any more")
    told += [f"is to be {_where(t, e.where)}"] * (e.where != was.where and e.where is not None)
    told += [f"is for {t.names(e.who)}"] * (set(e.who) != set(was.who) and bool(e.who))
    told += [f"is about this now: {e.purpose}"] * (e.purpose != was.purpose and bool(e.purpose))
    return f"{the(was.title)} {' and '.join(told)}" if told else ""


def started(t: Telling, e: ev.OccasionStarted) -> str:
    """The beginning of an occasion."""
    return f"{the(e.title)} begins"


def completed(t: Telling, e: ev.OccasionCompleted) -> str:
    """The end of an occasion."""
    return f"{the(e.title)} is over"


def cancelled(t: Telling, e: ev.OccasionCancelled) -> str:
    """An occasion that will not be."""
    return f"{the(e.title)} is called off"


def asked(t: Telling, e: ev.ThreadOpened) -> str:
    """A question of the story."""
    return f"a question arises: {e.title}"


def advanced(t: Telling, e: ev.ThreadAdvanced) -> str:
    """News about a question."""
    return f"a question comes nearer to its answer: {e.title}{_note(e.note)}"


def settled(t: Telling, e: ev.ThreadResolved) -> str:
    """The answer to a question."""
    return f"a question is settled: {e.title}{_note(e.note)}"


def _note(note: str) -> str:
    return f" ({note})" if note else ""


def time(t: Telling, e: ev.TimePassed | ev.TimeSkipped) -> str:
    """How much time goes by."""
    minutes = max(e.minutes, e.elapsed - t.before.elapsed)
    return span(minutes) if minutes else ""
