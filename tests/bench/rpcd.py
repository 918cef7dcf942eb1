"""The daemon as a process to measure, and a client of its Unix socket that costs as little as a client can."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from protocol.places import SOCKET, daemon_program, runtime_dir

PATIENCE = 60.0
SETTLED_S = 5.0
"""After so long the daemon has loaded what it loads late."""

ROOT = Path(__file__).parents[2]


class Line:
    """A blocking connection: one request, one answer."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        try:
            self._socket.connect(str(path))
        except BaseException:
            self._socket.close()
            raise

    def timed(self, method: str, **params: Any) -> tuple[float, Any]:
        """The seconds from the request to its whole answer, and the result. Raises RuntimeError for an error."""
        request = msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + b"\n"
        began = time.perf_counter()
        self._socket.sendall(request)
        answer = self._socket.recv(262144)
        while not answer.endswith(b"\n"):
            more = self._socket.recv(262144)
            if not more:
                raise ConnectionError("the daemon hung up")
            answer += more
        seconds = time.perf_counter() - began
        told = msgspec.json.decode(answer)
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']}")
        return seconds, told["result"]

    def call(self, method: str, **params: Any) -> Any:
        """The result."""
        return self.timed(method, **params)[1]

    def close(self) -> None:
        self._socket.close()


def start(home: Path, **environ: str) -> "subprocess.Popen[bytes]":
    """Starts the daemon and does not wait for it."""
    return subprocess.Popen(
        [*daemon_program(), "--home", str(home), "--port", "0"],
        stdout=subprocess.PIPE, stderr=sys.stderr, cwd=ROOT, env={**os.environ, **environ},
    )  # fmt: skip


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ends it in order."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    finally:
        process.kill()
        assert process.stdout
        process.stdout.close()


@contextlib.contextmanager
def running(home: Path, **environ: str) -> Iterator[dict[str, Any]]:
    """A daemon on this home that has settled: what it said when it began to serve."""
    unchecked = (home / "store" / "fabula.db").exists()
    process = start(home, **environ)
    try:
        assert process.stdout
        line = process.stdout.readline()
        if not line.startswith(b"ready "):
            raise RuntimeError(f"the daemon did not start: {line!r}")
        time.sleep(SETTLED_S)
        end = time.monotonic() + PATIENCE
        while unchecked and not (home / "store" / "health.json").exists() and time.monotonic() < end:
            time.sleep(0.1)  # a store is checked once as a whole, by a process that reads all of it
        yield msgspec.json.decode(line.removeprefix(b"ready "))
    finally:
        stop(process)


def first_answer(home: Path) -> Any:
    """What the daemon that is starting answers to `status` as soon as it can be asked."""
    path, end = runtime_dir(home) / SOCKET, time.monotonic() + PATIENCE
    while True:
        try:
            line = Line(path)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.002)
            continue
        try:
            return line.call("status")
        finally:
            line.close()
