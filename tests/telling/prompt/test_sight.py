"""What a speaker is told of the moment: people, things and places as they are by now, in words, through its lens."""

import re
from typing import Any

from msgspec.structs import replace

from daemon.story.decide.cast import Show
from daemon.telling.prompt import Telling, build
from daemon.telling.tokens import estimate
from protocol.ids import EntityId
from protocol.views import Section
from tests.story.given import Command, Story, do, handle, held, house, inside, move, room, say, thing


def section(story: Story, speaker: EntityId, name: str = "moment", **more: Any) -> Section:
    """A section of a speaker's prompt; an empty one where it is left out."""
    found = (s for s in story.prompt(speaker, **more).sections if s.name == name)
    return next(found, Section(name, 0, "", [], ""))


def moment(story: Story, speaker: EntityId, **more: Any) -> str:
    return section(story, speaker, **more).text


def at(spot: str, **more: Any) -> Command:
    """In a spot of the kitchen."""
    return {"container": "kitchen", "spot": spot, **more}


def worn(entity: str, how: str = "worn") -> Command:
    return {"entity": entity, "how": how}


# things


def test_things_are_told_where_they_are_and_what_they_are_like() -> None:
    story = house(
        thing("coat", at("on the hook"), name="damp coat"),
        thing("tray", room("kitchen"), name="tray", description="Tin, with a painted rose."),
        thing("glass", {"prop": "tray", "on": True}, name="glass"),
    )
    told = "Within reach: damp coat (on the hook), tray (Tin, with a painted rose; on it: glass)."
    assert told in moment(story, "a")


def test_a_description_that_holds_no_longer_is_not_told_as_if_it_did() -> None:
    story = house(
        thing("tin", room("kitchen"), name="tin", description="blue, dented, tied with string"),
        thing("letters", room("kitchen"), name="letters", description="Nineteen envelopes in one hand; a red ribbon."),
        thing("glass", room("kitchen"), name="glass", description="whole"),
    )
    story.when(
        do("change_prop", prop="tin", condition="the string is cut"),
        do("change_prop", prop="letters", condition="eighteen now"),
        do("change_prop", prop="glass", condition="broken"),
    )
    told = moment(story, "a")
    assert "tin (blue, dented; now: the string is cut)" in told
    assert "letters (a red ribbon; eighteen now)" in told
    assert "glass (whole; now: broken)" in told
    story.when(move("b", "garden"), do("change_prop", prop="tin", condition="flattened"), move("b", "kitchen"))
    assert "now: flattened" in moment(story, "b")


def test_who_did_not_see_a_thing_change_is_told_how_it_was() -> None:
    story = house(thing("tin", room("kitchen"), name="tin"), move("b", "garden"))
    story.when(do("change_prop", prop="tin", condition="crushed"))
    asked = say("b", "That tin!")
    story.when(asked)
    assert "crushed" not in str(story.prompt("b").messages)
    assert "crushed" in moment(story, "a")


def test_a_hidden_thing_is_told_to_those_alone_who_know_it_and_as_hidden() -> None:
    story = house(move("b", "garden"), thing("tin", held("a"), name="tin"))
    story.when(do("put", who="a", prop="tin", in_=at("under the stair", hidden=True)), move("b", "kitchen"))
    assert "Hidden here, as you know: tin (under the stair)." in moment(story, "a")
    assert "Within reach" not in moment(story, "a")
    assert "tin" not in moment(story, "b")


def test_what_is_carried_is_told_to_the_one_who_carries_it_and_to_those_who_know() -> None:
    story = house(thing("key", held("a"), name="key"), thing("hat", worn("a"), name="hat"), move("b", "garden"))
    story.when(handle("take", "a", "key", how="carried"), move("b", "kitchen"))
    assert "You: wearing hat; carrying out of sight key." in moment(story, "a")
    assert "Mara is here: wearing hat; carrying out of sight key." in moment(story, "you")
    assert "Mara is here: wearing hat." in moment(story, "b")
    story.when(do("share", by="you", to=["b"], claims=[{"prop": "key", "in": worn("a", "carried")}]))
    assert "carrying out of sight, you think, key" in moment(story, "b")


def test_hands_are_told_where_none_is_free() -> None:
    story = house(thing("cup", held("a"), name="cup"), thing("hat", worn("a"), name="hat"))
    assert "no hand free" not in moment(story, "a")
    story.when(thing("lamp", held("a"), name="lamp"))
    assert "holding cup, lamp; no hand free; wearing hat" in moment(story, "a")
    assert "no hand free" not in moment(story, "b")
    assert "no hand free" not in moment(story, "a", hands=3)


