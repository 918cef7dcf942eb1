"""A table with somebody at it, to be read of."""

from typing import Any

from daemon.telling.reading import Passage
from tests.story.given import Story, house, room, say, thing
from tests.telling.passages import passage


def table(*more: dict[str, Any]) -> Story:
    """A table, a closed chest and a ring in the kitchen; Sam and Mara do something, unless lines are given."""
    lines = [
        say("you", "puts the ring on the table and sits down", "action"),
        say("a", "nods and hums a tune", "action"),
    ]
    return house(
        thing("table", room("kitchen")),
        thing("chest", room("kitchen"), closed=True),
        thing("ring", {"entity": "you"}),
        *more,
        *([] if any(x["do"] == "say" for x in more) else lines),
    )


def both(story: Story | None = None, **more: Any) -> Passage:
    """Sam's line and Mara's reply, read through Mara."""
    return passage(story or table(), "a", 2, **more)


def shapes(shape: Any) -> list[dict[str, Any]]:
    """All shapes within a shape."""
    if isinstance(shape, list):
        return [x for one in shape for x in shapes(one)]
    if not isinstance(shape, dict):
        return []
    within = list(shape.get("properties", {}).values()) + [v for k, v in shape.items() if k in ("anyOf", "items")]
    return [shape, *shapes(within)]


def ids(shape: Any) -> set[str]:
    """All words that an enum offers."""
    return {word for x in shapes(shape) for word in x.get("enum", ()) if isinstance(word, str)}
