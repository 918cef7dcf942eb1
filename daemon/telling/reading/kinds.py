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
        "`who` (or the vehicle `it`) goes `to` a room, boat, any place; `spot`; one not listed comes to be, next to "
        "`place`", moving.move,
    ),
    "act": Kind("`text`: posture and doing of `who` at the end, brief; `spot`; `awake` true or false", moving.act),
    "put": Kind(
        "`who` takes, gives, wears, pockets, lays or hides the thing `it`, which is now `to` a person, thing or place; "
        "`how`: held, worn, carried (pocket, sleeve, bag: unseen), in, on, hidden; `spot`. A thing not listed comes to "
        "be by its plain name", handling.put,
    ),
    "open": Kind("`who` opens `it`", handling.open_),
    "close": Kind("`who` shuts it", handling.close),
    "search": Kind("`who` looks into `it`, or for what is hidden here", handling.search),
    "is": Kind("`it` is different now: `text`, all that changed about it so far; `name`, a better one", handling.is_),
    "gone": Kind("`it` is used up or destroyed", handling.gone),
    "looks": Kind("`text`: all that one sees of `who` now, replacing the old", moving.looks),
    "state": Kind("`text`: hurt, bandaged, tired …, replacing the old", moving.state),
    "tell": Kind(
        "the speaker gives away news, a secret or a lie that will matter and cannot be seen: `text`, with names; where "
        "a thing is said to be: `it`, `place` (or gone), `how`", agreeing.tell, False,
    ),
    "plan": Kind(
        "agreed for later: `text`, `when` as 2031-05-01T18:00, `place`; with `it` that is moved", agreeing.plan, False
    ),
    "start": Kind("occasion `it` begins", agreeing.start),
    "end": Kind("it is over", agreeing.end),
    "cancel": Kind("it is called off", agreeing.cancel, False),
    "ask": Kind("`text`: a question or promise that stays open in the story", agreeing.ask, False),
    "answer": Kind("`text`: news about the open question `it`; `done` if settled or kept", agreeing.answer, False),
    "bond": Kind("`text`: a new shared habit or joke", agreeing.bond, False),
}  # fmt: skip
"""Each sort of change by its `do`."""
