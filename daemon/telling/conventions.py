"""Which stretches of a text are spoken, done and thought, by the convention in which it is written. Pure.

The rules are the table in markup.py. A text is a novel's where its quotes are what somebody says in it, told beside
them or, where nothing stands between asterisks, by themselves.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import msgspec

from daemon.telling import bare_prose, messages, narration, thoughts, whispers
from daemon.telling.marks import Mark, Sort, marks
from protocol.ids import EntityId
from protocol.world import Manner

FEW = 3
"""Words that may be an emphasis; more are not."""

NEAR = 20
"""Letters beside a mark within which there is a word or a sign, unless there are mere blanks."""

_NEVER_DONE = re.compile(
    r"(?:(?:you|me|him|her|it|us|them|i|he|she|we|they|this|that|these|those|now|never|not|no|yes|nothing|everything"
    r"|all|any|every|here|there|mine|yours|his|hers|theirs|ours|really|very|so|too|only|do|does|did|is|are|was|were|am"
    r"|be|can|could|will|would|must|should|have|has|had|who|what|when|where|why|how|my|your|our|their|the|a|an|and"
    r"|but|or|always|ever|exactly)(?: |$))+"
)
_TAGGED = re.compile(r"(?:I|you|he|she|they|we|it)\b|\w+(?:s|ed|aid|old)\s", re.IGNORECASE)
_NO_TALE = re.compile(r"\?|\w(?:n['’]t|['’](?:m|ve|ll|re))\b", re.IGNORECASE)
_SAID = re.compile(
    r"(?:(?:I|he|she|they)\s+(?:\w+ly\s+)?(?:say|ask|add|answer|tell)(?:s|ed)?|(?:I|he|she|they)\s+(?:said|told)"
    r"|(?:says|said|asks|asked|adds|added|answers|answered)\s+(?:he|she|they|(?-i:[A-Z]\w+)))\b",
    re.IGNORECASE,
)
_IS = re.compile(r"(?:is|was|means?|meant)\b", re.IGNORECASE)
_QUOTES = '"“”«»„「」'
_ENDED = ".!?…,:;—–-"
_BEFORE = ("", *".!?…`*", *_QUOTES)


class Run(msgspec.Struct, frozen=True):
    """A stretch of a text in one manner: from where to where, its words, and in which paragraph it stands."""

    start: int
    end: int
    manner: Manner
    text: str
    sort: Sort
    paragraph: int
    to: tuple[EntityId, ...] = ()


def runs(text: str, names: Mapping[str, EntityId], own: str = "") -> list[Run]:
    """What a text is made of, in order, without what has no words; `own` is its teller's name."""
    paragraphs = [(at, p, _settled(p, marks(p))) for at, p in _paragraphs(text)]
    starred = any(m.sort == "stars" for _, _, p in paragraphs for m in p)
    firsts = {name.split()[0] for name in names if name.split()}
    told = [[(s, _quoting(s, firsts, starred)) for s in _stretches(p)] for _, _, p in paragraphs]
    novel = any(how == "tale" or (how == "quote" and not starred) for p in told for _, how in p)
    if novel:  # then what one says in it may be told beside what is not, or is contracted
        told = [
            [(s, _quoting(s, firsts, starred, novel=novel) if how == "words" else how) for s, how in p] for p in told
        ]
    bare = all(m.sort == "plain" for _, _, p in paragraphs for m in p)
    found: list[Run] = []
    for number, ((at, paragraph, settled), stretches) in enumerate(zip(paragraphs, told, strict=True)):
        meant = _meant(paragraph, settled)
        for before, (stretch, how) in zip([None, *stretches], stretches, strict=False):
            whole = [_whole(paragraph, stretch)] if how == "words" and len(stretch) > 1 else stretch
            labelled = paragraph.lstrip().split(":", 1)[0].lower() in names
            words = " ".join(m.text for m in stretch)
            private = before is not None and _is_private(before[0], names)
            said = labelled or private or stretch[0].start >= meant
            told_so = novel and how == "words" and not said and (not starred or narration.tells(words))
            done = told_so or how == "tale" or (bare and not labelled and narration.narrates(words, own, names))
            plain: Manner = "action" if done else "speech"
            some = [Run(at + m.start, at + m.end, _manner(m, plain), m.text, m.sort, number) for m in whole if m.text]
            if private and some and some[0].sort == "plain":
                some[0] = msgspec.structs.replace(some[0], manner="speech", text=some[0].text.removeprefix(". "))
            found += _apart(some[0], text, own, names) if bare and not labelled and len(some) == 1 else some
    return list(_worded(found))


def _is_private(stretch: Sequence[Mark], names: Mapping[str, EntityId]) -> bool:
    """Whether a stretch is a mark in brackets by which what comes after it is whispered, or sent as a message."""
    return stretch[-1].sort == "aside" and (
        whispers.whisper(stretch[-1].text, names) is not None or messages.message(stretch[-1].text, names) is not None
    )


def _meant(paragraph: str, some: Sequence[Mark]) -> float:
    """Where in a paragraph the words begin that are whispered or sent without quotes: after brackets that say so where
    a sentence begins."""
    quoted = max((m.start for m in some if m.sort == "quote"), default=-1)
    begins = (
        m.end
        for m in some
        if m.sort == "aside" and m.start > quoted and (paragraph[: m.start].rstrip(" \t")[-1:] in _BEFORE)
    )
    return min(begins, default=math.inf)


