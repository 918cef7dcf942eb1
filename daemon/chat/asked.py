"""What a frontend asks for, in the shape of OpenAI's chat completions, and what of it means something here. Pure.

The shape is that of https://platform.openai.com/docs/api-reference/chat/create. Frontends steer what they want written
by sentences in system messages after the history (`nudges.py`), and give tasks that are no play (`chores.py`).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from daemon.chat import chores
from daemon.chat.nudges import Kind, kind_of, speaker_of
from protocol.errors import INVALID_PARAMS, Fault
from protocol.ids import EntityId

LONGEST_STOP, MOST_STOPS = 200, 16

MOST_MESSAGES = 20_000

TEST_LENGTH = 40
"""Characters of a message by which a frontend tests a connection."""


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
    response_format: Any = None
    tool_choice: Any = None
    function_call: Any = None

    @property
    def most(self) -> int | None:
        """How many tokens the reply may have; None where nothing is said of that."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def is_a_test(self) -> bool:
        """Whether this only asks if anybody answers: a single short message, and room for a single token."""
        return self.most == 1 and len(self.messages) == 1 and 0 < len(self.messages[0].words.strip()) <= TEST_LENGTH

    def params(self) -> dict[str, Any]:
        """The parameters of the model's call for this turn alone. Raises bad params."""
        if self.n not in (None, 1):
            raise Fault(INVALID_PARAMS, "one reply at a time: leave out `n`, or set it to 1", param="n")
        found = {name: value for name in _PASSED_ON if (value := getattr(self, name)) is not None}
        wanted = (self.tool_choice, self.function_call)
        chores.refuse_forms(self.response_format, any(x == "required" or isinstance(x, dict) for x in wanted))
        if self.most is not None:
            found["max_tokens"] = self.most
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
    spoken = told[-1].words if told and told[-1].role == "user" else ""
    chores.refuse([x.words for x in given[:first] if x.role in ("system", "developer")], spoken)
    messages = [Message.of(x.role == "user", x.words.strip()) for x in told]
    kind = kind_of(nudges, names)
    if kind == "reply" and messages and not messages[-1].mine:
        kind = "continue"
    if not any(x.mine for x in messages) and (kind == "reply" or not nudges):
        why = "there is no message of yours: `messages` needs one with the role `user`, which is played in the story"
        raise Fault(INVALID_PARAMS, why, param="messages")
    personas = _personas(given, first)
    return Asked(_without_names(messages, names, personas), kind, speaker_of(nudges, names), system)


def _describes(message: Given) -> bool:
    """Whether a message before the history tells what the chat is about: no example, and no heading of one."""
    words = message.words.strip()
    example = (message.name or "").startswith("example_")
    return message.role in ("system", "developer") and not example and not re.fullmatch(r"\[[^\[\]\n]*\]", words)


def _personas(given: Sequence[Given], first: int) -> str:
    """Where a frontend names whoever plays: in the names of their messages, and in what it says before the history."""
    said = [x.name or "" for x in given if x.role == "user"]
    said += [x.words for x in given[:first] if x.role in ("system", "developer")]
    return "\n".join(said)


def _without_names(messages: Sequence[Message], names: Mapping[EntityId, str], personas: str) -> list[Message]:
    """The messages without the name of whoever plays before their words: the story's, or the frontend's own where all
    of them have it, and it stands in what the frontend says of `personas`. Other words before a colon are the line's. A
    bot's is no such name: it says who is spoken to."""
    found = [(x, PREFIX.match(x.text)) for x in messages]
    called = {name[1] if name else "" for x, name in found if x.mine}
    known = {names.get("you", "").casefold()}
    if len(called) == 1 and (one := called.pop()) and re.search(_NAMED.format(re.escape(one)), personas, re.MULTILINE):
        known.add(one.casefold())
    known -= {name.casefold() for e, name in names.items() if e != "you"}
    return [
        Message.of(True, x.text[name.end() :]) if x.mine and name and name[1].casefold() in known else x
        for x, name in found
    ]


_NAMED = r"(?:^|[\w,] ){}(?![\w:])"
"""A name, within a sentence or alone; not what stands before a colon there either."""

_ALIKE = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "—": "-", "–": "-"})
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BLANK_OR_MARK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*_`]+")

PREFIX = re.compile(r"\s*([^\W\d_][\w .'’-]{0,40}):\s+")
"""A name that a frontend puts before the words of a message."""
