"""The words by which somebody plainly goes somewhere, in English: verbs, and patterns with room for names. Another
language would be another such table.

    goes, walks over, heads back, steps out, climbs … to the attic      go
    enters the attic; leaves for the attic; goes up the stairs to it    go
    back in the attic she sits down; when she comes to the attic she …  go
    follows Mara to the attic (if she is here, she goes first)          go
    carries the lamp, takes it up, drags it to the attic                go
    joins them in the attic; leads the way to it; appears at its door   go
    is through the door and in the attic; finds herself in the attic;
        (rushes up and) sinks on a chair in the attic                   there, stops
    follows Mara (out)                                                  follow
    climbs down to them; joins Mara (who are all in one place beside)   to
    comes down the ladder; descends; up the stairs                      stairs
    appears in the doorway (of where the others are)                    doorway
    goes back in; comes back, returns (who is alone, or left just now)  back, home
    comes back alone, without her                                       alone
    (went out.) A minute later he was back; when he comes back he has   again
    walks in, steps inside (who is alone, to where the others are)      in
    walks off down the corridor (which is beside)                       along
    leaves (the room); steps out, lets herself out, goes outside        out
    climbs into the ice cellar, of which nobody has heard yet           new
    Mara goes to the attic (in a typed line)                            other
    (goes to the attic) and up again to the loft                        on
    takes Mara by the hand and …; leads Mara to …; with Mara on my arm; Mara and I …; we …;
        … together, she comes after me                                  led

Where the sentence goes on to say that nothing came of it ("but she catches my sleeve and I stay"), nobody goes: see
undone.py.
"""

import re
from typing import NamedTuple


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


def _forms(bases: str) -> str:
    """The forms of regular verbs: `walk`, `walks`, `walked`; `slip+` doubles its last letter."""
    some: list[str] = []
    for base in bases.split():
        verb, doubled = base.rstrip("+"), base[-2] if base.endswith("+") else ""
        third = (
            f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else verb + "es" * bool(re.search("(?:s|sh|ch)$", verb))
        )
        past = f"{verb[:-1]}ied" if third.endswith("ies") else verb + doubled + ("d" if verb.endswith("e") else "ed")
        some += [verb, third if third != verb else f"{verb}s", past]
    return "|".join(some)


