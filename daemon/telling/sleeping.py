"""How a clause tells that its teller falls asleep or faints, and that one who slept does not any more. Pure.

    falls asleep on the bench, dozes off, drifts into sleep, drops off in the chair      asleep
    am fast asleep, I'm out like a light, was asleep before he had said it               asleep
    sleep takes me; everything goes black                                                asleep
    faints, passes out cold, loses consciousness, slumps over, unconscious               asleep
    I begin to snore; I'm gone before the glass is down, snoring                         asleep
    sits up, gets up; whoever says anything but `Zzz`                                    awake again

None of these: who pretends, tries or nearly does; whose foot has fallen asleep; who was asleep when something was; who
passes out the plates; who nods off for a second, or starts up in the next clause; and who is told of by `he`, where he
may be somebody else. English only.
"""

import re
from functools import lru_cache

_FIRST = (
    r"^(?:(?:then|and|now|finally|at last|slowly|soon"
    r"|(?:after|within|in|before)\s+(?:a|an|two|the|long|no)?\s*\w+(?:\s+\w+)?)"
    r",?\s+)*"
)
_HOW = r"(?:(?!(?:nearly|hardly|barely|scarcely|probably|only|really)\b)\w+ly\s+|soon\s+|simply\s+|just\s+)?"
_WHERE = (
    r"(?=\s*(?:$|[,:—–]|\b(?:on|in|at|over|against|with|under|by|beside|before|where|like|next|across|upon|without|and|but"
    r"|for|until|as|within|curled|sitting|still|almost|again|cold|snoring|to|straight)\b(?!\s+(?:the\s+)?ladder)))"
)
_STATE = (
    r"(?:(?:already|soon|instantly|almost\s+at\s+once)\s+)?(?:(?:fast|sound|dead)\s+asleep|asleep|unconscious|snoring"
    r"|out\s+(?:like\s+a\s+light|cold)|dead\s+to\s+the\s+world)"
)
_FALLS = (
    r"(?:(?:(?:fall|falls|fell)|['’]ve\s+fallen|(?:have|has)\s+fallen)\s+(?:fast\s+|sound\s+)?asleep"
    r"|(?:drift|drifts|drifted|doze|dozes|dozed|nod|nods|nodded|drop|drops|dropped)\s+off(?!\s+(?:the|a|an|my|his|her|at)\b)"
    r"|(?:go|goes|went)\s+to\s+sleep|(?:drift|sink|slip|slide|fall)(?:s|ed|ped)?\s+(?:off\s+)?(?:in)?to\s+(?:an?\s+)?(?:\w+\s+)?sleep"
    r"|(?:sank|slid|fell)\s+into\s+(?:an?\s+)?(?:\w+\s+)?sleep"
    r"|faint(?:s|ed)?|swoon(?:s|ed)?|pass(?:es|ed)?\s+out|black(?:s|ed)?\s+out|(?:lose|loses|lost)\s+consciousness"
    r"|(?:begin|begins|began|start|starts|started)\s+(?:to\s+snore|snoring)|snores?|snored"
    r"|sleeps?(?=\s*(?:$|[,:—–]|and\b|like\b|on\b|where\b|against\b))"
    r"|(?:collapse|slump|fall|crumple|drop|keel)(?:s|d|ed|ped)?(?:\s+\w+){0,4}?,?\s+unconscious)"
)

_AT_ONCE = re.compile(rf"I\s+{_HOW}{_FALLS}(?:\s+(?:at\s+once|again|\w+ly))*", re.IGNORECASE)


@lru_cache(64)
def _forms(doers: str) -> re.Pattern[str]:
    plain = "|".join(d for d in doers.split("|") if d not in ("he", "she", "they"))
    me = "me|him|her|them" if "she" in doers.split("|") else "me"
    return re.compile(
        rf"{_FIRST}(?:"
        rf"(?:(?:{doers})\s+|(?:{plain})(?=['’]ve\b))?{_HOW}{_FALLS}{_WHERE}"
        rf"|(?:(?:(?:{plain})\s+)?am|(?:{plain})\s+is|(?:{plain})['’](?:m|s)|is)\s+{_STATE}{_WHERE}"
        rf"|(?:{plain})\s+was\s+{_STATE}\s+(?:before|by\s+the\s+time|within|almost\s+at\s+once|in\s+(?:a|no)\b)"
        rf"|sleep\s+(?:\w+ly\s+|soon\s+)?(?:takes|took|claims|claimed|overcomes|overcame|overtakes|overtook|carries|carried"
        rf"|pulls|pulled|drags|dragged|finds|found)\s+(?:{me})\b"
        rf"|(?:everything|the\s+world|the\s+room|all)\s+(?:goes|went|turns|turned)\s+(?:black|dark)\b"
        rf"|(?:{plain})\b[^;]*?,\s*(?:already\s+|softly\s+)?snoring{_WHERE}"
        r")",
        re.IGNORECASE,
    )


