"""What the daemon writes of itself: rotated, in its home, without story text and without keys."""

import asyncio
import logging
import logging.handlers
import os
import sys
import traceback
from collections import deque
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any

from daemon.atomic import is_in_the_way

LIMIT = 1024 * 1024
"""Bytes of a log file before the next one is begun."""

KEPT = 3
"""Old log files that are kept."""


class File(logging.handlers.RotatingFileHandler):
    """The log file. Where it cannot be written, what is logged is lost, and `trouble` says why until it can again."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=LIMIT, backupCount=KEPT, encoding="utf-8", delay=True)
        self.path, self.trouble = path, ""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record, or takes note of why it cannot be written. Raises nothing."""
        self.trouble = ""
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Keeps a failure off standard error, where a traceback would go."""
        wrong = sys.exc_info()[1]
        self.trouble = (wrong.strerror if isinstance(wrong, OSError) else "") or type(wrong).__name__

    def _open(self) -> TextIOWrapper:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_in_the_way(self.path):  # to open a pipe would wait for its reader
            raise OSError(0, "something else lies there")
        return open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8")  # noqa: PTH123 - a mode


class Recent(logging.Handler):
    """Keeps the latest warnings for `status`, and knows whether the log `file` can be written."""

    def __init__(self, file: File, most: int = 20) -> None:
        super().__init__(logging.WARNING)
        self._lines: deque[str] = deque(maxlen=most)
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage().partition("\n")[0])

    @property
    def lines(self) -> list[str]:
        """What is to be told: that nothing is logged, if so, and the latest warnings."""
        why = self._file.trouble
        return [f"the log file cannot be written: {why}; see to the folder `logs` of the home"] * bool(why) + [
            *self._lines
        ]


class Discreet(logging.Formatter):
    """Writes of an exception where it happened and its kind, but no message: that may quote a story or a key."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another formatter made of it
        return super().format(record)

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "\n".join(f"{kind}\n{where}" for kind, where in _kinds_and_places(ei[1]))


def set_up(home: Path) -> Recent:
    """Sends what is logged to HOME/logs/rpcd.log, and keeps the latest warnings. Raises nothing."""
    file = File(home / "logs" / "rpcd.log")
    file.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    recent = Recent(file)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(file)
    root.addHandler(recent)
    hush()
    return recent


def hush() -> None:
    """Keeps libraries from logging what is asked and answered."""
    # These tell of requests, and so of prompts, at lower levels.
    for name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "aiosqlite", "jsonrpcserver", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Of what comes in over HTTP it would quote what it does not like. What there is to say of that, the doors say.
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)


def log_fault(log: logging.Logger, what: str, wrong: BaseException) -> None:
    """Logs where a fault of ours happened and of what kind it was, but no message: that may quote a story or a key."""
    for kind, where in _kinds_and_places(wrong):
        log.error("%s failed with %s\n%s", what, kind, where)


def log_stray(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs what asyncio has to report of a task or a connection; its own report would show what these hold."""
    log = logging.getLogger(__name__)
    if isinstance(wrong := context.get("exception"), BaseException):
        log_fault(log, "a task or a connection", wrong)
    else:
        log.error("asyncio reports a fault of a task or a connection")


def _kinds_and_places(wrong: BaseException | None) -> list[tuple[str, str]]:
    """The kind and the place of an exception and of those that it came of."""
    found = []
    while wrong is not None:
        found.append((type(wrong).__qualname__, "".join(traceback.format_tb(wrong.__traceback__))))
        wrong = wrong.__cause__ or wrong.__context__
    return found
