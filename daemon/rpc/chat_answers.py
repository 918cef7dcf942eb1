"""What the door for frontends answers, in the shape of OpenAI's API: errors, and what is said of no turn."""

import math
import secrets
import time
from typing import Any

import msgspec
from aiohttp import web

from daemon.chat.asked import Request
from daemon.live.open_stories import OpenStory
from protocol import errors as e
from protocol.errors import Fault

PREFIX = "fabula/"
"""What the id of a story has before it as a model's."""

EVENTS = "text/event-stream; charset=utf-8"

SERVED = {"/v1/chat/completions": "POST", "/v1/models": "GET"}
"""The methods of the paths that are served."""

encode = msgspec.json.Encoder().encode

_STATUS: dict[int, tuple[int, str, str]] = {
    e.INVALID_PARAMS: (400, "invalid_request_error", "invalid_request"),
    e.INVALID_REQUEST: (400, "invalid_request_error", "invalid_request"),
    e.PARSE_ERROR: (400, "invalid_request_error", "invalid_json"),
    e.REFUSED: (400, "invalid_request_error", "refused"),
    e.UNAUTHORISED: (401, "authentication_error", "invalid_api_key"),
    e.NOT_FOUND: (404, "not_found_error", "not_found"),
    e.CONFLICT: (409, "conflict_error", "conflict"),
    e.BUSY: (429, "rate_limit_error", "busy"),
    e.MODEL_UNAVAILABLE: (503, "service_unavailable_error", "model_unavailable"),
    e.STORAGE: (503, "service_unavailable_error", "storage"),
}
"""By the protocol's code: the status, and the type and code of the error."""

_INTERNAL = (500, "server_error", "internal_error")


async def not_served(request: web.Request) -> web.StreamResponse:
    """What there is not, in words that a frontend shows."""
    path = request.path.rstrip("/")
    method = SERVED.get(path) or ("GET" if path.startswith("/v1/models/") else None)
    if method and request.method != method:
        why, status = f"{path} takes {method}, not {request.method}", 405
    elif method:
        why, status = f"there is no {request.path[:100]}: leave out the slash at its end", 404
    elif not path.startswith("/v1"):
        why, status = f"there is no {path}: the address (base URL) of this server ends in /v1", 404
    else:
        why = f"there is no {path[:100]}: this server has POST /v1/chat/completions and GET /v1/models, and no others"
        status = 404
    code = "method_not_allowed" if status == 405 else "not_found"
    response = refused(Fault(e.INVALID_REQUEST, why, status=status, error=code))
    if method and status == 405:
        response.headers["Allow"] = f"{method}, OPTIONS"
    response.force_close()  # of a body nothing was read
    return response


def tested(wanted: Request, story: OpenStory) -> web.StreamResponse:
    """The answer to a test of the connection: a word, and nothing is played."""
    head = head_of(story, stream=bool(wanted.stream))
    usage = {"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1}
    done = {"story": story.id, "did": "nothing"}
    said = {"role": "assistant", "content": "OK"}
    if not wanted.stream:
        choice = {"index": 0, "message": {**said, "refusal": None}, "logprobs": None, "finish_reason": "length"}
        return json_of({**head, "choices": [choice], "usage": usage, "fabula": done})
    chunks: list[dict[str, Any]] = [
        {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}], "fabula": done}
        for delta, finish in ((said, None), ({}, "length"))
    ]
    if wanted.stream_options is not None and wanted.stream_options.include_usage:
        chunks.append({**head, "choices": [], "usage": usage})
    body = b"".join(b"data: " + encode(chunk) + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"
    return web.Response(body=body, headers={"Content-Type": EVENTS})


def head_of(story: OpenStory, *, stream: bool) -> dict[str, Any]:
    """What every answer, or every chunk of one, begins with."""
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}", "object": "chat.completion.chunk" if stream else "chat.completion",
        "created": int(time.time()), "model": f"{PREFIX}{story.id}",
    }  # fmt: skip


def unauthorised() -> web.Response:
    """The answer to a request that does not show the token."""
    why = "the API key is not this daemon's token; `rpc token` prints it"
    response = refused(Fault(e.UNAUTHORISED, why))
    response.headers.update({"WWW-Authenticate": "Bearer", "Connection": "close"})
    return response


def refused(fault: Fault) -> web.Response:
    """The answer that a fault is, with its status."""
    status = fault.data.get("status") or _STATUS.get(fault.code, _INTERNAL)[0]
    response = json_of(error_of(fault), status)
    retry = fault.data.get("retry")
    if status in (429, 503):
        response.headers["Retry-After"] = str(math.ceil(retry) if isinstance(retry, int | float) and retry > 0 else 1)
    return response


def error_of(fault: Fault) -> dict[str, Any]:
    """The fault as that API has it, also within a stream."""
    _, type, code = _STATUS.get(fault.code, _INTERNAL)
    return {
        "error": {
            "message": fault.message, "type": type, "param": fault.data.get("param"),
            "code": fault.data.get("error") or code,
        }
    }  # fmt: skip


def json_of(body: dict[str, Any], status: int = 200) -> web.Response:
    """An answer in JSON."""
    return web.Response(status=status, body=encode(body), content_type="application/json")
