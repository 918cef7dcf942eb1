"""Given these commands, when this one, then these events and these states: how the tests of the rules are written.

A story told here lives in memory only: a list of events with seqs and masks, as the log would hold them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec import UNSET

from daemon.story.decide import Drafted, Ids
from daemon.story.evolve import fold
from daemon.story.lenses import lens_of, perceives
from daemon.story.state import State
from daemon.story.transcript import lines
from daemon.story.world import EMPTY, Known, Proposed, decide_all, decide_each
from daemon.telling.lore.activation import coming_up
from daemon.telling.prompt import Prompt, Telling, build
from daemon.telling.tokens import estimate
from protocol import commands
from protocol.commands import AnyCommand
from protocol.errors import REFUSED, Fault
from protocol.events import Event, MemoryFormed, Payload
from protocol.ids import NOBODY, EntityId, Mask, Seq, TurnNumber, entities_of
from protocol.views import LineView
from protocol.world import Place

Command = dict[str, Any]

LENSES: tuple[tuple[EntityId, ...], ...] = tuple(entities_of(Mask(n)) for n in range(8))
"""All eight; the first is the truth."""


class Happened(NamedTuple):
    """An event of a story told in a test."""

    event: Event
    payload: Any
    mask: Mask

    @property
    def kind(self) -> str:
        return self.event.kind

    @property
    def witnesses(self) -> tuple[EntityId, ...]:
        return self.event.witnesses


class Story:
    """A story in which these commands were given, one turn each."""

    def __init__(self, *commands: Command) -> None:
        self.world = EMPTY
        self.ids = Ids(1)
        self.log: list[Happened] = []
        self.turn = 0
        for command in commands:
            self.when(command)

    def when(self, *commands: Command) -> list[Happened]:
        """The events that come of these commands, given together. Raises Fault where a rule refuses."""
        asked: list[Any] = msgspec.convert(list(commands), list[AnyCommand])
        return self.give(asked)

    def give(self, asked: Sequence[commands.Command]) -> list[Happened]:
        """The same for commands as the daemon has them."""
        drafts, self.world = decide_all(self.world, asked, self.ids, self.known())
        return self._logged(drafts)

    def propose(self, proposed: Sequence[Proposed]) -> tuple[list[Happened], list[Fault]]:
        """What comes of proposals, as far as the rules allow them, and the refusals of the others."""
        drafts, refused, self.world = decide_each(self.world, proposed, self.ids, self.known())
        return self._logged(drafts), list(refused.values())

    def _logged(self, drafts: Sequence[Drafted]) -> list[Happened]:
        self.turn += 1
        first = len(self.log) + 1
        happened = [_happened(d, first, first + number, self.turn) for number, d in enumerate(drafts)]
        self.log += happened
        return happened

    def may(self, asked: commands.Command) -> list[Happened]:
        """What comes of a command; nothing, where it is refused or names what is not there."""
        try:
            return self.give([asked])
        except Fault:
            return []

    def refuses(self, *commands: Command, rule: str, index: int | None = None) -> Fault:
        """That a rule of this name refuses one of these commands (the last, unless told), and nothing comes of any."""
        before, count = self.world, len(self.log)
        with refused(rule) as found:
            self.when(*commands)
        assert found[0].data["command"] == (len(commands) - 1 if index is None else index)
        assert (self.world, len(self.log)) == (before, count)
        return found[0]

    def misses(self, *commands: Command, what: str) -> None:
        """That a command is answered with not found, as there is no such thing."""
        with pytest.raises(Fault) as found:
            self.when(*commands)
        assert found.value.data["what"] == what, found.value

    def known(self) -> Known:
        """What a decision may look up of this log."""
        memories = {
            h.payload.memory: (h.payload.gist, h.mask, h.event.seq)
            for h in self.log
            if isinstance(h.payload, MemoryFormed)
        }
        formed = {h.payload.memory: h.payload for h in self.log if isinstance(h.payload, MemoryFormed)}
        return Known({h.event.seq: h.mask for h in self.log}, memories, formed)

    def seen(self, *lens: EntityId) -> list[Happened]:
        """What a lens shows of the log."""
        return [h for h in self.log if perceives(lens_of(lens), h.event)]

    def state(self, *lens: EntityId) -> State:
        """The state through a lens; the truth, if nobody is named."""
        return fold(State(lens_of(lens)), ((h.event.seq, h.payload) for h in self.seen(*lens)))

    def where(self, prop: str, *lens: EntityId) -> Place | str | None:
        """Where a lens takes a prop to be: a place, None if somewhere unknown, "unheard of" if it knows of none."""
        known = self.state(*lens).props.get(prop)
        return known.in_ if known is not None else "unheard of"

    def room(self, entity: EntityId, *lens: EntityId) -> str | None:
        """The container in which a lens takes somebody to be."""
        known = self.state(*lens).entities.get(entity)
        return known.container if known is not None else None

    def lines(self, *lens: EntityId) -> list[LineView]:
        """The lines as a lens perceived them."""
        return lines((h.event, h.payload) for h in self.seen(*lens))

    def heard(self, *lens: EntityId) -> list[str]:
        """The words of those lines; empty where only the fact is known."""
        return [line.text for line in self.lines(*lens)]

    def memories(self, *lens: EntityId) -> list[str]:
        """The gists that a lens keeps."""
        return [h.payload.gist for h in self.seen(*lens) if isinstance(h.payload, MemoryFormed)]

    def prompt(self, speaker: EntityId, **more: Any) -> Prompt:
        """What a speaker would be told now."""
        asked: dict[str, Any] = {"budget": 100_000, "count": estimate, **more}
        mind, lines = self.state(speaker), self.lines(speaker)
        lore = coming_up(mind, lines, asked["count"], asked["budget"])
        return build(Telling(speaker=speaker, mind=mind, lines=lines, lore=lore, **asked))


def _happened(draft: Drafted, first: int, seq: int, turn: int) -> Happened:
    kind = draft.payload.kind
    cause = draft.cause if draft.after is None else first + draft.after
    event = Event(
        seq=Seq(seq), branch="b1", turn=TurnNumber(turn), cause=None if cause is None else Seq(cause), kind=kind,
        version=draft.payload.version, at="2026-01-31T20:15:00.000Z", witnesses=entities_of(draft.witnesses),
        data=msgspec.Raw(msgspec.json.encode(draft.payload)),
        seems=UNSET if draft.seems in (None, draft.witnesses) else entities_of(draft.seems or NOBODY),
    )  # fmt: skip
    return Happened(event, draft.payload, draft.witnesses)


def numbered(payloads: Iterable[Payload]) -> list[tuple[Seq, Payload]]:
    """The payloads with the seqs from 1 on."""
    return [(Seq(n), payload) for n, payload in enumerate(payloads, 1)]


@contextmanager
def refused(rule: str) -> Iterator[list[Fault]]:
    """That a rule of this name refuses what happens inside; the fault is in the list afterwards."""
    found: list[Fault] = []
    with pytest.raises(Fault) as raised:
        yield found
    assert (raised.value.code, raised.value.data.get("rule")) == (REFUSED, rule), raised.value
    assert raised.value.data["why"] == raised.value.message
    found.append(raised.value)


def masks(happened: list[Happened]) -> list[tuple[str, str]]:
    """The events by kind, each with its witnesses in one word: `you+a`, or `nobody`."""
    return [(h.kind, "+".join(h.witnesses) or "nobody") for h in happened]


def of(happened: list[Happened], kind: str) -> Any:
    """The payload of the one event of a kind."""
    (found,) = [h.payload for h in happened if h.kind == kind]
    return found


# commands, shortly


def do(name: str, /, **fields: Any) -> Command:
    """A command; `in_` and `from_` stand for `in` and `from`."""
    return {"do": name, **{key.rstrip("_"): value for key, value in fields.items()}}


def move(who: str, container: str, **more: Any) -> Command:
    return do("move", who=who, container=container, **more)


def say(who: str | None, text: str, manner: str = "speech", *to: str, **more: Any) -> Command:
    return do("say", who=who, text=text, manner=manner, to=list(to), **more)


def thing(prop: str, in_: Command | None, **more: Any) -> Command:
    """A prop of the author's."""
    return do("add_prop", prop=prop, name=more.pop("name", f"the {prop}"), in_=in_, **more)


