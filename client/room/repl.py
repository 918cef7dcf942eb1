"""The room one plays in: prompt, keys, toolbar, completion, and what Ctrl-C means. The commands: commands/table.py."""

import asyncio
import contextlib
import os
import signal
import sys
import termios
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import Suggestion
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from client.commands import setting, table
from client.commands.choosing import Quit
from client.play.game import Game
from client.play.guide import first_model, guided
from client.room import terminal
from client.show.screen import Screen, screen_for
from client.show.trouble import TROUBLE, tell
from client.text.names import Unclear
from client.text.plain import one_line

STYLE = Style.from_dict(
    {
        "bottom-toolbar": "noreverse bg:ansiblack fg:ansigray",
        "bottom-toolbar.title": "bold fg:ansiwhite",
        "bottom-toolbar.lost": "fg:ansired",
        "you": "ansigreen bold",
    }
)


class Names(Completer):
    """Completes commands and what they take; in plain text, on Tab, the names of people, places and things."""

    def __init__(self, game: Game) -> None:
        self._game, self._paths = game, PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        before = document.text_before_cursor
        word = document.get_word_before_cursor(WORD=True)
        if before.startswith("/") and " " not in before:
            for c in table.TABLE:
                if c.name.startswith(before[1:].casefold()):
                    yield Completion(f"/{c.name}", -len(before), display_meta=c.doc)
        elif before.startswith("/"):
            name, _, words = before[1:].partition(" ")
            with contextlib.suppress(Unclear):
                command = table.find(name)
                if "value" in command.takes:
                    last = words.rpartition(" ")[2]
                    for found in setting.completions(self._game, words):
                        yield Completion(found, -len(words if found.casefold().startswith(words.casefold()) else last))
                    return
                yield from _beginning(word, {w: w for w in command.among})
                if "file" in command.takes:
                    yield from self._paths.get_completions(Document(words), complete_event)
                for kind in command.takes:
                    known = self._of(kind)
                    yield from list(_beginning(words, known)) or _beginning(word, known)
        elif complete_event.completion_requested:
            yield from _beginning(word, self._game.names)

    def _of(self, kind: table.Kind) -> Mapping[str, str]:
        match kind:
            case "person":
                return self._game.cast
            case "place":
                return self._game.places
            case "thing":
                return self._game.props
            case "occasion":
                return self._game.occasions
            case "command":
                return {name: name for name in (*(c.name for c in table.TABLE), *table.SUBJECTS)}
            case _:
                return {}


def _beginning(typed: str, names: Mapping[str, str]) -> Iterator[Completion]:
    """The names that begin so, or have an id or a word that does."""
    wanted = typed.casefold()
    for id, name in names.items():
        if any(known.casefold().startswith(wanted) for known in (name, id, *name.split())):
            yield Completion(name, -len(typed), display_meta="" if id == name else id)


class Room:
    """A game with a prompt. `given`: an input and an output to use instead of the terminal's."""

    def __init__(self, home: Path, screen: Screen, given: tuple[Input, Output] | None = None) -> None:
        self.screen = screen
        self.game = Game(home, screen, self._ask)
        source, sink = given or (None, None)
        self._prompt: PromptSession[str] = PromptSession(
            history=FileHistory(_own_file(home / "history")), completer=terminal.Shown(Names(self.game)),
            key_bindings=_keys(), input_processors=[terminal.AsTyped()],
            multiline=True, complete_while_typing=Condition(self._commanding), bottom_toolbar=self._toolbar,
            prompt_continuation="… ", style=STYLE, reserve_space_for_menu=6, input=source, output=sink,
        )  # fmt: skip
        self._question: PromptSession[str] = PromptSession(
            style=STYLE, input=source, output=sink, input_processors=[terminal.AsTyped()]
        )
        self.game.changed = self._prompt.app.invalidate
        self._doing: asyncio.Task[None] | None = None

    async def play(self) -> int:
        """From the first greeting to the goodbye; the exit code."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        try:
            with _unechoed():
                await self._play()
        except (EOFError, Quit):
            self.screen.line("Saved. Goodbye.", "dim")
            return 0
        except TROUBLE as trouble:
            self.screen.line(tell(trouble), "error")
            return 1
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            await self.game.close()

    async def _play(self) -> NoReturn:
        await self.game.start()
        await self._do(self._begin())
        while True:
            text = await self._read()
            if text.strip():
                await self._do(table.run(self.game, text))

    async def _begin(self) -> None:
        stories = (await self.game.call("stories"))["stories"]
        await self.game.model()
        if stories:
            await self.game.open(stories[0])
        else:
            self.screen.line("Welcome to Fabula.", "bold")
            await first_model(self.game)
            await guided(self.game)
        self.screen.line("Type to speak. /help shows the commands.", "dim")
        if self.game.running is not None:
            await self.game.watch(self.game.running)

    async def _read(self) -> str:
        self.screen.at_prompt = True
        try:
            with patch_stdout(raw=True):
                return await self._prompt.prompt_async(self._label, pre_run=self._offer, handle_sigint=False)
        finally:
            self.screen.at_prompt = False
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
        shown = one_line(f"{question} [{default}]:" if default else f"{question}:") + " "
        try:
            answer = await self._question.prompt_async(shown, handle_sigint=False)
        except (EOFError, KeyboardInterrupt):
            raise Unclear("Nothing changed.") from None
        finally:
            self.screen.prompted()
        return answer.strip() or default

    def _interrupt(self) -> None:
        """Ctrl-C while something runs: a reply is stopped and kept; anything else is left off."""
        if self.game.running is not None and self.game.connection.connected and not self.game.stopping:
            self.game.stop_soon()
        elif self._doing:
            self._doing.cancel()

    def _commanding(self) -> bool:
        return self._prompt.default_buffer.text.startswith("/")

    def _label(self) -> StyleAndTextTuples:
        return [("class:you", one_line(self.game.cast.get("you", "you"))), ("", "> ")]

    def _toolbar(self) -> StyleAndTextTuples:
        game, bar = self.game, self.game.bar
        parts = [bar.place, bar.clock, "with " + ", ".join(bar.present) if bar.present else "alone", bar.model]
        who = [game.cast.get(e, e) for e in game.lens]
        lens = [f"what {who[0]} thinks {who[1]} knows" if len(who) == 2 else "seen by " + " and ".join(who)] * bool(who)
        title = one_line(game.title or "no story: /new")
        shown: StyleAndTextTuples = [("class:bottom-toolbar.title", f" {title} "), ("", "│ ")]
        shown.append(("", one_line(" · ".join(p for p in [*parts, *lens] if p) if game.story else bar.model)))
        if not game.connection.connected:
            shown.append(("class:bottom-toolbar.lost", " · not connected "))
        return shown


async def repl(home: Path) -> int:
    """Plays on the terminal; the exit code."""
    with terminal.session():
        return await Room(home, screen_for(sys.stdout)).play()


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.is_cursor_at_the_end and buffer.text.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.newline(copy_margin=False)
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    return keys


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
