"""Taking a model's answer about the world apart: its changes, and what else it says. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from daemon.json_depth import depth
from daemon.story.decide import Earlier
from daemon.story.decide.desk import refuse
from daemon.story.world import World
from daemon.telling.reading import moment
from daemon.telling.reading.ears import Ears, clipped
from daemon.telling.reading.items import Item, item, number
from daemon.telling.reading.kinds import KINDS
from daemon.telling.reading.mending import Unreadable, object_of
from daemon.telling.reading.mind_call import Mind, taken
from daemon.telling.reading.names import own_name
from daemon.telling.reading.passage import Passage
from daemon.telling.reading.reader import Desk
from daemon.telling.reading.world_call import offered
from protocol.commands import AddProp, Command
from protocol.errors import Fault
from protocol.ids import BITS, EntityId, Seq, mask_of

MOST = 40
"""Changes that one answer may propose."""

LONGEST_QUOTE, DEEPEST_QUOTE = 2000, 8
"""Bytes of a refused change that are kept, and how deep it may be nested; of another it is told how large it was."""

BESIDE = {"minutes", "tone", "matters", "minds", "mind"}
"""What an answer says besides its changes."""

TONE = 40
"""Characters of a tone."""

LONGEST_TIME = 24 * 60
"""Minutes that one turn may take by its prose; more than that is a skip of time, which is the author's."""


class Declined(msgspec.Struct, frozen=True):
    """A proposed change that was refused: as it was answered, by which rule and why, and the seq of its line."""

    said: dict[str, Any]
    rule: str
    why: str
    cause: Seq


class Change(msgspec.Struct, frozen=True):
    """A change as it was answered, and what it was taken for; the commands are made of it in the world of its time."""

    said: dict[str, Any]
    item: Item


class Reading(msgspec.Struct, frozen=True):
    """What was read of the world: changes in order, what was refused, minutes, a rating, whom it mattered to, the tone
    among them, and the mind that was read in the same call, where anything is said of it."""

    changes: list[Change] = []
    declined: list[Declined] = []
    minutes: int = 0
    matters: int | None = None
    minds: list[EntityId] = []
    tone: str = ""
    mind: Mind | None = None


def parse(text: str, p: Passage) -> Reading | Unreadable:
    """The reading that an answer gives. What it leaves out counts as nothing."""
    answer = object_of(text, "changes")
    if isinstance(answer, Unreadable):
        return answer
    said, answer = _listed(answer)
    if said is None or (said and not any(isinstance(one, dict) for one in said)):
        return Unreadable("`changes` is no list of objects with `do`")
    changes: list[Change] = []
    declined: list[Declined] = []
    for one in said[:MOST]:
        try:
            changes.append(Change(quoted(one), _item(one, p)))
        except Fault as refusal:
            declined.append(_declined(one, refusal, p))
    if len(said) > MOST:
        why = f"one turn can change {MOST} things at most; {len(said) - MOST} were left out"
        declined.append(Declined({}, "wrong_value", why, p.parts[-1].seq))
    minutes = number(answer.get("minutes"), 0, LONGEST_TIME) if p.timed and not p.still else 0
    minds = answer.get("minds")
    named = [minds] if isinstance(minds, str) else minds if isinstance(minds, list) else []
    matters = number(answer.get("matters"), 0, 10)
    return Reading(
        changes=changes,
        declined=declined,
        minutes=minutes or 0,
        matters=matters,
        mind=_mind(answer, p, changes, matters),
        minds=[e for e in p.people if e in named or p.truth.entities[e].name in named],
        tone=clipped(answer["tone"], TONE) if isinstance(answer.get("tone"), str) else "",
    )


