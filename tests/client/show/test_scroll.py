"""Each line is shown exactly once: as it is written, as it stands, or after a gap, whatever comes in between."""

import io
import re
from typing import Any

import pytest

from client.show.screen import Screen
from client.show.scroll import Scroll

NAMES = {"you": "Robin", "a": "Maren"}


@pytest.fixture
def shown(plain: tuple[Screen, io.StringIO]) -> tuple[Scroll, io.StringIO]:
    return Scroll(plain[0], lambda: NAMES), plain[1]


def token(offset: int, text: str, line: str = "l1", who: str | None = "a") -> dict[str, Any]:
    return {"line": line, "speaker": who, "offset": offset, "text": text}


def said(text: str, line: str = "l1", turn: int = 3, mode: str = "reply", **more: Any) -> dict[str, Any]:
    data = {"line": line, "who": "a", "text": text, "mode": mode, **more}
    return {"kind": "line.said", "turn": turn, "data": data}


def never(turn: int) -> bool:
    return False


def test_a_reply_is_printed_as_it_comes(shown) -> None:
    scroll, out = shown
    for offset, text in ((0, "Come "), (5, "in, "), (9, "then.")):
        scroll.token(token(offset, text))
    assert out.getvalue() == "Maren: Come in, then."
    scroll.events([said("Come in, then.")], never)
    assert out.getvalue() == "Maren: Come in, then.\n"


def test_nothing_is_cut_or_normalised(shown) -> None:
    scroll, out = shown
    text = "  *nods*\n\n\n “So.”  \n"
    for i, c in enumerate(text):
        scroll.token(token(i, c))
    assert out.getvalue() == "Maren: " + text


def test_what_came_already_does_not_come_again(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "Come in"))
    scroll.drafts([{"turn": 3, "line": "l1", "speaker": "a", "text": "Come in, th"}])
    scroll.token(token(8, " then."))
    scroll.token(token(4, "in"))
    assert out.getvalue() == "Maren: Come in, then."


def test_after_a_gap_the_whole_line_is_shown_when_it_stands(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "Come "))
    scroll.token(token(40, "never seen"))
    scroll.events([said("Come in, and shut the door behind you, please.")], never)
    assert out.getvalue() == (
        "Maren: Come \n[the line as it stands:]\nMaren: Come in, and shut the door behind you, please.\n"
    )


def test_parts_are_told_by_their_manner(shown) -> None:
    scroll, out = shown
    parts = [
        said("sets a cup down", manner="action", part=0),
        said("Sit.", part=1),
        said("He looks cold.", manner="thought", part=2),
    ]
    scroll.events(list(reversed(parts)), never)
    assert out.getvalue() == "Maren: *sets a cup down* Sit. `He looks cold.`\n"


def test_the_streamed_markup_counts_as_the_same_line(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "*sets a cup down* Sit."))
    scroll.events([said("sets a cup down", manner="action"), said("Sit.", part=1)], never)
    assert out.getvalue() == "Maren: *sets a cup down* Sit.\n"


def test_a_whisper_counts_as_the_same_line(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "(whispers to Robin) Run."))
    scroll.events([said("Run.", manner="whisper", to=["you"])], never)
    assert out.getvalue() == "Maren: (whispers to Robin) Run.\n"


def test_a_line_that_was_cut_says_so(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "She looks up and"))
    scroll.events([said("She looks up and", cut=True)], never)
    assert out.getvalue() == "Maren: She looks up and [cut short]\n"


def test_the_author_does_not_read_twice_what_was_typed(shown) -> None:
    scroll, out = shown
    scroll.events([said("Hello?", mode="", who="you")], lambda turn: turn == 3)
    assert out.getvalue() == ""
    scroll.events([said("From elsewhere.", line="l2", turn=4, mode="", who="you")], lambda turn: turn == 3)
    assert out.getvalue() == "Robin: From elsewhere.\n"


def test_two_speakers_have_a_line_each(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "One."))
    scroll.events([said("One.")], never)
    scroll.token(token(0, "Two.", line="l2", who=None))
    assert out.getvalue() == "Maren: One.\nNarrator: Two."


def test_a_prompt_is_not_written_over(shown, plain) -> None:
    scroll, out = shown
    plain[0].at_prompt = True
    scroll.token(token(0, "Psst"))
    assert out.getvalue() == ""
    plain[0].at_prompt = False
    scroll.token(token(4, "."))
    assert out.getvalue() == "Maren: Psst."


@pytest.fixture
def page(colourful: tuple[Screen, io.StringIO]) -> tuple[Scroll, io.StringIO]:
    """A terminal's, where lines are set as a page."""
    return Scroll(colourful[0], lambda: NAMES | {"quay": "The quay"}), colourful[1]


def bare(out: io.StringIO) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


