"""The changes of the world that prose can lead to: a table of them, and nothing else that a reading could do. Pure."""

from collections.abc import Callable
from typing import NamedTuple

from daemon.telling.reading import agreeing, altering, handling, moving
from daemon.telling.reading.items import Item
from daemon.telling.reading.reader import Desk
from protocol.commands import Command


class Kind(NamedTuple):
    """A sort of change: what a reader is told of it, how commands are made of it, whether it moves anything, and
    whether it was done where people were as its line was told, wherever they are by the end of the lines."""

    told: str
    make: Callable[[Desk, Item], list[Command]]
    moves: bool = True
    then: bool = False


KINDS: dict[str, Kind] = {
    "move": Kind("who (or vehicle it) goes; to=any place; place=what a new one lies next to; spot", moving.move),
    "act": Kind("text=posture and doing of who at the end, brief; spot; awake=true or false", moving.act),
    "put": Kind(
        "who takes, gives, wears, pockets, lays or hides it (new things too, by plain name); to=a person, thing or "
        "place; how=held, worn, carried (unseen: pocket, sleeve, bag), in, on, hidden; spot", handling.put, then=True,
    ),
    "open": Kind("it; unseen=true if only who opens it sees in", altering.open_, then=True),
    "close": Kind("it", altering.close, then=True),
    "search": Kind("it, or for what is hidden here", altering.search, then=True),
    "is": Kind("it is different; text=all that changed about it so far; name=a better one", altering.is_, then=True),
    "gone": Kind("it is used up or destroyed", altering.gone, then=True),
    "looks": Kind("text=all one sees of who now, replacing the old", moving.looks),
    "state": Kind("text=likewise hurt, bandaged, tired …", moving.state),
    "tell": Kind(
        "the speaker gives away news, a secret or a lie that will matter and cannot be seen; text=that, with names; of "
        "where a thing is: it, place (or gone), how", agreeing.tell, False,
    ),
    "plan": Kind("agreed for later; text; when=like the clock; place; with it, that is moved", agreeing.plan, False),
    "start": Kind("it=occasion", agreeing.start),
    "end": Kind("it is over (a trip: on arrival)", agreeing.end),
    "cancel": Kind("it is called off", agreeing.cancel, False),
    "ask": Kind("text=a question or promise left open", agreeing.ask, False),
    "answer": Kind("it=open question; text=news of it; done=true if settled or kept", agreeing.answer, False),
    "bond": Kind("text=new shared habit or joke", agreeing.bond, False),
}  # fmt: skip
"""Each sort of change by its `do`."""
