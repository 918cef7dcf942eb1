"""`rpc`, also called `fabula`, or `python -m client`: hands over to the command line."""

import atexit
import gc
import sys
from pathlib import Path

from client.cli.main import rpc


def main() -> None:
    """Runs `rpc` with the arguments of the process, under the name it was called by; exits with its code."""
    atexit.register(gc.freeze)  # all ends: to look through it for garbage first takes a sixth of a short command
    called = Path(sys.argv[0]).name
    rpc(prog_name="rpc" if called == "__main__.py" else called)


if __name__ == "__main__":
    main()
