"""What is kept in mind and told on: memories, hearsay, claims that may be lies."""

import pytest

from tests.story.given import (
    LENSES,
    Story,
    do,
    handle,
    held,
    hide,
    house,
    inside,
    lie,
    masks,
    move,
    of,
    place,
    room,
    say,
    thing,
)


def remember(*by: str, gist: str = "It rained.", **more: object) -> dict[str, object]:
    return do("remember", gist=gist, by=list(by), **more)


# memories


def test_a_memory_is_theirs_who_keep_it() -> None:
    story = house()
    happened = story.when(remember("you", "b", kind="fact", significance=7.5))
    assert masks(happened) == [("memory.formed", "you+b")]
    kept = of(happened, "memory.formed")
    assert (kept.gist, kept.memory_kind, kept.significance, kept.from_) == ("It rained.", "fact", 7.5, [])
    assert [story.memories(*lens) != [] for lens in LENSES] == [True, True, False, False, True, True, False, False]


def test_a_memory_is_never_wider_than_what_it_derives_from() -> None:
    story = house()
    whispered, noticed = story.when(say("you", "Psst.", "whisper", "a"))
    story.when(remember("a", from_=[whispered.event.seq]))
    story.when(remember("you", "a", "b", from_=[noticed.event.seq]))
    story.refuses(remember("b", from_=[whispered.event.seq]), rule="not_theirs")
    story.refuses(remember("a", "b", from_=[noticed.event.seq, whispered.event.seq]), rule="not_theirs")
    story.misses(remember("a", from_=[999]), what="event")


@pytest.mark.parametrize("wrong", [{"by": []}, {"significance": 10.5}, {"significance": -1}])
def test_a_memory_is_somebodys_and_matters_from_nought_to_ten(wrong: dict[str, object]) -> None:
    house().refuses({**remember("a"), **wrong}, rule="wrong_value")


def test_a_memory_is_kept_by_one_of_the_cast() -> None:
    Story().misses(remember("a"), what="entity")


# hearsay


def test_telling_a_memory_makes_the_listener_remember_who_told_it() -> None:
    story = house()
    seq = story.when(remember("a", gist="Zanzibar."))[0].event.seq
    happened = story.when(do("share", by="a", to=["b"], memory="m1"))
    assert masks(happened) == [("memory.formed", "b")]
    heard = of(happened, "memory.formed")
    assert (heard.gist, heard.memory_kind, heard.told_by, heard.from_) == ("Zanzibar.", "hearsay", "a", [seq])
    assert [story.memories(e) for e in ("you", "a", "b")] == [[], ["Zanzibar."], ["Zanzibar."]]


def test_hearsay_is_told_on_and_only_by_those_who_have_it() -> None:
    story = house(remember("a"), do("share", by="a", to=["b"], memory="m1"))
    story.refuses(do("share", by="you", to=["b"], memory="m1"), rule="not_theirs")
    story.refuses(do("share", by="a", to=["you"], memory="m2"), rule="not_theirs")
    story.when(do("share", by="b", to=["you"], memory="m2"))
    story.misses(do("share", by="b", to=["you"], memory="m9"), what="memory")


def test_telling_needs_somebody_who_hears_and_something_to_tell() -> None:
    story = house(remember("a"), move("b", "garden"), do("act", who="you", awake=False))
    for to in ([], ["a"], ["b"], ["you"]):
        story.refuses(do("share", by="a", to=to, memory="m1"), rule="not_present")
    story.when(move("b", "kitchen"))
    story.refuses(do("share", by="a", to=["b"]), rule="wrong_value")
    story.when(do("share", by="a", to=["b", "you"], memory="m1"))
    assert (story.memories("b"), story.memories("you")) == (["It rained."], [])  # who sleeps is not told


# claims


def lying(*more: dict[str, object]) -> Story:
    """Mara has hidden the key in the cellar, and is with the others in the kitchen."""
    return house(
        thing("key", held("a")), thing("chest", room("kitchen"), closed=True), move("a", "cellar"),
        handle("drop", "a", "key"), move("a", "kitchen"), *more,
    )  # fmt: skip


