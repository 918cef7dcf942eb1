"""The room one plays in: prompt, keys, toolbar, completion, and what Ctrl-C means. The commands: commands/table.py."""

import asyncio
import contextlib
import os
import signal
import sys
import termios
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, NoReturn

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import Suggestion
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import DynamicStyle
from prompt_toolkit.utils import get_cwidth

from client.commands import looking, table
from client.commands.choosing import Quit
from client.commands.shelves import meant
from client.play.game import Game
from client.play.guide import first_model, guided
from client.room import terminal
from client.room.completion import Names
from client.room.keys import VIEW, Pressed, keys
from client.room.look import style_of
from client.room.toolbar import toolbar
from client.room.wrapping import ByWords
from client.show.pager import page
from client.show.screen import Screen, screen_for
from client.show.themes import theme_for
from client.show.trouble import TROUBLE, tell
from client.text.names import Unclear
from client.text.plain import one_line

ROOM = 8
"""Columns for an answer beside its question; where there are fewer, the question stands above."""

ECHOED_BY_THE_STORY = ("me", "think", "whisper", "w", "narrate", "as")
"""Commands whose words come back as a line."""


class Room:
    """A game with a prompt. `given`: an input and an output to use instead of the terminal's."""

    def __init__(self, home: Path, screen: Screen, given: tuple[Input, Output] | None = None) -> None:
        self.screen = screen
        self.game = Game(home, screen, self._ask)
        screen.theme = theme_for(self.game.preferences.theme, os.environ)
        looks = DynamicStyle(lambda: style_of(screen.theme))
        source, sink = given or (None, None)
        self._prompt: PromptSession[str] = PromptSession(
            history=FileHistory(_own_file(home / "history")), completer=terminal.Shown(Names(self.game)),
            key_bindings=keys(), erase_when_done=screen.live,
            input_processors=[
                terminal.OnOneRow(), terminal.AsTyped(), ByWords(lambda: get_cwidth(self._name())),
            ],
            multiline=True, complete_while_typing=Condition(self._commanding), bottom_toolbar=self._toolbar,
            style=looks, reserve_space_for_menu=6, input=source, output=sink,
        )  # fmt: skip
        self._question: PromptSession[str] = PromptSession(
            style=looks, input=source, output=sink, input_processors=[terminal.AsTyped()]
        )
        self.game.changed = self._prompt.app.invalidate
        self.game.rewrite = self._rewrite
        self._doing: asyncio.Task[None] | None = None
        self._kept = ""

    async def play(self, story: str | None = None) -> int:
        """From the first greeting to the goodbye; the exit code. `story`: by title or id."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        try:
            with _unechoed():
                await self._play(story)
        except (EOFError, Quit):
            self.screen.line("Saved. Goodbye.", "dim")
            return 0
        except TROUBLE as trouble:
            self.screen.line(tell(trouble), "error")
            return 1
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            await self.game.close()

    async def _play(self, story: str | None) -> NoReturn:
        await self.game.start()
        await self._do(self._begin(story))
        while True:
            text = await self._read()
            if isinstance(text, Pressed):
                self._kept = text.typed
            if text == VIEW and isinstance(text, Pressed):
                await self._do(looking.peek(self.game, ""))
            elif text.strip():
                self._echo(text)
                await self._answer(text)

    async def _answer(self, text: str) -> None:
        """Does what was typed. The answer to a command is shown when it is whole, so that a long one can be paged."""
        if self.screen.live and text.startswith("/"):
            self.screen.gather()
        try:
            await self._do(table.run(self.game, text))
        finally:
            await page(self.screen)

    def _echo(self, text: str) -> None:
        """Leaves on the page what was asked for; what is said in the story stands there as a line."""
        named = text[1:].partition(" ")[0].casefold()
        if self.screen.live and text.startswith("/") and named not in ECHOED_BY_THE_STORY:
            self.screen.gap()
            self.screen.line(text, "dim")

    async def _begin(self, story: str | None) -> None:
        stories = (await self.game.call("stories"))["stories"]
        await self.game.model()
        if story is not None:
            await self.game.open(await meant(self.game, story))
        elif stories:
            await self.game.open(stories[0])
        else:
            self.screen.line("Welcome to Fabula.", "bold")
            await first_model(self.game)
            await guided(self.game)
        self.screen.gap()
        self.screen.line("Type to speak. /help shows the commands.", "dim")
        if self.game.running is not None:
            await self.game.watch(self.game.running)

    async def _read(self) -> str:
        self.screen.gap()
        vi = self.game.preferences.keys == "vi"
        self._prompt.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
        begins, self._kept, self.game.begun = self.game.begun or self._kept, "", ""
        self.screen.at_prompt = True
        try:
            with patch_stdout(raw=True):
                return await self._prompt.prompt_async(
                    self._label, pre_run=self._offer, handle_sigint=False, default=begins
                )
        finally:
            self.screen.at_prompt = False
            if not self.screen.live:
                self.screen.prompted()

    def _offer(self) -> None:
        """Shows the draft dimly, for the key → to take: where something else is typed, that alone is sent."""
        draft, self.game.draft = self.game.draft, ""
        self._prompt.default_buffer.suggestion = Suggestion(draft) if draft else None

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Does one thing to its end, or until Ctrl-C; trouble is told, and one is at the prompt again."""
        doing = self._doing = asyncio.create_task(work)
        try:
            await asyncio.wait([doing])
            if doing.cancelled():
                self.screen.line("[stopped]", "dim")
            else:
                doing.result()
        except TROUBLE as trouble:
            self.screen.line(tell(trouble), "error")
        finally:
            doing.cancel()
            self._doing = None

    async def _ask(self, question: str, default: str) -> str:
        return await self._answered(f"{question} [{default}]:" if default else f"{question}:") or default

    async def _rewrite(self, question: str, text: str) -> str:
        """A text, to be changed where it is asked for."""
        return await self._answered(f"{question}:", text)

    async def _answered(self, question: str, begins: str = "") -> str:
        self.screen.release()
        shown = one_line(question) + " "
        if self.screen.live and get_cwidth(shown + begins) > self._prompt.app.output.get_size().columns - ROOM:
            self.screen.hanging(shown.rstrip(), 0)
            shown = "> "
        try:
            answer = await self._question.prompt_async(shown, handle_sigint=False, default=begins)
        except (EOFError, KeyboardInterrupt):
            raise Unclear("Nothing changed.") from None
        finally:
            self.screen.prompted()
        return answer.strip()

    def _interrupt(self) -> None:
        """Ctrl-C while something runs: a reply is stopped and kept; anything else is left off. In the pager it is the
        pager's."""
        if self.game.running is not None and self.game.connection.connected and not self.game.stopping:
            self.game.stop_soon()
        elif self._doing:
            self._doing.cancel()

    def _commanding(self) -> bool:
        return self._prompt.default_buffer.text.startswith("/")

    def _label(self) -> StyleAndTextTuples:
        return [("class:you", self._name()[:-2]), ("", "> ")]

    def _name(self) -> str:
        """The prompt, as text."""
        return one_line(self.game.cast.get("you", "you")) + "> "

    def _toolbar(self) -> StyleAndTextTuples:
        return toolbar(self.game, self._prompt.app.output.get_size().columns)


async def repl(home: Path, story: str | None = None) -> int:
    """Plays on the terminal the story of this title or id, else the one last played; the exit code."""
    with terminal.session():
        return await Room(home, screen_for(sys.stdout)).play(story)


@contextlib.contextmanager
def _unechoed() -> Iterator[None]:
    """Keeps what is typed meanwhile out of the reply; the next prompt gets it."""
    if not sys.stdin.isatty():
        yield
        return
    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    quiet = [*before]
    quiet[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(fd, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSANOW, before)


def _own_file(path: Path) -> str:
    """The path as text; the file is there and only its owner can read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    return str(path)
