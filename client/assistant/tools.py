"""The tools that an assistant is given: which methods of the catalogue, with which params, and what is added to these.

Who gives an assistant a story, or the eyes of somebody in it, gives it no tool that tells of anything else: a tool
through which more could be learnt is left out, and a param through which it could is taken from the others.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from protocol.catalogue import METHODS, Method
from protocol.ids import EntityId
from protocol.schemas import Schema, Shapes, named, shapes

OF_CONNECTIONS = ("hello", "rpc.discover", "cancel", "stream", "unstream", "rotate_token")
"""Methods about a connection, which is not the assistant's."""

NOT_FOR_ASSISTANTS = ("purge", "restore", "use_model", "probe", "import")
"""Methods that cannot be undone, change settings, call out, or read any file: whoever plays does that themselves."""

LEFT_OUT = {"create": ("setup",)}
"""Params that no assistant needs: to say twice what commands there are takes room in what it reads."""

VIEWS = (
    "scene", "world", "entity", "edges", "transcript", "memories", "occasions", "threads", "timeline", "secrets",
    "state",
)  # fmt: skip
"""The views that show through a lens nothing beyond it. The others tell of the author's own words as well."""

THROUGH_A_LENS: dict[str, tuple[str, ...]] = {
    "project": ("view", "at", "entity", "scene", "before", "after", "limit"),
    "recall": ("query", "k", "kinds", "at"),
    "play": ("text", "manner", "to", "speaker"),
}
"""The methods that are tools where an assistant has somebody's eyes, and the params that are left of each: other
branches are other lives."""

REPLIES = ("play", "retake")
"""Methods whose reply comes later; an assistant waits for it."""


class Scope(msgspec.Struct, frozen=True):
    """What an assistant may do: in all stories or in one (an id), everything or through a lens, reading or writing."""

    story: str | None = None
    lens: Sequence[EntityId] = ()
    write: bool = False


class Tool(msgspec.Struct, frozen=True):
    """A tool: the method that it calls, what it is for, the schema of its params, and those that are `added`."""

    name: str
    method: Method
    doc: str
    schema: Schema
    added: Mapping[str, Any]


def tools(scope: Scope) -> dict[str, Tool]:
    """The tools of a scope, by name. Where there is a lens there must be a story."""
    made = shapes()
    found = (_tool(method, scope, made) for method in METHODS.values())
    return {tool.name: tool for tool in found if tool is not None}


def _tool(method: Method, scope: Scope, made: Shapes) -> Tool | None:
    shape = made.object_of(method.params)
    left_out = LEFT_OUT.get(method.name, ())
    params: dict[str, Schema] = {k: x for k, x in shape["properties"].items() if k not in left_out}
    if method.name in (*OF_CONNECTIONS, *NOT_FOR_ASSISTANTS) or not (method.reads or scope.write):
        return None
    added: dict[str, Any] = {}
    if scope.story is not None:
        if "story" not in params:
            return None
        added["story"] = scope.story
    if scope.lens:
        own = _through_lens(method.name, scope, params)
        if own is None:
            return None
        added |= own
        params = {name: params[name] for name in THROUGH_A_LENS[method.name]}
        if "view" in params:
            params["view"] = {"enum": list(VIEWS), "description": "What is shown."}
    params = {name: schema for name, schema in params.items() if name not in added}
    schema: Schema = {
        "type": "object", "properties": params, "additionalProperties": False,
        "required": [name for name in shape["required"] if name in params],
    }  # fmt: skip
    if defs := _needed(params, made):
        schema["$defs"] = defs
    later = " Waits for the reply, and answers with its lines." if method.name in REPLIES else ""
    doc = method.doc if not later else method.doc.partition(";")[0].partition(":")[0] + "." + later
    return Tool(method.name, method, doc, schema, added)


def _through_lens(method: str, scope: Scope, params: Mapping[str, Schema]) -> dict[str, Any] | None:
    """What is added to the params of a method so that nothing beyond the lens is learnt; None where that cannot be."""
    if method not in THROUGH_A_LENS:
        return None
    if method == "play":  # whoever plays somebody sees with their eyes alone
        return {"as": scope.lens[0]} if len(scope.lens) == 1 else None
    return {"lens": list(scope.lens)}


def _needed(params: Mapping[str, Schema], made: Shapes) -> dict[str, Schema]:
    """The schemas to which these refer, and those to which these do."""
    found: dict[str, Schema] = {}
    left: list[Any] = [params]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            name = named(node) if isinstance(node.get("$ref"), str) else ""
            if name and name not in found:
                found[name] = made.components[name]
                left.append(found[name])
            left += node.values()
        elif isinstance(node, list):
            left += node
    return dict(sorted(found.items()))
