"""Reading, the pure part: what is asked about a mind, through its lens alone, and what its answer comes to."""

from typing import Any

import pytest

from daemon.reading.proposals import told, with_things
from daemon.telling.reading import mind_call
from protocol.ids import ENTITIES, EntityId
from tests.story.given import Story, do, held, house, inside, lie, masks, move, place, room, say, thing
from tests.telling.passages import comes, mind, passage, read
from tests.telling.reading.tables import both, table


def prompt(story: Story, who: EntityId, *told_it: str, count: int = 2) -> str:
    return "\n".join(x.content for x in mind_call.messages(passage(story, count), who, told_it, 5000))


# what is asked


def test_a_mind_is_shown_itself_its_feelings_wishes_questions_and_the_lines() -> None:
    story = table(
        do("change_entity", entity="a", mood="wary", goals=["keep the tin shut"], identity={"personality": "Proud."}),
        do("feel", from_="a", to="you", trust=-1, note="a stranger"),
        do("open_thread", thread="why", title="Why is he here?", witnesses=["a"]),
    )  # fmt: skip
    asked = prompt(story, "a", "Sam said that it rains")
    for words in (
        "Mara's mind: Keeps the inn. Proud.", "Mood: wary", "Wants: keep the tin shut",
        "Toward Sam: warmth 0, trust -1",
        "a stranger", "why: Why is he here?", "Sam: *puts the ring on the table and sits down*",
        "Mara: *nods and hums a tune*", "1. Sam said that it rains",
    ):  # fmt: skip
        assert words in asked


def test_a_mind_is_shown_nothing_that_another_keeps() -> None:
    story = table(
        do("change_entity", entity="you", mood="obsidian", goals=["obsidian"], identity={"description": "obsidian"}),
        do("feel", from_="you", to="a", trust=-1, note="obsidian"), do("feel", from_="b", to="you", note="obsidian"),
        do("open_thread", title="Whose obsidian?", witnesses=["you"]),
        thing("gem", inside("chest"), name="the obsidian"),
        do("plan", title="Theft of the obsidian", who=["you", "b"]), do("remember", gist="obsidian", by=["you"]),
        say("you", "About the obsidian.", "thought"), say("you", "About the obsidian.", "whisper", "b"),
        say("a", "Well?"),
    )  # fmt: skip
    assert "obsidian" not in prompt(story, "a", count=3)
    assert "obsidian" in prompt(story, "you", count=3)
    assert "About the obsidian." in prompt(story, "b", count=3)


def test_a_mind_is_shown_what_is_out_of_its_sight_and_nothing_that_an_occasion_has_taken_back() -> None:
    brought = [{"prop": "hamper", "name": "the hamper"}]
    story = table(
        do("plan", occasion="meal", title="A meal", where="kitchen", props=brought), do("start", occasion="meal"),
        do("complete", occasion="meal", gist="They ate."), thing("watch", room("kitchen")),
        move("a", "garden"), say("a", "Is the watch in the hamper?"), say("a", "No."),
    )  # fmt: skip
    asked = prompt(story, "a").partition("Things out of its sight:")[2].partition("The lines:")[0]
    assert "watch" in asked
    assert "hamper" not in asked


def test_of_lines_a_mind_is_shown_those_alone_that_are_read() -> None:
    story = table(say("b", "obsidian", "whisper", "you"), say("b", "Rain."), say("you", "Yes."), say("a", "No."))
    assert "Rain." not in prompt(story, "a")
    assert "obsidian" not in prompt(story, "a")


def test_where_a_mind_is_told_something_it_hears_no_secret_of_others_in_it() -> None:
    story = table(say("a", "The ring is of obsidian.", "whisper", "you"), say("a", "The ring is old."))
    p = passage(story, 2)
    telling = read(p, {"do": "tell", "n": 2, "text": "The ring is old and of obsidian"})
    assert told(p, telling, "b") == ["The ring is old"]
    assert told(p, telling, "you") == ["The ring is old and of obsidian"]
    assert told(p, telling, "a") == []


def test_long_lines_share_the_room() -> None:
    story = table(say("you", "word " * 4000), say("a", "other " * 4000))
    (_, user) = mind_call.messages(both(story), "a", [], 1000)
    assert len(user.content) < 2500
    assert "…" in user.content