def test_long_descriptions_leave_room_for_what_came_up() -> None:
    long = "; ".join(f"part {n} of a long account of it" for n in range(9))
    things = [thing(f"box{n}", room("kitchen"), name=f"box {w}", description=long) for n, w in enumerate("BCDEFGHJ")]
    story = house(*things, say("you", "Look at box H."))
    told = moment(story, "a")
    assert len(re.findall(r"part 0", told)) < len(things)
    assert len(told.partition("box H (")[2].partition(")")[0]) > 200
    assert all(f"box {w}" in told for w in "BCDEFGHJ")


# what is gone


def test_what_is_gone_from_where_one_last_saw_it_is_told() -> None:
    story = house(thing("watch", room("kitchen"), name="watch"), move("b", "garden"))
    story.when(handle("take", "a", "watch", how="carried"), move("a", "cellar"))
    came = story.when(move("b", "kitchen"))
    found = section(story, "b", "elsewhere")
    assert "- watch: gone from where you last knew it to be" in found.text
    assert next(h.event.seq for h in came if h.kind == "perceived") in found.from_
    for n in range(8):
        story.when(say("you", f"Well, {n}."))
    assert section(story, "b", "elsewhere").text == ""
    story.when(say("b", "The watch!"))
    assert "gone" in section(story, "b", "elsewhere").text


def test_a_thing_whose_place_was_never_known_is_not_told_to_be_gone() -> None:
    story = house(thing("ring", None, name="ring", witnesses=["a"]), say("you", "A ring?"))
    assert section(story, "a", "elsewhere").text == ""


def test_a_thing_in_things_is_told_with_all_that_it_lies_in() -> None:
    story = house(
        thing("desk", room("cellar"), name="desk", witnesses=["a"]),
        thing("note", {"prop": "desk", "on": True}, name="note", witnesses=["a"]),
        say("you", "Where is that note?"),
    )
    assert "- note: on the desk, in the cellar" in section(story, "a", "elsewhere").text


# people


def test_how_somebody_is_and_looks_by_now_is_told_to_those_who_saw_it() -> None:
    story = house(move("b", "garden"))
    story.give([Show(entity="a", appearance="soaked to the skin", status="her hand bandaged")])
    assert "Mara is here: her hand bandaged." in moment(story, "you")
    assert "Mara: soaked to the skin" in section(story, "you", "others").text
    assert "soaked" in section(story, "a", "identity").text and "bandaged" in section(story, "a", "feelings").text
    assert "soaked" not in str(story.prompt("b")) and "bandaged" not in str(story.prompt("b"))
    came = story.when(move("b", "kitchen"))
    others = section(story, "b", "others")
    assert "soaked" in others.text
    assert max(others.from_) == max(h.event.seq for h in came if h.kind == "perceived")


def test_where_people_stand_and_what_they_do() -> None:
    story = house(do("change_container", container="kitchen", slots=[{"slot": "window table", "capacity": 1}]))
    story.when(move("a", "kitchen", slot="window table"), move("b", "kitchen", spot="on the sill"))
    story.when(do("act", who="a", doing="drying cups", attention="Oren"), do("act", who="b", attention="reading"))
    told = moment(story, "you")
    assert "Mara is here: at the window table; drying cups; attending to Oren." in told
    assert "Oren is here: on the sill; reading." in told


def test_who_is_elsewhere_is_told_with_what_is_known_of_them() -> None:
    story = house(move("b", "garden", witnesses=["a", "b"]), move("you", "cellar"))
    told = moment(story, "a")
    assert "Oren (in the garden, as far as you know)" in told
    assert "Sam (where is not known)" in told
    assert "is here" not in told


def test_who_is_in_sight_and_out_of_hearing_is_told_so() -> None:
    def windows(**walls: bool) -> Story:
        return house(
            do("change_container", container="kitchen", opens_to=["garden"], walls=walls),
            do("change_container", container="garden", walls=walls),
            move("b", "garden"), do("act", who="b", doing="digging", awake=True),
        )  # fmt: skip

    assert "Oren is in the garden, within sight but out of hearing: digging." in moment(windows(sight=True), "a")
    assert "within sight and hearing: digging" in moment(windows(sight=True, sound=True), "a")
    heard = moment(windows(sound=True), "a")
    assert "Not here: Oren (where is not known)." in heard


def test_how_to_write_to_who_is_elsewhere_is_told_once_messages_are_sent() -> None:
    story = house(move("b", "garden"))
    assert "(message to" not in moment(story, "a")
    story.when(do("say", who="b", text="Come.", manner="message", to=["a"]))
    assert "A paragraph that begins with (message to Oren) reaches Oren alone." in moment(story, "a")
    story.when(move("b", "kitchen"))
    assert "(message to" not in moment(story, "a").split("Just now:")[-1]


