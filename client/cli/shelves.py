"""The subcommands about whole stories: opened, renamed, pinned, put away, binned and back; and completion."""

from pathlib import Path
from typing import Any

import click

title_argument = click.argument("title", nargs=-1, metavar="[TITLE]")


@click.command("open")
@click.argument("title", nargs=-1, required=True)
@click.pass_obj
def open_(home: Path, title: tuple[str, ...]) -> None:
    """Play a story, by title (`rpc TITLE` does the same)."""
    import sys

    from client.cli.start import play

    sys.exit(play(home, " ".join(title)))


@click.command()
@click.argument("title", nargs=-1, required=True)
@click.option("-s", "--story", help="Which story, by title (default: the one last played).")
@click.pass_obj
def rename(home: Path, title: tuple[str, ...], story: str | None) -> None:
    """Give a story another title."""
    called = " ".join(title)
    _change(home, story, f"It is called “{called}” now.", title=called)


@click.command()
@title_argument
@click.option("--off", is_flag=True, help="Unpin it.")
@click.pass_obj
def pin(home: Path, title: tuple[str, ...], off: bool) -> None:
    """Keep a story first in the list."""
    _change(home, " ".join(title) or None, "“{title}” is no longer pinned." if off else "“{title}” is pinned.",
            pinned=not off)  # fmt: skip


@click.command()
@title_argument
@click.pass_obj
def archive(home: Path, title: tuple[str, ...]) -> None:
    """Put a story away."""
    _change(home, " ".join(title) or None, "“{title}” is archived. `rpc take-back` takes it out.", shelf="archive")


@click.command("bin")
@click.argument("title", nargs=-1, required=True)
@click.pass_obj
def bin_(home: Path, title: tuple[str, ...]) -> None:
    """Move a story to the bin; you can take it back."""
    _change(home, " ".join(title), "“{title}” is in the bin. `rpc take-back` takes it out.", shelf="bin")


@click.command("take-back")
@click.argument("title", nargs=-1, required=True)
@click.pass_obj
def take_back(home: Path, title: tuple[str, ...]) -> None:
    """Take a story out of the archive or the bin.

    TITLE is its title, the beginning of it, or its number in `rpc stories archive` or `rpc stories bin`.
    """
    _change(home, " ".join(title), "“{title}” is among your stories again.", shelf="open")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes your shell complete `rpc`.

    For bash, add this to ~/.bashrc: eval "$(rpc completion bash)"
    """
    from click.shell_completion import get_completion_class

    from client.play import errand

    root = ctx.find_root()
    name = root.info_name or "rpc"
    made = get_completion_class(shell)
    if made is not None:
        errand.say(made(root.command, {}, name, f"_{name.upper()}_COMPLETE").source())


def _change(home: Path, story: str | None, told: str, **params: Any) -> None:
    """Changes the story of this title or id, else the one last played, and says so with its title."""
    from client.play import errand
    from client.room.pipe import story_of
    from client.text.plain import one_line
    from client.wire.connection import Connection

    async def work(connection: Connection) -> dict[str, Any]:
        away = [] if story is None else ["archive", "bin"]
        shelves = away if params.get("shelf") == "open" else ["open", *away]
        there = [s for shelf in shelves for s in (await connection.call("stories", shelf=shelf))["stories"]]
        found = story_of(there, story)
        return await connection.call("change_story", story=found["story"], **params)

    changed = errand.errand(home, work)
    errand.say(told.replace("{title}", one_line(changed["title"], 60)))
