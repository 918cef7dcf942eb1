"""Who is in a story, what of them is everybody's, and what they feel: cast, edges, the group node."""

import pytest

from protocol.world import Identity
from tests.story.given import CAST, LENSES, Story, do, house, masks, of, say

MARA = do(
    "add_entity", entity="a", name="Mara",
    identity={"appearance": "tall", "description": "keeps the inn", "personality": "dry", "voice": "low",
              "examples": ["Well.", "Hm."]},
    mood="calm", goals="to sell the inn", status="tired",
)  # fmt: skip


def test_name_and_appearance_are_everybodys_the_rest_is_ones_own() -> None:
    story = Story()
    happened = story.when(MARA)
    assert masks(happened) == [("entity.added", "you+a+b"), ("entity.changed", "a")]
    assert happened[1].event.cause == happened[0].event.seq
    for lens in (LENSES[0], LENSES[2]):
        mara = story.state(*lens).entities["a"]
        assert (mara.name, mara.appearance, mara.description, mara.mood) == ("Mara", "tall", "keeps the inn", "calm")
        assert (mara.examples, mara.goals, mara.status) == (["Well.", "Hm."], ["to sell the inn"], "tired")
    for lens in (*LENSES[1:2], *LENSES[3:]):
        mara = story.state(*lens).entities["a"]
        assert (mara.name, mara.appearance) == ("Mara", "tall")
        assert (mara.description, mara.personality, mara.voice, mara.examples) == (None, None, None, [])
        assert (mara.mood, mara.goals, mara.status) == (None, [], None)


def test_somebody_without_anything_of_their_own_is_one_event() -> None:
    story = Story()
    assert masks(story.when(do("add_entity", entity="you", name="Sam"))) == [("entity.added", "you+a+b")]


def test_somebody_is_added_once() -> None:
    Story(MARA).refuses(do("add_entity", entity="a", name="Another"), rule="cast_full")


def test_a_change_is_shown_to_all_where_it_shows_and_states_only_what_changed() -> None:
    story = Story(MARA)
    changed = do("change_entity", entity="a", name="Mara Voss", identity={"appearance": "grey", "voice": "hoarse"})
    assert masks(story.when(changed)) == [("entity.changed", "you+a+b"), ("entity.changed", "a")]
    assert story.state("b").entities["a"].name == "Mara Voss"
    own = story.state("a").entities["a"]
    assert (own.appearance, own.voice, own.personality, own.mood) == ("grey", "hoarse", "dry", "calm")


def test_a_mood_that_changes_is_ones_own_and_an_empty_text_empties_a_list() -> None:
    story = Story(MARA)
    assert masks(story.when(do("change_entity", entity="a", mood="furious", goals=""))) == [("entity.changed", "a")]
    assert (story.state("a").entities["a"].mood, story.state("a").entities["a"].goals) == ("furious", [])
    assert story.state("you").entities["a"].mood is None


def test_a_change_of_nothing_is_no_event() -> None:
    story = Story(MARA)
    assert story.when(do("change_entity", entity="a")) == []


@pytest.mark.parametrize("command", [do("change_entity", entity="b", mood="x"), do("move", who="b", container="inn")])
def test_who_is_not_in_the_cast_is_not_found(command: dict[str, object]) -> None:
    Story(MARA).misses(command, what="entity")


def test_a_bot_needs_an_identity_before_it_speaks_and_the_user_does_not() -> None:
    story = Story(*(do("add_entity", entity=e, name=e) for e in ("you", "a", "b")))
    story.when(say("you", "Hello."))
    for manner in ("speech", "action", "thought"):
        story.refuses(say("a", "Hello.", manner), rule="no_identity")
    story.refuses(do("share", by="a", to=["you"], memory="m1"), rule="no_identity")
    story.when(do("change_entity", entity="a", identity={"voice": "low"}), say("a", "Hello."))
    story.refuses(say("b", "Hello."), rule="no_identity")


@pytest.mark.parametrize(
    "part", [x for x in Identity.__struct_fields__ if x not in ("talkativeness", "picture", "depth", "nickname")]
)
def test_any_part_is_an_identity(part: str) -> None:
    story = Story(do("add_entity", entity="a", name="Mara", identity={part: "something"}))
    story.when(say("a", "Hello."))


def test_how_talkative_somebody_is_is_their_own_and_from_0_to_10() -> None:
    story = house(do("change_entity", entity="a", identity={"talkativeness": 8}))
    assert [story.state(*lens).entities["a"].talkativeness for lens in ((), ("a",), ("b",))] == [8, 8, None]
    story.refuses(do("change_entity", entity="a", identity={"talkativeness": 11}), rule="wrong_value")
    only = Story(do("add_entity", entity="a", name="Mara", identity={"talkativeness": 3}))
    only.refuses(say("a", "Hello."), rule="no_identity")


# edges and the group node


def test_a_feeling_is_stated_as_it_is_now_and_is_the_feelers_own() -> None:
    story = house(do("feel", from_="a", to="b", trust=2, note="he paid"))
    happened = story.when(do("feel", from_="a", to="b", trust=-3, warmth=1, because="he left"))
    assert masks(happened) == [("edge.changed", "a")]
    felt = of(happened, "edge.changed")
    assert (felt.trust, felt.warmth, felt.tension, felt.note, felt.because) == (-1, 1, 0, "he paid", "he left")
    assert story.state("a").edges["a>b"].trust == story.state().edges["a>b"].trust == -1
    for lens in (LENSES[4], LENSES[1], LENSES[6]):
        assert story.state(*lens).edges == {}


def test_feelings_stay_between_minus_five_and_five() -> None:
    story = house(*[do("feel", from_="a", to="you", warmth=4, trust=-4, tension=9)] * 3)
    edge = story.state("a").edges["a>you"]
    assert (edge.warmth, edge.trust, edge.tension) == (5, -5, 5)


def test_the_six_edges_are_apart_and_there_is_none_to_oneself() -> None:
    pairs = [(x, y) for x in ("you", "a", "b") for y in ("you", "a", "b") if x != y]
    story = house(*(do("feel", from_=x, to=y, warmth=n) for n, (x, y) in enumerate(pairs)))
    assert [story.state().edges[f"{x}>{y}"].warmth for x, y in pairs] == [0, 1, 2, 3, 4, 5]
    story.refuses(do("feel", from_="a", to="a", warmth=1), rule="wrong_value")


def test_a_feeling_needs_both() -> None:
    story = Story(CAST[1])
    story.misses(do("feel", from_="a", to="b", warmth=1), what="entity")
    story.misses(do("feel", from_="b", to="a", warmth=1), what="entity")


def test_the_group_node_is_what_all_share_and_keeps_what_is_not_named() -> None:
    story = house(do("bind", tone="wary", habits=["tea at four"]))
    assert masks(story.when(do("bind", note="the night of the fire"))) == [("group.changed", "you+a+b")]
    group = story.state("you", "a", "b").group
    assert (group.tone, group.note, group.habits) == ("wary", "the night of the fire", ["tea at four"])
