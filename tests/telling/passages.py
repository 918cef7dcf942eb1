"""Passages of stories told in a test, and what answers to them come to."""

from collections.abc import Sequence
from typing import Any

import msgspec

from daemon.reading.proposals import proposed
from daemon.telling.reading import Heard, Moved, Passage, Reading, Unreadable, parse
from daemon.telling.reading.mind_call import Mind, taken
from protocol.events import LineSaid
from protocol.ids import EntityId, Mask
from tests.story.given import Happened, Story


def heard(happened: Happened, mode: str = "") -> Heard:
    """A part as the log has it; a model's, where a mode is given."""
    said = happened.payload
    assert isinstance(said, LineSaid)
    return Heard(happened.event.seq, said.who, said.manner, said.text, said.to, Mask(happened.mask), mode)


def passage(story: Story, count: int = 1, **more: Any) -> Passage:
    """The last lines of a story, as many as that, to be read; the ones of bots are models' replies."""
    said = [h for h in story.log if h.kind == "line.said"]
    parts = [heard(h, "reply" if h.payload.who in ("a", "b") else "") for h in said]
    more = {"moves": moves(story, parts[-count:][0].seq) if parts else [], **more}
    return Passage(story.world, parts[-count:], parts[:-count], **more)


def moves(story: Story, since: int) -> list[Moved]:
    """Who went where in a story since then."""
    found = [h for h in story.log if h.event.seq > since and h.kind in ("activity.left", "activity.arrived")]
    left: dict[EntityId, str] = {}
    made: list[Moved] = []
    for h in found:
        if h.kind == "activity.left":
            left[h.payload.entity] = h.payload.container
        else:
            origin = left.pop(h.payload.entity, None)
            made.append(Moved(h.event.seq, h.payload.entity, origin, h.payload.container, Mask(h.mask)))
    return made


def answered(*changes: Any, **more: Any) -> str:
    """An answer with these changes."""
    return msgspec.json.encode({"changes": changes, **more}).decode()


def read(p: Passage, *changes: Any, **more: Any) -> Reading:
    """The reading of an answer with these changes."""
    reading = parse(answered(*changes, **more), p)
    assert not isinstance(reading, Unreadable), reading
    return reading


def mind(p: Passage, who: EntityId, told: int = 0, **said: Any) -> Mind:
    """What an answer about a mind says of it."""
    return taken(said, p, who, told)


def comes(
    story: Story,
    *changes: Any,
    count: int = 1,
    minds: Sequence[Mind] = (),
    rules: Sequence[str] = (),
    **more: Any,
) -> list[Happened]:
    """What comes of an answer about the last lines of a story, with the moves since the first of them: these rules
    refuse some of it, in order."""
    p = passage(story, count)
    reading = read(p, *changes, **more)
    happened, refused = story.propose(proposed(p, reading, minds))
    assert [x.rule for x in reading.declined] + [x.data.get("rule", "not_found") for x in refused] == list(rules)
    return happened


def rule(story: Story, change: Any, count: int = 1) -> str:
    """The rule by which a change is refused, so that nothing comes of it."""
    p = passage(story, count)
    reading = read(p, change)
    happened, refused = story.propose(proposed(p, reading, []))
    assert happened == []
    (found,) = [x.rule for x in reading.declined] + [x.data.get("rule", "not_found") for x in refused]
    return found
