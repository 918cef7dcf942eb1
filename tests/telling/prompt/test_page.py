"""What the page is made of: how to write, what stands before the lines and stays, what stands among them, and what a
moment leaves to the lines that nobody has read yet."""

from typing import Any

from msgspec.structs import replace

from daemon.story.decide import Part, Utter
from daemon.telling.parts import told
from daemon.telling.prompt import Prompt, Telling, build, comings
from daemon.telling.prompt.unread import handled
from daemon.telling.tokens import estimate
from protocol.events import ActivityArrived, ActivityLeft, TimeSkipped
from protocol.ids import Seq
from protocol.views import LineView
from protocol.world import Style
from tests.story.given import Story, do, handle, held, house, move, room, say, thing
from tests.telling.said import line

COMING = (ActivityLeft, ActivityArrived, TimeSkipped)


def page(story: Story, speaker: Any = "a", **more: Any) -> Prompt:
    """A speaker's prompt with the comings and goings that they perceived."""
    seen = [(h.event, h.payload) for h in story.seen(speaker) if isinstance(h.payload, COMING)]
    lines, mind = story.lines(speaker), story.state(speaker)
    return story.prompt(speaker, moves=comings.moves(seen, lines, mind, speaker), **more)


def text(prompt: Prompt, name: str) -> str:
    return next((s.text for s in prompt.sections if s.name == name), "")


def telling(story: Story, lines: list[LineView], **more: Any) -> Telling:
    return Telling(speaker="a", mind=story.state("a"), lines=lines, budget=100_000, count=estimate, **more)


# how to write


def test_the_style_says_how_to_write_and_whose_the_others_are() -> None:
    told = text(page(house()), "style")
    for words in ("You are Mara in an interactive story", "a few sentences, in the third person, present tense",
                  "*between asterisks*", "(whispers to Sam)", "Sam belongs to the player, Oren to another writer",
                  "for Sam or Oren"):  # fmt: skip
        assert words in told
    style = Style("first", "past", "two lines", "dry", "German", "novel")
    told = text(page(house(), style=style), "style")
    for words in ("two lines, in the first person (I), past tense", '"quotation marks"', "The tone: dry.", "in German"):
        assert words in told
    told = text(page(house(), style=Style(length="")), "style")
    assert "says and does next, in the third person" in told
    assert "You may write for Sam" in text(page(house(), for_you=True), "style")


def test_the_premise_is_the_authors_and_names_its_source() -> None:
    prompt = page(house(), premise="The tin stays shut.", told_from=[Seq(7)])
    (found,) = [s for s in prompt.sections if s.name == "premise"]
    assert (found.text, found.from_) == ("# The story\nThe tin stays shut.", [7])
    assert "The tin stays shut." in prompt.messages[0].content


# what stands before the lines


def test_what_stands_before_the_lines_stays_as_it_was_when_they_began() -> None:
    story = house(thing("tin", room("kitchen"), name="tin", description="blue, dented"), say("you", "Hello."))
    then = story.state("a")
    before = story.prompt("a", then=then).messages[0]
    assert "tin: blue, dented" in before.content and "The kitchen" in before.content
    story.when(
        do("change_prop", prop="tin", condition="flattened"), do("bind", tone="wary", habits=["tea"]),
        do("change_entity", entity="b", identity={"appearance": "soaked"}), move("a", "garden"), move("b", "garden"),
        *(say("you", f"Hm, {n}.") for n in range(9)),
    )  # fmt: skip
    after = story.prompt("a", then=then)
    assert after.messages[0] == before
    told = text(after, "moment")
    assert "You are in the garden now" in told and "soaked" in told and "wary" in told
    assert "dented" not in told


