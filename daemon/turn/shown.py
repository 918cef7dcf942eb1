"""What is shown of a reply while it is written: its words and its reasoning, as tokens to those who want them.

Knows no model and no store: whoever has the draft keeps it.
"""

import asyncio
import math
import time
from collections.abc import Callable, Container, Mapping

from daemon.live.subscriptions import RunningDraft, Subscriptions, fields
from daemon.story.lenses import ALONE, Lens
from daemon.telling.overhearing import whole_paragraphs
from daemon.telling.prompt import is_silence, may_be_silence

COALESCE_S = 0.01
"""Tokens that come within this time are sent to the subscribers together."""

Overheard = Callable[[str], Mapping[Lens, str]]
"""By lens, what would be perceived of a reply that is this text."""

AsWritten = Callable[[str], str]
"""What of a draft that is this text `you` are certain to perceive, as it is written."""

WRITTEN_S, SHARE = 0.05, 4
"""How long what `you` perceive as it is written is left as it was, at least, and as a multiple of what it takes."""

YOU = ALONE["you"]


class Shown:
    """Adds to a draft, and sends what is new of it. As long as it may yet be a silence, none of it is shown.

    The truth, and the lens of the speaker alone, are shown all of it as it comes. Every other lens is shown what it has
    `overheard` of the paragraphs that are whole: of one that is not, nobody can tell yet what will be a thought, or a
    whisper to somebody else.
    """

    def __init__(self, draft: RunningDraft, hub: Subscriptions, overheard: Overheard, as_written: AsWritten) -> None:
        self._draft, self._hub, self._overheard, self._as_written = draft, hub, overheard, as_written
        self._written, self._looks_again = "", 0.0
        self._again: asyncio.TimerHandle | None = None
        self._whole = ""
        self._fresh: dict[str, list[str]] = {"text": [], "reasoning": []}
        self._sent = {"text": 0, "reasoning": 0}
        self._timer: asyncio.TimerHandle | None = None
        self._unsaid: str | None = ""

    def add(self, kind: str, text: str) -> None:
        """Adds prose to the draft, and sends it (or reasoning) within `COALESCE_S`; the first of a kind at once."""
        text = self._held_back(text) if kind == "text" else text
        if not text:
            return
        if kind == "text":
            self._draft.text += text
        self._fresh[kind].append(text)
        if not self._sent[kind]:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COALESCE_S, self.flush)

    def take_back(self) -> None:
        """Takes all text out of the draft, since it was reasoning and no prose, and sends it again as reasoning."""
        self.flush()
        thought, self._draft.text, self._unsaid = self._draft.text, "", ""
        if self._sent["text"]:
            self._sent["text"] = 0
            self._tell("text", "")
        for lens in self._draft.heard:
            self._send((lens,), "text", 0, "", False)
        if self._written:
            self._send((YOU,), "text", 0, "", True)
        self._draft.heard.clear()
        self._written = ""
        self._whole = ""
        self.add("reasoning", thought)

    def end(self, text: str) -> None:
        """Shows the last of the text. A silence goes into the draft, but is not sent as if it were words."""
        self.add("text", text)
        left, self._unsaid = self._unsaid or "", None
        if is_silence(left):
            self._draft.text += left
        else:
            self.add("text", left)

    def flush(self) -> None:
        """Sends what is new since the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for kind, fresh in self._fresh.items():
            if fresh:
                text = "".join(fresh)
                fresh.clear()
                self._tell(kind, text)
        self._tell_others()
        self._tell_as_written()

    def close(self) -> None:
        """Sends what is new; what `you` perceive of the rest comes with the line."""
        self._looks_again = math.inf
        self.flush()

    def _held_back(self, text: str) -> str:
        """The text that may be shown by now: none as long as what was written may yet turn out to be a silence."""
        if self._unsaid is None or self._draft.speaker is None:
            return text
        self._unsaid += text
        if may_be_silence(self._unsaid):
            return ""
        text, self._unsaid = self._unsaid, None
        return text

    def _tell(self, kind: str, text: str) -> None:
        """Sends a piece of text or reasoning to those who see it all."""
        offset = self._sent[kind]
        self._sent[kind] += len(text)
        self._draft.sent = self._sent["text"]
        self._send(self._draft.open_to, kind, offset, text)

    def _tell_others(self) -> None:
        """Sends each other lens what it has overheard since the last time. Where that reads otherwise than what it was
        sent before, it is sent nothing more: it will perceive the line."""
        d, whole = self._draft, whole_paragraphs(self._draft.text)
        if whole == self._whole:
            return
        self._whole = whole
        for lens, text in self._overheard(whole).items():
            before = d.heard.get(lens, "")
            if lens not in d.open_to and text != before and text.startswith(before):
                d.heard[lens] = text
                self._send((lens,), "text", len(before), text[len(before) :], False)

    def _tell_as_written(self) -> None:
        """Sends those who want drafts as they are written what is new in what `you` are certain to perceive."""
        d, now = self._draft, time.monotonic()
        if YOU in d.open_to or not self._hub.wants_as_written(d.story, d.branch):
            return
        if now < self._looks_again:
            if (
                self._again is None or self._again.when() <= asyncio.get_running_loop().time()
            ) and self._looks_again < math.inf:
                loop = asyncio.get_running_loop()
                self._again = loop.call_later(self._looks_again - now, self._tell_as_written)
            return
        if self._again is not None:
            self._again.cancel()
            self._again = None
        text, before = self._as_written(d.text), self._written
        spent = time.monotonic() - now
        self._looks_again = now + max(WRITTEN_S, SHARE * spent)
        if text != before and text.startswith(before):
            self._written = text
            self._send((YOU,), "text", len(before), text[len(before) :], True)

    def _send(self, lenses: Container[Lens], kind: str, offset: int, text: str, as_written: bool | None = None) -> None:
        """Sends a token to those who look through these lenses, if any of them wants tokens: to those who want drafts
        `as_written`, to the others, or (None) to both."""
        d = self._draft
        if self._hub.wants_tokens(d.story, d.branch, lenses):
            tail = fields(
                branch=d.branch, turn=d.turn, line=d.line, speaker=d.speaker, kind=kind, offset=offset, text=text
            )
            self._hub.token(d.story, d.branch, lenses, tail, as_written)