_SELF = r"(?:myself|himself|herself|themselves|ourselves)"
_MY = r"(?:my|his|her|their|our)"
GO = "|".join(
    (
        r"(?:come|comes|came)\s+(?!look|ask|beg|call|search)\w+ing",
        "go|goes|went|run|runs|ran|come|comes|came|stride|strides|strode|creep|creeps|crept|sneak|sneaks|sneaked|flee|flees",
        "fled|withdraw|withdraws|withdrew|burst|bursts|sweep|sweeps|swept|speed|speeds|sped|swing|swings|swung",
        _forms(
            "walk head step+ return hurry climb slip+ move stroll wander cross march storm stalk rush dash race tiptoe "
            "limp stagger stumble trudge dart duck crawl stomp saunter shuffle wade nip+ pop+ pad+ troop scurry "
            "scuttle bolt jog+ hop+ skip+ hobble lurch waddle plod+ scramble clamber barge bustle drift glide traipse "
            "trot+ sidle retreat disappear vanish escape squeeze tumble amble scamper sprint descend ascend proceed"
        ),
        rf"(?:make|makes|made)\s+{_MY}\s+way|(?:leg|legs|legged)\s+it|(?:lead|leads|led)\s+the\s+way",
        rf"(?:let|lets|drag|drags|dragged|haul|hauls|hauled|heave|heaves|heaved|take|takes|took)\s+{_SELF}",
    )
)
ARTICLE = r"(?:(?:the|a|an|my|his|her|their|our|your)\s+)?"
_SOME = r"(?:the|a|an|my|his|her|their|its|our)\s+(?:[\w'’-]+\s+){0,2}?[\w'’-]+"
_HOW = (
    r"(?:\s+(?:\w+ly|back|over|out|up|down|off|away|straight|then|on|through|again|together|alone|upstairs|downstairs|"
    r"outside|ahead|first|barefoot))*"
)
_WAY = (
    r"(?:\s+(?:(?:up|down|through|along|across|past|out of|over|from|by way of|by|via)\s+"
    rf"{_SOME}|(?:the|a)\s+(?:ladder|stairs?|steps),?))?"
)
_ROOMS = (
    "alley|attic|balcony|barn|basement|bathroom|bedroom|canteen|car park|cellar|chapel|conservatory|corridor|courtyard|"
    "crypt|garage|garden|greenhouse|hallway|kitchen|larder|library|loft|orchard|pantry|parlour|porch|shed|stable|stables|"
    "storeroom|terrace|tunnel|vault|veranda|workshop|yard|boathouse|bathhouse|summerhouse|washhouse|woodshed|outhouse|"
    "gatehouse|truck|van|lorry|jeep|wagon|caravan|lighthouse|hut|cabin|cottage|barracks|shelter|street|lane|road|forest|woods|beach|jetty|pier|quay|study|"
    "studio|dining room|drawing room|living room|sitting room|waiting room|dressing room|engine room|boiler room|"
    "bedchamber|cloakroom|scullery|laundry|nursery|gallery|ballroom|vestibule|cave|meadow|belfry|tower|inn|tavern"
)
"""What is a place by its name, so that who goes into one goes there, though none is listed."""
_TO = r"\s+(?:out\s+|in\s+|on\s+)?(?:to|into|in|inside|onto|for)\s+"
END = (
    r"(?:\s+(?:backwards?|sideways|again|alone|together|first|last|\w+ly))*"
    r"(?=\s*(?:$|[,:—–]|\b(?:and|then|with|without|where|to|together|ahead of|behind|after|by way of|via|"
    r"through|across)\b))"
)
OVER = r"(?=\s*(?:$|[,:—–]|\band\b(?! forth)|\bwithout\b))"
FIRST = r"(?:(?:then|and|now|finally|at last|slowly|after a moment|a moment later),?\s+)*"
_LATER = (
    r"(?:(?:(?:an?|one|two|three|four|five|ten|some|a few)\s+)?(?:moment|second|minute|hour|heartbeat)s?\s+later|"
    r"(?:the\s+)?next\s+(?:moment|minute|second)|soon|presently|before long|then|in a flash)"
)
_OUT = (
    "go|goes|went|head|heads|headed|walk|walks|walked|step|steps|stepped|slip|slips|slipped|hurry|hurries|hurried|run|"
    "runs|ran|storm|storms|stormed|nip|nips|nipped|pop|pops|popped|duck|ducks|ducked"
)
_LEAD = (
    "take|takes|took|lead|leads|led|bring|brings|brought|pull|pulls|pulled|guide|guides|guided|carry|carries|carried|drag|"
    "drags|dragged|walk|walks|walked|escort|escorts|escorted|usher|ushers|ushered|steer|steers|steered|help|helps|helped"
)
BRING = (
    "carry|carries|carried|drag|drags|dragged|haul|hauls|hauled|lug|lugs|lugged|wheel|wheels|wheeled|heave|heaves|heaved|bear|"
    "bears|bore|roll|rolls|rolled|push|pushes|pushed|shove|shoves|shoved"
)
_NO_LOAD = (
    "look|peek|peep|glance|step|turn|seat|door|way|photo|picture|shot|talk|call|conversation|subject|topic|matter|quarrel|"
    "argument|discussion|fight|party|news|word|stroll|walk|run|leap|time"
)
"""What one may be said to take or bring somewhere without going there."""
_STOPS = (
    "fall|falls|fell|sink|sinks|sank|sit|sits|sat|stand|stands|stood|come|comes|came|skid|skids|skidded|"
    + _forms("drop+ collapse kneel stop+ halt tumble flop+ pause arrive land")
    + "|knelt"
)
_STAIRS = (
    r"(?:the|a|my|his|her|their)\s+(?:[\w'’-]+\s+){0,2}?"
    r"(?:ladder|stairs?|staircase|stairway|steps|rungs|hatch|trapdoor)"
)
_STAIRS_END = (
    r"(?:\s+(?:backwards?|sideways|again|alone|together|first|\w+ly))*"
    r"(?=\s*(?:$|[,:—–](?!\s*(?:in|on)?to\b)|\b(?:and|then|with|without|after|behind|like)\b))"
)
_IS_DONE = (
    r"(?!(?:is|are|was|were|had\s+(?:to|been)|have\s+to|has\s+to|used|will|would|shall|should|can|could|may|might|must|want|"
    r"wants|wanted|need|needs|hope|hopes|plan|plans|do|does|did|am)\b)"
    r"(?!.*\b(?:always|every|usually|often|never|tomorrow|tonight|then|years?)\b)"
)
"""Not what one does there again and again, or means to do, or was."""
_ARRIVE = (
    r"(?:burst|bursts|bring|brings|brought|(?:step|steps|stepped|walk|walks|walked)\s+in)(?!.{0,40}\b(?:out|off|away)\b)|"
    "come|comes|came|" + _forms("enter return join rejoin appear reappear arrive")
)
"""How one goes somewhere who is told of from there."""
_APPEARS = _forms("appear reappear materialise")


