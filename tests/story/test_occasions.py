"""Occasions and threads: what is planned, begins and ends; what outlives it, and what goes back into its record."""

import pytest

from tests.story.given import Command, Story, do, handle, held, hide, house, inside, masks, move, of, place, room, thing

PICNIC = do(
    "plan", occasion="picnic", title="A picnic", where="garden", who=["you", "a"],
    props=[{"prop": "basket", "name": "the basket"}, {"prop": "ring", "name": "the ring"}],
)  # fmt: skip
RECORD = {"occasion": "picnic"}


def start(occasion: str = "picnic", **more: object) -> Command:
    return do("start", occasion=occasion, **more)


def complete(occasion: str = "picnic", gist: str = "They ate.", **more: object) -> Command:
    return do("complete", occasion=occasion, gist=gist, **more)


def under_way(*more: Command) -> Story:
    """The picnic is on in the garden with all three; Oren came along without having been asked."""
    return house(PICNIC, *(move(e, "garden") for e in ("you", "a", "b")), start(), *more)


def status(story: Story, *lens: str) -> str | None:
    found = story.state(*lens).occasions.get("picnic")  # type: ignore[arg-type]
    return found.status if found is not None else None


def test_those_it_is_planned_with_know_of_it_and_of_what_it_brings() -> None:
    story = house()
    assert masks(story.when(PICNIC)) == [("occasion.planned", "you+a"), *[("prop.added", "you+a")] * 2]
    assert (status(story, "a"), status(story, "b")) == ("planned", None)
    assert (story.where("basket", "a"), story.where("basket", "b")) == (place(RECORD), "unheard of")
    story.refuses(handle("take", "a", "basket"), rule="out_of_reach")
    story.refuses(PICNIC, rule="already_there")


def test_left_out_it_is_the_cast_who_know_and_the_scene_where_it_is() -> None:
    story = house(do("plan", occasion="feast", title="A feast", props=[{"prop": "cake", "name": "a cake"}]))
    assert "feast" in story.state("you", "a", "b").occasions
    story.refuses(start("feast"), rule="no_scene")
    story.when(do("open_scene", container="cellar", present=["a"]), start("feast"))
    assert (story.where("cake", "a"), story.where("cake", "b")) == (place(room("cellar")), place({"occasion": "feast"}))


def test_a_plan_names_what_there_is() -> None:
    story = Story(do("add_entity", entity="a", name="Mara"), thing("key", held("a")))
    story.misses(do("plan", title="x", who=["b"]), what="entity")
    story.misses(do("plan", title="x", where="attic"), what="container")
    story.refuses(do("plan", title="x", props=[{"prop": "key", "name": "x"}]), rule="already_there")
    story.refuses(do("plan", title="x", props=[{"prop": "p", "name": "x"}] * 2), rule="already_there")
    for command in (start("x"), complete("x"), do("cancel", occasion="x")):
        story.misses(command, what="occasion")


def test_when_it_begins_its_things_appear_before_those_who_are_there() -> None:
    story = house(PICNIC, move("b", "garden"))
    assert masks(story.when(start(why="the sun is out"))) == [("occasion.started", "b"), *[("prop.moved", "b")] * 2]
    assert (status(story, "b"), status(story, "a")) == ("active", "planned")
    assert story.where("ring", "b") == place(room("garden"))


def test_lifecycles_move_only_forward() -> None:
    story = house(PICNIC)
    story.refuses(complete(), rule="lifecycle")
    story.when(start())
    story.refuses(start(), rule="lifecycle")
    story.when(complete())
    for again in (start(), complete(), do("cancel", occasion="picnic")):
        story.refuses(again, rule="lifecycle")
    cancelled = house(PICNIC, do("cancel", occasion="picnic"))
    for again in (start(), complete(), do("cancel", occasion="picnic")):
        cancelled.refuses(again, rule="lifecycle")


def test_when_it_is_over_all_who_knew_learn_it_and_its_things_are_gone_from_every_mind() -> None:
    story = under_way(
        handle("take", "b", "ring"), move("b", "cellar"), hide("a", "basket", held("a")), move("a", "kitchen")
    )
    happened = story.when(complete())
    assert masks(happened) == [
        ("occasion.completed", "you+a+b"), ("prop.moved", "you+a+b"), ("prop.moved", "you+a+b"),
        ("memory.formed", "you"),
    ]  # fmt: skip
    for e in ("you", "a", "b"):
        assert status(story, e) == "completed"
        assert story.where("basket", e) == story.where("ring", e) == place(RECORD)
    assert story.memories("b") == []