def test_on_a_page_a_name_stands_alone_and_marks_do_not_show(page) -> None:
    scroll, out = page
    text = "*She nods.* I *do* mean it. `Liar.`\n\nSit."
    for i, c in enumerate(text):
        scroll.token(token(i, c))
    scroll.events([said(text)], never)
    shown = "\nMaren\n  She nods. I do mean it. Liar.\n\n  Sit.\n"
    assert bare(out) == shown
    assert "\x1b[1;36mMaren\x1b[0m" in out.getvalue()
    assert "".join(re.findall(r"\x1b\[3m(.*?)\x1b", out.getvalue())) == "She nods.do"
    assert "".join(re.findall(r"\x1b\[2;3m(.*?)\x1b", out.getvalue())) == "Liar."


def test_a_line_that_stands_reads_as_it_did_while_it_came(page) -> None:
    scroll, out = page
    parts = [
        said("She nods.", manner="action", part=0, raw="*She nods.*"),
        said("I *do* mean it.", part=1, raw=" I *do* mean it."),
        said("Sit.", part=2, manner="whisper", to=["you"], raw="\n\nSit."),
    ]
    scroll.events(parts, never)
    assert bare(out) == "\nMaren\n  She nods. I do mean it.\n\n  (whispers to Robin) Sit.\n"


def test_an_asterisk_that_marks_nothing_is_shown(page) -> None:
    scroll, out = page
    scroll.events([said("5 * 3 is fifteen.")], never)
    assert "  5 * 3 is fifteen.\n" in bare(out)


def test_a_mark_reaches_no_further_than_its_paragraph(page) -> None:
    scroll, out = page
    for i, c in enumerate("*un\nclosed"):
        scroll.token(token(i, c))
    assert "\x1b[3mu\x1b[0m" in out.getvalue() and out.getvalue().endswith("\n  closed")


def happened(kind: str, **data: Any) -> dict[str, Any]:
    return {"kind": kind, "turn": 3, "data": data}


def test_where_and_when_is_told_where_that_changes(page) -> None:
    scroll, out = page
    scroll.events([happened("scene.opened", scene="s", container="quay", present=["you", "a"])], never)
    scroll.events([happened("time.passed", clock="2031-11-09T00:44:00", elapsed=0)], never)
    scroll.events([said("Look."), happened("time.passed", clock="2031-11-09T00:45:00", elapsed=1, minutes=1)], never)
    scroll.events([said("There.", line="l2")], never)
    skipped = {"clock": "2031-11-09T01:16:00", "elapsed": 32, "minutes": 31, "mode": "elision"}
    scroll.events([happened("time.skipped", **skipped, summary="They waited."), said("At last.", line="l3")], never)
    assert bare(out) == (
        "\n── The quay · Sun 00:44 ──\n\nMaren\n  Look.\n\nMaren\n  There.\n"
        "\n── The quay · 30 minutes later, Sun 01:16 ──\n\n  They waited.\n\nMaren\n  At last.\n"
    )


def test_who_else_goes_somewhere_changes_no_heading(page) -> None:
    scroll, out = page
    scroll.events([happened("activity.arrived", entity="a", container="quay"), said("Here.")], never)
    assert "──" not in bare(out)


def test_a_model_cannot_steer_the_terminal(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, "\x1b"))
    scroll.token(token(1, "[2J\x07"))
    scroll.events([said("\x1b[2J\x07", line="l2", who="a")], never)
    assert "\x1b" not in out.getvalue() and "\x07" not in out.getvalue()


def test_what_turns_out_to_be_reasoning_is_told_as_that_and_the_reply_is_shown_whole(shown) -> None:
    scroll, out = shown
    for offset, text in ((0, "Sam is "), (7, "cold."), (0, ""), (0, "Come "), (5, "in.")):
        scroll.token(token(offset, text))
    assert out.getvalue() == "Maren: Sam is cold.\n[that was reasoning; the reply follows:]\nMaren: Come in."
    scroll.events([said("Come in.")], never)
    assert out.getvalue().endswith("Maren: Come in.\n")


def test_nothing_is_said_of_reasoning_that_was_not_shown(shown) -> None:
    scroll, out = shown
    scroll.token(token(0, ""))
    scroll.token(token(0, "Come in."))
    assert out.getvalue() == "Maren: Come in."


@pytest.mark.parametrize(
    ("draft", "parts", "page"),
    [
        ("*She nods.*\n\nSit, and wait.", [("She nods.", "*She nods.*"), ("Sit, and wait.", "\n\nSit, and wait. "),
         ("She goes.", "\n\n*She goes.*")], "\nMaren\n  She nods.\n\n  Sit, and wait.\n\n  She goes.\n"),
        ("Sit down.", [("Sit down. And wait!\n\nNow.", "Sit down. And wait!\n\nNow.")],
         "\nMaren\n  Sit down. And wait!\n\n  Now.\n"),
    ],
)  # fmt: skip
def test_what_comes_with_the_line_goes_on_after_what_was_shown(
    draft: str, parts: list[tuple[str, str]], page: str
) -> None:
    """Through somebody's eyes only whole paragraphs of a draft are sent; the last comes with the line."""
    out = io.StringIO()
    scroll = Scroll(Screen(colour=False, live=True, out=out), lambda: NAMES)
    scroll.token(token(0, draft))
    scroll.events([said(text, part=n, raw=raw) for n, (text, raw) in enumerate(parts)], never)
    assert out.getvalue() == page
