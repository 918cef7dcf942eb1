"""Reading, the pure part: an answer is taken out of what stands around it, or what is wrong is said."""

import pytest

from daemon.telling.reading import Unreadable, parse
from tests.telling.passages import read
from tests.telling.reading.tables import both


@pytest.mark.parametrize(
    "text",
    [
        '{"changes": [{"do": "mood", "line": 2, "mood": "calm"}]}',
        '```json\n{"changes": [{"do": "mood", "line": 2, "mood": "calm"}]}\n```',
        'Of course {as you wish}: {"changes": [{"do": "mood", "line": 2, "mood": "calm",},],} I hope that helps!',
        '{"changes": [{"do": "mood", "line": "2", "mood": "calm", "why": "he said }"}], "more": {"a": [1, 2]}}',
        '{"changes": [{"do": "mood", "line": 2.0, "mood": "calm"}]} {"changes": []}',
    ],
)
def test_an_answer_is_taken_out_of_what_stands_around_it(text: str) -> None:
    reading = parse(text, both())
    assert not isinstance(reading, Unreadable)
    assert [x.command.mood for x in reading.proposals] == ["calm"]  # type: ignore[attr-defined]


def test_commas_in_texts_stay() -> None:
    reading = parse('{"gist": "a, } b, ]", "changes": [],}', both())
    assert not isinstance(reading, Unreadable)
    assert reading.gist == "a, } b, ]"


@pytest.mark.parametrize("text", ["{}", '{"changes": []}', '{"unknown": 1}', '{"changes": [], "minutes": 0}'])
def test_an_answer_that_says_nothing_changes_nothing(text: str) -> None:
    assert parse(text, both()) == read(both())
    assert read(both()).proposals == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("I cannot help with that.", "no JSON"),
        ("[1, 2]", "no JSON"),
        ('{"changes": [{"do": "mood", "li', "breaks off"),
        ("{'changes': []}", "no JSON"),
        ('{"changes": {"do": "mood"}}', "no list"),
        ('{"gist": "\\u0000"}', "NUL"),
        ('{"gist": "\\ud800"}', "no JSON"),
        ('{"x":' * 5000 + "1" + "}" * 5000, "no JSON"),
        ("{" * 100_000, "breaks off"),
        ("<html><body>{}</body></html", ""),
    ],
    ids=lambda x: x[:30],
)
def test_what_cannot_be_read_says_why(text: str, why: str) -> None:
    found = parse(text, both())
    if why:
        assert isinstance(found, Unreadable)
        assert why in found.why
