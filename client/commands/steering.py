"""The slash commands that steer a story: occasions, scenes, time that is left out, feelings."""

import re
from collections.abc import Mapping
from typing import Any

from client.commands.lines import moment, person, span
from client.play.game import Game
from client.show.format_view import FEELINGS, clock, joined, place_of
from client.text.names import Unclear, bare, find, split_name
from protocol import views as v
from protocol.naming import the, within

MOST = 10
"""By which a feeling can change at once: from one end to the other."""

PLAN = re.compile(r"\s+(when|after|with|at)\s+", re.IGNORECASE)


async def plan(game: Game, words: str) -> None:
    """`TITLE [at PLACE] [when MOMENT | after OCCASION] [with THING, THING]`"""
    title, *rest = PLAN.split(words)
    if not title.strip():
        raise Unclear("Say what is planned: /plan Picnic at the quay when 2031-11-09 12:00 with basket, blanket")
    command: dict[str, Any] = {"do": "plan"}
    for word, value in zip(rest[::2], rest[1::2], strict=True):
        match word.casefold():
            case "at":
                command["where"] = find(value, game.places, "place")
            case "when":
                command["when"] = moment(value)
            case "after":
                command["when"] = {"after": find(value, game.occasions, "plan")}
            case _:
                command["props"] = [{"prop": _id(x), "name": x} for x in re.split(r"\s*,\s*|\s+and\s+", value) if x]
    command |= {"title": title.strip(), "occasion": _fresh(_id(title), game.occasions)}
    await game.append(command)
    await game.refresh()
    game.screen.line(f"Planned: {title.strip()}. /plans shows when it starts.")


async def start(game: Game, words: str) -> None:
    """An occasion begins now."""
    occasion = find(words, game.occasions, "plan")
    await game.append({"do": "start", "occasion": occasion})
    await game.refresh()
    game.screen.line(f"{game.occasions[occasion]} begins.")


async def complete(game: Game, words: str) -> None:
    """`OCCASION GIST [; NAME keeps THING] [; NAME learns FACT]`: only what is named outlives it."""
    occasion, rest = split_name(words, game.occasions, "plan")
    gist, *clauses = (x.strip() for x in rest.split(";"))
    if not gist:
        raise Unclear("After its name, say in a sentence how it went: that is what they will remember.")
    command: dict[str, Any] = {"do": "complete", "occasion": occasion, "gist": gist, "acquired": [], "learned": []}
    for clause in clauses:
        who, word, what = _clause(game, clause)
        if word == "keeps":
            command["acquired"].append({"prop": find(what, game.props, "thing"), "by": who})
        else:
            command["learned"].append({"fact": what, "by": who})
    await game.append(command)
    await game.refresh()
    game.screen.line(f"{game.occasions[occasion]} is over.")


async def cancel(game: Game, words: str) -> None:
    """`OCCASION [WHY]`: it is called off."""
    occasion, why = split_name(words, game.occasions, "plan")
    await game.append({"do": "cancel", "occasion": occasion, "why": why})
    await game.refresh()
    game.screen.line(f"{game.occasions[occasion]} is called off.")


async def scene(game: Game, words: str) -> None:
    """`[NAME…] PLACE [: TITLE]`: a scene opens there with those named, or with all who are with you."""
    names, _, title = words.partition(":")
    who, rest = [], names.split()
    while len(rest) > 1 and (one := person(game, rest[0])):
        who.append(one)
        rest.pop(0)
    place = find(" ".join(rest), game.places, "place")
    present = who or await _with_you(game)
    await game.append({"do": "open_scene", "container": place, "present": present, "title": title.strip()})
    await game.refresh()
    game.screen.line(f"A scene starts {within(game.places[place])}, with {joined([game.cast[e] for e in present])}.")


