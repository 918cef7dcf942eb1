"""The OpenRPC document of the protocol: what `rpc.discover` answers. Adds nothing that the catalogue does not say.

The format is OpenRPC 1.3 (https://spec.open-rpc.org). What it has no place for goes into `x-` fields.
"""

from typing import Any

from protocol import errors as e
from protocol.catalogue import LIMITS, METHODS, VERSION, Method
from protocol.events import PAYLOADS
from protocol.exchange import examples
from protocol.methods import NOTIFICATIONS
from protocol.rules import RULES
from protocol.schemas import CODES, COMMANDS, Schema, Shapes, shapes
from protocol.views import VIEWS

ANYWHERE = (
    e.PARSE_ERROR,
    e.INVALID_REQUEST,
    e.METHOD_NOT_FOUND,
    e.INVALID_PARAMS,
    e.INTERNAL_ERROR,
    e.BUSY,
    e.UNAUTHORISED,
    e.CANCELLED,
)
"""Codes that any request may be answered with, beside those that its method lists."""


def openrpc() -> dict[str, Any]:
    """The document, as JSON values."""
    made = shapes("#/components/schemas/{name}")
    return {
        "openrpc": "1.3.2",
        "info": {
            "title": "Fabula",
            "version": VERSION,
            "description": "JSON-RPC 2.0, over a Unix socket (a JSON text a line) or a WebSocket (one a frame).",
            "x-protocol": VERSION,
            "x-limits": LIMITS,
        },
        "servers": [{"name": "WebSocket on this machine", "url": "ws://127.0.0.1:8377/ws"}],
        "methods": [_method(m, made) for m in METHODS.values()],
        "components": {
            "schemas": made.components,
            "errors": {CODES[code]: {"code": code, "message": text} for code, text in e.MEANINGS.items()},
        },
        "x-errors-anywhere": [_error(code) for code in ANYWHERE],
        "x-notifications": [
            {"name": name, "params": _fields(made.object_of(shape)), **_described(made, shape)}
            for name, shape in NOTIFICATIONS.items()
        ],
        "x-events": [
            {"kind": kind, "version": p.version, "data": made.of(p), **_described(made, p)}
            for kind, p in PAYLOADS.items()
        ],
        "x-commands": {do: made.of(shape) for do, shape in COMMANDS.items()},
        "x-views": {name: made.of(shape) for name, shape in VIEWS.items()},
        "x-rules": RULES,
    }


def _method(method: Method, made: Shapes) -> dict[str, Any]:
    result = {"name": _name(method.result), "schema": made.of(method.result)}
    return {
        "name": method.name,
        "summary": method.doc,
        "paramStructure": "by-name",
        "params": _fields(made.object_of(method.params)),
        "result": result,
        "errors": [_error(code) for code in method.errors],
        "examples": [
            {
                "name": f"{method.name}-example{f'-{number}' if number > 1 else ''}",
                **({"description": call.title} if call.title else {}),
                "params": [{"name": name, "value": value} for name, value in call.params.items()],
                "result": {"name": result["name"], "value": call.result},
            }
            for number, call in enumerate(examples(method), 1)
        ],
        "x-ordered": method.ordered,
        "x-reads": method.reads,
        "x-see-also": list(method.see),
    }


def _fields(schema: Schema) -> list[dict[str, Any]]:
    """An object's fields as content descriptors; the format wants those that must be there first."""
    required = schema["required"]
    listed = [{"name": n, "required": n in required, "schema": field} for n, field in schema["properties"].items()]
    return sorted(listed, key=lambda field: not field["required"])


def _described(made: Shapes, shape: Any) -> dict[str, str]:
    text = made.object_of(shape).get("description")
    return {"description": text} if text else {}


def _error(code: int) -> dict[str, str]:
    return {"$ref": f"#/components/errors/{CODES[code]}"}


def _name(shape: Any) -> str:
    return str(getattr(shape, "__name__", "object"))
