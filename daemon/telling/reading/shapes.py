"""The few forms of JSON Schema that an answer is asked for in: made, checked against, and put into words. Pure.

Only what strict endpoints and llama.cpp's grammars both take: closed objects whose fields are all required, enums, and
`anyOf` with null for what may be left out. No lengths, patterns or references.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from daemon.story.decide.desk import refuse

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
FLAG: Shape = {"type": "boolean"}

MOST = 24
"""Items that a list within a change may have."""


def one_of(words: Iterable[str]) -> Shape:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


def within(low: int, high: int) -> Shape:
    """A whole number between these, both included."""
    return {"type": "integer", "enum": list(range(low, high + 1))}


def maybe(shape: Shape) -> Shape:
    """That, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def listed(shape: Shape) -> Shape:
    """Any number of them."""
    return {"type": "array", "items": shape}


def record(**fields: Shape) -> Shape:
    """An object with just these fields, in this order."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def optional(required: Sequence[str], **fields: Shape) -> Shape:
    """An object with these fields, in this order, of which only some must be there."""
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


def bounded(shape: Shape, most: int, longest: int) -> Shape:
    """The shape with limits to its lists and texts, for a model that finds no end; strict endpoints take none."""
    match shape:
        case {"type": "array"}:
            return {**shape, "items": bounded(shape["items"], most, longest), "maxItems": most}
        case {"type": "object"}:
            return {**shape, "properties": {k: bounded(v, most, longest) for k, v in shape["properties"].items()}}
        case {"anyOf": choices}:
            return {"anyOf": [bounded(x, most, longest) for x in choices]}
    return {**shape, "maxLength": longest} if shape == TEXT else shape


def checked(value: Any, shape: Shape, at: str) -> Any:
    """The value in its shape; what an object has beside its fields is dropped, what it lacks and may be null is null.

    Raises the refusal that says what is wrong with it, `at` being its place in words.
    """
    if "anyOf" in shape:
        return None if value is None else checked(value, shape["anyOf"][0], at)
    match shape["type"]:
        case "object" if isinstance(value, dict):
            return {name: checked(value.get(name), field, name) for name, field in shape["properties"].items()}
        case "array" if isinstance(value, list):
            if len(value) > MOST:
                refuse("wrong_value", f"{at}: at most {MOST} of them")
            return [checked(item, shape["items"], at) for item in value]
        case "boolean" if isinstance(value, bool):
            return value
        case "integer":
            return _number(value, shape, at)
        case "string" if isinstance(value, str):
            if value not in shape.get("enum", (value,)):
                refuse("not_known", f"{at}: {value[:80]!r} is nothing that could be named here")
            return value
    return refuse("wrong_value", f"{at}: it must be {in_words(shape)}")


def _number(value: Any, shape: Shape, at: str) -> int:
    """A whole number; models that know no schema write it as a text or a fraction now and then."""
    try:
        number = int(value) if not isinstance(value, bool) and float(value) == int(value) else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number not in shape.get("enum", (number,)):
        refuse("wrong_value", f"{at}: it must be {in_words(shape)}")
    return number


def in_words(shape: Shape) -> str:
    """The shape for an endpoint that knows no schemas: one line, nearly as the JSON is to look."""
    if "anyOf" in shape:
        return " | ".join(in_words(x) for x in shape["anyOf"])
    if "enum" in shape:
        words = [json.dumps(x, ensure_ascii=False) for x in shape["enum"]]
        return f"{words[0]} to {words[-1]}" if shape["type"] == "integer" and len(words) > 1 else " | ".join(words)
    match shape["type"]:
        case "object":
            fields = ", ".join(f"{json.dumps(name)}: {in_words(x)}" for name, x in shape["properties"].items())
            return f"{{{fields}}}"
        case "array":
            return f"[{in_words(shape['items'])}, …]"
        case "string":
            return '"…"'
        case "integer":
            return "a whole number"
        case kind:
            return "true | false" if kind == "boolean" else str(kind)
