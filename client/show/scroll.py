"""What is told, as it goes past: drafts while they are written, lines when they stand, each shown exactly once.

On a terminal as a page: a blank line, who speaks, and under it the words without their marks; elsewhere a line each, as
it was written. Does not talk to the daemon.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from client.show.course import Course
from client.show.format_view import Names, lead, name_of, words
from client.show.screen import Screen
from client.text.marks import Marks, plainly
from protocol import events as ev
from protocol.views import LineView, PartView

INDENT = 2
"""Columns by which prose stands in under the name of who speaks."""

ENDING = 24
"""Letters by whose sameness the end of what was shown is held to be the end of the line."""


COURSE = ("time.passed", "time.skipped", "scene.opened", "activity.arrived")
"""Kinds of events that tell where and when the lines after them play."""


OWN = {"thought": "thought", "action": "action", "ooc": "dim"}
"""The style of all words of a manner; words of any other look as their own marks say."""


class Draft(msgspec.Struct):
    """A reply that is being written: all that came of it, how much was printed, and the marks it stands within."""

    speaker: str | None
    text: str = ""
    shown: int = 0
    marks: Marks = msgspec.field(default_factory=Marks)


class Scroll:
    """Prints a story's lines on a screen. `names` is read afresh each time, since people come and are renamed.

    `course`: where and when the next line plays.
    """

    def __init__(self, screen: Screen, names: Callable[[], Names]) -> None:
        self._screen, self._names = screen, names
        self.course = Course()
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
                continue
            if event["kind"] in COURSE:
                self._stand(lines)
                lines = {}
            self.course.heard(event["kind"], event["data"])
        self._stand(lines)

    def _stand(self, lines: Mapping[str, list[ev.LineSaid]]) -> None:
        for line, parts in lines.items():
            self._stands(line, sorted(parts, key=lambda p: p.part))

    def line(self, line: LineView) -> None:
        """A line of the past."""
        self._label(_mouth(line.who, line.parts))
        self._parts(line.parts, line.cut)

    def _stands(self, line: str, parts: list[ev.LineSaid]) -> None:
        draft = self._drafts.pop(line, None)
        cut = any(p.cut for p in parts)
        if draft and draft.shown:
            stands, seen = _letters(" ".join(p.text for p in parts)), _letters(draft.text[: draft.shown])
            if seen.endswith(stands[-ENDING:]):
                self._parts((), cut)
                return
            if self._screen.live and stands.startswith(seen):  # through somebody's eyes the end comes with the line
                self._parts(_after(parts, len(seen)), cut, goes_on=True)
                return
            self._screen.line("[the line as it stands:]", "dim")
        self._label(_mouth(parts[0].who, parts))
        self._parts(parts, cut)

    def _take_back(self, draft: Draft) -> None:
        """What came of a draft was no prose; what was printed of it stays on the screen, marked as that."""
        if draft.shown:
            self._screen.line("[that was reasoning; the reply follows:]", "dim")
        draft.text, draft.shown, draft.marks = "", 0, Marks()

    def _show(self, draft: Draft) -> None:
        if self._screen.at_prompt or draft.shown == len(draft.text):
            return
        if not draft.shown:
            self._label(draft.speaker)
        fresh, draft.shown = draft.text[draft.shown :], len(draft.text)
        if self._screen.live:
            for text, style in draft.marks.taken_off(fresh):
                self._screen.write(text, style, INDENT)
        else:
            self._screen.write(fresh)

    def _label(self, who: str | None) -> None:
        """Who speaks, and before that where and when, where that is otherwise than for the line before."""
        self._screen.release()
        name = name_of(who, self._names())
        if not self._screen.live:
            self._screen.fresh()
            self._screen.write(f"{name}: ")
            return
        self.heading()
        self._screen.gap()
        self._screen.line(name, who or "dim")

    def heading(self) -> None:
        """The heading that is due, if one is."""
        head, summary = self.course.heading(self._names())
        if head:
            self._screen.gap()
            self._screen.line(head, "dim")
        if summary:
            self._screen.gap()
            self._screen.write(summary, "dim", INDENT)
            self._screen.fresh()

    def _parts(self, parts: Sequence[PartView] | Sequence[ev.LineSaid], cut: bool, goes_on: bool = False) -> None:
        if self._screen.live:
            self._page(parts, goes_on)
        else:
            for text, style in words(parts, self._names()):
                self._screen.write(text, style)
        if cut:
            self._screen.write(" " if self._screen.amid else "")
            self._screen.write("[cut short]", "dim", INDENT)
        self._screen.fresh()

    def _page(self, parts: Sequence[PartView] | Sequence[ev.LineSaid], goes_on: bool) -> None:
        """The parts, each in its own way and without its marks, in paragraphs as they were written. `goes_on`: after
        others, which stand there."""
        all_of_it: list[PartView | ev.LineSaid] = [*parts]
        for n, p in enumerate(all_of_it):
            before = re.match(r"\s*", p.raw)
            apart = before[0].count("\n") if before else 0
            self._screen.write(("\n" * apart or " ") if n or goes_on else "", indent=INDENT)
            self._screen.write(lead(p.manner, p.to, self._names()), "dim", INDENT)
            for text, style in plainly(f"[{p.text}]" if p.manner == "ooc" else p.text):
                self._screen.write(text, OWN.get(p.manner, style), INDENT)


def _mouth(who: str | None, parts: Sequence[PartView] | Sequence[ev.LineSaid]) -> str | None:
    """Out of whose mouth a line comes: nobody's where all of it is narration."""
    all_of_it: list[PartView | ev.LineSaid] = [*parts]
    return None if all(p.manner == "narration" for p in all_of_it) else who


def _after(parts: Sequence[ev.LineSaid], count: int) -> list[ev.LineSaid]:
    """What of these parts comes after so many letters."""
    rest: list[ev.LineSaid] = []
    for part in parts:
        letters = [at for at, c in enumerate(part.text) if _letters(c)]
        if not count:
            rest.append(part)
        elif count < len(letters):
            at = letters[count - 1] + 1
            while at < letters[count] and not part.text[at].isspace():
                at += 1
            rest.append(msgspec.structs.replace(part, text=part.text[at:].lstrip(" "), raw=part.text[at:]))
        count = max(0, count - len(letters))
    return rest


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