async def place(game: Game, words: str) -> None:
    """`NAME [: DESCRIPTION]`: a new place, next to the one where you are."""
    name, _, about = (x.strip() for x in words.partition(":"))
    if not name:
        raise Unclear("Say what it is called: /place The cellar: damp, and colder than it should be")
    if any(bare(name) == bare(known) for known in game.places.values()):
        raise Unclear(f"There is a place of that name already. /move {name} goes there.")
    here = place_of("you", await game.view("world", v.WorldView, []))
    near = {"opens_to": [here.container]} if here else {}
    await game.append({"do": "add_container", "name": name, "description": about, **near})
    await game.refresh()
    game.screen.line(f"Added {the(name)}. /move {name} goes there.")


async def close_scene(game: Game, words: str) -> None:
    """The scene is over; without a gist each who was there sums it up, behind play."""
    await game.append({"do": "close_scene"} | ({"gist": words} if words else {}))
    await game.refresh()
    game.screen.line("The scene has ended." + ("" if words else " Fabula is writing the summaries; you can go on."))


async def skip(game: Game, words: str) -> None:
    """`[jump] SPAN | MOMENT [SUMMARY]`: leaves time out, within the scene; a jump closes it and runs what falls due."""
    head, _, rest = words.partition(" ")
    mode, words = ("jump", rest.strip()) if head.casefold() == "jump" else ("elision", words)
    command: dict[str, Any] = {"do": "skip_time", "mode": mode}
    if found := re.match(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)\s*(.*)", words, re.DOTALL):
        command["until"], summary = moment(found[1]), found[2]
    else:
        command["minutes"], summary = span(words)
    await game.append(command | ({"summary": summary} if summary else {}))
    await game.refresh()
    view = await game.view("scene", v.SceneView, [])
    game.screen.line(f"It is {clock(view.clock, view.elapsed)} now.")


async def feel(game: Game, words: str) -> None:
    """`NAME NAME trust +1 [warmth -1] [because …]`: how the one feels about the other changes by that much."""
    usage = f"Say who, for whom and by how much: /feel Mara Sam trust +1. You can change {joined(FEELINGS)}."
    if len(words.split()) < 2:
        raise Unclear(usage)
    from_, rest = split_name(words.replace(">", " ", 1), game.cast, "person")
    to, rest = split_name(rest, game.cast, "person")
    changes, _, because = rest.partition("because ")
    amounts = re.findall(r"(\w+)\s+([+-]?\d{1,2})\b", changes)
    if not amounts or {name for name, _ in amounts} - set(FEELINGS):
        raise Unclear(usage)
    if any(abs(int(by)) > MOST for _, by in amounts):
        raise Unclear(f"Feelings go from -5 to +5, so they change by {MOST} at the most.")
    command = {"do": "feel", "from": from_, "to": to, **{name: int(by) for name, by in amounts}}
    await game.append(command | ({"because": because} if because else {}))
    edges = (await game.view("edges", v.EdgesView, [])).edges
    now = next(e for e in edges if (e.from_, e.to) == (from_, to))
    numbers = ", ".join(f"{f} {getattr(now, f):+d}" for f in FEELINGS)
    game.screen.line(f"{game.cast[from_]} → {game.cast[to]}: {numbers}")


async def _with_you(game: Game) -> list[str]:
    world = await game.view("world", v.WorldView, [])
    return next((list(c.present) for c in world.containers if "you" in c.present), list(game.cast))


def _clause(game: Game, clause: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.+?)\s+(keeps|learns)\s+(?:that\s+)?(.+)", clause, re.DOTALL)
    if not found:
        raise Unclear("After the summary you can add `; NAME keeps THING` or `; NAME learns FACT`.")
    return find(found[1], game.cast, "person"), found[2], found[3]


def _id(name: str) -> str:
    """A short word for something new, from its name."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "new"


def _fresh(id: str, taken: Mapping[str, str]) -> str:
    return next(x for n in range(1, len(taken) + 2) if (x := id if n == 1 else f"{id}-{n}") not in taken)
