"""The slash commands that look at a story and change nothing."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from client.commands.choosing import stands
from client.play import finding
from client.play.eyes import OWN
from client.play.game import Game
from client.show import format_history, format_result, format_view
from client.text.names import Unclear, find, lens_of, listed
from protocol import views as v
from protocol.ids import EntityId

V = TypeVar("V", bound=v.View)


async def who(game: Game, words: str) -> None:
    """Everybody, or one of them, as the lens knows them."""
    if words:
        chosen = [find(words, game.cast, "person")]
    else:
        await game.refresh()
        chosen = list(game.cast)
    for entity in chosen:
        _show(game, format_view.entity(await game.view("entity", v.EntityView, entity=entity), game.names))


async def look(game: Game, words: str) -> None:
    """What is to be seen where you are, or where the one is through whose eyes you look."""
    lens = _lens(game, words)
    scene = await game.view("scene", v.SceneView, lens)
    world = await game.view("world", v.WorldView, lens)
    people = {e: await game.view("entity", v.EntityView, lens, entity=e) for c in world.containers for e in c.present}
    _show(game, format_view.look(lens[0] if lens else "you", scene, world, people, game.names), lens)


async def world(game: Game, words: str) -> None:
    """All places and things, each where the lens last knew it."""
    await _show_view(game, words, "world", v.WorldView, format_view.world)


async def edges(game: Game, words: str) -> None:
    """What they feel for each other."""
    await _show_view(game, words, "edges", v.EdgesView, format_view.edges)


async def knows(game: Game, words: str) -> None:
    """Where somebody believes all to be (or what the first of two takes the other to believe), what they feel, and what
    they know and those with them do not, as far as they can tell."""
    lens = lens_of(words, game.cast)
    if not lens:
        raise Unclear(f"Who? /knows NAME. You can choose {listed(game.cast, 'or')}.")
    game.may_see(lens)
    mind, truth = await game.view("world", v.WorldView, lens), await game.view("world", v.WorldView)
    _show(game, format_view.knows(mind, truth, game.names), lens)
    felt = await game.view("edges", v.EdgesView, lens)
    _show(game, format_view.edges(felt, game.names) if felt.edges else [])
    if len(lens) == 1:
        kept = await game.view("secrets", v.SecretsView, lens)
        _show(game, format_view.secrets(kept, game.names))


async def occasions(game: Game, words: str) -> None:
    """What is planned, under way and over."""
    await _show_view(game, words, "occasions", v.OccasionsView, format_view.occasions)


async def threads(game: Game, words: str) -> None:
    """The questions of the story."""
    await _show_view(game, words, "threads", v.ThreadsView, format_view.threads)


async def memories(game: Game, words: str) -> None:
    """What somebody remembers."""
    await _show_view(game, words, "memories", v.MemoriesView, format_view.memories, limit=40)


async def recall(game: Game, words: str) -> None:
    """What these words bring back, through the lens in use."""
    if not words:
        raise Unclear("Say what to search for: /recall WORDS. /lens NAME chooses whose memory.")
    _show(
        game, format_result.recalled(await game.of_story("recall", lens=game.lens, query=words), game.names), game.lens
    )


async def why(game: Game, words: str) -> None:
    """What a reply was made from, and what its speaker was not told: the last one, or the one at `@N`. On a terminal
    its parts are folded: a number (`/why 3`) unfolds one of them, `all` every one. Raises Unclear."""
    game.seeing_all("A prompt")
    found = re.fullmatch(r"(?:@\s*(\d{1,15}))?\s*(\d{1,3}|all)?", words.strip().casefold())
    if not found:
        raise Unclear("Give the number of a line (/why @120; /lines shows them), of a part (/why 3), or both.")
    if found[1]:
        line: v.LineView | None = await finding.at(game.transcript, int(found[1]))
    else:
        line = await finding.latest(game.transcript, finding.not_by_you)
    if line is None:
        raise Unclear("There is no reply yet. /prompt shows the next prompt.")
    made, part = await game.of_story("explain", line=line.line), found[2]
    count = len(made["sections"]) + 1
    if part and part != "all" and not 0 < int(part) <= count:
        raise Unclear(f"There are parts 1 to {count}. For line {part} type /why @{part}.")
    unfolded = part == "all" or not (part or game.screen.live)
    opened = None if unfolded else (int(part),) if part else ()
    _show(game, format_result.explained(made, game.names, opened))
    if opened is not None:
        game.screen.line("/why NUMBER unfolds a part, /why all unfolds every one.", "dim")


async def decay(game: Game, words: str) -> None:
    """How much the bots repeat themselves."""
    _show(game, format_view.decay(await game.view("decay", v.DecayView, []), game.names))


async def jobs(game: Game, words: str) -> None:
    """What is still to be done behind play."""
    _show(game, format_result.jobs(await game.call("jobs")))


async def timeline(game: Game, words: str) -> None:
    """What happened, by story time."""
    await _show_view(game, words, "timeline", v.TimelineView, format_view.timeline)


async def lines(game: Game, words: str) -> None:
    """Shows lines with their numbers: the latest (20, or as many as `words` says), or those up to `@120`. Raises
    Unclear."""
    found = re.fullmatch(r"(@?)\s*(\d{1,15})", words or "20")
    if not found or not int(found[2]):
        raise Unclear("Say how many lines (/lines 50), or up to which one (/lines @120).")
    upto = {"before": int(found[2]) + 1} if found[1] else {}
    count = 20 if found[1] else int(found[2])

    async def page(**params: Any) -> v.TranscriptView:
        return await game.view("transcript", v.TranscriptView, **(upto | params))

    lines = await finding.last(page, count + 1)
    view = v.TranscriptView(lines[-count:], more=len(lines) > count)
    _show(game, format_view.transcript(view, game.names), game.lens)


async def prompt(game: Game, words: str) -> None:
    """What the next speaker would be given."""
    game.seeing_all("A prompt")
    params: dict[str, Any] = {"speaker": find(words, game.cast, "person")} if words else {}
    _show(game, format_view.prompt(await game.view("prompt", v.PromptView, [], **params), game.names))


async def lens(game: Game, words: str) -> None:
    """Chooses through whose eyes all is shown from now on; without a name, as it truly is. In a room that is kept for
    the next time; what is piped in looks for itself."""
    await game.look_through(lens_of(words, game.cast))
    if game.asks:
        await game.choose_eyes(game.lens)
    if game.lens:
        game.screen.line(f"From now on you see only {_through(game, game.lens)}.")
        game.screen.line("/lens by itself shows everything again.", "dim")
    else:
        game.screen.line("You see everything.")


async def peek(game: Game, words: str) -> None:
    """Shows everything, or again only what one sees; what was chosen stays so."""
    await game.look_through([] if game.lens else [*(game.chosen or OWN)])
    game.screen.gap()
    game.screen.line(f"[{f'only {_through(game, game.lens)}' if game.lens else 'everything'}; F2 goes back]", "dim")
    await stands(game)


async def status(game: Game, words: str) -> None:
    """Shows the status of the daemon."""
    _show(game, format_result.status(await game.call("status")))


async def branches(game: Game, words: str) -> None:
    """Shows the versions of the story; of those without a name the latest, or with `all` every one. Raises Unclear."""
    if words.casefold() not in ("", "all"):
        raise Unclear("/versions lists the versions, /versions all every one; /switch VERSION goes to one.")
    found = await game.of_story("branches")
    lines = format_history.branches(found, bool(words))
    _show(game, lines)
    if len(lines) < len(found["branches"]):
        game.screen.line("/versions all lists every one.", "dim")


def _lens(game: Game, words: str) -> list[EntityId]:
    """The lens that the words name, else the one in use. Raises Unclear, also where that one may not see through it."""
    if words:
        game.may_see(lens := lens_of(words, game.cast))
        return lens
    return game.lens


async def _show_view(
    game: Game,
    words: str,
    name: str,
    shape: type[V],
    formatted: Callable[[V, format_view.Names], list[str]],
    **params: Any,
) -> None:
    """Shows a view of the story through the lens that the words name, else through the one in use."""
    lens = _lens(game, words)
    _show(game, formatted(await game.view(name, shape, lens, **params), game.names), lens)


def _through(game: Game, lens: list[EntityId]) -> str:
    """What a lens sees, in words: `what Mara thinks Oren knows`."""
    who = {e: game.cast.get(e, e) for e in lens}
    if len(lens) == 2:
        return "what {} thinks {} knows".format(*who.values())
    return f"what {listed(who)} {'sees' if len(lens) == 1 else 'all know'}"


def _show(game: Game, lines: list[str], lens: list[EntityId] | None = None) -> None:
    if lens:
        game.screen.line(f"[{_through(game, lens)}]", "dim")
    for line in lines:
        game.screen.line(line)
