"""Reads the sentences that stand in the source: one beneath each field of a struct, one beneath a set of words.

Python drops such a docstring when it compiles the module, so it costs nothing at run time. Only the generator reads it.
"""

import ast
import inspect
import itertools
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

import msgspec
from msgspec import inspect as shapes_of

Beneath = dict[str, str]
"""Docstrings by the name of what they stand beneath."""


def of_fields(shape: type[msgspec.Struct]) -> Beneath:
    """The sentences of a struct's fields, inherited ones too, by the names that the fields have on the wire.

    A field without a sentence is missing.
    """
    found: Beneath = {}
    for base in reversed(shape.__mro__):
        if issubclass(base, msgspec.Struct) and base.__module__ != msgspec.Struct.__module__:
            found |= _classes(sys.modules[base.__module__]).get(base.__name__, {})
    names = zip(shape.__struct_fields__, shape.__struct_encode_fields__, strict=True)
    return {wire: found[name] for name, wire in names if name in found}


def of_names(module: ModuleType) -> Beneath:
    """The docstrings that stand beneath the assignments at the top of a module."""
    return _beneath(_tree(module).body)


def structs(types: Iterable[Any]) -> set[type[msgspec.Struct]]:
    """The structs among these types, and all that are named in their fields, however deep."""
    return set(_structs(shapes_of.multi_type_info(types), set()))


def _structs(node: Any, seen: set[Any]) -> Iterator[type[msgspec.Struct]]:
    if isinstance(node, tuple | list):
        for item in node:
            yield from _structs(item, seen)
    elif isinstance(node, shapes_of.StructType):
        if node.cls not in seen:
            seen.add(node.cls)
            yield node.cls
            yield from _structs([field.type for field in node.fields], seen)
    elif isinstance(node, shapes_of.Type):
        yield from _structs([getattr(node, name) for name in node.__struct_fields__], seen)


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


@cache
def _classes(module: ModuleType) -> dict[str, Beneath]:
    return {node.name: _beneath(node.body) for node in _tree(module).body if isinstance(node, ast.ClassDef)}


def _beneath(body: list[ast.stmt]) -> Beneath:
    texts = ((_assigned(above), _text(below)) for above, below in itertools.pairwise(body))
    return {name: text for name, text in texts if name and text}


def _text(statement: ast.stmt) -> str:
    """The text of a statement that is nothing but a text; empty if it is anything else."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
    return ""


def _assigned(statement: ast.stmt) -> str:
    """The name that a statement gives a value or a type to; empty if it does neither."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""
