"""A digest of what of a source runs: the same whatever comments, docstrings and the annotations of functions say."""

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

Part = ModuleType | type[Any] | Callable[..., Any]
"""A module, a class or a function."""


def meaning(*parts: Part) -> str:
    """A digest of the source of these together."""
    return of_text("\n".join(textwrap.dedent(inspect.getsource(part)) for part in parts))


def of_text(source: str) -> str:
    """The same for a text."""
    return hashlib.sha256(repr(_shape(ast.parse(source))).encode()).hexdigest()


def _shape(node: Any) -> Any:
    """Nested tuples of what matters. Empty fields are left out, as each Python has others."""
    if isinstance(node, list):
        return tuple(_shape(x) for x in node if not _says_nothing(x))
    if not isinstance(node, ast.AST):
        return node
    fields = {name: value for name, value in ast.iter_fields(node) if value not in (None, [])}
    for annotation in _ANNOTATIONS.get(type(node), ()):
        fields.pop(annotation, None)
    return (type(node).__name__, *((name, _shape(value)) for name, value in sorted(fields.items())))


_ANNOTATIONS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.arg: ("annotation", "type_comment"),
    ast.FunctionDef: ("returns", "type_comment"),
    ast.AsyncFunctionDef: ("returns", "type_comment"),
}


def _says_nothing(node: Any) -> bool:
    """Whether it is a docstring or an import; of whence a name comes the samples tell."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)
