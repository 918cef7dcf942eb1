"""What subscribers are sent with a turn's phase, above all its end: what changed, who was silent, what went wrong."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from daemon.story.lenses import TRUTH, Lens
from daemon.telling.changes import NOTHING, Tellings, together
from protocol.errors import Fault
from protocol.ids import EntityId
from protocol.methods import RefusedProposal


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """The detail of a turn's phase; fields that are not set are left out."""

    reading: str | UnsetType = UNSET
    """What came of reading the prose: ok, off, unreadable, unavailable, failed."""
    changes: Tellings | UnsetType = UNSET
    """What the turn changed, by lens."""
    refused: list[RefusedProposal] | UnsetType = UNSET
    """The commands of the reading that the rules refused. They are shown to no lens but the truth, since they tell what
    somebody's prose was about."""
    why: str | UnsetType = UNSET
    """Why something that one might expect did not happen, in words."""
    silent: list[EntityId | None] | UnsetType = UNSET
    """The entities that chose to say nothing; None is the narrator."""
    still_reading: int | UnsetType = UNSET
    """The turn before, where that is still being read."""
    code: int | UnsetType = UNSET
    """The code of a fault."""
    message: str | UnsetType = UNSET
    """The message of a fault."""
    data: dict[str, Any] | UnsetType = UNSET
    """The data of a fault."""

    @classmethod
    def of_fault(cls, fault: Fault, message: str = "") -> "Detail":
        """The detail of a fault; `message`, if given, stands in place of the fault's own."""
        return cls(code=fault.code, message=message or fault.message, data=fault.data)

    def fields(self, lens: Lens = TRUTH) -> dict[str, Any]:
        """The fields that are set, by name, as values that JSON can hold, as a lens may be shown them."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        if self.changes is not UNSET:
            found["changes"] = [msgspec.to_builtins(change) for change in self.changes[lens]]
        if lens and self.refused is not UNSET:
            found["refused"] = []
        return found

    def updated(self, later: "Detail") -> "Detail":
        """A copy of this detail in which the fields that are set in `later` have the values of `later`."""
        values = {name: getattr(later, name) for name in self.__struct_fields__}
        return msgspec.structs.replace(self, **{name: value for name, value in values.items() if value is not UNSET})

    def with_done(self, done: Tellings) -> "Detail":
        """A copy of this detail whose changes begin with `done`: what the user's line did before it was read."""
        if not any(done.values()):
            return self
        return msgspec.structs.replace(
            self,
            reading="off" if self.reading is UNSET else self.reading,
            refused=[] if self.refused is UNSET else self.refused,
            changes=together(done, NOTHING if self.changes is UNSET else self.changes),
        )
