"""Whether plain words, without any marks, tell what is done, or are spoken. English only. Pure.

    I cross the room and sit down by the fire.                  told: two deeds or more, all in the present
    Sam went out into the yard.                                 told: of the teller by name
    She got up, went out into the yard and shut the gate.       told: two deeds or more
    The rain had stopped by the time Tom reached the farm.      told: what had come to be when something else did
    Sam comes in. Tea, he says. Who wants some?                 told: of the teller by name, who says so
    I went to the market. He left. The captain was hurt.        spoken, since one also says so
    I sit here all day and wait. I take it and go, Mara.        spoken: now, always, to somebody

In doubt it is spoken. Where another language has no such table, all of it is.
"""

import re
from collections.abc import Iterable

_NOW = (
    "cross", "sit", "stand", "get", "rise", "take", "pick", "put", "set", "lay", "lift", "open", "close", "shut",
    "lock", "unlock", "turn", "walk", "go", "step", "head", "climb", "run", "hurry", "slip", "lean", "reach", "pull",
    "push", "hang", "pour", "light", "kneel", "bend", "nod", "shrug", "smile", "drop", "lower", "raise", "hold",
    "hand", "pocket", "follow", "enter", "leave", "return", "come", "move", "kick", "throw", "draw", "wipe", "stare",
    "switch", "fill", "stir", "tap", "press", "grab", "toss", "slam", "drag", "haul", "fetch", "wheel", "roll", "flick",
    "plug", "collapse", "flop", "settle", "perch", "excuse",
    "glance", "drink", "fold", "tuck", "slide", "crouch", "stretch", "knock", "wait", "bow", "pause", "find", "let",
)  # fmt: skip
_THEN = (
    "sat", "stood", "got", "rose", "took", "put", "set", "laid", "shut", "went", "ran", "slid", "hung", "lit",
    "knelt", "bent", "drew", "held", "threw", "left", "came", "drank", "strode", "crept", "fell", "woke", "found",
    "let",
)  # fmt: skip
_DOUBLED = ("tap", "grab", "slam", "drag", "plug", "flop", "step", "slip", "nod", "shrug", "drop", "get")


def _past(verb: str) -> str:
    return verb + (verb[-1] if verb in _DOUBLED else "") + ("d" if verb.endswith("e") else "ed")


def _third(verb: str) -> str:
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "o")) else "s")


PAST = "|".join([*map(_past, _NOW), "carried", "hurried", *_THEN])
PRESENT = "|".join([*_NOW, "carry", r"lie\s+(?:down|back)", r"fall\s+asleep", r"curl\s+up", r"doze\s+off"])
TELLING = "|".join([PAST, *map(_third, _NOW), "carries", "hurries"])
"""The verbs of plain deeds, as patterns: in the past, in the present, in the past or of a third person."""
_OF_ONESELF = (
    rf"{TELLING}|thought|thinks|knew|knows|meant|means|kept|felt|saw|heard|said|says|told|remembered|remembers"
)
"""What may come after the teller's own name, by which one does not speak of oneself."""
_SAYS = "says|said|asks|asked|tells|told|calls|called|adds|added|answers|answered|cries|cried|shouts|shouted"
_HOW = r"(?:\w+ly\s+)?"
_SENTENCE = re.compile(r"[^.;…]+[.;…]*")
_SPOKEN = re.compile(
    r"[?!]|n['’]t\b|\w['’](?:m|ve|ll|re|d)\b|\b(?:you|yours?|we|us|ours?|please|every|always|never|often|usually|sometimes|ago"
    r"|yesterday|today|tonight|tomorrow|now|here|will|would|should|could|can|must|may|might|shall|let(?!\s+(?:my|him|her|them)sel)|because|(?<!at\s)last)\b",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"^(?:the|a|an|it)\b[^.]{0,200}\bhad\s+(?:\w+ly\s+|already\s+)?\w+[^.]{0,200}\b(?:by the time|when|before)\b"
    r"[^.]{0,200}\b\w+(?:ed|me|nt|nd|ook|aw)\b",
    re.IGNORECASE,
)
_TALE = re.compile(r"^(?:the|a|an|it|he|she|they|there|outside|[A-Z]\w+)\s+\S", re.IGNORECASE)
_VERB = re.compile(rf"\b(?:{TELLING}|\w+ed|was|were|had|is|said|says)\b", re.IGNORECASE)


def narrates(text: str, own: str, others: Iterable[str]) -> bool:
    """Whether a text without marks plainly tells what its teller does, whose name is `own`, and not to the `others`."""
    if own and _tells_of_saying(text, re.escape(own.split()[0])):
        return True
    if _SPOKEN.search(text) or _addresses(text, others):
        return False
    told = [s[0].strip() for s in _SENTENCE.finditer(text) if any(c.isalnum() for c in s[0])]
    name = re.escape(own.split()[0]) if own else "(?!)"
    if all(re.match(rf"{_begin(name)}(?:{_OF_ONESELF})\b", s, re.IGNORECASE) for s in told[:1]) and told:
        return all(re.match(rf"{_begin(f'(?:{name}|he|she|they)')}(?:{_OF_ONESELF})\b", s, re.IGNORECASE) for s in told)
    for who, verbs in (("I", PRESENT), ("(?:he|she|they)", TELLING)):
        if told and all(re.match(rf"{_begin(who)}(?:{verbs})\b", s, re.IGNORECASE) for s in told):
            more = rf"(?:,|\band|\bthen|[.;…])\s+(?:then\s+|{who}\s+)?{_HOW}(?:{verbs})\b"
            return len(re.findall(more, text, re.IGNORECASE)) >= (1 if who == "I" else 2)
    return bool(told) and not re.search(r"\b(?:I|me|my|mine)\b", text) and all(_HAD.match(s) for s in told)


def _tells_of_saying(text: str, name: str) -> bool:
    """Whether a text tells of its teller by name, and that they say something: `Nell comes in. Tea, she says.`"""
    says = rf"[,?!]\s+(?:{name}|he|she|they)\s+(?:{_SAYS})\b"
    return re.match(rf"{_begin(name)}(?:{TELLING})\b[^?!.]*\.\s", text, re.IGNORECASE) is not None and (
        re.search(says, text, re.IGNORECASE) is not None
    )


def tells(text: str) -> bool:
    """Whether words that stand among deeds and quotes tell something, and are not spoken: in the third person."""
    if _SPOKEN.search(text) or re.search(r"\b(?:I|me|my|mine)\b", text):
        return False
    return _TALE.match(text.strip()) is not None and _VERB.search(text) is not None


def _begin(who: str) -> str:
    return rf"^(?:(?:then|slowly|finally|\w+ly),?\s+)?{who}\s+{_HOW}"


def _addresses(text: str, others: Iterable[str]) -> bool:
    """Whether a text calls somebody by name, at its start or its end."""
    names = "|".join(re.escape(n) for other in others for n in (other, other.split()[0]))
    return bool(names) and re.search(rf"^(?:{names}),|,\s*(?:{names})\W*$", text.strip(), re.IGNORECASE) is not None
