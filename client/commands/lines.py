"""The slash commands that play: lines of all manners, and what one's hands and feet do."""

import re

from client.play.game import Game
from client.show.format_view import clock, joined
from client.text.names import Unclear, find, split_name
from client.text.plain import one_line
from protocol import views as v
from protocol.ids import ENTITIES
from protocol.naming import the

SPAN = re.compile(
    r"(?:(?P<days>\d{1,4})\s*(?:days?|d)\b\s*)?(?:(?P<hours>\d{1,5})\s*(?:hours?|hrs?|h)(?=\b|\d)\s*)?"
    r"(?:(?P<minutes>\d{1,7})(?:\s*(?:minutes?|mins?|m)\b|(?=\s|$)))?",
    re.IGNORECASE,
)
ENDING = ("off", "none", "-")
"""What ends a note."""

MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d))?$")


async def say(game: Game, words: str) -> None:
    """Plain text: a turn. The daemon reads its markup: `*done*`, `` `thought` ``, the rest is speech."""
    await game.play(text=words)


async def act(game: Game, words: str) -> None:
    """A turn in which you do something."""
    await game.play(text=_words(words, "what you do"), manner="action")


async def think(game: Game, words: str) -> None:
    """A thought of yours, which nobody else perceives and nobody answers."""
    await game.play(text=_words(words, "what you think"), manner="thought", mode="silent")


async def whisper(game: Game, words: str) -> None:
    """Words for one pair of ears."""
    others = {e: n for e, n in game.cast.items() if e != "you"}
    if not words:
        raise Unclear("Say to whom, and what: /whisper Maren Not here.")
    to, text = split_name(words, others, "person")
    await game.play(text=_words(text, "what you whisper"), manner="whisper", to=[to])


async def narrate(game: Game, words: str) -> None:
    """What is so, told by nobody in particular; without words, the model tells what happens next."""
    if words:
        await game.play(text=words, manner="narration")
    else:
        await game.play(mode="narrate")


async def speak_as(game: Game, words: str) -> None:
    """Puts words into somebody's mouth; nobody answers."""
    if not words:
        raise Unclear("Say who speaks, and what: /as Maren I never said that.")
    who, text = split_name(words, game.cast, "person")
    await game.play(text=_words(text, "what they say"), mode="silent", **{"as": who})


async def reply(game: Game, words: str) -> None:
    """A reply to what stands, from whom you name or from whose turn it is."""
    others = {e: n for e, n in game.cast.items() if e != "you"}
    await game.play(**({"speaker": find(words, others, "person")} if words else {}))


async def go_on(game: Game, words: str) -> None:
    """Lets the last reply go on."""
    await game.play(mode="continue")


async def impersonate(game: Game, words: str) -> None:
    """Has a model write your next line."""
    await game.play(mode="impersonate")


async def note(game: Game, words: str) -> None:
    """A note to whoever tells the story, so many lines above the end of what they are given (`/note 4 Slower.`);
    without words, the one that there is."""
    if not words:
        kept = (await game.of_story("project", view="state", lens=[]))["data"].get("note")
        game.screen.line(f"Your note: {one_line(kept)}" if kept else "There is no note.")
        return
    depth, _, rest = words.partition(" ")
    at, text = (int(depth), rest.strip()) if depth.isdigit() else (0, words)
    text = "" if text.strip().casefold() in ENDING else text
    await game.append({"do": "note", "text": text, "depth": at})
    game.screen.line("The writer has your note. /note off ends it." if text else "The note has ended.")


async def stop(game: Game, words: str) -> None:
    """Stops the running reply, whoever asked for it."""
    await game.stop()


async def move(game: Game, words: str) -> None:
    """Moves you to a place, or those who are named before the place (`/move you Mara kitchen`). Raises Unclear."""
    who, rest = [], words.split()
    while len(rest) > 1 and (one := person(game, rest[0])):
        who.append(one)
        rest.pop(0)
    place = find(" ".join(rest), game.places, "place")
    await game.append(*({"do": "move", "who": e, "container": place} for e in who or ["you"]))
    await game.refresh()
    goes = "goes" if len(who) == 1 and who != ["you"] else "go"
    named = "You" if who in ([], ["you"]) else joined([game.cast[e] for e in who])
    game.screen.line(f"{named} {goes} to {the(game.places[place])}.")


_SPANS = "Give minutes (30), hours (2h, 1h30m), days (3 days), or a date and time (1958-10-16 23:10)."


async def take(game: Game, words: str) -> None:
    """You take a thing."""
    prop = find(words, game.props, "thing")
    await game.append({"do": "take", "who": "you", "prop": prop})
    game.screen.line(f"You have {the(game.props[prop])}.")


async def drop(game: Game, words: str) -> None:
    """You put a thing down."""
    prop = find(words, game.props, "thing")
    await game.append({"do": "drop", "who": "you", "prop": prop})
    game.screen.line(f"You put {the(game.props[prop])} down.")


async def time(game: Game, words: str) -> None:
    """Shows the clock; `30`, `2h` or `1h30m` lets so much time pass first, a date and time sets it. Raises Unclear."""
    if MOMENT.match(words):
        await game.append({"do": "set", "what": "clock", "values": {"clock": moment(words)}})
    elif words:
        await game.append({"do": "pass_time", "minutes": minutes(words)})
    scene = await game.view("scene", v.SceneView, [])
    game.screen.line(f"It is {clock(scene.clock, scene.elapsed)}{' now' if words else ''}.")
    await game.refresh()


def moment(words: str) -> str:
    """A moment of the story as the wire writes it. Raises Unclear."""
    if not (found := MOMENT.match(words.strip())):
        raise Unclear("Give a date and a time, such as 1958-10-16 23:10.")
    return f"{found[1]}T{found[2]}:{found[3] or '00'}"


def minutes(words: str) -> int:
    """The minutes of a span such as `30`, `2h`, `1h30m`, `2 hours` or `3 days`. Raises Unclear."""
    count, rest = span(words)
    if rest:
        raise Unclear(_SPANS)
    return count


def span(words: str) -> tuple[int, str]:
    """The minutes of the span that words begin with, and what follows it. Raises Unclear."""
    found = SPAN.match(words := words.strip())
    if found is None or not found[0]:
        raise Unclear(_SPANS)
    days, hours, rest = (int(found[unit] or 0) for unit in ("days", "hours", "minutes"))
    return (days * 24 + hours) * 60 + rest, words[found.end() :].strip()


def person(game: Game, word: str) -> str | None:
    """Who this very word means, if anybody."""
    wanted = word.casefold()
    return next((e for e in ENTITIES if e in game.cast and wanted in (e, game.cast[e].casefold())), None)


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise Unclear(f"Type {what} after the command.")
    return text
