"""What a reader proposed, in a sentence, however it was written down: `Mara takes the ring`. Pure; English."""

from collections.abc import Mapping
from typing import Any

from daemon.story.in_words import the
from daemon.story.state import State
from daemon.telling.reading.items import ALIASES, FIELDS
from daemon.telling.reading.names import person
from daemon.telling.sentences.phrases import going_on

LONGEST = 160
"""Characters of a sentence."""

_SHAPES: dict[str, str] = {
    "move": "{who} goes {to}{spot}", "open": "{who} opens {it}", "close": "{who} shuts {it}",
    "search": "{who} searches {it}", "is": "{it} is {text} now", "gone": "{it} is no more",
    "looks": "{who} looks like this: {text}", "state": "{who} is {text} now", "tell": "{who} tells: {text}",
    "plan": "it is planned: {text}", "start": "{it} begins", "end": "{it} is over", "cancel": "{it} is called off",
    "ask": "a question arises: {text}", "answer": "news about a question: {text}",
    "bond": "they share something now: {text}", "feel": "{who} feels differently about somebody",
    "stir": "{who} feels differently about somebody", "conclude": "{who} comes to a conclusion about a thing",
    "change_entity": "{who} feels or wants something else", "pass_time": "time passes",
}  # fmt: skip
"""A sentence for each sort of change, by its `do`; put and act are below."""


def proposal(said: Mapping[str, Any], state: State) -> str:
    """A sentence that says what was proposed; what cannot be made out is called a change."""
    do = str(said.get("do", "")).strip().casefold()
    do = ALIASES.get(do, do)
    given = {field: _text(said, names) for field, names in FIELDS.items()}
    given["who"] = _who(given["who"] or _text(said, ("from", "from_")), state)
    given["it"] = _called(given["it"], state) or "something"
    to, given["spot"] = given["to"], f", {given['spot']}" if given["spot"] else ""
    given["to"] = f"to {_called(to, state)}" if to else "elsewhere"
    special = {"put": _put, "act": _act}.get(do)
    told = special(given, to, state) if special is not None else _SHAPES.get(do, "").format_map(given)
    told = " ".join(told.split()) or "a change that cannot be made out"
    return told if len(told) <= LONGEST else told[:LONGEST].rsplit(" ", 1)[0] + " …"


def _put(given: Mapping[str, str], to: str, state: State) -> str:
    who, it, how = given["who"], given["it"], given["how"].casefold()
    whom = person(to, state) if to else None
    if not to or (whom is not None and state.entities[whom].name == who):
        return f"{who} {'puts on' if how == 'worn' else 'pockets' if how == 'carried' else 'takes'} {it}"
    if whom is not None:
        return f"{who} gives {it} to {state.entities[whom].name}"
    verb = "hides" if how == "hidden" else "puts"
    return f"{who} {verb} {it} {'on' if how == 'on' else 'in'} {_called(to, state)}{given['spot']}"


def _act(given: Mapping[str, str], to: str, state: State) -> str:
    if given["text"]:
        return f"{given['who']} {going_on(given['text'])}"
    return f"{given['who']} does something{given['spot']}"


def _text(said: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The first of these fields that holds words."""
    return next((x.strip() for n in names if isinstance(x := said.get(n), str) and x.strip()), "")


def _who(named: str, state: State) -> str:
    found = person(named, state) if named else None
    return state.entities[found].name if found is not None else named or "somebody"


def _called(named: str, state: State) -> str:
    """A thing, place, occasion or person by name, with an article; what is not known in the words it was named by."""
    id = named.rsplit(":", 1)[-1].strip()
    whom = person(id, state) if id else None
    if whom is not None:
        return state.entities[whom].name
    known: dict[str, str] = {o: x.title for o, x in state.occasions.items()}
    known |= {c: x.name for c, x in state.containers.items()} | {p: x.name for p, x in state.props.items()}
    return the(known.get(id, id)) if id else ""
