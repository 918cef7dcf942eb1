"""What is said about language models: prompts, what streams back, the settings of an endpoint, what is known of it.

Holds no way to reach one; that is daemon/model. Nothing here ever holds a key, only references to keys.
"""

from math import isfinite
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from protocol.errors import MODEL_UNAVAILABLE, Fault

EMBEDDED = "embedded"
"""The `base_url` of the model that comes with the program."""

Role = Literal["render", "read", "embed"]
PromptForm = Literal["chat", "script"]
"""How a reply is asked for: of a partner in a chat, or as the next line of a script that breaks off."""

PresetName = Literal[
    "embedded",
    "anthropic",
    "openai",
    "openrouter",
    "lmstudio",
    "ollama",
    "llamacpp",
    "mlx",
    "vllm",
    "compatible",
]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]

KEY_KINDS = ("env:", "keychain:", "file:")


class Message(msgspec.Struct, frozen=True):
    """One message of a prompt. A prompt has one system message, then user and assistant strictly in turn; or else it is
    one `script`: a text that the model is to continue to the end of its last line, without a chat template."""

    role: Literal["system", "user", "assistant", "script"]
    content: str


class Delta(msgspec.Struct, frozen=True):
    """A piece of a reply as it comes in: prose, or reasoning (which is never prose).

    `unsaid`, without a text: all that came as prose so far turned out to be reasoning.
    """

    kind: Literal["text", "reasoning", "unsaid"]
    text: str


class Usage(msgspec.Struct, frozen=True):
    """Tokens of one call as the endpoint counted them; `cached_tokens` null where it does not say."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int | None = None


class Finish(msgspec.Struct, frozen=True):
    """How a reply ended: by itself, or because `max_tokens` ran out. `model` is what the endpoint says it used."""

    reason: Literal["stop", "length"]
    usage: Usage | None
    model: str


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of one role: a `[models.*]` table of config.toml. ValueError where they make no sense.

    `model` empty: the first that a server on this machine offers. `api_key` is a reference (env:NAME,
    keychain:NAME, file:NAME). `structured`, `reasoning` and `form` null: as the preset says. `form = "script"` is for
    small models, which continue a script better than they follow a long prompt. Times are in seconds:
    `first_token_s` until something comes at all, `idle_s` between two words after that, `total_s` for the whole
    call. An endpoint that sends signs of life but no words (comments, empty deltas) while it loads or thinks is
    waited for until `first_token_s` is over and `idle_s` on top of that; after the first word of prose, only words
    count.
    """

    base_url: str = EMBEDDED
    model: str = ""
    api_key: str = ""
    preset: PresetName | None = None
    context: Count = 8192
    max_tokens: Count = 400
    params: dict[str, Any] = {}
    reasoning: Literal["off", "low", "medium", "high"] | None = None
    structured: Literal["schema", "text"] | None = None
    form: PromptForm | None = None
    stop: tuple[str, ...] = ()
    first_token_s: Seconds = 300.0
    idle_s: Seconds = 60.0
    total_s: Seconds = 900.0

    def __post_init__(self) -> None:
        _check_url(self.base_url)
        if self.api_key and not (self.api_key.startswith(KEY_KINDS) and self.api_key.partition(":")[2]):
            raise ValueError(
                "api_key says where the key is: env:NAME, keychain:NAME or file:NAME, never the key itself"
            )
        if self.preset == "compatible" and self.base_url == EMBEDDED:
            raise ValueError('the preset "compatible" needs a base_url')
        _check_json("params", self.params)

    @property
    def label(self) -> str:
        """The host, and the port if one is given: what may be shown and logged."""
        return self.base_url if self.base_url == EMBEDDED else urlsplit(self.base_url).netloc


class Roles(msgspec.Struct, frozen=True, kw_only=True):
    """Who does what: the `[models]` table. Whoever renders also reads, unless `read` is given."""

    render: Endpoint = msgspec.field(default_factory=Endpoint)
    read: Endpoint | None = None
    embed: Endpoint = msgspec.field(default_factory=Endpoint)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a role's endpoint without asking it for words; `reachable` null: it starts when needed."""

    endpoint: str
    base_url: str
    preset: PresetName
    model: str
    context: int
    reachable: bool | None
    why: str = ""
    models: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A server that answers on one of this machine's usual ports, and the models it offers."""

    base_url: str
    preset: PresetName
    models: tuple[str, ...]


class ProbeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint turned out to be able to do when tried; null where that could not be found out.

    `context` is the length (tokens) that it states; `truncates` whether it silently dropped part of a prompt
    that should have fitted. `schema` is judged by the answer: `kept`, `ignored` (answered, but otherwise) or
    `refused`. `tokens_s` is the rate after the first token, `first_token_s` the wait for it. `advice` says in
    words what to do.
    """

    endpoint: str
    base_url: str
    preset: PresetName
    model: str
    reachable: bool
    why: str = ""
    models: tuple[str, ...] = ()
    context: int | None = None
    truncates: bool | None = None
    schema: Literal["kept", "ignored", "refused"] | None = None
    cache: bool | None = None
    reasoning: bool | None = None
    streaming: bool | None = None
    first_token_s: float | None = None
    tokens_s: float | None = None
    advice: tuple[str, ...] = ()


class ModelUnavailable(Fault):
    """No reply, or none that is whole: what a stream had yielded before this was raised is still good as a draft.

    `endpoint` is a host or `embedded`; `why` is for people, may quote the endpoint (so it is not for logs) and
    never holds a key; `retry` is the wait in seconds that was asked for, at most a day; `status` is that of HTTP
    where the endpoint itself refused, or 200 where it answered without a word.
    """

    def __init__(self, endpoint: str, why: str, retry: float | None = None, status: int | None = None) -> None:
        super().__init__(MODEL_UNAVAILABLE, f"{endpoint}: {why}", endpoint=endpoint, why=why, retry=retry)
        self.endpoint, self.why, self.retry, self.status = endpoint, why, retry, status


class KeyUnavailable(Exception):  # noqa: N818 - named like ModelUnavailable
    """The key that a reference names cannot be had; says what to do, and holds no part of a key."""


def _check_url(url: str) -> None:
    if url == EMBEDDED:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError('base_url is "embedded" or an http(s) address such as "http://127.0.0.1:1234/v1"')
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("base_url holds no user, key, query or fragment; a key is named by api_key")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("base_url has a port that cannot be")


def _check_json(where: str, value: object) -> None:
    match value:
        case dict():
            for key, item in value.items():
                _check_json(f"{where}.{key}", item)
        case list() | tuple():
            for item in value:
                _check_json(where, item)
        case float() if not isfinite(value):
            raise ValueError(f"{where} must be a finite number")
        case None | bool() | int() | float() | str():
            pass
        case _:
            raise ValueError(f"{where} cannot be sent as JSON")
