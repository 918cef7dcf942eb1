"""Against decay: what is measured on a speaker's replies, and what the renderer is told against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.telling.decay import RECENT, counter, measure, overview, unrepeated
from daemon.telling.overused import found, parse

VARIED = [
    "Rain again, and the road gone by morning.",
    "*polishes a glass* You were never here before.",
    "Ask Oren; he keeps the ledger, not I.",
    "Three coaches a week, when there is a bridge.",
    "My mother built the counter out of a wreck.",
]
WORDS = [f"word{n}" for n in range(16)]


def test_a_reply_is_measured_beside_those_before_it() -> None:
    seen = measure(["She nods slowly and looks away.", "Well, no.", "She nods slowly and smiles at him."])
    assert (seen.words, seen.usual, seen.openings, seen.phrases) == (7, 4.0, 1, 0)
    assert seen.distinct == [round(11 / 15, 3), round(9 / 12, 3), round(7 / 9, 3)]
    assert seen.copied == round(2 / 5, 3)  # "she nods slowly" and "nods slowly and"


def test_the_first_reply_has_nothing_to_be_compared_with() -> None:
    assert (measure([]).words, measure(["Yes."]).distinct) == (0, [1.0, 1.0, 1.0])
    assert counter([]) == counter(["Yes."]) == counter(["", "*", "…"]) == ("", "")


def test_varied_replies_are_left_alone() -> None:
    assert counter(VARIED) == ("", "")


@pytest.mark.parametrize(
    ("replies", "advice"),
    [
        ([*VARIED, "She nods slowly. Yes.", "She nods slowly. No."], "begin alike"),
        ([*VARIED, "Well, then.", "Well! Rain.", "Well: go on."], "begin alike"),
        ([f"{x} The lamp gutters low. All of it is gone. He looks up at once." for x in VARIED[:3]], "phrases recur"),
        ([" ".join(WORDS[n:] + WORDS[:n]) * 3 for n in range(6)] + [f"{w}." for w in WORDS[:4]], "Take more room"),
        ([*VARIED[:3], "All is well here.", "All is well here."], "Let something else happen"),
    ],
)
def test_each_kind_of_decay_is_countered_with_its_reason(replies: list[str], advice: str) -> None:
    told, why = counter(replies)
    assert advice in f"{told} {why}"
    assert told
    assert why


def test_what_is_worn_is_not_brought_up_once_more() -> None:
    told, why = counter([f"Slowly. {x} The lamp gutters in the draught." for x in VARIED])
    for text in (told.lower(), why):
        assert "slowly" not in text
        assert "lamp" not in text


def test_of_phrases_that_overlap_one_counts() -> None:
    assert measure([f"{x} A slow smile spreads across her tired face." for x in VARIED[:3]]).phrases == 1


def test_who_speaks_at_length_is_not_told_to_speak_at_more() -> None:
    long = [" ".join(f"{w}{n}" for w in WORDS for n in range(9)) for _ in range(6)]
    assert "more room" not in counter([*long, *(" ".join(WORDS * 3) for _ in range(4))])[0]


@given(st.lists(st.text(alphabet="ab c.*`\n雨", max_size=60), max_size=20))
def test_measures_are_shares_and_only_the_latest_count(replies: list[str]) -> None:
    seen = measure(replies)
    assert all(0 < x <= 1 for x in seen.distinct)
    assert 0 <= seen.copied <= 1
    assert seen == measure(replies[-RECENT:])
    assert bool(counter(replies)[0]) == bool(counter(replies)[1])


def test_a_speaker_is_not_shown_what_it_said_before_nearly_word_for_word() -> None:
    said = ['I see the boat. "It is old, I think." Yes.', "I see the boat. Yes. No boat is like it!"]
    assert unrepeated(said) == [said[0], "Yes. No boat is like it!"]
    assert unrepeated([*said, "No boat is like it!"])[2] == ""
    assert unrepeated([*said, "No boat is like it, Sam. The other one is new."])[2] == "The other one is new."
    assert unrepeated(["Yes.", "Yes.", "Yes."]) == ["Yes.", "Yes.", "Yes."]
    assert unrepeated(["Let it go.", "Let it go. So.", "Let it go. Now."]) == ["Let it go.", "Let it go. So.", "Now."]
    assert unrepeated(VARIED) == VARIED


@given(st.lists(st.text("ab .!\n", max_size=60), max_size=8), st.integers(0, 8))
def test_what_is_left_out_depends_on_nothing_that_comes_later(texts: list[str], upto: int) -> None:
    assert unrepeated(texts)[:upto] == unrepeated(texts[:upto])


# names, lists, marks


def test_what_names_places_and_things_does_not_wear_out() -> None:
    said = [f"{x} She leans on the old folding table again." for x in VARIED]
    assert measure(said).phrases == 1
    assert measure(said, frozenset(("leans", "old", "folding", "table"))).phrases == 0


def test_two_worn_phrases_earn_no_note_and_three_do() -> None:
    worn = ("A slow smile spreads.", "The lamp gutters low tonight.", "Rain drums on the tin.")
    two, three = ([f"{x} {' '.join(worn[:n])}" for x in VARIED[:3]] for n in (2, 3))
    assert (measure(two).phrases, measure(three).phrases) == (2, 3)
    assert "phrases" not in counter(two)[1] and "3 phrases recur" in counter(three)[1]


def test_what_stands_between_marks_is_left_out_whole_or_not_at_all() -> None:
    said = "*She nods slowly at him. She wipes the long counter.* Yes."
    again = "*She nods slowly at him. A bell rings somewhere outside the house, twice.* No."
    assert unrepeated([said, again]) == [said, again]
    assert unrepeated([said, "*She nods slowly at him. She wipes the long counter.* No."])[1] == "No."


@pytest.mark.parametrize("tag", ["she said", "Vreni said", "I say"])
def test_a_tag_stays_beside_its_quote_however_often(tag: str) -> None:
    texts = [f'"{quote}," {tag}. "{rest}."' for quote, rest in (
        ("Mice", "Three of them"), ("Rain", "All week"), ("Tea", "No milk"), ("Eleven past", "I rang it all night")
    )]  # fmt: skip
    assert unrepeated(texts) == texts
    asked = [f'"{quote}?" she asked.' for quote in ("Who", "Where now", "Why then", "What else")]
    assert unrepeated(asked) == asked


@given(st.lists(st.text("ab c.*`\n", max_size=60), max_size=6))
def test_no_mark_is_left_alone(texts: list[str]) -> None:
    whole = [x if all(x.count(m) % 2 == 0 for m in "*`") else "x" for x in texts]
    for line in unrepeated(whole):
        for one in line.split("\n"):
            assert one.count("*") % 2 == 0 or any(x.count("*") % 2 for y in whole for x in y.split("\n"))


def test_what_is_overused_is_counted_and_earns_the_note() -> None:
    listed = parse("# mine\na testament to\nshivers|shiver down ... spine\nisn't|not just ... but\n")
    said = "It was a testament to care. Shivers ran down, oh, down her cold spine."
    assert (found(listed, said), measure([said], overused=listed).overused) == (1, 1)
    said = "A testament to it. A shiver down the length of his spine. It isn't just fear, but hope."
    assert found(listed, said) == 3
    assert "overused" in counter([said], overused=listed)[1]
    assert counter([said]) == ("", "")


def test_endings_are_measured_as_openings_are() -> None:
    same = [f"{x} And then it rained." for x in VARIED[:3]]
    assert measure(same).endings == 2
    assert "End unlike before" in counter(same)[0]
    assert (overview(same).endings, overview(same).openings) == (2, 0)
