"""The words by which somebody plainly does something, in English: patterns with room for names. Those for going
somewhere stand in going_words.py. Another language would be another such table; where there is none, nothing is
guessed. How one falls asleep is in sleeping.py.

    hands Mara the key; gives the key to Mara; puts the key into Mara's hand                   hand
    wakes up, opens her eyes                                            wake
    shakes Mara, touches her arm, wakes her                             rouse
    Mara! Wake up, Mara                                                 call

A deed begins its clause, after at most its doer and a word of how. A question, a wish, an offer, "nearly", "not", "had
gone" do not begin so. What is past counts where it is told as done, and not where it is spoken.
"""

import re
from functools import lru_cache

from daemon.telling.going_words import ARTICLE, BRING, END, FIRST, GO, OVER, Names, moves

_HAND = "hand|hands|give|gives|pass|passes|slip|slips|handed|gave|passed|slipped"
_PUT = "put|puts|press|presses|pressed|lay|lays|laid|place|places|placed|drop|drops|dropped"
_NOT_DONE = r"(?:nearly|hardly|barely|scarcely|probably|possibly|supposedly|normally|usually|only|really)\b"
_AWAKE = (
    r"(?:(?:wake|wakes|woke)(?:\s+up)?|awakens?|(?:come|comes|came)\s+to"
    r"|(?:open|opens|opened)\s+(?:my|his|her|their)\s+eyes)"
)
_DOES = (
    "open|opens|opened|close|closes|closed|shut|shuts|put|puts|take|takes|took|pick|picks|picked|lay|lays|laid|set|sets|lift|"
    "lifts|lifted|unlock|unlocks|unlocked|lock|locks|locked|hide|hides|hid|bury|buries|buried|sit|sits|sat|tie|ties|tied|"
    "pour|pours|poured|light|lights|lit|look|looks|looked|search|searches|searched|tear|tears|tore|hang|hangs|hung"
)
"""Deeds that begin a clause of their own after a comma, so that they are perceived where they are done."""
_TOUCH = (
    "shake|shakes|shook|nudge|nudges|nudged|touch|touches|touched|rouse|rouses|roused|wake|wakes|woke|"
    "poke|pokes|poked|prod|prods|prodded"
)
_BODY = r"(?:shoulder|shoulders|arm|hand|cheek|face|forehead|hair|foot|knee|sleeve|back|side)"


@lru_cache(64)
def patterns(n: Names) -> dict[str, list[re.Pattern[str]]]:
    """The patterns of each sort of deed, with the groups `place`, `who` and `thing` where something is named."""
    begin = rf"^{FIRST}(?:(?:{n.doer})\s+)?(?:(?!{_NOT_DONE})\w+ly\s+)?"
    some = {**moves(n, begin), **_others(n, begin)}
    return {sort: [re.compile(p, re.IGNORECASE) for p in those] for sort, those in some.items()}


def _others(n: Names, begin: str) -> dict[str, list[str]]:
    thing, who = rf"{ARTICLE}(?:[\w'’-]+\s+){{0,2}}?(?P<thing>{n.things})", rf"(?P<who>{n.people})"
    sleeper, hands = rf"(?P<who>{n.sleepers})", r"(?:['’]s)?\s+(?:open\s+)?(?:hands?|palm|arms)"
    return {
        "hand": [
            rf"{begin}(?:{_HAND})(?:\s+over)?\s+{who}\s+{thing}{END}",
            rf"{begin}(?:{_HAND})(?:\s+over)?\s+{thing}(?:\s+over)?\s+to\s+{who}{END}",
            rf"{begin}(?:{_PUT})\s+{thing}\s+(?:in|into|on)(?:to)?\s+{who}{hands}{END}",
        ],
        "wake": [rf"{begin}{_AWAKE}(?:\s+(?:with a start|again|slowly|suddenly))?{OVER}"],
        "rouse": [
            rf"{begin}(?:{_TOUCH})\s+(?:the\s+)?(?:(?:sleeping|dozing|snoring)\s+)?{sleeper}(?:(?:['’]s)?\s+{_BODY}\b|(?!['’]?\w)(?!\s+\w*['’]s))",
            rf"{begin}(?:put|puts|lay|lays|laid)\s+\w+\s+hand\s+on\s+{sleeper}(?!\w)",
        ],
        "call": [rf"(?:^|[.!?…,;:—–\"“]|\bwake up,?)\s*{sleeper}(?=\s*(?:[.!?…,;:—–\"”]|$))"],
    }


WITH = r"(?:together\s+)?with|taking|leading|pulling|dragging|holding|carrying"
"""How a sentence begins by which somebody goes along."""
SOMEBODY_ELSE = re.compile(r"\b(?:he|she|they|who|him|them|as|while|if|when|before|until|after)\b", re.IGNORECASE)
_AND_MORE = (
    r"\s+(?:(?:a|an|the|my|his|her|their|one)\s+(?:[\w'’-]+\s+){1,2}?|[\w'’-]+\s+)(?:in|on|over|under|round)\s+"
    r"(?:the\s+other|(?:my|his|her|their)\s+(?:other\s+)?(?:hair|arms?|hands?|shoulders?|neck|head|back|lap))\b"
)
"""How a load goes on that somebody has with them: `a can in one hand` and `a bag in the other`."""
NEXT = re.compile(
    rf"(?!(?<=\bin)\s+and\s+out\b)(?:,\s*|\s+)(?:and\s+then|and(?!{_AND_MORE})(?!\s+(?:on\s+\w+\s+(?:hands\s+and\s+)?knees\s+)?in(?:side)?\s)|then)\s+|"
    rf",\s+(?=(?:{GO}|{BRING}|{_TOUCH}|{_DOES})\b)",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    r"I\s+(?!(?:\w+ly\s+)?(?:\w+ed|went|ran|came|left|gave|fell|woke|took|led|strode|shook|brought|laid|drove|put)\b)"
)
"""How a sentence begins by which one says what one does now, and not what one did."""
