"""The reference says what each field means, shows how to call what one begins with, and leads nowhere that is not."""

import re
from pathlib import Path

import msgspec
import pytest

from protocol import sentences
from protocol.catalogue import METHODS
from protocol.exchange import examples, recorded
from protocol.pieces import laid_out, links, slug
from protocol.reference import reference
from protocol.schemas import document, shapes
from tests.protocol.exchange import played

BEGINNING = (
    "hello", "status", "create", "stories", "play", "append", "project", "stream", "rewind", "fork", "retake",
)  # fmt: skip
"""The methods that people start with."""

SHAPES = document()["$defs"]
PAGE = reference()


class Base(msgspec.Struct, rename={"from_": "from"}):
    from_: int
    """Where it
    comes from."""
    bare: int = 0
    other: str = "words"


class Derived(Base):
    more: list[int] = []
    """What else there is."""


class Holder(msgspec.Struct):
    held: dict[str, list[Derived | None]]


@pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if "properties" in shape])
def test_every_field_has_a_sentence_of_its_own(name: str) -> None:
    fields = SHAPES[name]["properties"].items()
    lacking = [field for field, schema in fields if not schema.get("description", "").endswith(".")]
    assert lacking == [], "a docstring beneath the field, in protocol/"


def test_every_set_of_words_is_explained() -> None:
    words = {name: shape for name, shape in SHAPES.items() if "enum" in shape}
    assert words
    assert [name for name, shape in words.items() if not shape.get("description", "").endswith(".")] == []


def test_the_sentence_of_a_field_is_the_docstring_beneath_it() -> None:
    assert sentences.of_fields(Derived) == {"from": "Where it comes from.", "more": "What else there is."}


def test_structs_are_found_however_deep_they_lie() -> None:
    assert sentences.structs([Holder, int]) == {Holder, Derived}


def test_the_reference_has_every_sentence() -> None:
    for shape in SHAPES.values():
        for name, field in shape.get("properties", {}).items():
            if name not in ("do", "witnesses"):
                assert field["description"] in PAGE, name


def test_every_link_leads_to_a_place_on_the_page() -> None:
    headings = {slug(line.lstrip("# ")) for line in PAGE.splitlines() if line.startswith("#")}
    places = headings | set(re.findall(r'<a id="([^"]+)">', PAGE))
    found = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert len(found) > 60
    assert found <= places


def test_a_shape_is_linked_to_where_it_is_described() -> None:
    link = links(shapes())
    assert link("Place") == "#shape-place"
    assert link("Backup") == "#backup"
    assert link("Event") == "#events"
    assert link("Nothing") == ""


@pytest.mark.parametrize("name", BEGINNING)
def test_what_one_begins_with_has_two_examples_at_least(name: str) -> None:
    calls = examples(METHODS[name])
    assert len(calls) >= 2
    assert all(call.title.endswith(".") for call in calls)
    assert len({laid_out(call.params) + laid_out(call.result) for call in calls}) == len(calls)
    assert all(f"← {laid_out({'jsonrpc': '2.0', 'id': 1, 'result': call.result})}\n" in PAGE for call in calls)


def test_what_is_recorded_is_not_made_up_as_well() -> None:
    made_up = {m.name for m in METHODS.values() if m.example or m.answer}
    empty = {"rotate_token"}  # takes nothing, answers nothing
    assert {call.method for call in recorded()} == METHODS.keys() - made_up - empty


@pytest.mark.asyncio
async def test_a_daemon_answers_as_the_examples_say(home: Path) -> None:
    assert await played(home) == [*recorded()], "run python -m tests.protocol.exchange, and read what differs"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, 2]}, '{"a": [1, 2]}'),
        ({}, "{}"),
        ({"a": "x" * 60, "b": 1, "c": "y" * 60}, f'{{\n  "a": "{"x" * 60}", "b": 1,\n  "c": "{"y" * 60}"\n}}'),
        ([{"a": "x" * 60}, {"b": "y" * 60}], f'[\n  {{"a": "{"x" * 60}"}},\n  {{"b": "{"y" * 60}"}}\n]'),
    ],
)
def test_a_value_is_laid_out_in_lines_that_can_be_read(value: object, text: str) -> None:
    assert laid_out(value) == text
