"""What is told of a turn with its phase, its end above all: what it changed, who was silent, what went wrong."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from daemon.telling.changes import Change
from protocol.errors import Fault
from protocol.ids import EntityId
from protocol.methods import RefusedProposal


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """The detail of a turn's phase; what was not set is left out.

    `reading` is what came of reading the prose (ok, off, unreadable, unavailable, failed), `changes` what the turn
    changed, `refused` what of it the rules refused, and `silent` those who chose to say nothing (none: the narrator).
    `still_reading` is the turn before, where that is still being read. `code`, `message` and `data` are of a fault.
    """

    reading: str | UnsetType = UNSET
    changes: list[Change] | UnsetType = UNSET
    refused: list[RefusedProposal] | UnsetType = UNSET
    why: str | UnsetType = UNSET
    silent: list[EntityId | None] | UnsetType = UNSET
    still_reading: int | UnsetType = UNSET
    code: int | UnsetType = UNSET
    message: str | UnsetType = UNSET
    data: dict[str, Any] | UnsetType = UNSET

    @classmethod
    def of_fault(cls, fault: Fault, message: str = "") -> "Detail":
        """What went wrong, in words of its own where they are given."""
        return cls(code=fault.code, message=message or fault.message, data=fault.data)

    def fields(self) -> dict[str, Any]:
        """What is set, as plain values."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    def updated(self, later: "Detail") -> "Detail":
        """This with what is set in another in its place."""
        values = {name: getattr(later, name) for name in self.__struct_fields__}
        return msgspec.structs.replace(self, **{name: value for name, value in values.items() if value is not UNSET})

    def with_done(self, done: Sequence[Change]) -> "Detail":
        """This with what the user's line did at once, before what was read of it."""
        if not done:
            return self
        return msgspec.structs.replace(
            self,
            reading="off" if self.reading is UNSET else self.reading,
            refused=[] if self.refused is UNSET else self.refused,
            changes=[*done, *([] if self.changes is UNSET else self.changes)],
        )
