"""The composition root: reads what was asked for, puts the daemon together, serves until it is told to stop."""

import argparse
import fcntl
import os
import sys
from pathlib import Path
from typing import NoReturn

from protocol.harmless import harmless
from protocol.places import PORT, home_dir
from protocol.version import FABULA

EX_TEMPFAIL = 75
"""What a second daemon on the same home exits with."""


def main(argv: list[str] | None = None) -> None:
    """`rpcd`: serves in the foreground; `install` and `uninstall` put it into the background for good, `pack` and
    `unpack` move a home to another machine; `backups` and `restore` are for a store that no daemon can serve."""
    os.umask(0o077)
    asked = _arguments(argv)
    home = home_dir(asked.home)
    if asked.command == "serve":
        _serve(home, asked)
        return
    if asked.command in ("pack", "unpack"):
        _move(home, asked)
        return
    if asked.command in ("backups", "restore"):
        _mend(home, asked)
        return
    from daemon import service

    lines = service.install(home, asked.port) if asked.command == "install" else service.uninstall()
    _say(lines)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rpcd", description="The Fabula daemon: serves one home.")
    parser.add_argument(
        "command",
        nargs="?",
        choices=("serve", "install", "uninstall", "pack", "unpack", "backups", "restore"),
        default="serve",
    )
    parser.add_argument(
        "file",
        nargs="?",
        help="the file to pack the home into, or to unpack; or the backup to restore, by number or name",
    )
    parser.add_argument("--yes", action="store_true", help="restore: do it, rather than say what it would change")
    parser.add_argument("--json", action="store_true", help="backups and restore: print the result as JSON")
    parser.add_argument("--home", help="the home directory (else $FABULA_HOME, else the platform's own place)")
    parser.add_argument("--port", type=int, help=f"the port of the web door, 0 for a free one (default {PORT})")
    parser.add_argument("--listen", default="127.0.0.1", metavar="ADDR", help="the address of the web door")
    parser.add_argument("--accept-tail", action="store_true", help="go on although the end of the log was lost")
    parser.add_argument("--version", action="version", version=f"fabula {FABULA}")
    return parser.parse_args(argv)


def _move(home: Path, asked: argparse.Namespace) -> None:
    """Packs the home into a file, or makes it from one."""
    from daemon.moving import CannotMove, pack, unpack

    if not asked.file:
        _give_up(f"name the file: rpcd {asked.command} FILE", 2)
    file = Path(asked.file).expanduser().absolute()
    try:
        lines = pack(home, file) if asked.command == "pack" else unpack(file, home)
    except CannotMove as why:
        _give_up(str(why))
    _say(lines)


def _mend(home: Path, asked: argparse.Namespace) -> None:
    """Lists the backups or restores one, where no daemon serves the home."""
    import msgspec

    from daemon.mending import backups, lines_of, restore
    from daemon.store.sqlite import Unfit
    from protocol.errors import Fault

    if not home.is_dir():
        _give_up("there is no such home")
    if asked.command == "restore" and not asked.file:
        _give_up("name the backup, by its number or its name: rpcd restore 1", 2)
    _lock(home)
    try:
        done = restore(home, asked.file, asked.yes) if asked.command == "restore" else backups(home)
    except Fault as fault:
        _give_up(fault.message)
    except Unfit as unfit:
        _give_up(str(unfit))
    _say([msgspec.json.encode(done).decode()] if asked.json else lines_of(done))


def _serve(home: Path, asked: argparse.Namespace) -> None:
    """Runs the daemon while holding the home's lock."""
    _lock(home)
    import asyncio

    from daemon.root import Settings, run

    port = PORT if asked.port is None else asked.port
    why = asyncio.run(run(Settings(home, asked.listen, port, asked.accept_tail, FABULA)))
    if why:
        _give_up(why)


def _lock(home: Path) -> None:
    """Takes the home's lock, until the process ends."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(home / "rpcd.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as wrong:
        _give_up(f"the home directory cannot be used: {wrong.strerror}")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _give_up("another rpcd serves this home already; `rpc` talks to it", EX_TEMPFAIL)


def _say(lines: list[str]) -> None:
    """Prints lines that may quote a file from elsewhere."""
    sys.stdout.write("".join(f"{harmless(line)}\n" for line in lines))


def _give_up(why: str, code: int = 1) -> NoReturn:
    sys.stderr.write(f"rpcd: {harmless(why)}\n")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
