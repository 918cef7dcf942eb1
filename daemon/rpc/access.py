"""Who may come in over the web: the token, and the Host and Origin that a request must name. Opens no socket."""

import asyncio
import hmac
import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from daemon.atomic import write_whole
from daemon.rpc.private import is_own_file, own_directory
from daemon.rpc.session import UNAUTHORISED_CLOSE

TOKEN_BYTES = 32

FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 2.0
"""What the first wrong token waits for its answer, and the most that any does; each waits twice as long as the last."""

FORGETS_S = 60.0
"""After so long without a wrong token the next is the first again."""

_WRITTEN_LENGTH = len(secrets.token_urlsafe(TOKEN_BYTES))


class Holder(Protocol):
    """A connection that was let in with the token."""

    def on_close(self, callback: Callable[[], None]) -> None:
        """Has `callback` called once when the connection ends, or at once if it has ended."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the connection."""


class Access:
    """The token in its file (256 bits, URL-safe text), and the connections that were let in with it."""

    def __init__(self, file: Path) -> None:
        """Takes the token that is there; makes one where there is none, or where others could have read it.

        Raises CannotOpen or OSError where that cannot be.
        """
        own_directory(file.parent)
        self._file = file
        self._callers: set[Holder] = set()
        kept = file.read_text("ascii", errors="replace").strip() if is_own_file(file) else ""
        self._wrong, self._latest = 0, -FORGETS_S
        self._token = kept
        if len(kept) != _WRITTEN_LENGTH:
            self._renew()

    def admits(self, token: str | None) -> bool:
        """Whether this is the token; takes the same time however much of it is right."""
        # A header that is not UTF-8 comes as a text with lone surrogates.
        given = (token or "").encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, self._token.encode())

    async def discourage(self) -> None:
        """Waits before a wrong token is answered, the longer the more came of late. Nobody else is kept waiting."""
        now = time.monotonic()
        self._wrong = self._wrong + 1 if now - self._latest < FORGETS_S else 0
        self._latest = now
        await asyncio.sleep(min(FIRST_WAIT_S * 2 ** min(self._wrong, 10), LONGEST_WAIT_S))

    def hold(self, caller: Holder) -> None:
        """Remembers that the caller came in with the present token."""
        if caller not in self._callers:
            self._callers.add(caller)
            caller.on_close(lambda: self._callers.discard(caller))

    def rotate(self) -> None:
        """Replaces the token, and closes the connections that used the old one. Raises OSError."""
        self._renew()
        for caller in tuple(self._callers):
            caller.close(UNAUTHORISED_CLOSE, "the token was replaced")

    def _renew(self) -> None:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        write_whole(self._file, token.encode() + b"\n")
        self._token = token


class Addresses:
    """The names under which the web door is reached, and the origins whose pages may use it. Both are exact."""

    def __init__(self, listen: str, port: int, origins: Iterable[str]) -> None:
        """`origins` as configured, such as `https://my.frontend.example`, or `null`."""
        own = f"[{listen}]" if ":" in listen else listen
        self.hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]", own))
        self.origins = frozenset(f"http://{host}" for host in self.hosts) | frozenset(origins)

    def refuse(self, hosts: Sequence[str], origins: Sequence[str], target: str = "/") -> str | None:
        """Why a request with these Host and Origin headers is not served; None where it is.

        The Host defeats DNS rebinding; `target`, as in the request's first line, may not name another one. A request
        without an Origin is not a page's, and the token decides.
        """
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return "this Host is not served here"
        if not target.startswith("/") and not re.match(rf"(?i:http)://{re.escape(hosts[0])}(/|\?|$)", target):
            return "the request's first line names another host than its Host"
        if origins and (len(origins) != 1 or origins[0] not in self.origins):
            return "this Origin is not admitted; `web.origins` in config.toml names those that are"
        return None

    def refuse_site(self, sites: Sequence[str], origins: Sequence[str]) -> str | None:
        """Why a request with these Sec-Fetch-Site headers is not served; None where it is, or where there are none.

        A browser sends them with all that a page asks for, also where it sends no Origin. `origins` are admitted ones.
        """
        if origins or all(site in ("same-origin", "none") for site in sites):
            return None
        return "another site's page asked for this; `web.origins` in config.toml names those that may"
