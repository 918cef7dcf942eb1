"""Reading, the pure part: what an answer comes to, and which of it a bot's line may not do."""

import dataclasses
import json
from typing import Any

import pytest

from daemon.telling.reading import Passage, Unreadable, parse
from tests.story.given import do, house, say, thing
from tests.telling.passages import commands, passage, read, rule
from tests.telling.reading.tables import both, table


@pytest.mark.parametrize(
    ("change", "command"),
    [
        ({"do": "move", "who": "you", "container": "garden"}, {"who": "you", "container": "garden"}),
        ({"do": "act", "who": "you", "doing": "sits down", "awake": None}, {"who": "you", "doing": "sits down"}),
        ({"do": "act", "who": "you", "doing": None, "awake": False}, {"who": "you", "awake": False}),
        ({"do": "take", "who": "you", "prop": "table"}, {"who": "you", "prop": "table"}),
        ({"do": "look_into", "who": "you", "prop": "chest"}, {"who": "you", "prop": "chest"}),
        ({"do": "hand", "who": "you", "prop": "ring", "to": "a"}, {"who": "you", "prop": "ring", "to": "a"}),
        ({"do": "hide", "who": "you", "prop": "ring", "into": "prop:table"}, {"who": "you", "prop": "ring", "in": {"prop": "table"}}),  # noqa: E501
        (
            {"do": "feel", "from": "a", "to": "you", "warmth": 1, "trust": 0, "tension": -2, "because": "the  ring"},
            {"from": "a", "to": "you", "warmth": 1, "tension": -2, "because": "the ring"},
        ),
        (
            {"do": "feel", "from": "you", "to": "a", "warmth": 1, "trust": 0, "tension": 0, "because": "she is a spy"},
            {"from": "you", "to": "a", "warmth": 1},
        ),
        ({"do": "bind", "tone": "calm", "habit": None}, {"tone": "calm"}),
        ({"do": "open_thread", "title": "The ring?"}, {"thread": "ring", "title": "The ring?", "witnesses": ["you", "a", "b"]}),  # noqa: E501
    ],
    ids=str,
)  # fmt: skip
def test_a_change_comes_to_a_command(change: dict[str, Any], command: dict[str, Any]) -> None:
    assert commands(both(), {"line": 1, **change}) == [{"do": change["do"], **command}]


def test_an_occasion_ends_also_where_there_are_no_things() -> None:
    on = house(do("plan", occasion="tea", title="Tea", where="kitchen"), do("start", occasion="tea"), say("a", "Over."))
    over = {"do": "complete", "line": 1, "occasion": "tea", "learned": ["It was cold."]}
    (made,) = commands(passage(on, "a"), over)
    assert (made["learned"], made.get("acquired", [])) == ([{"fact": "It was cold.", "by": "a"}], [])


def test_a_mood_is_the_minds_own() -> None:
    made = commands(both(), {"do": "mood", "line": 2, "mood": "content"})
    assert made == [{"do": "change_entity", "entity": "a", "mood": "content"}]


def test_a_change_is_caused_by_the_part_that_it_names() -> None:
    p = both()
    reading = read(p, *({"do": "mood", "line": n, "mood": "calm"} for n in (2, 1)), minutes=5)
    assert [x.cause for x in reading.proposals] == [p.parts[1].seq, p.parts[0].seq, p.parts[1].seq]


def test_prose_brings_up_a_thing_that_it_names() -> None:
    p = passage(table(say("you", "puts a small silver bell on the floor", "action")), "a")
    change = {"do": "add_prop", "line": 1, "who": "you", "name": "a silver bell", "into": "container:kitchen"}
    assert commands(p, change) == [
        {"do": "add_prop", "prop": "silver-bell", "name": "a silver bell", "in": {"container": "kitchen"}}
    ]
    assert rule(p, {**change, "name": "a golden bell"}) == "not_in_prose"
    assert rule(p, {**change, "name": "…"}) == "not_in_prose"
    assert rule(p, {**change, "into": "prop:chest"}) == "not_known"


def test_hands_are_finite_for_what_prose_brings_up() -> None:
    story = table(thing("torch", {"entity": "you"}), say("you", "draws a knife", "action"))
    change = {"do": "add_prop", "line": 1, "who": "you", "name": "a knife", "into": "entity:you"}
    assert rule(passage(story, "a"), change) == "hands_full"


def test_time_passes_by_a_plausible_amount() -> None:
    p = both()
    assert commands(p) == []
    (passed,) = read(p, minutes=12).proposals
    assert passed.command.minutes == 12  # type: ignore[attr-defined]
    for minutes in (-5, 100_000, "long", 1.5, True and 10**30):
        reading = read(p, minutes=minutes) if minutes != 10**30 else parse('{"minutes": 1%s}' % ("0" * 30), p)
        assert not isinstance(reading, Unreadable)
        assert reading.proposals == []
        assert [x.rule for x in reading.declined] == ["wrong_value"]


