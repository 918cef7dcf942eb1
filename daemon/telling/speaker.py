"""Who answers: the bot that was asked for, addressed by name, or whose turn it is among those present; the narrator
where none of them is there. Pure.

The first of these that says who:

    asked for by the client (`speaker`)       that bot alone, wherever it is
    addressed by it, or by a whisper (`to`)   those, in that order: awake and in reach, or reached by a message
    called by name, or turned to              those in reach, the last one called first (addressing.py); so who sleeps
                                              beside the speaker and is called
    merely mentioned                          nobody by that
    two called as one ("you two")             all who are near, whose turn it is first
    called by a reply, with a question        after it that bot as well, where it was not asked yet
    nobody                                    whose turn it is; after them who is so talkative that they join in
    nobody is near                            the narrator, or nobody

Whom `to` names and who is called both answer. In reach is who is where the line leads to, so that who left in it, or
was left, is not asked; of those only within earshot, who are called. Whose turn it is, is not left to chance: each bot
comes round the sooner the more talkative it is and the longer it has been silent. A reply may lead its speaker, or
others, away: before a second one is asked, it is seen whether they are there still (`is_there_still`). A retake asks
all again who were asked after the reply that is taken again, those too who said nothing.
"""

import re
from collections.abc import Sequence

import msgspec

from daemon.story.perception import stage, within
from daemon.story.state import State, people_in
from daemon.telling.addressing import spoken_to
from daemon.telling.naming import Names, named_at
from protocol.ids import ENTITIES, EntityId
from protocol.views import LineView
from protocol.world import Manner

USUAL = 5
"""How talkative somebody is who was given no measure of it, from 0 (only if addressed) to 10."""

JOINS = 8
"""Who is as talkative as this has a say after another one who answered, unless somebody else was addressed."""

_ALL = re.compile(r"\b(both of you|you two|you both|the two of you|everyone|everybody|all of you)\b", re.IGNORECASE)


class Cue(msgspec.Struct, frozen=True):
    """What is to be answered: words, whom they are meant for, and who brought them out.

    `spoke` are the bots of the last lines, oldest first; `asked` is the bot that is to answer alone. `going_on` where
    nobody said anything now: then the story goes on from what stands, be it without the person who plays. `afar` where
    it reaches those in `to` wherever they are, as a message does.
    """

    by: EntityId | None
    text: str = ""
    to: Sequence[EntityId] = ()
    asked: EntityId | None = None
    spoke: Sequence[EntityId] = ()
    going_on: bool = False
    afar: bool = False


def bots(truth: State) -> list[EntityId]:
    """The bots of the cast."""
    return [e for e in ENTITIES if e != "you" and e in truth.entities]


def cue(
    by: EntityId | None,
    text: str | None,
    to: Sequence[EntityId],
    asked: EntityId | None,
    recent: Sequence[LineView],
    manner: Manner | None = None,
) -> Cue:
    """The cue that a text gives, which is the last of the recent lines by now; without one, that the last of them
    gives, whoever said it. `by` is None where the author narrates."""
    spoke: list[EntityId] = [x.who for x in recent if x.who is not None and x.who != "you"]
    last = recent[-1] if recent else None
    if text is not None:
        parts = last.parts if last is not None and last.who == by else []
        meant = list(dict.fromkeys([*to, *(e for p in parts for e in p.to)]))
        told = f"*{text}*" if manner == "action" else text
        afar = manner == "message" or any(p.manner == "message" for p in parts)
        return Cue(by, told, meant, asked, spoke, going_on=by is None, afar=afar)
    said = Cue(last.who, last.text, last.to) if last is not None else Cue(None)
    return msgspec.structs.replace(said, asked=asked, spoke=spoke, going_on=True)


def writer_to(recent: Sequence[LineView], who: EntityId | None) -> EntityId | None:
    """Whose message to somebody is the last of the recent lines, if it is one."""
    last = recent[-1] if recent else None
    wrote = last is not None and any(p.manner == "message" and who in p.to for p in last.parts)
    return last.who if last is not None and wrote else None


def whisperer_to(recent: Sequence[LineView], who: EntityId | None) -> EntityId | None:
    """Who whispered to somebody last since they last spoke, of the recent lines; None if nobody did."""
    for line in reversed(recent):
        if line.who == who:
            return None
        if any(p.manner == "whisper" and who in p.to for p in line.parts):
            return line.who
    return None


