"""What a prompt tells is what its mind knows and believes, and nothing of what others think, feel or whisper."""

from msgspec.structs import replace

from daemon.story.lenses import shared
from daemon.telling.prompt import Telling, build
from daemon.telling.tokens import estimate
from protocol.ids import mask_of
from tests.story.given import do, handle, held, hide, house, inside, lie, move, room, say, thing
from tests.telling.prompt.test_layout import sections, told
from tests.telling.said import line


def test_what_is_known_to_be_in_things_is_told_with_them_and_no_more() -> None:
    story = house(
        thing("chest", room("kitchen")), thing("key", held("a"), name="brass key"), hide("a", "key", inside("chest")),
        do("close", who="a", prop="chest"), thing("vial", inside("chest"), name="vial"), move("b", "garden"),
        thing("bag", held("you")), thing("coin", inside("bag")),
    )  # fmt: skip
    moment = sections(told([], story=story))["moment"]
    assert "Within reach: the chest (closed; in it: brass key)." in moment
    assert "Sam is here: holding the bag (in it: the coin)." in moment
    assert "vial" not in moment


def test_where_a_thing_that_came_up_is_believed_to_be_is_told_right_or_wrong() -> None:
    story = house(thing("letter", held("a"), name="the letter"), thing("lamp", held("a")), move("b", "garden"))
    story.when(move("a", "garden"), handle("drop", "a", "letter"), handle("drop", "a", "lamp"), move("a", "kitchen"))
    story.when(move("b", "kitchen"), lie("b", "you", "letter", room("cellar")))
    asked = [line(1, "a", "Where are those letters?")]
    for speaker, there in (("a", "garden"), ("you", "cellar")):
        told_of = sections(told(asked, speaker, story))["elsewhere"]  # type: ignore[arg-type]
        assert told_of.splitlines()[1] == f"- the letter: in the {there}"
        assert "lamp" not in told_of or speaker == "you"  # who missed it when Mara came back with empty hands
    assert "elsewhere" not in sections(told([line(1, "a", "What a day.")], story=story))


def test_where_a_thing_is_believed_to_be_names_all_that_says_so() -> None:
    story = house(thing("bag", held("b")), thing("coin", held("b")), hide("b", "coin", inside("bag")))
    story.when(move("b", "garden"))
    prompt = told([line(1, "a", "Where is the coin?")], story=story)
    (found,) = [s for s in prompt.sections if s.name == "elsewhere"]
    left = {h.event.seq for h in story.log if h.kind == "activity.left"}
    put = {h.event.seq for h in story.log if h.kind == "prop.moved"}
    assert found.text.endswith("- the coin: in the bag, in Oren's hands")
    assert left | put <= set(found.from_)


def test_a_speaker_is_told_what_they_believe_and_not_what_is_true() -> None:
    story = house(thing("key", room("kitchen")), move("b", "garden"), handle("take", "a", "key"), move("a", "cellar"))
    story.when(move("b", "kitchen"), move("you", "garden"))
    assert "key" not in sections(story.prompt("b"))["moment"]
    assert "holding the key" in sections(story.prompt("a"))["moment"]
    assert "Not here: Sam (where is not known), Mara (where is not known)." in sections(story.prompt("b"))["moment"]


def test_who_was_lied_to_is_told_the_lie() -> None:
    story = house(thing("key", held("a")), move("a", "cellar"), handle("drop", "a", "key"), move("a", "kitchen"))
    story.when(lie("a", "b", "key", room("garden")), move("b", "garden", witnesses=[]))
    assert "key" not in str(story.prompt("a").messages)


def test_thoughts_whispers_moods_and_lore_of_others_are_not_told() -> None:
    story = house(
        do("change_entity", entity="b", mood="zq1z", goals=["zq2z"], identity={"voice": "zq3z"}),
        do("feel", from_="b", to="a", trust=-3, note="zq4z"), say("b", "zq5z", "thought"),
        say("b", "zq6z", "whisper", "you"), do("add_lore", text="zq7z", lens=["b"]), do("note", text="zq8z"),
    )  # fmt: skip
    assert "zq" not in str(story.prompt("a"))
    assert all(f"zq{n}z" in str(story.prompt("b")) for n in range(1, 8))
    assert "*whispers something to Sam*" in story.prompt("a").messages[1].content


def test_lore_is_told_where_its_keys_come_up_and_to_whom_it_is_given() -> None:
    story = house(
        do("add_lore", lore="inn", keys=["INN", ""], text="It burned."), do("add_lore", lore="all", text="War.")
    )
    assert sections(story.prompt("a"))["lore"] == "# What you know of the world\nWar."
    story.when(say("you", "This inn!"))
    assert "It burned." in sections(story.prompt("a"))["lore"]


def test_a_narrator_tells_what_all_who_are_present_share_and_is_where_they_are() -> None:
    story = house(
        do("open_scene", container="kitchen", present=[]), move("a", "garden"), move("b", "cellar"), move("b", "garden")
    )
    story.when(say("b", "zq1z", "whisper", "a"), do("set", what="entity", id="b", values={"mood": "zq2z"}))
    mind = replace(story.state("a", "b"), lens=shared(mask_of(["a", "b"])))
    prompt = build(Telling(speaker=None, mind=mind, lines=story.lines("a", "b"), budget=9000, count=estimate))
    now = sections(prompt)
    assert "zq2z" not in str(prompt)
    assert "The kitchen" in now["place"]  # of the scene that both know to be on
    later = house(move("a", "garden"), move("b", "cellar"), move("b", "garden"))
    known = later.state("a", "b")
    prompt = build(Telling(speaker=None, mind=known, lines=[], budget=9000, count=estimate))
    assert "The garden" in sections(prompt)["place"]
    assert "Sam is here" not in sections(prompt)["moment"]
