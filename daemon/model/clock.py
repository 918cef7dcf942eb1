"""When to give up on an endpoint: the limits in time of one call, and which of them was reached."""

import asyncio

from protocol.model import Endpoint


class Clock:
    """Runs from `begin` on. A call that streams must begin to speak, go on speaking, and end.

    Silence is borne for `first_token_s` until the first word, reasoning included, and for `idle_s` after it. What comes
    without words, such as the comments that keep a connection open while a model loads or thinks, prevents that
    silence but is no reason to wait for ever: words must come within `idle_s` of the last ones or, before any prose,
    of the end of `first_token_s`. `total_s` is for the whole call.
    """

    def __init__(self, endpoint: Endpoint, *, streams: bool, total_s: float | None = None) -> None:
        self._endpoint, self._total_s = endpoint, total_s or endpoint.total_s
        self._streams = streams
        self._now = asyncio.get_running_loop().time
        self._words = 0
        self._prose = False
        self.begin()

    def begin(self) -> None:
        """Starts anew: what was needed to be able to ask is there."""
        self._began = self._alive = self._spoke = self._now()
        self._end = self._began + self._total_s

    def limit(self, seconds: float | None = None) -> asyncio.Timeout:
        """Bounds one wait: by all limits, or by as many seconds if that is sooner."""
        at = min(self._end, self._silent(), self._wordless()) if self._streams else self._end
        return asyncio.timeout_at(at if seconds is None else min(at, self._now() + seconds))

    def life(self, words: int, *, prose: bool) -> None:
        """Notes that something came (any byte is a sign of life), how many bytes of words there are by now, and whether
        there is prose among them."""
        self._alive = self._now()
        if words > self._words:
            self._words, self._prose, self._spoke = words, prose, self._alive

    def why(self) -> str:
        """Which limit was reached."""
        idle, first = self._endpoint.idle_s, self._endpoint.first_token_s
        if not self._streams or self._end <= min(self._silent(), self._wordless()):
            return f"took longer than {self._total_s:g} s in all (total_s)"
        if self._words:
            return f"fell silent for {idle:g} s (idle_s)"
        if self._silent() <= self._wordless():
            return f"said nothing for {first:g} s (first_token_s; big models may need longer)"
        return (
            f"kept the connection open and said nothing, for {first:g} s (first_token_s) and {idle:g} s (idle_s) more"
        )

    def _silent(self) -> float:
        """When not even a sign of life will have come for too long."""
        return self._alive + (self._endpoint.idle_s if self._words else self._endpoint.first_token_s)

    def _wordless(self) -> float:
        """When no word will have come for too long."""
        begun = self._spoke if self._prose else max(self._spoke, self._began + self._endpoint.first_token_s)
        return begun + self._endpoint.idle_s
