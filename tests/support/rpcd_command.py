"""`rpcd` in a thread of the test's own process: for commands that end by themselves, and starts that fail.

It is the program from its arguments to its exit code and last words; only that nothing has to be loaded for it. What it
leaves to the end of its process (the hold on a home, the log, the mask of files) is undone here.
"""

import contextlib
import gc
import io
import logging
import os
import threading
from collections.abc import Iterator
from unittest.mock import patch

from daemon.__main__ import main
from daemon.home import hold
from tests.support.rpc_command import Done

PATIENCE = 60.0
"""Seconds until it must have ended."""


class Let(hold.Hold):
    """A hold that can be let go of."""

    all: "list[Let]" = []  # noqa: RUF012 - those of the command that runs

    def __init__(self, home: os.PathLike[str]) -> None:
        self.all.append(self)
        super().__init__(home)  # type: ignore[arg-type]

    def go(self) -> None:
        """Lets go of the home."""
        for file in (getattr(self, name, -1) for name in ("_folder", "_file")):
            if file >= 0:
                os.close(file)


def rpcd(*args: str) -> Done:
    """Runs `rpcd` with these arguments. Raises AssertionError where it goes on serving or ends with an exception."""
    out, err, ended = io.StringIO(), io.StringIO(), list[object]()

    def run() -> None:
        try:
            main([*args])
            ended.append(0)
        except SystemExit as end:
            ended.append(end.code)

    with undone(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(PATIENCE)
    assert ended, f"it did not end as it should; it said: {err.getvalue()}"
    return Done(ended[0] or 0, out.getvalue(), err.getvalue())  # type: ignore[arg-type]


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Undoes at its end what the program does once in a process."""
    root, mask = logging.getLogger(), os.umask(0o077)
    level, handlers = root.level, root.handlers[:]
    try:
        with patch.object(hold, "Hold", Let):
            yield
    finally:
        os.umask(mask)
        for handler in set(root.handlers) - set(handlers):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
        while Let.all:
            Let.all.pop().go()
        gc.unfreeze()
        gc.enable()
