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
from client.text.names import Unclear, find
from client.text.plain import one_line
from protocol.errors import BAD_IMPORT, CONFLICT, INVALID_PARAMS, NOT_FOUND, REFUSED, Fault

READ_S = 30.0
"""How long one waits at the end for what the last turn changed."""


CHOOSING = {"open", "new", "switch", "take-back"}
"""Commands that choose where one is: where one of them fails, the lines after it would go to the wrong place."""


async def play_lines(home: Path, story: str | None = None) -> int:
    """Plays standard input; the exit code: 0, or 1 where a line failed.

    What nobody understands, or the rules refuse, is told on standard error with the number of its line, and the next
    line is played. Where no line could be played any more, or would be in the wrong place, it ends there.
    """
    game, failed = quiet_game(home), False
    try:
        await game.start()
        await enter(game, story)
        number = 0
        while line := await asyncio.to_thread(sys.stdin.readline):
            number += 1
            if line.strip():
                failed |= not await _played(game, number, line.rstrip("\n"))
        await game.settled(READ_S)
    except Quit:
        pass
    except TROUBLE as trouble:
        game.screen.fresh()
        say(tell(trouble, "rpc "), sys.stderr)
        return 1
    finally:
        await game.close()
    return int(failed)


async def _played(game: Game, number: int, line: str) -> bool:
    """Plays one line of input; whether that could be done. Raises what leaves no sense in playing the next."""
    try:
        await table.run(game, line)
    except (Unclear, Fault) as trouble:
        if isinstance(trouble, Fault) and trouble.code not in SMALL:
            raise
        game.screen.fresh()
        say(f"Line {number}: {tell(trouble)}", sys.stderr)
        if line.startswith("/") and CHOOSING & set(table.meant(line[1:].partition(" ")[0])):
            raise Unclear(f"The lines after line {number} were not played: they would be in another place.") from None
        return False
    return True


SMALL = (REFUSED, NOT_FOUND, INVALID_PARAMS, BAD_IMPORT, CONFLICT)
"""Failures of one command, after which the next may well succeed."""


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


def story_of(stories: list[dict[str, Any]], wanted: str | None, exactly: bool = False) -> dict[str, Any]:
    """The story last played; else the one of this id or title, or unless it must be named `exactly`, of this number in
    the list or of a title that begins so. Raises Fault where there are none, Unclear where none or more are meant."""
    if not stories:
        raise Fault(NOT_FOUND, "you have no stories yet; type `rpc` to start one")
    if wanted is None:
        return stories[0]
    for story in stories:
        if wanted in (story["story"], story["title"]):
            return story
    if exactly:
        raise Unclear(f"There is no story of the title “{one_line(wanted, 40)}”. It must be given in full.")
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted) <= len(stories):
        return stories[int(wanted) - 1]
    id = find(wanted, {s["story"]: one_line(s["title"], 40) for s in stories}, "story")
    return next(s for s in stories if s["story"] == id)
