"""Reading, the pure part: what was read of a few is known to those few."""

from typing import Any

from daemon.telling.reading import Passage
from tests.story.given import do, hide, inside, move, say
from tests.telling.passages import commands, passage, rule
from tests.telling.reading.tables import both, table


def witnesses(p: Passage, change: dict[str, Any]) -> list[str]:
    (command,) = commands(p, change)
    return command.get("witnesses", [])


def test_a_thread_in_words_that_only_its_mind_had_is_that_minds() -> None:
    story = table(say("a", "Nobody must know of the obsidian.", "thought"), say("a", "Where did you get that ring?"))
    p = passage(story, "a", 2)
    assert witnesses(p, {"do": "open_thread", "line": 2, "title": "Will Sam learn of the obsidian?"}) == ["a"]
    assert witnesses(p, {"do": "open_thread", "line": 2, "title": "Where is that ring from?"}) == ["you", "a", "b"]
    assert witnesses(p, {"do": "open_thread", "line": 1, "title": "Where is that ring from?"}) == ["a"]


def test_a_thread_moves_on_for_those_who_know_of_it_in_words_that_they_heard() -> None:
    story = table(
        do("open_thread", thread="why", title="Why?", witnesses=["a", "b"]),
        say("a", "It was the obsidian.", "thought"), say("a", "Now I see."),
    )  # fmt: skip
    p = passage(story, "a", 2)
    change = {"do": "resolve_thread", "line": 2, "thread": "why", "note": "It was the obsidian"}
    (command,) = commands(p, change)
    assert (command["witnesses"], command["note"]) == (["a", "b"], "Now I see.")
    (command,) = commands(p, {**change, "line": 1})
    assert (command["witnesses"], command["note"]) == (["a"], "It was the obsidian")


def test_a_whispered_claim_is_for_whom_it_was_whispered_to() -> None:
    story = table(say("a", "The ring is in the chest.", "whisper", "you"))
    (command,) = commands(passage(story, "a"), {"do": "share", "line": 1, "prop": "ring", "into": "prop:chest"})
    assert command == {
        "do": "share", "by": "a", "to": ["you"], "claims": [{"prop": "ring", "in": {"prop": "chest"}}],
        "witnesses": ["you", "a"],
    }  # fmt: skip


def test_a_claim_needs_somebody_who_heard_it() -> None:
    story = table(move("you", "garden"), move("b", "cellar"), say("a", "The ring is in the chest."))
    assert rule(passage(story, "a"), {"do": "share", "line": 1, "prop": "ring", "into": None}) == "not_present"


def test_whispered_words_are_not_shown_to_all() -> None:
    story = table(say("a", "Take the dagger and wait, hidden.", "whisper", "you"))
    p = passage(story, "a")
    into = "container:kitchen"
    assert rule(p, {"do": "add_prop", "line": 1, "who": "a", "name": "dagger", "into": into}) == "not_in_prose"
    assert rule(p, {"do": "act", "line": 1, "who": "a", "doing": "wait, hidden", "awake": None}) == "not_in_prose"
    assert rule(p, {"do": "bind", "line": 1, "tone": "tense", "habit": None}) == "not_present"


def test_a_plan_is_known_to_those_who_heard_of_it() -> None:
    story = table(move("b", "garden"), say("a", "Let us have a picnic by the river tomorrow."))
    p = passage(story, "a")
    change = {"do": "plan", "line": 1, "title": "Picnic by the river", "where": "garden", "when": "2024-05-01T12:00:00"}
    (command,) = commands(p, change)
    assert (command["occasion"], command["who"]) == ("picnic-by-the-river", ["you", "a"])
    (command,) = commands(p, {**change, "title": "The poisoning of Sam", "where": None, "when": None})
    assert command["who"] == ["a"]


def test_the_end_of_an_occasion_tells_others_nothing_that_one_mind_made_of_it() -> None:
    story = table(do("plan", occasion="feast", title="The feast", where="kitchen"), do("start", occasion="feast"))
    (command,) = commands(
        both(story), {"do": "complete", "line": 2, "occasion": "feast", "acquired": [], "learned": ["Sam is a spy"]}
    )
    assert "spy" not in command["gist"]
    assert command["learned"] == [{"fact": "Sam is a spy", "by": "a"}]


def test_a_thing_hidden_before_ones_eyes_can_be_named() -> None:
    story = table(hide("you", "ring", inside("chest")))
    assert commands(both(story), {"do": "take", "line": 2, "who": "a", "prop": "ring"})
