"""How whispers are told: what makes the words beside it a whisper, to whom, and what ends it. English only. Pure.

    in brackets                (whispers to Mara) Come.      (under her breath) Fool.     (quietly, to Mara) Come.
    a verb of whispering       *whispers to Mara*: Come.     "Come," she whispers.        I whisper to Mara: come.
    a low voice, to somebody   *murmurs to Mara* Come.       "Come," he says softly to Mara.
    an ear                     *leans over and murmurs in his ear* Come.    "Come," she breathes into Mara's ear.
    a breath, a low voice      *under her breath* Fool.      *lowers her voice* Come.     *in a whisper* Come.
    only for one               *quietly, so only Mara hears* Come.          *for Mara's ears alone* Come.
    lips                       *mouths to Mara* Come.
    kept from others           *says, for Mara and not for Sam* Come.     "Come," he says, and it goes no further.
    so near, so low            *speaks so close to Mara's temple* Come.     *says, low enough for nobody else* Come.
    hidden lips                *out of the corner of her mouth* Come.       *behind his hand* Come.
    somebody's, who is not you *whispers into the back of his hood* Come.   (where the text calls the other one `you`)
    what is told in a deed     *whispers to Mara that the tin is empty*     *whispers "Come" to Mara*
    apart from the others      *draws Mara aside* Come.     *says, where Sam can't hear,* Come.
    close to one               *leans close to Mara* Come.
    a voice that is no voice   *barely audible* Come.       *her voice drops to a thread* Come.     "Come," she mouths.
    in brackets, in quotes     "(whispers to Mara) Come."   *I lean over to Mara.* "(whisper) Come."
    by touch                   *spells it out on Mara's palm:* come
    a low voice, bent down     *bends to Mara.* "Come," she murmurs.

None of these: wind that whispers, a whisper of silk, "barely above a whisper", who stops whispering or does not bother
to, a murmur or soft words that are meant for nobody, and who hums, counts or curses under their breath.

What is whispered to all (`to them both`), to a baby, a parrot, the phone or whoever is none of the cast, is spoken.

It ends where one speaks up or turns to others, where one touches or gives something to somebody else, and where one
calls somebody else: `Sam! Up!`
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from daemon.telling import whisper_words as words
from daemon.telling.naming import named_at
from protocol.ids import EntityId


class Whisper(NamedTuple):
    """That what is told here is whispered: to those named, to one who is not (`unclear`), or to a stranger or to all
    (neither), whereby everybody hears it.

    `tells` where the deed itself tells what is whispered; `over` where it tells as well that it is over.
    """

    to: tuple[EntityId, ...]
    unclear: bool = False
    tells: bool = False
    over: bool = False


def asides(text: str) -> Iterator[re.Match[str]]:
    """The stretches by which a text says that what comes next is whispered, and that are no words of it themselves."""
    if plain := words.PLAIN.match(text):
        yield plain
    for found in words.ASIDE.finditer(text):
        if words.IN_BRACKETS.match(found[1]) or _phrase(found[1]):
            yield found


def whisper(text: str, names: Mapping[str, EntityId]) -> Whisper | None:
    """What a deed, or a text in brackets, says of a whisper; None where it says of none. `names` are in lower case."""
    inner = text.strip(" \t*_:()")
    found = _phrase(inner) or words.IN_BRACKETS.match(inner)
    if found is None:
        return None
    rest = inner[found.end() :]
    sentence = re.split(r"[.!?;](?:\s|$)", rest)[0]
    told = words.TOLD.search(inner, found.end(), found.end() + len(sentence))
    asked = inner[found.end() : told.start()] if told else sentence
    after = words.AFTER.search(sentence)
    alone = words.ALONE.search(inner)
    to = named(alone["who"], names) if alone else ()
    to = to or named(found[0], names) or named(found[0] + asked, names) or named(after[1] if after else "", names)
    before = named(words.ANOTHER.sub(lambda m: " " * len(m[0]), inner)[: found.start()], names)
    some = words.SOME.match(sentence) if words.TELLING.search(found[0]) else None
    stranger = not to and (some or words.STRANGER.search(found[0] + sentence)) is not None
    if not to and not stranger and len(before) == 1:
        to = before
    introduces = text.rstrip(" \t*_").endswith(":") and '"' not in sentence
    begins_at = max(inner.rfind(sign, 0, found.start()) for sign in ".!?;") + 1
    tells = bool(to) and words.ASKED.search(inner[begins_at : found.end() + len(sentence)]) is not None
    tells = tells or (
        told is not None
        and not introduces
        and words.TELLING.search(found[0]) is not None
        and not any(re.search(p, found[0], re.IGNORECASE) for p in words.KEPT)
    )
    over = words.ALOUD.search(words.ANOTHER.sub(" ", rest)) is not None
    if words.TO_ALL.search(words.ANOTHER.sub(" ", inner[: told.start()] if told else inner)):
        return Whisper((), tells=tells, over=over)
    return Whisper(to, not to and not stranger, tells, over)


def bracketed(text: str, names: Mapping[str, EntityId]) -> tuple[Whisper, str] | None:
    """What words say of themselves in brackets at their beginning, and the words without it: `"(whisper) Come."`"""
    found = words.OPENS.match(text)
    marked = whisper(found[2], names) if found is not None else None
    return (marked._replace(tells=False), found[1] + text[found.end() :]) if found and marked else None


def _phrase(text: str) -> re.Match[str] | None:
    """The first phrase of a text by which somebody whispers."""
    return next(
        (
            found
            for found in words.PHRASES.finditer(text)
            if not words.NOT.search(text[: found.start()]) and not _is_mere_noise(text, found)
        ),
        None,
    )


def _is_mere_noise(text: str, found: re.Match[str]) -> bool:
    """Whether what is done under one's breath is no speaking: one hums, counts, curses."""
    if not words.UNDER_BREATH.fullmatch(found[0]):
        return False
    start = max(text.rfind(sign, 0, found.start()) for sign in ".!?;") + 1
    clause = text[start : found.end()] + re.split(r"[,.!?;:]", text[found.end() :])[0]
    return words.MERE_NOISE.search(clause) is not None


