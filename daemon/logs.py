"""What the daemon writes of itself: rotated, in its home, without story text and without keys."""

import asyncio
import logging
import logging.handlers
import traceback
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Any

LIMIT = 1024 * 1024
"""Bytes of a log file before the next one is begun."""

KEPT = 3
"""Old log files that are kept."""


class Recent(logging.Handler):
    """Keeps the latest warnings for `status`."""

    def __init__(self, most: int = 20) -> None:
        super().__init__(logging.WARNING)
        self.lines: deque[str] = deque(maxlen=most)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Discreet(logging.Formatter):
    """Writes of an exception where it happened and its kind, but no message: that may quote a story or a key."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another formatter made of it
        return super().format(record)

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "\n".join(f"{kind}\n{where}" for kind, where in _told(ei[1]))


def set_up(home: Path) -> Recent:
    """Sends what is logged to HOME/logs/rpcd.log, and keeps the latest warnings."""
    folder = home / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        folder / "rpcd.log", maxBytes=LIMIT, backupCount=KEPT, encoding="utf-8", delay=True
    )
    file.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    recent = Recent()
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
    for kind, where in _told(wrong):
        log.error("%s failed with %s\n%s", what, kind, where)


def log_stray(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs what asyncio has to report of a task or a connection; its own report would show what these hold."""
    log = logging.getLogger(__name__)
    if isinstance(wrong := context.get("exception"), BaseException):
        log_fault(log, "a task or a connection", wrong)
    else:
        log.error("asyncio reports a fault of a task or a connection")


def _told(wrong: BaseException | None) -> list[tuple[str, str]]:
    """The kind and the place of an exception and of those that it came of."""
    told = []
    while wrong is not None:
        told.append((type(wrong).__qualname__, "".join(traceback.format_tb(wrong.__traceback__))))
        wrong = wrong.__cause__ or wrong.__context__
    return told
