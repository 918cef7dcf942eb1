"""Deciding what questions are open: threads. Those who are there when one is opened or moves on know of it."""

from daemon.story import perception as see
from daemon.story.decide.desk import Context, Drafted, mask, new_id, refuse
from daemon.story.state import State, Thread
from protocol.commands import AdvanceThread, Command, OpenThread, ResolveThread
from protocol.errors import not_found
from protocol.events import ThreadAdvanced, ThreadOpened, ThreadRated, ThreadResolved
from protocol.ids import ENTITIES, EntityId, Mask, mask_of

STEP = 2
"""A rating that differs by less from the one before says nothing new."""


class Rate(Command, frozen=True, kw_only=True):
    """How much a thread matters to these minds just now, 0 to 10, as their reading says; not a command of the wire."""

    thread: str
    matters: int
    by: tuple[EntityId, ...]


def _there(truth: State) -> Mask:
    return see.present(truth, truth.scene.container) if truth.scene is not None else see.awake(truth, ENTITIES)


def _still_open(truth: State, id: str) -> Thread:
    found = truth.threads.get(id)
    if found is None:
        raise not_found("thread", id)
    if found.status != "open":
        refuse("lifecycle", f"the thread {id} is resolved already")
    return found


def _drafted(truth: State, c: Command, payload: ThreadOpened | ThreadAdvanced | ThreadResolved) -> list[Drafted]:
    return [Drafted(payload, mask(c, _there(truth)))]


def open_thread(truth: State, c: OpenThread, context: Context) -> list[Drafted]:
    id = new_id(truth.threads, c.thread, "thread", context)
    return _drafted(truth, c, ThreadOpened(id, c.title, c.note))


def advance_thread(truth: State, c: AdvanceThread, context: Context) -> list[Drafted]:
    now = _still_open(truth, c.thread)
    return _drafted(truth, c, ThreadAdvanced(c.thread, now.title, c.note or now.note))


def resolve_thread(truth: State, c: ResolveThread, context: Context) -> list[Drafted]:
    now = _still_open(truth, c.thread)
    return _drafted(truth, c, ThreadResolved(c.thread, now.title, c.note or now.note))


def rate(truth: State, c: Rate, context: Context) -> list[Drafted]:
    """For those of them who know the thread to be open and rated it otherwise before; nothing, where nobody does."""
    minds = {e: context.minds[e].threads.get(c.thread) for e in c.by}
    knowing = [e for e, known in minds.items() if known is not None and known.status == "open" and _differs(known, c)]
    if not knowing or c.thread not in truth.threads:
        return []
    rated = ThreadRated(c.thread, truth.threads[c.thread].title, min(10, max(0, c.matters)))
    return [Drafted(rated, mask_of(knowing))]


def _differs(known: Thread, c: Rate) -> bool:
    return known.matters is None or abs(known.matters - c.matters) >= STEP
