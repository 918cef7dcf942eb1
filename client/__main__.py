"""`rpc`, or `python -m client`: hands over to the command line."""

import atexit
import gc

from client.cli.main import rpc


def main() -> None:
    """Runs `rpc` with the arguments of the process; exits with its code."""
    atexit.register(gc.freeze)  # all ends: to look through it for garbage first takes a sixth of a short command
    rpc(prog_name="rpc")


if __name__ == "__main__":
    main()
