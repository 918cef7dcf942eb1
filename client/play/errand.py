"""One errand from the command line: connects, does it, and tells of trouble in one line."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import click

from client.show.trouble import TROUBLE, sentence, tell
from client.text.plain import harmless_json
from client.wire import process
from client.wire.connection import Connection
from client.wire.version import mismatch
from protocol import places
from protocol.harmless import harmless

T = TypeVar("T")


def errand(
    home: Path,
    work: Callable[[Connection], Awaitable[T]],
    note: Callable[..., None] = lambda *_: None,
    patient: bool = True,
) -> T:
    """What comes of the work on a connection; the daemon is started if none answers. Exits with 1 on trouble.

    Where the daemon is busy this waits for it, unless it is not to be `patient`.
    """

    async def go() -> T:
        await process.wake(home, progress)
        progress("")
        connection = Connection(home, note)
        connection.waiting = waiting if patient else None
        try:
            await connection.open()
            if warning := mismatch(connection.hello):
                say(warning, sys.stderr)
            return await work(connection)
        finally:
            await connection.close()

    return run(go())


def run(work: Coroutine[Any, Any, T]) -> T:
    """What comes of a coroutine. Trouble is said on stderr, and ends the program with 1."""
    result: T = attempt(asyncio.run, work)
    return result


def attempt(work: Callable[..., T], *args: Any) -> T:
    """What comes of calling `work`. Trouble is said on stderr, and ends the program with 1."""
    try:
        return work(*args)
    except TROUBLE as trouble:
        fail(tell(trouble, "rpc "))
    except OSError as trouble:
        fail(f"{trouble.strerror or trouble}: {trouble.filename}" if trouble.filename else str(trouble))


def unserved(home: Path) -> bool:
    """Whether no daemon serves this home, and none can be started; that is then said, with why."""

    def woken() -> bool:
        try:
            asyncio.run(process.wake(home, progress))
        except process.NotStarted as why:
            progress("")
            say(f"{sentence(str(why).partition(';')[0])} Its backups still work.", sys.stderr)
            return False
        return True

    return not attempt(woken)


def fail(message: str) -> NoReturn:
    """Ends the program with 1 and this line."""
    raise click.ClickException(harmless(message))


def call(home: Path, method: str, **params: Any) -> dict[str, Any]:
    """The result of one call; params that are None are left out."""
    given = {k: v for k, v in params.items() if v is not None}
    return errand(home, lambda connection: connection.call(method, **given))


def show(result: Any, raw: bool, lines: Callable[[Any], list[str]]) -> None:
    """Prints a result: as JSON if wanted raw, else as lines for people."""
    if raw:
        say(harmless_json(result, indent=2 if sys.stdout.isatty() else None))
        return
    for line in lines(result):
        say(line)


def say(line: str, where: TextIO | None = None) -> None:
    """Prints a line, harmless, on standard output unless another stream is given; every subcommand prints by this."""
    print(harmless(line), file=where, flush=True)


def put(content: bytes) -> None:
    """Writes the bytes of a file to standard output; to a terminal as text, harmless."""
    if sys.stdout.isatty():
        say(content.decode(errors="replace"))
    else:
        sys.stdout.buffer.write(content)


def waiting(message: str) -> None:
    """Says on standard error that one waits."""
    progress("")
    say(message, sys.stderr)


def parsed(text: str | None, what: str, shape: type) -> Any:
    """The JSON given as an argument (`-`: on standard input) if it is of that shape. Fails with a line that says so."""
    source = sys.stdin.read() if text == "-" else text or "{}"
    try:
        value = json.loads(source)
    except ValueError as wrong:
        fail(f"{what} isn't JSON: {wrong}")
    if not isinstance(value, shape):
        fail(f"{what} must be a JSON {'object' if shape is dict else 'list'}")
    return value


async def daemon_pid(home: Path) -> int | None:
    """The pid of the daemon on this home, of whatever version it is; None where none answers."""
    try:
        reader, writer = await asyncio.open_unix_connection(places.runtime_dir(home) / places.SOCKET)
    except OSError:
        return None
    writer.write(b'{"jsonrpc": "2.0", "id": 1, "method": "status"}\n')
    try:
        answer = json.loads(await reader.readline() or b"{}")
        return int(answer["result"]["pid"])
    except (ValueError, KeyError, TypeError):
        raise process.NotStarted("the running daemon doesn't tell its process id; stop it by hand") from None
    finally:
        writer.close()


def progress(text: str) -> None:
    """Shows a line on standard error in place of the one before; does nothing where that is no terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{harmless(text)}", end="", file=sys.stderr, flush=True)
