"""`rpc tour`: plays a ready story by itself and shows after each step what is true and who knows what of it."""

import asyncio
import shutil
import textwrap
from pathlib import Path

from client.play.game import Game
from client.play.guide import DEMONSTRATES
from client.room import evening
from client.room.evening import Look, Step
from client.room.pipe import quiet_game
from client.show import format_view
from client.show.format_view import joined
from client.show.trouble import tell
from client.text.columns import columns
from client.text.plain import one_line
from protocol import views as v
from protocol.errors import Fault
from protocol.ids import EntityId

WORDS_A_SECOND = 4.0
"""How fast a newcomer reads; a pace of 1 waits as long."""


async def tour(home: Path, pace: float) -> None:
    """Makes the story and plays it. `pace`: how long to wait for the reader, 1 as it should be, 0 not at all."""
    game = quiet_game(home)
    try:
        await game.start()
        made = await game.call("create", title=evening.TITLE, setup=evening.SETUP)
        await game.open({"story": made["story"], "title": evening.TITLE, "branch": made["branch"]}, tail=0)
        for step in evening.STEPS:
            await _play(game, step, pace)
        _tell(game, evening.FAREWELL.format(title=evening.TITLE))
    finally:
        await game.close()


async def _play(game: Game, step: Step, pace: float) -> None:
    if step.title:
        game.screen.line()
        game.screen.line(step.title, "title")
    await _say_and_wait(game, step.text, pace)
    if step.commands:
        await game.append(*step.commands)
        await game.refresh()
        await _wait(" ".join(c["text"] for c in step.commands if c["do"] == "say"), pace)
    if step.look:
        shown = columns(
            {_through(game, lens): await _seen(game, step.look, lens) for lens in step.look.lenses}, _width()
        )
        game.screen.line()
        game.screen.line(step.look.question, "bold")
        for line in shown:
            game.screen.line(line)
        await _wait(" ".join(shown).replace("─", ""), pace)
    if step.reply:
        await _reply(game, step.reply)


async def _reply(game: Game, speaker: str) -> None:
    """A line of the model's, and what was withheld from whoever said it; the tour goes on without a model."""
    models = (await game.call("status"))["models"]
    if any(r["role"] == "render" and r["endpoint"] == "embedded" for r in models):
        _tell(game, DEMONSTRATES)
    try:
        await game.play(speaker=speaker, params={"max_tokens": 60})
    except Fault as fault:
        game.screen.line(f"(Nobody speaks: {tell(fault, 'rpc ')})", "dim")
        return
    lines = (await game.view("transcript", v.TranscriptView, [], limit=1)).lines
    made = await game.of_story("explain", line=lines[-1].line)
    exact = "to the byte" if made["exact"] else "as far as it can be rebuilt"
    made_of = f"That line came of {made['tokens']} tokens in {len(made['sections'])} sections, which /why shows {exact}"
    _tell(game, f"{made_of}, with the {len(made['withheld'])} things that were withheld from its speaker.")


async def _seen(game: Game, look: Look, lens: tuple[EntityId, ...]) -> list[str]:
    """The answer to a question, through a lens."""
    through = list(lens)
    match look.how:
        case "where":
            world = await game.view("world", v.WorldView, through)
            found = next((p for p in world.props if p.prop == look.about), None)
            return [_where(found, game.names) if found else "never heard of it"]
        case "prompt":
            prompt = await game.view("prompt", v.PromptView, through)
            within = [s.name for s in prompt.sections if look.about in s.text and s.name != "memories"]
            return [f"yes: {joined(within)}" if within else "no, not a word"]
        case "mind":
            prompt = await game.view("prompt", v.PromptView, through)
            thoughts = [line for s in prompt.sections if s.name == "memories" for line in s.text.splitlines()[1:]]
            return thoughts or ["nothing"]
        case _:
            memories = (await game.view("memories", v.MemoriesView, through)).memories
            return [
                f"- {one_line(m.text)}" for m in memories if any(word in m.text for word in look.about.split("|"))
            ] or ["nothing"]


def _where(prop: v.PropView, names: format_view.Names) -> str:
    return "put away, with the picnic" if prop.in_ and prop.in_.occasion else format_view.where(prop.in_, names)


def _through(game: Game, lens: tuple[EntityId, ...]) -> str:
    who = [game.cast.get(e, e) for e in lens]
    if len(lens) == 2:
        return f"{who[0]} thinks {who[1]} knows"
    return "The truth" if not lens else joined(who) if len(lens) == 1 else f"{joined(who)} share"


async def _say_and_wait(game: Game, text: str, pace: float) -> None:
    if text:
        _tell(game, text)
        await _wait(text, pace)


def _tell(game: Game, text: str) -> None:
    game.screen.line()
    for line in textwrap.wrap(text, _width()):
        game.screen.line(line)


def _width() -> int:
    return min(100, shutil.get_terminal_size().columns - 1)


async def _wait(text: str, pace: float) -> None:
    await asyncio.sleep(pace * len(text.split()) / WORDS_A_SECOND)
