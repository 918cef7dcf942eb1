"""The text of a memory: whole sentences that name people and say neither "I" nor "you". Pure.

`named` sets right what a model wrote for one mind; `gist_of` makes one by rule from the lines that a mind perceived.
What is English in both stands in tables, and where it is not plain who is meant, a sentence is left out and none is
guessed.
"""

import re
from collections.abc import Mapping, Sequence

from daemon.story.words import LITTLE, telling, topics, words
from daemon.telling.significance import STRONG
from protocol.events import LineSaid
from protocol.ids import EntityId

FIRST = {
    "i": "{}", "i'm": "{} is", "i've": "{} has", "i'd": "{} would", "i'll": "{} will", "me": "{}", "my": "{}'s",
    "mine": "{}'s", "myself": "{}",
}  # fmt: skip
SECOND = {
    "you": "{}", "you're": "{} is", "you've": "{} has", "you'd": "{} would", "you'll": "{} will", "your": "{}'s",
    "yours": "{}'s", "yourself": "{}",
}  # fmt: skip
"""What is said instead, with a name."""

AGREES = {
    "am": "is", "are": "is", "were": "was", "have": "has", "do": "does", "haven't": "hasn't", "don't": "doesn't",
    "aren't": "isn't", "weren't": "wasn't", "go": "goes",
}  # fmt: skip
"""Verbs after "I" or "you", and after a name."""

PRESENT = frozenset(
    words(
        "believe bring come fear feel find get give hate hear help hope keep know leave like love make mean need "
        "promise remember run say see sit stand stay swear take tell think trust turn understand walk want wish wonder"
    )
)
"""Verbs that are the present after "I" or "you", and take an s after a name."""

SENTENCES, LONGEST = 2, 240
"""The most sentences that a gist by rule has, and the most characters."""

FEW = 2
"""Telling words below which a sentence says too little to be all that is kept."""

_END = re.compile(r"[.!?…][\"'”’)*`]*(?=\s|$)")
_WHOLE = re.compile(r"[.!?][\"'”’)*`]*(?=\s|$)")
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"”’')*]*\s*")
_QUOTED = re.compile(r"(\"[^\"]*\"|“[^”]*”)")
_TOGETHER = re.compile(r"\b[A-Z]\w* and $")
_PERSON = re.compile(
    r"\b(?P<who>(?:I|you)(?:['’](?:m|ve|d|ll|re))?|me|my|mine|myself|your|yours|yourself)\b"
    r"(?P<verb>\s+[a-z]+(?:['’]t)?)?",
    re.IGNORECASE,
)

Names = Mapping[EntityId, str]


def named(gist: str, me: EntityId, names: Names) -> str:
    """What a model wrote that a mind remembers, in whole sentences and with names; empty where that cannot be done."""
    text = whole(gist)
    if not text or me not in names:
        return ""
    you = _meant(text, me, names)
    told = "".join(
        _with_names(piece, *_quoted(text, piece, names)) if _QUOTED.fullmatch(piece)
        else _with_names(piece, names[me], names.get(you) if you else None)
        for piece in _QUOTED.split(text)
    )  # fmt: skip
    return "" if speaks(told) else told


def whole(text: str) -> str:
    """A text in one line without what breaks off at its end; empty where it breaks off in its first sentence."""
    line = " ".join(text.split())
    if not line.endswith(("…", "...", ",", ";", ":", "-", "–", "—")):
        return line if not line or _WHOLE.search(line[-3:]) else f"{line}."
    ends = [m.end() for m in _WHOLE.finditer(line.rstrip(".… "))]
    return line[: ends[-1]] if ends else ""


def speaks(text: str) -> bool:
    """Whether a text says "I" or "you" of anybody."""
    return any(_said(m) in FIRST or _said(m) in SECOND for m in _PERSON.finditer(text))


def gist_of(lines: Sequence[LineSaid], minds: Sequence[EntityId], names: Names) -> str:
    """What minds remember of lines that they perceived, by rule: the sentences in which there is most, with names."""
    heard = [x for x in lines if x.text.strip() and x.manner != "ooc"]
    told = [(n, s) for n, x in enumerate(heard) for s in _sentences(x, heard, names)]
    best = sorted(range(len(told)), key=lambda i: -_worth(told[i][1]))
    chosen: list[int] = []
    for i in best[:SENTENCES]:
        room = LONGEST - sum(len(told[j][1]) + 1 for j in chosen)
        if len(told[i][1]) <= room and (not chosen or _worth(told[i][1]) > FEW):
            chosen.append(i)
    if chosen:
        return " ".join(told[i][1] for i in sorted(chosen))
    return _spoken_of(heard, minds, names)


def _meant(text: str, me: EntityId, names: Names) -> EntityId | None:
    """Who "you" is in a mind's gist: the mind itself where it is named in no other way, else whoever is called so in a
    prompt, else the one other who may be; None where it may be more than one."""
    said = _QUOTED.sub(" ", text)
    first = any(_said(m) in FIRST for m in _PERSON.finditer(said))
    if not first and not _names(said, names[me]):
        return me
    others = [e for e in names if e != me]
    unnamed = [e for e in others if not _names(said, names[e])]
    if "you" in unnamed or len(others) == 1:
        return "you" if "you" in unnamed else others[0]
    return unnamed[0] if len(unnamed) == 1 else None