def _apart(run: Run, text: str, own: str, names: Mapping[str, EntityId]) -> list[Run]:
    """Plain words, with the sentences apart that tell of a whisper or a thought."""
    pieces = bare_prose.told_apart(text[run.start : run.end], own, names)
    if len(pieces) == 1 and not pieces[0][1]:
        return [run]
    found, start = list[Run](), run.start
    whispered = False
    for piece, tells in pieces:
        manner: Manner = "action" if tells else "speech" if whispered else run.manner
        end = start + len(piece)
        found.append(msgspec.structs.replace(run, start=start, end=end, text=piece.strip(), manner=manner))
        start, whispered = end, whispered or tells
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that are not blank, each with where it begins."""
    at = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            yield at, line
        at += len(line) + 1


def _manner(mark: Mark, plain: Manner) -> Manner:
    match mark.sort:
        case "stars":
            return "action"
        case "thought":
            return "thought"
        case "plain":
            return plain
        case _:
            return "speech"


def _worded(found: Sequence[Run]) -> Iterator[Run]:
    """These without signs that stand beside words: a full stop after a deed, a colon before what is said."""
    for _, some in groupby(found, key=lambda r: r.paragraph):
        paragraph = list(some)
        words = any(c.isalnum() for r in paragraph for c in r.text)
        for before, run in zip([None, *paragraph], paragraph, strict=False):
            if run.sort not in ("plain", "stars"):
                yield run
            elif not words or any(c.isalnum() for c in run.text):
                bare = run.text.lstrip(" \t,;:") if run.sort == "plain" and before is not None else run.text
                yield msgspec.structs.replace(run, text=bare)


def _settled(paragraph: str, found: Sequence[Mark]) -> list[Mark]:
    """The marks of a paragraph, with what is a mere emphasis as part of the words around it."""
    told = [
        m._replace(sort="plain")
        if m.sort == "stars"
        and _emphasis(paragraph[max(0, m.start - NEAR) : m.start], m.text, paragraph[m.end : m.end + NEAR])
        else m
        for m in found
    ]
    told = [
        m._replace(sort="thought")
        if m.sort == "stars" and after is not None and after.sort == "plain" and thoughts.tags(_text(paragraph, after))
        else m
        for m, after in zip(told, [*told[1:], None], strict=True)
    ]
    return [
        m
        for plain, some in groupby(told, key=lambda m: m.sort == "plain")
        for m in ([_whole(paragraph, list(some))] if plain else some)
    ]


def _text(paragraph: str, mark: Mark) -> str:
    return paragraph[mark.start : mark.end]


def _whole(paragraph: str, some: Sequence[Mark]) -> Mark:
    """Neighbouring stretches as one of plain words."""
    start, end = some[0].start, some[-1].end
    bare = paragraph[start:end].strip(" \t")
    return Mark("plain", start, start + len(paragraph[start:end].rstrip()), bare)


def _emphasis(before: str, inner: str, after: str) -> bool:
    """Whether what stands between asterisks goes on with its sentence."""
    last, first = before.rstrip()[-1:], after.lstrip()[:1]
    goes_on = first.islower() or (bool(first) and first in ",.;:!?)—–-…'’")
    words = re.findall(r"[\w'’]+", inner.lower())
    if _NEVER_DONE.fullmatch(" ".join(words)):
        return last.isalnum() or last == "," or goes_on
    return last.isalnum() and goes_on and len(words) <= FEW


def _stretches(paragraph: Sequence[Mark]) -> list[list[Mark]]:
    """The marks of a paragraph, those that are plain or quoted together where they are neighbours."""
    return [
        part
        for loose, some in groupby(paragraph, key=lambda m: m.sort in ("plain", "quote"))
        for part in ([list(some)] if loose else [[m] for m in some])
    ]


def _quoting(stretch: Sequence[Mark], firsts: set[str], starred: bool, *, novel: bool = False) -> str:
    """What quotes are in a stretch: what is said in a `tale`, a `quote` by itself, or mere `words`; so without any. In
    what is known to be a `novel` any quote between whole sentences is said."""
    outside = " ".join(m.text for m in stretch if m.sort == "plain")
    quotes = [n for n, m in enumerate(stretch) if m.sort == "quote"]
    if not quotes:
        return "words"
    if not any(c.isalnum() for c in outside):
        return "quote"
    for n in quotes:
        words = stretch[n].text.strip(_QUOTES)
        before = " ".join(m.text for m in stretch[:n] if m.text).strip()
        after = " ".join(m.text for m in stretch[n + 1 :]).lstrip(" ,")
        ended = words[-1:] in _ENDED or stretch[n].text[-1:] not in _QUOTES
        beside = stretch[n + 1].text[:1] == "," if n + 1 < len(stretch) else False
        if not before and (ended or (beside and after[:1].islower()) or _tagged(after, firsts)):
            return "tale"
        led_in = words.endswith(",") or (ended and before[-1:] in tuple(_ENDED))
        said = ended and _SAID.match(after)
        if before and messages.leads_in(before):
            return "tale"
        if before and not starred and led_in and (novel or said or not _NO_TALE.search(outside)):
            return "tale"
    return "words"


def _tagged(after: str, firsts: set[str]) -> bool:
    """Whether what comes after a quote tells who says it."""
    first = after.split(" ", 1)[0].strip(".,").lower()
    return bool(_TAGGED.match(after) or first in firsts) and not _IS.match(after)


def tagging(told: Sequence[Run], n: int) -> int | None:
    """The number of the speech that a deed closes as its tag (`"Come," she whispers`), if it does."""
    before = told[n - 1] if n else None
    if before is None or before.paragraph != told[n].paragraph or before.manner not in ("speech", "whisper"):
        return None
    ended = before.text.rstrip('"”»“」')[-1:]
    tag = told[n].text[:1].islower() and before.sort == "quote" and ended in tuple("?!…—–-")
    return n - 1 if ended == "," or tag else None
