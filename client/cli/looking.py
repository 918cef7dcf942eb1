"""The subcommands that ask a story something, and the tour. Each imports what it needs when it runs."""

from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option
from client.cli.stories import at_option, branch_option, lens_option, line_argument, story_option


@click.command()
@click.argument("words", nargs=-1, required=True)
@story_option
@branch_option
@lens_option
@click.option("-k", type=int, help="How many at most.")
@at_option
@json_option
@click.pass_obj
def recall(home: Path, /, words: tuple[str, ...], story: str | None, raw: bool, **params: Any) -> None:
    """Search memory for WORDS, best matches first."""
    from client.cli.in_story import with_names
    from client.play import errand
    from client.show import format_result

    result, names = with_names(home, story, "recall", query=" ".join(words), **params)
    errand.show(result, raw, lambda r: format_result.recalled(r, names))


@click.command()
@line_argument
@story_option
@branch_option
@json_option
@click.pass_obj
def why(home: Path, line: str | None, story: str | None, branch: str | None, raw: bool) -> None:
    """Show what the writer was told, and what it wasn't.

    LINE is the reply's number (default: the last reply).
    """
    from client.cli.in_story import with_names
    from client.play import errand
    from client.show import format_result

    result, names = with_names(home, story, "explain", line=line, branch=branch)
    errand.show(result, raw, lambda r: format_result.explained(r, names))


@click.command()
@line_argument
@story_option
@branch_option
@json_option
@click.pass_obj
def check(home: Path, line: str | None, story: str | None, branch: str | None, raw: bool) -> None:
    """Check a turn for changes again.

    LINE is the number of one of its lines (default: the last reply).
    """
    import msgspec

    from client.cli.in_story import with_names
    from client.play import errand
    from client.show import format_result
    from client.show.turns import Read

    result = with_names(home, story, "reread", line=line, branch=branch)[0]
    errand.show(result, raw, lambda r: format_result.checked(msgspec.convert(r, Read)))


@click.command()
@json_option
@click.pass_obj
def jobs(home: Path, raw: bool) -> None:
    """List background jobs."""
    from client.play import errand
    from client.show import format_result

    errand.show(errand.call(home, "jobs"), raw, format_result.jobs)


@click.command()
@click.option("--pace", type=click.FloatRange(0, 10), help="Go on by itself: 1 at reading speed, 0 without a pause.")
@click.pass_obj
def tour(home: Path, pace: float | None) -> None:
    """Take a two-minute guided demo.

    Enter goes on, q leaves. A lie is believed, a basket stays behind, a memory comes back. It needs no model.
    """
    from client.play import errand
    from client.room.tour import tour as play

    errand.run(play(home, pace))
