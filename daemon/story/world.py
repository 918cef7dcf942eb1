"""The truth with the three minds beside it: what decisions need, moved on together by each event."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from daemon.story.decide import Context, Drafted, Earlier, Ids, decide
from daemon.story.decide.desk import HANDS
from daemon.story.due import due
from daemon.story.evolve import EVOLVERS, evolve
from daemon.story.lenses import ALONE, TRUTH, shows
from daemon.story.seeming import seeming
from daemon.story.state import State, initial
from protocol.commands import Command, Start
from protocol.errors import Fault
from protocol.events import MemoryFormed, Payload
from protocol.ids import ENTITIES, EntityId, Mask, Seq


class World(msgspec.Struct, frozen=True):
    """What is true, and what each of the three knows and believes."""

    truth: State
    minds: Mapping[EntityId, State]

    def after(self, payload: Payload, witnesses: Mask) -> "World":
        """The world after an event that these perceived."""
        minds = {e: evolve(m, payload) if shows(ALONE[e], witnesses) else m for e, m in self.minds.items()}
        return World(evolve(self.truth, payload), minds)


EMPTY = World(initial(TRUTH), {e: initial(lens) for e, lens in ALONE.items()})
"""The world before anything happened."""


class Known(msgspec.Struct, frozen=True):
    """What a decision may look up: of the log the masks of seqs, and memories by id, and as they were formed; and how
    many things `hands` hold."""

    masks: Mapping[Seq, Mask] = {}
    memories: Mapping[str, tuple[str, Mask, Seq]] = {}
    formed: Mapping[str, MemoryFormed] = {}
    hands: int = HANDS


def decide_all(
    world: World, commands: Sequence[Command], ids: Ids, known: Known | None = None
) -> tuple[list[Drafted], World]:
    """The events of several commands in turn, each decided in the world that the ones before it left.

    The `after` of each draft is an index into the whole list. Raises the first refusal, with the `command`'s index.
    """
    drafts: list[Drafted] = []
    known = known or Known()
    for index, command in enumerate(commands):
        context = Context(
            minds=world.minds, ids=ids, hands=known.hands,
            known=known.masks, memories=known.memories, formed=known.formed,
        )  # fmt: skip
        try:
            decided = decide(world.truth, command, context)
        except Fault as fault:
            fault.data.setdefault("command", index)
            raise
        by_nature = command.witnesses is None and command.seems is None and not isinstance(command, Earlier)
        world = _moved_on(world, decided, drafts, seen=partial(_as_it_seems, command) if by_nature else None)
        world = _start_what_is_due(world, decided, ids, drafts)
    return drafts, world


class Proposed(msgspec.Struct, frozen=True):
    """Commands that are merely proposed: `make` gives them in the world as it is by then, or raises a refusal.

    `cause` is the seq that brings them about, `said` what was proposed, for the record of a refusal.
    """

    make: Callable[[World], Sequence[Command]]
    cause: Seq | None
    said: Mapping[str, Any] = {}

    @classmethod
    def of(cls, command: Command, cause: Seq | None) -> "Proposed":
        """A proposal of one command, whatever the world is."""
        return cls(lambda world: [command], cause, msgspec.to_builtins(command))


def decide_each(
    world: World, proposed: Sequence[Proposed], ids: Ids, known: Known | None = None
) -> tuple[list[Drafted], dict[int, Fault], World]:
    """The events of proposals, one after the other, each in the world that those before it left.

    One that is refused does not spoil the others; refusals are told by index. What would change nothing is left out.
    """
    drafts: list[Drafted] = []
    refused: dict[int, Fault] = {}
    for index, proposal in enumerate(proposed):
        try:
            decided, after = decide_all(world, proposal.make(world), ids, known)
        except Fault as fault:
            refused[index] = fault
            continue
        if after == world and all(d.payload.kind in EVOLVERS for d in decided):
            continue
        base, cause = len(drafts), proposal.cause
        drafts += [replace(d, cause=cause) if d.after is None else replace(d, after=d.after + base) for d in decided]
        world = after
    return drafts, refused, world


Seen = Callable[[World, Drafted], Drafted]
"""What was decided, with who seems to have perceived it in the world just before it."""


def _as_it_seems(command: Command, world: World, draft: Drafted) -> Drafted:
    """By nature; `who` of most commands is who does it, of `plan` those who know of it."""
    who = getattr(command, "who", None)
    doer = next((e for e in ENTITIES if e == who), None)
    return replace(draft, seems=seeming(world.truth, world.minds, draft, doer))


def _moved_on(
    world: World, decided: Sequence[Drafted], drafts: list[Drafted], after: int | None = None, seen: Seen | None = None
) -> World:
    """The world after what was decided, which joins the drafts; `after` is the index of what caused all else."""
    base = len(drafts)
    for decision in decided:
        draft = decision if seen is None else seen(world, decision)
        drafts.append(replace(draft, after=after if draft.after is None else draft.after + base))
        world = world.after(draft.payload, draft.witnesses)
    return world


def _start_what_is_due(world: World, happened: Sequence[Drafted], ids: Ids, drafts: list[Drafted]) -> World:
    """Starts the occasions that fell due, and those that fall due thereby. One that cannot start goes on waiting."""
    while happened:
        base, following = len(drafts) - len(happened), list[Drafted]()
        for id, index in due(world.truth, happened):
            try:
                started = decide(world.truth, Start(occasion=id, why="it was due"), Context(minds=world.minds, ids=ids))
            except Fault:
                continue
            world = _moved_on(world, started, drafts, base + index)
            following += started
        happened = following
    return world
