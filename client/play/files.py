"""Files of stories, characters and templates: what the REPL and the command line share. Asks nobody anything."""

import asyncio
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from client.show.format_result import size
from client.show.format_view import joined
from client.show.impacts import counted
from client.text.names import Unclear
from client.text.plain import one_line
from client.wire import transfer
from client.wire.connection import Connection
from protocol.errors import BAD_IMPORT, Fault
from protocol.places import daemon_program

Result = Mapping[str, Any]

KINDS = {"stories": "story", "branches": "version", "entities": "character", "memories": "memory", "lines": "line"}
"""What an import counts that means something to people."""

LOOK_S = 0.3
"""How often one looks how far an import has come."""


async def exported(connection: Connection, story: str, format: str, **params: Any) -> tuple[str, bytes]:
    """What a file of this should be called, and its bytes. Params that are None are left out."""
    given = {k: x for k, x in params.items() if x is not None}
    made = await connection.call("export", story=story, format=format, **given)
    return str(made["name"]), await transfer.fetched(connection, made)


def written(path: Path, content: bytes) -> str:
    """Writes the file, and says so. Raises Unclear where that cannot be."""
    try:
        path.write_bytes(content)
    except OSError as wrong:
        raise Unclear(f"{path} can't be written: {wrong.strerror}") from None
    return f"Wrote {path} ({size(len(content))})."


async def imported(
    connection: Connection, file: Path, as_: str | None, story: str | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Takes a file in. `as_`: its title, or who it is to be; `story`: the id of the one that a character joins; `tell`:
    what is given a line of progress, time and again. Raises Fault; Unclear for a file that is not one of Fabula's."""
    format, path = _format_and_path(file)
    given = {"as": as_, "story": story if format == "character" else None, "path": path}
    progress = asyncio.create_task(_show_progress(connection, tell))
    try:
        return await connection.call("import", format=format, **{k: x for k, x in given.items() if x is not None})
    except Fault as fault:
        if fault.code == BAD_IMPORT and (foreign := transfer.foreign(file)):
            raise Unclear(foreign) from None
        raise
    finally:
        progress.cancel()


async def _show_progress(connection: Connection, tell: Callable[[str], None]) -> None:
    """Gives `tell` a line for each import that is under way, every LOOK_S seconds, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        for job in (await connection.call("jobs"))["jobs"]:
            if job["kind"] == "import" and job["of"]:
                tell(f"{job['what']} … {100 * job['done'] // job['of']} %")


def taken_in(result: Result) -> list[str]:
    """What an import made."""
    counts = [counted(n, KINDS[what]) for what, n in result["created"].items() if n and what in KINDS]
    return [f"Imported {joined(counts)}." if counts else "Imported."]


def templates(result: Result) -> list[str]:
    """The templates, each with what it says about itself."""
    lines = []
    for t in result["templates"]:
        own = "" if t["built_in"] else " (yours)"
        lines.append(f"{one_line(t['name']):<16} {t['what']:<10} {_within(t)}{own}")
        lines += [f"{'':<16} {one_line(t['about'])}"] if t["about"] else []
    return lines or ["No templates yet."]


def saved(result: Result) -> list[str]:
    """What a saved template holds."""
    return [f"Saved {result['template']['name']}: {_within(result['template'])}"]


def packing(command: str, file: Path, home: Path) -> list[str]:
    """The command by which the daemon's own program packs a home that need not be served, or unpacks one."""
    return [*daemon_program(), command, str(file.absolute()), "--home", str(home)]


def packed(command: str, file: Path, home: Path) -> int:
    """Runs the daemon's own program to pack or unpack a home; returns its exit code."""
    return subprocess.run(packing(command, file, home), check=False).returncode


def _format_and_path(file: Path) -> tuple[str, str]:
    """What a file is, and where, for a daemon that stands elsewhere."""
    return transfer.format_of(file), str(file.resolve())


def _within(t: Result) -> str:
    return ", ".join(one_line(x) for x in (*(c["name"] for c in t["cast"]), *t["places"]))
