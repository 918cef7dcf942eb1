"""How thoughts are told without a mark of their own: who thinks, wonders, tells oneself. English only. Pure.

What else of a deed nobody sees is in inner_life.py.

    *I think:* He lies.                         what comes after it, to the end of what is said there
    *He lies,* she thought.  "He lies," he thinks.       what comes before it
    *He lies, I think to myself.*               the sentence
    She wonders silently whether he lies.       the sentence
    *I don't say:* He lies.  "He lies," I almost say.       what is not said

None of these, since they are seen: who thinks for a moment, who looks thoughtful; nor "He lies, I think" where it is
spoken.
"""

import re
from collections.abc import Iterable

from daemon.telling import inner_life

_WHO = r"(?:I|he|she|they|you|(?-i:[A-Z][\w'’-]*))"
_THINK = r"(?:think|thinks|thought|wonder|wonders|wondered|muse|muses|mused|reflect|reflects|reflected)"
_INWARDLY = (
    r"(?:to\s+(?:my|him|her|your|them)sel(?:f|ves)|silently|privately|inwardly|secretly|in\s+silence"
    r"|in\s+(?:my|his|her|their)\s+(?:head|mind))"
)
_TOLD_ONESELF = r"(?:tells?|told)\s+(?:my|him|her|your|them)sel(?:f|ves)"
_TAG = rf"{_WHO}\s+(?:\w+ly\s+)?(?:{_THINK}(?:\s+{_INWARDLY})?|{_TOLD_ONESELF})"
_UNSAID = (
    r"(?:(?:do|does|did|would|will|can|could)(?:n['’]t|\s+not)|cannot|never|almost|nearly|want(?:s|ed)?\s+to|could|might)"
    r"\s+(?:\w+ly\s+)?(?:say|says|said|add|ask|answer|tell\s+\w+|told\s+\w+)(?:\s+(?:aloud|out\s+loud))?"
)
_BEGINS = re.compile(
    rf"^[\s,]*(?:{_TAG}|(?:thinks|thought|wondered|mused)\s+{_WHO}|{_WHO}\s+{_UNSAID})\s*(?:[.,;:!?…—–]|$)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    rf"(?:^|[\s,;:—–-])(?:{_THINK}(?:\s+{_INWARDLY})?|{_UNSAID}|(?:remember|recall)(?:s|ed)?(?:\s+[^\s.!?;:]+){{0,4}})\s*:\s*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"”»]*\s*")
_PRIVATE = re.compile(
    rf"[,;—–]\s*(?:{_TAG}|{_WHO}\s+(?:am|is|was)\s+(?:\w+\s+)?(?:sure|certain|convinced)(?:\s+of\s+(?:it|that))?)\W*$"
    rf"|\b{_THINK}\b[^.!?;]{{0,30}}?\b{_INWARDLY}\b|\b{_INWARDLY}\s+{_THINK}\b"
    rf"|\b{_TOLD_ONESELF}\b|^\W*(?:{_WHO}\s+)?(?:{_THINK}|thinking|wondering)\s*:\s*\w",
    re.IGNORECASE,
)


def tags(text: str) -> bool:
    """Whether a text begins by saying that what stands before it was thought: `she thought.`"""
    return _BEGINS.match(text) is not None


def leads_in(text: str) -> bool:
    """Whether a deed ends by saying that what comes next is thought: `I think:`"""
    return _ENDS.search(text) is not None


def pieces(text: str) -> list[tuple[str, bool]]:
    """A deed in stretches that are the text, each with whether it tells what somebody thinks."""
    found: list[tuple[str, bool]] = []
    for sentence in _SENTENCE.finditer(text):
        for piece, inner in _stretches(sentence[0], quoted=_in_quotes(text[: sentence.start()])):
            if found and found[-1][1] == inner:
                found[-1] = (found[-1][0] + piece, inner)
            else:
                found.append((piece, inner))
    return found if "".join(p for p, _ in found) == text else [(text, _PRIVATE.search(text) is not None)]


def _stretches(sentence: str, *, quoted: bool) -> Iterable[tuple[str, bool]]:
    """A sentence in stretches, each with whether it is private; what is quoted there is somebody's words."""
    if _PRIVATE.search(sentence.rstrip()):
        return [(sentence, True)]
    return [(sentence, False)] if quoted else inner_life.clauses(sentence)


def _in_quotes(before: str) -> bool:
    """Whether what comes after a text stands between quotation marks."""
    return before.count('"') % 2 == 1 or before.rfind("“") > before.rfind("”")
