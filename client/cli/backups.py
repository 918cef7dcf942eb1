"""The subcommands that keep the store: backups, restoring one, the check. Each imports what it needs when it runs."""

import sys
from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option


@click.command()
@json_option
@click.pass_obj
def backup(home: Path, raw: bool) -> None:
    """Copies all stories into a file, and checks it."""
    from client.commands import backups as keeping
    from client.play import errand

    errand.show(errand.call(home, "backup"), raw, lambda r: [keeping.backup(r), r["backup"]])


@click.command()
@json_option
@click.pass_obj
def backups(home: Path, raw: bool) -> None:
    """The backups that there are, the latest first; also where the store is damaged and no daemon starts."""
    from client.commands import backups as keeping
    from client.play import errand

    errand.show(_kept(home), raw, keeping.backups)


@click.command()
@click.argument("backup")
@click.option("--preview", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def restore(home: Path, backup: str, preview: bool, yes: bool, raw: bool) -> None:
    """Puts a backup back, having shown what would go and asked.

    BACKUP is its number in `rpc backups` (1: the latest), its name, or the beginning of that. What is there becomes a
    backup first. Works where the store is damaged and no daemon starts, too.
    """
    from client.commands import backups as keeping
    from client.play import errand

    alone = errand.unserved(home)
    name = _named(home, backup, alone)
    seen = _restored(home, name, alone, preview=True)
    if preview or not (yes or raw):
        errand.show(seen, raw, keeping.difference)
    if preview:
        return
    if not yes:
        if not sys.stdin.isatty():
            errand.fail("Nothing was restored: say --yes where nobody can be asked.")
        click.confirm("Restore? What is there becomes a backup first", abort=True)
    errand.show(_restored(home, name, alone), raw, keeping.restored)


@click.command()
@click.argument("backup", required=False)
@click.option("--replay", is_flag=True, help="Fold every event too, on its branch, through every lens.")
@json_option
@click.pass_obj
def verify(home: Path, backup: str | None, replay: bool, raw: bool) -> None:
    """Checks every event of the store, or of a BACKUP. Exits with 1 where something is wrong."""
    from client.commands import backups as keeping
    from client.play import errand

    params: dict[str, Any] = {"replay": replay or None}
    if backup is not None:
        params["backup"] = _named(home, backup)
    result = errand.call(home, "verify", **params)
    errand.show(result, raw, keeping.verified)
    sys.exit(0 if result["ok"] else 1)


def _kept(home: Path, alone: bool | None = None) -> dict[str, Any]:
    """The backups, as a daemon tells them or, where none can be (`alone`; None: not known yet), as `rpcd` does."""
    from client.play import errand
    from client.wire import process

    if errand.unserved(home) if alone is None else alone:
        return dict(errand.attempt(process.unserved, home, "backups"))
    return errand.call(home, "backups")


def _restored(home: Path, name: str, alone: bool, preview: bool = False) -> dict[str, Any]:
    """What a daemon answers to a restore, or `rpcd` where there is none."""
    from client.play import errand
    from client.wire import process

    if alone:
        return dict(errand.attempt(process.unserved, home, "restore", name, *["--yes"] * (not preview)))
    # What was agreed to was shown of the store as it is: where that is being replaced, one looks again.
    params = {"backup": name, "preview": True} if preview else {"backup": name}
    return errand.errand(home, lambda connection: connection.call("restore", **params), patient=False)


def _named(home: Path, word: str, alone: bool = False) -> str:
    """The name of the backup that a word means."""
    from client.commands import backups as keeping
    from client.play import errand

    return errand.attempt(keeping.chosen, _kept(home, alone), word)


BACKUP_COMMANDS = (backup, backups, restore, verify)
