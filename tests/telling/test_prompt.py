"""The prompt: its order, its budget, what stays the same from turn to turn, and that it is made of one mind alone."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.accounts import Summary
from daemon.story.decide import Part
from daemon.telling.prompt import Telling, Told, build
from daemon.telling.recalling import Memory
from daemon.telling.tokens import estimate
from protocol.ids import BITS, EVERYBODY, EntityId, Seq
from protocol.views import LineView
from tests.story.given import Story, do, handle, held, hide, house, inside, lie, move, room, say, thing
from tests.telling.said import line

PLACE = house(thing("key", room("kitchen")), thing("hat", held("b")), do("open_scene", container="kitchen", present=[]))


def told(lines: list[LineView], speaker: EntityId | None = "a", story: Story = PLACE, **more: Any) -> Told:
    lens: tuple[EntityId, ...] = (speaker,) if speaker is not None else ("you", "a", "b")
    asked: dict[str, Any] = {"budget": 100_000, "count": estimate, **more}
    return build(Telling(speaker=speaker, mind=story.state(*lens), lines=lines, **asked))


def sections(prompt: Told) -> dict[str, str]:
    return {s.name: s.text for s in prompt.sections}


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
        assert told_of.splitlines()[1:] == [f"- the letter: in The {there}"]
    assert "elsewhere" not in sections(told([line(1, "a", "What a day.")], story=story))


def test_where_a_thing_is_believed_to_be_names_all_that_says_so() -> None:
    story = house(thing("bag", held("b")), thing("coin", held("b")), hide("b", "coin", inside("bag")))
    story.when(move("b", "garden"))
    prompt = told([line(1, "a", "Where is the coin?")], story=story)
    (found,) = [s for s in prompt.sections if s.name == "elsewhere"]
    left = {h.event.seq for h in story.log if h.kind == "activity.left"}
    put = {h.event.seq for h in story.log if h.kind == "prop.moved"}
    assert found.text.endswith("- the coin: in the bag, with Oren")
    assert left | put <= set(found.from_)


SPEAKERS: list[EntityId | None] = ["you", "a", "b", None]
LINES = st.lists(
    st.tuples(st.sampled_from(SPEAKERS), st.text(alphabet="ab c.雨", max_size=80), st.integers(0, 1)),
    max_size=60,
)


def lines_of(drawn: list[tuple[EntityId | None, str, int]]) -> list[LineView]:
    """Lines with rising seqs and turns."""
    made, turn = [], 0
    for n, (who, text, more) in enumerate(drawn):
        turn += more
        made.append(line(10 + n, who, text.strip() or "x", turn=turn))
    return made


# form


@given(
    LINES,
    st.sampled_from(SPEAKERS),
    st.integers(300, 6000),
    st.sampled_from(["reply", "continue", "narrate", "impersonate"]),
)
def test_one_system_message_then_user_and_assistant_in_turn_and_the_last_is_the_users(
    drawn: list[tuple[EntityId | None, str, int]], speaker: EntityId | None, budget: int, mode: str
) -> None:
    prompt = told(lines_of(drawn), speaker, budget=budget, mode=mode)
    roles = [m.role for m in prompt.messages]
    assert roles[0] == "system"
    assert roles[1:] == (["user", "assistant"] * len(roles))[: len(roles) - 1]
    assert roles[-1] == "user"
    assert all(m.content.strip() for m in prompt.messages)


def test_what_is_true_just_now_stands_after_the_words_of_the_last_user_message() -> None:
    prompt = told([line(20, "you", "Where is it?"), line(21, "a", "Here."), line(22, "you", "Show me.")])
    last = prompt.messages[-1].content
    assert last.startswith("Sam: Show me.\n[")
    for text in ("Within reach: the key.", "Oren is here: holding the hat.", "Mara (you) is here"):
        assert text in last
        assert not any(text in m.content for m in prompt.messages[:-1])
    assert last.rstrip("]").endswith("Now write what Mara says or does next.")


def test_the_speakers_own_lines_are_the_assistants_and_others_are_named_in_the_text() -> None:
    spoken = [
        line(20, "you", "Hi."),
        line(21, "b", "Yes?"),
        line(22, "a", Part("action", "nods"), "Hm."),
        line(23, None, "Rain."),
    ]
    prompt = told(spoken)
    assert [m.content for m in prompt.messages[1:3]] == ["Sam: Hi.\nOren: Yes?", "*nods* Hm."]
    assert prompt.messages[3].content.startswith("Rain.\n[")


def test_where_the_speakers_own_line_comes_first_or_last_the_user_says_something() -> None:
    prompt = told([line(20, "a", "Well."), line(21, "you", "Yes?"), line(22, "a", "Well.")])
    assert [m.role for m in prompt.messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert [m.role for m in told([]).messages] == ["system", "user"]


# what stays the same


@settings(max_examples=100)
@given(LINES.filter(bool), LINES.filter(bool))
def test_a_line_more_changes_nothing_before_the_last_user_message(
    before: list[tuple[EntityId | None, str, int]], after: list[tuple[EntityId | None, str, int]]
) -> None:
    whole = lines_of([*before, *after])
    first, then = told(whole[: len(before)]).messages, told(whole).messages
    assert first[:-1] == then[: len(first) - 1]
    words = first[-1].content.partition("\n[")[0]
    assert words == "(A moment passes.)" or then[len(first) - 1].content.startswith(words)


def test_when_the_budget_is_full_the_beginning_still_stays_the_same_for_a_while() -> None:
    spoken = [line(n, ("you", "a")[n % 2], f"{n} " + "word " * 30, turn=n // 2) for n in range(400)]
    begins = [told(spoken[:n], budget=3000).messages[1].content for n in range(200, 400)]
    changes = sum(one != other for one, other in pairwise(begins))
    assert 5 <= changes <= 200 / 16 + 1


# budget


GISTS = st.lists(st.text(alphabet="ab c.雨", min_size=1, max_size=200), max_size=12)


@settings(max_examples=150)
@given(LINES, st.sampled_from(SPEAKERS), st.integers(300, 4000), st.floats(0.3, 3.0), GISTS, GISTS)
def test_a_prompt_keeps_to_its_budget(
    drawn: list[tuple[EntityId | None, str, int]], speaker: EntityId | None, budget: int, factor: float,
    recalled: list[str], summed: list[str],
) -> None:  # fmt: skip
    def count(text: str) -> int:
        return estimate(text, factor)

    spoken = lines_of(drawn)
    more: dict[str, Any] = {
        "budget": budget,
        "count": count,
        "memories": [Memory(f"m{n}", Seq(1000 + n), text, [], 1.0) for n, text in enumerate(recalled)],
        "past": [
            Summary(f"m{n}", Seq(2000 + n), Seq(n), "scene.closed", None, EVERYBODY, gist, [])
            for n, gist in enumerate(summed)
        ],
    }
    prompt = told(spoken, speaker, **more)
    least = told(spoken[-1:], speaker, **more)
    assert prompt.tokens <= max(budget, least.tokens)
    assert prompt.tokens == sum(count(m.content) + 4 for m in prompt.messages)
    assert all(s.tokens == count(s.text) for s in prompt.sections if s.text)


def test_many_short_lines_cost_what_their_messages_do() -> None:
    spoken = [line(n, ("you", "a")[n % 2], "x", turn=n) for n in range(2000)]
    assert 1000 < told(spoken, budget=2000).tokens <= 2000


def test_of_too_many_lines_the_latest_are_told() -> None:
    spoken = [line(n, ("you", "a")[n % 2], f"line {n} " + f"word{n} " * 20, turn=n // 2) for n in range(300)]
    prompt = told(spoken, budget=2000)
    kept = next(s for s in prompt.sections if s.name == "transcript")
    assert "line 299" in kept.text
    assert "line 0 " not in kept.text
    assert 1000 < prompt.tokens <= 2000
    assert kept.from_ == list(range(min(kept.from_), 300))


# sections and where they come from


def test_every_section_names_seqs_that_there_are_and_that_state_it() -> None:
    story = house(thing("key", room("kitchen")), do("feel", from_="a", to="b", trust=-2, note="he lied"))
    story.when(do("add_lore", lore="inn", keys=["inn"], text="It burned once."), say("you", "The inn is cold."))
    prompt = story.prompt("a")
    seen = {h.event.seq: h for h in story.seen("a")}
    kinds = {s.name: {seen[seq].kind for seq in s.from_} for s in prompt.sections}
    assert kinds["identity"] == {"entity.changed"}
    assert kinds["others"] == {"entity.added"}
    assert kinds["place"] == {"container.added"}
    assert kinds["transcript"] == {"line.said"}
    assert kinds["feelings"] == {"edge.changed"}
    assert kinds["lore"] == {"lore.set"}
    assert kinds["moment"] <= {"activity.arrived", "perceived", "prop.added"}
    assert kinds["style"] == kinds["instruction"] == set()


def test_what_was_seen_carried_in_is_a_source() -> None:
    story = house(thing("hat", held("b")), move("b", "garden"), move("b", "kitchen"))
    arrived = max(h.event.seq for h in story.log if h.kind in ("activity.arrived", "perceived"))
    assert arrived in next(s.from_ for s in story.prompt("a").sections if s.name == "moment")


def test_all_that_is_said_is_in_some_section() -> None:
    prompt = told([line(20, "you", "Where is it?"), line(21, "a", "Here.")])
    whole = "\n".join(m.content for m in prompt.messages)
    for section in prompt.sections:
        if section.name != "transcript":
            assert section.text in whole


def test_a_steering_note_is_the_authors_and_a_mode_is_told() -> None:
    prompt = told([], note="Slower.", note_from=[7], mode="continue")
    note = next(s for s in prompt.sections if s.name == "note")
    assert (note.from_, "Slower." in note.text) == ([7], True)
    assert "Go on with what Mara was just saying" in sections(prompt)["instruction"]


# one mind alone


@pytest.mark.parametrize(("depth", "at"), [(1, 3), (3, 1), (9, 0)])
def test_a_note_stands_so_many_lines_above_the_end(depth: int, at: int) -> None:
    lines = lines_of([("you", "One.", 1), ("b", "Two.", 2), ("you", "Three.", 3), ("b", "Four.", 4)])
    (message,) = told(lines, note="Slower.", note_from=[7], note_depth=depth).messages[1:]
    texts = message.content.split("\n")
    assert "Slower." in texts[at]
    assert sum("Slower." in text for text in texts) == 1
    assert "Slower." in told([], note="Slower.", note_depth=depth).messages[-1].content


def test_what_steers_one_take_is_told_apart() -> None:
    prompt = told([], note="Slower.", steer="In verse.")
    assert "In verse." in prompt.messages[-1].content
    assert next(s for s in prompt.sections if s.name == "steer").from_ == []


def test_a_speaker_is_told_what_they_believe_and_not_what_is_true() -> None:
    story = house(thing("key", room("kitchen")), move("b", "garden"), handle("take", "a", "key"), move("a", "cellar"))
    story.when(move("b", "kitchen"), move("you", "garden"))
    assert "key" not in sections(story.prompt("b"))["moment"]
    assert "holding the key" in sections(story.prompt("a"))["moment"]
    assert "Not here: Sam, Mara." in sections(story.prompt("b"))["moment"]


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
    assert sections(story.prompt("a"))["lore"] == "Worth knowing now:\nWar."
    story.when(say("you", "This inn!"))
    assert "It burned." in sections(story.prompt("a"))["lore"]


def test_a_narrator_tells_what_all_who_are_present_share_and_is_where_they_are() -> None:
    story = house(
        do("open_scene", container="kitchen", present=[]), move("a", "garden"), move("b", "cellar"), move("b", "garden")
    )
    story.when(say("b", "zq1z", "whisper", "a"), do("set", what="entity", id="b", values={"mood": "zq2z"}))
    mind = story.state("a", "b")
    prompt = build(Telling(speaker=None, mind=mind, lines=story.lines("a", "b"), budget=9000, count=estimate))
    assert mind.lens == BITS["a"] | BITS["b"]
    now = sections(prompt)
    assert "zq2z" not in str(prompt)
    assert "The kitchen" in now["place"]  # of the scene that both know to be on
    later = house(move("a", "garden"), move("b", "cellar"), move("b", "garden"))
    shared = later.state("a", "b")
    prompt = build(Telling(speaker=None, mind=shared, lines=[], budget=9000, count=estimate))
    assert "The garden" in sections(prompt)["place"]
    assert "Sam is here" not in sections(prompt)["moment"]
