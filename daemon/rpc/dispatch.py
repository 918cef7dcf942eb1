"""From a call to its answer: finds the handler, checks the params, calls it, and puts what it raises into codes.

The only place that knows jsonrpcserver, which does the calling. Knows nothing of transports, order or limits: which
methods they concern is said by the catalogue.
"""

import difflib
import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from inspect import Parameter, Signature
from typing import Any

import msgspec
from jsonrpcserver.async_dispatcher import dispatch_request
from jsonrpcserver.dispatcher import to_response
from jsonrpcserver.request import Request
from jsonrpcserver.response import to_serializable
from jsonrpcserver.result import Error as Failure
from jsonrpcserver.result import Success
from jsonrpcserver.sentinels import NODATA, NOID

from daemon.json_depth import holds_nul
from daemon.logs import log_fault
from daemon.rpc.handler import Caller, Handler, NeedsCaller
from daemon.rpc.load import Load
from daemon.rpc.messages import Call, Refusal, brief
from protocol.catalogue import METHODS, Method
from protocol.errors import CANCELLED, INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, Error, Fault
from protocol.methods import NoParams

LetIn = Callable[[], AbstractAsyncContextManager[None]]
"""Makes what a call of a gated method is served in; entering that waits, or raises Fault where it cannot be served."""

LONGEST_NEAR = 32
"""A longer name is near no method's."""

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_CANCELLED = Error(CANCELLED, "the request was cancelled")
_INTERNAL = Error(INTERNAL_ERROR, "a fault of the daemon's; its log tells more")
_SIGNATURE = Signature([Parameter(name, Parameter.POSITIONAL_ONLY) for name in ("caller", "params")])


class Ready(msgspec.Struct, frozen=True):
    """A call that can be served. `story` is set where calls of one story keep their order; no `id`: no answer; its
    answer may be `large`."""

    id: int | str | None
    method: str
    params: Any
    story: str | None
    urgent: bool
    large: bool


class Dispatcher:
    """The methods that are served, and what all who ask for them have going."""

    def __init__(
        self, handlers: Mapping[str, Handler | NeedsCaller], load: Load | None = None, gate: LetIn = nullcontext
    ) -> None:
        """`gate` lets in the calls of gated methods. Raises KeyError for a method that the catalogue does not have."""
        self.load = load or Load()
        self._near = functools.lru_cache(maxsize=256)(partial(_nearest, sorted(handlers)))
        self._decoders = {name: msgspec.json.Decoder(METHODS[name].params) for name in handlers}
        self._methods: dict[str, Callable[..., Any]] = {
            name: _guarded(METHODS[name], handler, gate) for name, handler in handlers.items()
        }

    def prepare(self, call: Call) -> Ready | Refusal | None:
        """The call with its params checked, or why it cannot be served; None for a notification that cannot."""
        text = bytes(call.params)
        try:
            decoder = self._decoders.get(call.method)
            if decoder is None:
                # Who sends a notification hears of no answer, and so of no name that is near.
                near = self._near(call.method) if call.id is not None and len(call.method) <= LONGEST_NEAR else {}
                raise Fault(METHOD_NOT_FOUND, f"there is no method {call.method[:64]!r}", **near)
            if holds_nul(text):
                raise Fault(INVALID_PARAMS, r"text must not hold the character NUL (\u0000)")
            params, method = decoder.decode(text), METHODS[call.method]
            story = params.story if method.ordered else None
            return Ready(call.id, call.method, params, story, method.urgent, method.large)
        except Fault as fault:
            error = Error(fault.code, fault.message, fault.data or None)
        except msgspec.ValidationError as wrong:
            hint = "; params are given by name, as an object" if text.startswith(b"[") else ""
            error = Error(INVALID_PARAMS, f"{call.method}: {brief(wrong)}{hint}")
        except Exception as wrong:  # noqa: BLE001 - whatever the params are, the connection goes on
            log_fault(_log, call.method[:64], wrong)
            error = _INTERNAL
        if call.id is not None:
            return Refusal(call.id, error)
        self.load.ignored += 1
        return None

    async def answer(self, caller: Caller, ready: Ready) -> bytes | None:
        """Serves the call. Gives the response as JSON, or None for a notification; raises only CancelledError."""
        asked = Request(ready.method, [ready.params], NOID if ready.id is None else ready.id)
        async with caller.making() if ready.large else nullcontext():
            request, result = await dispatch_request(self._methods, caller, asked)
            if ready.id is None:
                return None
            try:
                return _encode(to_serializable(to_response(request, result)))
            except Exception as wrong:  # noqa: BLE001 - a result that cannot be encoded must not end the connection
                log_fault(_log, ready.method, wrong)
                return refuse(Refusal(ready.id, _INTERNAL))


def refuse(refusal: Refusal) -> bytes:
    """The response, as JSON, that says why a call is not served."""
    return _encode({"jsonrpc": "2.0", "error": refusal.error, "id": refusal.id})


def cancelled(ready: Ready) -> bytes | None:
    """The response to a call that was cancelled."""
    return None if ready.id is None else refuse(Refusal(ready.id, _CANCELLED))


def _guarded(method: Method, handler: Handler | NeedsCaller, gate: LetIn) -> Callable[..., Any]:
    """The handler as jsonrpcserver calls it: behind the gate, if its method is, and with what it raises as a result."""
    let_in = gate if method.gated else nullcontext
    serve = handler.serve if isinstance(handler, NeedsCaller) else handler
    # What of (caller, params) the handler takes: both, either or nothing.
    taken = slice(0 if isinstance(handler, NeedsCaller) else 1, 1 if method.params is NoParams else 2)

    async def guarded(*caller_and_params: Any) -> Any:
        try:
            async with let_in():
                return Success(await serve(*caller_and_params[taken]))
        except Fault as fault:
            return Failure(fault.code, fault.message, fault.data or NODATA)
        except Exception as wrong:  # noqa: BLE001 - jsonrpcserver would show its text to the client
            log_fault(_log, method.name, wrong)
            return Failure(_INTERNAL.code, _INTERNAL.message)

    # jsonrpcserver asks for the signature at every call; found anew each time it would cost more than the call.
    guarded.__signature__ = _SIGNATURE  # type: ignore[attr-defined]
    return guarded


def _nearest(known: Sequence[str], method: str) -> dict[str, str]:
    near = difflib.get_close_matches(method, known, n=1)
    return {"nearest": near[0]} if near else {}
