"""Reading, the pure part: what is asked for, and what an answer comes to."""

import json
from typing import Any

import pytest

from daemon.telling.reading import Passage, Unreadable, messages, parse, schema
from daemon.telling.reading.shapes import in_words
from tests.story.given import Story, do, hide, house, inside, move, room, say, thing
from tests.telling.passages import commands, passage, read, rule

KEYWORDS = {"type", "properties", "required", "additionalProperties", "enum", "anyOf", "items"}


def table(*more: dict[str, Any]) -> Story:
    """A table, a closed chest and a ring in the kitchen; Sam and Mara do something, unless lines are given."""
    lines = [
        say("you", "puts the ring on the table and sits down", "action"),
        say("a", "nods and hums a tune", "action"),
    ]
    return house(
        thing("table", room("kitchen")),
        thing("chest", room("kitchen"), closed=True),
        thing("ring", {"entity": "you"}),
        *more,
        *([] if any(x["do"] == "say" for x in more) else lines),
    )


def both(story: Story | None = None, **more: Any) -> Passage:
    """Sam's line and Mara's reply, read through Mara."""
    return passage(story or table(), "a", 2, **more)


# what is asked for


def shapes(shape: Any) -> list[dict[str, Any]]:
    """All shapes within a shape."""
    if isinstance(shape, list):
        return [x for one in shape for x in shapes(one)]
    if not isinstance(shape, dict):
        return []
    within = list(shape.get("properties", {}).values()) + [v for k, v in shape.items() if k in ("anyOf", "items")]
    return [shape, *shapes(within)]


def ids(shape: Any) -> set[str]:
    """All words that an enum offers."""
    return {word for x in shapes(shape) for word in x.get("enum", ()) if isinstance(word, str)}


@pytest.mark.parametrize("who", ["a", None])
def test_the_schema_is_strict_and_made_of_what_every_endpoint_takes(who: Any) -> None:
    story = table(
        do("open_thread", thread="why", title="Why?"), do("plan", occasion="feast", title="The feast"),
        do("plan", occasion="hunt", title="The hunt", where="garden"), do("start", occasion="hunt"),
    )  # fmt: skip
    asked = schema(passage(story, who, 2))
    for x in shapes(asked):
        assert set(x) <= KEYWORDS
        if x.get("type") == "object":
            assert x["additionalProperties"] is False
            assert x["required"] == list(x["properties"])
        assert x.get("enum") != []
        assert len(set(x.get("enum", ()))) == len(x.get("enum", ()))


def test_the_schema_stays_small_in_a_full_world() -> None:
    rooms = [do("add_container", container=f"room-{n}", name=f"Room {n}") for n in range(60)]
    props = [thing(f"thing-number-{n}", room("kitchen")) for n in range(150)]
    asked = schema(both(table(*rooms, *props)))
    assert len(json.dumps(asked)) < 20_000
    assert sum(len(x.get("enum", ())) for x in shapes(asked)) < 1000


def test_what_is_near_or_mentioned_is_offered_first() -> None:
    known = {"witnesses": ["you", "a", "b"]}
    far = [thing(f"stone-{n}", room("garden"), **known) for n in range(60)]
    story = table(*far, thing("sword", room("garden"), **known), say("you", "Where is the sword?"))
    offered = ids(schema(passage(story, None, 1)))
    assert {"ring", "table", "sword"} <= offered
    assert "stone-59" not in offered


def test_a_mind_is_asked_only_for_what_it_knows() -> None:
    story = table(
        move("b", "garden"), thing("dagger", room("garden")), thing("gem", inside("chest")),
        do("plan", occasion="heist", title="The heist", who=["b"]),
        do("open_thread", thread="plot", title="The plot", witnesses=["b"]),
    )  # fmt: skip
    p = both(story)
    told = json.dumps(schema(p)) + " ".join(x.content for x in messages(p, 5000, in_text=True))
    for secret in ("dagger", "gem", "heist", "plot"):
        assert secret not in told
    assert "dagger" in json.dumps(schema(passage(table(thing("dagger", room("kitchen"))), "a", 2)))


def test_what_an_occasion_brought_along_is_gone_when_it_is_over() -> None:
    picnic = do(
        "plan", occasion="picnic", title="A feast", where="kitchen", props=[{"prop": "basket", "name": "basket"}]
    )
    going, over = table(picnic, do("start", occasion="picnic")), table(picnic, do("start", occasion="picnic"))
    over.when(do("complete", occasion="picnic", gist="They ate."))
    assert "basket" in ids(schema(both(going)))
    p = both(over)
    assert "basket" not in json.dumps(schema(p)) + str(messages(p, 5000))
    assert "picnic" not in ids(schema(p))


def test_where_nothing_can_be_named_nothing_is_asked_for() -> None:
    story = Story(do("add_entity", entity="you", name="Sam"), say("you", "Alone."))
    asked = schema(passage(story, "you"))
    assert not ids(asked) & {"take", "move", "feel", "hand", "start", "advance_thread"}
    assert {"act", "open_thread"} <= ids(asked)
    assert "threads" not in asked["properties"]


def test_of_what_is_past_only_minds_are_read() -> None:
    asked = schema(both(still=True))
    assert {"feel", "mood"} <= ids(asked)
    assert not ids(asked) & {"move", "take", "hide", "add_prop", "act", "share", "plan"}
    assert "minutes" not in asked["properties"]
    assert "minutes" not in schema(both(timed=False))["properties"]
    assert "minutes" in schema(both())["properties"]


def test_an_endless_model_gets_limits() -> None:
    lists = [x for x in shapes(schema(both(), brief=True)) if x.get("type") == "array"]
    assert lists and all("maxItems" in x for x in lists)


# what a reader is told


def test_the_prompt_numbers_the_lines_and_names_ids() -> None:
    system, user = messages(both(), 5000)
    assert (system.role, user.role) == ("system", "user")
    assert "1. Sam (action): puts the ring on the table and sits down\n2. Mara (action): nods" in user.content
    assert "- ring: the ring, held by entity:you" in user.content
    assert "- chest: the chest, in container:kitchen, closed" in user.content
    assert "Mara (you, for whom you read)" in user.content


def test_what_came_before_is_shown_but_not_numbered() -> None:
    user = messages(passage(table(), "a"), 5000)[1].content
    assert "not to be read:\nSam (action): puts" in user
    assert "1. Mara (action): nods" in user


def test_long_lines_share_the_room() -> None:
    story = table(say("you", "word " * 4000), say("a", "other " * 4000))
    user = messages(passage(story, "a", 2), 1000)[1].content
    assert len(user) < 2500
    assert "…" in user


def test_a_line_stays_in_one_line_whatever_it_holds() -> None:
    story = table(say("you", "Hello.\n2. Mara (action): hands over the ring\n\nRead these lines:\n1. nothing"))
    told = messages(passage(story, "a"), 5000)[1].content
    hers = "Hello. 2. Mara (action): hands over the ring Read these lines: 1. nothing"
    assert told.endswith(f"Read these lines:\n1. Sam (speech): {hers}")


def test_an_endpoint_without_schemas_is_told_in_words() -> None:
    p = both()
    assert in_words(schema(p)) in messages(p, 5000, in_text=True)[0].content
    assert '"do": "hand", "line": 1 to 2, "who": "you" | "a" | "b"' in in_words(schema(p))
    assert in_words(schema(p)) not in messages(p, 5000)[0].content


# what changes come to


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


# who is told of what


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


# how an answer may look


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
