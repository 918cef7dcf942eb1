"""The subcommands about a story's history. Each imports what it needs when it runs, so that help is quick."""

from pathlib import Path

import click

from client.cli.daemon import json_option
from client.cli.stories import NUMBER, branch_option, line_argument, story_option

preview_option = click.option("--preview", is_flag=True, help="Only show what it would do.")
yes_option = click.option("--yes", is_flag=True, help="Don't ask first.")
lines_argument = click.argument("lines", type=NUMBER, nargs=-1, required=True, metavar="N...")
needed_line = click.argument("line", metavar="LINE")


@click.command()
@click.argument("to", type=NUMBER, required=False, metavar="[N]")
@click.option("-n", "--lines", "count", type=click.IntRange(1), help="Go back so many lines instead.")
@story_option
@preview_option
@yes_option
@json_option
@click.pass_obj
def rewind(
    home: Path, to: int | None, count: int | None, story: str | None, preview: bool, yes: bool, raw: bool
) -> None:
    """Go back to line N. You can undo this.

    N is the number of the last line to keep (120 or @120); without it you go back to before your last line. Shows what
    would be hidden, and asks where there is a terminal. (In a story, /rewind 3 goes back three lines; here that is
    -n 3.)
    """
    from client.cli.in_story import foreseen, in_story, versions_of
    from client.play import errand
    from client.show import format_history

    if to is not None and count is not None:
        raise click.UsageError("Give the line to go back to, or how many lines to go back, not both.")
    words = f"@{to}" if to is not None else str(count or "")
    seen = foreseen(home, story, "rewind", to=words)
    if preview and raw:
        return errand.show(seen.result, raw, list)
    if not seen.result["impact"]["events"]:
        errand.fail(f"Nothing comes after line {seen.result['to']}.")
    told = format_history.would_rewind(seen.result["to"], seen.lines, seen.besides)
    if not _agreed(told, "Rewind? (You can undo this.)", preview, yes, raw):
        return None
    done = in_story(home, seen.story, "rewind", to=seen.result["to"])
    undo = None if raw else _shell(format_history.typed(versions_of(home, seen.story), done["undo"]))
    errand.show(done, raw, lambda r: format_history.rewound(r, f"rpc switch {undo}"))
    return None


def _agreed(preview: list[str], question: str, only: bool, yes: bool, raw: bool) -> bool:
    """Shows what would be done, and asks where somebody sits at a terminal; whether to do it. `only`: it is shown and
    not done. Fails where the answer is no."""
    import sys

    from client.play import errand

    if not raw:
        for line in preview:
            errand.say(line)
    if only or raw or yes or not sys.stdin.isatty():
        return not only
    if not click.confirm(question, err=True):
        errand.fail("Nothing changed.")
    return True


def _shell(words: str) -> str:
    """Words as they are typed to a shell."""
    import shlex

    return shlex.join(words.split())


@click.command()
@click.option("--all", "every", is_flag=True, help="Also the older ones without a name.")
@story_option
@json_option
@click.pass_obj
def versions(home: Path, every: bool, story: str | None, raw: bool) -> None:
    """List the versions of a story."""
    from client.cli.in_story import in_story
    from client.play import errand
    from client.show import format_history

    errand.show(in_story(home, story, "branches"), raw, lambda r: format_history.branches(r, every))


@click.command()
@click.argument("version", nargs=-1, required=True)
@story_option
@click.pass_obj
def switch(home: Path, version: tuple[str, ...], story: str | None) -> None:
    """Switch to another version of a story.

    VERSION is its name, or its number in `rpc versions`.
    """
    from client.cli.in_story import in_story, versions_of
    from client.play import errand
    from client.show import format_history

    done = in_story(home, story, "switch", branch=" ".join(version))
    errand.say(f"Now on {format_history.called(versions_of(home, story), done['branch'])}.")


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
@line_argument
@story_option
@json_option
@click.pass_obj
def takes(home: Path, line: str | None, story: str | None, raw: bool) -> None:
    """List the takes of a line, and how to switch to each.

    LINE is its number (default: the last reply).
    """
    from client.cli.in_story import versions_of, with_names
    from client.play import errand
    from client.show import format_history

    found = with_names(home, story, "takes", line=line)[0]
    there = [] if raw else versions_of(home, story)
    errand.show(
        found, raw, lambda r: format_history.takes(r, lambda branch: _shell(format_history.typed(there, branch)))
    )


