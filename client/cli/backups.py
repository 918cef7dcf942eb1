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
    """Back up all stories now, and verify the copy."""
    from client.commands import backups as keeping
    from client.play import errand

    errand.show(errand.call(home, "backup"), raw, lambda r: [keeping.backup(r), r["backup"]])


@click.command()
@json_option
@click.pass_obj
def backups(home: Path, raw: bool) -> None:
    """List the backups, latest first. Works even if the daemon can't start."""
    from client.commands import backups as keeping
    from client.play import errand

    errand.show(_kept(home), raw, keeping.backups)


@click.command()
@click.argument("backup")
@click.option("--preview", is_flag=True, help="Only show what you would lose.")
@click.option("--yes", is_flag=True, help="Don't ask first.")
@json_option
@click.pass_obj
def restore(home: Path, backup: str, preview: bool, yes: bool, raw: bool) -> None:
    """Restore a backup; shows what you would lose, and asks.

    BACKUP is its number in `rpc backups` (1 is the latest) or its name. Your current stories are backed up first.
    Works even if the store is damaged and the daemon can't start. (To put deleted lines back: rpc undelete.)
    """
    from client.commands import backups as keeping
    from client.play import errand

    if backup.startswith("@"):
        errand.fail(f"{backup} is a line. To put deleted lines back: rpc undelete {backup}")
    alone = errand.unserved(home)
    name = _named(home, backup, alone)
    seen = _restored(home, name, alone, preview=True)
    if preview or not (yes or raw):
        errand.show(seen, raw, keeping.difference)
    if preview:
        return
    if not yes:
        if not sys.stdin.isatty():
            errand.fail("Nothing was restored. Add --yes if nobody can answer.")
        click.confirm("Restore? Your current stories are backed up first", abort=True)
    errand.show(_restored(home, name, alone), raw, keeping.restored)


@click.command()
@click.argument("backup", required=False)
@click.option("--replay", is_flag=True, help="Also replay every version of every story. Slow.")
@json_option
@click.pass_obj
def verify(home: Path, backup: str | None, replay: bool, raw: bool) -> None:
    """Check that all stories, or a BACKUP, are undamaged. Exits with 1 if not."""
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
