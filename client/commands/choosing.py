"""The slash commands that choose: among stories, models, and the lines of a story's history."""

import re
from functools import partial
from typing import Any

from client.play import finding
from client.play.game import Game
from client.play.guide import choose, guided, offers, use
from client.play.listening import Step
from client.show import format_history, format_result, impacts
from client.show.format_view import Names, printed
from client.text.names import Unclear, find
from client.text.plain import one_line
from client.wire import browser
from protocol import views as v


class Quit(Exception):  # noqa: N818 - no error
    """The user has had enough."""


async def rewind(game: Game, words: str) -> None:
    """Back to before your last line, so many lines (`3`), or to `@120`; shows first what would be hidden."""
    to = await target(game.transcript, words)
    seen = await game.switching("rewind", to=to, preview=True)
    if not seen["impact"]["events"]:
        raise Unclear(f"Nothing comes after line {seen['to']}. /lines shows the line numbers.")
    game.screen.line(f"Go back to line {seen['to']}? These lines will be hidden:", "bold")
    await previewed(game, seen["impact"])
    if game.asks and not await yes(game, "Rewind? (You can undo this.)"):
        return
    done = await game.switching("rewind", to=to)
    game.steps.append(Step("switch", done["undo"]))
    await went(game, done, words)


async def went(game: Game, done: dict[str, Any], words: str = "") -> None:
    """Shows what stands after going back; your last words are offered again, unless it was said how far to go."""
    yours = next((x["seq"] for x in done["impact"]["lines"] if x["who"] == "you"), None)
    game.draft, game.turns.read = "", None
    if yours is not None and not words:
        on_the_branch_left = partial(game.transcript, branch=done["undo"])
        game.draft = _typed(await finding.at(on_the_branch_left, yours), game.names)
    await game.refresh()
    await stands(game)


async def switch(game: Game, words: str) -> None:
    """Goes over to another version."""
    found = (await game.of_story("branches"))["branches"]
    here = next(b["branch"] for b in found if b["current"])
    await go_to(game, branch_of(found, words))
    game.steps.append(Step("switch", here))


async def new(game: Game, words: str) -> None:
    """Begins another story, guided."""
    await guided(game)


async def open_story(game: Game, words: str) -> None:
    """Goes over to another story, by number or title."""
    stories = (await game.call("stories"))["stories"]
    if not stories:
        raise Unclear("You have no stories to open. /new starts one; /stories tells of those that you put away.")
    n: int | None
    if words.isdigit() and 0 < int(words) <= len(stories):
        n = int(words) - 1
    elif words:
        ids = [s["story"] for s in stories]
        n = ids.index(find(words, {s["story"]: one_line(s["title"]) for s in stories}, "story"))
    else:
        n = await choose(game, [f"{s['title']} ({s['lines']} lines, {s['updated'][:10]})" for s in stories])
    if n is not None:
        await game.open(stories[n])


async def model(game: Game, words: str) -> None:
    """Shows the models and lets you choose; or `/model NAME [ADDRESS]`, `/model embedded`."""
    models = await game.call("models")
    if words:
        await use(game, *meant(models, words))
        return
    for line in format_result.roles(models, await game.call("status")):
        game.screen.line(line)
    found = [*offers(models), ("embedded", "")]
    n = await choose(
        game, [f"{m} ({url})" if m else "the built-in model (only for trying things out)" for url, m in found], 0
    )
    if n is not None:
        await use(game, found[n][1], found[n][0])


BUILT_IN = ("embedded", "builtin", "built-in")
"""Names of the model that comes along."""


def meant(models: dict[str, Any], words: str) -> tuple[str, str | None]:
    """The name and the address that are meant (None: the address in use). Raises Unclear where a name has none."""
    name, _, address = words.partition(" ")
    if name.casefold() in BUILT_IN:
        return "", "embedded"
    if name.startswith(("http://", "https://")):
        return address.strip(), name
    found = next((url for url, model in offers(models) if model == name), None)
    in_use = next(r["base_url"] for r in models["roles"] if r["role"] == "render")
    if not address and found is None and in_use == "embedded":
        raise Unclear(
            f"Which server has the model “{name}”? /model {name} ADDRESS says so; /model lists what was found."
        )
    return name, address.strip() or found


