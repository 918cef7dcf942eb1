"""Reading, the pure part: every way in which a model spoils its JSON ends in the right answer, or in asking again."""

import json
from time import perf_counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.telling.reading import Reading, Unreadable, object_of, parse
from daemon.telling.reading.mending import LONGEST_SPOILT
from tests.telling.reading.tables import both

GOOD = (
    '{"changes": [{"do": "put", "n": 1, "it": "ring", "to": "table", "how": "on"}, '
    '{"do": "act", "n": 2, "text": "humming a tune"}], "minutes": 1, "matters": 3, "minds": ["a"]}'
)
PUT: dict[str, Any] = {"do": "put", "n": 1, "it": "ring", "to": "table", "how": "on"}
ACT: dict[str, Any] = {"do": "act", "n": 2, "text": "humming a tune"}
WHOLE = ([PUT, ACT], 1, 3, ["a"])
AGAIN = None
"""The model is asked once more."""


def swapped(*pairs: str) -> str:
    """The good answer with some of it replaced by something else."""
    text = GOOD
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


def saying(text: str) -> Any:
    """The whole answer with another text of the second change."""
    return ([PUT, {**ACT, "text": text}], 1, 3, ["a"])


SPOILT: dict[str, tuple[str, Any]] = {
    "as it should be": (GOOD, WHOLE),
    "a missing comma between changes": (swapped('"}, {', '"} {'), WHOLE),
    "a missing comma between fields": (swapped('"n": 1, ', '"n": 1 '), WHOLE),
    "a missing comma after the list": (swapped("}], ", "}] "), WHOLE),
    "a comma too many in an object": (swapped('"on"}', '"on",}'), WHOLE),
    "a comma too many in a list": (swapped('tune"}]', 'tune"},]'), WHOLE),
    "a semicolon for a comma": (swapped('"on"}, ', '"on"}; '), WHOLE),
    "a comment to the end of a line": (swapped('"on"}, ', '"on"}, // on the table\n'), WHOLE),
    "a comment in a block": (swapped('"it": ', '/* it\'s the ring */ "it": '), WHOLE),
    "a comment with a hash": (swapped('"on"}, ', '"on"}, # that was it\n'), WHOLE),
    "a comment before all": ("// Here it is.\n" + GOOD, WHOLE),
    "single quotes": (GOOD.replace('"', "'"), WHOLE),
    "no quotes around names": (swapped('"do"', "do", '"n"', "n", '"changes"', "changes"), WHOLE),
    "a raw newline in a text": (swapped("humming a", "humming\na"), saying("humming\na tune")),
    "a raw tab in a text": (swapped("humming a", "humming\ta"), saying("humming\ta tune")),
    "unescaped quotes": (swapped("humming a tune", 'humming "Home" again'), saying('humming "Home" again')),
    "unescaped quotes and a comma": (swapped("humming a", 'saying "no", humming a'), saying('saying "no", humming a tune')),  # noqa: E501
    "a quote left out at the end of a text": (swapped('"ring",', '"ring,'), WHOLE),
    "a quote left out at its beginning": (swapped('"ring"', 'ring"'), WHOLE),
    "a colon left out": (swapped('"it": ', '"it" '), WHOLE),
    "an escape that there is not": (swapped("humming a", "humming, it\\'s a"), saying("humming, it's a tune")),
    "quotes of print around texts": (swapped('"ring"', "“ring”"), WHOLE),
    "quotes of print everywhere": (GOOD.replace('"', "“"), WHOLE),
    "backticks for quotes": (GOOD.replace('"', "`"), AGAIN),
    "quotes as entities": (GOOD.replace('"', "&quot;"), AGAIN),
    "all of it escaped": (GOOD.replace('"', '\\"'), WHOLE),
    "Python's words": (swapped('"n": 1, ', '"n": 1, "unseen": False, "when": None, '), ([{**PUT, "unseen": False, "when": None}, ACT], 1, 3, ["a"])),  # noqa: E501
    "a number that is none": (swapped('"minutes": 1', '"minutes": NaN'), ([PUT, ACT], 0, 3, ["a"])),
    "a number without end": (swapped('"minutes": 1', '"minutes": Infinity'), ([PUT, ACT], 0, 3, ["a"])),
    "a number with a plus": (swapped('"minutes": 1', '"minutes": +1'), WHOLE),
    "a number as a word": (swapped('"minutes": 1', '"minutes": "one"', '"matters": 3', '"matters": "Three"'), WHOLE),
    "a number with its unit": (swapped('"minutes": 1', '"minutes": "1 minute"', '"matters": 3', '"matters": "3/10"'), WHOLE),  # noqa: E501
    "a number with a fraction": (swapped('"matters": 3', '"matters": 3.0'), WHOLE),
    "a key twice": (swapped('"matters": 3', '"matters": 2, "matters": 3'), WHOLE),
    "the changes in two lists": (swapped('"on"}, ', '"on"}], "changes": ['), WHOLE),
    "dots for the rest": (swapped("}], ", "}, ...], "), WHOLE),
    "a bracket left out in the middle": (swapped("}], ", "}, "), WHOLE),
    "a bracket left out at the end": (GOOD[:-1], WHOLE),
    "a bracket too many": (GOOD + "}}", WHOLE),
    "a fence": (f"```json\n{GOOD}\n```", WHOLE),
    "a fence that is not closed": (f"```\n{GOOD}", WHOLE),
    "a mark of the order of bytes": ("\ufeff" + GOOD, WHOLE),
    "NUL after it": (GOOD + "\x00\x00", WHOLE),
    "NUL in a text": (swapped("humming a", "humming \\u0000a"), WHOLE),
    "half of a character in a text": (swapped("humming a", "humming \\ud800a"), WHOLE),
    "prose around it": (f"Here is what changed:\n{GOOD}\nI hope that helps!", WHOLE),
    "prose with brackets around it": (f"Of course {{as you wish}} [1]: {GOOD} Is {{that}} right?", WHOLE),
    "prose around what is spoilt": (f"Well {{then}}: {swapped('}, {', '} {')} I hope that helps!", WHOLE),
    "reasoning before it": (f'<think>Perhaps {{"changes": []}}, or not.</think>\n{GOOD}', WHOLE),
    "reasoning whose beginning is not marked": (f'Perhaps {{"changes": []}}.\n</think>\n{GOOD}', WHOLE),
    "reasoning without an end": (f"<think>Perhaps {GOOD}", AGAIN),
    "a draft before it": (f'At first I thought {{"changes": [{{"do": "gone", "it": "ring"}}]}}, but no:\n{GOOD}', WHOLE),  # noqa: E501
    "a draft before what is spoilt": (f'I thought {{"changes": []}}, but no:\n{swapped("}, {", "} {")}', WHOLE),
    "nothing said after it": (f'{GOOD}\n{{"changes": []}}', WHOLE),
    "something made up after it": (f'{GOOD}\nUser: And then?\n{{"changes": [{{"do": "gone", "n": 1, "it": "ring"}}]}}', WHOLE),  # noqa: E501
    "nothing said before it": (f'{{"changes": []}}\n{GOOD}', WHOLE),
    "the word for `do` in capitals": (GOOD.replace('"do"', '"DO"').replace('"put"', '"PUT"'), ([{**{k: v for k, v in PUT.items() if k != "do"}, "DO": "PUT"}, {**{k: v for k, v in ACT.items() if k != "do"}, "DO": "act"}], 1, 3, ["a"])),  # noqa: E501
    "a list that is a text": (json.dumps({"changes": json.dumps([PUT, ACT]), "minutes": 1, "matters": 3, "minds": ["a"]}), WHOLE),  # noqa: E501
    "a wrapper": (f'{{"answer": {GOOD}}}', WHOLE),
    "wrappers and a list": (f'[{{"type": "json", "result": {{"value": {GOOD}}}}}]', WHOLE),
    "a wrapper around a text": (json.dumps({"response": GOOD}), WHOLE),
    "a text": (json.dumps(GOOD), WHOLE),
    "a call of a function": (f'{{"name": "answer", "arguments": {json.dumps(GOOD)}}}', WHOLE),
    "a list of changes alone": (json.dumps([PUT, ACT]), ([PUT, ACT], 0, None, [])),
    "one change alone": (json.dumps(PUT), ([PUT], 0, None, [])),
    "one change for the list": (json.dumps({"changes": PUT}), ([PUT], 0, None, [])),
    "changes by number": (json.dumps({"changes": {"1": PUT, "2": ACT}}), ([PUT, ACT], 0, None, [])),
    "a change a line": (f"{json.dumps(PUT)}\n{json.dumps(ACT)}\n", ([PUT, ACT], 0, None, [])),
    "inner objects that are not the answer": ('{"ring": {"it": "ring", "to": "table"}, "mood": {"who": "a"}}', AGAIN),
    "changes that are no objects": ('{"changes": ["Sam puts the ring on the table"], "minutes": 1}', AGAIN),
    "changes in words": ('{"changes": "Sam puts the ring on the table", "minutes": 1}', AGAIN),
    "no changes named": ('{"minutes": 1, "matters": 2, "minds": []}', AGAIN),
    "an empty object": ("{}", AGAIN),
    "null": ("null", AGAIN),
    "nothing": ("", AGAIN),
    "a refusal": ("I cannot help with that.", AGAIN),
    "another language": ("changes:\n  - do: put\n    n: 1\n    it: ring\n", AGAIN),
    "marks for colons": (GOOD.replace('": ', '" = '), AGAIN),
    "a page": ("<html><body>502</body></html>", AGAIN),
    "that nothing changed": ('{"changes": [], "minutes": 1, "matters": 3, "minds": []}', ([], 1, 3, [])),
}  # fmt: skip
"""What a model may answer, and what that is taken for: changes, minutes, how much it matters, and the minds."""