def moves(n: Names, begin: str) -> dict[str, list[str]]:
    """The patterns of each sort of going, with the groups `place`, `who` and `way` where something is named; `begin` is
    how a clause begins by which somebody does something."""
    place, who = rf"{ARTICLE}(?P<place>{n.places})", rf"(?P<who>{n.people})"
    room = rf"{ARTICLE}(?:{n.here}|room)"
    at = r"(?:\s+(?:out|in|inside|outside|up|down|upstairs|downstairs|through the door))*"
    some = r"(?:(?:the|that|this|a|his|her|their)\s+(?:\w+\s+)?\w+(?:\s+of\s+(?:the\s+|a\s+)?\w+)?|\w+)"
    follow = rf"(?:follow|follows|followed)\s+(?:(?P<ahead>{n.people})|{some})"
    it = rf"(?!(?:{n.people})\b)(?:it|them|(?:the|a|an|my|his|her|their|our)\s+(?:[\w'’-]+\s+){{0,2}}?[\w'’-]+)"
    light = rf"(?!(?:{_NO_LOAD}|to|in)\b)[\w'’-]+"
    load = rf"(?!(?:{n.people})\b)(?:it|them|(?:the|a|an|my|his|her|their|our)\s+(?:{light}\s+){{0,2}}?{light})"
    laden = rf"(?:\s+with\s+(?!(?:{n.people})\b)(?:it|both|{_SOME}|\w+\s+(?:in|on|over)\s+{_SOME}))?"
    weather = r"(?:\s+(?:out\s+)?into\s+the\s+(?:rain|snow|storm|night|dark|cold|sun|sunshine|wind|fog|open),?)?"
    when = rf"^{FIRST}(?:when|once|as\s+soon\s+as)\s+(?P<they>{n.doer})\s+"
    when += rf"(?:come|comes|came|get|gets|got|{_forms('return')})\s+"
    then = rf"(?:\s+again)?,?\s+(?P=they)\s+{_IS_DONE}"
    new = rf"{ARTICLE}(?P<new>(?:(?!(?:and|then)\b)[\w'’-]+\s+){{0,2}}?(?:{_ROOMS})){END}"
    back = r"back\s+(?:in|inside|out|outside|up|upstairs|down|downstairs)"
    return {
        "go": [
            rf"{begin}(?:{GO}){_HOW}(?:\s+with\s+(?P<led>{n.people}))?{laden}{_HOW}{_WAY}{_HOW}{_TO}{place}{END}",
            rf"{begin}(?:enter|enters|entered)\s+{place}{END}",
            rf"{begin}(?:leave|leaves|left)(?:\s+{room})?\s+for\s+{place}{END}",
            rf"{begin}(?:make|makes|made)\s+(?:straight\s+)?for\s+{place}{END}",
            rf"{begin}{follow}{_HOW}{_WAY}{_HOW}{_TO}{place}{END}",
            rf"{begin}(?:{BRING})\s+{it}{_HOW}{_WAY}{_HOW}{_TO}{place}{END}",
            rf"{begin}(?:{_LEAD})\s+(?:it|{ARTICLE}(?:{n.things})){_HOW}{_WAY}{_HOW}{_TO}{place}{END}",
            rf"{begin}(?:take|takes|took|bring|brings|brought)\s+{load}{_HOW}{_WAY}{_HOW}\s+(?:in|out|on)?\s*(?:in)?to\s+{place}{END}",
            rf"{begin}(?:re)?(?:join|joins|joined)\s+(?:{n.others}|you|them|the others|the rest)\s+"
            rf"(?:in|on|at|inside)\s+{place}{END}",
            rf"{begin}(?:{_APPEARS})\s+(?:in|at)\s+{place}(?:\s+door(?:way)?)?{END}",
        ],
        "along": [rf"{begin}(?:{GO}){_HOW}\s+(?:down|along|up)\s+{place}{END}"],
        "there": [
            *_there(n),
            rf"^{FIRST}back\s+in(?:side)?\s+{place},?\s+(?:{n.doer})\s+{_IS_DONE}",
            rf"{when}(?:back\s+)?(?:in)?to\s+{place}{then}",
        ],
        "again": [
            rf"^{FIRST}{_LATER},?\s+(?:{n.doer})(?:\s+(?:was|were|am|is|are)|['’](?:s|m|re))\s+back(?:\s+again)?{OVER}",
            rf"^{FIRST}{_LATER},?\s+(?:{n.doer})(?:\s+(?:was|were|am|is|are)|['’](?:s|m|re))\s+back(?=\s+with\b)",
            rf"{when}back{then}",
        ],
        "in": [rf"{begin}(?:{GO})\s+in(?:side)?(?:\s+again)?{laden}(?!\s+and\s+out\b){OVER}"],
        "stops": [
            rf"{begin}(?:{_STOPS})(?:\s+(?:down|up|back|again|to a halt))*"
            rf"(?:\s+(?:on|onto|to|at|by|beside|against|under|before|into)\s+(?:{_SOME}|all fours))?"
            rf"\s+in(?:side)?\s+{place}{END}"
        ],
        "on": [
            rf"^{FIRST}(?:up|down|back|on|out|over|across)(?:\s+(?:again|up|down|out|over))*{_WAY}{_TO}{place}{END}"
        ],
        "new": [
            rf"{begin}(?:(?:{GO})|{follow}){_HOW}{weather}{_WAY}{_HOW}{_TO}{new}",
            rf"{begin}(?:{BRING})\s+{it}{_HOW}{_WAY}{_HOW}{_TO}{new}",
        ],
        "other": [rf"^{FIRST}{who}\s+(?:\w+ly\s+)?(?:{GO}){_HOW}{_WAY}{_HOW}{_TO}{place}{END}"],
        "led": [
            rf"{begin}(?:{_LEAD})\s+(?:{who}|(?P<them>him|her|them))(?:\s+by\s+\w+\s+\w+)?{_HOW}{_WAY}{_HOW}{_TO}{place}{END}"
        ],
        "by_hand": [
            rf"{begin}(?:{_LEAD}|grab|grabs|grabbed|seize|seizes|seized|catch|catches|caught)\s+{who}\s+by\s+"
            r"(?:the|his|her|their)\s+(?:hand|arm|elbow|sleeve|wrist|shoulder|collar)$",
            rf"{begin}(?:pick|picks|picked|lift|lifts|lifted|scoop|scoops|scooped)\s+(?:up\s+)?{who}"
            r"(?:\s+up)?(?:\s+in(?:to)?\s+\w+\s+arms)?$",
        ],
        "going": [rf"{begin}(?:{GO})\b"],
        "arrives": [rf"{begin}(?:{_ARRIVE})\b"],
        "with": [
            rf"\b(?:with|leading|pulling)\s+{who}(?!['’]?\w)",
            rf"\b(?P<who>{n.people}|he|she)\s+(?:follows?|followed|(?:{GO})(?:\s+\w+)?\s+after)\s+(?:me|us)\b",
        ],
        "follow": [rf"{begin}(?:follow|follows|followed)\s+(?P<who>{n.others}){at}{OVER}"],
        "to": [
            rf"{begin}(?:{GO}){_HOW}{_WAY}{_HOW}\s+(?:in\s+)?to\s+(?P<who>{n.others}|them){OVER}",
            rf"{begin}(?:re)?(?:join|joins|joined)\s+(?P<who>{n.others}|them){OVER}",
        ],
        "stairs": [
            rf"{begin}(?:{GO}|slide|slides|slid){_HOW}\s+(?P<way>up|down)\s+(?:through\s+|by\s+)?{_STAIRS}{_STAIRS_END}",
            rf"{begin}(?P<way>{_forms('descend')}|{_forms('ascend')}|{_forms('climb mount')}(?=\s+{_STAIRS}))"
            rf"(?:\s+{_STAIRS})?{_STAIRS_END}",
            rf"^{FIRST}(?:back\s+)?(?P<way>up|down)\s+{_STAIRS}$",
        ],
        "doorway": [rf"{begin}(?:{_APPEARS})\s+(?:in|at)\s+the\s+door(?:way)?{OVER}"],
        "back": [
            rf"{begin}(?:{_OUT}|climb|climbs|climbed)\s+{back}{OVER}",
            rf"{begin}(?:go|goes|went|head|heads|headed|walk|walks|walked)\s+back{OVER}",
        ],
        "home": [
            rf"{begin}(?:(?:come|comes|came)\s+(?:back|in)(?:\s+(?:in|inside|again))*|(?:return|returns|returned))"
            rf"(?:\s+again)?{laden}{OVER}"
        ],
        "alone": [
            rf"{begin}(?:(?:{_OUT}|come|comes|came)\s+back|(?:return|returns|returned))(?:\s+(?:in|inside))?\s+"
            rf"(?:alone|by\s+(?:my|him|her)self|without\s+(?:him|her|them|{n.people})){OVER}"
        ],
        "out": [
            rf"{begin}(?:leave|leaves|left)(?:\s+{room})?{OVER}",
            rf"{begin}(?:climb|climbs|climbed)\s+(?:up|out|down)(?:\s+the\s+\w+)?{OVER}",
            rf"{begin}(?:{_OUT}|lets?\s+{_SELF})\s+(?:out|outside)(?:\s+(?:of\s+{room}|through the door))?{OVER}",
        ],
    }  # fmt: skip