def test_whoever_missed_how_a_thing_changed_learns_only_that_it_is_gone() -> None:
    story = under_way(move("a", "kitchen"), do("change_prop", who="you", prop="basket", condition="full of ants"))
    happened = story.when(complete())
    assert [m for m in masks(happened) if m[0] in ("prop.moved", "perceived")] == [
        ("prop.moved", "you+b"), ("perceived", "a"), ("prop.moved", "you+a+b"),
    ]  # fmt: skip
    known = story.state("a").props["basket"]
    assert (known.in_, known.condition) == (place(RECORD), "")
    assert story.state("b").props["basket"].condition == "full of ants"


def test_what_happened_to_a_thing_under_a_lid_is_not_told_by_its_going() -> None:
    story = under_way(thing("chest", room("garden"), closed=True), hide("you", "basket", inside("chest")))
    story.when(do("change_prop", who="you", prop="basket", condition="crushed"), complete())
    assert [story.state(e).props["basket"].condition for e in ("you", "a", "b")] == ["crushed", "", ""]
    assert {story.where("basket", e) for e in ("you", "a", "b")} == {place(RECORD)}


def test_what_is_acquired_learned_and_felt_survives() -> None:
    story = under_way(move("b", "cellar"))
    happened = story.when(
        complete(
            acquired=[{"prop": "ring", "by": "a"}],
            learned=[{"fact": "It was her mother's.", "by": "you"}],
            edges=[{"from": "a", "to": "you", "warmth": 1}, {"from": "a", "to": "you", "trust": 2, "do": "feel"}],
        )
    )
    assert story.where("ring") == story.where("ring", "you", "a") == place(held("a"))
    assert story.where("ring", "b") is None  # it is gone from there; who has it he did not see
    assert story.where("basket", "b") == place(RECORD)
    assert (story.memories("you"), story.memories("a")) == (["They ate.", "It was her mother's."], ["They ate."])
    edge = story.state("a").edges["a>you"]
    assert (edge.warmth, edge.trust, story.state("you").edges) == (1, 2, {})
    over = happened[0].event.seq
    assert {h.event.cause for h in happened[1:]} == {over}
    assert [h.payload.memory_kind for h in happened if h.kind == "memory.formed"] == ["episode", "fact"]


def test_what_is_acquired_is_seen_in_the_hands_of_whoever_has_it() -> None:
    story = under_way(move("a", "kitchen"), move("b", "kitchen"))
    story.when(complete(acquired=[{"prop": "ring", "by": "a"}]))
    assert story.where("ring", "b") == story.where("ring", "you") == place(held("a"))


def test_what_is_acquired_is_the_occasions_is_still_there_and_fits_the_hands() -> None:
    story = under_way(thing("hat", held("a")), thing("cup", held("a")), thing("key", room("garden")))
    story.misses(complete(acquired=[{"prop": "key", "by": "a"}]), what="prop of the occasion")
    story.refuses(complete(acquired=[{"prop": "ring", "by": "a"}]), rule="hands_full")
    story.refuses(complete(acquired=[{"prop": "ring", "by": e} for e in ("you", "b")]), rule="wrong_value")
    story.when(do("remove", what="prop", id="ring"))
    story.misses(complete(acquired=[{"prop": "ring", "by": "b"}]), what="prop of the occasion")
    story.when(complete())


def test_what_belonged_to_others_and_lay_in_them_is_put_down_where_they_stood() -> None:
    story = under_way(thing("key", held("b")), hide("b", "key", inside("basket")), handle("close", "a", "basket"))
    story.when(handle("take", "a", "basket"), move("a", "cellar"), move("b", "kitchen"), complete())
    assert story.where("key") == story.where("key", "a") == place(room("cellar"))
    assert story.where("basket", "a") == place(RECORD)


