"""What the daemon writes of itself: rotated, in its home, without story text and without keys."""

import logging
import logging.handlers
import traceback
from collections import deque
from pathlib import Path

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


def set_up(home: Path) -> Recent:
    """Sends what is logged to HOME/logs/rpcd.log, and keeps the latest warnings."""
    folder = home / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        folder / "rpcd.log", maxBytes=LIMIT, backupCount=KEPT, encoding="utf-8", delay=True
    )
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    recent = Recent()
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