def answering(truth: State, said: Cue, teller: EntityId = "you") -> Sequence[EntityId | None]:
    """Those who answer in one turn, in order: the next speaker and, where both are addressed or one would not be kept
    from talking, the other one. Where nobody is there who could, the narrator (None), or nobody, as the story is told.

    Those who sleep do not answer unless they are asked for, or called by somebody beside them. `teller` is the
    character of the person who plays.
    """
    if said.asked is not None:
        return [said.asked]
    near = _near(truth, said, teller)
    addressed = _addressed(truth, said, near)
    if addressed:
        return addressed
    first = max(near, key=lambda e: _due(truth, said, e), default=None)
    if first is None:
        return [None] if _is_narrated(truth, teller) else []
    others = [e for e in near if e not in (first, said.by)]
    return [first, *(e for e in others if _ALL.search(said.text) or _talkative(truth, e) >= JOINS)]


def _is_narrated(truth: State, teller: EntityId) -> bool:
    """Whether the narrator answers somebody who is alone: what is narrated has to be told where they are."""
    return truth.alone == "narrate" and teller in truth.entities and stage(truth) == _room(truth, teller)


def _near(truth: State, said: Cue, teller: EntityId) -> list[EntityId]:
    """The bots that may answer: those who are where it was said, else those within earshot; where a story goes on by
    itself, who play on."""
    if not said.going_on:
        beside = [e for e in _able(truth, _room(truth, said.by)) if e != said.by]
        return beside or _hearing(truth, said)
    scene = truth.scene.container if truth.scene is not None else None
    for room in (_room(truth, teller), scene, _room(truth, said.by)):
        if room is not None and (found := _able(truth, room)):
            return found
    return [] if _room(truth, teller) is not None else [e for e in bots(truth) if truth.entities[e].awake]


def _room(truth: State, who: EntityId | None) -> str | None:
    return truth.entities[who].container if who in truth.entities else None


def _able(truth: State, room: str | None) -> list[EntityId]:
    return [e for e in people_in(truth, room) if e != "you" and truth.entities[e].awake]


def calls_somebody(truth: State, text: str) -> bool:
    """Whether a text speaks to any bot, wherever that is."""
    return bool(spoken_to(text, {e: truth.entities[e].names for e in bots(truth)}))


def questioned(said: LineView, who: EntityId, name: Names) -> bool:
    """Whether a line, as a bot of these names heard it, calls that bot and asks it something."""
    for part in said.parts:
        if part.manner != "speech" or not spoken_to(part.text, {who: name}):
            continue
        called = named_at(part.text, name)
        begins = max(part.text.rfind(stop, 0, called) for stop in ".!?…") if called is not None else -1
        if "?" in part.text[begins + 1 :]:
            return True
    return False


def is_there_still(chosen: State, now: State, who: EntityId | None, teller: EntityId = "you") -> bool:
    """Whether somebody who was `chosen` to answer in that truth can do so in this one: they have not fallen asleep, and
    if they are elsewhere by now, the person who plays is there too."""
    if who is None or who not in now.entities:
        return who is None
    moved = _room(now, who) != _room(chosen, who) and _room(now, who) != _room(now, teller)
    return not moved and (now.entities[who].awake or not chosen.entities[who].awake)


def _addressed(truth: State, said: Cue, near: Sequence[EntityId]) -> list[EntityId]:
    """The bots that are spoken to, in the order in which they are; never the one who speaks. Who is merely within
    earshot is spoken to where they are called, and not where somebody talks of them."""
    hearing = [] if said.going_on else _hearing(truth, said)
    beside = _asleep_beside(truth, said)
    could = [e for e in dict.fromkeys((*near, *hearing, *beside)) if e != said.by]
    called = spoken_to(said.text, {e: truth.entities[e].names for e in could}, or_done=True)
    far = [e for e in bots(truth) if truth.entities[e].awake] if said.afar or said.going_on else []
    told = [e for e in said.to if e in (*could, *far) and e != said.by]
    return list(dict.fromkeys([*told, *called]))


def _hearing(truth: State, said: Cue) -> list[EntityId]:
    """The bots within earshot of where it was said."""
    rooms = within(truth, _room(truth, said.by), "sound")
    return [e for room in rooms for e in _able(truth, room) if e != said.by]


def _asleep_beside(truth: State, said: Cue) -> list[EntityId]:
    """The bots asleep beside the one who speaks: they answer if they are called."""
    beside = people_in(truth, _room(truth, said.by)) if said.by is not None and not said.going_on else []
    return [e for e in beside if e != "you" and not truth.entities[e].awake]


def _due(truth: State, said: Cue, who: EntityId) -> tuple[int, bool]:
    """How much it is somebody's turn: talkativeness times the bots' lines since their last, that one included."""
    since = next((n for n, e in enumerate(reversed(said.spoke), 1) if e == who), len(said.spoke) + 1)
    return _talkative(truth, who) * since, since > 1


def _talkative(truth: State, who: EntityId) -> int:
    given = truth.entities[who].talkativeness
    return USUAL if given is None else given
