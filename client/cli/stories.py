"""The subcommands about stories. Each imports what it needs when it runs, so that help is quick."""

import sys
from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option


class _Number(click.ParamType[int]):
    """The number of a line, as it is shown: `120` or `@120`."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Fails for anything else."""
        digits = str(value).removeprefix("@").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
            self.fail(f"{value!r} is no line number. `rpc view lines` shows them.", param, ctx)
        return int(digits)


NUMBER = _Number()

story_option = click.option(
    "-s", "--story", help="Which story: its title, the beginning of it, or its number in `rpc stories`"
    " (default: the one last played)."
)  # fmt: skip
branch_option = click.option("--branch", metavar="VERSION", help="Which version (default: the current one).")
lens_option = click.option("--lens", help="Seen by whom: NAME or NAME,NAME (default: everything).")
at_option = click.option("--at", type=NUMBER, metavar="N", help="As of this line number.")
line_argument = click.argument("line", required=False, metavar="[LINE]")

VIEWS = {
    "lines": "transcript", "who": "entity", "character": "entity", "feelings": "edges", "plans": "occasions",
    "questions": "threads",
}  # fmt: skip
"""What people call views, where the wire has another name for them."""

OFFERED = (
    "scene", "world", "who", "feelings", "lines", "memories", "plans", "questions", "timeline", "secrets", "deleted",
    "prompt", "story", "decay", "state",
)  # fmt: skip
"""The views in people's words."""


@click.command()
@click.argument("shelf", required=False, type=click.Choice(["archive", "bin"]), metavar="[archive|bin]")
@json_option
@click.pass_obj
def stories(home: Path, shelf: str | None, raw: bool) -> None:
    """List your stories, or those you put away.

    Pinned stories come first, then the last played. Their numbers are what -s takes.
    """
    from client.play import errand
    from client.show import format_history

    if raw:
        return errand.show(errand.call(home, "stories", shelf=shelf), raw, list)
    away = {x: errand.call(home, "stories", shelf=x)["stories"] for x in ("archive", "bin")}
    found = away[shelf] if shelf else errand.call(home, "stories")["stories"]
    for line in format_history.shelved(found, away, shelf or "", "rpc "):
        errand.say(line)
    return None


@click.command()
@click.argument("title", nargs=-1, required=True)
@click.option("--from", "template", multiple=True, help="A template (see `rpc templates`); can be given several times.")
@click.option("--setup", help="A JSON list of commands ('-' reads standard input).")
@click.option("--premise", help="What it's about.")
@click.option(
    "--style", multiple=True, metavar="PART=VALUE", help="How it's written, such as tense=past (see `rpc style`)."
)
@json_option
@click.pass_obj
def create(
    home: Path, title: tuple[str, ...], template: tuple[str, ...], setup: str | None, premise: str | None,
    style: tuple[str, ...], raw: bool,
) -> None:  # fmt: skip
    """Start a new story."""
    from client.commands.telling import given
    from client.play import errand
    from client.text.names import Unclear

    try:
        told = [given(x.replace("=", " ", 1)) for x in ([f"premise={premise}"] if premise else []) + list(style)]
    except Unclear as unclear:
        raise click.ClickException(str(unclear)) from None
    called = " ".join(title)
    commands = errand.parsed(setup, "--setup", list) if setup else []
    commands = [*({"do": "set", "what": "story", "values": x} for x in told), *commands]
    result = errand.call(home, "create", title=called, setup=commands or None, template=list(template) or None)
    errand.show(result, raw, lambda r: [f"Started “{called}”."])


@click.command()
@click.argument("commands")
@story_option
@branch_option
@click.option("--expected", type=int, help="Refuse if the story has moved on from this number.")
@click.pass_obj
def append(home: Path, commands: str, story: str | None, branch: str | None, expected: int | None) -> None:
    """Send commands to a story, all or none.

    COMMANDS is a JSON list ('-' reads standard input). The result is printed as JSON.
    """
    from client.cli.in_story import in_story
    from client.play import errand

    given = errand.parsed(commands, "COMMANDS", list)
    result = in_story(home, story, "append", branch=branch, commands=given, expected=expected)
    errand.show(result, True, list)


@click.command()
@click.argument("part", required=False)
@click.argument("value", nargs=-1)
@story_option
@json_option
@click.pass_obj
def style(home: Path, part: str | None, value: tuple[str, ...], story: str | None, raw: bool) -> None:
    """Show or set what a story is about and how it's written.

    PART is premise, person, tense, length, tone, language or form; VALUE is what to set it to.
    """
    from client.cli.in_story import in_story
    from client.commands.telling import given
    from client.play import errand
    from client.show import format_result
    from client.text.names import Unclear

    if part is not None:
        try:
            values = given(" ".join([part, *value]))
        except Unclear as unclear:
            raise click.ClickException(str(unclear)) from None
        in_story(home, story, "append", commands=[{"do": "set", "what": "story", "values": values}])
    shown = in_story(home, story, "project", view="story")
    errand.show(shown, raw, lambda r: format_result.view("story", r["data"], {}) or [])