async def probe(game: Game, words: str) -> None:
    """Tries the model in use, or what answers at an address."""
    game.screen.passing("asking the model …")
    for line in format_result.probe(await game.call("probe", **({"base_url": words} if words else {}))):
        game.screen.line(line)


async def web(game: Game, words: str) -> None:
    """Opens the page in your browser."""
    game.screen.line(browser.show(game.home, game.connection.hello))


async def leave(game: Game, words: str) -> None:
    """Ends this program; the story stays where it is."""
    raise Quit


def branch_of(branches: list[dict[str, Any]], words: str) -> str:
    """The id of the branch that these words mean, by id, name or number. Raises Unclear."""
    names = format_history.versions(branches)
    numbered = [id for id, name in names.items() if name == f"version {words.strip()}"]
    return numbered[0] if numbered else find(words, names, "version")


async def target(page: finding.Page, words: str) -> int:
    """The seq to go back to: the last one that stays. `page` reads the lines as they truly are."""
    if seq := re.fullmatch(r"@\s*(\d{1,15})", words):
        return int(seq[1])
    if words and not re.fullmatch(r"0*[1-9]\d{0,14}", words, re.ASCII):
        raise Unclear(
            "Say how many lines to go back (/rewind 3), or the last line to keep (/rewind @120). /lines shows them."
        )
    count = int(words or 1)
    lines = await finding.last(page, count)
    if not lines:
        raise Unclear("There is nothing to go back over yet.")
    if len(lines) < count:
        raise Unclear(f"There are only {len(lines):,} lines to go back over. /lines shows them.")
    yours = None if words else await finding.latest(page, finding.by_you)
    return (yours or lines[0]).seq - 1


async def go_to(game: Game, branch: str, told: str = "") -> None:
    """Goes over to a branch and shows what stands there. `told`: what it is called, where not by its name."""
    done = await game.switching("switch", branch=branch)
    await game.refresh()
    told = told or format_history.called((await game.of_story("branches"))["branches"], done["branch"])
    game.screen.line(f"[now on {told}]", "dim")
    await stands(game)


async def stands(game: Game) -> None:
    """Shows the last lines, through the lens in use."""
    await game.retold(await game.view("transcript", v.TranscriptView, limit=3))


def _typed(line: v.LineView, names: Names) -> str:
    """What one types to say a line of one's own again."""
    first = line.parts[0]
    match first.manner, first.to:
        case "whisper", [one] if len(line.parts) == 1:
            return f"/whisper {names.get(one, one)} {first.text}"
        case "narration", _ if len(line.parts) == 1:
            return f"/narrate {first.text}"
        case _:
            return " ".join(printed(p.text, p.manner, p.to, names)[0] for p in line.parts)


async def previewed(game: Game, impact: dict[str, Any]) -> None:
    """Shows what would go: lines as they are now, each with who says it, and the rest of an impact; through somebody's
    eyes only the lines, and of these what they perceived."""
    for line in await said(game, impact):
        game.screen.line(line)
    for line in impacts.besides(impact, game.names) if not game.lens else ["  and what they caused"]:
        game.screen.line(line, "dim")


async def said(game: Game, impact: dict[str, Any], most: int = impacts.SHOWN) -> list[str]:
    """The lines of an impact, one each, in the words that they have now; through the lens in use."""
    standing = await lines_that_go(partial(game.view, "transcript", v.TranscriptView), impact)
    if game.lens:
        return impacts.said([(x.who, impacts.told(x.parts)) for x in standing], game.names, most)
    return impacts.said(impacts.standing(impact, standing), game.names, most)


async def lines_that_go(page: finding.Page, impact: dict[str, Any]) -> list[v.LineView]:
    """The lines of an impact as they stand in the transcript, oldest first."""
    lines, seqs = {x["line"] for x in impact["lines"]}, {x["seq"] for x in impact["lines"]}
    found: list[v.LineView] = []
    async for line in finding.back(page):
        if not seqs or line.seq < min(seqs):
            break
        if line.line in lines:
            found.append(line)
    return found[::-1]


async def yes(game: Game, question: str) -> bool:
    """Asks a question, and returns whether the user says yes; Enter, or nobody to be asked, means no."""
    agreed = (await game.ask(f"{question} (y/N)", "")).strip().casefold() in ("y", "yes")
    if not agreed:
        game.screen.line("Nothing changed.")
    return agreed