def taken(text: str) -> Any:
    """What an answer is taken for, or that it is asked for again."""
    found = parse(text, both())
    if isinstance(found, Unreadable):
        assert found.why
        return AGAIN
    assert found.declined == []
    return [x.said for x in found.changes], found.minutes, found.matters, found.minds


@pytest.mark.parametrize(("text", "outcome"), SPOILT.values(), ids=SPOILT)
def test_what_is_spoilt_is_the_right_answer_or_is_asked_for_again(text: str, outcome: Any) -> None:
    assert taken(text) == outcome


def test_wherever_it_breaks_off_what_was_complete_counts_and_nothing_else() -> None:
    first, second = GOOD.index("}, {") + 1, GOOD.index("}], ") + 1
    for end in range(len(GOOD)):
        found = taken(GOOD[:end])
        if end < first:
            assert found is AGAIN, GOOD[:end]
        else:
            assert found is not AGAIN, GOOD[:end]
            assert found[0] == ([PUT, ACT] if end >= second else [PUT]), GOOD[:end]
            assert found[1] in (0, 1)
            assert found[2] in (None, 3)


def test_what_breaks_off_and_is_spoilt_besides_is_never_less_than_it_was() -> None:
    """Nor is a change taken of which a part is missing."""
    for spoilt in (swapped("humming a", 'humming "a"'), swapped('"n": 1, ', '"n": 1 '), GOOD.replace('"', "'")):
        for end in range(len(spoilt)):
            found = taken(spoilt[:end])
            assert found is AGAIN or all(x == PUT or x.keys() == ACT.keys() for x in found[0]), spoilt[:end]


