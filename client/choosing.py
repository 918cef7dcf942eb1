"""The slash commands that choose: among stories, models, and the lines of a story's history."""

import re
from typing import Any

from client import answers, browser, impacts
from client.game import Game
from client.guide import choose, guided, offers, use
from client.listening import Step
from client.looks import Names, told
from client.names import Unclear, find
from protocol import views as v


class Quit(Exception):  # noqa: N818 - no error
    """The user has had enough."""


async def rewind(game: Game, words: str) -> None:
    """Back to before your last line, so many lines (`3`), or to a seq (`@120`); shows first what would go."""
    lines = (await game.view("transcript", v.TranscriptView, [], limit=1000)).lines
    to = target(lines, words)
    seen = await game.switching("rewind", to=to, preview=True)
    gone = [x for x in lines if x.seq > seen["to"]]
    game.screen.line(f"Back to {seen['to']}. This goes from view:", "bold")
    previewed(game, [(x.who, written(x, game.names)) for x in gone], seen["impact"])
    if not await yes(game, "Rewind? Nothing is lost: /undo brings it back"):
        return
    done = await rewound(game, to)
    game.steps.append(Step("switch", done["undo"]))
    await went(game, done, lines, words)


async def rewound(game: Game, to: int) -> dict[str, Any]:
    """Goes back to a seq."""
    return await game.switching("rewind", to=to)


async def went(game: Game, done: dict[str, Any], lines: list[v.LineView], words: str) -> None:
    """Shows what stands after going back; your last words are offered again."""
    gone = [x for x in lines if x.seq > done["to"]]
    game.draft = next((_typed(x, game.names) for x in gone if x.who == "you"), "") if not words else ""
    await game.refresh()
    stands(game, [x for x in lines if x.seq <= done["to"]])


async def switch(game: Game, words: str) -> None:
    """Goes over to another line of history."""
    found = (await game.of_story("branches"))["branches"]
    here = next(b["branch"] for b in found if b["current"])
    await go_to(game, find(words, {b["branch"]: b["name"] or b["branch"] for b in found}, "branch"))
    game.steps.append(Step("switch", here))


async def new(game: Game, words: str) -> None:
    """Begins another story, guided."""
    await guided(game)


async def open_story(game: Game, words: str) -> None:
    """Goes over to another story, by number or title."""
    stories = (await game.call("stories"))["stories"]
    if not stories:
        raise Unclear("There is no story yet: /new begins one.")
    n: int | None
    if words.isdigit() and 0 < int(words) <= len(stories):
        n = int(words) - 1
    elif words:
        ids = [s["story"] for s in stories]
        n = ids.index(find(words, {s["story"]: s["title"] for s in stories}, "story"))
    else:
        n = await choose(game, [f"{s['title']} ({s['lines']} lines, {s['updated'][:10]})" for s in stories])
    if n is not None:
        await game.open(stories[n])


async def model(game: Game, words: str) -> None:
    """Shows the models and lets you choose; or `/model NAME [ADDRESS]`, `/model embedded`."""
    if words:
        name, _, address = words.partition(" ")
        await use(
            game, "" if name == "embedded" else name, "embedded" if name == "embedded" else address.strip() or None
        )
        return
    models = await game.call("models")
    for line in answers.roles(models):
        game.screen.line(line)
    found = [*offers(models), ("embedded", "")]
    n = await choose(game, [f"{m} at {url}" if m else "the embedded model (demonstrates only)" for url, m in found], 0)
    if n is not None:
        await use(game, found[n][1], found[n][0])


async def probe(game: Game, words: str) -> None:
    """Tries the model in use, or what answers at an address."""
    game.screen.passing("asking it …")
    for line in answers.probe(await game.call("probe", **({"base_url": words} if words else {}))):
        game.screen.line(line)


async def web(game: Game, words: str) -> None:
    """Opens the page in your browser."""
    game.screen.line(browser.show(game.home, game.connection.hello))


async def leave(game: Game, words: str) -> None:
    """Ends this program; the story stays where it is."""
    raise Quit


def target(lines: list[v.LineView], words: str) -> int:
    """The seq to go back to: the last one that stays."""
    if seq := re.fullmatch(r"@\s*(\d{1,15})", words):
        return int(seq[1])
    if not lines:
        raise Unclear("There are no lines to go back over.")
    if words and not (words.isdigit() and 0 < int(words) <= len(lines)):
        raise Unclear(
            f"/rewind takes a number of lines (1 to {len(lines)}) or a seq (@{lines[0].seq}); /lines shows them."
        )
    if words:
        return lines[-int(words)].seq - 1
    yours = [x for x in lines if x.who == "you"]
    return (yours[-1] if yours else lines[-1]).seq - 1


async def go_to(game: Game, branch: str) -> None:
    """Goes over to a branch and shows what stands there."""
    done = await game.switching("switch", branch=branch)
    await game.refresh()
    game.screen.line(f"[now on branch {done['branch']}]", "dim")
    stands(game, (await game.view("transcript", v.TranscriptView, [], limit=3)).lines)


def stands(game: Game, lines: list[v.LineView]) -> None:
    """Shows the last lines of these."""
    for line in lines[-3:]:
        game.scroll.line(line)


def _typed(line: v.LineView, names: Names) -> str:
    """What one types to say a line of one's own again."""
    first = line.parts[0]
    match first.manner, first.to:
        case "whisper", [one] if len(line.parts) == 1:
            return f"/whisper {names.get(one, one)} {first.text}"
        case "narration", _ if len(line.parts) == 1:
            return f"/narrate {first.text}"
        case _:
            return written(line, names)


def written(line: v.LineView, names: Names) -> str:
    """A line as one would write it."""
    return " ".join(told(p.text, p.manner, p.to, names)[0] for p in line.parts)


def previewed(game: Game, lines: list[tuple[str | None, str]], impact: dict[str, Any]) -> None:
    """Shows what would go: lines, each with who says it, and the rest of an impact."""
    for line in impacts.said(lines, game.names):
        game.screen.line(line)
    for line in impacts.besides(impact, game.names):
        game.screen.line(line, "dim")


async def yes(game: Game, question: str, otherwise: str = "y") -> bool:
    """Whether the user says yes; Enter, or nobody there to be asked, means `otherwise`."""
    agreed = (await game.ask(f"{question} (y/n)", otherwise)).strip().casefold() in ("y", "yes")
    if not agreed:
        game.screen.line("Left as it was.")
    return agreed
