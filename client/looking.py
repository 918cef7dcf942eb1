"""The slash commands that look at a story and change nothing."""

from typing import Any

from client import answers, looks
from client.game import Game
from client.names import find, lens_of, listed
from protocol import views as v
from protocol.ids import EntityId


async def who(game: Game, words: str) -> None:
    """Everybody, or one of them, as the lens knows them."""
    if words:
        chosen = [find(words, game.cast, "person")]
    else:
        await game.refresh()
        chosen = list(game.cast)
    for entity in chosen:
        _show(game, looks.entity(await game.view("entity", v.EntityView, entity=entity), game.names))


async def look(game: Game, words: str) -> None:
    """What is to be seen where you are, or where the one is through whose eyes you look."""
    lens = _lens(game, words)
    scene = await game.view("scene", v.SceneView, lens)
    world = await game.view("world", v.WorldView, lens)
    _show(game, looks.look(lens[0] if lens else "you", scene, world, game.names), lens)


async def world(game: Game, words: str) -> None:
    """All places and things, each where the lens last knew it."""
    lens = _lens(game, words)
    _show(game, looks.world(await game.view("world", v.WorldView, lens), game.names), lens)


async def edges(game: Game, words: str) -> None:
    """What they feel for each other."""
    lens = _lens(game, words)
    _show(game, looks.edges(await game.view("edges", v.EdgesView, lens), game.names), lens)


async def timeline(game: Game, words: str) -> None:
    """What happened, by story time."""
    lens = _lens(game, words)
    _show(game, looks.timeline(await game.view("timeline", v.TimelineView, lens), game.names), lens)


async def lines(game: Game, words: str) -> None:
    """The latest lines, with their seqs."""
    limit = int(words) if words.isdigit() and 0 < int(words) <= 1000 else 20
    view = await game.view("transcript", v.TranscriptView, limit=limit)
    _show(game, looks.transcript(view, game.names), game.lens)


async def prompt(game: Game, words: str) -> None:
    """What the next speaker would be given."""
    params: dict[str, Any] = {"speaker": find(words, game.cast, "person")} if words else {}
    _show(game, looks.prompt(await game.view("prompt", v.PromptView, [], **params), game.names))


async def lens(game: Game, words: str) -> None:
    """Chooses the lens for looking from now on; without a name, the truth."""
    game.lens = lens_of(words, game.cast)
    game.screen.line(f"You look at things as {_through(game, game.lens)}.")


async def status(game: Game, words: str) -> None:
    """How the daemon is."""
    _show(game, answers.status(await game.call("status")))


async def branches(game: Game, words: str) -> None:
    """The story's lines of history."""
    _show(game, answers.branches(await game.of_story("branches")))


def _lens(game: Game, words: str) -> list[EntityId]:
    return lens_of(words, game.cast) if words else game.lens


def _through(game: Game, lens: list[EntityId]) -> str:
    who = {e: game.cast.get(e, e) for e in lens}
    if not lens:
        return "they truly are"
    return f"{listed(who)} knows them" if len(lens) == 1 else f"{listed(who)} know them together"


def _show(game: Game, lines: list[str], lens: list[EntityId] | None = None) -> None:
    if lens:
        game.screen.line(f"[as {_through(game, lens)}]", "dim")
    for line in lines:
        game.screen.line(line)
