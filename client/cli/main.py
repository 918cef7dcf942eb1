"""`rpc`: the command line. Imports click and nothing else of weight until a command runs, so that help is quick."""

import sys
from pathlib import Path
from typing import Any

import click

from client.cli.backups import BACKUP_COMMANDS
from client.cli.daemon import DAEMON_COMMANDS
from client.cli.files import FILE_COMMANDS
from client.cli.history import HISTORY_COMMANDS
from client.cli.looking import LOOKING_COMMANDS
from client.cli.stories import STORY_COMMANDS


class Catalogue(click.Group):
    """A group in which each method without a subcommand of its own is one all the same, given its params as JSON."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name, or the method."""
        own = super().get_command(ctx, cmd_name)
        if own:
            return own
        from protocol.catalogue import METHODS

        name = cmd_name.replace("-", "_")
        if name not in METHODS:
            return None
        return click.Command(
            name,
            params=[click.Argument(["params"], required=False)],
            callback=lambda params: ctx.invoke(self.commands["call"], method=name, params=params),
            help=METHODS[name].doc,
        )


@click.group(
    cls=Catalogue,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("--home", type=click.Path(path_type=Path), help="The home directory (else $FABULA_HOME, else the usual).")
@click.version_option(package_name="fabula", message="%(prog)s %(version)s")
@click.pass_context
def rpc(ctx: click.Context, home: Path | None) -> None:
    """Plays stories with the Fabula daemon, and starts it if none answers.

    Without a command: the room one plays in; or, where standard input is no terminal, each of its lines is a turn.
    """
    from protocol.places import home_dir

    ctx.obj = home_dir(home)
    if ctx.invoked_subcommand is None:
        sys.exit(_play(ctx.obj))


def _play(home: Path) -> int:
    import asyncio

    def go(work: Any) -> int:
        try:
            code: int = asyncio.run(work)
        except KeyboardInterrupt:
            return 130
        return code

    if sys.stdin.isatty() and sys.stdout.isatty():
        from client.room.repl import repl

        return go(repl(home))
    from client.room.pipe import play_lines

    return go(play_lines(home))


for _command in (
    *STORY_COMMANDS,
    *HISTORY_COMMANDS,
    *LOOKING_COMMANDS,
    *FILE_COMMANDS,
    *DAEMON_COMMANDS,
    *BACKUP_COMMANDS,
):
    rpc.add_command(_command)
