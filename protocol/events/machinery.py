"""Events of history, and the record of the machinery: nobody witnesses them and they change no state."""

from typing import Any

from protocol.events.payload import Payload
from protocol.ids import EntityId


class BranchCreated(Payload, frozen=True):
    """A line of history that shares its parent's events up to `fork_seq`; the root has no parent.

    `came_from` is the branch that was current until this one was made so.
    """

    kind = "branch.created"
    branch: str
    parent: str | None = None
    fork_seq: int = 0
    branch_kind: str = "root"
    name: str = ""
    came_from: str | None = None


class EventRetracted(Payload, frozen=True):
    """Targets that are taken out of the history from here on; `also` lists for each what goes with it: what it caused
    and what derives from it (nothing, if left out)."""

    kind = "event.retracted"
    targets: list[int]
    also: list[list[int]] = []


class EventReinstated(Payload, frozen=True):
    """Targets that are back, with what went with them; `retires` are what had been made in their place, and goes."""

    kind = "event.reinstated"
    targets: list[int]
    retires: list[int] = []


class ModelCalled(Payload, frozen=True):
    """One call of a model: what for, by whom answered, at what cost, and how it ended. Holds no prompt.

    `recalled` are the seqs that came to the speaker's mind, so that the same do not come at every turn. `budget` (in
    tokens), `factor` (of the estimate), `may_pass` and `note` (which steered this take alone) are what
    else the prompt was built by.
    """

    kind = "model.called"
    role: str
    endpoint: str
    model: str
    speaker: EntityId | None = None
    line: str | None = None
    prompt_sha256: str = ""
    prompt_head: int = 0
    params: dict[str, Any] = {}
    estimated_tokens: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    first_token_ms: int | None = None
    total_ms: int | None = None
    finish: str = ""
    error: str = ""
    budget: int = 0
    factor: float = 1.0
    may_pass: bool = False
    note: str = ""
    recalled: list[int] = []


class ProposalRefused(Payload, frozen=True):
    kind = "proposal.refused"
    command: dict[str, Any]
    rule: str
    why: str
