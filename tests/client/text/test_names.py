"""What a person types finds what they mean, and what is unclear is told with what there is."""

import pytest

from client.text.names import Unclear, find, lens_of, split_name

CAST = {"you": "Robin", "a": "Maren", "b": "Marek Ode"}
PLACES = {"tearoom": "The harbour tearoom", "quay": "The quay", "loft": "A loft"}


@pytest.mark.parametrize(
    ("word", "id"),
    [("a", "a"), ("maren", "a"), ("MAREN", "a"), ("rob", "you"), ("ode", "b"), ("marek", "b"), (" Robin ", "you")],
)
def test_a_person_is_found(word: str, id: str) -> None:
    assert find(word, CAST, "person") == id


@pytest.mark.parametrize(
    ("word", "id"), [("quay", "quay"), ("harbour", "tearoom"), ("the quay", "quay"), ("loft", "loft")]
)
def test_a_place_is_found_without_its_article(word: str, id: str) -> None:
    assert find(word, PLACES, "place") == id


def test_too_much_and_nothing_are_told() -> None:
    with pytest.raises(Unclear, match="Maren or Marek Ode"):
        find("mar", CAST, "person")
    with pytest.raises(Unclear, match="no person “zed”"):
        find("zed", CAST, "person")
    with pytest.raises(Unclear):
        find("", CAST, "person")


@pytest.mark.parametrize(
    ("words", "lens"),
    [("", []), ("truth", []), ("-", []), ("a", ["a"]), ("b you", ["b", "you"]), ("Maren, robin", ["a", "you"]),
     ("a+b", ["a", "b"]), ("b b", ["b"]), ("b a you", ["you", "a", "b"]), ("me", ["you"]), ("marek me", ["b", "you"])],
)  # fmt: skip
def test_lenses(words: str, lens: list[str]) -> None:
    assert lens_of(words, CAST) == lens


def test_only_who_is_there_is_offered_for_a_lens() -> None:
    with pytest.raises(Unclear) as said:
        lens_of("zed", {"you": "Robin", "a": "Maren"})
    assert str(said.value) == "There is no person “zed”. You can choose Robin or Maren."


def test_of_many_names_most_are_counted() -> None:
    with pytest.raises(Unclear) as said:
        find("zed", {f"p{n}": f"Place {n}" for n in range(1000)}, "place")
    assert str(said.value).endswith("Place 9, Place 10 or 989 more.")


def test_a_lens_may_name_somebody_who_is_not_there() -> None:
    assert lens_of("b", {"you": "Robin"}) == ["b"]


def test_the_longest_name_is_taken_and_the_words_stay_as_they_are() -> None:
    assert split_name("marek ode  come  here", CAST, "person") == ("b", "come  here")
    assert split_name("a hello", CAST, "person") == ("a", "hello")
    assert split_name("Maren", CAST, "person") == ("a", "")
    with pytest.raises(Unclear):
        split_name("", CAST, "person")
