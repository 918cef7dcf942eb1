"""The subcommands about files: exports, imports, templates, moving house. Each imports what it needs when it runs."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from client.cli.daemon import json_option
from client.cli.stories import at_option, branch_option, lens_option, story_option
from client.text.formats import FORMATS, PARTS


@click.command(name="export")
@click.argument("format", type=click.Choice(FORMATS))
@story_option
@branch_option
@click.option("-o", "--output", help="The file to write ('-' for standard output; default: named after the story).")
@at_option
@lens_option
@click.option("--scene", help="Which scene (default: the current or last one).")
@click.option("--entity", metavar="NAME", help="Which character.")
@click.option("--spec", type=click.Choice(("v2", "v3", "sillytavern")), help="The version of a card (default: v2), or"
              " the form of a lorebook.")  # fmt: skip
@click.option("--book", metavar="ID", help="Which lorebook (default: the only one, or all lore).")
@click.option("--as", "as_", type=click.Choice(("json", "png", "charx", "jsonl", "markdown")),
              help="What a card (json, png, charx) or a chat (jsonl, markdown) is written as (default: as"
              " the file's name ends).")  # fmt: skip
@click.option("--memories", is_flag=True, default=None, help="Include the character's memories.")
@click.pass_obj
def export_(home: Path, /, format: str, output: str | None, story: str | None, as_: str | None, **params: Any) -> None:
    """Export a story, state, scene, transcript, chat, character or character card.

    A story is exported with all its versions, for `rpc import` on any machine. A chat is what SillyTavern reads.
    """
    from client.cli.in_story import meant
    from client.play import errand, files
    from client.room.pipe import story_of
    from client.text.names import Unclear
    from client.wire.connection import Connection

    async def work(connection: Connection) -> tuple[str, bytes]:
        found = story_of((await connection.call("stories"))["stories"], story)
        given = await meant(connection, found["story"], {k: x for k, x in params.items() if x is not None})
        sort = as_ or files.by_ending(format, output or "")
        return await files.exported(connection, found["story"], format, **given, **{"as": sort})

    name, content = errand.errand(home, work)
    if output == "-":
        errand.put(content)
        return
    path = Path(output or name)
    if output is None and path.exists():
        errand.fail(f"{path} already exists. Choose another file with -o FILE.")
    try:
        errand.say(files.written(path, content))
    except Unclear as wrong:
        errand.fail(str(wrong))


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "as_", help="The story's title; whose place the character takes: you, a or b; or, for a card, the"
              " name of your character.")  # fmt: skip
@click.option("--speakers", multiple=True, metavar="NAME", help="Which two characters a chat is about (give it twice).")
@click.option("--user", metavar="NAME", help="Your name in a new story of a card (default: your persona,"
              " or Robin), or where a chat doesn't tell it.")  # fmt: skip
@click.option("--for", "lens", type=click.Choice(("you", "a", "b")), multiple=True, help="Who knows of a lorebook"
              " (default: everybody; of a card's, its character).")  # fmt: skip
@click.option("--preview", is_flag=True, help="Only say what would be made.")
@click.option("--seed", type=int, metavar="N", help="What random macros of a card or a lorebook are drawn by (a preview"
              " tells).")  # fmt: skip
@click.option("--library", metavar="NAME", help="Keep the character in your library under this name.")
@click.option("--persona", metavar="NAME", help="Who of your library you are in the new story.")
@story_option
@json_option
@click.pass_obj
def import_(
    home: Path, /, file: Path, as_: str | None, preview: bool, story: str | None, raw: bool, **more: Any
) -> None:
    """Import a story, a card, a lorebook, a chat or a picture.

    A card is a character card of another program: PNG, JSON or CHARX. A chat is one of SillyTavern (JSONL) or of a few
    other programs. A character, a chat or a lorebook joins the story given with -s, or starts a new one.
    """
    from client.play import chats, errand, files
    from client.room.pipe import story_of
    from client.text.names import Unclear
    from client.wire import transfer
    from client.wire.connection import Connection
    from protocol.errors import Fault

    async def work(connection: Connection) -> dict[str, Any]:
        into = story_of((await connection.call("stories"))["stories"], story)["story"] if story else None
        given = {k: list(x) if isinstance(x, tuple) else x for k, x in more.items() if x not in (None, ())}
        begins = files.is_card(file) and not transfer.is_picture(file) and into is None and "library" not in given
        if begins and as_ in (None, "a", "b") and not given.keys() & {"user", "persona"}:
            given |= await files.usual_player(connection)
        try:
            return await files.imported(connection, file, as_, into, errand.progress, preview=preview, **given)
        except Fault as fault:
            if why := chats.by_option(fault):
                raise Unclear(why) from None
            raise

    def told(result: Mapping[str, Any]) -> list[str]:
        if not preview or "seed" not in result:
            return files.taken_in(result)
        return [
            *files.taken_in(result), f"Some of it is drawn by chance: --seed {result['seed']} draws the same again.",
        ]  # fmt: skip

    result = errand.errand(home, work)
    errand.progress("")
    errand.show(result, raw, told)


@click.command()
@json_option
@click.pass_obj
def templates(home: Path, raw: bool) -> None:
    """List the templates that a story can start from."""
    from client.play import errand, files

    errand.show(errand.call(home, "templates"), raw, files.templates)


@click.command(name="save-template")
@click.argument("name")
@click.argument("what", type=click.Choice(PARTS), default="all")
@story_option
@branch_option
@click.option("--entity", metavar="NAME", help="Which character to save.")
@click.option("--about", help="A sentence to describe it.")
@json_option
@click.pass_obj
def save_template(home: Path, /, story: str | None, raw: bool, **params: Any) -> None:
    """Save a story's cast and places, to start others from.

    WHAT is all, cast, places (with what's in them), persona (your character) or character (one of them).
    """
    from client.cli.in_story import in_story
    from client.play import errand, files

    errand.show(in_story(home, story, "save_template", **params), raw, files.saved)


@click.command(name="remove-template")
@click.argument("name")
@click.pass_obj
def remove_template(home: Path, name: str) -> None:
    """Delete one of your templates."""
    from client.play import errand

    errand.call(home, "remove_template", name=name)
    errand.say(f"Deleted the template {name}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def pack(home: Path, file: Path) -> None:
    """Pack everything into one file, to move to another machine.

    It holds stories, settings, templates and assets, but no keys and no token. The daemon may keep running.
    """
    from client.play import files

    sys.exit(files.packed("pack", file, home))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def unpack(home: Path, file: Path) -> None:
    """Unpack a packed file on this machine.

    Fabula's home must still be empty.
    """
    from client.play import files

    sys.exit(files.packed("unpack", file, home))
