"""Passages of stories told in a test, and what answers to them come to."""

from typing import Any

import msgspec

from daemon.telling.reading import Heard, Passage, Reading, Unreadable, parse
from protocol.events import LineSaid
from protocol.ids import BITS, EntityId, Mask, mask_of
from tests.story.given import Happened, Story


def heard(happened: Happened, mode: str = "") -> Heard:
    """A part as the log has it; a model's, where a mode is given."""
    said = happened.payload
    assert isinstance(said, LineSaid)
    return Heard(happened.event.seq, said.who, said.manner, said.text, said.to, Mask(happened.mask), mode)


def passage(story: Story, who: EntityId | None, count: int = 1, **more: Any) -> Passage:
    """The last lines that a mind perceived, as many as that, to be read; the ones of bots are models' replies."""
    minds = (who,) if who is not None else tuple(e for e in BITS if e in story.state().entities)
    said = [h for h in story.seen(*minds) if h.kind == "line.said"]
    parts = [heard(h, "reply" if h.payload.who in ("a", "b") else "") for h in said]
    known = {t: mask_of(e for e in BITS if t in story.state(e).threads) for t in story.state().threads}
    return Passage(who, story.state(*minds), parts[-count:], parts[:-count], known, **more)


def answered(*changes: Any, **more: Any) -> str:
    """An answer with these changes."""
    return msgspec.json.encode({"changes": changes, **more}).decode()


def read(p: Passage, *changes: Any, **more: Any) -> Reading:
    """The reading of an answer with these changes."""
    reading = parse(answered(*changes, **more), p)
    assert not isinstance(reading, Unreadable), reading
    return reading


def commands(p: Passage, *changes: Any) -> list[dict[str, Any]]:
    """The commands that these changes come to, none being refused."""
    reading = read(p, *changes)
    assert reading.declined == []
    return [msgspec.to_builtins(x.command) for x in reading.proposals]


def rule(p: Passage, change: Any) -> str:
    """The rule by which a change is refused before anybody decides it."""
    reading = read(p, change)
    assert reading.proposals == []
    (declined,) = reading.declined
    return declined.rule