_RISES = re.compile(
    r"(?:sit|sits|sat|get|gets|got|start|starts|started|jerk|jerks|jerked|jump|jumps|jumped)\s+(?:bolt\s+)?up(?:right)?\b"
    r"|(?:rise|rises|rose)\b",
    re.IGNORECASE,
)
_SNORES = re.compile(
    r"\W*(?:z+|m+h?m*|snor\w+|hrm+|ngh+|h+n*g*h*|chr+)(?:\W+(?:z+|m+h?m*|snor\w+))*\W*$", re.IGNORECASE
)


_BRIEFLY = re.compile(
    r"\bfor\s+(?:(?:just|only|barely|all\s+of)\s+)?(?:an?|one|half\s+an?|two|the\s+(?:blink|space|length)\s+of\s+an?)\s+(?:\w+\s+)?"
    r"(?:moments?|seconds?|instant|heartbeat|blink|eye|breath|beat)\b(?!\s+time)|\bfor\s+(?:a\s+few|some|several)\s+seconds\b"
    r"|\b(?:briefly|momentarily)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,;:.!?…—–]+\s*|\s+(?=(?:and|but|then|only)\b)", re.IGNORECASE)
_WAKES = re.compile(
    r"(?:(?:and|but|then|only|almost|at\s+once)\s+)*(?:to\s+)?(?:(?P<who>I|he|she|they)\s+)?(?:(?:\w+ly|then|at\s+once|soon)\s+)*"
    r"(?:(?:catch|catches|caught)\s+(?:my|him|her|them)sel(?:f|ves)\b|(?:start|jerk|jolt|snap|twitch)(?:s|ed|ped)?"
    r"(?=\s*$|\s+(?:awake|up|upright|back|violently|again|out|bolt|(?:my|his|her)\s+head))"
    r"|(?:wake|wakes|woke|waken|wakened|awake|awakes|awoke)\b|(?:am|is|was)\s+(?:wide\s+)?awake\b|(?:come|comes|came)\s+(?:to\b(?!\s+\w)|round\b)"
    r"|(?:shake|shakes|shook|pinch|pinches|pinched)\s+(?:my|him|her)self\b|(?:sit|sits|sat)\s+(?:bolt\s+|straight\s+)?up(?:right)?\b"
    r"|(?:my|his|her)\s+(?:head|chin)\s+(?:jerk|snap|com|fl|bob|shoot)\w*\s+(?:back\s+)?up\b|blink(?:s|ed)?\s+awake\b"
    r"|(?:lift|raise|jerk)(?:s|d|ed)?\s+(?:my|his|her)\s+head\b|(?:open|opens|opened)\s+(?:my|his|her)\s+eyes\b)",
    re.IGNORECASE,
)


def is_brief(text: str) -> bool:
    """Whether a text that begins by telling of a sleep tells in the same clause or the next one that it is over."""
    some = [c.strip() for c in _CLAUSES.split(text) if c.strip()]
    if any(_BRIEFLY.search(c) for c in some[:1]):
        return True
    wakes = _WAKES.match(some[1]) if len(some) > 1 else None
    return wakes is not None and (wakes["who"] in (None, "I") or re.match(r"I\b", some[0]) is None)


def falls_asleep(clause: str, doers: str, *, whole: bool = False) -> bool:
    """Whether a clause tells that one of the `doers` (a pattern) falls asleep, and nothing else where it is `whole`."""
    if whole and not _AT_ONCE.fullmatch(clause):
        return False
    return _forms(doers).match(clause) is not None


def rises(text: str) -> bool:
    """Whether a deed tells that somebody rises."""
    return _RISES.search(text) is not None


def is_awake(words: str) -> bool:
    """Whether words are more than one utters asleep."""
    return any(c.isalpha() for c in words) and _SNORES.match(words) is None
