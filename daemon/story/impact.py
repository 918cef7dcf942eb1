"""What an act would change: events by kind, the lines that go, and the difference of states through each lens. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import msgspec

from daemon.story.lenses import TRUTH, Lens, lens_name
from daemon.story.state import State, to_builtins
from daemon.story.transcript import lines
from protocol.events import Event, LineRevised, LineSaid, MemoryFormed, Payload
from protocol.ids import Seq
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


def impact(
    leaving: Sequence[tuple[Event, Payload]], before: Mapping[Lens, State], after: Mapping[Lens, State]
) -> Impact:
    """The impact of these events going, given the states before and after by lens."""
    counted = Counter(event.kind for event, _ in leaving)
    spoken = lines((e, p) for e, p in leaving if isinstance(p, LineSaid | LineRevised))
    seqs = {event.seq for event, _ in leaving}
    was, then = before[TRUTH], after[TRUTH]
    return Impact(
        events=dict(sorted(counted.items())),
        lines=[{"line": x.line, "seq": x.seq, "who": x.who, "text": x.text} for x in spoken],
        memories=[_memory(e, p, seqs) for e, p in leaving if isinstance(p, MemoryFormed)],
        occasions=_moved("occasion", was.occasions, then.occasions, lambda x: x.status),
        props=_moved("prop", was.props, then.props, lambda x: msgspec.to_builtins(x.in_)),
        edges=_moved("edge", was.edges, then.edges, msgspec.to_builtins),
        states={lens_name(lens): d for lens in before if (d := difference(before[lens], after[lens]))},
    )


def _memory(event: Event, memory: MemoryFormed, leaving: Set[Seq]) -> dict[str, Any]:
    pending = memory.memory_kind == "summary" and event.cause is not None and event.cause not in leaving
    return {
        "memory": memory.memory, "seq": event.seq, "kind": memory.memory_kind, "text": memory.gist,
        "witnesses": list(event.witnesses), "pending": pending,
    }  # fmt: skip


def _moved(
    name: str, was: Mapping[str, Any], then: Mapping[str, Any], described: Callable[[Any], Any]
) -> list[dict[str, Any]]:
    """What of a table reads otherwise: how it was and how it is then; None where there is none."""
    return [
        {name: id, "before": before, "after": after}
        for id in sorted({*was, *then})
        if (before := described(was[id]) if id in was else None)
        != (after := described(then[id]) if id in then else None)
    ]
