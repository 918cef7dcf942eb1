"""A screen adds styles only where wanted, and takes the passing line away before anything else is written."""

import io

import pytest

from client.show.screen import Screen, screen_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "environ", "colour", "live"),
    [
        (io.StringIO(), {"TERM": "xterm"}, False, False),
        (Terminal(), {"TERM": "xterm"}, True, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False, True),
        (Terminal(), {"TERM": "dumb"}, False, False),
        (Terminal(), {}, False, False),
    ],
)
def test_styles_are_for_terminals_that_want_them(out, environ, colour, live) -> None:
    screen = screen_for(out, environ)
    assert (screen.colour, screen.live) == (colour, live)


def test_plain_output_holds_no_escape(plain) -> None:
    screen, out = plain
    screen.passing("… 1 s")
    screen.write("\x1b[31mred", "error")
    screen.line("next", "bold")
    assert out.getvalue() == "␛[31mred\nnext\n"


def test_the_passing_line_goes_before_text_comes(colourful) -> None:
    screen, out = colourful
    screen.passing("… 1 s")
    screen.passing("… 2 s")
    screen.write("Hello")
    assert out.getvalue().endswith("\r\x1b[K\x1b[2m… 2 s\x1b[0m\r\x1b[KHello")


def test_no_passing_line_over_a_text_that_has_begun(colourful) -> None:
    screen, out = colourful
    screen.write("Half a line")
    screen.passing("… 1 s")
    assert out.getvalue() == "Half a line"


def test_text_in_a_style_cannot_end_it(colourful) -> None:
    screen, out = colourful
    screen.write("a\x1b[0mb", "dim")
    assert out.getvalue() == "\x1b[2ma␛[0mb\x1b[0m"


def test_a_line_begins_on_a_line_of_its_own() -> None:
    out = io.StringIO()
    screen = Screen(colour=False, live=False, out=out)
    screen.write("a")
    screen.line("b")
    screen.fresh()
    screen.line("c")
    assert out.getvalue() == "a\nb\nc\n"