@click.command()
@click.argument("view")
@story_option
@branch_option
@lens_option
@at_option
@click.option("--entity", metavar="NAME", help="Which character, for the view `who` (default: everybody).")
@click.option("--speaker", metavar="NAME", help="Who would speak, for the view `prompt`.")
@click.option("--before", type=NUMBER, metavar="N", help="Only before this line number.")
@click.option("--after", type=NUMBER, metavar="N", help="Only after this line number.")
@click.option("--limit", type=int, help="How many entries.")
@json_option
@click.pass_obj
def view(home: Path, /, view: str, story: str | None, raw: bool, **params: Any) -> None:
    """Show part of a story, as anybody sees it, at any point.

    VIEW is scene, world, who, feelings, lines, memories, plans, questions, timeline, secrets, deleted, prompt, story,
    decay or state.
    """
    from client.cli.in_story import in_story, people_of, with_names
    from client.play import errand
    from client.show import format_result

    name = VIEWS.get(view, view)
    if name not in VIEWS.values() and name not in OFFERED:
        errand.fail(f"There is no view “{view}”. You can choose {', '.join(OFFERED[:-1])} or {OFFERED[-1]}.")
    if name == "secrets" and not params["lens"]:
        errand.fail("Say whose secrets: --lens NAME.")
    if name == "entity" and not params["entity"] and not raw:
        for person in people_of(home, story, **params):
            seen, known = with_names(home, story, "project", view=name, **{**params, "entity": person})
            for line in format_result.view(name, seen["data"], known) or []:
                errand.say(line)
        return
    names: dict[str, str] = {}
    if raw:
        result = in_story(home, story, "project", view=name, **params)
    else:
        result, names = with_names(home, story, "project", view=name, **params)
    lines = None if raw else format_result.view(name, result["data"], names)
    errand.show(result, lines is None, lambda _: lines or [])


@click.command()
@story_option
@branch_option
@click.option("--after", type=int, help="Begin after this line number (default: the last).")
@click.option("--of-branch", metavar="VERSION", help="The version that this number is from.")
@click.option("--no-tokens", is_flag=True, help="Leave out replies while they are being written.")
@click.pass_obj
def follow(
    home: Path, story: str | None, branch: str | None, after: int | None, of_branch: str | None, no_tokens: bool
) -> None:
    """Print what happens in a story as JSON, until Ctrl-C.

    Each line is one notification.
    """
    import asyncio

    from client.play import errand
    from client.room.pipe import story_of
    from client.text.plain import harmless_json
    from client.wire.connection import Connection

    def note(method: str, params: dict[str, Any]) -> None:
        errand.say(harmless_json({"method": method, "params": params}))

    async def work(connection: Connection) -> None:
        found = story_of((await connection.call("stories"))["stories"], story)
        await connection.follow(found["story"], branch, after, of_branch, not no_tokens)
        await asyncio.Event().wait()

    try:
        errand.errand(home, work, note)
    except KeyboardInterrupt:
        sys.exit(130)


@click.command()
@click.argument("text", nargs=-1)
@story_option
@click.option("--as", "as_", help="Who says it (default: your character).")
@click.option("--manner", help="speech (default), action, thought, whisper, message, narration or ooc (an aside).")
@click.option("--to", multiple=True, help="Who it is said to; can be given several times.")
@click.option("--speaker", help="Who answers.")
@click.option("--mode", help="reply (default), continue, impersonate (write your line), narrate, or silent (no reply).")
@click.option("--model", help="A model for this turn.")
@click.pass_obj
def play(home: Path, /, text: tuple[str, ...], story: str | None, as_: str | None, **how: Any) -> None:
    """Play one turn and print the reply.

    TEXT is what you say ('-' reads standard input). Without it you get a reply without saying anything.
    """
    from client.cli.in_story import meant
    from client.play import errand
    from client.room.pipe import enter, quiet_game

    words = sys.stdin.read().rstrip("\n") if text == ("-",) else " ".join(text)
    given = {"text": words or None, "as": as_, **how, "to": list(how["to"]) or None}

    async def work() -> None:
        game = quiet_game(home)
        try:
            await game.start()
            await enter(game, story)
            await game.play(**await meant(game.connection, game.story, {k: v for k, v in given.items() if v}))
        finally:
            await game.close()

    errand.run(work())


@click.command()
@story_option
@click.pass_obj
def stop(home: Path, story: str | None) -> None:
    """Stop the reply that is being written.

    What was written so far stays. (To stop the daemon: rpc shutdown.)
    """
    from client.cli.in_story import in_story
    from client.play import errand

    result = in_story(home, story, "stop")
    errand.say("No reply was being written." if result["turn"] is None else "Stopped.")
