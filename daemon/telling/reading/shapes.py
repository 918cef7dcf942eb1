"""The few forms of JSON Schema that an answer is asked for in. Pure.

Only what strict endpoints and llama.cpp's grammars both take: closed objects, lists, and enums. No lengths, patterns or
references.
"""

from collections.abc import Iterable, Sequence
from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
FLAG: Shape = {"type": "boolean"}


def one_of(words: Iterable[str]) -> Shape:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


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
    return {**shape, "maxLength": longest} if shape == TEXT else shape
