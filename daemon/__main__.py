"""The composition root: reads what was asked for, puts the daemon together, serves until it is told to stop."""

import argparse
import contextlib
import gc
import ipaddress
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from protocol.harmless import harmless
from protocol.places import PORT, home_dir
from protocol.version import FABULA

if TYPE_CHECKING:
    from daemon.home.hold import Hold

EX_TEMPFAIL = 75
"""What a second daemon on the same home exits with."""


GARBAGE = (10_000, 20, 50)
"""The thresholds of `gc`: a turn makes thousands of objects, and hardly one of them goes in circles."""


def main(argv: list[str] | None = None) -> None:
    """`rpcd`: serves in the foreground; `install` and `uninstall` put it into the background for good, `pack` and
    `unpack` move a home to another machine; `backups` and `restore` are for a store that no daemon can serve.

    Whatever goes wrong is told in a sentence: no traceback reaches whoever started it.
    """
    os.umask(0o077)
    asked = _arguments(argv)
    try:
        _do(_home(asked.home), asked)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as wrong:  # noqa: BLE001 - the last resort
        _give_up(_unforeseen(wrong))


def _do(home: Path, asked: argparse.Namespace) -> None:
    if asked.command == "serve":
        _serve(home, asked)
        return
    if asked.command in ("pack", "unpack"):
        _move(home, asked)
        return
    if asked.command in ("backups", "restore"):
        _mend(home, asked)
        return
    from daemon.home import service

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
    parser.add_argument("--port", type=_port, help=f"the port of the web door, 0 for a free one (default {PORT})")
    parser.add_argument("--any-port", action="store_true", help="take a free port where another program has that one")
    parser.add_argument(
        "--listen", type=_address, default="127.0.0.1", metavar="ADDR", help="the address of the web door"
    )
    parser.add_argument("--accept-tail", action="store_true", help="go on although the end of the log was lost")
    parser.add_argument("--version", action="version", version=f"fabula {FABULA}")
    return parser.parse_args(argv)


def _port(given: str) -> int:
    if not given.isdecimal() or len(given) > 5 or int(given) > 0xFFFF:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535; 0 takes a free one")
    return int(given)


def _address(given: str) -> str:
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        why = "give an IP address of this machine, such as 127.0.0.1 or ::1, not a name"
        raise argparse.ArgumentTypeError(why) from None


def _home(given: str | None) -> Path:
    """The home that was asked for. Gives up on what no directory can be."""
    if given == "":
        _give_up("--home is empty: name a directory, or leave it out", 2)
    try:
        home = home_dir(given)
    except (OSError, RuntimeError):  # links that lead round in circles; the home of a user that is not there
        _give_up("the home directory cannot be found: name another one with --home")
    if not str(home).isprintable():
        _give_up("the home directory's name is not plain UTF-8 text: name another one with --home")
    return home


def _move(home: Path, asked: argparse.Namespace) -> None:
    """Packs the home into a file, or makes it from one."""
    from daemon.files.pack import CannotMove, pack, unpack

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

    from daemon.backups.offline import backups, lines_of, restore
    from daemon.store.sqlite import Unfit
    from protocol.errors import Fault

    if not home.is_dir():
        _give_up("there is no such home")
    if asked.command == "restore" and not asked.file:
        _give_up("name the backup, by its number or its name: rpcd restore 1", 2)
    _hold = _held(home)
    try:
        done = restore(home, asked.file, asked.yes) if asked.command == "restore" else backups(home)
    except Fault as fault:
        _give_up(fault.message)
    except Unfit as unfit:
        _give_up(str(unfit))
    _say([msgspec.json.encode(done).decode()] if asked.json else lines_of(done))


def _serve(home: Path, asked: argparse.Namespace) -> None:
    """Runs the daemon while holding the home."""
    hold = _held(home)
    gc.disable()  # what is loaded stays to the end: to look through it for garbage takes a quarter of a start
    import asyncio

    from daemon.app.build import Settings
    from daemon.app.serve import run

    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    port = PORT if asked.port is None else asked.port
    why = asyncio.run(run(Settings(home, asked.listen, port, asked.any_port, asked.accept_tail, FABULA), hold))
    gc.freeze()  # the process ends, and with it all of this
    if why:
        _give_up(why)


def _held(home: Path) -> "Hold":
    """The hold on a home, until the process ends."""
    from daemon.home.hold import Held, Hold

    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Hold(home)
    except Held:
        _give_up("another rpcd serves this home already; `rpc` talks to it", EX_TEMPFAIL)
    except OSError as wrong:
        _give_up(f"the home directory cannot be used: {wrong.strerror}")


def _say(lines: list[str]) -> None:
    """Prints lines that may quote a file from elsewhere."""
    sys.stdout.write("".join(f"{harmless(line)}\n" for line in lines))


def _unforeseen(wrong: Exception) -> str:
    """What is said of a failure that nothing else has a sentence for; where it happened goes into the log."""
    from daemon.logs import log_fault

    tells = ""
    if logging.getLogger().handlers:  # else it would go to standard error
        log_fault(logging.getLogger(__name__), "rpcd", wrong)
        tells = " logs/rpcd.log in the home tells more."
    last = traceback.extract_tb(wrong.__traceback__)[-1]
    why = (isinstance(wrong, OSError) and wrong.strerror) or type(wrong).__name__
    return (
        f"it ended with a failure that was not foreseen ({why}, {Path(last.filename).name} line {last.lineno}).{tells} "
        "Try again; `rpc backups` lists the backups, should that be of no use"
    )


def _give_up(why: str, code: int = 1) -> NoReturn:
    with contextlib.suppress(OSError):
        sys.stderr.write(f"rpcd: {harmless(why)}\n")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
