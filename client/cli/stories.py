"""The subcommands about stories. Each imports what it needs when it runs, so that help is quick."""

import sys
from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option

story_option = click.option("-s", "--story", help="Its id or title (default: the one last played).")
branch_option = click.option("--branch", help="A branch (default: the current one).")


def in_story(home: Path, story: str | None, method: str, **params: Any) -> dict[str, Any]:
    """The result of a call about a story that is named by id or title, or is the one last played."""
    from client.play import errand
    from client.room.pipe import story_of
    from client.wire.connection import Connection

    async def work(connection: Connection) -> dict[str, Any]:
        found = story_of((await connection.call("stories"))["stories"], story)
        given = {k: v for k, v in params.items() if v is not None}
        return await connection.call(method, story=found["story"], **given)

    return errand.errand(home, work)


@click.command()
@json_option
@click.pass_obj
def stories(home: Path, raw: bool) -> None:
    """All stories, the one last played first."""
    from client.play import errand
    from client.show import format_result

    errand.show(errand.call(home, "stories"), raw, format_result.stories)


@click.command()
@click.argument("title")
@click.option("--from", "template", multiple=True, help="A template (see: rpc templates); several are put together.")
@click.option("--setup", help="A JSON list of commands ('-': from standard input).")
@click.option("--premise", help="What it is about.")
@click.option(
    "--style", multiple=True, metavar="PART=VALUE", help="How it is written, such as tense=past (see: style)."
)
@json_option
@click.pass_obj
def create(
    home: Path, title: str, template: tuple[str, ...], setup: str | None, premise: str | None, style: tuple[str, ...],
    raw: bool,
) -> None:  # fmt: skip
    """Makes a story."""
    from client.commands.telling import given
    from client.play import errand
    from client.text.names import Unclear

    try:
        told = [given(x.replace("=", " ", 1)) for x in ([f"premise={premise}"] if premise else []) + list(style)]
    except Unclear as unclear:
        raise click.ClickException(str(unclear)) from None
    commands = errand.parsed(setup, "--setup", list) if setup else []
    commands = [*({"do": "set", "what": "story", "values": x} for x in told), *commands]
    result = errand.call(home, "create", title=title, setup=commands or None, template=list(template) or None)
    errand.show(result, raw, lambda r: [f"{r['story']} on branch {r['branch']}, head {r['head']}"])


@click.command()
@click.argument("commands")
@story_option
@branch_option
@click.option("--expected", type=int, help="The head that this is based on.")
@click.pass_obj
def append(home: Path, commands: str, story: str | None, branch: str | None, expected: int | None) -> None:
    """Applies commands, all or none.

    COMMANDS is a JSON list ('-': from standard input). Prints the result as JSON.
    """
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
    """What a story is about, and how it is written.

    PART VALUE sets a part of it: premise, person, tense, length, tone, language or form.
    """
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
@click.option("--lens", default="", help="Through whose eyes: a, or a,b (default: the truth).")
@click.option("--at", type=int, help="As of this seq.")
@click.option("--entity", help="For the view 'entity'.")
@click.option("--speaker", help="For the view 'prompt'.")
@click.option("--before", type=int, help="The page before this seq.")
@click.option("--after", type=int, help="The page after this seq.")
@click.option("--limit", type=int, help="Entries of a page.")
@json_option
@click.pass_obj
def view(home: Path, /, view: str, story: str | None, lens: str, raw: bool, **params: Any) -> None:
    """Shows a view, through any lens, as of any time.

    VIEW is scene, world, entity, edges, transcript, memories, occasions, threads, timeline, prompt, story,
    decay or state.
    """
    from client.play import errand
    from client.play.known import known
    from client.room.pipe import story_of
    from client.show import format_result
    from client.text.names import lens_of
    from client.wire.connection import Connection

    given = {k: x for k, x in params.items() if x is not None}

    async def work(connection: Connection) -> tuple[dict[str, Any], dict[str, str]]:
        found = story_of((await connection.call("stories"))["stories"], story)

        async def project(name: str, **more: Any) -> Any:
            return (await connection.call("project", story=found["story"], view=name, **more))["data"]

        result = await connection.call("project", story=found["story"], view=view, lens=lens_of(lens, {}), **given)
        return result, {} if raw else (await known(project)).names

    result, names = errand.errand(home, work)
    lines = None if raw else format_result.view(view, result["data"], names)
    errand.show(result, lines is None, lambda _: lines or [])


@click.command()
@story_option
@branch_option
@click.option("--after", type=int, help="Begin after this seq (default: the head).")
@click.option("--of-branch", help="The branch on which it was seen.")
@click.option("--no-tokens", is_flag=True, help="Without the drafts as they are written.")
@click.pass_obj
def follow(
    home: Path, story: str | None, branch: str | None, after: int | None, of_branch: str | None, no_tokens: bool
) -> None:
    """Prints all that happens in a story until Ctrl-C.

    Each line is a notification as JSON.
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
@click.option("--as", "as_", help="Who says it (default: you).")
@click.option("--manner", help="speech, action, thought, whisper, message, narration or ooc.")
@click.option("--to", multiple=True, help="Whom it is meant for.")
@click.option("--speaker", help="Who answers.")
@click.option("--mode", help="reply, continue, impersonate, narrate or silent.")
@click.option("--model", help="A model for this turn.")
@click.pass_obj
def play(home: Path, /, text: tuple[str, ...], story: str | None, as_: str | None, **how: Any) -> None:
    """Plays one turn and prints the reply as it comes.

    TEXT is what is said ('-': from standard input). Without it: a reply to what stands.
    """
    from client.play import errand
    from client.room.pipe import enter, quiet_game

    words = sys.stdin.read().rstrip("\n") if text == ("-",) else " ".join(text)
    given = {"text": words or None, "as": as_, **how, "to": list(how["to"]) or None}

    async def work() -> None:
        game = quiet_game(home)
        try:
            await game.start()
            await enter(game, story)
            await game.play(**{k: v for k, v in given.items() if v is not None})
        finally:
            await game.close()

    errand.run(work())


@click.command()
@story_option
@click.pass_obj
def stop(home: Path, story: str | None) -> None:
    """Stops the running reply.

    What was written so far stays. (To end the daemon: rpc shutdown.)
    """
    from client.play import errand

    result = in_story(home, story, "stop")
    errand.say("Nothing was being written." if result["turn"] is None else f"Stopped turn {result['turn']}.")


STORY_COMMANDS = (stories, create, style, append, view, follow, play, stop)
