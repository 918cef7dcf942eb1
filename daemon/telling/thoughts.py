"""How thoughts are told without a mark of their own: who thinks, wonders, tells oneself. English only. Pure.

    *I think:* He lies.                         what comes after it, to the end of what is said there
    *He lies,* she thought.  "He lies," he thinks.       what comes before it
    *He lies, I think to myself.*               the sentence
    She wonders silently whether he lies.       the sentence

None of these, since they are seen: who thinks for a moment, who looks thoughtful; nor "He lies, I think" where it is
spoken.
"""

import re

_WHO = r"(?:I|he|she|they|you|(?-i:[A-Z][\w'’-]*))"
_THINK = r"(?:think|thinks|thought|wonder|wonders|wondered|muse|muses|mused|reflect|reflects|reflected)"
_INWARDLY = (
    r"(?:to\s+(?:my|him|her|your|them)sel(?:f|ves)|silently|privately|inwardly|secretly|in\s+silence"
    r"|in\s+(?:my|his|her|their)\s+(?:head|mind))"
)
_TOLD_ONESELF = r"(?:tells?|told)\s+(?:my|him|her|your|them)sel(?:f|ves)"
_TAG = rf"{_WHO}\s+(?:\w+ly\s+)?(?:{_THINK}(?:\s+{_INWARDLY})?|{_TOLD_ONESELF})"
_BEGINS = re.compile(
    rf"^[\s,]*(?:{_TAG}|(?:thinks|thought|wondered|mused)\s+{_WHO})\s*(?:[.,;:!?…—–]|$)", re.IGNORECASE
)
_ENDS = re.compile(rf"(?:^|[\s,;:—–-]){_THINK}(?:\s+{_INWARDLY})?\s*:\s*$", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"”»]*\s*")
_PRIVATE = re.compile(
    rf"[,;—–]\s*{_TAG}\W*$"
    rf"|\b{_THINK}\b[^.!?;]{{0,30}}?\b{_INWARDLY}\b|\b{_INWARDLY}\s+{_THINK}\b"
    rf"|^\W*{_WHO}\s+(?:\w+ly\s+)?{_THINK}\s+(?:that|whether|if|how|why|what|who|where)\b"
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
        private = _PRIVATE.search(sentence[0].rstrip()) is not None
        if found and found[-1][1] == private:
            found[-1] = (found[-1][0] + sentence[0], private)
        else:
            found.append((sentence[0], private))
    return found if "".join(p for p, _ in found) == text else [(text, _PRIVATE.search(text) is not None)]
