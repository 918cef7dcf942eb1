"""The generated documents: committed as the catalogue says, whole in themselves, and about everything in it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from protocol import documents, errors, generate
from protocol.catalogue import LIMITS, METHODS, VERSION, Method
from protocol.commands import AnyCommand
from protocol.events import PAYLOADS
from protocol.exchange import examples
from protocol.methods import NOTIFICATIONS
from protocol.openrpc import openrpc
from protocol.reference import reference
from protocol.rules import RULES
from protocol.schemas import CODES, COMMANDS, document
from protocol.typescript import declarations, type_of
from protocol.views import VIEWS
from tests.protocol.conftest import Published

ROOT = Path(__file__).parents[2]


def said(script: str, environ: dict[str, str] | None = None) -> str:
    """What a Python of its own prints."""
    run = [sys.executable, "-c", script]
    return subprocess.run(run, capture_output=True, check=True, cwd=ROOT, text=True, env=environ).stdout


def test_the_committed_documents_are_what_the_catalogue_says() -> None:
    assert generate.differing() == {}, "run make gen"


def test_check_names_the_document_that_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(documents, "FOLDER", tmp_path)
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (tmp_path / documents.REFERENCE).write_text("# Something else\n", encoding="utf-8")
    (tmp_path / documents.TYPESCRIPT).unlink()
    capsys.readouterr()
    assert generate.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert "reference.md is not what the catalogue says" in told
    assert "protocol.d.ts" in told
    assert "openrpc.json is" not in told
    assert generate.main(["--chekc"]) == 2


def test_a_new_run_of_the_program_writes_the_same_bytes() -> None:
    script = "from protocol.generate import made; print(made())"
    assert said(script, {"PYTHONHASHSEED": "1"}) == said(script, {"PYTHONHASHSEED": "2"})


def test_what_the_daemon_imports_does_not_bring_the_generator_along() -> None:
    loaded = said("import sys, protocol.catalogue, protocol.documents; print(sorted(sys.modules))")
    assert "protocol.catalogue" in loaded
    assert not re.search(r"protocol\.(generate|openrpc|schemas|typescript|reference|pieces|sentences|exchange)", loaded)


def test_openrpc_is_as_the_format_wants_it() -> None:
    made = json.loads(documents.read(documents.OPENRPC))
    assert made == openrpc()
    assert made["openrpc"].startswith("1.3.")
    assert made["info"]["x-protocol"] == VERSION
    assert made["info"]["x-limits"] == LIMITS
    assert [m["name"] for m in made["methods"]] == list(METHODS)
    for method in made["methods"]:
        assert {"name", "params", "result", "summary", "errors", "examples"} <= method.keys()
        needed = [p["required"] for p in method["params"]]
        assert needed == sorted(needed, reverse=True), "required params come first"
        assert len({p["name"] for p in method["params"]}) == len(needed)
        assert method["examples"]
        assert len({example["name"] for example in method["examples"]}) == len(method["examples"])
        for example in method["examples"]:
            assert {p["name"] for p in example["params"]} <= {p["name"] for p in method["params"]}
    assert {e["code"] for e in made["components"]["errors"].values()} == set(errors.MEANINGS)
    assert {n["name"] for n in made["x-notifications"]} == set(NOTIFICATIONS)
    assert {e["kind"] for e in made["x-events"]} == set(PAYLOADS)
    assert made["x-commands"].keys() == COMMANDS.keys()
    assert made["x-views"].keys() == VIEWS.keys()
    assert made["x-rules"] == RULES


@pytest.mark.parametrize(("whole", "prefix"), [(openrpc(), "#/components/schemas/"), (document(), "#/$defs/")])
def test_every_reference_leads_somewhere_and_every_shape_is_referred_to(whole: dict[str, Any], prefix: str) -> None:
    *_, holder, name = ["", *prefix.strip("#/").split("/")]
    shapes = whole[holder][name] if holder else whole[name]
    used = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(whole)))
    found = {r.removeprefix(prefix) for r in used if r.startswith(prefix)}
    assert found <= shapes.keys()
    loose = used - {prefix + name for name in shapes}
    assert loose <= {f"#/components/errors/{name}" for name in CODES.values()}
    params = {m.params.__name__ for m in METHODS.values()} if "components" in whole else set()
    assert shapes.keys() - found <= params | {"Command"} | {n.__name__ for n in NOTIFICATIONS.values()} | {"Error"}


def test_schemas_are_json_schemas() -> None:
    made = json.loads(documents.read(documents.SCHEMAS))
    Draft202012Validator.check_schema(made)
    for shape in made["$defs"].values():
        Draft202012Validator.check_schema(shape)
    assert set(made["methods"]) == set(METHODS)
    assert set(made["notifications"]) == set(NOTIFICATIONS)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_examples_conform_to_the_schemas_that_clients_get(published: Published, method: Method) -> None:
    for call in examples(method):
        published("methods", method.name, "params").validate(call.params)
        published("methods", method.name, "result").validate(call.result)


def test_the_schemas_say_what_the_types_say_of_commands() -> None:
    for command in ({"do": "say", "who": "a"}, {"do": "fly"}, {"do": "take", "who": "a", "prop": "a b"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(command, AnyCommand)
        assert not Draft202012Validator({**document()["command"], "$defs": document()["$defs"]}).is_valid(command)


def test_typescript_declares_every_shape_once_and_refers_to_none_that_it_lacks() -> None:
    text = declarations()
    code = re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"", "", text, flags=re.S)
    declared = re.findall(r"^export (?:interface|type) (\w+)", code, flags=re.M)
    assert len(declared) == len(set(declared))
    assert set(declared) >= set(document()["$defs"])
    known = {*declared, "Record", "K", "D", "M", "N", "V", *CODES.values()}
    assert set(re.findall(r"\b[A-Z]\w*", code)) <= known
    assert code.count("{") == code.count("}")
    assert code.count("(") == code.count(")")


def test_typescript_has_the_tables_that_narrow() -> None:
    text = declarations()
    for name in METHODS:
        assert re.search(rf'^  "?{re.escape(name)}"?: {{ params: \w+; result: \w+ }};$', text, flags=re.M), name
    for kind, payload in PAYLOADS.items():
        assert re.search(rf'^  "?{re.escape(kind)}"?: {payload.__name__};$', text, flags=re.M), kind
    for do, command in COMMANDS.items():
        assert f"  {do}: {command.__name__}Command;" in text
        assert f'  do: "{do}";' in text
    for name, note in NOTIFICATIONS.items():
        assert f"  {name}: {note.__name__};" in text
    assert 'export type EntityId = "you" | "a" | "b";' in text
    assert "export type Lens = EntityId[];" in text


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "(string | null)[]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "Record<string, number>"),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, "number"),
        ({"$ref": "#/$defs/Place"}, "Place"),
        ({"enum": ["x", "y"]}, '"x" | "y"'),
        ({"type": "object"}, "Json"),
        ({}, "unknown"),
    ],
)
def test_a_schema_is_written_as_the_type_it_is(schema: dict[str, Any], written: str) -> None:
    assert type_of(schema) == written


def test_the_reference_tells_of_everything_in_the_catalogue() -> None:
    text = reference()
    for method in METHODS.values():
        assert f"### `{method.name}`\n\n{method.doc}" in text
    for name in (*PAYLOADS, *COMMANDS, *VIEWS, *NOTIFICATIONS):
        assert f"* **`{name}`**" in text
    for code, meaning in errors.MEANINGS.items():
        assert f"| {code} | `{CODES[code]}` | {meaning} |" in text
    for rule, says in RULES.items():
        assert f"| `{rule}` | {says} |" in text
    assert "Raises" not in text, "what only a Python caller can see"


def test_the_reference_says_where_null_is_something_else_than_nothing() -> None:
    assert "Null takes `parent` away; left out, nothing changes." in reference()
