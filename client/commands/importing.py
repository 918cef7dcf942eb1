"""The slash command that takes files in: what would be made is shown first, and asked about where somebody is there."""

from pathlib import Path
from typing import Any

from client.play import chats, files, proposing
from client.play.game import Game
from client.play.listening import Step
from client.text.names import Unclear, find, lens_of, listed
from client.text.plain import one_line
from client.wire import transfer
from protocol.errors import Fault
from protocol.ids import ENTITIES

ASKED = ("card", "lorebook", "chat")
"""Of which files it is asked whether they are wanted: those of other programs, in which one cannot look."""


async def take_in(game: Game, words: str) -> None:
    """`FILE [as NAME] [for NAME…]`: a story becomes one of yours and is opened, and so does a card or a chat; a
    character or a lorebook joins the story at hand, so does a chat `here`, and a picture is of whom you name. Those
    named after `for` alone know of the lorebook. `preview FILE`, or `FILE preview`, only tells what would come."""
    words, preview = _previewed(words)
    words, here = files.without_here(words)
    words, whom = _for_whom(words)
    file, as_ = files.file_and_name(words)
    if transfer.is_picture(file):
        await _picture(game, file, as_)
        return
    joins, card = here or files.joins(file, as_), files.is_card(file)
    if card and joins:
        if as_ and as_ not in ENTITIES:
            raise Unclear("Leave the name out: who you are in this story is known. `as a` or `as b` says who joins.")
        if not as_:
            game.at_hand()
            files.check_room(game.cast, file)
    more = await files.player(game) if card and not as_ and not joins else {}
    more |= {"lens": lens_of(whom.replace(",", " ").replace(" and ", " "), game.cast)} if whom else {}
    shown: list[str] = []
    if game.asks and not preview and transfer.format_of(file) in ASKED:
        told = await _imported(game, file, as_, joins, more, preview=True)
        shown = files.taken_in(told, game.names, brief=True)
        for line in [*shown, _where(game, told)]:
            game.screen.line(line)
        right = await (proposing.agreed(game, told) if "card" in told else _wanted(game, file))
        if right is None:
            game.screen.line("Skipped.")
            return
        more |= {"card": right} if right else {}
        more |= {"seed": told["seed"]} if "seed" in told else {}  # so that what was shown is drawn again
    made = await _imported(game, file, as_, joins, more, preview=preview)
    for line in files.taken_in(made, game.names):
        if line not in shown:
            game.screen.line(line)
    if preview:
        game.screen.line(_where(game, made))
        return
    if made["story"] == game.story:
        await _joined(game, made)
        if "chat" in made:
            game.screen.line("/undo takes it back.")
        return
    before = game.story
    await files.opened(game, made)
    game.steps.append(Step("unmake", before))


async def offered(game: Game, file: Path) -> None:
    """A file that was dragged into the line: offers to import it."""
    if await _wanted(game, file) is None:
        game.screen.line("Skipped.")
    else:
        await take_in(game, str(file))


async def _imported(
    game: Game, file: Path, as_: str, joins: bool, more: dict[str, Any], *, preview: bool
) -> dict[str, Any]:
    """Imports a file, or tells what would come, and asks for names where a chat needs them said: time and again, where
    nobody is called so. The answers are put into `more`."""
    story = game.story or None if joins else None
    while True:
        game.screen.passing("reading the file …")
        try:
            return await files.imported(
                game.connection, file, as_ or None, story, game.screen.passing, preview=preview, **more
            )
        except Fault as fault:
            asked = chats.asks(fault)
            if asked is None or (asked[0] in more and not game.asks):
                raise
            param, question, default = asked
            game.screen.pass_over()
            if param in more:
                game.screen.line(chats.nobody(more[param]))
            answer = (await game.ask(question, default)).strip() or default
            more[param] = chats.named(answer) if param == "speakers" else answer
        finally:
            game.screen.pass_over()


async def _wanted(game: Game, file: Path) -> dict[str, Any] | None:
    """Nothing to be set right, where somebody wants what is in a file; else None."""
    answer = await game.ask(f"Import {one_line(file.name, 80)}? (y/n)", "y")
    return {} if answer.strip().casefold() in ("y", "yes") else None


def _where(game: Game, told: dict[str, Any]) -> str:
    """Whether a new story begins with what would be imported."""
    if "stories" in told["created"]:
        return "It begins a new story."
    return f"It joins the story that is open, “{one_line(game.title, 60)}”."


async def _picture(game: Game, file: Path, as_: str) -> None:
    """Shows somebody of the story at hand by a picture."""
    game.at_hand()
    if not as_ and game.asks:
        as_ = await game.ask(f"Whose picture is it? ({listed(game.cast, 'or')})", "")
    entity = find(as_, game.cast, "person")
    made = await files.imported(game.connection, file, entity, game.story, game.screen.passing)
    await _joined(game, made)
    game.screen.line(f"That is {one_line(game.cast[entity])} now. The page shows it; /undo takes it back.")


async def _joined(game: Game, made: dict[str, Any]) -> None:
    game.steps.append(Step("rewind", made["undo"]))
    await game.refresh()


def _previewed(words: str) -> tuple[str, bool]:
    """What is typed without a `preview` before or after it, and whether there was one."""
    for bare in (words.removeprefix("preview "), words.removesuffix(" preview")):
        if bare != words and not Path(words.strip()).expanduser().is_file():
            return bare.strip(), True
    return words, False


def _for_whom(words: str) -> tuple[str, str]:
    """`FILE … [for NAME…]` parted from those who are to know it; a file may itself have ` for ` in its name."""
    before, found, whom = words.rpartition(" for ")
    if not found or Path(words.strip()).expanduser().is_file():
        return words, ""
    return before, whom.strip()
