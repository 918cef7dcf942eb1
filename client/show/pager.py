"""Long answers on a terminal: shown by the pager (`$PAGER`, else less), where they are taller than the window."""

import asyncio
import os
import shlex
import shutil

from client.show.screen import Screen

KEYS = "Space goes on, q goes back to the story"
"""What less tells at the foot of the window."""

ROOM = 4
"""Rows of the window that the prompt and what is above it need."""


async def page(screen: Screen) -> None:
    """Shows the answer that the screen has gathered: in the pager where it is too long for the window."""
    answer = screen.gathered()
    command = pager() if screen.live and answer.count("\n") > screen.rows() - ROOM else []
    if not command:
        screen.show(answer)
        return
    screen.gather()
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, env={"LESS": f"-R -P{KEYS}", **os.environ, "LESSSECURE": "1"}
        )
        await process.communicate(answer.lstrip("\n").encode())
    finally:
        screen.release()


def pager() -> list[str]:
    """The pager's command; empty where there is none."""
    named = shlex.split(os.environ.get("PAGER", "")) or ["less"]
    return named if named != ["cat"] and shutil.which(named[0]) else []
