"""The slash commands about whole stories: called otherwise, pinned, put away, in the bin and back. No word is lost."""

from typing import Any

from client.commands.choosing import yes
from client.play.game import Game
from client.show import format_history
from client.text.names import Unclear, find
from client.text.plain import one_line

SHELVES = ("archive", "bin")
"""Where stories lie that are not listed with the others."""


async def rename(game: Game, words: str) -> None:
    """`TITLE`: what the story at hand is called from now on."""
    if not words:
        raise Unclear("Say the new title: /rename The last boat.")
    await game.call("change_story", story=game.at_hand(), title=words)
    game.title = words
    game.changed()
    game.screen.line(f"This story is called “{one_line(words, 60)}” now.")


async def pin(game: Game, words: str) -> None:
    """Pins the story at hand, or that of this title, so that it comes first; or no longer does."""
    story = await meant(game, words)
    changed = await game.call("change_story", story=story["story"], pinned=not story["pinned"])
    told = "is pinned: it comes first in the list" if changed["pinned"] else "is no longer pinned"
    game.screen.line(f"“{one_line(changed['title'], 60)}” {told}.")


async def archive(game: Game, words: str) -> None:
    """Puts the story at hand, or that of this title, into the archive."""
    await _put_away(game, await meant(game, words), "archive")


async def throw_away(game: Game, words: str) -> None:
    """Puts the story at hand, or that of this title, into the bin, after asking; it comes back whole."""
    story = await meant(game, words)
    if await yes(game, f"Move “{one_line(story['title'], 60)}” to the bin? You can take it back."):
        await _put_away(game, story, "bin")


async def take_back(game: Game, words: str) -> None:
    """Takes a story out of the archive or the bin, by its number there or its title, and opens it."""
    away = await put_away(game)
    if not away:
        raise Unclear("The archive and the bin are empty.")
    if words.isdigit() and 0 < int(words) <= len(away):
        story = away[int(words) - 1]
    else:
        id = find(words, {s["story"]: one_line(s["title"]) for s in away}, "story")
        story = next(s for s in away if s["story"] == id)
    await game.open(await game.call("change_story", story=story["story"], shelf="open"))


async def stories(game: Game, words: str) -> None:
    """Lists the stories; `archive` or `bin`: those put away."""
    shelf = words.casefold()
    if shelf and shelf not in SHELVES:
        raise Unclear("/stories lists your stories, /stories archive and /stories bin those you put away.")
    away = {x: (await game.call("stories", shelf=x))["stories"] for x in SHELVES}
    found = away[shelf] if shelf else (await game.call("stories"))["stories"]
    for line in format_history.shelved(found, away, shelf, "/"):
        game.screen.line(line)
    if shelf == "bin" and found:
        game.screen.line("/purge story erases the one that is open for ever.", "dim")


async def put_away(game: Game) -> list[dict[str, Any]]:
    """The stories of the archive and of the bin."""
    return [s for shelf in SHELVES for s in (await game.call("stories", shelf=shelf))["stories"]]


async def unmake(game: Game, before: str) -> None:
    """Puts the story at hand, which was just made, into the bin, and goes back to the one `before` (an id), if that is
    still there."""
    title = one_line(game.title, 60)
    await game.call("change_story", story=game.at_hand(), shelf="bin")
    found = [s for s in (await game.call("stories", shelf="all"))["stories"] if s["story"] == before]
    game.screen.line(f"Undone: “{title}” is in the bin. /take-back {title} takes it out.")
    if found:
        game.screen.line(f"You are back in “{one_line(found[0]['title'], 60)}”.")
        await game.open(found[0])
        return
    await game.leave()
    game.screen.line("No story is open now. /open lists your stories, /new starts one.", "dim")


async def _put_away(game: Game, story: dict[str, Any], shelf: str) -> None:
    await game.call("change_story", story=story["story"], shelf=shelf)
    if story["story"] == game.story:
        await game.leave()
    title = one_line(story["title"], 60)
    game.screen.line(f"“{title}” is in the {shelf}. /take-back {title} takes it out; /open lists your other stories.")


async def meant(game: Game, words: str) -> dict[str, Any]:
    """The story of this title or id, wherever it is kept; the one at hand without words. Raises Unclear."""
    found = (await game.call("stories", shelf="all"))["stories"]
    id = find(words, {s["story"]: one_line(s["title"]) for s in found}, "story") if words else game.at_hand()
    return next(s for s in found if s["story"] == id)
