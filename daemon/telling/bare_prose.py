"""What of plain words, without any marks, is no speech for all: a whisper that they tell of, and what one thinks. Pure.

    Nell leans over to Ruth and whispers: he's drunk.        a deed, and what is whispered, to the paragraph's end
    I whisper in Ruth's ear. He's drunk.                     a deed, and what is whispered
    I whisper to Ruth that he is drunk.                      a deed, which tells the whisper
    Nell thinks of the keys. He lies, she is sure of it.     deeds, of which what is thought is cut (thoughts.py)

Who thinks is told of by name, since `I think that he is drunk` is what one says. In doubt it is spoken. English only.
"""

import re
from collections.abc import Iterator, Mapping

from daemon.telling import thoughts, whispers
from protocol.ids import EntityId

_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"”»]*\s*")
_WHISPERS = r"(?:whisper|murmur|breathe|mutter|hiss)(?:s|es|ed)?"
_LEADS_IN = re.compile(
    rf"^[^:,.!?]*(?:,[^:,.!?]*)?\b{_WHISPERS}\b(?:\s+(?:\w+ly|something|(?:(?:in)?to|in|at|against)\s+[^:,.!?]{{1,40}}))*"
    r"(?::|,(?!\s+(?:\w+ing|and|but|then|while|because|with|as|so|her|his|my|who|to|in)\b))\s+(?=\S)",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"\b(?:always|never|will|shall|did|can|often|usually|sometimes|every|yesterday|today|tomorrow|tonight|ago|last|once|when|if)\b",
    re.IGNORECASE,
)
_WHISPERED = re.compile(rf"\b{_WHISPERS}\b|\bears?\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:whisper|murmur|breath|mutter|hiss)ed\b", re.IGNORECASE)
_FIRST = re.compile(r"^\W*(?:\w+\s+)?I\b")
_THIRD = re.compile(r"^\W*(?:he|she|they)\b", re.IGNORECASE)


def told_apart(text: str, own: str, names: Mapping[str, EntityId]) -> list[tuple[str, bool]]:
    """A text in stretches that are the text, each with whether it tells a whisper or a thought; one stretch where none
    does. `own` is the teller's name, `names` the others', in lower case."""
    found: list[tuple[str, bool]] = []
    for piece, tells in _pieces(text, own, names):
        if found and found[-1][1] == tells:
            found[-1] = (found[-1][0] + piece, tells)
        else:
            found.append((piece, tells))
    return found if "".join(piece for piece, _ in found) == text else [(text, False)]


def _pieces(text: str, own: str, names: Mapping[str, EntityId]) -> Iterator[tuple[str, bool]]:
    first = re.escape(own.split()[0]) if own.split() else "(?!)"
    by_name = re.compile(rf"^\W*{first}\s+\w", re.IGNORECASE)
    of_oneself = re.compile(rf"^\W*(?:(?:and|then|so)\s+)?(?:I|{first})\s+\w", re.IGNORECASE)
    tale = by_name.match(text) is not None
    for sentence in _SENTENCE.finditer(text):
        words = sentence[0]
        teller = of_oneself.match(words) or (tale and _THIRD.match(words))
        spoken = _HABIT.search(_before_told(words)) or (_PAST.search(words) and _FIRST.match(words))
        teller = None if spoken else teller
        lead = _LEADS_IN.match(words) if teller else None
        if lead is not None and _to_somebody(lead[0], names):
            yield lead[0], True
            yield text[sentence.start() + lead.end() :], False
            return
        marked = whispers.whisper(words.strip(), names) if teller else None
        if marked is not None and marked.to and (marked.tells or _WHISPERED.search(words)):
            yield words, True
            if not marked.tells:
                yield text[sentence.end() :], False
                return
        else:
            yield words, tale and any(private for _, private in thoughts.pieces(words))


def _to_somebody(words: str, names: Mapping[str, EntityId]) -> bool:
    marked = whispers.whisper(words.strip(), names)
    return marked is not None and bool(marked.to)


def _before_told(words: str) -> str:
    """A sentence up to what is told in it."""
    return re.split(r"\b(?:that|whether|how|what|why|where|about)\b|:", words, maxsplit=1)[0]
