"""The subcommands about a story's history. Each imports what it needs when it runs, so that help is quick."""

from pathlib import Path

import click

from client.cli.daemon import json_option
from client.cli.stories import branch_option, in_story, story_option

preview_option = click.option("--preview", is_flag=True, help="Only say what would go.")
seqs_argument = click.argument("seqs", type=int, nargs=-1, required=True)


@click.command()
@click.argument("to", type=int)
@story_option
@preview_option
@json_option
@click.pass_obj
def rewind(home: Path, to: int, story: str | None, preview: bool, raw: bool) -> None:
    """Goes back to the seq TO. Nothing is lost: the answer names the branch to switch to."""
    from client.play import errand
    from client.show import format_result

    errand.show(in_story(home, story, "rewind", to=to, preview=preview or None), raw, format_result.rewind)


@click.command()
@story_option
@json_option
@click.pass_obj
def branches(home: Path, story: str | None, raw: bool) -> None:
    """The lines of history of a story."""
    from client.play import errand
    from client.show import format_result

    errand.show(in_story(home, story, "branches"), raw, format_result.branches)


@click.command()
@click.argument("branch")
@story_option
@click.pass_obj
def switch(home: Path, branch: str, story: str | None) -> None:
    """Goes over to another BRANCH."""
    from client.play import errand

    result = in_story(home, story, "switch", branch=branch)
    errand.say(f"On branch {result['branch']}, head {result['head']}.")


@click.command()
@click.argument("line", required=False)
@story_option
@click.option("--note", help="Steers the new take; nobody else sees it.")
@click.option("--model", help="A model for this take.")
@click.pass_obj
def retake(home: Path, line: str | None, story: str | None, note: str | None, model: str | None) -> None:
    """Asks for the reply LINE (default: the last one) anew, on a branch of its own, and prints it as it comes."""
    from client.play import errand
    from client.room.pipe import enter, quiet_game

    async def work() -> None:
        game = quiet_game(home)
        try:
            await game.start()
            await enter(game, story)
            given = {k: v for k, v in {"line": line, "note": note, "model": model}.items() if v is not None}
            done = await game.switching("retake", **given)
            await game.watch(done["turn"])
        finally:
            await game.close()

    errand.run(work())


@click.command()
@click.argument("line")
@story_option
@json_option
@click.pass_obj
def takes(home: Path, line: str, story: str | None, raw: bool) -> None:
    """The takes of LINE, each with the branch to switch to."""
    from client.play import errand
    from client.show import format_result

    errand.show(in_story(home, story, "takes", line=line), raw, format_result.takes)


@click.command()
@click.argument("line")
@click.argument("text")
@story_option
@branch_option
@click.option("--fork", is_flag=True, help="On a branch from just before the line, rather than in place.")
@json_option
@click.pass_obj
def revise(home: Path, line: str, text: str, story: str | None, branch: str | None, fork: bool, raw: bool) -> None:
    """Gives LINE the words TEXT; what derived from the old ones is made anew."""
    from client.play import errand

    mode = "fork" if fork else "in_place"
    result = in_story(home, story, "revise", line=line, text=text, mode=mode, branch=branch)
    errand.show(result, raw, lambda r: [f"Line {r['line']} on branch {r['branch']}, head {r['head']}."])


@click.command()
@story_option
@branch_option
@click.option("--at", type=int, help="The seq to fork at (default: the head).")
@click.option("--name", help="What to call the branch.")
@json_option
@click.pass_obj
def fork(home: Path, story: str | None, branch: str | None, at: int | None, name: str | None, raw: bool) -> None:
    """Makes a branch; the current one stays what it was."""
    from client.play import errand

    result = in_story(home, story, "fork", branch=branch, at=at, name=name)
    message = "Branch {branch} forks at {at}, head {head}. `rpc switch {branch}` goes there."
    errand.show(result, raw, lambda r: [message.format(**r)])


@click.command()
@seqs_argument
@story_option
@branch_option
@preview_option
@json_option
@click.pass_obj
def delete(home: Path, seqs: tuple[int, ...], story: str | None, branch: str | None, preview: bool, raw: bool) -> None:
    """Takes the events SEQS out of the story, with what they caused and what derives from them."""
    from client.play import errand
    from client.show import format_result

    result = in_story(home, story, "delete", targets=list(seqs), branch=branch, preview=preview or None)
    errand.show(result, raw, format_result.delete)


@click.command()
@seqs_argument
@story_option
@branch_option
@json_option
@click.pass_obj
def reinstate(home: Path, seqs: tuple[int, ...], story: str | None, branch: str | None, raw: bool) -> None:
    """Brings back what was deleted by SEQS."""
    from client.play import errand

    result = in_story(home, story, "reinstate", targets=list(seqs), branch=branch)
    errand.show(result, raw, lambda r: [f"{len(r['back'])} events are back, head {r['head']}."])


@click.command()
@click.argument("seqs", type=int, nargs=-1)
@story_option
@preview_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def purge(home: Path, seqs: tuple[int, ...], story: str | None, preview: bool, yes: bool, raw: bool) -> None:
    """Takes away for good the words of the events SEQS and of what came of them, having shown and asked.

    Without SEQS: of a whole story, which must be named with -s.
    """
    import sys

    from client.commands import purge as purging
    from client.play import errand

    if not seqs and story is None:
        errand.fail("Name the story that is to go for good (-s STORY), or the SEQS of its events.")
    targets = list(seqs) or None
    if preview or not yes:
        seen = in_story(home, story, "purge", targets=targets, preview=True)
        errand.show(seen, raw, lambda r: purging.previewed(r, {}, "" if seqs else story or ""))
    if preview:
        return
    if not yes:
        if not sys.stdin.isatty():
            errand.fail("Nothing was purged: say --yes where nobody can be asked.")
        if click.prompt("This cannot be undone. Type `purge` to go on", default="", show_default=False) != "purge":
            errand.fail("Nothing was purged.")
    errand.show(in_story(home, story, "purge", targets=targets, confirm=True), raw, purging.done)


HISTORY_COMMANDS = (rewind, branches, switch, retake, takes, revise, fork, delete, reinstate, purge)
