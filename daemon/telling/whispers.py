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

from daemon.telling.naming import named_at
from protocol.ids import EntityId

_THEIR = r"(?:his|her|my|your|their|\w+['’]s?|the \w+['’]s?)"
_ONLY = r"(?:only|just|nobody but|no one but|none but)"
_CLOSE = (
    r"(?:lean\w*|bend\w*|bent|lips|mouth|close|says?|said|speak\w*|spoke|voice|words?|murmur\w*|mutter\w*|breath\w*"
    r"|hiss\w*)"
)
_SOMEBODY = r"(?:(?-i:[A-Z][\w'’-]*)|him|her|them|you|the (?!room|others|table|whole)\w+)"
_ALL = r"(?:all|everyone|everybody|anyone|both|the (?:(?:whole|entire) \w+|rest|others|room|table|company|house))"
_LOW = (
    r"(?:(?:murmur|mutter|mumble|breathe|hisse?|mouth)(?:s|d|ed)?"
    r"|murmuring|muttering|mumbling|breathing|hissing|mouthing)"
)
_HOW = (
    r"(?:\w+ly|something|words?|it|low|a\s+(?:few\s+)?words?"
    r"|(?:through|between|over|across|past)\s+(?:(?:my|his|her|their|the|a)\s+)?\w+)"
)
"""What may stand between a low voice and whom it is for: `through his teeth`."""
_SOFTLY = r"(?:quietly|softly|in\s+a\s+low\s+voice|low)"
_SAYS = r"(?:say|says|said|speak|speaks|spoke|answer|answers|answered|murmur|murmurs|murmured|mutter|mutters|muttered)"
_KEPT = (
    r"\bfor\s+\w+\s+and\s+(?:not|nobody|no one)\b",
    r"\b(?:meant\s+for|for)\s+(?:nobody|no one)\s+else\b",
    r"\b(?:meant\s+)?(?:only|just)\s+(?:to|for)\s+(?:you|[A-Z]\w+)\b",
    r"\b(?:nobody|no one)\s+(?:else\s+)?(?:can|could|will|would)\s+(?:over)?(?:hear|catch|make\s+out)\b",
    r"\bno\s+(?:further|farther)\b|\bnot\s+(?:even\s+)?as\s+far\s+as\b",
    r"\bso\s+close\s+to\s+(?:\w+['’]s|your|his|her|my)\s+(?:temple|cheek|face|head|hair|neck)\b",
    rf"\b{_SAYS}\b[^.!?;]*?\binto\s+(?:\w+['’]s|the|your|his|her|my)\s+(?:\w+\s+)?"
    r"(?:hair|collar|shoulder|sleeve|scarf|neck|glass|glasses|cup|pillow)\b",
    r"\b(?:low|quiet|soft)\s+enough\b"
    r"|\b(?:so|too)\s+(?:low|quietly|softly)\b(?:\s+that\s+\w+\s+alone\s+(?:can|could|may|might)\s+hear)?",
    rf"(?:^|[,;:—–]\s*|\b{_SAYS}\s+)(?:then\s+|and\s+)?(?:for|to)\s+\w+\s+(?:only|alone)\b",
    r"\b(?:where|so that|enough that|(?:sure|certain|check(?:s|ed|ing)?)(?:\s+that)?)\s+(?:the\s+)?\w+\s+"
    r"(?:can(?:not|['’]t)|can not|could(?:n['’]t| not)|won['’]t)\s+(?:over)?hear\b",
    r"\bout\s+of\s+(?:\w+['’]s?\s+)?(?:earshot|hearing)\b",
    r"\b(?:(?:pull|take|draw|lead|steer|drag|tug|call|beckon)(?:s|ed|ing|ging)?|took|drew|led)\s+"
    r"(?:(?-i:[A-Z][\w'’-]*)|him|her|them|you)\s+(?:\w+\s+\w+\s+\w+\s+)?(?:aside|to\s+one\s+side)\b",
    rf"\b(?:lean|bend|stoop|huddl|edg|mov)\w*\s+(?:(?:in|up|down|very|right|so)\s+)*close\s+(?:to|beside|against)\s+{_SOMEBODY}",
    r"\b(?:tap|spell|trac|writ|draw)\w*\b[^.!?;]{0,80}?\b(?:in|on|into|onto)\s+(?:(?-i:[A-Z]\w*)['’]s|your)\s+(?:\w+\s+)?"
    r"(?:palm|hand|wrist|knee)\b",
    r"\bcorner\s+of\s+(?:his|her|my|their|your)\s+mouth\b",
    r"\bhand\s+cupped\b|\bcup(?:s|ped|ping)?\s+\w+\s+hand\b|\b(?:says?|said|speaks?|spoke)\b[^.!?;]*\bbehind\s+\w+\s+hand\b",
    r"\blips\s+(?:(?:barely|hardly|scarcely)\s+mov\w+|alone\b|only\b|(?:shap|form|fram)\w*\b)|\bwithout\s+moving\s+\w+\s+lips\b",
)
_ALONE = re.compile(rf"\b{_ONLY}\s+(?P<who>\w+)(?:\s+(?:can|could|may))?\s+hears?\b", re.IGNORECASE)
"""Who alone hears it, by what the deed says anywhere of it."""
_PHRASES = re.compile(
    "|".join(
        (
            r"\bwhisper(?:s|ed|ing)?\b(?!\s+of\b)",
            rf"\b{_LOW}\s+(?:{_HOW}\s+)*(?:to|at)\s+(?!\w+sel(?:f|ves)\b|{_ALL}\b)(?=\w)",
            rf"\b{_CLOSE}\b[^.!?;]*?\b(?:in|into|to|at|against|near|by|beside)\s+{_THEIR}\s+(?:\w+\s+)?ears?\b",
            rf"\bunder\s+{_THEIR}\s+breath\b",
            rf"\b(?:lower|drop|hush)(?:s|ed|ing|ped|ping)?\s+{_THEIR}\s+voice\b",
            rf"\bkeep(?:s|ing)?\s+{_THEIR}\s+voice\s+(?:down|low)\b|\bkept\s+{_THEIR}\s+voice\s+(?:down|low)\b",
            rf"\b{_THEIR}\s+voice\s+(?:drops?|dropped|sinks?|sank|falls?|fell)\b(?!\s+(?:away|silent))",
            r"\b(?:barely|hardly|scarcely)\s+audibl[ey]\b|\binaudibl[ey]\b",
            r"\bin an undertone\b|\bsotto voce\b",
            _ALONE.pattern.replace("?P<who>", "?:"),
            rf"\bfor\s+(?:{_THEIR}\s+ears\s+(?:only|alone)|only\s+{_THEIR}\s+ears|\w+\s+alone\s+to\s+hear)\b",
            rf"\b{_SOFTLY},?\s+to\s+(?!\w+sel(?:f|ves)\b)(?=\w)",
            r"\bmouth(?:s|ed|ing)\s*(?=[\"“:])|(?:^\W*|\b(?:I|he|she|they|you|and|then|silently|(?-i:[A-Z]\w+))\s+)"
            r"mouth(?:s|ed|ing)?\b(?=\s*(?:$|[.,:;!]))",
            rf"^\W*(?:in|into|at)\s+{_THEIR}\s+(?:\w+\s+)?ears?\b",
            rf"\bconfid(?:es?|ed|ing)\s+(?:to|in)\s+(?={_SOMEBODY})",
            *_KEPT,
        )
    ),
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bstop(?:s|ped)?|\bwithout|\binstead of|\bno longer"
    r"|\b(?:could|would|might|should|above|than)"
    r"|\b(?:want|wish|like|hope|mean|tr[yi]|need|about|going|bother|refus|forg[eo]t)\w*\s+to|\b(?:hear|heard|hears|listen\w*)\b.*"
    r"|\b(?:above|than)\s+an?|\bthe(?:\s+\w+)?"
    r"|\b(?:wind|rain|sea|silk|leaves|waves|grass|trees?|breeze|fire|snow|fabric))"
    r"\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:(?<!so\s)(?<!enough\s)that|about|how|where|what|who|why|when|which|whether|if"
    r"|(?<!because\s)(?<!both\s)(?<!all\s)(?<!one\s)(?<!two\s)(?<!out\s)(?<!front\s)of)\b|[\"“«„]|:\s+(?=\w)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:tells?|told|asks?|asked|inform\w*|warn(?:s|ed)?|explain(?:s|ed)?|says?|said)\s+(?:(?!on\b)[\w'’]+\s+){0,6}?"
    r"(?:that(?!\s+(?:only|nobody|no\s+one|none|\w+\s+(?:alone|can|could)))|whether|if|about|what|where|who|why|how)\b",
    re.IGNORECASE,
)
"""That one tells something in a deed, where it is known that others do not hear."""
_TELLING = re.compile(rf"\b(?:whisper\w*|{_LOW}|confid\w*|in\s+{_THEIR}\s+(?:\w+\s+)?ears?)\b", re.IGNORECASE)
"""What may tell words, as a voice that is lowered does not."""
_AFTER = re.compile(r"[\"”»“]\s+(to\s.*)$")
"""What comes after a quote in a sentence: `to Mara`."""
_CALLS = (
    r"(?:call(?:s|ed)|call(?:ing)?\s+(?:up|out|down|over|across|back|to|through|into|from)|(?:shout|yell|bellow|holler)(?:s|ed|ing)?"
    r"|(?:cry|cries|cried|crying|sing|sings|sang)\s+out)"
)
_ALOUD = re.compile(
    rf"\b(?:aloud|out loud|loud(?:ly|er)?|rais(?:es?|ed|ing) \w+ voice|{_CALLS}|announce[sd]?"
    rf"|(?:to|for) {_ALL}|straighten(?:s|ed|ing)?"
    r"|(?:steps?|leans?|sits?|pulls?|draws?) (?:back|away)|turn(?:s|ed|ing)?|stands?|stood|rises?|rose"
    r"|clears? \w+ throat|walk(?:s|ed)|go(?:es)?|looks? (?:up|round|around)|normal\w* voice)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[*_]{0,3}\(([^()]{1,100})\)[*_]{0,3}:?")
