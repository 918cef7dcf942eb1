"""The changes of the world that prose can lead to: a table of them, and nothing else that a reading could do. Pure."""

from collections.abc import Callable
from typing import NamedTuple

from daemon.telling.reading import agreeing, handling, moving
from daemon.telling.reading.items import Item
from daemon.telling.reading.reader import Desk
from protocol.commands import Command


class Kind(NamedTuple):
    """A sort of change: what a reader is told of it, how commands are made of it, and whether it moves anything."""

    told: str
    make: Callable[[Desk, Item], list[Command]]
    moves: bool = True


KINDS: dict[str, Kind] = {
    "move": Kind(
        "`who` goes `to` a place; `spot` where in it. A place not listed comes into being by its name, reached from "
        "`place`", moving.move,
    ),
    "act": Kind(
        "`text`: what `who` is doing when the lines end, with posture, in a few words; `spot`; `awake` true or false",
        moving.act,
    ),
    "put": Kind(
        "`who` takes, gives, wears, pockets, lays down or hides the thing `it`: it is now `to` a person, thing or "
        "place; `how`: held, worn, carried (pocket, sleeve, bag: unseen), in, on or hidden; `spot` where. A thing not "
        "listed comes into being by its plain name", handling.put,
    ),
    "open": Kind("`who` opens the thing `it`", handling.open_),
    "close": Kind("`who` shuts it", handling.close),
    "search": Kind("`who` looks into `it`, or for what is hidden here", handling.search),
    "is": Kind(
        "the thing `it` is different now: `text`, a phrase for all that changed about it so far; `name`, what it turns "
        "out to be called", handling.is_,
    ),
    "gone": Kind("the thing `it` is used up or destroyed", handling.gone),
    "looks": Kind("`text`: all that one sees of `who` now, instead of the old looks", moving.looks),
    "state": Kind("`text`: `who` is hurt, bandaged, wet, tired; instead of the old state", moving.state),
    "tell": Kind(
        "the speaker gives away something that matters later and that the listeners cannot see, true or a lie: `text`, a "
        "sentence with names; where it says where a thing is, `it` and `place` (or gone), `how`", agreeing.tell, False,
    ),
    "plan": Kind(
        "they agree on something for later: `text` its title, `when` as 2031-05-01T18:00, `place`. With `it`: that one "
        "is moved", agreeing.plan, False,
    ),
    "start": Kind("the occasion `it` begins", agreeing.start),
    "end": Kind("it is over", agreeing.end),
    "cancel": Kind("it is called off", agreeing.cancel, False),
    "ask": Kind("`text`: a question, mystery or promise that the story leaves open", agreeing.ask, False),
    "answer": Kind(
        "`text`: what is new about the open question `it`; `done` true if it is settled or kept", agreeing.answer, False
    ),
    "bond": Kind("`name`: the tone among them in one word; `text`: a new shared habit or joke", agreeing.bond, False),
}  # fmt: skip
"""Each sort of change by its `do`."""
