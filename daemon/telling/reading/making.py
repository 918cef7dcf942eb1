"""What is asked of each sort of change, and the fields of the command that comes of what was answered. Pure.

What is written for one mind reaches no other: a text is told to that mind, and to others only where they heard its
words (see Passage.may_hear); what all around can see is said in the words of the line.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from daemon.story.decide.desk import HANDS, refuse
from daemon.story.state import holding
from daemon.telling.reading.passage import Heard, Passage, says_no_more
from daemon.telling.reading.shapes import TEXT, Shape, listed, maybe, one_of, record, within
from protocol.ids import EVERYBODY, NOBODY, entities_of, intersection, mask_of, union

Said = Mapping[str, Any]
"""A proposed change as it was answered, in its shape."""

LONGEST = 200
"""Characters of a text that a reading may write."""

FEELING = within(-2, 2)
"""How far one turn may move a feeling."""

_ARTICLE = re.compile(r"^(a|an|the|some)\s+", re.IGNORECASE)
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str | None:
    """An id that says what it names, so that one thing is not made twice; None where no letter is left of it."""
    bare = unicodedata.normalize("NFKD", _ARTICLE.sub("", name.strip())).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_ID.sub("-", bare).strip("-")[:40].strip("-") or None


def clipped(text: str) -> str:
    """A text that a reading wrote, in one line, not too long."""
    return " ".join(text.split())[:LONGEST].strip()


def place_of(spot: str) -> dict[str, str]:
    """The place that a spot names."""
    kind, _, id = spot.partition(":")
    return {kind: id}


def _worded(text: str | None) -> str:
    """A text that must not be empty."""
    words = clipped(text or "")
    if not words:
        refuse("wrong_value", "a text is empty")
    return words


# what is done


def move(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    return {"who": said["who"], "container": said["container"], "slot": said.get("slot")}


def move_fields(p: Passage) -> dict[str, Shape]:
    slot = {"slot": maybe(one_of(p.slots))} if p.slots else {}
    return {"who": one_of(p.actors), "container": one_of(p.places), **slot}


def act(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """What somebody does is before the eyes of all who come, so it is told in words of what was seen to be done."""
    if said["doing"] is None and said["awake"] is None:
        refuse("wrong_value", "either `doing` or `awake`")
    seen = part.manner in ("action", "narration") and says_no_more(said["doing"] or "", part.text)
    if said["doing"] is not None and not seen:
        refuse("not_in_prose", "what somebody is seen to do stands in words of an action")
    doing = None if said["doing"] is None else _worded(said["doing"])
    return {"who": said["who"], "doing": doing, "awake": said["awake"]}


def handle(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    return {"who": said["who"], "prop": said["prop"]}


def hand(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    return {"who": said["who"], "prop": said["prop"], "to": said["to"]}


def hide(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    return {"who": said["who"], "prop": said["prop"], "in": place_of(said["into"])}


def add_prop(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """Prose brings up a thing that it names aloud, in a hand or where its speaker is, and nowhere else."""
    name, who, spot = _worded(said["name"]), said["who"], said["into"]
    tokens = re.findall(r"\w+", _ARTICLE.sub("", name).casefold())
    aloud = re.findall(r"\w+", part.text.casefold()) if part.manner in ("speech", "action", "narration") else []
    if not tokens or not set(tokens) <= set(aloud):
        refuse("not_in_prose", f"the line names no {name!r} aloud")
    here = p.mind.entities[who].container
    if spot not in (f"entity:{who}", f"container:{here}"):
        refuse("out_of_reach", f"{spot} is not where {who} could bring a thing up")
    if spot.startswith("entity:") and len(holding(p.mind, who)) >= HANDS:
        refuse("hands_full", f"{who} already holds {' and '.join(holding(p.mind, who))}")
    return {"prop": slug(name), "name": name, "in": place_of(spot)}


# what is felt and said


def feel(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """The mind's own feelings; of the author's, only how much they changed, since the words would be another mind's."""
    own = said["from"] == p.who
    if not own and not (part.typed and said["from"] == part.who):
        refuse("not_yours", f"how {said['from']} feels is not for this line to say")
    because = clipped(said["because"]) if own and said["because"] else None
    changes = {name: said[name] for name in ("warmth", "trust", "tension")}
    if not any(changes.values()):
        return {}
    return {"from": said["from"], "to": said["to"], **changes, "because": because}


