"""Through whose eyes a story is shown to who plays it: whether it has secrets, and the question that is asked once."""

from collections.abc import Awaitable, Callable
from typing import Any

from protocol.ids import EntityId

Project = Callable[..., Awaitable[Any]]
"""Asks for a view's data through a lens: the view's name, the lens, then its params."""

OWN: list[EntityId] = ["you"]


async def has_secrets(project: Project, cast: dict[str, str]) -> bool:
    """Whether there is anything in the story that `you` do not know: a thing, a memory, what somebody wants or keeps to
    themselves."""
    if "you" not in cast:
        return False
    for view, what, id in (("world", "props", "prop"), ("memories", "memories", "memory")):
        all_of_it, yours = [{x[id] for x in (await project(view, lens))[what]} for lens in ([], OWN)]
        if all_of_it - yours:
            return True
    others = [e for e in cast if e != "you"]
    wants = [(await project("entity", [], entity=e))["goals"] for e in others]
    if any(wants):
        return True
    kept = [await project("secrets", [e]) for e in others]
    return any("you" in secret["who"] for view in kept for secret in view["secrets"])


def question(name: str) -> str:
    """What is asked where a story has secrets."""
    return f"This story has secrets. See only what {name} sees? F2 shows everything (y/n)"


def refusal(names: str, own: str) -> str:
    """What is said where one who sees through somebody's eyes asks for what another knows."""
    return f"You see what {own} sees; what {names} knows is not shown. /lens by itself, or F2, shows everything."
