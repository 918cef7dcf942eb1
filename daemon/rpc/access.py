"""Who may come in over the web: the token, and the Host and Origin that a request must name. Opens no socket."""

import hmac
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from daemon.files import write_whole
from daemon.rpc.private import is_own_file, own_directory
from daemon.rpc.session import UNAUTHORISED_CLOSE, Session

TOKEN_BYTES = 32
_WRITTEN_LENGTH = len(secrets.token_urlsafe(TOKEN_BYTES))


class Access:
    """The token in its file (256 bits, URL-safe text), and the sessions that were let in with it."""

    def __init__(self, file: Path) -> None:
        """Takes the token that is there; makes one where there is none, or where others could have read it.

        Raises CannotOpen or OSError where that cannot be.
        """
        own_directory(file.parent)
        self._file = file
        self._sessions: set[Session] = set()
        kept = file.read_text("ascii", errors="replace").strip() if is_own_file(file) else ""
        self._token = kept
        if len(kept) != _WRITTEN_LENGTH:
            self._renew()

    def admits(self, token: str | None) -> bool:
        """Whether this is the token; takes the same time however much of it is right."""
        return token is not None and hmac.compare_digest(token.encode(), self._token.encode())

    def hold(self, session: Session) -> None:
        """Remembers that the session came in with the present token."""
        if session not in self._sessions:
            self._sessions.add(session)
            session.on_close(lambda: self._sessions.discard(session))

    def rotate(self) -> None:
        """Replaces the token, and closes the sessions that used the old one. Raises OSError."""
        self._renew()
        for session in tuple(self._sessions):
            session.close(UNAUTHORISED_CLOSE, "the token was replaced")

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

    def refuse(self, hosts: Sequence[str], origins: Sequence[str]) -> str | None:
        """Why a request with these Host and Origin headers is not served; None where it is.

        The Host defeats DNS rebinding. A request without an Origin is not a page's, and the token decides.
        """
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return "this Host is not served here"
        if origins and (len(origins) != 1 or origins[0] not in self.origins):
            return "this Origin is not admitted; `web.origins` in config.toml names those that are"
        return None
