"""The slash commands for things, tidings and questions: giving, putting, telling (true or not), memories, threads."""

from client.commands.setting import place_of_thing
from client.play.game import Game
from client.show.format_view import joined
from client.text.names import Unclear, find, split_name
from client.text.plain import one_line
from protocol import views as v
from protocol.naming import the, within


async def give(game: Game, words: str) -> None:
    """Hands a thing to somebody in your name (`THING NAME`). Raises Unclear."""
    prop, rest = split_name(words, game.props, "thing")
    others = {e: n for e, n in game.cast.items() if e != "you"}
    to = find(rest.removeprefix("to "), others, "person")
    await game.append({"do": "hand", "who": "you", "prop": prop, "to": to})
    game.screen.line(f"{game.cast[to]} has {the(game.props[prop])}.")


async def put(game: Game, words: str) -> None:
    """`THING in PLACE`: you put it there, or into another thing; those present see it done."""
    prop, rest = split_name(words, game.props, "thing")
    name = rest.removeprefix("into ").removeprefix("in ")
    there = place_of_thing(game, name)
    if there is None:
        raise Unclear("Say where to put it: /put ring in drawer")
    await game.append({"do": "hide", "who": "you", "prop": prop, "in": there})
    into = next(id for key, id in there.items() if key != "slot")
    where = within(game.names[into]) if "container" in there else f"in {the(game.names[into])}"
    game.screen.line(f"You put {the(game.props[prop])} {where}.")


async def look_into(game: Game, words: str) -> None:
    """`THING`: what is in it, which you alone see."""
    prop = find(words, game.props, "thing")
    await game.append({"do": "look_into", "who": "you", "prop": prop})
    inside = [
        one_line(p.name) for p in (await game.view("world", v.WorldView, ["you"])).props if p.in_ and p.in_.prop == prop
    ]
    game.screen.line(f"In {the(game.props[prop])}: {joined(inside) or 'nothing'}.")


async def tell(game: Game, words: str) -> None:
    """`[NAME] NAME that THING is in PLACE`: whoever is told believes it, be it true or not."""
    heads, said, claim = words.partition(" that ")
    thing, is_in, there = claim.partition(" is ")
    if not said or not is_in:
        raise Unclear("Say who is told, and what: /tell Oren that ring is in meadow")
    by, rest = split_name(heads, game.cast, "person")
    by, to = (by, find(rest, game.cast, "person")) if rest else ("you", by)
    prop = find(thing, game.props, "thing")
    name = there.removeprefix("in ").removeprefix("with ").removeprefix("held by ")
    claims = [{"prop": prop, "in": place_of_thing(game, name)}]
    await game.append({"do": "share", "by": by, "to": [to], "claims": claims})
    game.screen.line(f"{game.cast[to]} has been told.")


async def remember(game: Game, words: str) -> None:
    """`NAME WHAT`: somebody keeps a memory."""
    who, gist = split_name(words, game.cast, "person who remembers")
    if not gist:
        raise Unclear("Say what they remember, after the name: /remember Mara Sam is afraid of horses.")
    await game.append({"do": "remember", "by": [who], "gist": gist})
    game.screen.line(f"{game.cast[who]} will remember that.")


async def thread(game: Game, words: str) -> None:
    """Opens a question (`TITLE`), or notes what is new about an open one (`THREAD: NOTE`). Raises Unclear."""
    head, colon, note = words.partition(":")
    if colon:
        id = find(head, await _open(game), "open question")
        await game.append({"do": "advance_thread", "thread": id, "note": note.strip()})
    elif words:
        await game.append({"do": "open_thread", "title": words})
    else:
        raise Unclear("Type a question (/question Who took the ring?), or an open one, a colon and what is new.")
    game.screen.line("Noted. /questions lists them all.")


async def resolve(game: Game, words: str) -> None:
    """`THREAD [: NOTE]`: a question is answered."""
    head, _, note = words.partition(":")
    threads = await _open(game)
    id = find(head, threads, "open question")
    await game.append({"do": "resolve_thread", "thread": id, "note": note.strip()})
    game.screen.line(f"Answered: {threads[id]}")


async def _open(game: Game) -> dict[str, str]:
    threads = (await game.view("threads", v.ThreadsView, [])).threads
    return {t.thread: one_line(t.title) for t in threads if t.status == "open"}
