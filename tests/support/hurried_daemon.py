"""`python -m tests.support.hurried_daemon`: the daemon as it is, except that it waits less for a store.

For tests of locks, full disks and read-only homes, which would wait as long; all happens in the same order.
"""

import importlib

WAITS = {
    ("daemon.store.sqlite", "PATIENCE_S"): 0.2,  # first, since others take it over when they are imported
    ("daemon.turn.landing", "RETRY_S"): 0.1,
    ("daemon.turn.runner", "LANDING_S"): 3.0,
    ("daemon.live.upkeep", "EVERY_S"): 0.2,
}


def main() -> None:
    """Shortens the waits and hands over to the daemon's command line."""
    for (name, constant), seconds in WAITS.items():
        module = importlib.import_module(name)
        assert seconds < getattr(module, constant)
        setattr(module, constant, seconds)
    from daemon.__main__ import main as serve

    serve()


if __name__ == "__main__":
    main()
