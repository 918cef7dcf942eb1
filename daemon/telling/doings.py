"""What people were doing or minding and are not any more, since nobody speaks of it. Pure."""

from collections.abc import Sequence

from msgspec import UNSET

from daemon.story.decide.things import LOOKING
from daemon.story.state import State
from daemon.story.words import topics
from protocol.commands import Act
from protocol.views import LineView

QUIET = 3
"""Actions in which nobody mentions what somebody does, until it is over."""


def over(truth: State, actions: Sequence[Sequence[LineView]]) -> list[Act]:
    """What ends what is over by now. `actions` are the lines of the latest actions, each together, oldest first.

    What somebody does or minds is over after `QUIET` actions in which no word of it comes up; a look into something,
    with the next action.
    """
    ended: list[Act] = []
    for e, x in truth.entities.items():
        stated = truth.sources.get(f"activity.{e}", 0)
        since = [" ".join(line.text for line in lines) for lines in actions if lines and lines[0].seq > stated]
        looked = x.attention is not None and x.attention.startswith(LOOKING) and bool(since)
        done = bool(x.doing) and _is_over(x.doing or "", since)
        turned = bool(x.attention) and (looked or _is_over(x.attention or "", since))
        if done or turned:
            ended.append(Act(who=e, doing=None if done else UNSET, attention=None if turned else UNSET))
    return ended


def _is_over(what: str, since: Sequence[str]) -> bool:
    about = set(topics(what))
    return len(since) >= QUIET and all(about.isdisjoint(topics(text)) for text in since[-QUIET:])
