"""What of the chats that came into a story is still to be read, in which order, and in which portions.

The end of a chat is read first, a turn at a time, since play goes on from there. What lies before it is read from the
beginning on, many lines together, for what it leaves in minds: where people and things are now is known by then. So a
chat of 10,000 messages takes some hundreds of calls, and the first dozen of them give the world in which one plays.
A short chat is all end. Nothing of this is stored but the records of what was read, so each branch has its own.
"""

from collections.abc import Iterable, Sequence

import msgspec

from daemon.live.open_stories import OpenStories, OpenStory
from daemon.store.database import Database
from daemon.store.queries import chats
from daemon.store.queries.chats import Spoken
from daemon.story.lineage import stretches
from protocol.ids import BEGINNING, Seq, TurnNumber

END = 12
"""Turns at the end of a chat that are read one at a time."""

SHORT = 40
"""Turns of a chat that is all end."""

LINES, BYTES = 36, 9000
"""Lines that are read together at most, and the bytes of their parts, about: with what is to be known beside them they
fit into a small context."""


class Portion(msgspec.Struct, frozen=True):
    """What is read by one question: turns that follow on each other, the seqs of their first and last part, and how
    many lines they have. `past` where what comes after them is read first."""

    turns: tuple[TurnNumber, ...]
    first: Seq
    last: Seq
    lines: int
    past: bool


class Unread(msgspec.Struct, frozen=True):
    """What is to be read of a chat on a branch, in order; of how many lines; the last seq of the chat there, and
    the seq of the record that it came in."""

    story: str
    branch: str
    form: str
    portions: list[Portion]
    lines: int
    upto: Seq
    came: Seq

    @property
    def left(self) -> int:
        """How many lines are left."""
        return sum(x.lines for x in self.portions)


async def unread(
    database: Database, stories: OpenStories, story: OpenStory, branch: str, *, by_model: bool
) -> list[Unread]:
    """What is to be read of each chat that came in on a branch, oldest chat first; nothing where all is.

    `by_model`: what was only remembered by rule counts as unread.
    """
    head = await stories.head(story, branch)
    path = stretches(story.tree, branch, BEGINNING, head)
    came = await database.read.run(chats.imported, path)
    if not came:
        return []
    done = await database.read.run(chats.read, path, by_model=by_model)
    found = []
    for seq, chat in came:
        lines = stretches(story.tree, branch, seq, head)
        turns = await database.read.run(chats.spoken, lines, chat.last_turn)
        portions = ordered(turns, done)
        if portions:
            lines_of_all = sum(x.lines for x in turns)
            found.append(Unread(story.id, branch, chat.form, portions, lines_of_all, turns[-1].last, seq))
    return found


def ordered(turns: Sequence[Spoken], done: Iterable[tuple[Seq, Seq]]) -> list[Portion]:
    """The portions of a chat's turns that are not done, in the order in which they are read."""
    end = turns if len(turns) <= SHORT else turns[-END:]
    spans = sorted(done)
    first = [_portion([x], past=False) for x in end if not _within(x, spans)]
    return first + [_portion(x, past=True) for x in _together(turns[: len(turns) - len(end)], spans)]


def _together(turns: Sequence[Spoken], done: Sequence[tuple[Seq, Seq]]) -> list[list[Spoken]]:
    """These turns but what is done, as many together as fit."""
    found: list[list[Spoken]] = []
    follows = False
    for x in turns:
        if _within(x, done):
            follows = False
            continue
        some = found[-1] if follows else []
        if some and sum(y.lines for y in some) + x.lines <= LINES and sum(y.size for y in some) + x.size <= BYTES:
            some.append(x)
        else:
            found.append([x])
        follows = True
    return found


def _within(turn: Spoken, done: Sequence[tuple[Seq, Seq]]) -> bool:
    return any(first <= turn.first and turn.last <= last for first, last in done)


def _portion(turns: Sequence[Spoken], *, past: bool) -> Portion:
    return Portion(tuple(x.turn for x in turns), turns[0].first, turns[-1].last, sum(x.lines for x in turns), past)
