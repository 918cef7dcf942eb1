"""Whether a text speaks to somebody, or merely of them. English, in tables. Pure.

    between stops                     Oren, where is it?   Where is it, Oren?   I say, Oren, come.   Oren!      called
    several in one breath             Mara and Oren, come!   Oren, Mara?   Oren? Mara?                           called
    after a greeting                  Hello Oren how are you                                                     called
    after a small word, at the end    And you Oren?   Oh Oren!   But Oren, …                                     called
    before what is said to them       Oren you fool.   Oren can you see?   Oren tell me.   Oren what is this?    called
    a deed that turns to them         *turns to Oren*   I look at Oren.   *asks Oren*   "Go," she tells Oren.  turned to
    a deed done to them               *I hug Oren*   I take the pen out of Oren's hand.   *waits for Oren*       done to
    anything else                     I saw Oren.   Oren is here.   Oren's hat.   Ask Oren.   *Oren looks up*    neither

Who is called goes before who is turned to, and that before whom something is done to; of several the one called last
comes first, and those called in one breath in the order of their names. Another language is another table; without one
the stops still tell.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from daemon.telling.naming import Names, pattern
from protocol.ids import EntityId

_STOP = r"[,.!?;:…—–*\"“”‘’'`()¿¡\n]"
_GREETING = (
    r"(?:hey|hi|hello|hallo|thanks|thank you|welcome|goodbye|bye|farewell|cheers|dear|my dear|"
    r"good (?:morning|day|afternoon|evening|night)|sleep well|excuse me|forgive me|pardon me)"
)
_SMALL = r"(?:oh|ah|yes|no|well|so|and|but|now|then|please|sorry|okay|ok|and you|you|what about you|how about you)"
_TO_THEM = (
    r"(?:you|your|please|let's|let (?:me|us)|"
    r"(?:can|could|will|would|do|did|are|were|have|should|may|must) (?:you|we|i)|"
    r"(?:tell|show|give|help|follow|trust|forgive) (?:me|us|him|her|them)|(?:come|look|listen|wait|stop|sit|stay|go) ?"
    r"(?:here|there|on|in|out|down|up|back|at|with|to|away|a moment)?(?=\s*(?:$|[,.!?…\n])|\s+\w)"
    r"|(?:what|who|where|when|why|how|which)\b[^.!?…\n]*\?)"
)
_TURN = (
    r"(?:(?:turn|look|glance|smile|nod|wave|bow|grin|wink|speak|talk|gesture|point|call|shout|whisper|say|lean|walk|"
    r"step)s?(?: (?!and\b)\w+){0,3}? (?:back |over |out |up )?(?:to|at|toward|towards|over to)|"
    r"(?:ask|tell|face|address|answer|greet)s?)"
)
_TOUCH = (
    r"(?:hug|embrace|kiss(?:e)?|hold|take|catch(?:e)?|grab|pull|push(?:e)?|poke|tap|nudge|pat|squeeze|touch(?:e)?|stroke|shake|"
    r"hand|give|pass(?:e)?|offer|throw|toss(?:e)?|pour|drop|put|set|lay|show|bring|slide|shove|stop|thank|help|follow|join|"
    r"wait|sit|settle|kneel|crouch(?:e)?|stand|squint|peer|wake|rouse|lead|drag)s?"
)
_DOER = r"(?:\bi(?: \w+ly| then| just)?|\*\s*(?:i )?(?:\w+ly )?|(?<=[*,;]) ?(?:and|then|and then))"
_IT_IS = r"\bit(?:['’]s| is)(?=\s+\w+ (?:i|he|she|they) (?:ask|tell|mean)s?\b)"
_ANOTHER = r"(?:\b(?:he|she|they)|(?<!\w)(?!{names}\b)(?-i:[A-Z])\w+)(?: \w+ly)?"
"""Whoever else a player tells of, in the third person: nobody of `names`."""

_NOT_THEIRS = r"(?!['’]s\b)"
_AND_MORE = r",\s*(?:and|or)\s+(?:the|a|an|my|his|her|their|our|your)\b"
"""What follows names that are merely listed."""


def spoken_to(text: str, names: Mapping[EntityId, Names], *, or_done: bool = False) -> list[EntityId]:
    """Those of `names` to whom a text speaks, or to whom something is done (`or_done`), first the one whom it means
    most; empty where it is none."""
    if not names:
        return []
    some = _patterns(tuple(names.values()))
    called = [m for p in some.calls for m in p.finditer(text)]
    breaths = [m["who"] for m in sorted(called, key=lambda m: -m.start("who"))]
    for deeds in (some.turns, some.done)[: 1 + or_done]:
        breaths = breaths or [m["who"] for m in sorted(deeds.finditer(text), key=lambda m: -m.start("who"))]
    return list(dict.fromkeys(e for breath in breaths for e in _named(breath, names)))


def _named(breath: str, names: Mapping[EntityId, Names]) -> Sequence[EntityId]:
    """Who is named in one breath, in the order of their names there."""
    found = {e: m.start() for e, name in names.items() if (m := _whole(name).search(breath)) is not None}
    return sorted(found, key=found.__getitem__)


@lru_cache(256)
def _whole(name: Names) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern(name)})(?!\w)", re.IGNORECASE)


class _Patterns:
    def __init__(self, names: Sequence[Names]) -> None:
        one = f"(?:{'|'.join(sorted(map(pattern, names), key=len, reverse=True))})"
        more, called = (
            r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s*&\s*",
            rf"[?!…]+\s+(?:and\s+|or\s+)?{one}(?=\s*[?!…])",
        )
        who = rf"(?P<who>{one}(?:(?:{more}){one}|{called})*+)(?!\w){_NOT_THEIRS}"
        end, begin = rf"(?!{_AND_MORE})(?=\s*(?:$|{_STOP}))", rf"(?:^|{_STOP})\s*"
        self.calls = [
            re.compile(p, re.IGNORECASE)
            for p in (
                rf"{begin}{who}{end}",
                rf"{begin}(?:\w+,? )?{_GREETING},?\s+{who}",
                rf"(?:{begin}{_SMALL}|\byou)\s+{who}{end}",
                rf"{begin}(?:{_SMALL}\s+)?{who}\s+{_TO_THEM}",
            )
        ]
        doer = rf"(?:{_DOER}|{_ANOTHER.replace('{names}', one)})"
        self.turns = re.compile(rf"(?:{doer}\s*{_TURN}|{_IT_IS})\s+{who}", re.IGNORECASE)
        self.done = re.compile(
            rf"{doer}\s*{_TOUCH}(?:\s+[\w'’-]+){{0,7}}?\s+{who.replace(_NOT_THEIRS, '')}", re.IGNORECASE
        )


@lru_cache(64)
def _patterns(names: tuple[Names, ...]) -> _Patterns:
    return _Patterns(names)
