"""The subcommands that ask a story something, and the tour. Each imports what it needs when it runs."""

from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option
from client.cli.stories import branch_option, story_option


def _named(home: Path, story: str | None, method: str, **params: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The result of a call about a story, and what its people, places and things are called.

    A `line` that is None is the last reply.
    """
    import msgspec

    from client.play import errand, finding
    from client.play.known import known
    from client.room.pipe import story_of
    from client.text.names import Unclear
    from client.wire.connection import Connection
    from protocol.views import TranscriptView

    async def work(connection: Connection) -> tuple[dict[str, Any], dict[str, str]]:
        found = story_of((await connection.call("stories"))["stories"], story)

        async def project(name: str, **more: Any) -> Any:
            return (await connection.call("project", story=found["story"], view=name, **more))["data"]

        async def page(**more: Any) -> TranscriptView:
            branch = {"branch": params["branch"]} if params["branch"] else {}
            return msgspec.convert(await project("transcript", **branch, **more), TranscriptView)

        if "line" in params and params["line"] is None:
            line = await finding.latest(page, finding.not_by_you)
            if line is None:
                raise Unclear("There is no reply yet.")
            params["line"] = line.line
        given = {k: x for k, x in params.items() if x is not None}
        return await connection.call(method, story=found["story"], **given), (await known(project)).names

    return errand.errand(home, work)


@click.command()
@click.argument("words", nargs=-1, required=True)
@story_option
@branch_option
@click.option("--lens", default="", help="Whose memory: a, or a,b (default: the truth).")
@click.option("-k", type=int, help="How many at most.")
@click.option("--at", type=int, help="As of this seq.")
@json_option
@click.pass_obj
def recall(home: Path, /, words: tuple[str, ...], story: str | None, lens: str, raw: bool, **params: Any) -> None:
    """What WORDS bring back, best first."""
    from client.play import errand
    from client.show import format_result
    from client.text.names import lens_of

    result, names = _named(home, story, "recall", query=" ".join(words), lens=lens_of(lens, {}), **params)
    errand.show(result, raw, lambda r: format_result.recalled(r, names))


@click.command()
@click.argument("line", required=False)
@story_option
@branch_option
@json_option
@click.pass_obj
def explain(home: Path, line: str | None, story: str | None, branch: str | None, raw: bool) -> None:
    """The prompt that made a LINE (its id; else the last reply), and what was withheld from its speaker."""
    from client.play import errand
    from client.show import format_result

    result, names = _named(home, story, "explain", line=line, branch=branch)
    errand.show(result, raw, lambda r: format_result.explained(r, names))


@click.command()
@click.argument("line", required=False)
@story_option
@branch_option
@json_option
@click.pass_obj
def reread(home: Path, line: str | None, story: str | None, branch: str | None, raw: bool) -> None:
    """Reads the turn of a LINE (its id; else the last reply) into changes of the world once more."""
    import msgspec

    from client.play import errand
    from client.show import format_result
    from client.show.turns import Read

    def lines(result: dict[str, Any]) -> list[str]:
        return [format_result.changed(msgspec.convert(result, Read)) or "That changed nothing."]

    errand.show(_named(home, story, "reread", line=line, branch=branch)[0], raw, lines)


@click.command()
@json_option
@click.pass_obj
def jobs(home: Path, raw: bool) -> None:
    """What is still to be done behind play."""
    from client.play import errand
    from client.show import format_result

    errand.show(errand.call(home, "jobs"), raw, format_result.jobs)


@click.command()
@click.option("--pace", type=click.FloatRange(0, 10), default=1.0, show_default=True, help="0: without any pause.")
@click.pass_obj
def tour(home: Path, pace: float) -> None:
    """Plays a ready story by itself, in two minutes, to show what this is about.

    A lie is believed, a basket is closed away, a memory comes back. The story is kept, to be looked at.
    """
    from client.play import errand
    from client.room.tour import tour as play

    errand.run(play(home, pace))


LOOKING_COMMANDS = (recall, explain, reread, jobs, tour)
