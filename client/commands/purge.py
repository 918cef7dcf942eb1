"""How a purge reads on a terminal, before and after; and its slash command, which asks for a word, not a letter."""

from collections.abc import Mapping, Sequence
from typing import Any

from client.commands.choosing import said
from client.commands.undo import seqs_of
from client.play.game import Game
from client.show import impacts
from client.show.format_view import Names, joined
from client.show.impacts import SHOWN_OF_PURGE, counted
from client.text.names import Unclear
from client.text.plain import one_line
from protocol.events import MACHINERY

Result = Mapping[str, Any]

WORD = "erase"
"""What is to be typed before anything is erased."""

QUESTION = f"This can't be undone. Type `{WORD}` to go on"

KINDS = {"memory.formed": "memory", "occasion.planned": "plan", "thread.opened": "question"}
"""What is counted by a name of its own, by the kind of its event; all else is a change."""

LINES = ("line.said", "line.revised", "line.noticed")


def previewed(result: Result, names: Names, title: str = "", lines: Sequence[str] | None = None) -> list[str]:
    """What a purge would erase. `title`: of the story, if all of it would go; `lines`: as shown; the result's unless
    given."""
    shown = (
        impacts.said([(x["who"], x["text"]) for x in result["lines"]], names, SHOWN_OF_PURGE)
        if lines is None
        else lines
    )
    what = f"all of “{one_line(title, 60)}”, in every version" if title else _contents(result)
    head = f"This will erase for ever: {what}."
    return [head, *shown, _backups(result["backups"]), result["beyond"]]


def _contents(result: Result) -> str:
    """What goes, counted: lines, memories, plans, questions, and other changes of the world."""
    counts = {"line": len(result["lines"])}
    for kind, n in result["events"].items():
        if kind not in LINES and kind not in MACHINERY:
            what = KINDS.get(kind, "change")
            counts[what] = counts.get(what, 0) + n
    return joined([counted(n, what) for what, n in counts.items() if n]) or "nothing that can be read"


def _backups(count: int) -> str:
    if not count:
        return "No backup contains it."
    return f"{counted(count, 'backup')} {'contains' if count == 1 else 'contain'} it and will be replaced by a new one."


def done(result: Result) -> list[str]:
    """What a purge did."""
    backups = f", here and in {counted(result['backups'], 'backup')}" if result["backups"] else ""
    return [f"Erased for ever{backups}."]


async def purge(game: Game, words: str) -> None:
    """`@N…`: erases these lines for good and everywhere; `story`: this whole story."""
    seqs = seqs_of(words)
    if not seqs and words.casefold() != "story":
        raise Unclear(
            "Say which lines to erase (/purge @120 @124; /lines shows their numbers), or /purge story for all of it."
            " Nothing brings them back; /delete can be undone."
        )
    which: dict[str, Any] = {"targets": seqs} if seqs else {}
    seen = await game.of_story("purge", preview=True, **which)
    for line in previewed(seen, game.names, "" if seqs else game.title, await said(game, seen, SHOWN_OF_PURGE)):
        game.screen.line(line)
    if (await game.ask(QUESTION, "")).strip().casefold() != WORD:
        game.screen.line("Nothing was erased.")
        return
    game.screen.passing("erasing …")
    for line in done(await game.of_story("purge", confirm=True, **which)):
        game.screen.line(line)
    game.steps.clear()
    game.redos.clear()
    await game.afresh()
