"""Whether a going that is told of comes to nothing by what is told beside it, or is in somebody's head alone. English,
in tables. Pure.

    I head for the hall, but Mara catches my sleeve and I stay.     thwarted
    She made for the hall, thought better of it and sat down.       thwarted
    I go to the hall, but Mara stays behind.                        one goes
    I close my eyes, and I am in the hall.                          unreal
"""

import re

_UNREAL = re.compile(
    r"\b(?:dream|imagin|remember|recall|pretend|fanc[iy]|wish|mind|memor|thought|eyes|childhood)", re.IGNORECASE
)
_THWARTED = re.compile(
    r"\b(?:thinks?|thought)\s+(?:better\s+of|twice)\b|\bchang(?:e|es|ed)\s+(?:my|his|her|their)\s+minds?\b|\bonly\s+to\s+be\b|"
    r"\b(?:until|till|when|but|before)\b.*\b(?:call|pull|hold|held|turn|wave|send|sent)(?:s|ed)?\s+(?:me|him|her|them)\s+back\b|"
    r"\bbut\b(?:(?!\bI\b).)*\b(?:catch|caught|grab|seiz|grip|hold|held|bars?\b|block|prevent)|"
    r"\bbut\b(?:.*\b(?:I|and|then))?\s+(?:stay|remain|stop|halt|hesitat|freez|froze)|"
    r"\bin\s+(?:my|his|her|their)\s+(?:mind|head|dreams?|thoughts|imagination)\b|\bwith\s+(?:my|his|her|their)\s+eyes\b|"
    r"\bor\s+(?:\w+\s+)?tr(?:y|ies|ied)\s+to\b|"
    r"\bbut\b.*\b(?:(?:do|does|did|can|could)(?:\s*not|n['’]t)|never)\s+(?:go|get|got|make|made|move|leave|reach|manage)",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"^.{0,40}?\b(?:head|mak|made|start|run|ran)\w*(?:\s+\w+ly|\s+straight)?\s+for\b", re.IGNORECASE)


_BARRED = re.compile(
    r"^\W*(?!I\b)[\w'’-]+\s+(?:block|bar|catch|caught|grab|seiz|stop|hold|held|pull|step[\w ]+\bway\b)", re.IGNORECASE
)


def thwarted(clause: str, rest: str, after: str) -> bool:
    """Whether a going comes to nothing by what the `rest` of its sentence says, or the sentence `after` it, where that
    begins with `but`; of one that only makes for a place any `but` says so, or that somebody bars the way."""
    more = f"{rest} {after}" if re.match(r"\W*but\b", after, re.IGNORECASE) else rest
    if _THWARTED.search(more) is not None:
        return True
    barred = re.search(r"\bbut\b", more, re.IGNORECASE) or _BARRED.match(after)
    return _TOWARDS.match(clause) is not None and barred is not None


def unreal(before: str) -> bool:
    """Whether what a text tells next may be so in somebody's head alone."""
    return _UNREAL.search(before) is not None
