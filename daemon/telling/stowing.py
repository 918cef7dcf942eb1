"""What somebody plainly puts away before they go, in the sentence that says so: `I hide the letter behind the clock and
go to the kitchen`. Pure.

So nobody sees it in their hand where they come to. The words are English; all else that is put somewhere is for the
reading to find, which has nothing to add where it says the same.
"""

import re
from collections.abc import Iterator

from daemon.story.perception import room_of
from daemon.story.state import State, having
from daemon.telling.calling import any_of, called
from daemon.telling.going_words import GO
from protocol.commands import Put
from protocol.ids import EntityId
from protocol.world import Place

_HIDES = "hide|hides|hid|conceal|conceals|concealed"
_PUTS = (
    "put|puts|leave|leaves|left|tuck|tucks|tucked|slip|slips|slipped|wedge|wedges|wedged|push|pushes|pushed|shove|shoves|"
    "shoved|stuff|stuffs|stuffed|slide|slides|slid|lay|lays|laid|set|sets|place|places|placed|stand|stands|stood|prop|"
    "props|propped|hang|hangs|hung|drop|drops|dropped"
)
_HOW = "quickly|quietly|carefully|silently|hastily|swiftly|deftly|secretly"
_POCKETS = "pocket|pockets|pocketed"
_WHOSE = r"(?:(?:the|a|an|my|his|her|their)\s+)"
_AT = "behind|under|underneath|beneath|beside|between|against|inside|into|in|onto|on|upon|among|above|over"
_CARRIED = re.compile(r"^(?:in|into|inside)\s.*\b(?:pocket|sleeve|boot|bosom|waistband|cuff)$", re.IGNORECASE)
_UNSEEN = re.compile(
    r"\b(?:out of sight|where (?:it|he|she|they|nobody|no one)\b[^,]*\b(?:seen?|looks?|finds?|found))\b", re.IGNORECASE
)
_INTO = re.compile(r"^(?:(in|into|inside)|on|onto|upon)\s+", re.IGNORECASE)
_JOINT = re.compile(r"(?:,\s*|\s+)(?:and\s+then|and|then)\s+|,\s+(?!where\b|out of sight\b)", re.IGNORECASE)
_SPOT = 60
"""Characters of where something is put."""


def stowed(mind: State, who: EntityId, doers: str, sentence: str) -> Iterator[Put]:
    """The things that somebody has and plainly puts down, hides or pockets where they are, clause by clause of a
    sentence up to their move; `doers` is a pattern for how they call themselves."""
    here = mind.entities[who].container
    things = called({id: mind.props[id].name for id in having(mind, who)}, last=True)
    if here is None or not things:
        return
    pattern = re.compile(
        rf"^(?:(?:then|and|now|first)\s+)*(?:(?:{doers})\s+)?(?:(?:{_HOW})\s+)?"
        rf"(?P<verb>{_HIDES}|{_PUTS}|{_POCKETS})\s+{_WHOSE}?(?:[\w'’-]+\s+){{0,2}}?(?P<thing>{any_of(things)})"
        rf"(?:\s+(?:away\s+)?(?P<at>(?:{_AT})\s+{_WHOSE}?[\w'’-]+(?:\s+[\w'’-]+){{0,4}}))?"
        rf"\s*(?:,.*|out of sight|away)?$",
        re.IGNORECASE,
    )
    going = re.compile(rf"^(?:(?:{doers})\s+)?(?:{GO}|enters?|entered|follow|follows|followed)\b", re.IGNORECASE)
    for clause in _JOINT.split(sentence):
        found = pattern.match(clause.strip(" .!;…"))
        if found is None and going.match(clause.strip()):
            return
        place = _place(mind, who, here, found) if found is not None else None
        if found is not None and place is not None:
            yield Put(who=who, prop=things[found["thing"].casefold()], in_=place)


def _place(mind: State, who: EntityId, here: str, found: re.Match[str]) -> Place | None:
    """Where a clause puts a thing; None where that is not plain."""
    verb, at = found["verb"].casefold(), (found["at"] or "").strip()
    if re.fullmatch(_POCKETS, verb) or _CARRIED.search(at):
        return Place(entity=who, how="carried") if re.fullmatch(_POCKETS, verb) or not _anothers(mind, at) else None
    hidden = bool(re.fullmatch(_HIDES, verb) or _UNSEEN.search(found[0]))
    if not at:
        return Place(container=here, hidden=hidden) if verb.startswith(("drop", "leave")) or hidden else None
    at = re.sub(r"\s*\b(?:out of sight|where)\b.*", "", at, flags=re.IGNORECASE).strip()
    if _anothers(mind, at) or not at or len(at) > _SPOT:
        return None
    into = _INTO.match(at)
    near = {id: x.name for id, x in mind.props.items() if room_of(mind, id)[0] == here}
    inside = called(near, last=True).get(re.sub(rf"^{_WHOSE}", "", at[into.end() :].casefold())) if into else None
    if inside is not None:
        return Place(prop=inside, on=into is not None and not into[1]) if not mind.props[inside].closed else None
    return Place(container=here, spot=at, hidden=hidden)


def _anothers(mind: State, at: str) -> bool:
    """Whether somebody is named where a thing is put, so that it is theirs, or its place is."""
    names = called({e: x.name for e, x in mind.entities.items()}, first=True)
    return re.search(rf"\b(?:him|them|you|your|{any_of(names)})\b", at, re.IGNORECASE) is not None
