"""From the bytes of one message to the calls in it: bounds and checks. Knows no methods, sessions or transports."""

import re
from typing import Annotated, Literal

import msgspec

from daemon.nesting import depth
from protocol.catalogue import LIMITS
from protocol.errors import INVALID_REQUEST, PARSE_ERROR, Error

_IntegerId = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_StringId = Annotated[str, msgspec.Meta(max_length=LIMITS["id_bytes"])]


class Call(msgspec.Struct, frozen=True):
    """A request as it came; one without an id is a notification."""

    method: str
    params: msgspec.Raw
    id: int | str | None


class Refusal(msgspec.Struct, frozen=True):
    """The answer to what cannot be served; `id` null where it could not be read."""

    id: int | str | None
    error: Error


class Message(msgspec.Struct, frozen=True):
    """What one message holds, in its order; more or less than one entry only in a batch."""

    entries: tuple[Call | Refusal, ...]
    batch: bool = False


class _Request(msgspec.Struct):
    jsonrpc: Literal["2.0"]
    method: str
    id: _IntegerId | _StringId | msgspec.UnsetType = msgspec.UNSET
    params: msgspec.Raw = msgspec.Raw(b"{}")


class _Identified(msgspec.Struct):
    id: _IntegerId | _StringId | None = None


# An array-like struct, since it stops at the first entry too many, where a list is built whole before it is measured.
_Batch = msgspec.defstruct(
    "_Batch",
    [(f"entry{n}", msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for n in range(LIMITS["batch"])],
    array_like=True,
    forbid_unknown_fields=True,
)

_json = msgspec.json.Decoder(msgspec.Raw)
_request = msgspec.json.Decoder(_Request)
_identified = msgspec.json.Decoder(_Identified)
_batch = msgspec.json.Decoder(_Batch)

_HALF_OF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def read(text: bytes) -> Message:
    """The calls of a message, and refusals of what in it is none. Never raises, whatever the bytes are."""
    if len(text) > LIMITS["message_bytes"]:
        return too_long()
    if why := _not_json(text):
        return _refused(PARSE_ERROR, why)
    if text.lstrip().startswith(b"["):
        return _read_batch(text)
    return Message((_read_one(text),))


def too_long() -> Message:
    """What a message over the limit amounts to."""
    return _refused(INVALID_REQUEST, f"a message is at most {LIMITS['message_bytes']} bytes long")


def brief(wrong: Exception) -> str:
    """What msgspec has to say; it may quote the message, which may be long."""
    return str(wrong)[:300]


def _not_json(text: bytes) -> str | None:
    try:
        text.decode()  # the check that follows passes over the inside of strings
        _json.decode(text)
    except UnicodeDecodeError:
        return "not JSON: the text is not UTF-8"
    except RecursionError:
        return f"nests deeper than {LIMITS['depth']}"
    except msgspec.DecodeError as wrong:
        hint = r"; a surrogate (\ud800 to \udfff) must be half of a pair" if _HALF_OF_A_PAIR.search(text) else ""
        return f"not JSON: {brief(wrong)}{hint}"
    if text.count(b"[") + text.count(b"{") > LIMITS["depth"] < depth(text):
        return f"nests deeper than {LIMITS['depth']}"
    return None


def _read_batch(text: bytes) -> Message:
    try:
        found = msgspec.structs.astuple(_batch.decode(text))
    except msgspec.ValidationError:
        return _refused(INVALID_REQUEST, f"a batch holds at most {LIMITS['batch']} requests")
    entries = tuple(_read_one(bytes(entry)) for entry in found if entry is not msgspec.UNSET)
    return Message(entries, batch=True) if entries else _refused(INVALID_REQUEST, "a batch holds at least one request")


def _read_one(text: bytes) -> Call | Refusal:
    try:
        request = _request.decode(text)
    except msgspec.ValidationError as wrong:
        return Refusal(_id_of(text), Error(INVALID_REQUEST, f"not a request: {brief(wrong)}"))
    id = None if request.id is msgspec.UNSET else request.id
    if isinstance(id, str) and len(id.encode()) > LIMITS["id_bytes"]:
        return Refusal(None, Error(INVALID_REQUEST, f"not a request: an id is at most {LIMITS['id_bytes']} bytes long"))
    return Call(request.method, request.params, id)


def _id_of(text: bytes) -> int | str | None:
    try:
        return _identified.decode(text).id
    except msgspec.ValidationError:
        return None


def _refused(code: int, why: str) -> Message:
    return Message((Refusal(None, Error(code, why)),))
