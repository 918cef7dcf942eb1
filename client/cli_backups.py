"""The subcommands that keep the store: backups, restoring one, the check. Each imports what it needs when it runs."""

import sys
from pathlib import Path
from typing import Any

import click

from client.cli_daemon import json_option


@click.command()
@json_option
@click.pass_obj
def backup(home: Path, raw: bool) -> None:
    """Copies all stories into a file, and checks it."""
    from client import keeping, once

    once.show(once.call(home, "backup"), raw, lambda r: [keeping.backup(r), r["backup"]])


@click.command()
@json_option
@click.pass_obj
def backups(home: Path, raw: bool) -> None:
    """The backups that there are, the latest first."""
    from client import keeping, once

    once.show(once.call(home, "backups"), raw, keeping.backups)


@click.command()
@click.argument("backup")
@click.option("--preview", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def restore(home: Path, backup: str, preview: bool, yes: bool, raw: bool) -> None:
    """Puts a backup back, having shown what would go and asked.

    BACKUP is its number in `rpc backups` (1: the latest), its name, or the beginning of that. What is there becomes a
    backup first.
    """
    from client import keeping, once

    name = _named(home, backup)
    seen = once.call(home, "restore", backup=name, preview=True)
    if preview or not (yes or raw):
        once.show(seen, raw, keeping.difference)
    if preview:
        return
    if not yes:
        if not sys.stdin.isatty():
            once.fail("Nothing was restored: say --yes where nobody can be asked.")
        click.confirm("Restore? What is there becomes a backup first", abort=True)
    # What was agreed to was shown of the store as it is: where that is being replaced, one looks again.
    done = once.errand(home, lambda connection: connection.call("restore", backup=name), patient=False)
    once.show(done, raw, keeping.restored)


@click.command()
@click.argument("backup", required=False)
@click.option("--replay", is_flag=True, help="Fold every event too, on its branch, through every lens.")
@json_option
@click.pass_obj
def verify(home: Path, backup: str | None, replay: bool, raw: bool) -> None:
    """Checks every event of the store, or of a BACKUP. Exits with 1 where something is wrong."""
    from client import keeping, once

    params: dict[str, Any] = {"replay": replay or None}
    if backup is not None:
        params["backup"] = _named(home, backup)
    result = once.call(home, "verify", **params)
    once.show(result, raw, keeping.verified)
    sys.exit(0 if result["ok"] else 1)


def _named(home: Path, word: str) -> str:
    """The name of the backup that a word means."""
    from client import keeping, once
    from client.connection import Connection

    async def work(connection: Connection) -> str:
        return keeping.chosen(await connection.call("backups"), word)

    return once.errand(home, work)


BACKUP_COMMANDS = (backup, backups, restore, verify)