def test_what_lay_in_its_things_stays_on_the_table_or_under_the_lid_where_they_stood() -> None:
    story = under_way(thing("table", room("garden")), thing("trunk", room("garden")), thing("key", held("b")))
    story.when(hide("b", "key", inside("ring")), hide("b", "ring", inside("basket")))
    story.when(hide("b", "basket", inside("table")), complete())
    assert story.where("key") == story.where("key", "a") == place(inside("table"))

    hidden = under_way(thing("trunk", room("garden")), thing("key", held("b")), move("a", "kitchen"))
    hidden.when(hide("b", "key", inside("basket")), hide("b", "basket", inside("trunk")), handle("close", "b", "trunk"))
    hidden.when(move("a", "garden"), complete())
    assert hidden.where("key") == hidden.where("key", "b") == place(inside("trunk"))
    assert hidden.where("key", "a") != place(inside("trunk"))  # nobody lifted the lid


def test_where_it_is_put_down_is_told_to_those_alone_who_knew_where_it_stood() -> None:
    story = under_way(thing("key", held("b")), hide("b", "key", inside("ring")), hide("b", "ring", inside("basket")))
    story.when(move("a", "cellar"), handle("take", "b", "basket"), move("b", "kitchen"), complete())
    assert story.where("key") == story.where("key", "b") == place(room("kitchen"))
    assert "key" in story.state("a").props and story.where("key", "a") is None

    taken = under_way(thing("key", held("b")), hide("b", "key", inside("basket")), handle("take", "b", "basket"))
    taken.when(move("a", "cellar"), move("b", "kitchen"), complete())
    assert taken.where("key") == taken.where("key", "b") == place(room("kitchen"))
    assert "key" in taken.state("a").props and taken.where("key", "a") is None


def test_what_lies_in_a_thing_that_somebody_acquired_stays_in_it() -> None:
    story = under_way(thing("key", held("b")), hide("b", "key", inside("basket")), hide("a", "ring", inside("basket")))
    story.when(complete(acquired=[{"prop": "basket", "by": "a"}]))
    assert (story.where("basket", "b"), story.where("key", "b")) == (place(held("a")), place(inside("basket")))
    assert story.where("ring", "b") == place(RECORD)


def test_what_the_author_put_into_its_record_comes_and_goes_with_it() -> None:
    story = house(PICNIC, thing("flag", RECORD), move("a", "garden"), start())
    assert story.where("flag", "a") == place(room("garden"))
    story.when(complete())
    assert story.where("flag", "a") == place(RECORD)


# who comes while it is on


def test_who_comes_or_wakes_while_it_is_on_learns_that_and_later_that_it_is_over() -> None:
    story = house(do("plan", occasion="picnic", title="Tea", where="garden", who=["you", "a"]), move("you", "garden"))
    story.when(do("start", occasion="picnic"))
    assert (status(story, "a"), status(story, "b")) == ("planned", None)
    story.when(move("a", "garden"), move("b", "garden"))
    assert status(story, "a") == status(story, "b") == status(story, "a", "b") == "active"
    story.when(move("b", "cellar"), complete())
    assert (status(story, "b"), story.memories("b")) == ("completed", [])


def test_all_who_come_in_one_command_learn_that_it_is_on() -> None:
    story = house(do("plan", occasion="picnic", title="Tea", where="garden", who=[]), do("start", occasion="picnic"))
    story.when(do("open_scene", container="garden", present=["you", "a", "b"]))
    assert status(story, "you", "a") == "active"
    assert status(story, "a", "b") == "active"


def test_what_is_on_behind_the_back_of_one_who_is_there_is_not_shown_to_who_comes() -> None:
    story = house(move("b", "garden"), do("plan", occasion="picnic", title="Tea", where="kitchen", who=["you"]))
    story.when(do("start", occasion="picnic", witnesses=["you"]), move("b", "kitchen"))
    assert (status(story, "a"), status(story, "b")) == (None, None)


def test_an_occasion_is_cancelled_before_it_began_or_while_it_is_on() -> None:
    story = house(PICNIC)
    assert masks(story.when(do("cancel", occasion="picnic", why="rain"))) == [
        ("occasion.cancelled", "you+a"), *[("prop.moved", "you+a")] * 2,
    ]  # fmt: skip
    assert (status(story, "a"), status(story, "b")) == ("cancelled", None)
    on = under_way(do("cancel", occasion="picnic"))
    assert (status(on, "b"), on.where("basket", "b"), on.memories()) == ("cancelled", place(RECORD), [])


