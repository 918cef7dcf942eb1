"""What the shapes of methods are made of: their bases, and the names that several share."""

from typing import Annotated, Literal

import msgspec

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
ViewName = Literal[
    "scene", "world", "entity", "edges", "transcript", "memories", "occasions", "threads", "timeline", "prompt",
    "secrets", "deleted", "story", "decay", "lore", "state",
]  # fmt: skip
"""What of a story a view shows: the scene that is on, the world (containers and props), one entity, the edges
(feelings), the transcript (lines), the memories, the occasions, the threads, the timeline, the prompt a speaker would
be given now, the secrets of whoever looks, what is deleted, how the story is told (premise and style), how each bot
repeats itself by now, the lore that the lens knows, or the whole state."""

Phase = Literal["started", "recalling", "rendering", "replied", "reading", "done", "failed", "stopped"]
"""How far a turn is: it has `started`; for each speaker it is `recalling` (the prompt is built), `rendering` (the model
writes), and has `replied` (the line is committed); then it may be `reading` (changes are read from the prose). It ends
with `done`, or with `failed`; `stopped` follows a `stop`, before `done`."""

Role = Literal["render", "read", "embed"]
"""What a model is used for: `render` writes prose, `read` reads prose into changes and writes summaries, `embed` is for
embeddings."""


class Params(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all params: an unknown name is refused rather than ignored, since it may be a misspelt mask."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all results: always an object."""


class NoParams(Params, frozen=True, kw_only=True):
    """Takes nothing."""


class Empty(Result, frozen=True, kw_only=True):
    """Says nothing."""


class OfStory(Params, frozen=True, kw_only=True):
    """Names the story, and the branch of it, that a method is about."""

    story: Ref
    """The id of the story, as `create` or `stories` gave it."""
    branch: Ref | None = None
    """The id of the branch; left out, the story's current branch."""
