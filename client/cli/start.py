"""Begins to play: in the room where there is a terminal, line by line where there is none. Imports what that needs."""

import sys
from pathlib import Path
from typing import Any


def play(home: Path, story: str | None = None) -> int:
    """Plays the story of this title or id, else the one last played; the exit code."""
    import asyncio

    def go(work: Any) -> int:
        try:
            code: int = asyncio.run(work)
        except KeyboardInterrupt:
            return 130
        return code

    if sys.stdin.isatty() and sys.stdout.isatty():
        from client.room.repl import repl

        return go(repl(home, story))
    from client.room.pipe import play_lines

    return go(play_lines(home, story))
