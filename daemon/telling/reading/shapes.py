"""The few forms of JSON Schema that an answer is asked for in. Pure.

Only what endpoints and llama.cpp's grammars both take: objects, closed or open for texts, and lists. No lengths,
patterns or references.
"""

from collections.abc import Sequence
from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
FLAG: Shape = {"type": "boolean"}


def listed(shape: Shape) -> Shape:
    """Any number of them."""
    return {"type": "array", "items": shape}


def record(**fields: Shape) -> Shape:
    """An object with just these fields, in this order."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def optional(required: Sequence[str], **fields: Shape) -> Shape:
    """An object with these fields, in this order, of which only some must be there."""
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


def open_(required: Sequence[str] = (), **fields: Shape) -> Shape:
    """An object with these fields, of which only some must be there, and any others that are texts. So a prompt that
    names its fields in words need not be followed by a schema that names them all again."""
    more: Shape = {"properties": fields, "required": list(required)} if fields else {}
    return {"type": "object", **more, "additionalProperties": TEXT}


def bounded(shape: Shape, most: int, longest: int) -> Shape:
    """The shape with limits to its lists, texts and fields, for a model that finds no end; strict endpoints take no
    such limits."""
    match shape:
        case {"type": "array"}:
            return {**shape, "items": bounded(shape["items"], most, longest), "maxItems": most}
        case {"type": "object"}:
            fields = {k: bounded(v, most, longest) for k, v in shape.get("properties", {}).items()}
            return {**shape, "properties": fields, "additionalProperties": False}
    return {**shape, "maxLength": longest} if shape == TEXT else shape
