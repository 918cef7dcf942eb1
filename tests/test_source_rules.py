"""The house keeps its rules where no import tells: SQL, and the names of tables, stand in the store alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATEMENT = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(VIRTUAL\s+)?TABLE|PRAGMA)\b",
    re.DOTALL,
)
TABLES = set(re.findall(r"CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)", (ROOT / "schema.sql").read_text()))
WORDS_TOO = {"store", "event", "kind", "story", "branch", "answer", "draft", "snapshot", "recalled"}
"""Tables whose names are words of the story as well."""


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, docstrings apart."""
    tree = ast.parse(source)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(x.value) if isinstance(x, ast.Constant) else "…" for x in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.lineno, node.value


def sql(source: str) -> list[tuple[int, str]]:
    """The strings that are SQL or name a table, with their lines."""
    named = TABLES - WORDS_TOO
    return [(line, text) for line, text in texts(source) if STATEMENT.search(text) or text.strip() in named]


@pytest.mark.parametrize("package", ["daemon", "client", "protocol"])
def test_no_sql_and_no_name_of_a_table_stands_outside_the_store(package: str) -> None:
    modules = [p for p in (ROOT / package).rglob("*.py") if not p.is_relative_to(ROOT / "daemon" / "store")]
    assert len(modules) > 10
    assert {str(p.relative_to(ROOT)): found for p in modules if (found := sql(p.read_text()))} == {}


def test_what_is_sql_is_found() -> None:
    assert TABLES - WORDS_TOO
    assert sql('"""SELECT a FROM b."""\nx = "to select from an event"\n') == []
    assert sql('x = f"SELECT {y} FROM event"')
    assert [line for line, _ in sql('x = "SELECT a FROM event"\ny = "recalled_upto"\nz = "event"')] == [1, 2]
    assert sql('c.execute("DELETE FROM draft WHERE story = ?")')
