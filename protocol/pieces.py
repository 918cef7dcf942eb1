"""What the reference page is made of: a method, an item of a list, a table, an example. Markdown; holds no prose."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from protocol.catalogue import METHODS, Method
from protocol.exchange import Call, examples
from protocol.schemas import CODES, Schema, Shapes, named
from protocol.typescript import clearable, field_type, type_of

WIDTH = 118
"""Characters in which a JSON value stands on one line, if it can."""

Rows = Iterable[tuple[str, ...]]
Link = Callable[[str], str]
"""Gives the address of a shape on the page, empty if it has none."""


def links(made: Shapes) -> Link:
    """Addresses of shapes: that of the method that answers them, of their section, or of their own item."""
    answers = {named(made.of(m.result)): f"#{slug(m.name)}" for m in METHODS.values()}
    sections = {"Event": "#events", "Command": "#commands"}
    return lambda name: (sections | answers).get(name) or (f"#shape-{name.lower()}" if name in made.components else "")


def slug(heading: str) -> str:
    """The address that GitHub gives a heading."""
    return "".join(c for c in heading.lower() if c.isalnum() or c in "_-")


def method_section(method: Method, made: Shapes, link: Link) -> str:
    """All that is said of a method: what it takes and answers, how it fails, what else to see, and examples."""
    params, result = made.object_of(method.params), made.object_of(method.result)
    taken = ((f"`{n}`", typed(n, f, link), notes(f, n in params["required"]), said(f)) for n, f in _fields(params))
    codes = ", ".join(f"{c} `{CODES[c]}`" for c in method.errors)
    return "".join(
        (
            f"### `{method.name}`\n\n{method.doc}\n\n",
            f"{text}\n\n" if (text := params.get("description")) and _fields(params) else "",
            table(("param", "type", "notes", "meaning"), taken) if _fields(params) else "No params.\n\n",
            _answered(result, link),
            f"Errors: {codes}; see [Errors](#errors).\n\n" if codes else "",
            f"See also {', '.join(f'[`{name}`](#{slug(name)})' for name in method.see)}.\n\n" if method.see else "",
            *map(_example, examples(method)),
        )
    )


def _answered(result: Schema, link: Link) -> str:
    text = f" {found}" if (found := result.get("description")) and _fields(result) else ""
    if "properties" not in result:
        return f"Answers a JSON object.{text}\n\n"
    if not result["properties"]:
        return "Answers `{}`.\n\n"
    optional = {n for n, _ in _fields(result)} - set(result.get("required", ()))
    rows = ((f"`{n}{'?' * (n in optional)}`", typed(n, f, link), said(f)) for n, f in _fields(result))
    return f"Answers an object.{text}\n\n" + table(("field", "type", "meaning"), rows)


def _example(call: Call) -> str:
    title = f"{call.title}\n\n" if call.title else ""
    request = {"jsonrpc": "2.0", "id": 1, "method": call.method, "params": call.params}
    answer = {"jsonrpc": "2.0", "id": 1, "result": call.result}
    return f"{title}```text\n→ {laid_out(request)}\n← {laid_out(answer)}\n```\n\n"


def item(name: str, schema: Schema, link: Link, more: str = "", skip: Iterable[str] = (), anchor: str = "") -> str:
    """A shape as an item of a list, with an item beneath it for each of its fields."""
    text = [" ".join(schema.get("description", "").split())]
    if cleared := [f"`{n}`" for n, _ in _fields(schema) if clearable(n, schema)]:
        text.append(f"Null takes {', '.join(cleared)} away; left out, nothing changes.")
    if "enum" in schema:
        more = f"{more}: `{type_of(schema).replace(' | ', ' or ')}`"
    elif not _fields(schema):
        more = f"{more}: `{'{}' if 'properties' in schema else '{…}'}`"
    sentence = " ".join(text).strip()
    mark = f'<a id="{anchor}"></a>' if anchor else ""
    head = f"* {mark}**`{name}`**{more}" + (f"  \n  {sentence}" if sentence else "")
    return "\n".join((head, *field_items(schema, link, "  ", skip))) + "\n\n"


def field_items(schema: Schema, link: Link, indent: str = "", skip: Iterable[str] = ()) -> Iterator[str]:
    """An item of a list for each field of a shape."""
    required = schema.get("required", ())
    for name, field in _fields(schema):
        if name in skip:
            continue
        bounds = notes(field, required=False)
        more = f", {bounds}" if bounds else ""
        yield f"{indent}* `{name}{'' if name in required else '?'}`: {typed(name, field, link)}{more}. {said(field)}"


def typed(name: str, schema: Schema, link: Link) -> str:
    """The type of a field, with a link to the shape that it names."""
    written = field_type(name, schema, "integer").replace("Json", "object").replace(" | ", " or ")
    address = next(filter(None, map(link, _shapes_in(schema))), "")
    return f"[`{written}`]({address})" if address else f"`{written}`"


def said(schema: Schema) -> str:
    """The sentence of a field."""
    return str(schema.get("description", ""))


def notes(schema: Schema, required: bool) -> str:
    """Whether a field is required, what it is if left out, and its bounds."""
    default = schema.get("default")
    first = ["required"] if required else [f"default `{json.dumps(default)}`"] if default is not None else []
    return ", ".join(first + list(_bounds(schema)))


def table(head: tuple[str, ...], rows: Rows) -> str:
    """A table; a bar in a cell is written as a slash."""
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines) + "\n"


def laid_out(value: Any, indent: str = "", before: int = 2) -> str:
    """A value as JSON: on one line if it fits after so many characters, else its members beneath each other, values and
    short lists in as few lines as hold them."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + before + len(flat) <= WIDTH or not value or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    named_members = value.items() if isinstance(value, dict) else (("", x) for x in value)
    lines: list[str] = []
    filling = False
    for name, member in named_members:
        key = f"{json.dumps(name, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        text = key + laid_out(member, inner, len(key) + 1)
        plain = not isinstance(member, dict) and "\n" not in text
        if plain and filling and len(inner) + len(lines[-1]) + len(text) + 3 <= WIDTH:
            lines[-1] += f", {text}"
        else:
            lines.append(text)
        filling = plain
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f"{opening}\n" + ",\n".join(inner + x for x in lines) + f"\n{indent}{closing}"


def _fields(schema: Schema) -> list[tuple[str, Schema]]:
    return list(schema.get("properties", {}).items())


def _shapes_in(schema: Any) -> Iterator[str]:
    """The names of the shapes that a schema refers to, in order."""
    if isinstance(schema, dict):
        if name := named(schema):
            yield name
        for value in schema.values():
            yield from _shapes_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _shapes_in(value)


def _bounds(schema: Schema) -> Iterator[str]:
    for member in (schema, *schema.get("anyOf", ())):
        if "maxLength" in member:
            yield f"{member.get('minLength', 0)} to {member['maxLength']} characters"
        if "maxItems" in member:
            yield f"at most {member['maxItems']}"
        if "pattern" in member:
            yield f"matches `{member['pattern']}`"
        if "minimum" in member and member.get("maximum", 2**53) < 2**53 - 1:
            yield f"{member['minimum']} to {member['maximum']}"
