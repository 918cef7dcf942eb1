"""TypeScript declarations of everything that travels, written from the JSON Schemas. Holds no code that runs."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from protocol.catalogue import METHODS, VERSION
from protocol.errors import MEANINGS
from protocol.events import PAYLOADS
from protocol.methods import NOTIFICATIONS
from protocol.rules import RULES
from protocol.schemas import CODES, COMMANDS, Schema, Shapes, named, shapes
from protocol.views import VIEWS

_HEAD = f"""\
// Fabula protocol {VERSION}. Made by `make gen` from the catalogue in protocol/; do not edit.
//
// A field marked `?` may be left out, which says the same as its default. Results and notifications may gain
// fields, and events kinds: ignore what you do not know.

/** The protocol's version, for `hello`. */
export type ProtocolVersion = {json.dumps(VERSION)};

/** Whose eyes one looks through: nobody's is the truth, several people's is what they know together. */
export type Lens = EntityId[];

/** An object whose fields are not laid down. */
export type Json = Record<string, unknown>;
"""

_EVENT = """\
/** An entry of the log as it travels. Its `kind` tells what is in `data`. */
export interface Entry<K extends string, D> {
%s
}
"""

_TAIL = """\
/** Any event that this version knows, told apart by its `kind`. */
export type Event = { [K in keyof Payloads]: Entry<K, Payloads[K]> }[keyof Payloads];

/** Any command, told apart by its `do`. */
export type Command = Commands[keyof Commands];

/** A view of the story, told apart by `view`. */
export type ProjectResult = {
  [V in keyof Views]: { view: V; at: number; lens: Lens; data: Views[V] };
}[keyof Views];

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]["params"];
export type Result<M extends MethodName> = Methods[M]["result"];

/** What a client sends: one JSON text a line (socket) or a frame (WebSocket). */
export type Request = {
  [M in MethodName]: { jsonrpc: "2.0"; id: number | string; method: M; params?: Methods[M]["params"] };
}[MethodName];

/** What answers a request; `id` is null where the request's could not be read. */
export type Response<M extends MethodName = MethodName> =
  | { jsonrpc: "2.0"; id: number | string; result: Methods[M]["result"] }
  | { jsonrpc: "2.0"; id: number | string | null; error: Error };

/** What comes unasked, after `stream`; told apart by `method`. */
export type Notification = {
  [N in keyof Notifications]: { jsonrpc: "2.0"; method: N; params: Notifications[N] };
}[keyof Notifications];
"""

_SPECIAL = {"Event", "Command", "ProjectResult"}
"""Shapes that are unions over the tables, written by hand in `_TAIL`."""


def declarations() -> str:
    """The text of protocol.d.ts."""
    made = shapes()
    parts = [_HEAD]
    parts += [_declare(name, schema) for name, schema in made.components.items() if name not in _SPECIAL]
    parts += [_EVENT % "\n".join(_entry_fields(made.components["Event"]))]
    parts += _tables(made)
    parts += [_TAIL]
    return "\n".join(parts)


def type_of(schema: Schema, whole: str = "number") -> str:
    """A schema as a TypeScript type on one line; `whole` is the word for an integer."""
    if "$ref" in schema:
        return named(schema)
    if "enum" in schema:
        return " | ".join(json.dumps(x) for x in schema["enum"])
    if members := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(type_of(x, whole) for x in members))
    match schema.get("type"):
        case "array":
            inner = type_of(schema.get("items", {}), whole)
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case "object" if isinstance(values := schema.get("additionalProperties"), dict) and values:
            return f"Record<string, {type_of(values, whole)}>"
        case "object":
            return "Json"
        case "integer":
            return whole
        case "number" | "string" | "boolean" | "null" as plain:
            return str(plain)
    return "unknown"


def field_type(name: str, schema: Schema, whole: str = "number") -> str:
    """The same for a field, where its name says more than its schema: a list of entities may be a lens."""
    written = type_of(schema, whole)
    return "Lens" if name == "lens" and written == "EntityId[]" else written


def clearable(name: str, schema: Schema) -> bool:
    """Whether a field of an object says one thing by being null and another by being left out."""
    field = schema["properties"][name]
    settled = name in schema.get("required", ()) or "default" in field
    return not settled and {"type": "null"} in field.get("anyOf", ())


def _declare(name: str, schema: Schema) -> str:
    comment = _comment(schema.get("description", ""))
    if "enum" in schema:
        return f"{comment}export type {name} = {type_of(schema)};\n"
    if not schema.get("properties"):
        values = "never" if schema.get("additionalProperties") is False else "unknown"
        return f"{comment}export type {name} = Record<string, {values}>;\n"
    return f"{comment}export interface {name} {{\n" + "\n".join(_fields(schema)) + "\n}\n"


def _fields(schema: Schema) -> Iterable[str]:
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        default = field.get("default")
        more = f"@default {json.dumps(default)}" if name not in required and default is not None else ""
        more = "Null takes it away; left out, it stays." if clearable(name, schema) else more
        said = "\n".join(filter(None, (field.get("description", ""), more)))
        yield f"{_comment(said, '  ')}  {name}{'' if name in required else '?'}: {field_type(name, field)};"


def _entry_fields(schema: Schema) -> Iterable[str]:
    own = {"kind": "K", "data": "D"}
    return (
        f"{_comment(field.get('description', ''), '  ')}  {name}: {own.get(name) or type_of(field)};"
        for name, field in schema["properties"].items()
    )


def _tables(made: Shapes) -> list[str]:
    def types(shapes: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        return {name: ("", type_of(made.of(shape))) for name, shape in shapes.items()}

    methods = {
        m.name: (m.doc, f"{{ params: {type_of(made.of(m.params))}; result: {type_of(made.of(m.result))} }}")
        for m in METHODS.values()
    }
    codes = {CODES[code]: (text, str(code)) for code, text in MEANINGS.items()}
    rules = "".join(f"\n  | {json.dumps(rule)}" for rule in RULES)
    return [
        _table("Methods", "Every method's params and result.", methods),
        _table("Payloads", "Every kind of event and its `data`.", types(PAYLOADS)),
        _table("Commands", "Every command by its `do`.", types(COMMANDS)),
        _table("Views", "Every view's `data`.", types(VIEWS)),
        _table("Notifications", "Every notification's params.", types(NOTIFICATIONS)),
        _table("ErrorCodes", "The error codes by name.", codes),
        f"/** The rules that a refusal (-32004) can name in `data.rule`. */\nexport type RuleName ={rules};\n",
    ]


def _table(name: str, doc: str, rows: Mapping[str, tuple[str, str]]) -> str:
    lines = (
        f"{_comment(text, '  ')}  {key if key.isidentifier() else json.dumps(key)}: {value};"
        for key, (text, value) in rows.items()
    )
    return f"{_comment(doc)}export interface {name} {{\n" + "\n".join(lines) + "\n}\n"


def _comment(text: str, indent: str = "") -> str:
    if not text:
        return ""
    lines = [line.strip() for line in text.replace("*/", "* /").strip().splitlines()]
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"
