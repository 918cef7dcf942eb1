"""What a frontend asks for, in the shape of OpenAI's chat completions, and what of it means something here. Pure.

The shape is that of https://platform.openai.com/docs/api-reference/chat/create. Frontends steer what they want written
by sentences in system messages after the history; those of SillyTavern are known here by what they say.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from protocol.errors import INVALID_PARAMS, Fault
from protocol.ids import EntityId

Kind = Literal["reply", "continue", "impersonate"]
"""What is to be written: a reply, more of the last one, or a line for the one who plays."""

LONGEST_STOP, MOST_STOPS = 200, 16

MOST_MESSAGES = 20_000


class Piece(msgspec.Struct):
    """A piece of a message's content; those that are no text are passed over."""

    type: str = "text"
    text: str | None = None


class Given(msgspec.Struct):
    """A message as it came."""

    role: str
    content: str | list[Piece] | None = None
    name: str | None = None

    @property
    def words(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(piece.text for piece in self.content if piece.type == "text" and piece.text)
        return self.content or ""


class StreamOptions(msgspec.Struct):
    """How a stream is to be."""

    include_usage: bool = False


class Request(msgspec.Struct):
    """The body of a request, as far as it means something here; other fields are passed over."""

    model: str
    messages: list[Given]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    max_completion_tokens: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=5)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    min_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    top_k: Annotated[int, msgspec.Meta(ge=-1, le=1_000_000)] | None = None
    presence_penalty: Annotated[float, msgspec.Meta(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, msgspec.Meta(ge=-2, le=2)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    stop: str | list[str] | None = None

    def params(self) -> dict[str, Any]:
        """The parameters of the model's call for this turn alone. Raises bad params."""
        if self.n not in (None, 1):
            raise Fault(INVALID_PARAMS, "one reply at a time: leave out `n`, or set it to 1", param="n")
        found = {name: value for name in _PASSED_ON if (value := getattr(self, name)) is not None}
        if (most := self.max_completion_tokens or self.max_tokens) is not None:
            found["max_tokens"] = most
        if self.top_k is not None and self.top_k > 0:  # others mean by 0 and -1 that there is no limit
            found["top_k"] = self.top_k
        stops = [self.stop] if isinstance(self.stop, str) else self.stop or []
        if len(stops) > MOST_STOPS or any(len(stop) > LONGEST_STOP for stop in stops):
            raise Fault(INVALID_PARAMS, f"`stop` takes at most {MOST_STOPS} short texts", param="stop")
        if stops := [stop for stop in stops if stop]:
            found["stop"] = stops
        return found


_PASSED_ON = ("temperature", "top_p", "min_p", "presence_penalty", "frequency_penalty", "seed")


class Message(msgspec.Struct, frozen=True):
    """A message of the history: by whoever plays (`mine`), or by anybody else. `keys` are its words as they are
    compared, with what may be a name before them, and without."""

    mine: bool
    text: str
    keys: tuple[str, ...]

    @classmethod
    def of(cls, mine: bool, text: str) -> "Message":
        """A message of these words."""
        found = PREFIX.match(text)
        forms = (text, text[found.end() :]) if found else (text,)
        return cls(mine, text, tuple(key(form, marks=mine) for form in forms))


def key(text: str, *, marks: bool) -> str:
    """A text as it is compared: without blanks and, unless `marks` count, without those of emphasis."""
    plain = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return (_BLANK if marks else _BLANK_OR_MARK).sub("", plain)


class Asked(msgspec.Struct, frozen=True):
    """What is wanted: the history as the frontend has it, with the message to play as its last, if that is new."""

    messages: Sequence[Message]
    kind: Kind = "reply"
    speaker: EntityId | None = None
    """The bot that alone is to answer; None where the story chooses."""
    system: str = ""
    """What the frontend says first of all, before the history."""


def asked(given: Sequence[Given], names: Mapping[EntityId, str]) -> Asked:
    """What these messages ask for. `names` are those of the story's cast. Raises bad params."""
    if len(given) > MOST_MESSAGES:
        why = f"there are more than {MOST_MESSAGES:,} messages; send the latest of them"
        raise Fault(INVALID_PARAMS, why, param="messages")
    told = [x for x in given if x.role in ("user", "assistant") and x.words.strip()]
    first = next((n for n, x in enumerate(given) if x.role in ("user", "assistant")), len(given))
    last = max((n for n, x in enumerate(given) if x.role in ("user", "assistant")), default=-1)
    system = "\n\n".join(x.words.strip() for x in given[:first] if _describes(x))
    nudges = [x.words.strip() for x in given[last + 1 :] if x.role in ("system", "developer")]
    if any(_ASIDE.search(x) for x in [*nudges, *(x.words for x in told[-1:] if x.role == "user")]):
        why = (
            "this model plays a story and does no other tasks: give titles, tags and summaries of the chat to another "
            "model in your frontend's settings, or switch them off there"
        )
        raise Fault(INVALID_PARAMS, why, param="messages")
    messages = [Message.of(x.role == "user", x.words.strip()) for x in told]
    kind = _kind(messages, nudges, names)
    if not any(x.mine for x in messages) and (kind == "reply" or not nudges):
        why = "there is no message of yours: `messages` needs one with the role `user`, which is played in the story"
        raise Fault(INVALID_PARAMS, why, param="messages")
    return Asked(_without_names(messages, names), kind, _speaker(nudges, names), system)


def _describes(message: Given) -> bool:
    """Whether a message before the history tells what the chat is about: no example, and no heading of one."""
    words = message.words.strip()
    example = (message.name or "").startswith("example_")
    return message.role in ("system", "developer") and not example and not re.fullmatch(r"\[[^\[\]\n]*\]", words)


def _kind(messages: Sequence[Message], nudges: Sequence[str], names: Mapping[EntityId, str]) -> Kind:
    # The frontend's name for its player may be another than the story's; a bot's is not meant.
    bots = "|".join(re.escape(name) for e, name in names.items() if e != "you") or r"\Z"
    own = re.escape(names.get("you", "user"))
    for nudge in nudges:
        if re.search(_IMPERSONATE.format(own=own, bots=bots), nudge, re.IGNORECASE):
            return "impersonate"
        if _CONTINUE.search(nudge):
            return "continue"
    return "continue" if messages and not messages[-1].mine else "reply"


def _speaker(nudges: Sequence[str], names: Mapping[EntityId, str]) -> EntityId | None:
    """The bot as whom alone the frontend wants the next reply, as in a group chat."""
    for nudge in nudges:
        if found := _ONLY_AS.search(nudge):
            called = found[1].casefold()
            bots: list[EntityId] = ["a", "b"]
            return next((e for e in bots if e in names and called.startswith(names[e].casefold())), None)
    return None


def _without_names(messages: Sequence[Message], names: Mapping[EntityId, str]) -> list[Message]:
    """The messages without the name of whoever plays before their words: the story's, or one that all of them have. A
    bot's is no such name: it says who is spoken to."""
    found = [(x, PREFIX.match(x.text)) for x in messages]
    called = [name[1].casefold() if name else "" for x, name in found if x.mine]
    shared = len(set(called)) == 1 and (len(called) > 1 or (len(found) > 1 and all(name for _, name in found)))
    known = {names.get("you", "").casefold(), *(called if shared else ())}
    known -= {name.casefold() for e, name in names.items() if e != "you"}
    return [
        Message.of(True, x.text[name.end() :]) if x.mine and name and name[1].casefold() in known else x
        for x, name in found
    ]


_ALIKE = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "—": "-", "–": "-"})
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BLANK_OR_MARK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*_`]+")

PREFIX = re.compile(r"\s*([^\W\d_][\w .'’-]{0,40}):\s+")
"""A name that a frontend puts before the words of a message."""

_IMPERSONATE = (
    r"point of view of (?!{bots})|\bimpersonat|"
    r"\b(?:write|speak|reply|respond)\b.{{0,60}}\b(?:as|for) (?:the )?(?:user\b|{own})"
)
_CONTINUE = re.compile(r"\bcontinue\b.{0,40}\b(?:last|previous) (?:message|reply|response)", re.IGNORECASE)
_ONLY_AS = re.compile(r"\bonly as ([^\]\n]+)", re.IGNORECASE)
_ASIDE = re.compile(
    r"\A\W*task:|\A\W*(?:pause|stop) (?:the|your) role-?play\b|"
    r"\A\W*ignore (?:all )?previous instructions\b.{0,200}\b(?:summar|classif|provide|describe)|"
    r"\b\d-word\S* title\b|\btitle for (?:the|this) (?:conversation|chat)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Tasks that frontends give to a chat's model behind the back of whoever plays: titles, tags, summaries, pictures."""
