"""Reading, the pure part: an answer is taken out of what stands around it, or what is wrong is said."""

import json
from time import perf_counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.json_depth import depth
from daemon.store.bounds import wrong_with
from daemon.telling.reading import Unreadable, parse
from daemon.telling.reading.answer import DEEPEST_QUOTE, LONGEST_QUOTE, LONGEST_QUOTES, MOST
from daemon.telling.reading.kinds import KINDS
from protocol.commands import AnyCommand
from protocol.events import ProposalRefused
from tests.telling.passages import passage, read
from tests.telling.reading.tables import both, table


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


@pytest.mark.parametrize(
    "text", ['{"' + '\\"' * 50_000, '{"a": "' + "\\" * 99_999, "{" + '"' * 100_001, '{"a":"' * 20_000]
)
def test_an_answer_that_ends_nowhere_is_seen_through_at_once(text: str) -> None:
    began = perf_counter()
    assert isinstance(parse(text, both()), Unreadable)
    assert perf_counter() - began < 5


def test_an_answer_of_any_length_is_looked_at_to_a_limit() -> None:
    found = parse(json.dumps({"changes": [], "gist": "x" * 1_000_000}), both())
    assert isinstance(found, Unreadable)
    assert "longer than" in found.why


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"x": value}
    return value


@pytest.mark.parametrize(
    "said",
    [
        {"do": "fly", "x": nested(400)}, {"do": "fly", "x": nested(9)}, {"do": "fly", "x": "y" * 3000}, nested(900),
        ["fly"] * 1000, "fly", 7, True, None, {"do": "fly", "x": 10**300}, {"do": nested(400)},
    ],
    ids=lambda x: str(x)[:20],
)  # fmt: skip
def test_a_refused_proposal_is_kept_short_and_flat(said: Any) -> None:
    (declined,) = read(both(), said).declined
    kept = json.dumps(declined.said)
    assert len(kept) <= LONGEST_QUOTE
    assert depth(kept.encode()) <= DEEPEST_QUOTE
    assert len(declined.why) < 400
    assert "left_out" in declined.said or declined.said == said


def test_what_is_kept_of_all_refused_proposals_is_bounded() -> None:
    declined = read(both(), *[{"do": "fly", "x": "y" * 1800}] * 100).declined
    assert len(declined) == MOST + 1
    assert sum(len(json.dumps(x.said)) for x in declined) < LONGEST_QUOTES + MOST * 100
    assert "left_out" in declined[MOST - 1].said


@pytest.mark.parametrize(
    ("minutes", "passed"), [(5, 5), (5.0, 5), ("5", 5), (1440, 1440), (0, None), (None, None), (False, None)]
)
def test_minutes_are_read_leniently(minutes: Any, passed: int | None) -> None:
    reading = read(both(), minutes=minutes)
    assert [x.command.minutes for x in reading.proposals] == ([] if passed is None else [passed])  # type: ignore[attr-defined]
    assert reading.declined == []


@pytest.mark.parametrize("minutes", [True, -1, 1441, 5.5, 10**30, 1e300, "soon", [5], {"x": 5}, nested(300)])
def test_what_are_no_minutes_is_declined(minutes: Any) -> None:
    reading = read(both(), minutes=minutes)
    assert reading.proposals == []
    assert [x.rule for x in reading.declined] == ["wrong_value"]


def test_a_list_within_a_change_is_bounded() -> None:
    story = table(
        {"do": "plan", "occasion": "picnic", "title": "Picnic", "where": "kitchen"},
        {"do": "start", "occasion": "picnic"},
    )
    for learned, rules in ((["Rain."] * 24, []), (["Rain."] * 25, ["wrong_value"])):
        said = {"do": "complete", "line": 1, "occasion": "picnic", "acquired": [], "learned": learned}
        assert [x.rule for x in read(passage(story, "a"), said).declined] == rules


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
changes = values | st.fixed_dictionaries(
    {"do": st.sampled_from([do for kind in KINDS for do in kind.do]), "line": st.integers(0, 3) | values},
    optional={
        name: values | st.sampled_from(["a", "you", "ring", "table", "kitchen", "prop:table", "entity:a", "calm"])
        for name in ("who", "prop", "to", "into", "name", "from", "mood", "tone", "habit", "title", "when", "where")
    },
)  # fmt: skip


@given(
    answer=values | st.fixed_dictionaries(
        {}, optional={"changes": values | st.lists(changes, max_size=4), "minutes": values, "gist": values,
                      "lines": values, "threads": values},
    )
)  # fmt: skip
def test_any_answer_is_read_or_unreadable_and_what_is_kept_of_it_can_be_decoded(answer: Any) -> None:
    found = parse(json.dumps(answer), both())
    if isinstance(found, Unreadable):
        return
    for proposal in found.proposals:
        told = msgspec.json.encode(proposal.command)
        assert msgspec.json.decode(told, type=AnyCommand) == proposal.command  # type: ignore[arg-type]
    for declined in found.declined:
        event = msgspec.json.encode(ProposalRefused(declined.said, declined.rule, declined.why))
        assert wrong_with("proposal.refused", event, None) == ""
        msgspec.json.decode(event, type=ProposalRefused)
