"""Which fields of events name other events or branches, and the same events under other numbers. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from protocol.events import BranchCreated, Payload, ProposalRefused
from protocol.ids import Seq

SEQS: Mapping[str, tuple[str, ...]] = {
    "branch.created": ("fork_seq",),
    "event.retracted": ("targets", "also"),
    "event.reinstated": ("targets", "retires"),
    "line.said": ("answers",),
    "memory.formed": ("from_",),
    "model.called": ("prompt_head", "recalled"),
    "story.pressed": ("from_",),
    "chat.read": ("from_",),
}
"""The fields of each kind that hold a seq, or lists of them."""

Renumber = Callable[[Seq], Seq]
"""The new number of a seq. Raises KeyError for one that there is not."""


def renumbered(payload: Payload, seq: Renumber, branch: Mapping[str, str]) -> Payload:
    """The same payload with every seq and branch that it names under its new number. Raises KeyError."""
    changed: dict[str, Any] = {}
    for field in SEQS.get(payload.kind, ()):
        changed[field] = _mapped(getattr(payload, field), seq)
    if isinstance(payload, BranchCreated):
        changed["branch"] = branch[payload.branch]
        changed["parent"] = payload.parent and branch[payload.parent]
        changed["came_from"] = payload.came_from and branch[payload.came_from]
    if isinstance(payload, ProposalRefused):
        changed["command"] = _command(payload.command, seq)
    return msgspec.structs.replace(payload, **changed) if changed else payload


def _mapped(value: Any, seq: Renumber) -> Any:
    """A seq or none, or a list of such, at any depth."""
    return [_mapped(v, seq) for v in value] if isinstance(value, list) else value and seq(value)


def _command(command: dict[str, Any], seq: Renumber) -> dict[str, Any]:
    """A proposal that was refused: it may name what there never was, and that stays as it is."""
    named = command.get("from")
    if command.get("do") != "remember" or not isinstance(named, list):
        return command
    return {**command, "from": [_or_same(seq, s) for s in named]}


def _or_same(seq: Renumber, named: Any) -> Any:
    try:
        return seq(Seq(named)) if type(named) is int else named
    except KeyError:
        return named
