"""Deciding what questions are open: threads. Those who are there when one is opened or moves on know of it."""

from daemon.story import perception as see
from daemon.story.decide.desk import Context, Drafted, acted, new_id, refuse
from daemon.story.state import State, Thread
from protocol.commands import AdvanceThread, Command, OpenThread, ResolveThread
from protocol.errors import not_found
from protocol.events import ThreadAdvanced, ThreadOpened, ThreadResolved
from protocol.ids import ENTITIES, Mask


def _there(truth: State) -> Mask:
    return see.present(truth, truth.scene.container) if truth.scene is not None else see.awake(truth, ENTITIES)


def _still_open(truth: State, id: str) -> Thread:
    found = truth.threads.get(id)
    if found is None:
        raise not_found("thread", id)
    if found.status != "open":
        refuse("lifecycle", "that question is already answered")
    return found


def _drafted(truth: State, c: Command, payload: ThreadOpened | ThreadAdvanced | ThreadResolved) -> list[Drafted]:
    return [acted(c, payload, _there(truth))]


def open_thread(truth: State, c: OpenThread, context: Context) -> list[Drafted]:
    id = new_id(truth.threads, c.thread, "thread", context)
    return _drafted(truth, c, ThreadOpened(id, c.title, c.note))


def advance_thread(truth: State, c: AdvanceThread, context: Context) -> list[Drafted]:
    now = _still_open(truth, c.thread)
    return _drafted(truth, c, ThreadAdvanced(c.thread, now.title, c.note or now.note))


def resolve_thread(truth: State, c: ResolveThread, context: Context) -> list[Drafted]:
    now = _still_open(truth, c.thread)
    return _drafted(truth, c, ThreadResolved(c.thread, now.title, c.note or now.note))