def test_what_was_described_before_is_told_of_the_moment_only_where_it_changed() -> None:
    story = house(thing("tin", room("kitchen"), name="tin", description="blue, dented"), say("you", "Hello."))
    then = story.state("a")
    assert "tin" not in text(story.prompt("a", then=then), "moment"), "it lies where it lay, which is told before"
    story.when(do("change_prop", prop="tin", condition="flattened"))
    assert "tin (now: flattened)" in text(story.prompt("a", then=then), "moment")
    story.when(say("b", "The tin is flattened."))
    assert "Within reach: tin." in text(story.prompt("a", then=then), "moment"), "the lines say it"


def test_the_ways_out_and_the_date_stand_before_the_lines_and_are_not_told_again() -> None:
    doors = (
        do("change_container", container=x, opens_to=[y]) for x, y in (("kitchen", "garden"), ("garden", "kitchen"))
    )
    story = house(do("set", what="clock", values={"clock": "2031-11-06T22:00:00"}), *doors, say("you", "Hello."))
    then = story.state("a")
    prompt = story.prompt("a", then=then)
    assert "The kitchen, 6 November 2031\n" in text(prompt, "place") and "Ways out: The garden." in text(
        prompt, "place"
    )
    assert text(prompt, "moment").startswith("Just now, Thursday night, ten o'clock:")
    assert "Ways out" not in text(prompt, "moment")
    story.when(do("pass_time", minutes=300), move("a", "garden"))
    told = text(story.prompt("a", then=then), "moment")
    assert "7 November 2031" in told and "Ways out: The kitchen" in told


def test_of_looks_that_changed_what_is_new_is_told() -> None:
    story = house(
        do("change_entity", entity="b", identity={"appearance": "a tall man in a coat, with a hat"}),
        say("you", "Hello."),
    )
    then = story.state("a")
    story.when(do("change_entity", entity="b", identity={"appearance": "a tall man in an apron, without a hat"}))
    assert "Oren is here: a tall man in an apron, without a hat." in text(story.prompt("a", then=then), "moment")
    story.when(do("change_entity", entity="b", identity={"appearance": "a tall man in a coat, soaked"}))
    assert "Oren is here: soaked." in text(story.prompt("a", then=then), "moment")


# what stands among the lines


def test_comings_and_goings_stand_among_the_lines_where_no_line_tells_them() -> None:
    story = house(say("you", "Hello."))
    story.when(move("b", "garden"), say("you", "Gone."), move("b", "kitchen"), say("you", "Back."))
    told = "\n".join(m.content for m in page(story).messages[1:])
    assert told.startswith("Sam: Hello.\n(Oren leaves.)\nSam: Gone.\n(Oren comes to the kitchen.)\nSam: Back.\n[")
    prompt = page(story)
    arrived = next(h.event.seq for h in story.seen("a") if isinstance(h.payload, ActivityArrived) and h.event.seq > 20)
    assert arrived in next(s.from_ for s in prompt.sections if s.name == "transcript")
    assert "(Oren leaves.)" in text(prompt, "transcript")


def test_what_a_line_tells_is_not_told_in_brackets_as_well() -> None:
    story = house(say("you", "Hello."))
    story.when(say("b", "walks out to the garden.", "action"), move("b", "garden"))
    seen = [(h.event, h.payload) for h in story.seen("a") if isinstance(h.payload, COMING)][-1:]
    lines = [replace(x, turn=seen[0][0].turn) for x in story.lines("a")]
    assert comings.moves(seen, lines, story.state("a"), "a") == []
    silent = [x for x in lines if x.who != "b"]
    assert [m.text for m in comings.moves(seen, silent, story.state("a"), "a")] == ["(Oren leaves.)"]


def test_a_coming_is_told_to_who_hears_only_what_came_after_it() -> None:
    story = house(say("you", "Hello."), move("b", "garden"))
    parts, deeds = told(story.world, "you", "*I go out to the garden and sit down.* Oren.")
    story.give([Utter(line="l9", who="you", parts=parts, deeds=deeds)])
    there = "\n".join(m.content for m in page(story, "b").messages[1:])
    assert "(Sam comes to the garden.)\n(A new scene begins.)\nSam: *and sit down.* Oren." in there
    for who in ("a", "you"):
        assert "(Sam" not in "\n".join(m.content for m in page(story, who).messages[1:]), "the line tells it"