def test_ratings_and_the_gist_are_taken_as_far_as_they_make_sense() -> None:
    story = table(do("open_thread", thread="why", title="Why?"))
    p = both(story)
    reading = read(
        p, gist="Sam put\n the ring down.", lines=[{"line": 1, "significance": 7}, {"line": 9, "significance": 1}, 3],
        threads=[{"thread": "why", "matters": 4}, {"thread": "other", "matters": 4}, {"thread": "why", "matters": 44}],
    )  # fmt: skip
    assert reading.gist == "Sam put the ring down."
    assert reading.significance == {p.parts[0].seq: 7}
    assert reading.threads == {"why": 4}
    assert read(p, gist=3, lines={}, threads="x") == read(p)


# what prose may not do


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"do": "take", "who": "a", "prop": "sword"}, "not_known"),
        ({"do": "take", "who": "c", "prop": "ring"}, "not_known"),
        ({"do": "take", "who": "a"}, "wrong_value"),
        ({"do": "take", "who": "a", "prop": "ring", "line": 3}, "wrong_value"),
        ({"do": "take", "who": "a", "prop": "ring", "line": "first"}, "wrong_value"),
        ({"do": "move", "who": "you", "container": "garden"}, "not_yours"),
        ({"do": "hand", "who": "you", "prop": "ring", "to": "a"}, "not_yours"),
        ({"do": "move", "who": "b", "container": "garden"}, "not_yours"),
        ({"do": "act", "who": "a", "doing": None, "awake": None}, "wrong_value"),
        ({"do": "act", "who": "a", "doing": "plots a murder", "awake": None}, "not_in_prose"),
        ({"do": "feel", "from": "you", "to": "a", "warmth": 1, "trust": 0, "tension": 0}, "not_yours"),
        ({"do": "feel", "from": "a", "to": "you", "warmth": 9, "trust": 0, "tension": 0}, "wrong_value"),
        ({"do": "feel", "from": "b", "to": "you", "warmth": 1, "trust": 0, "tension": 0}, "not_known"),
        ({"do": "mood", "mood": "  "}, "wrong_value"),
        ({"do": "bind", "tone": "sticky", "habit": None}, "not_known"),
        ({"do": "bind", "tone": None, "habit": None}, "wrong_value"),
        ({"do": "bind", "tone": None, "habit": "dancing at dawn"}, "not_in_prose"),
        ({"do": "plan", "title": "Nod", "where": None, "when": "tomorrow"}, "wrong_value"),
        ({"do": "set", "what": "prop", "id": "ring", "values": {}}, "no_such_change"),
        ({"do": "emit event", "kind": "prop.moved"}, "no_such_change"),
        ({"do": ["take"], "who": "a"}, "no_such_change"),
        ({}, "no_such_change"),
        ("take the ring", "no_such_change"),
        (None, "no_such_change"),
    ],
    ids=str,
)
def test_a_bots_line_is_refused_by_name(change: Any, because: str) -> None:
    assert rule(both(), {"line": 2, **change} if isinstance(change, dict) else change) == because


def test_what_a_person_typed_may_act_for_all() -> None:
    assert commands(both(), {"do": "move", "line": 1, "who": "b", "container": "garden"})


def test_a_narrator_moves_bots_and_not_you() -> None:
    story = table(say(None, "Mara leaves for the garden, and Sam follows.", "narration"))
    p = passage(story, None)
    told = Passage(None, p.mind, [_narrated(p)], p.before)
    assert commands(told, {"do": "move", "line": 1, "who": "a", "container": "garden"})
    assert rule(told, {"do": "move", "line": 1, "who": "you", "container": "garden"}) == "not_known"


def test_where_the_story_allows_it_anybodys_line_acts_for_you_but_for_no_other() -> None:
    by_bot = dataclasses.replace(both(), for_you=True)
    assert commands(by_bot, {"do": "move", "line": 2, "who": "you", "container": "garden"})
    assert rule(by_bot, {"do": "move", "line": 2, "who": "b", "container": "garden"}) == "not_yours"
    p = passage(table(say(None, "Sam follows her to the garden.", "narration")), None)
    told = Passage(None, p.mind, [_narrated(p)], p.before, for_you=True)
    assert commands(told, {"do": "move", "line": 1, "who": "you", "container": "garden"})


def _narrated(p: Passage) -> Any:
    part = p.parts[0]
    return type(part)(part.seq, None, part.manner, part.text, (), part.witnesses, "narrate")


def test_what_is_only_thought_is_not_done_but_felt() -> None:
    story = table(say("a", "I will take the ring. How I hate him!", "thought"))
    p = passage(story, "a")
    assert rule(p, {"do": "take", "line": 1, "who": "a", "prop": "ring"}) == "only_thought"
    assert commands(p, {"do": "feel", "line": 1, "from": "a", "to": "you", "warmth": -1, "trust": 0, "tension": 0})


def test_more_changes_than_a_turn_can_bring_are_left_out() -> None:
    reading = read(both(), *[{"do": "mood", "line": 1, "mood": f"mood {n}"} for n in range(30)])
    assert len(reading.proposals) == 24
    assert [x.rule for x in reading.declined] == ["wrong_value"]


def test_a_refused_change_is_kept_as_it_was_answered_unless_it_is_long() -> None:
    short, long = {"do": "set", "x": 1}, {"do": "set", "x": "y" * 5000}
    kept = [x.said for x in read(both(), short, long).declined]
    assert kept[0] == short
    assert len(json.dumps(kept[1])) < 400
