"""Words as memory compares them: one word's forms meet, in any language, and the little words tell nothing."""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.story.words import LITTLE, beginning, likeness, stem, telling, terms, topics, words


@pytest.mark.parametrize(
    "forms",
    [
        ["boat", "boats", "Boat's"], ["paint", "painted", "painting", "paints"], ["carry", "carries", "carried"],
        ["happy", "happily"], ["church", "churches"], ["naïve", "NAIVE"], ["run", "running"], ["decide", "decided"],
    ],
)  # fmt: skip
def test_the_forms_of_a_word_have_one_stem(forms: list[str]) -> None:
    assert len({stem(w) for form in forms for w in words(form)}) == 1


@pytest.mark.parametrize("pair", [("boat", "boast"), ("king", "kin"), ("glass", "gas"), ("sing", "single")])
def test_other_words_have_other_stems(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) != stem(pair[1])


@pytest.mark.parametrize("word", ["x" * 100_000, "painting" * 6])
def test_what_is_too_long_for_a_word_is_kept_as_it_is(word: str) -> None:
    assert stem(word) == word


def test_threads_that_stem_at_the_same_time_do_not_mix_up_their_words() -> None:
    texts = [f"{a}{b}" for a in ("paint", "lantern", "whisper", "harbour") for b in ("s", "ed", "ing", "ation")]
    drawn = [f"{text[:3]}{n}{text[3:]}" for n in range(500) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = [list(stems) for stems in pool.map(lambda _: [stem(w) for w in drawn], range(4))]
    assert all(stems == found[0] for stems in found)
    assert all(not s.endswith(("s", "ed", "ing", "ation")) for s in found[0])


@pytest.mark.parametrize("pair", [("лодками", "лодка"), ("Geschichten", "geschichtlich"), ("cantaban", "cantaré")])
def test_kin_of_other_languages_begin_alike(pair: tuple[str, str]) -> None:
    one, other = (set(terms(text)) for text in pair)
    assert one & other


def test_scripts_without_spaces_are_taken_in_pairs() -> None:
    assert {"降っ", "って"} <= set(terms("雨が降っている"))
    assert telling("雨が") == ["雨が"]
    assert telling("雨") == ["雨"], "a single character is looked for as such"
    assert set(telling("降って")) <= set(words("雨が降っている、Mara"))
    assert "mara" in words("雨が降っている、Mara")


def test_little_words_tell_nothing_unless_there_are_no_others() -> None:
    assert telling("What did you do with the lantern?") == ["lantern"]
    assert telling("What is it?") == ["what", "is", "it"]
    assert all(words(w) == [w] for w in LITTLE), "they are written as texts are folded"


def test_beginnings_are_told_from_words() -> None:
    assert beginning("boat") is None
    assert beginning("lantern") == "~lante"
    assert "~" not in "".join(words("~lante ~ a~b"))


def test_likeness_is_how_much_of_the_shorter_is_in_the_other() -> None:
    one, other = topics("the red boat"), topics("the red boat was sold to a miller")
    assert likeness(one, other) == likeness(other, one) == 1.0
    assert likeness(one, topics("the rains")) == 0.0
    assert likeness([], one) == 0.0


@given(st.text())
def test_terms_hold_no_blanks_and_no_quotes(text: str) -> None:
    """So they can be stored joined by blanks, and asked for between quotes."""
    for term in terms(text):
        assert term and not set(term) & set(" \"'\n\t\0")


@given(st.lists(st.sampled_from(["boat", "rain", "Mara's", "雨が降", "été"]), max_size=6))
def test_what_is_looked_for_is_found_in_the_text_itself(drawn: list[str]) -> None:
    text = " ".join(drawn)
    assert {stem(w) for w in telling(text)} <= set(terms(text))
    assert all(likeness(topics(a), topics(b)) <= 1 for a, b in combinations(drawn, 2))
