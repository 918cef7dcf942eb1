"""The subcommands about files: exports, imports, templates, moving house. Each imports what it needs when it runs."""

import sys
from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option
from client.cli.stories import branch_option, story_option
from client.text.formats import FORMATS, PARTS


@click.command(name="export")
@click.argument("format", type=click.Choice(FORMATS))
@story_option
@branch_option
@click.option("-o", "--output", help="The file to write ('-': standard output; default: a name made from the title).")
@click.option("--at", type=int, help="As of this seq.")
@click.option("--lens", help="Through whose eyes: a, or a,b (default: the truth; every lens for a state).")
@click.option("--scene", help="Which scene (default: the one that is on, or was last).")
@click.option("--entity", help="Which character: you, a or b.")
@click.option("--memories", is_flag=True, default=None, help="With what the character remembers.")
@click.pass_obj
def export_(home: Path, /, format: str, output: str | None, lens: str | None, story: str | None, **params: Any) -> None:
    """Writes a story, a state, a scene, a transcript or a character into a file.

    A story goes out with all its branches, for `rpc import` on any machine.
    """
    from client.play import errand, files
    from client.room.pipe import story_of
    from client.text.names import Unclear, lens_of
    from client.wire.connection import Connection

    through = lens_of(lens, {}) if lens else None

    async def work(connection: Connection) -> tuple[str, bytes]:
        found = story_of((await connection.call("stories"))["stories"], story)
        return await files.exported(connection, found["story"], format, lens=through, **params)

    name, content = errand.errand(home, work)
    if output == "-":
        errand.put(content)
        return
    path = Path(output or name)
    if output is None and path.exists():
        errand.fail(f"{path} is there already: say where with -o FILE")
    try:
        errand.say(files.written(path, content))
    except Unclear as wrong:
        errand.fail(str(wrong))


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "as_", help="The story's title, or who the character is to be: you, a or b.")
@story_option
@json_option
@click.pass_obj
def import_(home: Path, file: Path, as_: str | None, story: str | None, raw: bool) -> None:
    """Takes a file in: a story, or a character into a story.

    A character goes into the story given with -s, else into a new one.
    """
    from client.play import errand, files
    from client.room.pipe import story_of
    from client.wire.connection import Connection

    async def work(connection: Connection) -> dict[str, Any]:
        into = story_of((await connection.call("stories"))["stories"], story)["story"] if story else None
        return await files.imported(connection, file, as_, into, errand.progress)

    result = errand.errand(home, work)
    errand.progress("")
    errand.show(result, raw, files.taken_in)


@click.command()
@json_option
@click.pass_obj
def templates(home: Path, raw: bool) -> None:
    """The casts and places that a story can start from (rpc create TITLE --from NAME)."""
    from client.play import errand, files

    errand.show(errand.call(home, "templates"), raw, files.templates)


@click.command(name="save-template")
@click.argument("name")
@click.argument("what", type=click.Choice(PARTS), default="all")
@story_option
@branch_option
@click.option("--entity", help="Whom a template of one character is of.")
@click.option("--about", help="A sentence about it.")
@json_option
@click.pass_obj
def save_template(home: Path, /, story: str | None, raw: bool, **params: Any) -> None:
    """Keeps what a story has now, to start others from.

    WHAT is all of it, the cast, the places with what is in them, the persona (who you are), or one character.
    """
    from client.cli.stories import in_story
    from client.play import errand, files

    errand.show(in_story(home, story, "save_template", **params), raw, files.saved)


@click.command(name="remove-template")
@click.argument("name")
@click.pass_obj
def remove_template(home: Path, name: str) -> None:
    """Removes a saved template."""
    from client.play import errand

    errand.call(home, "remove_template", name=name)
    errand.say(f"Removed {name}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def pack(home: Path, file: Path) -> None:
    """Packs everything into one file, to move to another machine.

    Stories, settings, templates and assets; no keys and no token. The daemon may run meanwhile.
    """
    from client.play import files

    sys.exit(files.packed("pack", file, home))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def unpack(home: Path, file: Path) -> None:
    """Makes this home from a packed file; it must be empty."""
    from client.play import files

    sys.exit(files.packed("unpack", file, home))


FILE_COMMANDS = (export_, import_, templates, save_template, remove_template, pack, unpack)
