"""What is shown of a reply while it is written: its words and its reasoning, as tokens to those who want them.

Knows no model and no store: whoever has the draft keeps it.
"""

import asyncio
import time
from collections.abc import Container

from daemon.live.subscriptions import RunningDraft, Subscriptions, fields
from daemon.story.lenses import Lens
from daemon.telling.certain import Certain
from daemon.telling.prompt import is_silence, may_be_silence

COALESCE_S = 0.01
"""Tokens that come within this time are sent to the subscribers together."""

SHARE = 4
"""Where more has come than one can look at in one go, how many times as long the event loop is left to others."""


class Shown:
    """Adds to a draft, and sends what is new of it. As long as it may yet be a silence, none of it is shown.

    The truth, and the lens of the speaker alone, are shown all of it as it comes. The lenses of the others are shown
    what is certain of it: of the rest nobody can tell yet what will be a thought, or a whisper to somebody else.
    """

    def __init__(self, draft: RunningDraft, hub: Subscriptions, certain: Certain) -> None:
        self._draft, self._hub, self._certain = draft, hub, certain
        draft.overhearing, draft.overhear = certain.lenses, self._overhear
        self._again: asyncio.TimerHandle | None = None
        self._closed = False
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
        if self._draft.heard:
            self._draft.heard = ""
            self._send(self._draft.overhearing, "text", 0, "")
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
        d = self._draft
        if self._again is None and self._hub.wants_tokens(d.story, d.branch, d.overhearing):
            self._overhear()

    def close(self) -> None:
        """Sends what is new; what is not certain by now comes with the line."""
        self._closed = True
        self.flush()
        if self._again is not None:
            self._again.cancel()

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

    def _overhear(self) -> None:
        """Sends the others what has become certain since the last time."""
        d, began = self._draft, time.monotonic()
        text, before = self._certain.of(d.text[: d.sent]), d.heard
        if text != before and text.startswith(before):
            d.heard = text
            self._send(d.overhearing, "text", len(before), text[len(before) :])
        if self._certain.behind and self._again is None and not self._closed:
            self._again = asyncio.get_running_loop().call_later(SHARE * (time.monotonic() - began), self._go_on)

    def _go_on(self) -> None:
        self._again = None
        self._overhear()

    def _send(self, lenses: Container[Lens], kind: str, offset: int, text: str) -> None:
        """Sends a token to those who look through these lenses, if any of them wants tokens."""
        d = self._draft
        if self._hub.wants_tokens(d.story, d.branch, lenses):
            tail = fields(
                branch=d.branch, turn=d.turn, line=d.line, speaker=d.speaker, kind=kind, offset=offset, text=text
            )
            self._hub.token(d.story, d.branch, lenses, tail)
