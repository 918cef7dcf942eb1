"""What an act would change: events by kind, the lines that go, and the difference of states through each lens. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from daemon.story.state import State, to_builtins
from daemon.story.transcript import lines
from protocol.events import Event, LineSaid, Payload
from protocol.ids import entities_of
from protocol.methods import Impact

Difference = dict[str, list[Any]]
"""By dotted path: [before, after]; None where there is nothing."""


def difference(before: State, after: State) -> Difference:
    """How two states of one lens differ, by dotted path, down to what is not a table."""
    found: Difference = {}
    _compare("", to_builtins(before), to_builtins(after), found)
    return found


def _compare(path: str, before: Any, after: Any, found: Difference) -> None:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            _compare(f"{path}.{key}" if path else key, before.get(key), after.get(key), found)
    else:
        found[path] = [before, after]


def impact(gone: Sequence[tuple[Event, Payload]], before: Mapping[int, State], after: Mapping[int, State]) -> Impact:
    """The impact of these events going, given the states before and after by lens."""
    counted = Counter(event.kind for event, _ in gone)
    spoken = lines((e, p) for e, p in gone if isinstance(p, LineSaid))
    return Impact(
        events=dict(sorted(counted.items())),
        lines=[{"line": x.line, "seq": x.seq, "who": x.who, "text": x.text} for x in spoken],
        states={lens_name(lens): d for lens in before if (d := difference(before[lens], after[lens]))},
    )


def lens_name(lens: int) -> str:
    """A lens in words: `truth`, `a`, `you+a`."""
    return "+".join(entities_of(lens)) or "truth"
