"""The subcommands for other programs that play or read stories. Each imports what it needs when it runs."""

from pathlib import Path

import click


@click.command()
@click.pass_obj
def connect(home: Path) -> None:
    """Show what another frontend needs to play your stories.

    SillyTavern, Open WebUI and others that take an OpenAI-compatible server: its address, the key and the models.
    """
    from client.play import errand
    from client.wire.connection import Connection
    from protocol import places

    async def work(connection: Connection) -> list[str]:
        stories = (await connection.call("stories"))["stories"]
        wide = max((len(x["story"]) for x in stories), default=0)
        return [
            f"Address (base URL): {connection.hello['capabilities']['http']}/v1",
            f"API key: what `rpc token` prints; it's in {places.runtime_dir(home) / places.TOKEN}",
            "Models:" if stories else "There are no stories yet: every story is a model.",
            *(f"  fabula/{x['story']:<{wide}}  {x['title']}" for x in stories),
        ]

    for line in errand.errand(home, work):
        errand.say(line)


@click.command()
@click.option("-s", "--story", help="Only this story, by title.")
@click.option(
    "--lens", metavar="NAME", help="Only what NAME knows (NAME,NAME: what the first takes the second to know)."
)
@click.option("--write", is_flag=True, help="Let it play and change stories too.")
@click.pass_obj
def mcp(home: Path, story: str | None, lens: str | None, write: bool) -> None:
    """Serve an assistant over the Model Context Protocol.

    It speaks on standard input and output: give your assistant the command `rpc mcp`. It may read every story, unless
    you narrow that. With --lens and no --story it gets the story last played.
    """
    from client.play import errand

    try:
        from client.assistant.server import serve
    except ModuleNotFoundError as missing:
        if missing.name not in ("mcp", "mcp_types"):
            raise
        errand.fail("`rpc mcp` needs the package mcp: pip install 'fabula[mcp]'")
    from client.assistant.calling import Calls
    from client.assistant.tools import Scope, tools
    from client.cli.in_story import meant
    from client.room.pipe import story_of
    from client.text.names import Unclear
    from client.wire.connection import Connection

    calls = Calls(Scope(), {})

    async def work(connection: Connection) -> None:
        about = "Stories of Fabula, a simulation of fiction. `stories` lists them; `lens` is through whose eyes."
        chosen, seen, seers = None, [], ""
        if story is not None or lens is not None:
            found = story_of((await connection.call("stories"))["stories"], story)
            chosen = found["story"]
            about = f"The story {found['title']!r} of Fabula, a simulation of fiction."
        if lens is not None and chosen is not None:
            seen = (await meant(connection, chosen, {"lens": lens}))["lens"]
            if not seen:
                raise Unclear("--lens takes a name. Leave it out if the assistant may know everything.")
            seers = " and ".join(lens.split(","))
            about += f" You know of it what {seers.strip()} knows, and nothing else."
        scope = Scope(chosen, seen, write)
        calls.scope, calls.tools = scope, tools(scope)
        await serve(connection, calls, about)

    errand.errand(home, work, calls.note)