def _names(text: str, name: str) -> bool:
    return any(re.search(rf"\b{re.escape(w)}\b", text) for w in (name, *name.split()) if len(w) > 1)


def _quoted(text: str, piece: str, names: Names) -> tuple[str, str | None]:
    """(Who says what is quoted in a text: the one named first in its sentence; the one other whom the text names.)"""
    said = text[: text.index(piece)].rstrip()
    start = max((m.end() for m in _END.finditer(said)), default=0)
    places = sorted((m.start(), n) for n in names.values() for m in re.finditer(rf"\b{re.escape(n)}\b", said[start:]))
    by = places[0][1] if places else ""
    others = [n for n in names.values() if n != by and _names(text, n)]
    return by, others[0] if len(others) == 1 else None


def _with_names(text: str, first: str, second: str | None) -> str:
    """A text with these names for "I" and "you"; "you" stays where it is not known who is meant."""

    def put(m: re.Match[str]) -> str:
        said, verb = _said(m), m["verb"] or ""
        name = first if said in FIRST else second
        if not name or (said not in FIRST and said not in SECOND):  # the "İ" of another language
            return m.group()
        subject = said in ("i", "you") and bool(verb) and not _TOGETHER.search(text[: m.start()])
        return (FIRST.get(said) or SECOND[said]).format(name) + (_agreeing(verb) if subject else verb)

    return _PERSON.sub(put, text)


def _said(m: re.Match[str]) -> str:
    return m["who"].casefold().replace("’", "'")


def _agreeing(verb: str) -> str:
    bare = verb.strip().replace("’", "'")
    if bare in PRESENT:
        return f"{verb}s"
    return verb.replace(verb.strip(), AGREES.get(bare, verb.strip()))


# by rule, from the lines


_SAID = {
    "speech": ("{who} said", "{who} told {to}"), "whisper": ("{who} whispered", "{who} whispered to {to}"),
    "message": ("{who} wrote", "{who} wrote to {to}"), "thought": ("{who} thought", "{who} thought"),
}  # fmt: skip
"""How a manner is told of: to nobody in particular, and to somebody."""


def _sentences(line: LineSaid, heard: Sequence[LineSaid], names: Names) -> list[str]:
    """The sentences of a part of a line, each as others tell of it; without those of which it is not plain who is
    meant."""
    who = names.get(line.who, line.who) if line.who is not None else names.get("you", "")
    to = _addressed(line, heard, names)
    found = []
    for sentence in _SENTENCE.findall(" ".join(line.text.replace("*", "").replace("`", "").split())):
        said = _with_names(whole(sentence.strip().strip('"“”').strip()), who, to if line.who is not None else who)
        if said and not speaks(said) and _WHOLE.search(said):
            found.append(_brought_out(line, said, who, to))
    return found


def _addressed(line: LineSaid, heard: Sequence[LineSaid], names: Names) -> str | None:
    """The one whom a part is for: as it says, by name, or the only other one whom the mind knows."""
    if line.to:
        return names.get(line.to[0], line.to[0]) if len(line.to) == 1 else None
    called = [e for e in names if e != line.who and _names(line.text, names[e])]
    others = [e for e in names if e != line.who]
    there = {x.who for x in heard} - {None, line.who}
    one = called if len(called) == 1 else others if len(others) == 1 else [e for e in others if e in there]
    return names[one[0]] if len(one) == 1 else None


def _brought_out(line: LineSaid, said: str, who: str, to: str | None) -> str:
    if line.manner == "narration" or line.who is None:
        return said
    if line.manner == "action":
        return _done(said, who)
    alone, with_one = _SAID.get(line.manner, _SAID["speech"])
    return f"{(with_one if to else alone).format(who=who, to=to)}: {said}"


def _done(said: str, who: str) -> str:
    """A deed with who did it."""
    first, _, rest = said.partition(" ")
    if first in ("She", "He", "They"):
        return f"{who} {rest}"
    return said if first == who.split()[0] or first[:1].isupper() else f"{who} {said}"


def _worth(sentence: str) -> int:
    """How much there is in a sentence."""
    return len(telling(sentence)) + 3 * len(STRONG.intersection(topics(sentence)))


def _spoken_of(lines: Sequence[LineSaid], minds: Sequence[EntityId], names: Names) -> str:
    """What lines were about, where none of their sentences can be told without "you"."""
    people = list(dict.fromkeys(names.get(x.who, x.who) for x in lines if x.who is not None))
    own = {w for n in names.values() for w in telling(n)} | LITTLE
    said = sorted({w for x in lines for w in telling(x.text) if w not in own}, key=lambda w: (-len(w), w))[:4]
    who = " and ".join(people or [names[e] for e in minds if e in names])
    return f"{who} spoke of {', '.join(said)}." if said else f"{who} spoke."