def test_an_end_without_words_leaves_no_gist() -> None:
    assert under_way(complete(gist="  ")).memories() == []


def test_a_surprise_is_planned_behind_somebodys_back() -> None:
    story = house(do("plan", occasion="picnic", title="Oren's birthday", witnesses=["you", "a"]))
    assert (status(story, "a"), status(story, "b")) == ("planned", None)
    assert "birthday" not in str(story.state("b"))


# threads


def test_a_thread_is_known_to_those_there_when_it_is_opened_and_moves_on() -> None:
    story = house(do("open_scene", container="kitchen", present=[]), move("b", "garden"))
    assert masks(story.when(do("open_thread", thread="who", title="Who took it?"))) == [("thread.opened", "you+a")]
    story.when(do("pass_time", minutes=20), do("advance_thread", thread="who", note="A glove."))
    thread = story.state("a").threads["who"]
    assert (thread.title, thread.status, thread.note, thread.touched) == ("Who took it?", "open", "A glove.", 20)
    assert masks(story.when(do("resolve_thread", thread="who"))) == [("thread.resolved", "you+a")]
    assert (story.state("a").threads["who"].note, story.state("b").threads) == ("A glove.", {})


@pytest.mark.parametrize("name", ["advance_thread", "resolve_thread"])
def test_a_resolved_thread_stays_resolved(name: str) -> None:
    story = house(do("open_thread", thread="who", title="Who?"), do("resolve_thread", thread="who", note="Oren."))
    story.refuses(do(name, thread="who"), rule="lifecycle")
    story.refuses(do("open_thread", thread="who", title="Who?"), rule="already_there")
    story.misses(do(name, thread="why"), what="thread")
    assert of(story.when(do("open_thread", title="Why?")), "thread.opened").thread not in ("who", "")


# moving and renaming


def test_an_occasion_is_moved_and_renamed_for_those_who_know_of_it_and_those_who_join() -> None:
    story = house(do("plan", occasion="trip", title="The trip", who=["you", "a"], when="2031-05-02T07:00:00"))
    happened = story.when(do("change_occasion", occasion="trip", when="2031-05-02T06:00:00", where="garden"))
    assert masks(happened) == [("occasion.changed", "you+a")]
    trip = story.state("you").occasions["trip"]
    assert (trip.title, trip.when, trip.where, trip.status) == ("The trip", "2031-05-02T06:00:00", "garden", "planned")
    happened = story.when(do("change_occasion", occasion="trip", title="The early trip", who=["you", "a", "b"]))
    assert masks(happened) == [("occasion.changed", "you+a+b")]
    assert story.state("b").occasions["trip"].title == "The early trip"


def test_who_is_to_come_no_more_learns_it() -> None:
    story = house(do("plan", occasion="trip", title="The trip", who=["you", "b"]))
    assert masks(story.when(do("change_occasion", occasion="trip", who=["you"]))) == [("occasion.changed", "you+b")]


def test_an_occasion_that_is_moved_falls_due_when_it_is_now() -> None:
    story = house(
        do("open_scene", container="kitchen", present=["you"], at="2031-05-01T12:00:00"),
        do("plan", occasion="trip", title="The trip", where="kitchen", when="2031-05-01T13:00:00"),
        do("change_occasion", occasion="trip", when="2031-05-01T15:00:00"),
        do("pass_time", minutes=90),
    )
    assert story.state().occasions["trip"].status == "planned"
    story.when(do("pass_time", minutes=90))
    assert story.state().occasions["trip"].status == "active"


def test_what_is_over_is_not_moved_and_what_is_not_there_is_not_found() -> None:
    story = house(do("plan", occasion="trip", title="The trip", where="kitchen"), do("cancel", occasion="trip"))
    story.refuses(do("change_occasion", occasion="trip", title="Another"), rule="lifecycle")
    story.misses(do("change_occasion", occasion="feast", title="Another"), what="occasion")
    story = house(do("plan", occasion="trip", title="The trip", where="kitchen"))
    story.misses(do("change_occasion", occasion="trip", where="moon"), what="container")
