"""The subcommands about a story's history. Each imports what it needs when it runs, so that help is quick."""

from pathlib import Path

import click

from client.cli.daemon import json_option
from client.cli.stories import branch_option, line_argument, story_option

preview_option = click.option("--preview", is_flag=True, help="Only show what it would do.")
lines_argument = click.argument("lines", type=int, nargs=-1, required=True, metavar="N...")
needed_line = click.argument("line", metavar="LINE")


@click.command()
@click.argument("to", type=int, metavar="N")
@story_option
@preview_option
@json_option
@click.pass_obj
def rewind(home: Path, to: int, story: str | None, preview: bool, raw: bool) -> None:
    """Go back to line N. You can undo this."""
    from client.cli.in_story import with_names
    from client.play import errand
    from client.show import format_result

    result, names = with_names(home, story, "rewind", to=to, preview=preview or None)
    errand.show(result, raw, lambda r: format_result.rewind(r, names))


@click.command()
@story_option
@json_option
@click.pass_obj
def versions(home: Path, story: str | None, raw: bool) -> None:
    """List the versions of a story."""
    from client.cli.in_story import in_story
    from client.play import errand
    from client.show import format_result

    errand.show(in_story(home, story, "branches"), raw, format_result.branches)


@click.command()
@click.argument("version")
@story_option
@click.pass_obj
def switch(home: Path, version: str, story: str | None) -> None:
    """Switch to another version of a story."""
    from client.cli.in_story import in_story
    from client.play import errand

    in_story(home, story, "switch", branch=version)
    errand.say("Switched.")


@click.command()
@line_argument
@story_option
@click.option("--note", help="A private note to the writer of this take.")
@click.option("--model", help="A model for this take.")
@click.pass_obj
def retake(home: Path, line: str | None, story: str | None, note: str | None, model: str | None) -> None:
    """Get another take of a reply.

    LINE is the reply's number (default: the last reply). The old take is kept.
    """
    from client.cli.in_story import meant
    from client.play import errand
    from client.room.pipe import enter, quiet_game

    async def work() -> None:
        game = quiet_game(home)
        try:
            await game.start()
            await enter(game, story)
            given = {k: v for k, v in {"line": line, "note": note, "model": model}.items() if v is not None}
            done = await game.switching("retake", **await meant(game.connection, game.story, given))
            await game.watch(done["turn"])
        finally:
            await game.close()

    errand.run(work())


@click.command()
@needed_line
@story_option
@json_option
@click.pass_obj
def takes(home: Path, line: str, story: str | None, raw: bool) -> None:
    """List the takes of a line, and the version each is in."""
    from client.cli.in_story import in_story
    from client.play import errand
    from client.show import format_result

    errand.show(in_story(home, story, "takes", line=line), raw, format_result.takes)


@click.command()
@needed_line
@click.argument("text")
@story_option
@branch_option
@click.option("--fork", is_flag=True, help="In a new version that ends with the line; this one keeps the old text.")
@json_option
@click.pass_obj
def edit(home: Path, line: str, text: str, story: str | None, branch: str | None, fork: bool, raw: bool) -> None:
    """Edit LINE.

    LINE is its number, TEXT what it should say. Changes and memories from the old text are replaced.
    """
    from client.cli.in_story import in_story
    from client.play import errand

    mode = "fork" if fork else "in_place"
    result = in_story(home, story, "revise", line=line, text=text, mode=mode, branch=branch)
    errand.show(result, raw, lambda r: ["Edited."])


@click.command()
@story_option
@branch_option
@click.option("--at", type=int, help="The line number it splits off at (default: the last line).")
@click.option("--name", help="What to call the version.")
@json_option
@click.pass_obj
def fork(home: Path, story: str | None, branch: str | None, at: int | None, name: str | None, raw: bool) -> None:
    """Save this point as a version of its own."""
    from client.cli.in_story import in_story
    from client.play import errand
    from client.show import format_result

    result = in_story(home, story, "fork", branch=branch, at=at, name=name)
    errand.show(result, raw, lambda r: [format_result.forked(name or r["branch"], f"rpc switch {r['branch']}")])


@click.command()
@lines_argument
@story_option
@branch_option
@preview_option
@json_option
@click.pass_obj
def delete(home: Path, lines: tuple[int, ...], story: str | None, branch: str | None, preview: bool, raw: bool) -> None:
    """Delete lines N... and what they caused. You can undo this."""
    from client.cli.in_story import with_names
    from client.play import errand
    from client.show import format_result

    result, names = with_names(
        home, story, "delete", targets=list(lines), branch=branch, preview=preview or None
    )  # fmt: skip
    errand.show(result, raw, lambda r: format_result.delete(r, names))


@click.command()
@lines_argument
@story_option
@branch_option
@json_option
@click.pass_obj
def undelete(home: Path, lines: tuple[int, ...], story: str | None, branch: str | None, raw: bool) -> None:
    """Put deleted lines N... back."""
    from client.cli.in_story import in_story
    from client.play import errand

    result = in_story(home, story, "reinstate", targets=list(lines), branch=branch)
    errand.show(result, raw, lambda r: ["Put back, with what they had caused."])


@click.command()
@click.argument("lines", type=int, nargs=-1, metavar="[N...]")
@story_option
@preview_option
@click.option("--yes", is_flag=True, help="Don't ask first.")
@json_option
@click.pass_obj
def purge(home: Path, lines: tuple[int, ...], story: str | None, preview: bool, yes: bool, raw: bool) -> None:
    """Erase lines N... for ever, from backups too; asks first.

    Without line numbers it erases a whole story, which you must name with -s.
    """
    import sys

    from client.cli.in_story import in_story, with_names
    from client.commands import purge as purging
    from client.play import errand

    if not lines and story is None:
        errand.fail("Say which story to erase (-s STORY), or which lines (their numbers).")
    targets = list(lines) or None
    if preview or not yes:
        seen, names = with_names(home, story, "purge", targets=targets, preview=True)
        errand.show(seen, raw, lambda r: purging.previewed(r, names, "" if lines else story or ""))
    if preview:
        return
    if not yes:
        if not sys.stdin.isatty():
            errand.fail("Nothing was erased. Add --yes if nobody can answer.")
        if click.prompt(purging.QUESTION, default="", show_default=False) != purging.WORD:
            errand.fail("Nothing was erased.")
    errand.show(in_story(home, story, "purge", targets=targets, confirm=True), raw, purging.done)