def feel_fields(p: Passage) -> dict[str, Shape]:
    whose = [e for e in p.people if e == p.who or any(x.typed and x.who == e for x in p.parts)]
    others = p.people if len(p.people) > 1 else []
    return {
        "from": one_of(whose), "to": one_of(others), "warmth": FEELING, "trust": FEELING, "tension": FEELING,
        "because": maybe(TEXT),
    }  # fmt: skip


def mood(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    return {"do": "change_entity", "entity": p.who, "mood": _worded(said["mood"])}


def bind(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """What the three are together is known to all, so all must have perceived the line."""
    if mask_of(p.people) & ~part.witnesses:
        refuse("not_present", "not all of them perceived the line; what they share is for all")
    habit = clipped(said["habit"] or "")
    if habit and p.may_hear(habit, part) & part.witnesses != part.witnesses:
        refuse("not_in_prose", "what they share is told in words that all of them heard")
    if not habit and said["tone"] is None:
        refuse("wrong_value", "either `tone` or `habit`")
    known = p.mind.group.habits
    return {"tone": said["tone"], "habits": [*known, habit] if habit and habit not in known else None}


def share(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """Who speaks a line makes its claims, true or not, to those it is meant for, or else to all who heard it."""
    if part.who is None:
        refuse("not_yours", "a narrator claims nothing")
    listeners = [e for e in entities_of(part.witnesses) if e != part.who and (e in part.to or not part.to)]
    if not listeners:
        refuse("not_present", "nobody was told")
    claim = {"prop": said["prop"], "in": None if said["into"] is None else place_of(said["into"])}
    return {"by": part.who, "to": listeners, "claims": [claim], "witnesses": list(entities_of(part.witnesses))}


# occasions and threads


def plan(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    title = _worded(said["title"])
    who = list(entities_of(intersection(p.may_hear(title, part), mask_of(p.people))))
    return {"occasion": slug(title), "title": title, "where": said["where"], "when": said["when"], "who": who}


def plan_fields(p: Passage) -> dict[str, Shape]:
    where = {"where": maybe(one_of(p.places))} if p.places else {"where": {"type": "null"}}
    return {"title": TEXT, **where, "when": maybe(TEXT)}


def occasion(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """Without a reason: all who know of it would learn what was written for one mind."""
    return {"occasion": said["occasion"]}


def complete(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """The gist is for all who are there, so it says no more than they know; a fact is learned by this mind alone."""
    title = p.mind.occasions[said["occasion"]].title
    learned = [{"fact": _worded(fact), "by": p.who} for fact in said["learned"]] if p.who is not None else []
    return {
        "occasion": said["occasion"], "gist": f"{title} came to its end.", "acquired": said.get("acquired", []),
        "learned": learned,
    }  # fmt: skip


def complete_fields(p: Passage) -> dict[str, Shape]:
    kept = {"acquired": listed(record(prop=one_of(p.things), by=one_of(p.people)))} if p.things else {}
    return {"occasion": one_of(p.occasions("active")), **kept, "learned": listed(TEXT)}


def open_thread(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    title = _worded(said["title"])
    return {"thread": slug(title), "title": title, "witnesses": list(entities_of(p.may_hear(title, part)))}


def thread(p: Passage, part: Heard, said: Said) -> dict[str, Any]:
    """Told to those who know of it and perceived the line; in words of the line, if others are to hear them."""
    concerned = union(intersection(part.witnesses, p.knowing.get(said["thread"], NOBODY)), p.mind.lens)
    note = clipped(said["note"] or "")
    if not note or p.may_hear(note, part) & concerned != concerned:
        note = clipped(part.text)
    return {"thread": said["thread"], "note": note, "witnesses": list(entities_of(intersection(concerned, EVERYBODY)))}


def near_spots(p: Passage) -> list[str]:
    here = {p.mind.entities[e].container for e in p.actors}
    return [*(f"container:{c}" for c in p.places if c in here), *(f"entity:{e}" for e in p.actors)]