def begins(text: str) -> bool:
    """Whether the first sentence of a deed tells of a whisper: only then may it be of what was said before it."""
    first = re.split(r"(?<=[.!?])\s", text.strip(" \t*_:()"), maxsplit=1)[0]
    return whisper(first, {}) is not None or low(first)


def calls_all(text: str) -> bool:
    """Whether words call more than one: `Listen, both of you`."""
    return words.CALLS_ALL.search(text) is not None


def answers(text: str, *, reply: bool) -> bool:
    """Whether a text whispers to whoever whispered to its teller just before: `whispers back`, or whispers in reply."""
    return words.BACK.search(text) is not None or (reply and words.WHISPERING.search(text) is not None)


def of_a_third(text: str) -> bool:
    """Whether a deed tells of a whisper to somebody whom it calls neither by name nor `you`."""
    return words.THIRD.search(text) is not None


def calls_you(texts: Iterable[str]) -> bool:
    """Whether deeds are told to somebody whom they call `you`."""
    return any(re.search(r"\byour?\b", text, re.IGNORECASE) for text in texts)


def ends(text: str) -> bool:
    """Whether a deed makes its teller be heard again: aloud, turning to others, going."""
    return words.ALOUD.search(text) is not None


def aloud(tag: str) -> bool:
    """Whether what comes after a quote says that it was spoken aloud."""
    return words.TAGGED_ALOUD.search(tag) is not None


def bent(text: str, names: Mapping[str, EntityId]) -> tuple[EntityId, ...]:
    """To whom a deed bends down, so that a low voice is meant for them."""
    found = words.BENT.search(text)
    return named(found[0], names) if found is not None else ()


def low(text: str) -> bool:
    """Whether a deed tells that something is said in a low voice, to whomever."""
    return words.LOWLY.search(text) is not None


def turns_to(text: str, others: Mapping[str, EntityId]) -> bool:
    """Whether a deed is done to one of these: a touch, something given."""
    found = words.TO_ANOTHER.search(text)
    return found is not None and bool(named(text[found.end() :], others))


def hails(text: str, others: Mapping[str, EntityId]) -> bool:
    """Whether words begin by calling one of these: `Sam! Up!`"""
    first = re.match(r"[^\w]*([\w'’-]+(?:\s+[\w'’-]+)?)!", text)
    return first is not None and bool(named(first[1], others))


def named(text: str, names: Mapping[str, EntityId]) -> tuple[EntityId, ...]:
    """Who is named. A bot may call the user's character `you`."""
    text = words.ANOTHER.sub(" ", text)
    calls = [*names.items(), *((you, e) for e in names.values() if e == "you" for you in ("you", "your"))]
    return tuple(sorted({e for name, e in calls if named_at(text, name) is not None}))