def test_prose_after_what_is_spoilt_takes_nothing_from_it() -> None:
    text = swapped("humming a tune", 'humming 12" of a tune') + " I hope that helps!"
    assert taken(text) in (AGAIN, saying('humming 12" of a tune'))


MIND: dict[str, tuple[str, Any]] = {
    "whole": ('{"gist": "Sam lied.", "matters": 4, "mood": "calm"}', {"gist": "Sam lied.", "matters": 4, "mood": "calm"}),  # noqa: E501
    "without a gist": ('{"mood": "calm", "matters": 1}', {"mood": "calm", "matters": 1}),
    "a wrapper": ('{"Mara": {"gist": "Sam lied."}}', {"gist": "Sam lied."}),
    "spoilt": ('{"gist": "Sam "the liar" lied.", "feel": [{"to": "you" "trust": -1}]}', {"gist": 'Sam "the liar" lied.', "feel": [{"to": "you", "trust": -1}]}),  # noqa: E501
    "an inner object alone": ('{"to": "you", "warmth": 1}', None),
    "broken off in the gist": ('{"gist": "Sam lied, and the ri', None),
    "broken off after it": ('{"gist": "Sam lied.", "feel": [{"to": "you", "tr', {"gist": "Sam lied."}),
    "broken off in a list": ('{"gist": "Sam lied.", "feel": [{"to": "you"}, {"to": "b", "tr', {"gist": "Sam lied.", "feel": [{"to": "you"}]}),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize(("text", "outcome"), MIND.values(), ids=MIND)
def test_an_answer_about_a_mind_is_mended_too(text: str, outcome: Any) -> None:
    found = object_of(text, "gist", "matters", "mood", "feel")
    assert (None if isinstance(found, Unreadable) else found) == outcome


# bounds


@pytest.mark.parametrize(
    "piece",
    ["[", "{", '{"a":', '{"changes":[', '"\\"', "\\", '"', "'", "a\n\"", "“", "//", "/*", '{"a":"', '"b" "c" ', "{'",
     ",", ":", "`", '[1,', '{"changes": ["a\n"', "<think>", "<think></think>", "[]", "{}"],
)  # fmt: skip
@pytest.mark.parametrize("size", [LONGEST_SPOILT - 100, 60_000])
def test_an_answer_that_ends_nowhere_is_seen_through_at_once(piece: str, size: int) -> None:
    for before in ("", '{"changes": [', '{"changes": ["', '{"'):
        began = perf_counter()
        parse(before + piece * (size // len(piece)), both())
        assert perf_counter() - began < 5


def test_an_answer_of_any_length_is_looked_at_to_a_limit() -> None:
    found = parse(json.dumps({"changes": [], "tone": "x" * 1_000_000}), both())
    assert isinstance(found, Unreadable)
    assert "longer than" in found.why


@given(st.text(alphabet=st.sampled_from("{}[]\",:\\ \n`x1'")) | st.text())
@example('{"changes": [{"do": {"do": {"do": [[]]}}}]')
def test_any_text_is_taken(text: str) -> None:
    for said in (text, '{"changes": ' + text, '{"changes": [{"do": "act", "text": "' + text):
        assert isinstance(parse(said, both()), Reading | Unreadable)


@pytest.mark.parametrize(
    "said",
    [
        {"DO": "PUT", **{k: v for k, v in PUT.items() if k != "do"}},
        {"action": "put", **{k: v for k, v in PUT.items() if k != "do"}},
        {"Type": "put", **{k.upper(): v for k, v in PUT.items() if k != "do"}},
        {"put": {k: v for k, v in PUT.items() if k != "do"}},
    ],
    ids=str,
)
def test_a_change_whose_do_goes_by_another_word_is_taken_for_what_it_is(said: dict[str, Any]) -> None:
    read, meant = (parse(json.dumps({"changes": [x]}), both()) for x in (said, PUT))
    assert isinstance(read, Reading)
    assert isinstance(meant, Reading)
    assert [x.item for x in read.changes] == [x.item for x in meant.changes]
    assert read.declined == []
