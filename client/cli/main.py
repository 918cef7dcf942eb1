"""`rpc`: the command line. Imports click and nothing else of weight until a command runs, so that help is quick."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from client.cli import backups, daemon, files, guests, history, looking, shelves, stories

GROUPS: dict[str, tuple[click.Command, ...]] = {
    "Play": (shelves.open_, stories.play, stories.stop, looking.tour, daemon.web),
    "Stories": (stories.stories, stories.create, shelves.rename, shelves.pin, shelves.archive, shelves.bin_,
                shelves.take_back, stories.style, files.templates, files.save_template,
                files.remove_template),
    "Look": (stories.view, looking.recall, looking.why),
    "Change": (history.retake, history.takes, history.edit, history.delete, history.undelete, history.rewind,
               looking.check),
    "Versions": (history.versions, history.switch, history.fork),
    "Models": (daemon.models, daemon.use, daemon.probe),
    "Files and backups": (files.export_, files.import_, backups.backup, backups.backups, backups.restore,
                          backups.verify, files.pack, files.unpack, history.purge),
    "Daemon": (daemon.status, looking.jobs, daemon.restart, daemon.shutdown),
    "For programs": (daemon.call, stories.append, stories.follow, daemon.discover, daemon.token,
                     guests.connect, guests.mcp,
                     shelves.completion),
}  # fmt: skip
"""The subcommands as help lists them."""

ALIASES = {
    "branches": "versions", "explain": "why", "reinstate": "undelete", "reread": "check", "revise": "edit",
    "new": "create", "search": "recall", "model": "models",
}  # fmt: skip
"""Other names of subcommands: those of the methods that they call, and those that the same has in a story."""


class Catalogue(click.Group):
    """A group in which each method without a subcommand of its own is one all the same, given its params as JSON."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name, or the method."""
        own = super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand that the first of these names; where none has that name, they are the title of a story."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            if len(args) == 1 and _in_a_story(args[0]):
                ctx.fail(f"{args[0]!r} is typed within a story, as /{args[0]}; from here: echo /{args[0]} | rpc")
            if len(args) == 1 and (near := _near(args[0], self.commands)):
                ctx.fail(f"There is no command {args[0]!r}. Did you mean {near!r}? `open` plays a story of that title.")
            return "open", shelves.open_, args
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the subcommands in their groups."""
        wide = max(len(name) for name in self.commands)
        for title, commands in GROUPS.items():
            with formatter.section(title):
                told = [(f"{c.name:<{wide}}", c.get_short_help_str(limit=formatter.width)) for c in commands]
                formatter.write_dl(told)


def _in_a_story(word: str) -> bool:
    """Whether this is the name of a slash command."""
    from client.commands.table import TABLE

    return any(word in (c.name, *c.aliases) for c in TABLE if len(c.name) > 1)


def _near(word: str, names: Iterable[str]) -> str:
    """The name that this word looks like, if one does."""
    import difflib

    return next(iter(difflib.get_close_matches(word, names, n=1, cutoff=0.75)), "")


@click.group(
    cls=Catalogue,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--home", type=click.Path(path_type=Path), help="Fabula's folder (default: $FABULA_HOME, or the usual one)."
)
@click.version_option(package_name="fabula", message="%(prog)s %(version)s")
@click.pass_context
def rpc(ctx: click.Context, home: Path | None) -> None:
    """Play Fabula stories. Starts the daemon if needed.

    With no command: play. With piped input: one turn per line. With the title of a story, or its beginning: play that
    one.

    A piped line that can't be played is reported on standard error with its number, the lines after it are played, and
    the exit code is 1. Only where they would go to the wrong story or version, or where no model answers, does it stop.
    """
    from protocol.places import home_dir

    ctx.obj = home_dir(home)
    if ctx.invoked_subcommand is None:
        from client.cli.start import play

        sys.exit(play(ctx.obj))


for _commands in GROUPS.values():
    for _command in _commands:
        rpc.add_command(_command)