def _there(n: Names) -> list[str]:
    """How a clause says where somebody is by now: what is past only where it follows on what was told."""
    name = rf"{ARTICLE}(?!(?:room|house)\b)(?P<place>{n.places})"
    begin, later = (
        rf"^{FIRST}(?:{_LATER},?\s+)?(?:(?:{n.doer})(?:\s+|(?=['’])))?",
        rf"^{FIRST}{_LATER},?\s+(?:{n.doer})\s+",
    )
    kneeling = r"(?:on\s+\w+\s+(?:hands\s+and\s+)?knees\s+)?"
    way = rf"(?:(?:through|out of|up|down|off|past|across|over)\s+{_SOME}\s+and\s+{kneeling})"
    now, where = r"(?:am|['’]m|is|['’]s|are|['’]re)\s+", r"(?:already\s+|back\s+|out\s+|up\s+|down\s+)*in(?:side)?\s+"
    said = r"\s*(?:I|he|she|they)\s+(?:tell|say|said|think|thought|told|thinks|says|tells)\b"
    end = rf"(?=\s*(?:$|[,:—–](?!{said})|\b(?:and|again|with|like|at last|once more|before)\b))"
    had = rf"(?=\s+before\s+(?:he|she|they|I|you|anyone|anybody|{n.others})\s+(?:had|could)\b)"
    return [
        rf"{begin}{now}{way}?{where}{name}{end}",
        rf"{begin}(?:was|were)\s+{way}{where}{name}{end}",
        rf"{later}(?:was|were)\s+{where}{name}{end}",
        rf"{begin}(?:was|were)\s+{where}{name}{had}",
        rf"{begin}(?:find|finds|found)\s+{_SELF}\s+{where}{name}{end}",
        rf"{begin}(?:end|ends|ended|wind|winds|wound|fetch|fetches|fetched)\s+up\s+{where}{name}{end}",
    ]


LEAVES = re.compile(r"(?:\S+\s+){0,6}?(?:out|off|away|leave|leaves|left)\b(?! of breath)", re.IGNORECASE)
LEFT_BEHIND = re.compile(r"\bbefore\s+\w+\s+(?:had|could)\b", re.IGNORECASE)
"""How a going is told of from where one leaves, and how a coming is."""
TOGETHER = re.compile(r"^we\b|\btogether\b", re.IGNORECASE)
