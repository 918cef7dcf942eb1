"""The way to begin a story of one's own: commands for `create`, from a name or two, a sentence and a place."""

from typing import Any

import msgspec

Command = dict[str, Any]


class Start(msgspec.Struct, frozen=True):
    """A story to begin: what it is called, the template that it starts from, if any, and what is then added."""

    title: str
    template: str | None = None
    setup: list[Command] = []


def own(you: str, bot: str, about: str, place: str, premise: str = "") -> Start:
    """A story of one's own: two people and a place, as far as a sentence each can tell."""
    return Start(
        f"{bot}, {place}",
        setup=[
            *([{"do": "set", "what": "story", "values": {"premise": premise}}] if premise else []),
            {"do": "add_container", "container": "here", "name": place},
            {"do": "add_entity", "entity": "you", "name": you},
            {"do": "add_entity", "entity": "a", "name": bot, "identity": {"description": about}},
            *_together("here", ["you", "a"], title=place),
        ],
    )


def _together(container: str, who: list[str], title: str) -> list[Command]:
    """Puts them there and opens the first scene."""
    moves: list[Command] = [{"do": "move", "who": e, "container": container} for e in who]
    return [*moves, {"do": "open_scene", "container": container, "present": who, "title": title}]