def hide(who: str, prop: str, in_: Command, **more: Any) -> Command:
    return do("hide", who=who, prop=prop, in_=in_, **more)


def handle(name: str, who: str, prop: str, **more: Any) -> Command:
    """What somebody does to a prop: take, drop, hand, open, close, look_into."""
    return do(name, who=who, prop=prop, **more)


def lie(by: str, to: str, prop: str, in_: Command | None, **more: Any) -> Command:
    """The claim that a prop is there, true or not."""
    return do("share", by=by, to=[to], claims=[{"prop": prop, "in": in_}], **more)


def room(container: str, slot: str | None = None) -> Command:
    """In a container."""
    return {"container": container} if slot is None else {"container": container, "slot": slot}


def inside(prop: str) -> Command:
    """Inside a prop."""
    return {"prop": prop}


def held(entity: str) -> Command:
    """In somebody's hands."""
    return {"entity": entity}


def place(in_: Command) -> Place:
    """The same as the state holds it."""
    return msgspec.convert(in_, Place)


CAST: list[Command] = [
    do("add_entity", entity="you", name="Sam", identity={"description": "A courier."}),
    do("add_entity", entity="a", name="Mara", identity={"appearance": "tall", "description": "Keeps the inn."}),
    do("add_entity", entity="b", name="Oren", identity={"description": "A guest."}),
]
HOUSE: list[Command] = [
    *(do("add_container", container=c, name=f"The {c}") for c in ("kitchen", "garden", "cellar")),
    *CAST,
    *(move(who, "kitchen") for who in ("you", "a", "b")),
]
"""Sam, Mara and Oren in the kitchen; a garden and a cellar behind opaque walls."""


def house(*commands: Command) -> Story:
    """The three in the kitchen, and what came after."""
    return Story(*HOUSE, *commands)
