"""The error codes of the protocol and the data that goes with each. Knows nothing of where they arise."""

from typing import Any

import msgspec

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
BUSY = -32001
UNAUTHORISED = -32002
NOT_FOUND = -32003
REFUSED = -32004
CONFLICT = -32005
KEY_REUSED = -32006
MODEL_UNAVAILABLE = -32007
STORAGE = -32008
BAD_IMPORT = -32009
CANCELLED = -32800

MEANINGS: dict[int, str] = {
    PARSE_ERROR: "The message is not JSON, or nests deeper than 64.",
    INVALID_REQUEST: "The message is JSON but not a request.",
    METHOD_NOT_FOUND: "There is no such method.",
    INVALID_PARAMS: "A parameter is missing, unknown or of the wrong type; the message names it.",
    INTERNAL_ERROR: "A fault of the daemon's; its log tells more.",
    BUSY: "A limit is reached or a turn is running; `data.retry` says in how many seconds to try again.",
    UNAUTHORISED: "No token, or not the right one; `data.why` is what is missing: hello, token or transport.",
    NOT_FOUND: "There is no such thing; `data.what` and `data.id` name it.",
    REFUSED: "A rule of the story refuses; `data.rule`, `data.why` and the index of the `data.command`.",
    CONFLICT: "The story has moved on: `data.expected` was not its `data.head`.",
    KEY_REUSED: "The same key came before with another payload.",
    MODEL_UNAVAILABLE: "No model answers at `data.endpoint`; `data.why`, and `data.retry` in seconds if known.",
    STORAGE: "The store cannot be written, or not even read; `data.why` says what to do.",
    BAD_IMPORT: "What was to be imported cannot be read; `data.where`, `data.why`.",
    CANCELLED: "The request was cancelled.",
}


class Fault(Exception):  # noqa: N818 - the word for what the wire carries
    """A failure with a code of the protocol, a message for people and data for programs."""

    def __init__(self, code: int, message: str, **data: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


CALLED = {
    "branch": "version", "container": "place", "entity": "character", "event": "line", "occasion": "plan",
    "prop": "thing", "prop of the occasion": "thing of that plan", "thread": "question",
}  # fmt: skip
"""Words for people, where what is not there has another name on the wire."""


def not_found(what: str, id: object, **more: Any) -> Fault:
    """There is no such `what`."""
    return Fault(NOT_FOUND, f"there is no {CALLED.get(what, what)} {id!r}", what=what, id=id, **more)


def bad_import(where: str, why: str, what: str = "") -> Fault:
    """What was to be imported cannot be: at this place in it, for this reason. `what`: what people call the place, of
    which the reason is said in one sentence."""
    return Fault(BAD_IMPORT, f"{what} {why}" if what else f"{where}: {why}", where=where, why=why)


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """The error object of a response."""

    code: int
    """The code, as listed under Errors."""
    message: str
    """What is wrong, in words for people."""
    data: dict[str, Any] | None = None
    """What a program can act on, as listed under Errors; missing for most standard codes."""