def test_time_that_is_left_out_stands_among_the_lines() -> None:
    story = house(say("you", "Hello."), do("skip_time", mode="elision", minutes=95), say("you", "Well."))
    assert "Sam: Hello.\n(2 hours later.)\nSam: Well." in page(story).messages[1].content


def test_whom_the_last_words_were_said_to_is_told() -> None:
    assert "Sam spoke to you." in text(page(house(say("you", "And now, Mara?"))), "instruction")
    assert "Sam spoke to Oren." in text(page(house(say("you", "Oren, tell her."))), "instruction")
    assert "spoke to" not in text(page(house(say("you", "I met Oren's brother."))), "instruction")
    to = page(house(do("say", who="you", text="Well?", to=["b"])))
    assert "Sam (to Oren): Well?" in to.messages[1].content


# what the last lines have done


def test_a_moment_leaves_to_the_lines_what_they_handle_and_nobody_has_read() -> None:
    story = house(
        thing("case", held("you"), name="leather case"), thing("fork", held("you"), name="tuning fork"),
        do("act", who="you", doing="leaning on the wall"),
    )  # fmt: skip
    done = line(900, "you", Part("action", "I set the case on the table and sit down."), "There.")
    told = text(build(telling(story, [done], unread_from=Seq(900))), "moment")
    assert told.startswith("Just now (the last lines are newer):")
    assert "Sam is here: holding tuning fork." in told
    assert "leather case" not in told, "the lines name it, and there is no more to say of it"
    story.when(do("close", who="you", prop="case"))
    closed = text(build(telling(story, [done], unread_from=Seq(900))), "moment")
    assert "In play in the last lines: leather case (closed)." in closed
    read = text(build(telling(story, [done], unread_from=Seq(901))), "moment")
    assert (
        "holding leather case (closed), tuning fork" in read and "leaning on the wall" in read and "newer" not in read
    )


def test_what_is_only_spoken_of_is_told_as_it_is_known() -> None:
    story = house(thing("case", held("you"), name="leather case"))
    asked = telling(story, [line(900, "you", "Where did I put that case?")], unread_from=Seq(900))
    assert handled(asked) == frozenset()
    assert "holding leather case" in text(build(asked), "moment")


def test_what_rules_have_done_with_the_line_is_told() -> None:
    story = house(thing("case", held("you"), name="leather case"))
    done = line(5, "you", Part("action", "I hand Mara the case."))
    story.when(handle("hand", "you", "case", to="a"))
    assert handled(telling(story, [done], unread_from=Seq(5))) == frozenset()


def test_an_ordinary_moment_takes_at_most_350_tokens() -> None:
    story = house(
        do("set", what="clock", values={"clock": "2031-11-06T23:11:00"}),
        *(thing(f"t{n}", room("kitchen"), name=f"brown {n} jug", description="glazed, chipped, old") for n in range(6)),
        thing("cup", held("a"), name="cup of tea"), do("act", who="a", doing="drying cups behind the counter"),
        *(do("feel", from_="a", to=e, warmth=3, trust=-2, note="one who asks before he acts") for e in ("you", "b")),
        do("set", what="entity", id="a", values={"mood": "restless", "goals": ["sleep", "sell the inn", "find Tom"]}),
        do("plan", occasion="ball", title="The ball", when="2031-11-08T20:00:00"),
        do("open_thread", thread="fire", title="Who lit the barn?"), say("you", "Good evening, Mara."),
    )  # fmt: skip
    standing = ("style", "premise", "identity", "others", "place", "things", "among", "past", "transcript", "memories")
    assert sum(s.tokens for s in story.prompt("a").sections if s.name not in standing) < 350
