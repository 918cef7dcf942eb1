"""`rpc tour`: plays a ready story step by step and shows after each what is true and who knows what of it."""

import asyncio
import contextlib
import shutil
import textwrap
from pathlib import Path

import msgspec

from client.play.game import Game
from client.room import evening, keypress
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


ON, LEAVE = ("\r", "\n", " "), ("q", "Q", "\x1b", "\x04", "")
"""The keys that go on and those that leave; any other waits for another."""


class Left(Exception):  # noqa: N818 - no error
    """The reader has seen enough."""


async def tour(home: Path, pace: float | None = None) -> None:
    """Makes the story and plays it, a step a key. With a `pace` it goes on by itself: 1 is as fast as one reads, 0 does
    not wait; so it does where nobody is there to press a key."""
    pace = 0.0 if pace is None and not keypress.can_ask() else pace
    game = quiet_game(home)
    try:
        await game.start()
        await _put_away_the_last(game)
        made = await game.call("create", title=evening.TITLE, setup=evening.SETUP)
        await game.open({"story": made["story"], "title": evening.TITLE, "branch": made["branch"]}, tail=0)
        with contextlib.suppress(Left):
            for step in evening.STEPS:
                await _play(game, step, pace)
                await _until_a_key(game, pace)
        _tell(game, evening.FAREWELL.format(title=evening.TITLE))
    finally:
        await game.close()


async def _put_away_the_last(game: Game) -> None:
    """Moves the stories of earlier tours to the bin, except those in which somebody played on."""
    told = {c["text"] for step in evening.STEPS for c in step.commands if c["do"] == "say"}
    for story in (await game.call("stories"))["stories"]:
        if story["title"] != evening.TITLE:
            continue
        seen = await game.call("project", story=story["story"], view="transcript", limit=1000)
        lines = msgspec.convert(seen["data"], v.TranscriptView).lines
        if all(line.text in told for line in lines if line.who == "you"):
            await game.call("change_story", story=story["story"], shelf="bin")
            game.screen.line("The story of your last tour is in the bin now.", "dim")


async def _until_a_key(game: Game, pace: float | None) -> None:
    """Waits until the reader wants to go on, where there is no pace. Raises Left."""
    if pace is not None:
        return
    game.screen.line()
    game.screen.passing("Enter: go on · q: leave the tour")
    try:
        while (key := await keypress.pressed()) not in ON:
            if key in LEAVE:
                raise Left
    finally:
        game.screen.pass_over()


async def _play(game: Game, step: Step, pace: float | None) -> None:
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
    """A line by your own model, and what its writer was told. Without one, what it would be told."""
    models = (await game.call("status"))["models"]
    if not any(r["role"] == "render" and r["endpoint"] == "embedded" for r in models):
        try:
            await game.play(speaker=speaker, params={"max_tokens": 60})
        except Fault as fault:
            game.screen.line(f"(No reply: {tell(fault, 'rpc ')})", "dim")
        else:
            lines = (await game.view("transcript", v.TranscriptView, [], limit=1)).lines
            made = await game.of_story("explain", line=lines[-1].line)
            _tell(
                game,
                f"/why shows the exact {made['tokens']}-token prompt behind that line, and the"
                f" {len(made['withheld'])} things {game.names[speaker]} wasn't told.",
            )
            return
    prompt = await game.view("prompt", v.PromptView, [], speaker=speaker)
    _tell(
        game,
        f"With a model of your own, {game.names[speaker]} would answer now. /prompt shows the exact"
        f" {prompt.tokens}-token prompt that it would get.",
    )


async def _seen(game: Game, look: Look, lens: tuple[EntityId, ...]) -> list[str]:
    """The answer to a question, through a lens."""
    through = list(lens)
    match look.how:
        case "where":
            world = await game.view("world", v.WorldView, through)
            found = next((p for p in world.props if p.prop == look.about), None)
            return [_where(found, game.names) if found else "never heard of it"]
        case "sees":
            world = await game.view("world", v.WorldView, through)
            here = format_view.place_of(lens[0], world)
            near = any(
                p.prop == look.about and p.in_ and here and p.in_.container == here.container for p in world.props
            )
            return ["yes" if near else "no"]
        case "mind":
            found = (await game.of_story("recall", lens=through, query=look.about))["memories"]
            return [f"- {one_line(x['text'])}" for x in found if x["kind"] != "line"][:1] or ["nothing"]
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


async def _say_and_wait(game: Game, text: str, pace: float | None) -> None:
    if text:
        _tell(game, text)
        await _wait(text, pace)


def _tell(game: Game, text: str) -> None:
    game.screen.line()
    for line in textwrap.wrap(text, _width()):
        game.screen.line(line)


def _width() -> int:
    return min(100, shutil.get_terminal_size().columns - 1)


async def _wait(text: str, pace: float | None) -> None:
    """Waits as long as the text takes to read; not at all where the reader goes on by a key."""
    await asyncio.sleep((pace or 0) * len(text.split()) / WORDS_A_SECOND)
