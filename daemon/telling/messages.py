"""How messages are told: what makes the words beside it a text, a note or a call, to whom, and what ends it. Pure.

    in brackets             (message to Mara) Come.     (texts Mara) Come.     (on the phone to Mara) Come.
    a line of its own       Message to Mara: Come.      I text Mara: Come.
    a deed                  *texts Mara* Come.          *sends Mara a message:* Come.       *I write to Mara:* Come.
    after the words         "Come," I text Mara.
    a call                  *I ring Mara on the phone.* "Come."         until one hangs up or turns to others
    a note                  *I slip Mara a note that says:* Come.       *I hand Mara a card. It reads:* Come.
    within the deed         *I slip Mara a note that says: come.*       *I text Mara that she should come.*
    back                    *texts back:* Come.  *types with one thumb:* Come.       to whoever wrote last

None of these: who reads a message, is called over, writes in a book, or gives a note of which no words are told. What
is written ends with the next deed, unless that adds to it. English only.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from daemon.telling import whispers
from protocol.ids import EntityId

_WHO = r"(?P<{0}>(?-i:[A-Z][\w'’-]*(?:\s+[A-Z][\w’-]*)?)|him|her|them|you)"
_BEGIN = (
    r"(?:^\W*|[,;:.]\s*|\b(?:I|he|she|they|and|then|but|(?-i:[A-Z]\w+))\s+)(?:\w+ly\s+|then\s+|just\s+|quickly\s+)?"
)
_PAPER = r"(?:note|slip|scrap|card|letter|piece of paper|napkin|envelope)"
_MAIL = r"(?:text(?:\s+message)?|message|e-?mail|line|telegram|dm|wire|word|reply|answer|note|letter)"
_A = r"(?:(?:a|an|another|one|this|the)\s+(?:\w+\s+){0,2}?)?"
_READS = r"(?:(?:that|which|it)\s+(?:says|said|reads|read)|saying|reading|with\s+the\s+words?)"
_PHONE = (
    r"(?:on|from|with|over|by)\s+(?:the|my|his|her|their|a)?\s*(?:\w+\s+)?"
    r"(?:phone|mobile|cell|telephone|radio|intercom|walkie-talkie)"
)


def _who(name: str) -> str:
    return _WHO.format(name)


_WRITES = re.compile(
    "|".join(
        (
            rf"{_BEGIN}(?:text|message|email|e-mail|dm|wire|telegraph)(?:s|d|ed|ing)?\s+{_who('w1')}(?:\s+back)?(?!['’])\b"
            rf"(?!(?<=her)\s+(?!back\b|that\b|to\b|about\b|and\b|from\b|again\b|\w+ing\b)\w)",
            rf"{_BEGIN}(?:text|message)(?:s|d|ed|ing)?\s+back\b(?:\s+to\s+{_who('w2')})?",
            rf"{_BEGIN}(?:send|sends|sent|sending|write|writes|wrote|type|types|typed)\s+{_who('w3')}\s+(?:back\s+)?{_A}{_MAIL}\b",
            rf"{_BEGIN}(?:send|sends|sent|sending|write|writes|wrote|type|types|typed|scribble|scribbles|scribbled)\s+{_A}{_MAIL}\s+"
            rf"(?:back\s+)?(?:to|for)\s+{_who('w4')}",
            rf"{_BEGIN}(?:write|writes|wrote|writing|type|types|typed|typing)(?:\s+back)?,?\s+to\s+{_who('w5')}",
            rf"{_BEGIN}(?:answer|answers|answered|reply\s+to|replies\s+to|replied\s+to)\s+{_who('w6')}(?:['’]s)?\s+(?:{_MAIL}|by\s+{_MAIL})\b",
            rf"{_BEGIN}(?:type|types|typed|writes?\s+back|wrote\s+back|tap|taps|tapped)\b[^.!?:;]{{0,40}}(?=:\s*$)",
        )
    ),
    re.IGNORECASE,
)
_CALLS = re.compile(
    rf"{_BEGIN}(?:ring|rings|rang|phone|phones|phoned)\s+{_who('w1')}(?!['’])\b|{_BEGIN}(?:call|calls|called)\s+{_who('w2')}\s+(?:up\s+)?{_PHONE}\b"
    rf"|{_BEGIN}(?:dial|dials|dialled|dialed)\s+{_who('w3')}",
    re.IGNORECASE,
)
_NOTES = re.compile(
    rf"{_BEGIN}(?:slip|pass|hand|give|push|slide|write|scribble|show|scrawl|jot|toss|throw)(?:e?s|ped|ed|d|t)?\s+(?:\w+\s+)?"
    rf"(?:{_who('w1')}\s+{_A}{_PAPER}\b|{_A}{_PAPER}\b[^.!?:;]{{0,40}}?\b(?:to|for|towards?)\s+{_who('w2')})",
    re.IGNORECASE,
)
_SAYS = re.compile(rf"(?:\b{_READS}\s*:?|:)\s*", re.IGNORECASE)
_TELLS = re.compile(r"\s+(?=(?:that|to|about|whether|what|where|when|why|how|who)\s+\w)|:\s+(?=\S)", re.IGNORECASE)
_LINE = rf"(?:{_A}{_MAIL}\s+(?:back\s+)?(?:to|for)\s+|(?:on|over)\s+the\s+(?:phone|radio),?\s+(?:to|with)\s+)"
_IN_BRACKETS = re.compile(
    rf"^\s*(?:{_LINE}|(?:texts?|texting|messages?|messaging|emails?|emailing|phones?|phoning|writes?\s+to|writing\s+to)\s+){_who('w1')}",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"^\s*{_LINE}{_who('w1')}\s*:(?=\s|$)", re.IGNORECASE)
_PLAIN = re.compile(r"^\s*I\s[^:!?\"“*`]{0,120}:(?=\s)", re.IGNORECASE)
_ASIDE = re.compile(r"[*_]{0,3}\(([^()]{1,100})\)[*_]{0,3}:?")
_HANGS_UP = re.compile(
    r"\b(?:hang(?:s|ing)?\s+up|hung\s+up|ring(?:s)?\s+off|rang\s+off|(?:put|puts|slip|slips|lay|lays|pocket|pockets|lower|lowers)\b"
    r"[^.!?;]*\b(?:phone|receiver|mobile|radio)|end(?:s|ed)?\s+the\s+call)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"\b(?:add(?:s|ed|ing)?|again|type[sd]?|text(?:s|ed)?|writes?|wrote)\b", re.IGNORECASE)
LONGEST = 300
"""Letters before a quote that are looked at for a mark."""
_PRONOUNS = ("him", "her", "them")


class Message(NamedTuple):
    """That what is told here is a message: to those named, to one who is not (`unclear`), or to a stranger (neither);
    a `call`, in which one goes on speaking; and where in the deed its words begin (`cut`), where that tells them."""

    to: tuple[EntityId, ...]
    unclear: bool = False
    call: bool = False
    cut: int | None = None


def asides(text: str) -> Iterator[re.Match[str]]:
    """The stretches by which a text says that what comes next is a message, and that are no words of it themselves."""
    if label := _LABEL.match(text):
        yield label
    elif (plain := _PLAIN.match(text)) and (_WRITES.search(plain[0]) or _CALLS.search(plain[0])):
        yield plain
    for found in _ASIDE.finditer(text):
        if _IN_BRACKETS.match(found[1]):
            yield found


def leads_in(text: str) -> bool:
    """Whether words end with a sentence that tells that somebody writes or calls: `I text you back.`"""
    last = re.split(r"(?<=[.!?])\s+", text[-LONGEST:].strip())[-1]
    return _WRITES.search(last) is not None or _CALLS.search(last) is not None


def message(text: str, names: Mapping[str, EntityId]) -> Message | None:
    """What a deed, or a text in brackets, says of a message; None where it says of none. `names` are in lower case."""
    inner = text.strip(" \t*_()")
    at = text.find(inner)
    for pattern in (_IN_BRACKETS, _LABEL) if text.lstrip(" \t*_").startswith("(") or _LABEL.match(text) else ():
        if found := pattern.match(inner):
            return _to(found, names)
    if found := _NOTES.search(inner):
        says = _SAYS.search(inner, found.end())
        if says is None:
            return None
        rest = inner[says.end() :].strip()
        return _to(found, names)._replace(cut=at + says.end() if any(c.isalnum() for c in rest) else None)
    found = _WRITES.search(inner)
    call = found is None
    found = found or _CALLS.search(inner)
    if found is None:
        return None
    told = _TELLS.search(inner, found.end()) if not call else None
    return _to(found, names)._replace(call=call, cut=at + told.end() if told else None)


def _to(found: re.Match[str], names: Mapping[str, EntityId]) -> Message:
    """A message to whom its mark names."""
    who = next((x for x in found.groupdict().values() if x), "")
    to = whispers.named(who, names)
    return Message(to, not to and (not who or who.lower() in (*_PRONOUNS, "you")))


def goes_on(deed: str, active: Message) -> bool:
    """Whether a deed amid a message leaves what comes next a part of it."""
    if _HANGS_UP.search(deed):
        return False
    return not whispers.ends(deed) if active.call else _ADDS.search(deed) is not None


def ends(deed: str) -> bool:
    """Whether a deed comes before any words of a message and leaves none to come."""
    return _HANGS_UP.search(deed) is not None or whispers.ends(deed)
