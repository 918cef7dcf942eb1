"""`/set`: the author's hand. What can be set of whom, how it is typed, and what completes it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from client.commands.lines import moment
from client.play.game import Game
from client.show.format_view import FEELINGS
from client.text.names import Unclear, bare, find, listed
from client.text.plain import one_line
from protocol.ids import ENTITIES

IDENTITY = (
    "appearance",
    "description",
    "personality",
    "voice",
    "examples",
    "talkativeness",
    "instructions",
    "reminder",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "entity": ("in", "slot", "mood", "goals", "status", "doing", "attention", "awake", "name", *IDENTITY),
    "prop": ("in", "name", "description", "closed"),
    "container": ("name", "description", "parent"),
    "edge": (*FEELINGS, "note"),
    "group": ("tone", "note", "habits"),
    "memory": ("gist", "significance"),
    "story": ("premise", "writes_for_you", "alone", "moves"),
    "clock": (),
}
"""What can be set of each kind of thing; the clock has a single value."""

SPELLED = {"writes_for_you": "writes-for-you", "parent": "part-of", "significance": "importance"}
"""How a field is typed and told, where it is not by its own name."""

LISTS, FLAGS = ("goals", "examples", "habits"), ("awake", "closed", "writes_for_you", "moves")
ALONE = ("clock", "group", "story")
"""What there is one of, so it is set without saying which."""

NOTHING = ("nothing", "none", "unknown", "-")
YES, NO = ("yes", "true", "on"), ("no", "false", "off")

USAGE = "Say what to change, and to what: /set Maren mood calm, /set tin in quay, /set Maren>Robin trust 2"


async def set_right(game: Game, words: str) -> None:
    """Sets a field (`WHAT FIELD VALUE`) of a person, thing, place, feeling (`Mara>Sam`), `group`, `clock`, `story`, or
    of a memory by its id. Raises Unclear."""
    what, id, rest = subject(game, words)
    if what == "clock":
        values: dict[str, Any] = {"clock": moment(rest)}
    else:
        typed, _, value = rest.partition(" ")
        field = {word: name for name, word in SPELLED.items()}.get(typed, typed)
        if field not in FIELDS[what]:
            there = ", ".join(SPELLED.get(f, f) for f in FIELDS[what])
            if what == "entity" and typed in FEELINGS:
                raise Unclear(f"Say whom it is felt for: /set {one_line(words.split()[0], 30)}>NAME {typed} 2")
            raise Unclear(f"“{one_line(typed, 30)}” can't be set there. You can set {there}." if typed else USAGE)
        name = "container" if (what, field) == ("entity", "in") else field
        values = {name: _value(game, what, field, value.strip())}
        if what == "entity" and field in IDENTITY:
            values = {"identity": values}
    command = {"do": "set", "what": what, "values": values}
    await game.append(command | ({"id": id} if id else {}))
    await game.refresh()
    game.screen.line(f"Set: {one_line(words, 100)}")


def subject(game: Game, words: str) -> tuple[str, str | None, str]:
    """What is to be set, its id, and the words after it. Raises Unclear."""
    first, _, rest = words.strip().partition(" ")
    if first.casefold() in ALONE:
        return first.casefold(), None, rest.strip()
    if ">" in first:
        from_, to = (find(x, game.cast, "person") for x in first.split(">", 1))
        return "edge", f"{from_}>{to}", rest.strip()
    kinds = (("entity", game.cast), ("prop", game.props), ("container", game.places))
    parts = words.split()
    for n in range(len(parts), 0, -1):
        for what, names in kinds:
            if id := _exactly(" ".join(parts[:n]), names):
                return what, id, " ".join(parts[n:])
    for what, names in kinds:
        try:
            return what, find(first, names, what), rest.strip()
        except Unclear:
            continue
    if re.fullmatch(r"m\d+", first):
        return "memory", first, rest.strip()
    raise Unclear(f"{USAGE}. You can change {listed(game.names, 'or')}, or {', '.join(ALONE)}." if first else USAGE)


def completions(game: Game, words: str) -> Iterable[str]:
    """What the last word of these may become."""
    done, _, last = words.rpartition(" ")
    called = {e: name if " " not in (name := game.cast.get(e, e)) else e for e in ENTITIES}
    known = [*game.names.values(), *(f"{called[a]}>{called[b]}" for a in ENTITIES for b in ENTITIES if a != b), *ALONE]
    whole = [x for x in known if (">" in words or ">" not in x) and x.casefold().startswith(words.casefold())]
    if whole or not done:
        return whole
    try:
        what, _, rest = subject(game, done)
    except Unclear:
        return []
    if not rest:
        return [word for f in FIELDS[what] if (word := SPELLED.get(f, f)).startswith(last)]
    rest = {word: name for name, word in SPELLED.items()}.get(rest, rest)
    if rest in ("in", "parent"):
        there = game.names if what == "prop" else game.places
        return [n for n in there.values() if n.casefold().startswith(last.casefold())]
    return [x for x in ("yes", "no") if rest in FLAGS and x.startswith(last)]


def _value(game: Game, what: str, field: str, text: str) -> Any:
    if not text:
        raise Unclear(f"Say what to set {SPELLED.get(field, field)} to.")
    if (what, field) == ("prop", "in"):
        return place_of_thing(game, text)
    if field in ("in", "parent"):
        return None if field == "parent" and text.casefold() in NOTHING else find(text, game.places, "place")
    if field in FLAGS:
        if text.casefold() not in YES + NO:
            raise Unclear(f"Set {SPELLED.get(field, field)} to yes or no.")
        return text.casefold() in YES
    if field in FEELINGS or field in ("significance", "talkativeness"):
        return _number(field, text)
    if field in LISTS:
        return [x.strip() for x in text.split(";") if x.strip()]
    return None if field in ("doing", "attention") and text.casefold() in NOTHING else text


def place_of_thing(game: Game, text: str) -> dict[str, str] | None:
    """Where a thing is to be: a person's hands, a place (with a slot after a comma), inside a thing, or unknown."""
    name, _, slot = (x.strip() for x in text.partition(","))
    if name.casefold() in NOTHING:
        return None
    kinds: tuple[tuple[str, Mapping[str, str]], ...] = (
        ("entity", game.cast), ("container", game.places), ("prop", game.props),
    )  # fmt: skip
    for kind, names in kinds:
        if id := _exactly(name, names):
            return {kind: id} | ({"slot": slot} if slot else {})
    id = find(name, game.names, "place, person or thing")
    kind = next(kind for kind, names in kinds if id in names)
    return {kind: id} | ({"slot": slot} if slot else {})


def _exactly(text: str, names: Mapping[str, str]) -> str | None:
    """The id of this very id or name, if there is one."""
    same = [id for id, name in names.items() if bare(text) in (id.casefold(), bare(name))]
    return text if text in names else same[0] if len(same) == 1 else None


def _number(field: str, text: str) -> float | int:
    try:
        return float(text) if field == "significance" else int(text)
    except ValueError:
        raise Unclear(f"Set {SPELLED.get(field, field)} to a number.") from None