_OPENS = re.compile(r"([\"“«„]?)\s*(\([^()]{1,100}\))\s*")
_IN_BRACKETS = re.compile(
    r"^\s*(?:\w+ly,?\s+)?(?:whisper(?:s|ed|ing)?\b|aside to\b|to \w+ (?:only|alone)\b|\w+ly,?\s+to\b|"
    r"(?:murmur|mutter|mouth)(?:s|ed|ing)?\s+to\b)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"^\s*(?:I\s+)?whispers?\s+(?:(?:in)?to)\s+[^:,.!?\"“*`]{1,60}[:,](?=\s)", re.IGNORECASE)
_STRANGER = re.compile(
    r"\bto\s+(?:the\s+\w+|[A-Z]\w*)|\b[A-Z]\w+['’]s?\s+(?:\w+\s+)?ears?\b"
    r"|\binto\s+(?:the|my|his|her|their|a)\s+(?:\w+\s+)?(?:phone|telephone|mobile|receiver|radio|microphone|mike|intercom)\b"
)
_SOME = re.compile(r"^(?:\s+\w+){0,3}?\s+to\s+an?\s+\w+")
"""Somebody whom a whisper is for, and who has no name: `whispers something to a child`."""
_BOTH = (
    r"(?:(?:both|all|each|the\s+(?:two|three|lot|pair))\s+of\s+(?:them|you|us)|(?:them|you|us)\s+(?:both|all|two|three)\b"
    r"|every(?:body|one)\b(?!\s+(?:else|but|except)))"
)
_TO_ALL = re.compile(
    rf"{_BOTH}|\b(?:to|for)\s+(?:(?:all|both)\b|the\s+(?:(?:whole|entire)\s+\w+|others|room|table|company|two)\b)",
    re.IGNORECASE,
)
_CALLS_ALL = re.compile(rf"\b{_BOTH}", re.IGNORECASE)
_UNDER_BREATH = re.compile(rf"under\s+{_THEIR}\s+breath", re.IGNORECASE)
_MERE_NOISE = re.compile(
    r"\b(?:sigh|hum|curs|swear|swore|count|sing|sang|pray|laugh|chuckl|giggl|whistl|groan|grumbl|moan|grunt|grows?l|cough"
    r"|recit|rehears|cuss|snort|talk(?:s|ed|ing)?\s+to\s+(?:the|an?|my|his|her|their))\w*",
    re.IGNORECASE,
)
"""What one does under one's breath that is not what one says next."""
_BACK = re.compile(
    r"\bwhisper(?:s|ed|ing)?\s+(?:\w+ly\s+)?(?:back|in\s+(?:answer|reply|return))\b(?!\s+(?:at|in|on|of|into)\b)",
    re.IGNORECASE,
)
_WHISPERING = re.compile(r"\bwhisper(?:s|ed|ing)?\b", re.IGNORECASE)


_ANOTHER = re.compile(
    r"\b(?:not\s+(?:for|to)|back\s+to|away\s+from|past|without)\s+(?:the\s+)?\w+(?:['’]s)?"
    r"|\b(?:until|till|while|when|once|before|after|as\s+soon\s+as)\s+(?:the\s+)?\w+\s+(?:is|was|has|had|looks?|turns?"
    r"|goes|leaves|left|turned|looked)\b"
    r"|\b\w+\s+(?:can|could|do|does|did|will|would|wo)(?:not|n['’]t|['’]t|\s+not)\s+(?:over)?hear\b"
    r"|\btoo\s+(?:low|quietly|softly)\s+for\s+(?:the\s+)?\w+"
    r"|\bout\s+of\s+\w+['’]s?\s+(?:earshot|hearing)\b"
    r"|\b\w+\s+(?:is|are|was|were|has|have|had)\s+(?:\w+\s+){0,2}?out\s+of\s+(?:earshot|hearing)\b",
    re.IGNORECASE,
)
"""Who comes up beside a whisper that is not for them: `her back to Sam`, `not for Sam`, `once Sam has turned`."""
_TAGGED_ALOUD = re.compile(
    rf"^\W*(?!(?:and|then|but|before)\b)(?:\w+\s+){{0,3}}?(?:aloud|out loud|loud(?:ly|er)|{_CALLS}|announce[sd]?"
    rf"|(?:to|for) {_ALL})\b",
    re.IGNORECASE,
)
_TO_ANOTHER = re.compile(
    r"\b(?:sh[ao]kes?|shook|nudg|touch|taps|tapped|pat[st]|patted|pok|prod|rous|wak|woke|hand|gives?|gave|pass(?:es|ed)?\b|clap|slap|"
    r"grab|seiz|tak|took|pull|shov|push|hug|kiss)\w*",
    re.IGNORECASE,
)
_BENT = re.compile(
    rf"\b(?:bend|bent|lean|stoop|crouch|inclin)\w*\b[^.!?;]{{0,80}}?\b(?:to|towards?|over|beside)\s+{_SOMEBODY}",
    re.IGNORECASE,
)
_LOWLY = re.compile(rf"\b(?:{_LOW}|(?:says?|said|adds?|added|speaks?|spoke)\s+(?:quietly|softly|low))\b", re.IGNORECASE)


_THIRD = re.compile(
    r"\b(?:in|into|to|at|against|behind)\s+(?:the\s+\w+\s+of\s+)?(?:his|her|him|their|them)\b", re.IGNORECASE
)


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
    if plain := _PLAIN.match(text):
        yield plain
    for found in _ASIDE.finditer(text):
        if _IN_BRACKETS.match(found[1]) or _phrase(found[1]):
            yield found


def whisper(text: str, names: Mapping[str, EntityId]) -> Whisper | None:
    """What a deed, or a text in brackets, says of a whisper; None where it says of none. `names` are in lower case."""
    inner = text.strip(" \t*_:()")
    found = _phrase(inner) or _IN_BRACKETS.match(inner)
    if found is None:
        return None
    rest = inner[found.end() :]
    sentence = re.split(r"[.!?;](?:\s|$)", rest)[0]
    told = _TOLD.search(inner, found.end(), found.end() + len(sentence))
    asked = inner[found.end() : told.start()] if told else sentence
    after = _AFTER.search(sentence)
    alone = _ALONE.search(inner)
    to = named(alone["who"], names) if alone else ()
    to = to or named(found[0], names) or named(found[0] + asked, names) or named(after[1] if after else "", names)
    before = named(_ANOTHER.sub(lambda m: " " * len(m[0]), inner)[: found.start()], names)
    some = _SOME.match(sentence) if _TELLING.search(found[0]) else None
    stranger = not to and (some or _STRANGER.search(found[0] + sentence)) is not None
    if not to and not stranger and len(before) == 1:
        to = before
    introduces = text.rstrip(" \t*_").endswith(":") and '"' not in sentence
    begins_at = max(inner.rfind(sign, 0, found.start()) for sign in ".!?;") + 1
    tells = bool(to) and _ASKED.search(inner[begins_at : found.end() + len(sentence)]) is not None
    tells = tells or (
        told is not None
        and not introduces
        and _TELLING.search(found[0]) is not None
        and not any(re.search(p, found[0], re.IGNORECASE) for p in _KEPT)
    )
    over = _ALOUD.search(_ANOTHER.sub(" ", rest)) is not None
    if _TO_ALL.search(_ANOTHER.sub(" ", inner[: told.start()] if told else inner)):
        return Whisper((), tells=tells, over=over)
    return Whisper(to, not to and not stranger, tells, over)


def bracketed(text: str, names: Mapping[str, EntityId]) -> tuple[Whisper, str] | None:
    """What words say of themselves in brackets at their beginning, and the words without it: `"(whisper) Come."`"""
    found = _OPENS.match(text)
    marked = whisper(found[2], names) if found is not None else None
    return (marked._replace(tells=False), found[1] + text[found.end() :]) if found and marked else None


def _phrase(text: str) -> re.Match[str] | None:
    """The first phrase of a text by which somebody whispers."""
    return next(
        (
            found
            for found in _PHRASES.finditer(text)
            if not _NOT.search(text[: found.start()]) and not _is_mere_noise(text, found)
        ),
        None,
    )


def _is_mere_noise(text: str, found: re.Match[str]) -> bool:
    """Whether what is done under one's breath is no speaking: one hums, counts, curses."""
    if not _UNDER_BREATH.fullmatch(found[0]):
        return False
    start = max(text.rfind(sign, 0, found.start()) for sign in ".!?;") + 1
    clause = text[start : found.end()] + re.split(r"[,.!?;:]", text[found.end() :])[0]
    return _MERE_NOISE.search(clause) is not None


def begins(text: str) -> bool:
    """Whether the first sentence of a deed tells of a whisper: only then may it be of what was said before it."""
    first = re.split(r"(?<=[.!?])\s", text.strip(" \t*_:()"), maxsplit=1)[0]
    return whisper(first, {}) is not None or low(first)


def calls_all(text: str) -> bool:
    """Whether words call more than one: `Listen, both of you`."""
    return _CALLS_ALL.search(text) is not None


def answers(text: str, *, reply: bool) -> bool:
    """Whether a text whispers to whoever whispered to its teller just before: `whispers back`, or whispers in reply."""
    return _BACK.search(text) is not None or (reply and _WHISPERING.search(text) is not None)


def of_a_third(text: str) -> bool:
    """Whether a deed tells of a whisper to somebody whom it calls neither by name nor `you`."""
    return _THIRD.search(text) is not None


def calls_you(texts: Iterable[str]) -> bool:
    """Whether deeds are told to somebody whom they call `you`."""
    return any(re.search(r"\byour?\b", text, re.IGNORECASE) for text in texts)


def ends(text: str) -> bool:
    """Whether a deed makes its teller be heard again: aloud, turning to others, going."""
    return _ALOUD.search(text) is not None


def aloud(tag: str) -> bool:
    """Whether what comes after a quote says that it was spoken aloud."""
    return _TAGGED_ALOUD.search(tag) is not None


def bent(text: str, names: Mapping[str, EntityId]) -> tuple[EntityId, ...]:
    """To whom a deed bends down, so that a low voice is meant for them."""
    found = _BENT.search(text)
    return named(found[0], names) if found is not None else ()


def low(text: str) -> bool:
    """Whether a deed tells that something is said in a low voice, to whomever."""
    return _LOWLY.search(text) is not None


def turns_to(text: str, others: Mapping[str, EntityId]) -> bool:
    """Whether a deed is done to one of these: a touch, something given."""
    found = _TO_ANOTHER.search(text)
    return found is not None and bool(named(text[found.end() :], others))


def hails(text: str, others: Mapping[str, EntityId]) -> bool:
    """Whether words begin by calling one of these: `Sam! Up!`"""
    first = re.match(r"[^\w]*([\w'’-]+(?:\s+[\w'’-]+)?)!", text)
    return first is not None and bool(named(first[1], others))


def named(text: str, names: Mapping[str, EntityId]) -> tuple[EntityId, ...]:
    """Who is named. A bot may call the user's character `you`."""
    text = _ANOTHER.sub(" ", text)
    calls = [*names.items(), *((you, e) for e in names.values() if e == "you" for you in ("you", "your"))]
    return tuple(sorted({e for name, e in calls if named_at(text, name) is not None}))
