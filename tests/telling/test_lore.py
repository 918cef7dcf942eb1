"""Which entries of lore come up in a mind's prompt, and why: keys, secondary keys, expressions, each other's texts."""

import time
from typing import Any

import pytest

from daemon.telling.lore.activation import coming_up
from daemon.telling.lore.patterns import compiled
from daemon.telling.tokens import estimate
from tests.story.given import Story, do, house
from tests.story.given import say as said

Rules = dict[str, Any]


def story() -> Story:
    return house()


def entry(lore: str, keys: list[str] | None = None, text: str = "", **more: Any) -> Any:
    rules = {k: more.pop(k) for k in [*more] if k not in ("lens", "book", "name")}
    return do("add_lore", lore=lore, keys=keys or [], text=text or f"Of {lore}.", rules=rules, **more)


def came(s: Story, who: Any = "a", **more: Any) -> dict[str, str]:
    asked = {"count": estimate, "budget": 10_000, **more}
    return {x.lore: x.why for x in coming_up(s.state(who), s.lines(who), **asked)}


def comes(text: str, *keys: str, **rules: Any) -> bool:
    """Whether an entry with these keys comes up after these words."""
    s = story()
    s.when(entry("it", list(keys), **rules), said("you", text))
    return "it" in came(s)


def test_a_key_brings_it_up_and_is_told_as_the_reason() -> None:
    s = story()
    s.when(entry("inn", ["inn", "INNKEEPER"]), entry("war", ["war"]), entry("all"), said("you", "The innkeeper?"))
    assert came(s) == {"inn": "“inn”", "all": "always"}


@pytest.mark.parametrize(
    ("rules", "text", "up"),
    [
        ({"case": True}, "The Inn.", False), ({"case": True}, "The inn.", True),
        ({"whole_words": True}, "The winning inn.", True), ({"whole_words": True}, "The winning side.", False),
        ({"whole_words": True}, "An inn's door, an inn_.", True), ({"enabled": False}, "The inn.", False),
        ({"secondary": ["fire", "rain"]}, "The inn.", False), ({"secondary": ["fire", "rain"]}, "Inn on fire.", True),
        ({"secondary": ["fire", "rain"], "logic": "all"}, "Inn on fire.", False),
        ({"secondary": ["fire", "rain"], "logic": "all"}, "Inn, fire, rain.", True),
        ({"secondary": ["fire", "rain"], "logic": "not_any"}, "Inn on fire.", False),
        ({"secondary": ["fire", "rain"], "logic": "not_any"}, "The inn.", True),
        ({"secondary": ["fire", "rain"], "logic": "not_all"}, "Inn on fire.", True),
        ({"secondary": ["fire", "rain"], "logic": "not_all"}, "Inn, fire, rain.", False),
        ({"also": ["fire"]}, "The inn.", False), ({"also": ["fire"]}, "Inn on fire.", True),
        ({"never": ["fire"]}, "Inn on fire.", False), ({"scan_depth": 0}, "The inn.", False),
        ({"probability": 0}, "The inn.", False), ({"constant": True}, "Nothing.", True),
        ({"after": 1}, "The inn.", False), ({"stirred_only": True}, "The inn.", False),
    ],
)  # fmt: skip
def test_rules_narrow_what_a_key_brings_up(rules: Rules, text: str, up: bool) -> None:
    assert comes(text, "inn", **rules) == up


@pytest.mark.parametrize(
    ("key", "regex", "text", "up"),
    [
        ("/inn(keeper)?s/", False, "Two inns.", True), ("/INN/", False, "The inn.", False),
        ("/INN/i", False, "The inn.", True), ("/^the.inn$/ims", False, "Look:\nThe\ninn", True),
        ("/a/b/", False, "It is a/b now, /a/b/ too.", True), ("in{2}", True, "The INN.", True),
        ("in{2}", False, "The inn.", False), ("(?=inn)inn", True, "The inn.", False),
        ("/(?=inn)inn/", False, "The inn.", False), ("C++ (old)", True, "In C++ (old) it is.", True),
        (r"/caf\u00e9/", False, "The café.", True), ("雨", False, "今日は雨だ", True), ("//", False, "The inn.", False),
    ],
)  # fmt: skip
def test_expressions_are_those_of_javascript_as_far_as_they_are_safe(
    key: str, regex: bool, text: str, up: bool
) -> None:
    assert comes(text, key, regex=regex) == up


def test_words_that_are_written_together_are_whole_words() -> None:
    assert comes("今日は雨だ", "雨", whole_words=True)


def test_the_last_lines_count_as_many_as_is_said() -> None:
    s = story()
    s.when(
        do("add_book", book="coast", name="The coast", scan_depth=2), entry("by_book", ["inn"], book="coast"),
        entry("far", ["inn"], scan_depth=3), entry("near", ["inn"], scan_depth=1, book="coast"),
        entry("usual", ["inn"]), said("you", "The inn."), said("a", "Yes."), said("you", "Well."),
    )  # fmt: skip
    assert set(came(s)) == {"far", "usual"}


def test_only_what_the_mind_perceived_is_looked_at() -> None:
    s = story()
    s.when(entry("inn", ["inn"]), said("you", "The inn.", "whisper", "b"), said("b", "The inn?", "thought"))
    assert (came(s, "a"), came(s, "b")) == ({}, {"inn": "“inn”"})


