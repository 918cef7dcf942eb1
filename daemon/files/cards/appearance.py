"""A description split into what everybody can see and what only the character knows: a proposal, for people to correct.

What is not plainly about looks stays private: a secret that is shown cannot be taken back. What is English here stands
in tables; in another language a label such as `Appearance:` is still found, and nothing is guessed from sentences.
"""

import re
from typing import NamedTuple

LABELS = frozenset({
    "appearance", "looks", "physical appearance", "physical description", "hair", "hairstyle", "eyes", "eye color",
    "eye colour", "hair color", "hair colour", "height", "build", "body", "skin", "face", "clothes", "clothing",
    "outfit", "attire", "wears", "features", "gender", "sex", "species", "race",
})  # fmt: skip
"""What stands before a colon, or a bracket, where looks are told."""

LONGEST = 2000
"""Characters of a sentence, or of what stands before a colon, that is looked at."""

_LABEL = re.compile(r"[\s>*_#+\[-]{0,20}([A-Za-z][A-Za-z /]{1,40}?)\s{0,3}[*_]{0,3}\s?[:(][*_]{0,3}\s{0,3}(\S?)")
_LIST = re.compile(r"\s{0,20}[-*+•]\s|\s{2,20}\S")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SUBJECT = re.compile(r"(?:she|he|they|it|her|his|their|its)\b", re.IGNORECASE)
_SEEN = re.compile(
    r"\b(?:hair|haired|eyes|eyed|skin|skinned|freckle[sd]?|beard|bearded|moustache|tall|short|slender|stocky|plump|"
    r"lanky|scar|scarred|tattoo(?:s|ed)?|wears|wearing|dressed|clad)\b",
    re.IGNORECASE,
)  # fmt: skip
_HIDDEN = re.compile(
    r"\b(?:secret\w*|hid(?:es|den|ing)?|hide|conceal\w*|stolen|stole|sewn|stashed|tucked|smuggled|strapped|"
    r"(?:beneath|under|inside|behind|in the lining of) (?:her|his|their|its|the|a)\b|disguise\w*|nobody|no[ -]one|"
    r"(?:few|only \w+) (?:know|knows)|unknown to|unseen|invisible|pretend\w*|actually|fake|false|truth|true)\b",
    re.IGNORECASE,
)  # fmt: skip
"""Words by which what stands where looks are told is not to be seen."""

_BREAK = re.compile(r"(?<=[;.!?])\s+|(?<=,)\s+|\n")
_GOES_WITH = re.compile(
    r"\s*(?:which|that|who|whose|where|from|of|in|on|to|with|by|but|though|and|as|hid|hide|hides|hidden|hiding|conceal\w*|"
    r"stolen|sewn|stashed|tucked|smuggled|strapped|beneath|under|inside|behind|unknown|unseen)\b",
    re.IGNORECASE,
)  # fmt: skip
"""How a clause begins that goes on with the one before."""

_FIELD = re.compile(r"(?:(?<=[\[;,|:])|^)\s{0,20}([A-Za-z][A-Za-z /]{0,40}?)\s{0,3}[=:]")
"""What stands before `=` or a colon in a list in brackets, all in one line."""

_KEPT = re.compile(
    r"\b(?:secret\w*|hid(?:es|den|ing)?|conceal\w*|beneath|under|pretend\w*|disguise\w*|actually|really|nobody|no one|"
    r"once|used to|was|were|had|feels?|thinks?|loves?|hates?|wants?|fears?|believes?|knows?|because|but|never|only|"
    r"when|if|unless|remembers?|invisible|true)\b",
    re.IGNORECASE,
)  # fmt: skip
"""Words by which a sentence about looks tells more than one sees."""


class Split(NamedTuple):
    """What everybody can see, and the rest."""

    appearance: str
    description: str


def split(description: str, name: str) -> Split:
    """The two parts of a description, each in its own words and order; no word of it is in both or in neither."""
    seen: list[str] = []
    rest: list[str] = []
    within = False
    for line in description.split("\n"):
        if listed := _fields(line):
            within = False
            seen += listed.seen
            rest.append(listed.rest)
            continue
        label = _LABEL.match(line[:LONGEST])
        if label is not None:
            known = label[1].strip().lower() in LABELS
            within = known or (within and _LIST.match(line[:LONGEST]) is not None)
        elif not line.strip():
            within = False
        if within:
            shown, hidden = _clauses(line)
            seen += [shown] * bool(shown)
            rest += [hidden] * bool(hidden)
            within = label is None or not label[2] or _LIST.match(line[:LONGEST]) is not None
            continue
        some, others = _sentences(line, name) if label is None else ([], [line])
        seen += some
        rest.append(" ".join(others))
    return Split("\n".join(seen).strip(), re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip())


class _Listed(NamedTuple):
    """The looks in a list, one by one, and the rest of it."""

    seen: list[str]
    rest: str


def _fields(line: str) -> _Listed | None:
    """A list such as `[eyes= green, job= spy]` in one line; None for what is none, or tells no looks."""
    begins = line.find("[")
    found = list(_FIELD.finditer(line, begins)) if begins >= 0 else []
    if len(found) < 2:
        return None
    seen: list[str] = []
    rest = [line[: found[0].start()]]
    for field, end in zip(found, [*(x.start() for x in found[1:]), len(line)], strict=True):
        text = line[field.start() : end]
        if field[1].lower() not in LABELS:
            rest.append(text)
            continue
        bare = text.rstrip(" ,;|]")
        shown, hidden = _clauses(bare)
        seen += [shown.strip()] * bool(shown)
        rest += [hidden + text[len(bare) :]] if hidden else ["]"] if "]" in text[len(bare) :] else []
    return _Listed(seen, "".join(rest).strip()) if seen else None


def _clauses(line: str) -> tuple[str, str]:
    """(What is to be seen of a line that tells looks, what is hidden of it): from a clause on that says that something
    is not seen, with the one before that it goes on with, up to the end of the sentence."""
    if _HIDDEN.search(line) is None:
        return line, ""
    shown: list[str] = []
    hidden: list[str] = []
    hiding, begins, sentence = False, 0, 0
    for end in [*(m.end() for m in _BREAK.finditer(line)), len(line)]:
        clause = line[begins:end]
        if not hiding and _HIDDEN.search(clause) is not None:
            hiding = True
            if _GOES_WITH.match(clause) is not None and len(shown) > sentence:
                hidden.append(shown.pop())
        (hidden if hiding else shown).append(clause)
        begins = end
        if clause.rstrip().endswith((";", ".", "!", "?")):
            hiding, sentence = False, len(shown)
    return "".join(shown).rstrip(" ,;"), "".join(hidden)


def _sentences(line: str, name: str) -> tuple[list[str], list[str]]:
    """The sentences of a line that tell looks, and the others."""
    seen: list[str] = []
    others: list[str] = []
    for sentence in _SENTENCE.split(line):
        (seen if _tells_looks(sentence, name) else others).append(sentence)
    return [" ".join(seen)] if seen else [], others


def _tells_looks(sentence: str, name: str) -> bool:
    if len(sentence) > LONGEST or _SEEN.search(sentence) is None or _KEPT.search(sentence) or _HIDDEN.search(sentence):
        return False
    about = (name, *name.split()[:1])
    return _SUBJECT.match(sentence) is not None or any(x and sentence.startswith(x) for x in about)
