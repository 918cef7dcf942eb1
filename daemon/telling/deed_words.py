"""The words by which somebody plainly does something, in English: patterns with room for names. Another language would
be another such table; where there is none, nothing is guessed. How one falls asleep is in sleeping.py.

    goes, walks over, heads back, steps out, climbs … to the attic      go
    enters the attic; leaves for the attic; goes up the stairs to it    go
    follows Mara to the attic (if she is here, she goes first)          go
    follows Mara (out)                                                  follow
    goes back in; comes back, returns (who is alone)                    back, home
    comes back alone, without her                                       alone
    leaves (the room); steps out, goes outside                          out
    climbs into the ice cellar, of which nobody has heard yet           new
    Mara goes to the attic (in a typed line)                            other
    carries the lamp, drags it to the attic                             go
    (goes to the attic) and up again to the loft                        on
    takes Mara by the hand and …; leads Mara to …; with Mara on my arm; Mara and I …; we …;
        … together, she comes after me                                                         led
    hands Mara the key; gives the key to Mara; puts the key into Mara's hand                   hand
    wakes up, opens her eyes                                            wake
    shakes Mara, touches her arm, wakes her                             rouse
    Mara! Wake up, Mara                                                 call

A deed begins its clause, after at most its doer and a word of how. A question, a wish, an offer, "nearly", "not", "had
gone" do not begin so. What is past counts where it is told as done, and not where it is spoken.
"""

import re
from functools import lru_cache
from typing import NamedTuple