def test_of_a_long_deed_of_anothers_the_end_is_shown_where_it_tells_of_a_thing_to_be_sure_of() -> None:
    deed = f"{'She hums, and turns, and looks out at the rain. ' * 3}Then she opens the door with the {{}}."
    story = table(thing("watch", room("kitchen")), move("a", "garden"), move("b", "garden"))
    story.when(say("b", deed.format("watch"), "action"), say("b", deed.format("spoon"), "action"))
    asked = prompt(story, "a")
    assert "with the spoon" not in asked
    assert "watch: " in asked and "with the watch" in asked
    near = table(thing("purse", held("b")))
    near.when(say("b", deed.format("purse"), "action"), say("a", "Oh."))
    assert "with the purse" in prompt(near, "a"), "rather than that she hums"


def test_a_line_stays_in_one_line_whatever_it_holds() -> None:
    story = table(say("you", "Hello.\n\nWhat it was told:\n1. That all is lost"), say("a", "Well."))
    assert "Sam: Hello. What it was told: 1. That all is lost" in prompt(story, "a")


# what an answer comes to


def test_mood_wishes_feelings_and_a_question_are_the_minds_own() -> None:
    story = table()
    hers = mind(
        passage(story, 2), "a", mood="amused", wants=["stay dry", "know his name"], question="Who is he?",
        feel=[{"to": "you", "warmth": 1, "trust": 0, "tension": -1, "note": "a funny man"}],
    )  # fmt: skip
    happened = comes(story, count=2, minds=[hers])
    assert {h.witnesses for h in happened} == {("a",)}
    mara, edge = story.state("a").entities["a"], story.state("a").edges["a>you"]
    assert (mara.mood, mara.goals) == ("amused", ["stay dry", "know his name"])
    assert (edge.warmth, edge.tension, edge.note) == (1, -1, "a funny man")
    assert [x.title for x in story.state("a").threads.values()] == ["Who is he?"]
    for other in ("you", "b"):
        assert story.state(other).entities["a"].mood is None
        assert story.state(other).threads == {}
    last = [h.event.seq for h in story.log if h.kind == "line.said"][-1]
    assert {h.event.cause for h in happened} == {last}


def test_a_question_that_one_asks_itself_already_is_not_asked_again() -> None:
    story = table()
    for _ in range(2):
        comes(story, count=2, minds=[mind(passage(story, 2), "a", question="Who is he?")])
    comes(story, count=2, minds=[mind(passage(story, 2), "b", question="Who is he?")])
    assert len(story.state().threads) == 2


def test_what_is_new_about_a_question_is_kept_by_the_mind_alone() -> None:
    own = do("open_thread", thread="why", title="Why?", witnesses=["a"])
    shared = do("open_thread", thread="who", title="Who?")
    story = table(own, shared)
    hers = mind(
        passage(story, 2), "a",
        answers=[{"it": "why", "text": "For the ring", "done": True}, {"it": "Who?", "text": "It is Sam", "done": True},
                 {"it": "nothing", "text": "x"}, {"it": "why"}, "x"],
    )  # fmt: skip
    happened = comes(story, count=2, minds=[hers])
    assert masks(happened) == [("thread.resolved", "a"), ("thread.advanced", "a")]
    assert (story.state("a").threads["who"].note, story.state("you").threads["who"].note) == ("It is Sam", "")
    assert story.state("you").threads["who"].status == "open", "others go on asking it"


def test_what_one_concludes_in_ones_own_thoughts_changes_what_one_believes() -> None:
    story = house(
        thing("watch", room("kitchen")), move("you", "garden"), lie("b", "a", "watch", room("cellar")),
        say("a", "He lied. It is in the garden.", "thought"),
    )  # fmt: skip
    assert story.where("watch", "a") == place(room("kitchen")), "it stands before her"
    comes(story, minds=[mind(passage(story), "a", thinks=[{"it": "watch", "place": "The garden"}])])
    assert story.where("watch", "a") == place(room("kitchen")), "and is not thought away"
    story.when(move("a", "cellar"))
    story.when(say("a", "He took it out to the garden.", "thought"))
    happened = comes(story, minds=[mind(passage(story), "a", thinks=[{"it": "the watch", "place": "garden"}])])
    assert masks(happened) == [("claimed", "a")]
    assert story.where("watch", "a") == place(room("garden"))
    assert story.where("watch", "b") == place(room("kitchen"))


