"""Events of history, and the record of the machinery: nobody witnesses them and they change no state."""

from typing import Any

import msgspec

from protocol.events.payload import Payload
from protocol.ids import EntityId


class BranchCreated(Payload, frozen=True):
    """A branch: it shares its parent's events up to `fork_seq`; the root has no parent.

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
    and what derives from it. Left out, they are retired: they were made of words that stand no more."""

    kind = "event.retracted"
    targets: list[int]
    also: list[list[int]] = []


class EventReinstated(Payload, frozen=True):
    """Targets that are back, with what went with them; `retires` are what had been made in their place, and goes."""

    kind = "event.reinstated"
    targets: list[int]
    retires: list[int] = []


class Freshness(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reply is like beside the twelve or so of the same speaker before it.

    `words` of this one, and what was `usual` (the median); the shares of different n-grams in all of them for n = 1, 2
    and 3 (`distinct`); the share of this one's triples of words that stood in one before (`copied`); how many before
    open as it does (`openings`); how many `phrases` recur; whether the latest are much shorter (`shrinking`). It quotes
    nothing, so that it need not be purged with a line.
    """

    words: int = 0
    usual: float = 0.0
    distinct: list[float] = []
    copied: float = 0.0
    openings: int = 0
    phrases: int = 0
    shrinking: bool = False


class ModelCalled(Payload, frozen=True):
    """One call of a model: what for, by whom answered, at what cost, and how it ended. Holds no prompt.

    `recalled` are the seqs that came to the speaker's mind, so that the same do not come at every turn. `budget` (in
    tokens), `factor` (of the estimate), `may_pass` and `note` (which steered this take alone) are what
    else the prompt was built by. `freshness` is how the reply compares with those before it; `countered` says why its
    prompt held a note against decay, if it did.
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
    freshness: Freshness | None = None
    countered: str = ""


class ProposalRefused(Payload, frozen=True):
    kind = "proposal.refused"
    command: dict[str, Any]
    rule: str
    why: str
