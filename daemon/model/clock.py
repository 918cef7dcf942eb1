"""When to give up on an endpoint: the three limits in time of one call, and which of them was reached."""

import asyncio

from protocol.model import Endpoint


class Clock:
    """Runs from `begin` on. A call that streams must begin to speak, go on speaking, and end."""

    def __init__(self, endpoint: Endpoint, *, streams: bool, total_s: float | None = None) -> None:
        self._endpoint, self._total_s = endpoint, total_s or endpoint.total_s
        self._now = asyncio.get_running_loop().time
        self._patience = endpoint.first_token_s if streams else self._total_s
        self._spoke = False
        self.begin()

    def begin(self) -> None:
        """Starts anew: what was needed to be able to ask is there."""
        self._alive = self._now()
        self._end = self._alive + self._total_s

    def limit(self, seconds: float | None = None) -> asyncio.Timeout:
        """Bounds one wait: by all three limits, or by as many seconds if that is sooner."""
        at = min(self._end, self._alive + self._patience)
        return asyncio.timeout_at(at if seconds is None else min(at, self._now() + seconds))

    def life(self, spoke: bool) -> None:
        """Notes a sign of life (any byte is one); once it has spoken, silence is judged by `idle_s`."""
        self._alive = self._now()
        if spoke and not self._spoke:
            self._spoke, self._patience = True, self._endpoint.idle_s

    def why(self) -> str:
        """Which limit was reached."""
        if self._now() >= self._end:
            return f"took longer than {self._total_s:g} s in all (total_s)"
        if self._spoke:
            return f"fell silent for {self._endpoint.idle_s:g} s (idle_s)"
        return f"said nothing for {self._endpoint.first_token_s:g} s (first_token_s; big models may need longer)"
