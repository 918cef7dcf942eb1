"""What is told, as it goes past: drafts while they are written, lines when they stand, each shown exactly once.

Text is printed as it comes; only styles are added. Does not talk to the daemon.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from client.show.format_view import Names, name_of, words
from client.show.screen import Screen
from protocol import events as ev
from protocol.views import LineView

ENDING = 24
"""Letters by whose sameness the end of what was shown is held to be the end of the line."""


class Draft(msgspec.Struct):
    """A reply that is being written: all that came of it, how much was printed, and the mark it stands `within`."""

    speaker: str | None
    text: str = ""
    shown: int = 0
    within: str = ""


class Scroll:
    """Prints a story's lines on a screen. `names` is read afresh each time, since people come and are renamed."""

    def __init__(self, screen: Screen, names: Callable[[], Names]) -> None:
        self._screen, self._names = screen, names
        self._drafts: dict[str, Draft] = {}

    @property
    def writing(self) -> bool:
        """Whether any text of a running reply has been printed."""
        return any(d.shown for d in self._drafts.values())

    def begin(self) -> None:
        """Forgets running drafts: another story, or another branch."""
        self._drafts.clear()

    def token(self, note: Mapping[str, Any]) -> None:
        """A piece of a draft; what is known already, or comes after a gap, is left out."""
        draft = self._drafts.setdefault(note["line"], Draft(note["speaker"]))
        if not note["text"] and not note["offset"]:
            self._take_back(draft)
        known = len(draft.text) - note["offset"]
        if known >= 0:
            draft.text += note["text"][known:]
        self._show(draft)

    def drafts(self, running: Iterable[Mapping[str, Any]]) -> None:
        """The drafts that run as one begins to listen, or listens again."""
        for d in running:
            draft = self._drafts.setdefault(d["line"], Draft(d["speaker"]))
            if len(d["text"]) > len(draft.text):
                draft.text = d["text"]
            self._show(draft)

    def events(self, events: Iterable[Mapping[str, Any]], typed: Callable[[int], bool]) -> None:
        """Lines that stand now. `typed`: whether the author's lines of a turn are on the screen already."""
        lines: dict[str, list[ev.LineSaid]] = {}
        for event in events:
            if event["kind"] == ev.LineSaid.kind:
                part = msgspec.convert(event["data"], ev.LineSaid)
                if part.mode or not typed(event["turn"]):
                    lines.setdefault(part.line, []).append(part)
        for line, parts in lines.items():
            self._stands(line, sorted(parts, key=lambda p: p.part))

    def line(self, line: LineView) -> None:
        """A line of the past."""
        self._label(line.who)
        self._parts(words(line.parts, self._names()), line.cut)

    def _stands(self, line: str, parts: list[ev.LineSaid]) -> None:
        draft = self._drafts.pop(line, None)
        cut = any(p.cut for p in parts)
        if draft and draft.shown:
            stands = _letters(" ".join(p.text for p in parts))
            if _letters(draft.text[: draft.shown]).endswith(stands[-ENDING:]):
                self._parts((), cut)
                return
            self._screen.line("[the line as it stands:]", "dim")
        self._label(parts[0].who)
        self._parts(words(parts, self._names()), cut)

    def _take_back(self, draft: Draft) -> None:
        """What came of a draft was no prose; what was printed of it stays on the screen, marked as that."""
        if draft.shown:
            self._screen.line("[that was reasoning; the reply follows:]", "dim")
        draft.text, draft.shown, draft.within = "", 0, ""

    def _show(self, draft: Draft) -> None:
        if self._screen.at_prompt or draft.shown == len(draft.text):
            return
        if not draft.shown:
            self._label(draft.speaker)
        fresh, draft.shown = draft.text[draft.shown :], len(draft.text)
        for piece in re.split(r"([*`\n])", fresh):
            mark = piece in ("*", "`")
            if mark and draft.within in ("", piece):
                draft.within = "" if draft.within else piece
            elif piece == "\n":
                draft.within = ""
            self._screen.write(piece, "action" if draft.within or mark else "")

    def _label(self, who: str | None) -> None:
        self._screen.fresh()
        self._screen.write(name_of(who, self._names()), who or "dim")
        self._screen.write(": ")

    def _parts(self, parts: Iterable[tuple[str, str]], cut: bool) -> None:
        for text, style in parts:
            self._screen.write(text, style)
        if cut:
            self._screen.write(" " if self._screen.amid else "")
            self._screen.write("[cut short]", "dim")
        self._screen.fresh()


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
