"""What a typed line plainly does: `*walks to the garden*`, `*hands Mara the key*`. Pure rules; they know English only.

They count at once, so that whoever answers is where the line leads to. All else in prose is for the reading to find.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from daemon.story.decide import Part
from daemon.story.state import State, holding, people_in
from protocol.commands import Hand, Move
from protocol.ids import EntityId

_GO = (
    "go|goes|walk|walks|head|heads|step|steps|run|runs|return|returns|hurry|hurries|climb|climbs|slip|slips|move|moves"
)
_HAND = "hand|hands|give|gives|pass|passes"
_NOT_DONE = r"(?:nearly|hardly|barely|scarcely|probably|possibly|supposedly|normally|usually)\b"
_ARTICLE = r"(?:(?:the|a|an|my|his|her|their|our|your)\s+)?"
_HOW = r"(?:\s+(?:\w+ly|back|over|out|up|down|off|away|straight|then))*"
_END = r"(?=\s*(?:$|[,:—–]|\band\b|\bthen\b|\bwith\b|\bwithout\b|\bwhere\b|\bto\b))"
_NEXT = re.compile(r"(?:,\s*|\s+)(?:and\s+then|and|then)\s+", re.IGNORECASE)
_SOMEBODY_ELSE = re.compile(r"\b(?:he|she|they|who|him|them|as|while|if|when|before|until|after)\b", re.IGNORECASE)
K = TypeVar("K")

_SENTENCES = re.compile(r"[^.!?;…]+[.!?;…]*")


def deeds(mind: State, who: EntityId, parts: Sequence[Part]) -> list[tuple[int, Move | Hand]]:
    """The moves and hand-overs of somebody's line, in order, in words of what this mind knows; by numbers of parts.

    Of speech only a whole sentence that says `I` counts, since one also speaks of what one does not do.
    """
    rules, here = _Rules(mind, who), mind.entities[who].container if who in mind.entities else None
    found: list[tuple[int, Move | Hand]] = []
    for number, part in enumerate(parts):
        for deed in _deeds(part, rules):
            if isinstance(deed, Move):
                if deed.container == here:  # who walks about where they are goes nowhere
                    continue
                here = deed.container
            found.append((number, deed))
    return found


def _deeds(part: Part, rules: "_Rules") -> Iterator[Move | Hand]:
    for found in _SENTENCES.findall(part.text):
        sentence = found.strip(" \t\n.!;…")  # a question keeps its mark, by which nothing is done
        if part.manner == "speech" and re.match(r"I\s", sentence) and (deed := rules.deed(sentence, whole=True)):
            yield deed
        for clause in _NEXT.split(sentence) if part.manner == "action" else ():
            if deed := rules.deed(clause):
                yield deed
            elif rules.names_another(clause):
                break  # who does what comes next is not plain any more


class _Rules:
    """The patterns for one mind: the places, people and things that it could name."""

    def __init__(self, mind: State, who: EntityId) -> None:
        here = mind.entities[who].container if who in mind.entities else None
        near = [e for e in people_in(mind, here) if e != who] if here is not None else []
        self._who = who
        self._places = _called({id: x.name for id, x in mind.containers.items()})
        self._people = {k: e for e in near for k in _called({e: mind.entities[e].name}, first=True)}
        self._people |= dict.fromkeys(("him", "her", "them"), near[0]) if len(near) == 1 else {}
        self._things = _called({id: mind.props[id].name for id in holding(mind, who)}, last=True)
        others = _called({e: x.name for e, x in mind.entities.items() if e != who}, first=True)
        self._others = re.compile(rf"(?<!\w)(?:{_any(others)})(?!\w)", re.IGNORECASE)
        own = _any(_called({who: mind.entities[who].name}, first=True)) if who in mind.entities else "(?!)"
        begins = rf"^(?:(?:I|{own})\s+)?(?:(?!{_NOT_DONE})\w+ly\s+)?"
        self._go = _pattern(
            rf"{begins}(?:{_GO}){_HOW}\s+(?:to|into|in|inside)\s+{_ARTICLE}({_any(self._places)}){_END}"
        )
        self._leave = _pattern(rf"{begins}leaves?\s+for\s+{_ARTICLE}({_any(self._places)}){_END}")
        given, taker = rf"{_ARTICLE}(?P<thing>{_any(self._things)})", rf"(?P<to>{_any(self._people)})"
        self._to = _pattern(rf"{begins}(?:{_HAND})(?:\s+over)?\s+{taker}\s+{given}{_END}")
        self._over = _pattern(rf"{begins}(?:{_HAND})(?:\s+over)?\s+{given}(?:\s+over)?\s+to\s+{taker}{_END}")

    def names_another(self, clause: str) -> bool:
        """Whether somebody else comes up, who may be the one that does what is told after it."""
        return bool(self._others.search(clause) or _SOMEBODY_ELSE.search(clause))

    def deed(self, clause: str, *, whole: bool = False) -> Move | Hand | None:
        """What a clause plainly does, if anything; `whole` where nothing may come after that."""
        clause = clause.strip()
        for pattern in (self._go, self._leave, self._to, self._over):
            found = pattern.match(clause)
            if found is None or (whole and found.end() < len(clause)):
                continue
            if "thing" in pattern.groupindex:
                prop, to = self._things[found["thing"].casefold()], self._people[found["to"].casefold()]
                return Hand(who=self._who, prop=prop, to=to)
            return Move(who=self._who, container=self._places[found[1].casefold()])
        return None


def _called(names: Mapping[K, str], *, first: bool = False, last: bool = False) -> dict[str, K]:
    """Ids by what they are called, folded: the whole name, without its article, and by its `first` or `last` word where
    that is done. What two are called is no name."""
    found: dict[str, K] = {}
    twice: set[str] = set()
    for id, name in names.items():
        bare = re.sub(r"^(?:the|a|an)\s+", "", name.casefold())
        for called in {name.casefold(), bare, *bare.split()[:1] * first, *bare.split()[-1:] * last}:
            twice |= {called} if called in found else set()
            found[called] = id
    return {called: id for called, id in found.items() if called and called not in twice}


def _any(names: Mapping[str, object]) -> str:
    """A pattern for any of these, the longest first; one that nothing matches, if there are none."""
    return "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) or "(?!)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
