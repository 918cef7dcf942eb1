"""Tells what a model thinks from what it says, where both come in one text, wherever the pieces break. Pure.

Models mark it in many ways, all of them known here whatever the endpoint: `<think>` and its kin in any case of letters
and with attributes, `[THINK]` (Mistral), `◁think▷` (Kimi), `<unused94>` and `<|channel>` (Gemma),
`<|begin_of_thought|>`, `<|START_THINKING|>` (Cohere), and the channels of gpt-oss, of which only `final` is said. Other
marks of the form `<|…|>` are those of a template: neither said nor thought. Not known is thinking without any mark.
"""

import re
from typing import Literal

from protocol.model import Delta

UNSAID = Delta("unsaid", "")
"""All that was said so far was thought: the end of it has come, and its beginning was never marked."""

_NAMES = r"(?:[a-z]{1,20}[:_])?think(?:ing)?|thoughts?|reasoning|reflection|analysis"
_MARK = re.compile(
    rf"<\s{{0,3}}(?P<close>/)?\s{{0,3}}(?:{_NAMES})(?:\s[^<>]{{0,200}}?)?(?P<empty>/)?>"
    r"|(?P<square>(?-i:\[(?P<square_close>/)?THINK\]))"
    r"|◁(?P<kimi_close>/)?think▷"
    r"|<unused9(?P<unused>[45])>"
    r"|<\|channel>|(?P<channel_close><channel\|>)"
    r"|<\|(?P<special>/?[a-z0-9_]{1,40})\|>",
    re.IGNORECASE,
)
_OPENER = re.compile(r"[<\[◁]")
_BEGUN = re.compile(
    rf"<\s{{0,3}}/?\s{{0,3}}(?:[a-z]{{0,20}}(?:[:_][a-z]{{0,10}})?|(?:{_NAMES})(?:\s[^<>]{{0,200}}|/)|unused9?[45]?|channel\|)"
    r"|<\|/?[a-z0-9_]{0,40}\|?|(?-i:\[/?(?:T(?:H(?:I(?:NK?)?)?)?)?)|◁/?[a-z]{0,5}",
    re.IGNORECASE,
)
_LONGEST_BEGUN = 240

_OPEN = ("begin_of_thought", "start_thinking", "begin_of_reasoning", "think", "thinking")
_CLOSE = ("end_of_thought", "end_thinking", "end_of_reasoning", "/think")
_OVER = ("end", "return", "call")
_LONGEST_HEADER = 100

Mode = Literal["text", "reasoning", "header"]


class Thinking:
    """Splits content into prose and reasoning. `unopened` where reasoning ended that nothing had begun, since the
    template had begun it in the prompt: then the next reply is best `presumed` to begin with reasoning, too.

    What is presumed to be reasoning and comes to no mark was prose, and is given as such at the end.
    """

    def __init__(self, *, presumed: bool = False) -> None:
        self.unopened = False
        self._held = self._header = ""
        self._mode: Mode = "reasoning" if presumed else "text"
        self._presumed: list[str] | None = [] if presumed else None
        self._fresh = True
        self._said = self._final = False

    def feed(self, text: str) -> list[Delta]:
        """Deltas for what can be told apart so far; the beginning of a possible mark is held back."""
        if self._held:
            text, self._held = self._held + text, ""
        if not _OPENER.search(text):
            return self._note(self._delta(text))
        deltas: list[Delta] = []
        at = 0
        for mark in _MARK.finditer(text):
            deltas += self._delta(text[at : mark.start()])
            deltas = self._marked(mark, deltas)
            self._fresh, at = True, mark.end()
        rest = text[at:]
        begun = next(
            (m.start() for m in _OPENER.finditer(rest, max(0, len(rest) - _LONGEST_BEGUN)) if _may(rest, m)), None
        )
        if begun is not None:
            rest, self._held = rest[:begun], rest[begun:]
        return self._note(deltas + self._delta(rest))

    def apart(self) -> None:
        """What is thought comes beside the content, so that all of the content is said."""
        if self._presumed is not None:
            self._presumed, self._mode = None, "text"

    def end(self) -> list[Delta]:
        """What was held back: it was no mark after all."""
        held, self._held = self._held, ""
        deltas = self._delta(held)
        if self._presumed is not None:
            self._mode, self._fresh = "text", True
            return self._delta("".join(self._presumed))
        return deltas

    def _marked(self, mark: re.Match[str], deltas: list[Delta]) -> list[Delta]:
        """What the deltas are once a mark has come."""
        special = (mark["special"] or "").lower()
        if (
            mark["close"]
            or mark["square_close"]
            or mark["kimi_close"]
            or mark["channel_close"]
            or mark["unused"] == "5"
        ):
            return self._closed(deltas)
        if special in _CLOSE:
            return self._closed(deltas)
        if special in ("start", "channel"):
            self._mode, self._header = "header", ""
        elif special == "message":
            return self._begun(deltas)
        elif special in _OVER:
            if self._mode == "reasoning" and self._presumed is None:
                self._mode = "text"
        elif (special in _OPEN or not special) and not mark["empty"]:
            self._mode, self._presumed = "reasoning", None
        return deltas

    def _closed(self, deltas: list[Delta]) -> list[Delta]:
        if self._presumed is not None:
            self.unopened, self._presumed = True, None
        elif self._mode == "text":
            deltas = self._taken_back(deltas)
        self._mode = "text"
        return deltas

    def _begun(self, deltas: list[Delta]) -> list[Delta]:
        """A message begins, in the channel that its header names, if it names one."""
        header = self._header.strip().lower()
        final = header in ("", "assistant") or header.startswith("final")
        if self._presumed is not None:
            self.unopened = final and bool(self._presumed)
        elif final and header and not self._final:
            deltas = self._taken_back(deltas)
        self._mode, self._final, self._presumed = "text" if final else "reasoning", self._final or final, None
        return deltas

    def _taken_back(self, deltas: list[Delta]) -> list[Delta]:
        """All that was said is thought."""
        said = self._said or any(d.kind == "text" for d in deltas)
        self.unopened = self.unopened or said
        thought = [Delta("reasoning", d.text) if d.kind == "text" else d for d in deltas]
        before, self._said = self._said, False
        return [*([UNSAID] if before else []), *thought]

    def _note(self, deltas: list[Delta]) -> list[Delta]:
        if not self._said:
            self._said = any(d.kind == "text" for d in deltas)
        return deltas

    def _delta(self, text: str) -> list[Delta]:
        if self._mode == "header":
            self._header += text
            if len(self._header) <= _LONGEST_HEADER:
                return []
            text, self._header, self._mode = self._header, "", "text"  # it was none
        if self._fresh:  # blank lines around a mark, or before the first word, are not prose
            text = text.lstrip()
        if not text:
            return []
        self._fresh = False
        if self._presumed is not None:
            self._presumed.append(text)
        return [Delta("reasoning" if self._mode == "reasoning" else "text", text)]


def _may(text: str, opener: re.Match[str]) -> bool:
    """Whether what begins here and reaches to the end of the text may become a mark."""
    return _BEGUN.fullmatch(text, opener.start()) is not None
