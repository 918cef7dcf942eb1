"""JSON Schemas of everything that travels, gathered from the catalogue. Writes no documents."""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any, Literal, get_args, get_origin

import msgspec

from protocol import errors, ids, methods, sentences, world
from protocol.catalogue import LIMITS, METHODS, VERSION
from protocol.commands import AnyCommand
from protocol.events import PAYLOADS
from protocol.methods import NOTIFICATIONS
from protocol.views import VIEWS

Schema = dict[str, Any]
COMMANDS: dict[str, type[Any]] = {str(c.__struct_config__.tag): c for c in get_args(AnyCommand)}
"""Every command's shape, by its `do`."""

CODES: dict[int, str] = {
    code: name for name, code in vars(errors).items() if isinstance(code, int) and code in errors.MEANINGS
}
"""Every error code's name, such as CONFLICT."""


_WITH_WORDS = (
    ids, world, methods.daemon, methods.files, methods.history, methods.keeping, methods.shapes, methods.stories,
    methods.telling,
)  # fmt: skip
"""The modules that name sets of words."""


class Shapes(msgspec.Struct, frozen=True):
    """Schemas by name, which refer to each other by `template`, and the schema of each type that was asked for."""

    template: str
    components: dict[str, Schema]
    by_type: dict[Any, Schema]

    def of(self, shape: Any) -> Schema:
        """The schema of a method's, command's, event's, view's or notification's type: mostly a reference."""
        return self.by_type[shape]

    def ref(self, name: str) -> Schema:
        return {"$ref": self.template.format(name=name)}

    def object_of(self, shape: Any) -> Schema:
        """The same, with the reference followed."""
        schema = self.of(shape)
        return self.components[named(schema)] if "$ref" in schema else schema


def named(schema: Schema) -> str:
    """The name that a schema refers to, empty if it is written out."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def literals() -> dict[str, tuple[str, ...]]:
    """The closed sets of words that have a name of their own, such as EntityId and Manner."""
    return {
        name: get_args(value)
        for module in _WITH_WORDS
        for name, value in vars(module).items()
        if get_origin(value) is Literal
    }


def shapes(template: str = "#/$defs/{name}") -> Shapes:
    """All schemas of the protocol. Raises ValueError where two types go by one name."""
    types = _types()
    schemas, found = msgspec.json.schema_components(types, ref_template=template)
    words = literals()
    tidy = _Tidy(template, {frozenset(v): k for k, v in words.items()}, {c.__name__ for c in COMMANDS.values()})
    components = {tidy.name(k): tidy(v) for k, v in found.items()}
    if wrong := sorted(k for k in components if not k.isidentifier()):
        raise ValueError(f"two types go by the name of {wrong[0]}")
    said = {name: text for module in _WITH_WORDS for name, text in sentences.of_names(module).items()}
    components |= {
        name: {"title": name, **({"description": said[name]} if name in said else {}), "enum": list(values)}
        for name, values in words.items()
    }
    made = Shapes(template, components, {t: tidy(s) for t, s in zip(types, schemas, strict=True)})
    components["Command"] = {
        "title": "Command",
        "description": "Any command, told apart by its `do`.",
        "oneOf": [made.of(c) for c in COMMANDS.values()],
    }
    _bind(components["Event"], "kind", "data", {k: made.of(p) for k, p in PAYLOADS.items()})
    _bind(components["ProjectResult"], "view", "data", {k: made.of(v) for k, v in VIEWS.items()})
    for shape in sentences.structs(types):
        _describe(components[tidy.name(shape.__name__)], shape)
    return msgspec.structs.replace(made, components=dict(sorted(components.items())))


def document() -> Schema:
    """One JSON Schema document (2020-12) with a place for each method, notification, event, command and view."""
    made = shapes()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Fabula protocol {VERSION}",
        "protocol": VERSION,
        "limits": LIMITS,
        "methods": {m.name: {"params": made.of(m.params), "result": made.of(m.result)} for m in METHODS.values()},
        "error": made.of(errors.Error),
        "notifications": {name: made.of(shape) for name, shape in NOTIFICATIONS.items()},
        "event": made.ref("Event"),
        "events": {k: {"version": p.version, "data": made.of(p)} for k, p in PAYLOADS.items()},
        "command": made.ref("Command"),
        "commands": {do: made.of(c) for do, c in COMMANDS.items()},
        "views": {name: made.of(shape) for name, shape in VIEWS.items()},
        "$defs": made.components,
    }


def _types() -> list[Any]:
    bound: Iterable[Any] = (t for m in METHODS.values() for t in (m.params, m.result))
    return list(
        dict.fromkeys(
            (*bound, errors.Error, *NOTIFICATIONS.values(), *COMMANDS.values(), *PAYLOADS.values(), *VIEWS.values())
        )
    )


class _Tidy:
    """Puts names where msgspec writes things out: sets of words, and the union of all commands.

    Commands are named `SayCommand` and so on, since `Set`, `Open` or `Note` say nothing beside the other shapes.
    """

    def __init__(self, template: str, words: Mapping[frozenset[str], str], commands: set[str]) -> None:
        self.template, self.words, self.commands = template, words, commands

    def name(self, name: str) -> str:
        return f"{name}Command" if name in self.commands else name

    def __call__(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self(x) for x in node]
        if not isinstance(node, dict):
            return node
        if "discriminator" in node:
            return self._rest(node, "Command", "anyOf", "discriminator")
        if isinstance(node.get("enum"), list) and (word := self.words.get(frozenset(node["enum"]))):
            return self._rest(node, word, "enum")
        if isinstance(node.get("$ref"), str):
            return self._rest(node, self.name(named(node)), "$ref")
        said = {"description": _for_clients(text)} if isinstance(text := node.get("description"), str) else {}
        return {k: self(v) for k, v in node.items()} | said

    def _rest(self, node: Schema, name: str, *replaced: str) -> Schema:
        rest = {k: v for k, v in node.items() if k not in replaced}
        return {"$ref": self.template.format(name=name), **rest}


def _for_clients(text: str) -> str:
    """A docstring without what only a Python caller can see."""
    return "\n\n".join(part for part in cleandoc(text).split("\n\n") if not part.startswith("Raises "))


def _bind(schema: Schema, tag: str, field: str, members: Mapping[str, Schema]) -> None:
    """Says what `field` holds where `tag` has a known value; with another (a newer daemon's) it may be anything."""
    schema["properties"][field] = {"type": "object"}
    schema["allOf"] = [
        {"if": {"properties": {tag: {"const": value}}}, "then": {"properties": {field: member}}}
        for value, member in members.items()
    ]


def _describe(schema: Schema, shape: type[msgspec.Struct]) -> None:
    """Puts the sentence of each field into a struct's schema."""
    config, fields = shape.__struct_config__, schema["properties"]
    if config.tag_field is not None:
        fields[config.tag_field]["description"] = f"Says which one it is: always `{config.tag}`."
    for name, text in sentences.of_fields(shape).items():
        fields[name]["description"] = text