def _mind(answer: dict[str, Any], p: Passage, changes: Sequence[Change], matters: int | None) -> Mind | None:
    """The mind that an answer tells of beside the world; there is one rating for both."""
    if p.mind is None:
        return None
    said = next((answer[k] for k in ("mind", p.mind, p.truth.entities[p.mind].name) if k in answer), answer)
    doubts = [n for n, x in enumerate(tellings(changes, p.mind), 1) if x.item.doubted]
    said = {**said, "doubts": doubts, "matters": matters} if isinstance(said, dict) else {"doubts": doubts}
    mind = taken(said, p, p.mind, len(changes))
    return mind if mind != Mind(p.mind, matters=mind.matters) else None


def tellings(changes: Sequence[Change], who: EntityId) -> list[Change]:
    """The changes by which others told somebody something."""
    return [
        x
        for x in changes
        if x.item.do == "tell" and x.item.text and x.item.part.who != who and x.item.part.witnesses & BITS[who]
    ]


def _listed(answer: dict[str, Any]) -> tuple[list[Any] | None, dict[str, Any]]:
    """The changes of an answer, and the answer: with what came to stand among them, as their list was not closed."""
    said = answer["changes"]
    if isinstance(said, str):  # a list that was written as a text
        within = object_of(f'{{"changes": {said}}}', "changes")
        said = within["changes"] if isinstance(within, dict) else said
    if isinstance(said, dict):
        inner = list(said.values())
        said = inner if inner and all(isinstance(x, dict) and "do" in x for x in inner) else [said]
    if not isinstance(said, list):
        return None, answer
    stray = [x for x in said if isinstance(x, dict) and x and set(x) <= BESIDE]
    return [x for x in said if x not in stray], {k: v for x in (*stray, answer) for k, v in x.items()}


def _item(said: Any, p: Passage) -> Item:
    taken = item(said, p)
    if taken.do not in offered(p):
        refuse("no_such_change", f"a line can't lead to a change like “{taken.do[:40]}”")
    return taken


def commands_of(
    change: Change,
    p: Passage,
    ears: Ears,
    world: World,
    next: Sequence[Change] = (),
    brought: Mapping[str, str] | None = None,
) -> list[Command]:
    """The commands that a change comes to in the world as it is by then, with those that come `next`, and with the ids
    of what those before it `brought` into being by their names for that. Raises a refusal."""
    was, now = p.truth.entities, world.truth.entities
    came = mask_of(e for e, x in now.items() if e in was and was[e].container != x.container)
    kind, desk = KINDS[change.item.do], Desk(p, ears.now(world), world, [x.item for x in next], came, brought or {})
    try:
        where = moment.moment(desk, change.item) if kind.then else {}
        if not where:
            return kind.make(desk, change.item)
        made = kind.make(moment.then(desk, where), moment.perceiving(desk, change.item, where))
        return [Earlier(where=where, commands=made, met=moment.met(p, change.item))] if made else []
    except msgspec.ValidationError as wrong:
        refuse("wrong_value", str(wrong))


def brought_by(change: Change, commands: Sequence[Command]) -> dict[str, str]:
    """The id of the thing that a change's commands bring into being, by the change's own name for it."""
    within = [x for c in commands for x in (c.commands if isinstance(c, Earlier) else [c])]
    return {own_name(change.item.it): x.prop for x in within if isinstance(x, AddProp) and x.prop is not None}


def _declined(said: Any, refusal: Fault, p: Passage) -> Declined:
    return Declined(quoted(said), refusal.data.get("rule", "not_known"), refusal.message, p.parts[-1].seq)


def quoted(said: Any) -> dict[str, Any]:
    """A change for the record: as it was answered, or how large it was if it is no object, too long or too deep."""
    try:
        text = msgspec.json.encode(said)
    except (OverflowError, RecursionError, ValueError, TypeError):
        return {"left_out": "a change that cannot be kept"}
    if isinstance(said, dict) and len(text) <= LONGEST_QUOTE and depth(text) <= DEEPEST_QUOTE:
        return said
    return {"left_out": f"a change of {len(text)} bytes, nested {depth(text)} deep"}
