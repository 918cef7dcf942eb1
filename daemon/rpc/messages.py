"""From the bytes of one message to the calls in it: bounds and checks. Knows no methods, sessions or transports."""

import contextlib
import json
import re
from typing import Annotated, Any, Literal

import msgspec

from daemon.json_depth import depth
from protocol.catalogue import LIMITS
from protocol.errors import INVALID_REQUEST, PARSE_ERROR, Error

QUICKLY = 64 * 1024
"""Up to so many bytes a text is built at once to see whether a key comes twice; what is longer is gone through in steps
that let other threads go on."""

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

_any = msgspec.json.Decoder()
_encode = msgspec.json.Encoder().encode

_HALF_OF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def read(text: bytes) -> Message:
    """The calls of a message, and refusals of what in it is none. Never raises, whatever the bytes are."""
    if len(text) > LIMITS["message_bytes"]:
        return too_long()
    if why := unreadable(text):
        return _refused(PARSE_ERROR, why)
    if text.lstrip().startswith(b"["):
        return _read_batch(text)
    return Message((_read_one(text),))


def too_long() -> Message:
    """What a message over the limit amounts to."""
    return _refused(INVALID_REQUEST, f"a message is at most {LIMITS['message_bytes']} bytes long")


def repeated(text: bytes) -> str | None:
    """A key that comes twice in one object of a valid JSON text; decoders would take the last and drop the others."""
    if rb"\u003" not in text and len(text) <= QUICKLY:
        # Built and written again it has as many colons, in strings or not, unless a member was dropped.
        with contextlib.suppress(msgspec.ValidationError):  # a number beyond what it builds
            if _encode(_any.decode(text)).count(b":") == text.count(b":"):
                return None
    try:
        _pairs.decode(text.decode())
    except _Twice as found:
        return str(found.args[0])
    return None


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Raises _Twice where an object has a key twice."""
    if len(pairs) > 1 and len({key for key, _ in pairs}) < len(pairs):
        seen = set[str]()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]


class _Twice(Exception):  # noqa: N818 - what was looked for
    """A key comes twice."""


# Nothing is built of it: Python's own numbers refuse thousands of digits.
_pairs = json.JSONDecoder(object_pairs_hook=_once, parse_int=len, parse_float=len)


def brief(wrong: Exception) -> str:
    """What msgspec has to say; it may quote the message, which may be long."""
    return str(wrong)[:300]


def unreadable(text: bytes) -> str | None:
    """Why a text cannot be read as JSON here; None where it can."""
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
    if (twice := repeated(text)) is not None:
        why = f"not a request: the key {twice[:64]!r} comes twice in the same object; give it once"
        return Refusal(None if twice == "id" else _id_of(text), Error(INVALID_REQUEST, why))
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