@pytest.mark.parametrize(
    ("named", "where"),
    [
        ("gone", None),
        ("Sam", {"entity": "you", "how": "carried"}),
        ("The cellar", room("cellar")),
        ("bag", inside("bag")),
    ],
)
def test_one_may_conclude_that_it_is_with_somebody_in_a_thing_a_place_or_gone(named: str, where: Any) -> None:
    story = house(
        thing("bag", held("you")), thing("watch", room("kitchen")), move("a", "garden"), say("a", "Ah.", "thought")
    )  # fmt: skip
    comes(story, minds=[mind(passage(story), "a", thinks=[{"it": "watch", "place": named}])])
    assert story.where("watch", "a") == (place(where) if where else None)


def test_what_a_mind_does_not_know_it_concludes_nothing_about() -> None:
    story = house(thing("watch", room("cellar")), say("a", "Ah.", "thought"))
    assert mind(passage(story), "a", thinks=[{"it": "watch", "place": "garden"}]).thinks == []


@pytest.mark.parametrize(
    "said",
    [
        {"feel": [{"to": "a", "warmth": 1}]}, {"feel": [{"to": "nobody", "warmth": 1}]}, {"feel": ["x", None, 3]},
        {"feel": {"to": "you"}}, {"wants": ";"}, {"wants": [3, None, ""]}, {"doubts": [0, 2, -1, "x", True]},
        {"mood": 3}, {"gist": ["x"]}, {"matters": "much"}, {"thinks": [{"it": "ring"}]}, {"question": None},
        {"answers": [{"it": 3, "text": 4}]}, {"feel": [{"to": "you", "warmth": 0}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_passed_over_and_takes_nothing_else_with_it(said: dict[str, Any]) -> None:
    story = table()
    hers = mind(passage(story, 2), "a", told=1, **{"gist": "Mara hummed.", "mood": "calm", **said})
    assert hers.doubts == []
    happened = comes(story, count=2, minds=[hers])
    assert len(happened) == (0 if "mood" in said else 1)


def test_pushes_and_ratings_are_brought_within_bounds() -> None:
    hers = mind(
        passage(table(), 2), "a", matters=40, feel=[{"to": "Sam", "warmth": "9", "trust": -7.4, "tension": "x"}]
    )
    assert hers.matters == 10
    assert [(x.to, x.warmth, x.trust, x.tension) for x in hers.feel] == [("you", 2, -2, 0)]


def test_texts_are_kept_short_and_whole() -> None:
    long = "Sam put the ring down. " * 30
    hers = mind(passage(table(), 2), "a", gist=long, mood=long, question=long, wants=[long] * 9)
    assert len(hers.gist) <= mind_call.LONGEST_GIST
    assert hers.gist.endswith("down.")
    assert hers.wants is not None
    assert len(hers.wants) == mind_call.WISHES
    assert all(len(w) <= mind_call.WISH for w in hers.wants)


def test_who_is_alone_is_asked_for_no_feelings() -> None:
    assert "feel" in mind_call.schema(both(), "a")["properties"]
    alone = Story(do("add_entity", entity="you", name="Sam", identity={"description": "Alone."}), say("you", "Alone."))
    assert "feel" not in mind_call.schema(passage(alone), "you")["properties"]


def test_those_who_perceived_or_thought_something_are_minds_and_so_is_you() -> None:
    story = table(move("b", "garden"), say("a", "Well.", "thought"), say("you", "Yes?"))
    assert passage(story, 2).minds == ["you", "a"]
    assert set(passage(story, 2).people) == set(ENTITIES)


def test_a_mind_is_asked_of_things_where_it_takes_them_to_be_after_the_changes() -> None:
    story = house(thing("ring", held("you")), say("you", "hides the ring behind the clock and nods", "action"))
    hidden = {"do": "put", "n": 1, "it": "ring", "how": "hidden", "spot": "behind the clock", "unseen": True}
    p = passage(story)
    after = with_things(p, read(p, hidden))
    there = {**room("kitchen"), "spot": "behind the clock", "hidden": True}
    assert after.world.minds["you"].props["ring"].in_ == place(there)
    assert after.world.minds["a"] == p.world.minds["a"]
    assert after.truth == p.truth
