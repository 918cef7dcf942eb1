"""Playing without a terminal: each line of input is a turn, its reply goes to standard output. Asks nothing."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from client.commands import table
from client.commands.choosing import Quit
from client.play.errand import say
from client.play.game import Game
from client.play.guide import begin, ready_made
from client.play.starts import Start
from client.show.screen import screen_for
from client.show.trouble import TROUBLE, tell
from client.text.plain import one_line
from protocol.errors import NOT_FOUND, Fault

READ_S = 30.0
"""How long one waits at the end for what the last turn changed."""


async def play_lines(home: Path) -> int:
    """Plays standard input; the exit code: 0, or 1 from the first line on that failed, with the reason on stderr."""
    game = quiet_game(home)
    try:
        await game.start()
        await enter(game)
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                await table.run(game, line.rstrip("\n"))
        await game.settled(READ_S)
    except Quit:
        return 0
    except TROUBLE as trouble:
        game.screen.fresh()
        say(tell(trouble, "rpc "), sys.stderr)
        return 1
    finally:
        await game.close()
    return 0


def quiet_game(home: Path) -> Game:
    """A game whose remarks go to stderr, whose questions have their first answer, and who waits where it is busy."""

    async def ask(question: str, default: str) -> str:
        return default

    aside = screen_for(sys.stderr)
    game = Game(home, screen_for(sys.stdout), ask, aside)
    game.apart, game.asks = set(), False
    game.connection.waiting = lambda message: aside.line(message, "dim")
    return game


async def enter(game: Game, story: str | None = None) -> None:
    """Goes to the story of this id or title; else to the one last played, or to the first ready-made one, whose opening
    lines are shown."""
    stories = (await game.call("stories"))["stories"]
    if story is None and not stories:
        first = (await ready_made(game))[0]
        await begin(game, Start(first["title"], first["name"]))
        return
    await game.open(story_of(stories, story), tail=0)


def story_of(stories: list[dict[str, Any]], wanted: str | None) -> dict[str, Any]:
    """The story of this id or title, else the one last played. Raises Fault where there is none."""
    for story in stories:
        if wanted is None or wanted in (story["story"], story["title"]):
            return story
    if not stories:
        raise Fault(NOT_FOUND, "you have no stories yet; type `rpc` to start one")
    there = ", ".join(f"“{one_line(s['title'], 40)}”" for s in stories[:5])
    raise Fault(NOT_FOUND, f"there is no story “{one_line(wanted or '', 40)}”; you have {there}")
