"""The terminal as the prompt draws on it: whatever is asked, offered, shown below it or typed arrives there harmless.

What is told above the prompt goes out by show/screen.py, what subcommands print by play/errand.py.
"""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import accumulate

from prompt_toolkit.application import AppSession, create_app_session
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import fragment_list_to_text
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.utils import get_bell_environment_variable, get_term_environment_variable

from client.text.plain import one_line
from protocol.harmless import harmless


class HarmlessOutput(Vt100_Output):
    """Sends text on as harmless; what steers the terminal is the drawing's own, and goes by `write_raw`."""

    def write(self, data: str) -> None:
        """Text, and the carriage returns with which the cursor is moved: those of a text were made visible before."""
        super().write("\r".join(map(harmless, data.split("\r"))))

    def set_title(self, title: str) -> None:
        """The window's title."""
        super().set_title(one_line(title))


class AsTyped(Processor):
    """Shows the line that is being typed, with what is suggested after it, as it can be shown; the line stays as it is.

    Done before it is laid out, so that the cursor stands where it seems to.
    """

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """The line's pieces made harmless, and where each of its characters has come to stand."""
        pieces = transformation_input.fragments
        text = fragment_list_to_text(pieces)
        if harmless(text) == text:
            return Transformation(pieces)
        ends = list(accumulate((len(harmless(c)) for c in text), initial=0))

        def shown_at(index: int) -> int:
            return ends[index] if index < len(ends) else ends[-1] + index - len(text)

        def typed_at(index: int) -> int:
            return next((i for i, end in enumerate(ends) if end >= index), len(text))

        return Transformation([(p[0], harmless(p[1])) for p in pieces], shown_at, typed_at)


class OnOneRow(Processor):
    """Shows a break of lines within a row as a sign: what is suggested after the line may have several."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """The row's pieces, with a sign for each break."""
        return Transformation([(p[0], p[1].replace("\n", "⏎")) for p in transformation_input.fragments])


class Shown(Completer):
    """What another completer offers, shown on one line each; what is chosen is inserted as it is."""

    def __init__(self, offering: Completer) -> None:
        self._offering = offering

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The completions of the other."""
        for c in self._offering.get_completions(document, complete_event):
            about = one_line(c.display_meta_text)
            yield Completion(c.text, c.start_position, one_line(c.display_text), about, c.style, c.selected_style)


def session() -> AbstractContextManager[AppSession]:
    """A context in which whatever a prompt draws on standard output is made harmless first."""
    out = HarmlessOutput.from_pty(
        sys.stdout, term=get_term_environment_variable(), default_color_depth=ColorDepth.from_env(),
        enable_bell=get_bell_environment_variable(),
    )  # fmt: skip
    return create_app_session(output=out)
