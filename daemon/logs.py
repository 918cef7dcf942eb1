"""What the daemon writes of itself: rotated, in its home, without story text and without keys."""

import logging
import logging.handlers
import os
import sys
import traceback
from collections import deque
from io import TextIOWrapper
from pathlib import Path

from daemon.files import is_in_the_way

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
        self._lines.append(record.getMessage())

    @property
    def lines(self) -> list[str]:
        """What is to be told: that nothing is logged, if so, and the latest warnings."""
        why = self._file.trouble
        return [f"the log file cannot be written: {why}; see to the folder `logs` of the home"] * bool(why) + [
            *self._lines
        ]


def set_up(home: Path) -> Recent:
    """Sends what is logged to HOME/logs/rpcd.log, and keeps the latest warnings. Raises nothing."""
    file = File(home / "logs" / "rpcd.log")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    recent = Recent(file)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(file)
    root.addHandler(recent)
    # These tell of requests, and so of prompts, at lower levels.
    for name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "aiosqlite", "jsonrpcserver", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return recent


def log_fault(log: logging.Logger, what: str, wrong: BaseException) -> None:
    """Logs where a fault of ours happened and of what kind it was, but no message: that may quote a story or a key."""
    told: BaseException | None = wrong
    while told is not None:
        where = "".join(traceback.format_tb(told.__traceback__))
        log.error("%s failed with %s\n%s", what, type(told).__qualname__, where)
        told = told.__cause__ or told.__context__
