"""The keys of the prompt. What a key asks for is done as if its command had been typed; what was being typed stays."""

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, emacs_mode, is_searching
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

VIEW = "F2"
"""Stands for the other view: everything, or what one sees; no command has its name."""


class Pressed(str):
    """A command that a key stands for, with the line that was being typed meanwhile."""

    typed: str

    def __new__(cls, command: str, typed: str = "") -> "Pressed":
        """The command, as text."""
        made = super().__new__(cls, command)
        made.typed = typed
        return made


@Condition
def _empty() -> bool:
    return not get_app().current_buffer.text


def keys() -> KeyBindings:
    """Enter sends, Alt-Enter begins a line; F2 switches views, Ctrl-R takes again, Esc Esc edits the last line."""
    bound = KeyBindings()

    @bound.add("enter", filter=~is_searching)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.is_cursor_at_the_end and buffer.text.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.newline(copy_margin=False)
        else:
            buffer.validate_and_handle()

    @bound.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    @bound.add("c-c", filter=~is_searching)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    @bound.add("f2")
    def _(event: KeyPressEvent) -> None:
        _press(event, VIEW)

    @bound.add("c-r", filter=_empty & ~is_searching)
    def _(event: KeyPressEvent) -> None:
        _press(event, "/retake")

    @bound.add("escape", "escape", filter=_empty & emacs_mode)
    def _(event: KeyPressEvent) -> None:
        _press(event, "/edit")

    @bound.add("c-x", "c-e")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.open_in_editor(validate_and_handle=False)

    return bound


def _press(event: KeyPressEvent, command: str) -> None:
    buffer: Buffer = event.current_buffer
    typed = buffer.text
    buffer.reset()
    event.app.exit(result=Pressed(command, typed))
