"""A screen adds styles only where wanted, and takes the passing line away before anything else is written."""

import io

import pytest

from client.show.screen import Screen, screen_for
from client.show.themes import PROMPT, THEMES, theme_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "environ", "colour", "live"),
    [
        (io.StringIO(), {"TERM": "xterm"}, False, False),
        (Terminal(), {"TERM": "xterm"}, True, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, True, True),
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


def test_no_colour_where_none_is_wanted_but_shapes() -> None:
    out = Terminal()
    screen = screen_for(out, {"TERM": "xterm", "NO_COLOR": "1"})
    screen.line("Maren", "a")
    screen.line("Lost.", "error")
    assert out.getvalue() == "\x1b[1mMaren\x1b[0m\n\x1b[1mLost.\x1b[0m\n"


@pytest.mark.parametrize(
    ("chosen", "environ", "theme"),
    [
        ("auto", {}, "auto"),
        ("auto", {"COLORFGBG": "15;0"}, "dark"),
        ("auto", {"COLORFGBG": "0;default;15"}, "light"),
        ("auto", {"COLORFGBG": "default;default"}, "auto"),
        ("light", {"COLORFGBG": "15;0"}, "light"),
        ("light", {"NO_COLOR": "1"}, "plain"),
        ("mauve", {}, "auto"),
    ],
)
def test_the_theme_is_the_one_chosen_else_as_the_terminal_says(
    chosen: str, environ: dict[str, str], theme: str
) -> None:
    assert theme_for(chosen, environ) == theme


def test_themes_know_the_same_styles() -> None:
    assert {frozenset(theme) for theme in THEMES.values()} == {frozenset(THEMES["auto"])}
    assert set(PROMPT) == set(THEMES)


def test_one_line_is_left_blank_on_a_page_and_none_in_a_pipe(colourful, plain) -> None:
    for screen, out, seen in ((*colourful, "a\n\nb"), (*plain, "a\nb")):
        screen.line("a")
        screen.gap()
        screen.gap()
        screen.write("b")
        assert out.getvalue() == seen


def test_what_is_too_long_for_a_line_hangs(colourful, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "21")
    screen, out = colourful
    screen.line("  a line too long for it")
    assert out.getvalue() == "  a line too long\n    for it\n"


def test_prose_is_no_wider_than_a_page(colourful, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "190")
    screen, out = colourful
    screen.write("word " * 100, indent=2)
    screen.fresh()
    assert max(map(len, out.getvalue().splitlines())) in range(75, 81)


def test_an_answer_is_kept_back_until_it_is_whole_or_released(colourful) -> None:
    screen, out = colourful
    screen.gather()
    screen.line("one")
    assert out.getvalue() == "" and screen.gathered() == "one\n"
    screen.gather()
    screen.line("two")
    screen.release()
    screen.line("three")
    assert out.getvalue() == "two\nthree\n"
