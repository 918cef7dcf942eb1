"""The prompt: its order, its budget, its sections, and what stays the same from turn to turn."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.decide import Part
from daemon.story.summaries import Summary
from daemon.telling.prompt import Prompt, Telling, build
from daemon.telling.recalling import Memory
from daemon.telling.tokens import estimate
from protocol.ids import EVERYBODY, EntityId, Seq
from protocol.views import LineView
from tests.story.given import Story, do, held, house, move, room, say, thing
from tests.telling.said import line

PLACE = house(thing("key", room("kitchen")), thing("hat", held("b")), do("open_scene", container="kitchen", present=[]))


def told(lines: list[LineView], speaker: EntityId | None = "a", story: Story = PLACE, **more: Any) -> Prompt:
    lens: tuple[EntityId, ...] = (speaker,) if speaker is not None else ("you", "a", "b")
    asked: dict[str, Any] = {"budget": 100_000, "count": estimate, **more}
    return build(Telling(speaker=speaker, mind=story.state(*lens), lines=lines, **asked))


def sections(prompt: Prompt) -> dict[str, str]:
    return {s.name: s.text for s in prompt.sections}


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
    for text in ("Within reach: the key.", "Oren is here: holding the hat."):
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