def test_sleep_and_waking_are_told() -> None:
    story = house(do("act", who="b", awake=False))
    assert "Oren is here: asleep." in moment(story, "a")
    assert "You: asleep, perceiving nothing." in moment(story, "b")
    story.when(say("b", "Hm.", "thought", witnesses=["b"]))
    woke = story.when(do("act", who="b", awake=True))[0].event.seq
    for who in ("a", "b"):
        found = section(story, who)  # type: ignore[arg-type]
        assert "just woken" in found.text and woke in found.from_
    story.when(say("b", "What?"))
    assert "just woken" not in moment(story, "a") + moment(story, "b")


def test_who_is_met_awake_is_not_taken_to_have_just_woken() -> None:
    story = house(do("act", who="b", awake=False), move("a", "garden"), do("act", who="b", awake=True))
    story.when(say("b", "Morning."), move("a", "kitchen"))
    assert "just woken" not in moment(story, "a")


# in words


def test_feelings_are_told_in_words() -> None:
    story = house(
        do("feel", from_="a", to="you", warmth=2, trust=1, note="he gave back the watch"),
        do("feel", from_="a", to="b", warmth=-5, trust=-2, tension=3),
    )
    told = section(story, "a", "feelings").text
    assert "You like Sam and trust them a little; lately: he gave back the watch." in told
    assert "You hate Oren and distrust them; very tense." in told
    story = house(do("feel", from_="a", to="you", note="a stranger"), do("feel", from_="a", to="b", note=""))
    assert section(story, "a", "feelings").text == "What Sam is to you: a stranger."


def test_no_number_id_or_clock_of_a_machine_is_told() -> None:
    story = house(
        do("set", what="clock", values={"clock": "2031-11-06T23:11:00"}),
        thing("prop-x", at("on the hook"), name="hat"),
        do("plan", occasion="oc-1", title="Picnic", where="garden", when="2031-11-08T12:00:00"),
        *(do("feel", from_="a", to=e, warmth=3, trust=-4, tension=5) for e in ("you", "b")),
    )  # fmt: skip
    prompt = story.prompt("a")
    told = "\n".join(m.content for m in prompt.messages)
    assert "Just now, Thursday night, about ten past eleven, 6 November 2031:" in told
    assert "Planned: Picnic (in the garden, Saturday at noon" in told
    assert not re.search(r"\d\dT|\d\d:\d\d|-?\d,|prop-x|oc-1|container|None", told.replace("November 2031", ""))


def test_an_ordinary_moment_is_short_and_leaves_the_beginning_alone() -> None:
    story = house(
        do("set", what="clock", values={"clock": "2031-11-06T23:11:00"}),
        *(thing(f"t{n}", at("on the shelf"), name=f"brown jug {n}", description="glazed, chipped") for n in range(6)),
        thing("cup", held("a"), name="cup of tea"), thing("coat", worn("you"), name="damp coat"),
        do("act", who="a", doing="drying cups"), say("you", "Good evening."),
    )  # fmt: skip
    before = story.prompt("a")
    assert next(s.tokens for s in before.sections if s.name == "moment") < 350
    story.when(handle("drop", "a", "cup"), do("act", who="a", doing="waiting"), do("pass_time", minutes=5))
    assert story.prompt("a").messages[0] == before.messages[0]


def test_a_narrator_is_told_what_all_of_its_lens_know() -> None:
    story = house(
        thing("tin", at("under the stair", hidden=True), name="tin", witnesses=["you", "a", "b"]), move("b", "cellar")
    )
    story.when(thing("key", worn("a", "carried"), name="key", witnesses=["a"]))
    mind = story.state("you", "a")
    prompt = build(replace(Telling(None, mind, [], 9000, estimate), lines=story.lines("you", "a")))
    told = next(s.text for s in prompt.sections if s.name == "moment")
    assert "Hidden here, as all of them know: tin (under the stair)." in told
    assert "key" not in told and "you" not in told


def test_what_is_in_a_bag_that_somebody_carries_is_a_source() -> None:
    story = house(thing("bag", worn("a", "carried"), name="bag", witnesses=["a"]))
    story.when(thing("coin", inside("bag"), name="coin", witnesses=["a"]))
    found = section(story, "a")
    assert "carrying out of sight bag (in it: coin)" in found.text
    assert {h.event.seq for h in story.log if h.kind == "prop.added"} <= set(found.from_)
