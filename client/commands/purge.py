"""How a purge reads on a terminal, before and after; and its slash command, which asks for a word, not a letter."""

from collections.abc import Mapping
from typing import Any

from client.commands.undo import seqs_of
from client.play.game import Game
from client.show.format_view import Names, joined
from client.show.impacts import counted, said
from client.text.names import Unclear
from client.text.plain import one_line

Result = Mapping[str, Any]

SHOWN = 10
"""Lines of a preview that are shown; the rest are counted."""


def previewed(result: Result, names: Names, title: str = "") -> list[str]:
    """What a purge would take away; `title`: of the story, if all of it would go."""
    whole = f"All of “{one_line(title, 60)}” goes for good" if title else "The words of these go for good"
    lines = [f"{whole}, on every branch:"]
    lines += said([(x["who"], x["text"]) for x in result["lines"]], names, SHOWN)
    counts = [f"{n:,} × {kind}" for kind, n in result["events"].items()]
    lines.append(f"  in all {counted(result['purged'], 'event')}: {joined(counts) or 'none that still have words'}")
    if result["backups"]:
        lines.append(f"  and {counted(result['backups'], 'backup')} with the words; one is made anew afterwards")
    return [*lines, result["beyond"]]


def done(result: Result) -> list[str]:
    """What a purge did."""
    events, backups = counted(result["purged"], "event"), counted(result["backups"], "backup")
    return [f"The words of {events} are gone, and {backups} that held them."]


async def purge(game: Game, words: str) -> None:
    """`@SEQ…`: takes the words of these for good and everywhere; `story`: of this whole story."""
    seqs = seqs_of(words)
    if not seqs and words.casefold() != "story":
        usage = "/purge takes the seqs of lines (/lines shows them), such as @120 @124, or `story` for all of it"
        raise Unclear(f"{usage}; what it takes cannot be brought back. /delete takes a line out so that it can be.")
    which: dict[str, Any] = {"targets": seqs} if seqs else {}
    seen = await game.of_story("purge", preview=True, **which)
    for line in previewed(seen, game.names, "" if seqs else game.title):
        game.screen.line(line)
    if (await game.ask("This cannot be undone. Type `purge` to go on", "")).strip().casefold() != "purge":
        game.screen.line("Nothing was purged.")
        return
    game.screen.passing("purging …")
    for line in done(await game.of_story("purge", confirm=True, **which)):
        game.screen.line(line)
    game.steps.clear()
    game.redos.clear()
    await game.afresh()
