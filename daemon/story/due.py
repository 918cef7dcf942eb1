"""Which planned occasions are due after something happened: by the clock, an arrival, or what just ended. Pure."""

from collections.abc import Sequence

from daemon.story.decide.desk import Drafted
from daemon.story.state import Occasion, State
from protocol.events import ActivityArrived, OccasionCancelled, OccasionCompleted, Payload, ThreadResolved
from protocol.world import Trigger


def due(truth: State, happened: Sequence[Drafted]) -> list[tuple[str, int]]:
    """The occasions that are due in this truth, each with the index of the event that made it so.

    `happened` are the events just decided. A story time that has passed, or an end that was long ago, makes an
    occasion due with the last of them; of several, the earlier time comes first.
    """
    found: list[tuple[str, int]] = []
    for id, occasion in sorted(truth.occasions.items(), key=lambda item: _time(item[1])):
        index = _due(truth, occasion, happened) if occasion.status == "planned" else None
        if index is not None:
            found.append((id, index))
    return found


def _time(occasion: Occasion) -> str:
    return occasion.when if isinstance(occasion.when, str) else ""


def _due(truth: State, occasion: Occasion, happened: Sequence[Drafted]) -> int | None:
    when = occasion.when
    if isinstance(when, str):
        return len(happened) - 1 if happened and truth.clock is not None and truth.clock >= when else None
    if when is None:
        return None
    fired = next((i for i, draft in enumerate(happened) if _fires(when, draft.payload)), None)
    return len(happened) - 1 if fired is None and happened and _is_over(truth, when) else fired


def _is_over(truth: State, when: Trigger) -> bool:
    """Whether what a trigger waits for has ended, perhaps when the occasion could not start for want of a scene."""
    before, thread = truth.occasions.get(when.after or ""), truth.threads.get(when.resolved or "")
    return (before is not None and before.status in ("completed", "cancelled")) or (
        thread is not None and thread.status == "resolved"
    )


def _fires(when: Trigger, payload: Payload) -> bool:
    match payload:
        case ActivityArrived():
            return when.arrives == payload.entity and when.container == payload.container
        case OccasionCompleted() | OccasionCancelled():
            return when.after == payload.occasion
        case ThreadResolved():
            return when.resolved == payload.thread
    return False
