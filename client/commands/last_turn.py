"""The slash commands about what the last turn changed: taking an item back, what was ignored, reading it again."""

from client.play.game import Game
from client.play.listening import Step
from client.show import format_result
from client.text.names import Unclear


async def wrong(game: Game, words: str) -> None:
    """Takes back item N of what the last turn changed; without a number, lists the items."""
    read = await game.settled()
    items = read.changes if read else []
    if read is None or all(item.gone for item in items):
        raise Unclear("The last turn changed nothing that you could undo. /set changes anything by hand.")
    if not words:
        game.screen.line(format_result.changed(read))
        return
    if not words.isdigit() or not 0 < int(words) <= len(items) or items[int(words) - 1].gone:
        raise Unclear(f"Say which one to undo, by its number: {format_result.changed(read)}")
    item = items[int(words) - 1]
    await game.of_story("delete", targets=item.seqs)
    item.gone = True
    game.steps.append(Step("reinstate", item.seqs))
    await game.refresh()
    game.screen.line(f"Undone: {item.text}")


async def refused(game: Game, words: str) -> None:
    """What the last turn's prose proposed and the rules refused, each in a sentence, with the reason."""
    game.seeing_all("What was ignored")
    read = await game.settled()
    for line in format_result.refused(read) if read else ["No turn was checked since you opened this story."]:
        game.screen.line(line)


async def reread(game: Game, words: str) -> None:
    """Reads the last turn once more; what it changes is told as after a turn."""
    lines = (await game.transcript(limit=1)).lines
    if not lines:
        raise Unclear("There are no lines to check yet.")
    game.screen.passing("tracking changes …")
    before = game.turns.told
    await game.of_story("reread", line=lines[-1].line)
    await game.settled()
    read = game.turns.told
    if read is before or not (read and format_result.changed(read)):
        game.screen.line("Nothing changed.")
    await game.refresh()