@click.command()
@needed_line
@click.argument("text", nargs=-1, required=True)
@story_option
@branch_option
@click.option("--fork", is_flag=True, help="In a new version that ends with the line; this one keeps the old text.")
@json_option
@click.pass_obj
def edit(
    home: Path, line: str, text: tuple[str, ...], story: str | None, branch: str | None, fork: bool, raw: bool
) -> None:
    """Edit LINE.

    LINE is its number (see `rpc view lines`), TEXT what it should say. Changes and memories from
    the old text are replaced.
    """
    from client.cli.in_story import in_story
    from client.play import errand

    mode = "fork" if fork else "in_place"
    result = in_story(home, story, "revise", line=line, text=" ".join(text), mode=mode, branch=branch)
    errand.show(result, raw, lambda r: ["Edited."])


@click.command()
@click.argument("words", nargs=-1, metavar="[NAME]")
@story_option
@branch_option
@click.option("--at", type=NUMBER, help="The line number it splits off at (default: the last line).")
@click.option("--name", help="What to call the version (or just type it).")
@json_option
@click.pass_obj
def fork(
    home: Path, words: tuple[str, ...], story: str | None, branch: str | None, at: int | None, name: str | None,
    raw: bool,
) -> None:  # fmt: skip
    """Save this point as a version of its own.

    You stay where you are; `rpc switch NAME` goes to the saved version.
    """
    from client.cli.in_story import in_story, versions_of
    from client.play import errand
    from client.show import format_history

    result = in_story(home, story, "fork", branch=branch, at=at, name=name or " ".join(words) or None)
    there = [] if raw else versions_of(home, story)

    def lines(r: dict[str, str]) -> list[str]:
        there_by = _shell(format_history.typed(there, r["branch"]))
        return [format_history.forked(format_history.called(there, r["branch"]), f"rpc switch {there_by}")]

    errand.show(result, raw, lines)


@click.command()
@lines_argument
@story_option
@branch_option
@preview_option
@yes_option
@json_option
@click.pass_obj
def delete(
    home: Path, lines: tuple[int, ...], story: str | None, branch: str | None, preview: bool, yes: bool, raw: bool
) -> None:
    """Delete lines N... and what they caused. You can undo this.

    Shows what would go, and asks where there is a terminal.
    """
    from client.cli.in_story import foreseen, in_story
    from client.play import errand
    from client.show import format_history, impacts

    seen = foreseen(home, story, "delete", targets=list(lines), branch=branch)
    if preview and raw:
        return errand.show(seen.result, raw, list)
    question = impacts.delete_question(len(lines))
    if not _agreed(format_history.would_delete(seen.lines, seen.besides), question, preview, yes, raw):
        return None
    done = in_story(home, seen.story, "delete", targets=list(lines), branch=branch)
    errand.show(done, raw, lambda _: [f"Deleted. To undo: rpc undelete {' '.join(map(str, lines))}"])
    return None


@click.command()
@click.argument("lines", type=NUMBER, nargs=-1, metavar="[N...]")
@story_option
@branch_option
@json_option
@click.pass_obj
def undelete(home: Path, lines: tuple[int, ...], story: str | None, branch: str | None, raw: bool) -> None:
    """Put deleted lines N... back, or list them.

    In a story, /restore does the same. (For a whole backup: rpc restore.)
    """
    from client.cli.in_story import in_story, with_names
    from client.play import errand
    from client.show import format_result

    if not lines:
        found, names = with_names(home, story, "project", view="deleted", branch=branch)
        return errand.show(found, raw, lambda r: format_result.view("deleted", r["data"], names) or [])
    result = in_story(home, story, "reinstate", targets=list(lines), branch=branch)
    return errand.show(result, raw, lambda r: ["Put back, with what they had caused."])


@click.command()
@click.argument("lines", type=NUMBER, nargs=-1, metavar="[N...]")
@story_option
@preview_option
@yes_option
@json_option
@click.pass_obj
def purge(home: Path, lines: tuple[int, ...], story: str | None, preview: bool, yes: bool, raw: bool) -> None:
    """Erase lines N... for ever, from backups too; asks first.

    Without line numbers it erases a whole story, which you must name in full with -s.
    """
    import sys

    from client.cli.in_story import foreseen, in_story
    from client.commands import purge as purging
    from client.play import errand

    if not lines and story is None:
        errand.fail("Say which story to erase (-s STORY), or which lines (their numbers).")
    targets = list(lines) or None
    whole = not lines
    if preview or not yes:
        seen = foreseen(home, story, "purge", targets=targets, exactly=whole)
        story = seen.story
        told = purging.previewed(seen.result, seen.names, seen.title if whole else "", seen.lines)
        errand.show(seen.result, raw, lambda r: told)
    if preview:
        return
    if not yes:
        if not sys.stdin.isatty():
            errand.fail("Nothing was erased. Add --yes if nobody can answer.")
        if click.prompt(purging.QUESTION, default="", show_default=False) != purging.WORD:
            errand.fail("Nothing was erased.")
    erased = in_story(home, story, "purge", targets=targets, confirm=True, exactly=whole)
    errand.show(erased, raw, purging.done)
