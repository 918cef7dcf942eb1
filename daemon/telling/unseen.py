"""Deeds that the prose calls unseen, by all others or by somebody. Pure; the words are English. For those who are
elsewhere and do not hear what is said next, the rest is unseen as well (parts.py).

    waits until Sam has gone, until the door is shut behind her      by all, what comes after
    when nobody is looking; unseen, secretly; without being seen     by all
    so that nobody sees, notices anything                            by all
    while Sam is not looking, looks away; his back is turned         by Sam
    behind Sam's back; unseen by Sam; without Sam noticing           by Sam
    so that Sam does not see; where Sam cannot see                   by Sam
    before Sam looks up; Sam has turned to the window; I …           by Sam
    while he is busy …, she …; behind her back I …                   by all, since nobody knows who is meant
    shows it to Sam only; so that only Sam sees                      by all but Sam

Who is called by no name that is known, or by `he` where the doer is somebody else, may be anybody. Where another
language has no such table, nothing is taken for unseen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from daemon.story.decide import Part
from daemon.telling.naming import named_at
from daemon.telling.narration import PRESENT, TELLING
from protocol.ids import EVERYBODY, NOBODY, EntityId, Mask, difference, mask_of, union

_AWAY = (
    r"(?:gone(?!\s+(?:over|to|back)\b)|left|busy|distracted|away|asleep|dissolved|vanished|"
    r"out of (?:sight|earshot|the room)|disappeared|turned|passed|faded|(?:shut|closed) behind \w+)"
)
_LOOKS = r"(?:looking|watching|paying attention)"
_SEES = r"(?:see|sees|notice|notices|look|looks|watch|watches|observe|observes)"
_NOBODY = r"(?:nobody|no one|none of (?:them|you)|neither of (?:them|you))"
_ANY = r"(?:(?:either|any|one|both|all) of (?:them|you)|anybody|anyone|everybody|everyone|(?:the )?others)"
_WHEN = r"(?:while|when|whilst|as|once|now that|as soon as|the moment|before)"
_ELSEWHERE = (
    r"(?:(?:away|aside|elsewhere|the other way|out of the window|out the window)\b|"
    r"(?:his|her|their|your)\s+(?:back|head)\b)"
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*\s*")
_PRONOUN = re.compile(r"(?:he|she|they)$", re.IGNORECASE)


class _Form(NamedTuple):
    """A way to say that a deed is unseen: by all, by `who` is named in it, or by all `but` them."""

    pattern: re.Pattern[str]
    but: bool = False


def unseen(parts: Sequence[Part], names: Mapping[str, EntityId]) -> list[Part]:
    """The parts, with those by whom what is done is unseen: from the sentence that says so up to the next that is said.

    `names` are in lower case. An action is cut where that begins.
    """
    forms = _forms("|".join(re.escape(n) for name in names for n in dict.fromkeys((name, name.split()[0]))))
    found: list[Part] = []
    hidden = NOBODY
    for part in parts:
        if part.manner != "action":
            hidden = hidden if part.manner == "thought" else NOBODY
            found.append(part)
            continue
        for piece in _cut(part, forms, names):
            hidden = union(hidden, _by(piece.text, forms, names))
            found.append(replace(piece, unseen=hidden) if hidden else piece)
    return found


def _cut(part: Part, forms: Sequence[_Form], names: Mapping[str, EntityId]) -> Iterator[Part]:
    """An action, cut before its first sentence that calls it unseen."""
    raw = part.raw or part.text
    for sentence in _SENTENCE.finditer(part.text):
        if sentence.start() and _by(sentence[0], forms, names):
            first = part.text[: sentence.start()].rstrip()
            cut = _end_of(first, part.text, raw)
            if cut and any(c.isalnum() for c in first):
                yield replace(part, text=first, raw=raw[:cut])
                yield replace(part, text=part.text[sentence.start() :], raw=raw[cut:])
                return
        elif sentence.start() == 0 and _by(sentence[0], forms, names):
            break
    yield part


def _end_of(first: str, text: str, raw: str) -> int:
    """Where the beginning of a text ends as it was written, maybe with marks amid it; 0 where that is not plain."""
    if (at := raw.find(first)) >= 0:
        return at + len(first)
    written = [at for at, c in enumerate(raw) if c.isalnum()]
    letters = [c for c in text if c.isalnum()]
    if [raw[at] for at in written] != letters:
        return 0
    last = written[sum(c.isalnum() for c in first) - 1]
    ends = re.match(r"[^\w\s]*", raw[last + 1 :])
    return last + 1 + (ends.end() if ends else 0)


def _by(text: str, forms: Sequence[_Form], names: Mapping[str, EntityId]) -> Mask:
    """By whom a deed is unseen."""
    hidden = NOBODY
    for form in forms:
        for found in form.pattern.finditer(text):
            who = (found.groupdict().get("who") or "").strip()
            if _PRONOUN.match(who) and not _another(text, who.lower()):
                continue
            told_to = [e for e in names.values() if e == "you" and re.match(r"your?\b", who, re.IGNORECASE)]
            known = mask_of(told_to or (e for name, e in names.items() if who and named_at(who, name) is not None))
            hidden = union(hidden, difference(EVERYBODY, known) if form.but and known else known or EVERYBODY)
    return hidden


def _another(text: str, who: str) -> bool:
    """Whether the doer is plainly another than the one called `he`: it is `I`, or called otherwise."""
    doers = {"i", "he", "she"} - {who}
    return re.search(rf"(?<!\w)(?:{'|'.join(doers)})(?!\w)", text, re.IGNORECASE) is not None


def _forms(names: str) -> list[_Form]:
    name = f"{names}|you" if names else "you"
    who = rf"(?P<who>\b(?:{name}|he|she|they|{_ANY}))"
    forms = [
        rf"\bwait(?:s|ed)?\b[^.!?]{{0,20}}\b(?:until|till)\b[^.!?]{{0,80}}\b{_AWAY}\b",
        rf"\b{_NOBODY}\s+(?:is|was)\s+{_LOOKS}\b",
        rf"\b(?:{_WHEN}|so that|where)\s+{_NOBODY}\s+(?:can\s+|could\s+|will\s+)?(?:{_SEES}|looked|saw|noticed)\b",
        rf"\b{_NOBODY}\s+(?:sees?|saw|notic(?:es?|ed))\s+(?:as|how|when|while|me)\b",
        rf"{who}\s+(?:do|does|did)(?:n['’]t|\s+not)\s+{_SEES}\s+(?:as|how|when|while|me)\b",
        rf"{who}\s+(?:is|are|was|were)(?:n['’]t|\s+not)\s+{_LOOKS}\b",
        rf"\b{_WHEN}\s+{who}\s+(?:(?:is|are|was|were|has|had)\s+)?(?:look|turn|glanc)(?:s|es|ed|ing)?\s+{_ELSEWHERE}",
        rf"\b{_WHEN}\s+{who}\s+(?:is|are|was|were)\s+(?:busy|distracted|occupied)\b",
        rf"(?P<who>\b(?:{name}))['’]s?\s+back\s+(?:is|was)\s+turned\b",
        rf"\b{_WHEN}\s+(?P<who>\b(?:his|her|their|your))\s+backs?\s+(?:is|was|are|were)\s+turned\b",
        rf"\bwith\s+(?P<who>(?:{name}))['’]s?\s+back\s+to\b",
        rf"\b{_WHEN}\s+(?P<who>(?:{name}|he|she|they)(?:\s+and\s+(?:{name}))?)\s+(?:is|are|was|were)\s+(?:looking|gazing|staring)\s+"
        r"(?:at|into|out of)\s+(?:the|his|her|their)\s+(?:fire|window|sky|sea|floor|ceiling|stove|book|map|flames)\b",
        rf"\bout\s+of\s+(?P<who>(?:{names + '|' if names else ''}your))(?:['’]s?)?\s+sight\b",
        rf"\b(?:hidden|concealed)\s+from\s+{who}",
        rf"\bmak(?:e|es|ing)\s+sure\s+(?:that\s+)?{_NOBODY}\s+{_SEES}\b",
        rf"\bbehind\s+(?P<who>(?:{names + '|' if names else ''}your))(?:['’]s?)?\s+back\b",
        r"^\W*behind\s+(?:his|her|their)\s+backs?\W|\bI\s+(?:\w+ly\s+)?\w+\s+(?:my|the|a|an)\s+(?!hands?|arms?|wrists?)\w+\s+"
        r"behind\s+(?:his|her|their)\s+backs?\b",
        rf"\b(?:unseen|unnoticed|unobserved|unwatched)\b(?:\s+by\s+{who})?",
        rf"\bsecretly\s+(?:{PRESENT}|{TELLING})\b",
        rf"\bwithout\s+{who}(?:['’]s)?\s+(?:noticing|seeing|looking|knowing)\b|\bwithout\s+being\s+(?:seen|noticed|observed)\b",
        rf"\b(?:so that|so|where)\s+{who}\s+(?:do|does|can|could|will|would)(?:n['’]t|not|\s+not)\s+{_SEES}\b",
        rf"\b(?:so that|so|where)\s+{who}\s+can['’]t\s+{_SEES}\b",
        rf"\bbefore\s+{who}\s+(?:(?:can|could)\s+)?(?:looks?\s+(?:up|back|round|around)|looked\s+(?:up|back|round|around)"
        r"|notices?|noticed|turns?\s+(?:back|round|around)|turned\s+(?:back|round|around)|sees?|saw)\b",
        rf"{who}\s+(?:has|had)\s+turned\s+(?:away|to|towards?|his|her|from)\b[^.!?;,—–]{{0,60}}[;,—–]\s*(?:and\s+)?I\b",
    ]
    but = [
        rf"\bshow(?:s|ed|ing)?\b[^.!?;]{{0,80}}\bto\s+(?P<who>(?:{name}))\s+(?:only|alone)\b",
        rf"\b(?:so that|so|where)\s+only\s+(?P<who>(?:{name}))\s+(?:can\s+|could\s+)?(?:{_SEES}|saw)\b",
    ]
    return [
        *(_Form(re.compile(form, re.IGNORECASE)) for form in forms),
        *(_Form(re.compile(form, re.IGNORECASE), but=True) for form in but),
    ]