def test_texts_of_entries_bring_up_others_where_their_book_says_so() -> None:
    s = story()
    s.when(
        do("add_book", book="deep", name="Deep", stirring=True), do("add_book", book="flat", name="Flat"),
        entry("one", ["inn"], "The cellar.", book="deep"), entry("two", ["cellar"], "The well.", book="deep"),
        entry("three", ["well"], "The inn and its cellar.", book="deep", stirred_only=True),
        entry("deaf", ["cellar"], book="deep", unstirred=True), entry("other", ["cellar"], book="flat"),
        entry("mute", ["inn"], "A gallery.", book="deep", stirs_none=True), entry("gallery", ["gallery"], book="deep"),
        said("you", "The inn."),
    )  # fmt: skip
    assert came(s) == {
        "one": "“inn”", "two": "“cellar” in the text of another", "three": "“well” in the text of another",
        "mute": "“inn”",
    }  # fmt: skip


def test_of_a_group_one_comes_up_and_the_same_one_again() -> None:
    s = story()
    s.when(*(entry(f"e{n}", ["inn"], group="rooms, beds" if n else "beds") for n in range(6)), said("you", "The inn."))
    first = came(s)
    assert len(first) == 1
    assert all(came(s) == first for _ in range(5))
    s.when(entry("first", ["inn"], group="beds", preferred=True))
    assert "first" in came(s)


def test_chance_is_drawn_by_the_words_and_stays_as_it_was() -> None:
    s = story()
    s.when(entry("rare", ["e"], probability=50))
    drawn = []
    for n in range(40):
        s.when(said("you", f"The {n} of them."))
        drawn.append(came(s))
        assert came(s) == drawn[-1]
    assert 8 < sum("rare" in x for x in drawn) < 32


def test_what_does_not_fit_goes_by_priority_and_order_and_stands_by_order() -> None:
    s = story()
    long = "word " * 100
    s.when(
        do("add_book", book="small", name="Small", budget=2 * estimate(long) + 2),
        entry("low", ["inn"], long, book="small", order=1, priority=1),
        entry("kept", ["inn"], long, book="small", priority=5),
        entry("always", [], long, book="small", constant=True, order=300), entry("beside", ["inn"], "Short.", order=2),
        said("you", "The inn."),
    )  # fmt: skip
    assert list(came(s)) == ["beside", "kept", "always"]
    assert list(came(s, budget=4 * (estimate("Short.") + 1))) == ["beside"]


def test_what_counts_lines_of_bots_waits_for_them() -> None:
    s = story()
    s.when(entry("late", ["inn"], after=3), entry("third", ["inn"], every=3), said("you", "The inn."))
    assert [set(came(s, told=n)) for n in (0, 2, 3, 4)] == [{"third"}, set(), {"late", "third"}, {"late"}]


def test_a_prompt_tells_why_each_entry_came_and_puts_it_where_it_belongs() -> None:
    s = story()
    s.when(entry("inn", ["inn"], "It burned.", name="The inn"), entry("deep", ["inn"], "Deep.", depth=2),
           said("you", "The inn."), said("a", "Yes."), said("you", "Well."))  # fmt: skip
    prompt = s.prompt("a")
    [deep, near] = [x for x in prompt.sections if x.name == "lore"]
    assert (near.text, near.why) == ("Worth knowing now:\nIt burned.", "The inn: “inn”")
    assert (deep.text, deep.why) == ("Deep.", "deep: “inn”")
    whole = "\n".join(m.content for m in prompt.messages)
    assert whole.index("The inn.") < whole.index("[Deep.]") < whole.index("Yes.") < whole.index("It burned.")
    assert whole.count("Deep.") == whole.count("It burned.") == 1


def test_what_is_always_there_stands_with_what_seldom_changes() -> None:
    s = story()
    s.when(entry("war", [], "War."), entry("law", ["x"], "Law.", constant=True), entry("inn", ["inn"], "It burned."))
    s.when(said("you", "Well."))
    before = s.prompt("a").messages[0].content
    assert "# What you know of the world\nWar.\nLaw." in before
    s.when(said("you", "The inn."))
    assert s.prompt("a").messages[0].content == before
    assert "It burned." in s.prompt("a").messages[-1].content


EXPLODING = ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a|b)*a(a|b){25}", "(?:a?){200}a{200}", ".{0,90}.{0,90}b"]


@pytest.mark.parametrize("pattern", EXPLODING)
def test_an_expression_that_explodes_elsewhere_takes_no_time_here(pattern: str) -> None:
    s = story()
    s.when(*(entry(f"e{n}", [f"/{pattern}{n}/"]) for n in range(60)))
    s.when(*(said("you", "a" * 5000 + " ") for _ in range(6)))
    began = time.process_time()
    came(s)
    assert time.process_time() - began < 10, "what explodes takes hours"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=x)", "ahead or behind"), ("(?<!x)y", "ahead or behind"), (r"(a)\1", "earlier group"),
        ("(a{999}){999}", "too much work"), ("x" * 501, "longer than"), ("(", "valid"), ("\ud800", "character"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_says_why(pattern: str, why: str) -> None:
    assert why in compiled(pattern, "").why
