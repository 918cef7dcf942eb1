"""Waiting for a single key, where nothing but a key is wanted."""

import asyncio
import os
import sys
import termios
import tty


def can_ask() -> bool:
    """Whether somebody is at a terminal, to see what is asked and to press a key."""
    return sys.stdin.isatty() and sys.stdout.isatty()


async def pressed() -> str:
    """The next key that is pressed, as the terminal sends it; what was typed before is dropped."""
    fd, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before = termios.tcgetattr(fd)
    came: asyncio.Future[bytes] = loop.create_future()

    def take() -> None:
        if not came.done():
            came.set_result(os.read(fd, 32))

    tty.setcbreak(fd, termios.TCSAFLUSH)
    loop.add_reader(fd, take)
    try:
        return (await came).decode(errors="replace")
    finally:
        loop.remove_reader(fd)
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
