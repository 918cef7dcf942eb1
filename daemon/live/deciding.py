"""Decides many commands without keeping other tasks waiting. What comes of a command is up to `story/`."""

import asyncio
from collections.abc import Sequence

from msgspec.structs import replace

from daemon.story.decide import Drafted, Ids
from daemon.story.world import Known, World, decide_all
from protocol.commands import Command
from protocol.errors import Fault

AT_ONCE = 100
"""Commands decided before other tasks may run."""


async def decided(
    world: World, commands: Sequence[Command], ids: Ids, known: Known | None = None
) -> tuple[list[Drafted], World]:
    """The drafted events and the world after them, as `decide_all` gives them; other tasks run in between.

    The caller sees to it that nothing else writes to this story meanwhile. Raises Fault, with the index of the refused
    command as `command` in its data.
    """
    drafts, world = decide_all(world, commands[:AT_ONCE], ids, known)
    for first in range(AT_ONCE, len(commands), AT_ONCE):
        await asyncio.sleep(0)
        base = len(drafts)
        try:
            some, world = decide_all(world, commands[first : first + AT_ONCE], ids, known)
        except Fault as fault:
            fault.data["command"] += first
            raise
        drafts += [d if d.after is None else replace(d, after=d.after + base) for d in some]
    return drafts, world
