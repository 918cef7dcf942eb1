"""What the shapes of methods are made of: their bases, and the names that several share."""

from typing import Annotated, Literal

import msgspec

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
ViewName = Literal[
    "scene", "world", "entity", "edges", "transcript", "memories", "occasions", "threads", "timeline", "prompt",
    "deleted", "state",
]  # fmt: skip
Phase = Literal["started", "recalling", "rendering", "replied", "reading", "done", "failed", "stopped"]
Role = Literal["render", "read", "embed"]


class Params(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all params: an unknown name is refused rather than ignored, since it may be a misspelt mask."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all results: always an object."""


class NoParams(Params, frozen=True, kw_only=True):
    """Takes nothing."""


class Empty(Result, frozen=True, kw_only=True):
    """Says nothing."""


class OfStory(Params, frozen=True, kw_only=True):
    """What every method of a story takes; the branch is the story's current one if left out."""

    story: Ref
    branch: Ref | None = None
