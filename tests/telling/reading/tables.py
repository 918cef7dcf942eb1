"""A table with somebody at it, to be read of."""

from typing import Any

from daemon.story.in_words import where
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
    """Sam's line and Mara's reply."""
    return passage(story or table(), 2, **more)


def shapes(shape: Any) -> list[dict[str, Any]]:
    """All shapes within a shape."""
    if not isinstance(shape, dict):
        return []
    within = [*shape.get("properties", {}).values(), shape.get("items")]
    return [shape, *(x for one in within for x in shapes(one))]


def at(story: Story, prop: str, *lens: str) -> str:
    """Where a lens takes a thing to be, in words."""
    state = story.state(*lens)  # type: ignore[arg-type]
    return where(state, state.props[prop].in_) if prop in state.props else "unheard of"
