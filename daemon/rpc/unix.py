"""The door for this user's own programs: a Unix socket, one JSON text a line. Knows nothing of what is said."""

import asyncio
import fcntl
import os
import socket
import stat
import struct
import sys
import termios
from pathlib import Path
from typing import cast

from daemon.rpc.dispatch import Dispatcher, refuse
from daemon.rpc.messages import Refusal
from daemon.rpc.outbox import PAUSE_BYTES
from daemon.rpc.private import CannotOpen, own_directory
from daemon.rpc.session import RETRY_S, TRY_AGAIN_LATER, Session, dismiss
from protocol.catalogue import LIMITS
from protocol.errors import BUSY, Error
from protocol.places import LONGEST_SOCKET_PATH

CONNECT_S = 1.0

CONNECTIONS = 256
"""How many connections there may be at once."""


class AlreadyOpen(CannotOpen):
    """Another daemon answers on the socket."""


class UnixDoor:
    """The open socket and the sessions on it."""

    def __init__(self, path: Path, server: asyncio.Server, sessions: set[Session]) -> None:
        self.path, self.sessions = path, sessions
        self._server = server
        self._inode = path.stat().st_ino

    async def close(self, seconds: float = 2.0) -> None:
        """Takes no new connections, answers what is in flight for at most this long, and removes the socket."""
        self._server.close()
        if self.path.exists() and self.path.stat().st_ino == self._inode:
            self.path.unlink()
        await dismiss(self.sessions, seconds)


async def serve_unix(path: Path, dispatcher: Dispatcher, most: int = CONNECTIONS) -> UnixDoor:
    """Opens the socket with mode 0600 in a directory of mode 0700, both made here. Raises CannotOpen.

    `most` bounds the connections: one more is told so and closed.
    """
    listener = _bind(path)
    sessions: set[Session] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(lambda: _Lines(dispatcher, sessions, most), sock=listener)
    return UnixDoor(path, server, sessions)


class _Lines(asyncio.Protocol):
    """One connection: the pipe of its session."""

    _transport: asyncio.Transport
    _session: Session

    def __init__(self, dispatcher: Dispatcher, sessions: set[Session], most: int) -> None:
        self._dispatcher, self._sessions, self._most = dispatcher, sessions, most
        self._buffer = bytearray()
        self._searched = 0
        self._skipping = False
        self._waiting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._session = Session(self._dispatcher, self, "unix", self._sessions)
        self._transport.set_write_buffer_limits(high=PAUSE_BYTES, low=PAUSE_BYTES // 4)
        if peer_uid(transport.get_extra_info("socket")) != os.geteuid():
            self._transport.abort()
        elif len(self._sessions) > self._most:
            data = {"limit": self._most, "retry": RETRY_S}
            self.send(refuse(Refusal(None, Error(BUSY, "too many connections are open", data))))
            self._session.close()

    def data_received(self, data: bytes) -> None:
        """Takes the lines that are whole by now, for as long as the session takes messages."""
        if self._session.reading:
            self._buffer += data
        while self._session.reading:
            if self._session.crowded:
                self._pause()
                return
            end = self._buffer.find(b"\n", self._searched)
            if end < 0:
                self._keep_part()
                return
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._searched = 0
            if self._skipping:
                self._skipping = False
            else:
                self._session.receive(line)

    def eof_received(self) -> bool:
        # The other side may have closed only its half, as `nc -N` does: it still hears its answers.
        self._session.leave()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._session.disconnected()

    def resume_writing(self) -> None:
        self._session.relieved()

    def send(self, text: bytes) -> None:
        # In JSON a line break is only ever space between tokens: a document that was formatted may hold some.
        self._transport.write(text.replace(b"\n", b" ") + b"\n")

    def backlog(self) -> int:
        return self._transport.get_write_buffer_size()

    def unread(self) -> int:
        return self.backlog() + _in_the_kernel(self._transport.get_extra_info("socket"))

    def close(self, code: int, reason: str) -> None:
        if code == TRY_AGAIN_LATER:
            self._transport.abort()
        else:
            self._transport.close()

    def _keep_part(self) -> None:
        self._searched = len(self._buffer)
        if self._searched <= LIMITS["message_bytes"]:
            return
        if not self._skipping:
            self._session.receive_too_long()
        self._skipping = True
        self._buffer.clear()
        self._searched = 0

    def _pause(self) -> None:
        self._transport.pause_reading()
        self._waiting = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        await self._session.room()
        self._transport.resume_reading()
        self.data_received(b"")  # takes the lines that were left in the buffer


def peer_uid(connection: socket.socket) -> int:
    """The user at the other end of a Unix socket, as the kernel knows it."""
    if sys.platform == "linux":
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", credentials)[1])
    # macOS and the BSDs: `struct xucred` of <sys/ucred.h> (cr_version, cr_uid, ...), by LOCAL_PEERCRED at level 0.
    return int(struct.unpack_from("2I", connection.getsockopt(0, 1, 128))[1])


def _in_the_kernel(connection: socket.socket) -> int:
    """How much of what was sent the other side has not read yet, the kernel's own overhead included.

    Linux tells (SIOCOUTQ, which is TIOCOUTQ: unix(7)); elsewhere only what the kernel no longer takes is known of.
    """
    if sys.platform != "linux" or connection.fileno() < 0:
        return 0
    return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])


def _bind(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise CannotOpen(
            f"the socket's path is longer than {LONGEST_SOCKET_PATH} bytes, which is all that systems take: {path}. "
            "Choose a shorter one with --home or $FABULA_HOME."
        )
    own_directory(path.parent)
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # The mode must be right from the first moment, and there is no other way to give bind() one.
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError as wrong:
        listener.close()
        raise CannotOpen(f"cannot open the socket {path}: {wrong.strerror}") from wrong
    finally:
        os.umask(mask)
    listener.setblocking(False)
    return listener


def _remove_stale(path: Path) -> None:
    """Removes a socket that a daemon left behind. Raises CannotOpen for what is no socket, AlreadyOpen where a daemon
    holds the socket."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise CannotOpen(f"{path} is in the way and is no socket: move it elsewhere")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(CONNECT_S)
        try:
            caller.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except OSError:
            pass  # nobody takes the call, but somebody holds the socket: a daemon that is busy
    raise AlreadyOpen(f"another daemon answers on {path}")
