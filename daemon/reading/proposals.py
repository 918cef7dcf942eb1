"""What the answers of a reading propose, in order: changes of the world, time, and what goes on in each mind. Pure."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from daemon.story.decide import Conclude, Earlier, FollowPlayer, Ids, Stir, Tell
from daemon.story.world import Proposed, World, decide_each
from daemon.telling.reading import Change, Ears, Passage, Reading, brought_by, commands_of, tellings
from daemon.telling.reading.mind_call import Mind
from daemon.telling.reading.names import found
from daemon.telling.reading.passage import Heard
from protocol.commands import AdvanceThread, Bind, ChangeEntity, Claim, Command, OpenThread, PassTime, ResolveThread
from protocol.ids import BITS, NOBODY, EntityId, Seq, difference, entities_of, mask_of, union


def proposed(p: Passage, read: Reading, minds: Sequence[Mind]) -> list[Proposed]:
    """The proposals of a reading: what happened, in order; then what each mind made of it."""
    ears = Ears(p)
    doubted = _doubted(p, read, minds)
    last = p.all[-1].seq
    brought: dict[str, str] = {}
    changes = [
        Proposed(_maker(read.changes[n:], p, ears, doubted.get(n, ()), brought), change.item.part.seq, change.said)
        for n, change in enumerate(read.changes)
    ]
    time = [Proposed.of(PassTime(minutes=read.minutes), last)] if read.minutes else []
    told_now = bool(read.tone) and not p.past
    tone = [Proposed(_toning(p, ears, read.tone), last, {"do": "bond", "tone": read.tone})] if told_now else []
    scenes = [] if p.still else [Proposed(_following(p), last)]
    return [*changes, *scenes, *time, *tone, *(x for mind in minds for x in _of_mind(p, mind, last))]


def told(p: Passage, read: Reading, who: EntityId) -> list[str]:
    """What somebody was told, in sentences that hold no secret of others."""
    ears = Ears(p)
    return [ears.worded(x.item.text, x.item.part, BITS[who], 240) for x in tellings(read.changes, who)]


def with_things(p: Passage, read: Reading) -> Passage:
    """The passage with all things as each mind takes them to be once what was read of the world is done, so that no
    mind is asked of what is not where it was."""
    _, _, after = decide_each(p.world, proposed(p, read, []), Ids(1))
    minds = {e: replace(mind, props=after.minds[e].props) for e, mind in p.world.minds.items()}
    return dataclasses.replace(p, world=World(p.truth, minds))


def _doubted(p: Passage, read: Reading, minds: Sequence[Mind]) -> Mapping[int, Sequence[EntityId]]:
    """Who does not believe a telling, by its index among the changes."""
    doubted: dict[int, list[EntityId]] = {}
    for mind in minds:
        heard = tellings(read.changes, mind.who)
        for change in (heard[n] for n in mind.doubts if n < len(heard)):
            index = next(n for n, x in enumerate(read.changes) if x is change)
            doubted.setdefault(index, []).append(mind.who)
    return doubted


def _maker(
    changes: Sequence[Change], p: Passage, ears: Ears, doubters: Sequence[EntityId], brought: dict[str, str]
) -> Callable[[World], Sequence[Command]]:
    """Makes the commands of the first of these changes, and takes down in `brought` what comes into being thereby: by
    its name the changes after it mean that."""

    def make(world: World) -> Sequence[Command]:
        commands = commands_of(changes[0], p, ears, world, changes[1:], brought)
        new = brought_by(changes[0], commands)
        for name in [name for name, id in brought.items() if id in new.values()]:  # refused, as its id is free again
            del brought[name]
        brought.update(new)
        made = [_as_heard(c, changes[0].item.part) for c in commands]
        return [replace(c, doubted=tuple(doubters)) if isinstance(c, Tell) else c for c in made]

    return make


def _as_heard(c: Command, part: Heard) -> Command:
    """What comes of words seems to have reached those whom the words seem to have, as far as it is for the same."""
    if isinstance(c, Earlier):
        return replace(c, commands=[_as_heard(x, part) for x in c.commands])
    if part.seems is None or c.witnesses is None or c.seems is not None:
        return c
    seeing = mask_of(c.witnesses)
    missing = difference(part.seems, part.witnesses) if seeing == part.witnesses else NOBODY
    unnoticed = difference(part.witnesses, part.seems)
    return replace(c, seems=list(entities_of(union(difference(seeing, unnoticed), missing))))


def _of_mind(p: Passage, mind: Mind, cause: Seq) -> Iterator[Proposed]:
    """What a mind feels, wants, asks itself and thinks now; each a proposal of its own. What is past leaves only how it
    moved feelings, and what was asked and answered."""
    if mind.mood and not p.past:
        yield Proposed.of(ChangeEntity(entity=mind.who, mood=mind.mood), cause)
    if mind.wants is not None and not p.past:
        yield Proposed.of(ChangeEntity(entity=mind.who, goals=list(mind.wants)), cause)
    for felt in mind.feel:
        stirred = Stir(
            from_=mind.who, to=felt.to, warmth=felt.warmth, trust=felt.trust, tension=felt.tension,
            note=(felt.note if not p.past else "") or None,
        )  # fmt: skip
        yield Proposed.of(stirred, cause)
    for thing, place in mind.thinks if not p.past else ():
        yield Proposed.of(Conclude(who=mind.who, claim=Claim(prop=thing, in_=place)), cause)
    for id, note, done in mind.answers:
        yield Proposed(_answering(mind.who, id, note, settled=done and p.knowing(id) == BITS[mind.who]), cause)
    if mind.question:
        yield Proposed(_asking(mind.who, mind.question), cause, {"do": "ask", "text": mind.question})


def _following(p: Passage) -> Callable[[World], Sequence[Command]]:
    """Where what was read has moved `you`, and the story was told where they were, it is told where they are now."""
    was = p.truth.entities["you"].container if "you" in p.truth.entities else None

    def make(world: World) -> Sequence[Command]:
        now = world.truth.entities["you"].container if "you" in world.truth.entities else None
        told_there = world.truth.scene is not None and world.truth.scene.container == was
        return [FollowPlayer()] if told_there and now != was else []

    return make


def _toning(p: Passage, ears: Ears, tone: str) -> Callable[[World], Sequence[Command]]:
    """The tone is for all, so it is one only where all perceived some of what was said, and says no secret."""
    cast = mask_of(p.people)

    def make(world: World) -> Sequence[Command]:
        together = any(part.manner != "thought" and not cast & ~part.witnesses for part in p.parts)
        shared = together and ears.may_hear(tone, cast) == cast
        return [Bind(tone=tone)] if shared and tone != world.truth.group.tone else []

    return make


def _answering(who: EntityId, id: str, note: str, *, settled: bool) -> Callable[[World], Sequence[Command]]:
    """What one mind alone takes for the answer to an open question; nothing where that is settled by now."""

    def make(world: World) -> Sequence[Command]:
        asked = world.truth.threads.get(id)
        if asked is None or asked.status != "open":
            return []
        command = ResolveThread if settled else AdvanceThread
        return [command(thread=id, note=note, witnesses=[who])]

    return make


def _asking(who: EntityId, question: str) -> Callable[[World], Sequence[Command]]:
    """Opens a question that one mind alone asks itself, unless it asks it already."""

    def make(world: World) -> Sequence[Command]:
        own: Mapping[str, str] = {id: x.title for id, x in world.minds[who].threads.items() if x.status == "open"}
        if found(question, own) is not None:
            return []
        return [OpenThread(title=question, witnesses=list(entities_of(BITS[who])))]

    return make
