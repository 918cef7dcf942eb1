"""Who and what there is in a story, by id and name: what names are completed, found and printed with."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from client.text.plain import one_line
from protocol import views as v
from protocol.errors import NOT_FOUND, Fault
from protocol.ids import ENTITIES

Project = Callable[..., Awaitable[Any]]
"""Asks for a view's data: the view's name, then its params."""


class Known(msgspec.Struct, frozen=True):
    """Names by id, each as it is shown, so that one can type what one sees; and the world they come from."""

    cast: dict[str, str]
    places: dict[str, str]
    props: dict[str, str]
    occasions: dict[str, str]
    world: v.WorldView

    @property
    def names(self) -> dict[str, str]:
        """All of them; where ids are shared between kinds, people come first."""
        return {**self.occasions, **self.props, **self.places, **self.cast}


async def known(project: Project) -> Known:
    """Who and what there is now, as the lens knows it through which the views are asked for."""
    world = msgspec.convert(await project("world"), v.WorldView)
    cast: dict[str, str] = {}
    for entity in ENTITIES:
        try:
            cast[entity] = _shown((await project("entity", entity=entity))["name"], entity)
        except Fault as fault:
            if fault.code != NOT_FOUND:
                raise
    places = {c.container: _shown(c.name, c.container) for c in world.containers}
    occasions = {o["occasion"]: _shown(o["title"], o["occasion"]) for o in (await project("occasions"))["occasions"]}
    return Known(cast, places, {p.prop: _shown(p.name, p.prop) for p in world.props}, occasions, world)


def _shown(name: str, id: str) -> str:
    """A name on one line, as it is shown and typed; the id where nothing of it can be seen."""
    return one_line(name) or id