def test_a_lie_is_believed_by_the_listener_and_by_nobody_else() -> None:
    story = lying()
    happened = story.when(lie("a", "b", "key", room("garden")))
    assert masks(happened) == [("claimed", "you+a+b"), ("memory.formed", "b")]
    told = of(happened, "claimed")
    assert (told.by, told.believers, told.name) == ("a", ["b"], "the key")
    assert {"+".join(lens): story.where("key", *lens) for lens in LENSES} == {
        "": place(room("cellar")),
        "you": None,  # it was seen to leave with her, and she came back without it
        "a": place(room("cellar")),
        "b": place(room("garden")),
        "you+a": None,
        "you+b": place(room("garden")),
        "a+b": place(room("garden")),
        "you+a+b": place(room("garden")),
    }


def test_a_claim_is_corrected_by_the_eyes_and_by_another_claim() -> None:
    story = lying(lie("a", "b", "key", room("garden")), lie("a", "b", "key", inside("chest")))
    assert story.where("key", "b") == place(inside("chest"))
    story.when(handle("look_into", "b", "chest"))
    assert story.where("key", "b") is None
    story.when(move("b", "cellar"))
    assert story.where("key", "b") == place(room("cellar"))


def test_to_say_that_it_is_gone_touches_only_those_who_believed_it_to_be_where_it_is_missed() -> None:
    story = lying(lie("a", "b", "key", inside("chest")), lie("a", "you", "key", room("garden")))
    story.when(lie("a", "b", "key", None), lie("a", "you", "key", None))
    assert story.where("key", "b") is None
    assert story.where("key", "you") == place(room("garden"))
    assert story.memories("you")[-1] == "Mara said that the key is gone."


def test_what_stands_before_ones_eyes_is_not_talked_away() -> None:
    story = lying(thing("lamp", room("kitchen")), thing("bowl", room("kitchen")))
    for prop, where in (
        ("lamp", room("garden")),  # it stands here
        ("lamp", None),
        ("lamp", held("a")),
        ("key", room("kitchen")),  # it does not lie here
        ("key", room("kitchen", "shelf")),
        ("key", held("b")),  # one knows what is in one's hands
        ("key", held("a")),  # and sees what is in hers
        ("key", inside("bowl")),
    ):
        before = story.where(prop, "b")
        assert of(story.when(lie("a", "b", prop, where)), "claimed").believers == [], (prop, where)
        assert story.where(prop, "b") == before
    assert of(story.when(lie("a", "b", "key", inside("chest"))), "claimed").believers == ["b"]
    assert of(story.when(lie("a", "b", "lamp", room("kitchen"))), "claimed").believers == ["b"]  # and so it is


def test_only_those_told_believe_and_only_those_in_earshot_hear() -> None:
    story = lying(move("you", "garden"))
    assert masks(story.when(lie("a", "b", "key", inside("chest"))))[0] == ("claimed", "a+b")
    assert story.where("key", "you") == story.where("key", "you", "b")
    story.refuses(lie("a", "you", "key", inside("chest")), rule="not_present")


def test_a_claim_is_about_a_thing_and_a_place_that_are_there() -> None:
    story = lying()
    story.misses(lie("a", "b", "crown", room("garden")), what="prop")
    story.misses(lie("a", "b", "key", room("attic")), what="container")


def test_telling_may_bring_a_memory_and_several_claims() -> None:
    story = lying(remember("a"), thing("hat", room("cellar")))
    claims = [{"prop": "key", "in": room("garden")}, {"prop": "hat", "in": room("garden")}]
    happened = story.when(do("share", by="a", to=["b", "you"], memory="m1", claims=claims))
    assert masks(happened) == [("memory.formed", "you+b"), ("claimed", "you+a+b"), ("claimed", "you+a+b")]
    assert story.where("hat", "you", "b") == place(room("garden"))


def test_one_who_was_lied_to_takes_from_where_it_is_not() -> None:
    story = lying(lie("a", "b", "key", inside("chest")))
    story.refuses(handle("take", "b", "key"), rule="out_of_reach")
    story.when(hide("you", "chest", held("you")), move("you", "garden"))
    assert story.where("key", "b") == place(inside("chest"))
