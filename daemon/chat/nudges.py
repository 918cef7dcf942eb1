"""What frontends say after the history about what is to be written next; those of SillyTavern are known by their words.

Whoever plays may have sentences of their own sent there with each message ("Never write as Robin."). So only a plain
order counts: a sentence that begins with it, and denies nothing before it comes to whom it is about. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from protocol.ids import EntityId

Kind = Literal["reply", "continue", "impersonate", "aside"]
"""What is to be written: a reply, more of the last one, a line for the one who plays; or nothing of the story."""


def kind_of(nudges: Sequence[str], names: Mapping[EntityId, str]) -> Kind:
    """What these texts ask for. `names` are those of the story's cast."""
    own = re.escape(names.get("you") or "user")
    # The frontend's name for its player may be another than the story's; a bot's is not meant.
    bots = "|".join(re.escape(name) for e, name in names.items() if e != "you") or r"\Z"
    for_you = re.compile(_FOR_YOU.format(own=own, bots=bots), re.IGNORECASE)
    for nudge in nudges:
        if _ASIDE.search(nudge):
            return "aside"
        for sentence in _SENTENCE.split(nudge):
            if (order := _ORDER.match(sentence)) and (found := for_you.search(sentence, order.start(1))):
                if not _DENIES.search(sentence[: found.end()]):
                    return "impersonate"
            elif _CONTINUE.match(sentence):
                return "continue"
    return "reply"


def speaker_of(nudges: Sequence[str], names: Mapping[EntityId, str]) -> EntityId | None:
    """The bot as whom alone the frontend wants the next reply, as in a group chat."""
    for nudge in nudges:
        if found := _ONLY_AS.search(nudge):
            called = found[1].casefold()
            bots: list[EntityId] = ["a", "b"]
            return next((e for e in bots if e in names and called.startswith(names[e].casefold())), None)
    return None


_SENTENCE = re.compile(r"(?<=[.!?;\]])\s+|\n+")
_ORDER = re.compile(
    r"\W*(?:(?:please|now|next|ooc|system|for this (?:turn|message|reply)|"
    r"your (?:next )?task (?:now )?is to|you (?:must|should|will|are to)(?: now)?)\W+)*"
    r"(write|compose|generate|speak|reply|respond|continue|impersonate)\b",
    re.IGNORECASE,
)
"""What a sentence begins with that is an order to write."""

_FOR_YOU = (
    r"\bpoint of view of (?!{bots})\w|"
    r"\bimpersonate (?:the )?(?:user|{own})(?![\w'’-])|"
    r"\b(?:write|speak|reply|respond|(?:next|reply|message|response|line|turn|post|words)\b[^.;:]{{0,40}}) "
    r"(?:only |solely )?(?:as|for) (?:the )?(?:user|{own})(?![\w'’-])"
)
_DENIES = re.compile(
    r"\b(?:no|not|never|nor|neither|cannot|without|avoid\w*|refrain\w*|unless|except)\b|n['’]t\b", re.I
)
_CONTINUE = re.compile(r"\W*(?:please )?continue\b.{0,40}\b(?:last|previous) (?:message|reply|response)", re.IGNORECASE)
_ONLY_AS = re.compile(r"\bonly as ([^\]\n]+)", re.IGNORECASE)
_ASIDE = re.compile(
    r"\A\W*(?:pause|stop) (?:(?:the|your) )?role-?play(?:ing)?\b(?!,? *(?:if|when|whenever|unless|only|for|as soon)\b)|"
    r"\A\W*ignore (?:all )?previous instructions\W+(?:and )?"
    r"(?:summari[sz]e|classify|provide (?:a detailed description|only)|give (?:me )?a (?:brief|short|list)|list)\b|"
    r"\A\W*summari[sz]e (?:the|this|our) (?:discussion|conversation|chat)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Tasks about the chat that are given behind the back of whoever plays: summaries, moods, pictures."""