GO = (
    "go|goes|walk|walks|head|heads|step|steps|run|runs|return|returns|hurry|hurries|climb|climbs|slip|slips|move|moves|"
    "come|comes|stroll|strolls|wander|wanders|cross|crosses|stride|strides|march|marches|went|walked|headed|stepped|ran|"
    "returned|hurried|climbed|slipped|moved|came|strolled|wandered|crossed|strode|marched|storm|storms|stormed|stalk|stalks|"
    "stalked|rush|rushes|rushed|dash|dashes|dashed|race|races|raced|creep|creeps|crept|sneak|sneaks|sneaked|tiptoe|tiptoes|"
    "tiptoed|limp|limps|limped|stagger|staggers|staggered|stumble|stumbles|stumbled|trudge|trudges|trudged|dart|darts|"
    "darted|duck|ducks|ducked|crawl|crawls|crawled|stomp|stomps|stomped|saunter|saunters|sauntered|shuffle|shuffles|shuffled|"
    "make my way|makes his way|makes her way|makes their way|made my way|made his way|made her way|made their way"
)
_HAND = "hand|hands|give|gives|pass|passes|slip|slips|handed|gave|passed|slipped"
_PUT = "put|puts|press|presses|pressed|lay|lays|laid|place|places|placed|drop|drops|dropped"
_NOT_DONE = r"(?:nearly|hardly|barely|scarcely|probably|possibly|supposedly|normally|usually|only|really)\b"
_ARTICLE = r"(?:(?:the|a|an|my|his|her|their|our|your)\s+)?"
_HOW = (
    r"(?:\s+(?:\w+ly|back|over|out|up|down|off|away|straight|then|on|through|again|together|alone|upstairs|downstairs|"
    r"outside|ahead|first))*"
)
_WAY = (
    r"(?:\s+(?:(?:up|down|through|along|across|past|out of|over|from|by way of|by|via)\s+"
    r"(?:the|a|an|my|his|her|their|its)\s+"
    r"(?:[\w'’-]+\s+){0,2}?[\w'’-]+|(?:the|a)\s+(?:ladder|stairs?|steps),?))?"
)
_ROOMS = (
    "alley|attic|balcony|barn|basement|bathroom|bedroom|canteen|car park|cellar|chapel|conservatory|corridor|courtyard|"
    "crypt|"
    "garage|garden|greenhouse|hallway|kitchen|larder|library|loft|orchard|pantry|parlour|porch|shed|stable|stables|storeroom|"
    "terrace|tunnel|vault|veranda|workshop|yard"
)
"""What is a place by its name, so that who goes into one goes there, though none is listed."""
_TO = r"\s+(?:out\s+|in\s+|on\s+)?(?:to|into|in|inside|onto|for)\s+"
_END = (
    r"(?:\s+(?:backwards?|sideways|again|alone|together|first|\w+ly))*"
    r"(?=\s*(?:$|[,:—–]|\b(?:and|then|with|without|where|to|together|ahead of|behind|after|by way of|via|"
    r"through|across)\b))"
)
_OVER = r"(?=\s*(?:$|[,:—–]|\band\b(?! forth)|\bwithout\b))"
_FIRST = r"(?:(?:then|and|now|finally|at last|slowly|after a moment|a moment later),?\s+)*"
_AWAKE = (
    r"(?:(?:wake|wakes|woke)(?:\s+up)?|awakens?|(?:come|comes|came)\s+to"
    r"|(?:open|opens|opened)\s+(?:my|his|her|their)\s+eyes)"
)
_OUT = (
    "go|goes|went|head|heads|headed|walk|walks|walked|step|steps|stepped|slip|slips|slipped|hurry|hurries|hurried|run|"
    "runs|ran|storm|storms|stormed"
)
_LEAD = (
    "take|takes|took|lead|leads|led|bring|brings|brought|pull|pulls|pulled|guide|guides|guided|carry|carries|carried|drag|"
    "drags|dragged|walk|walks|walked|escort|escorts|escorted|usher|ushers|ushered|steer|steers|steered|help|helps|helped"
)
_BRING = (
    "carry|carries|carried|drag|drags|dragged|haul|hauls|hauled|lug|lugs|lugged|wheel|wheels|wheeled|heave|heaves|heaved|bear|"
    "bears|bore|roll|rolls|rolled|push|pushes|pushed|shove|shoves|shoved"
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


class Names(NamedTuple):
    """Patterns for what may be named: who does it, places, this place, who is near, who there is, who of those near
    sleeps, what is held."""

    doer: str
    places: str
    here: str
    people: str
    others: str
    sleepers: str
    things: str


@lru_cache(64)
def patterns(n: Names) -> dict[str, list[re.Pattern[str]]]:
    """The patterns of each sort of deed, with the groups `place`, `who` and `thing` where something is named."""
    begin = rf"^{_FIRST}(?:(?:{n.doer})\s+)?(?:(?!{_NOT_DONE})\w+ly\s+)?"
    some = {**_moves(n, begin), **_others(n, begin)}
    return {sort: [re.compile(p, re.IGNORECASE) for p in those] for sort, those in some.items()}


def _moves(n: Names, begin: str) -> dict[str, list[str]]:
    place, who = rf"{_ARTICLE}(?P<place>{n.places})", rf"(?P<who>{n.people})"
    room = rf"{_ARTICLE}(?:{n.here}|room)"
    at = r"(?:\s+(?:out|in|inside|outside|up|down|upstairs|downstairs|through the door))*"
    some = r"(?:(?:the|that|this|a|his|her|their)\s+(?:\w+\s+)?\w+|\w+)"
    follow = rf"(?:follow|follows|followed)\s+(?:(?P<ahead>{n.people})|{some})"
    it = rf"(?!(?:{n.people})\b)(?:it|them|(?:the|a|an|my|his|her|their|our)\s+(?:[\w'’-]+\s+){{0,2}}?[\w'’-]+)"
    new = rf"{_ARTICLE}(?P<new>(?:(?!(?:and|then)\b)[\w'’-]+\s+){{0,2}}?(?:{_ROOMS})){_END}"
    back = r"back\s+(?:in|inside|out|outside|up|upstairs|down|downstairs)"
    return {
        "go": [
            rf"{begin}(?:{GO}){_HOW}(?:\s+with\s+(?P<led>{n.people}))?{_HOW}{_WAY}{_HOW}{_TO}{place}{_END}",
            rf"{begin}(?:enter|enters|entered)\s+{place}{_END}",
            rf"{begin}(?:leave|leaves|left)(?:\s+{room})?\s+for\s+{place}{_END}",
            rf"{begin}{follow}{_HOW}{_WAY}{_HOW}{_TO}{place}{_END}",
            rf"{begin}(?:{_BRING})\s+{it}{_HOW}{_WAY}{_HOW}{_TO}{place}{_END}",
            rf"{begin}(?:{_LEAD})\s+(?:it|{_ARTICLE}(?:{n.things})){_HOW}{_WAY}{_HOW}{_TO}{place}{_END}",
        ],
        "on": [
            rf"^{_FIRST}(?:up|down|back|on|out|over|across)(?:\s+(?:again|up|down|out|over))*{_WAY}{_TO}{place}{_END}"
        ],
        "new": [
            rf"{begin}(?:(?:{GO})|{follow}){_HOW}{_WAY}{_HOW}{_TO}{new}",
            rf"{begin}(?:{_BRING})\s+{it}{_HOW}{_WAY}{_HOW}{_TO}{new}",
        ],
        "other": [rf"^{_FIRST}{who}\s+(?:\w+ly\s+)?(?:{GO}){_HOW}{_WAY}{_HOW}{_TO}{place}{_END}"],
        "led": [
            rf"{begin}(?:{_LEAD})\s+(?:{who}|(?P<them>him|her|them))(?:\s+by\s+\w+\s+\w+)?{_HOW}{_WAY}{_HOW}{_TO}{place}{_END}"
        ],
        "by_hand": [
            rf"{begin}(?:{_LEAD}|grab|grabs|grabbed|seize|seizes|seized|catch|catches|caught)\s+{who}\s+by\s+"
            r"(?:the|his|her|their)\s+(?:hand|arm|elbow|sleeve|wrist|shoulder|collar)$",
            rf"{begin}(?:pick|picks|picked|lift|lifts|lifted|scoop|scoops|scooped)\s+(?:up\s+)?{who}"
            r"(?:\s+up)?(?:\s+in(?:to)?\s+\w+\s+arms)?$",
        ],
        "going": [rf"{begin}(?:{GO})\b"],
        "with": [
            rf"\b(?:with|leading|pulling)\s+{who}(?!['’]?\w)",
            rf"\b(?P<who>{n.people}|he|she)\s+(?:follows?|followed|(?:{GO})(?:\s+\w+)?\s+after)\s+(?:me|us)\b",
        ],
        "follow": [rf"{begin}(?:follow|follows|followed)\s+(?P<who>{n.others}){at}{_OVER}"],
        "back": [
            rf"{begin}(?:{_OUT}|climb|climbs|climbed)\s+{back}{_OVER}",
            rf"{begin}(?:go|goes|went|head|heads|headed|walk|walks|walked)\s+back{_OVER}",
        ],
        "home": [
            rf"{begin}(?:(?:come|comes|came)\s+(?:back|in)(?:\s+(?:in|inside))?|(?:return|returns|returned)){_OVER}"
        ],
        "alone": [
            rf"{begin}(?:(?:{_OUT}|come|comes|came)\s+back|(?:return|returns|returned))(?:\s+(?:in|inside))?\s+"
            rf"(?:alone|by\s+(?:my|him|her)self|without\s+(?:him|her|them|{n.people})){_OVER}"
        ],
        "out": [
            rf"{begin}(?:leave|leaves|left)(?:\s+{room})?{_OVER}",
            rf"{begin}(?:climb|climbs|climbed)\s+(?:up|out|down)(?:\s+the\s+\w+)?{_OVER}",
            rf"{begin}(?:{_OUT})\s+(?:out|outside)(?:\s+(?:of\s+{room}|through the door))?{_OVER}",
        ],
    }


def _others(n: Names, begin: str) -> dict[str, list[str]]:
    thing, who = rf"{_ARTICLE}(?:[\w'’-]+\s+){{0,2}}?(?P<thing>{n.things})", rf"(?P<who>{n.people})"
    sleeper, hands = rf"(?P<who>{n.sleepers})", r"(?:['’]s)?\s+(?:open\s+)?(?:hands?|palm|arms)"
    return {
        "hand": [
            rf"{begin}(?:{_HAND})(?:\s+over)?\s+{who}\s+{thing}{_END}",
            rf"{begin}(?:{_HAND})(?:\s+over)?\s+{thing}(?:\s+over)?\s+to\s+{who}{_END}",
            rf"{begin}(?:{_PUT})\s+{thing}\s+(?:in|into|on)(?:to)?\s+{who}{hands}{_END}",
        ],
        "wake": [rf"{begin}{_AWAKE}(?:\s+(?:with a start|again|slowly|suddenly))?{_OVER}"],
        "rouse": [
            rf"{begin}(?:{_TOUCH})\s+(?:the\s+)?(?:(?:sleeping|dozing|snoring)\s+)?{sleeper}(?:(?:['’]s)?\s+{_BODY}\b|(?!['’]?\w)(?!\s+\w*['’]s))",
            rf"{begin}(?:put|puts|lay|lays|laid)\s+\w+\s+hand\s+on\s+{sleeper}(?!\w)",
        ],
        "call": [rf"(?:^|[.!?…,;:—–\"“]|\bwake up,?)\s*{sleeper}(?=\s*(?:[.!?…,;:—–\"”]|$))"],
    }


WITH = r"(?:together\s+)?with|taking|leading|pulling|dragging|holding|carrying"
"""How a sentence begins by which somebody goes along."""
TOGETHER = re.compile(r"^we\b|\btogether\b", re.IGNORECASE)

SOMEBODY_ELSE = re.compile(r"\b(?:he|she|they|who|him|them|as|while|if|when|before|until|after)\b", re.IGNORECASE)
NEXT = re.compile(rf"(?:,\s*|\s+)(?:and\s+then|and|then)\s+|,\s+(?=(?:{GO}|{_TOUCH}|{_DOES})\b)", re.IGNORECASE)
SPOKEN = re.compile(
    r"I\s+(?!(?:\w+ly\s+)?(?:\w+ed|went|ran|came|left|gave|fell|woke|took|led|strode|shook|brought|laid|drove|put)\b)"
)
"""How a sentence begins by which one says what one does now, and not what one did."""
