"""Recalling: what a question asks for, what else than words tells, and what a prompt is given of what is found."""

from collections.abc import Sequence

import pytest
from msgspec import structs

from daemon.telling.recalling import (
    Match,
    Memory,
    Parts,
    Question,
    as_thought,
    by_words,
    coming_to_mind,
    cue,
    decided,
    fitting,
    fused,
    gists_first,
    question,
    weighed,
)
from daemon.telling.tokens import estimate
from protocol.ids import Seq
from tests.telling.said import NAMES, line


def memory(seq: int, text: str, score: float = 1.0, from_: Sequence[int] = ()) -> Memory:
    return Memory(f"m{seq}", Seq(seq), text, [Seq(s) for s in from_], score)


def raw(seq: int, text: str, score: float = 1.0, from_: Sequence[int] = ()) -> Memory:
    """A line as it was told."""
    return Memory(f"l{seq}", Seq(seq), text, [Seq(s) for s in from_], score, raw=True)


def test_a_question_looks_for_what_tells_and_for_who_is_asked_about() -> None:
    asked = question("What did Mara say about the boat?", NAMES)
    assert set(asked.words) == {"mara", "say", "boat"}
    assert asked.words["mara"] < asked.words["boat"]
    assert asked.about == {"a"}
    assert question("Who is it?", NAMES).words, "a question of little words alone looks for these"
    assert question("", NAMES) == Question({})
    assert question("Oren and Mara", NAMES).about == {"a", "b"}


def test_the_last_lines_bring_to_mind_the_latest_first() -> None:
    brought = cue([line(1, "a", "The ferry sank."), line(2, "you", "Mara, was it the red ferry?")], NAMES)
    assert brought.words["red"] == brought.words["ferry"] == 1.0
    assert 0 < brought.words["sank"] < 1.0
    assert brought.words["mara"] < 1.0
    assert not brought.about, "whoever is spoken to is not therefore asked about"
    many = cue([line(1, "a", " ".join(f"word{n}" for n in range(200)))], NAMES)
    assert len(many.words) < 50


def test_who_said_it_and_when_add_to_the_words() -> None:
    asked = Question({"boat": 1.0}, frozenset({"a"}))
    of_a, of_b = Match("a", Seq(7), 0.5), Match("b", Seq(7), 0.5)
    assert by_words([of_b], asked, [])[0].score == 0.5
    assert by_words([of_a], asked, [])[0].score > 0.5
    assert by_words([of_b], asked, [range(5, 9)])[0].time > 0
    assert by_words([of_b], asked, [range(1, 7)])[0].time == 0
    both = Question({"boat": 1.0}, frozenset({"a", "b"}))
    assert by_words([of_a], both, [])[0].speaker == 0, "either may have said it"


def test_words_and_meaning_are_shares_of_the_best_and_every_part_of_a_score_is_told() -> None:
    asked = Question({"boat": 1.0})
    worded, meant = Match("b", Seq(7), 0.4, 0.1, 0.1, Seq(2)), Match("b", Seq(9), 0.0, 0.6, 0.3, Seq(8))
    by_word, by_meaning = fused([worded, meant], asked, [], relative=True)
    assert (by_word.words, by_meaning.words, by_meaning.meaning, by_meaning.around) == (0.5, 0.0, 0.25, 0.125)
    assert by_word.scene == pytest.approx(0.3 * (by_word.score - by_word.scene) / 3), "alone in its scene"
    assert by_meaning.score == pytest.approx(sum(structs.astuple(by_meaning)))
    [there] = fused([meant], asked, [], relative=False)
    assert there.meaning == pytest.approx(0.25 * 0.6), "not compared with anything"
    assert fused([Match("b", Seq(7), 0.0)], asked, [], relative=True)[0].score == 0.0


def test_a_scene_lifts_its_lines_by_its_best_three_and_a_memory_is_a_scene_of_its_own() -> None:
    found = [Match("b", Seq(n), 1.0, scene=Seq(1)) for n in (2, 3, 4, 5)] + [Match(None, Seq(9), 1.0)]
    *lines, memory = fused(found, Question({"boat": 1.0}), [], relative=True)
    assert {p.scene for p in lines} == {memory.scene}
    assert memory.scene == pytest.approx(0.3 * 0.5)
    one, other = fused([found[0], Match("b", Seq(9), 1.0, scene=Seq(8))], Question({}), [], relative=True)
    assert one.scene == other.scene == pytest.approx(0.3 * 0.5 / 3)


def test_meaning_is_not_asked_for_where_few_words_are_all_found_often_enough() -> None:
    whole, half = Match("a", Seq(7), 0.9), Match("a", Seq(7), 0.5)
    assert decided(Question({"boat": 1.0}), [whole, half], 2)
    assert not decided(Question({"boat": 1.0}), [whole, half], 3), "others may be meant by other words"
    assert not decided(Question({"boat": 1.0}), [half, half], 2)
    assert not decided(Question({"boat": 1.0, "rain": 1.0, "night": 1.0}), [whole, half], 2)


def test_recency_and_significance_settle_a_tie_and_no_more() -> None:
    finds = [(Parts(0.5), 3, 0.0), (Parts(0.5), 9, 0.0), (Parts(0.5), 1, 10.0), (Parts(0.6), 2, 0.0)]
    old, late, grave, best = (p.score for p in weighed(finds))
    assert best > grave > late > old
    assert weighed([(Parts(0.5), 3, 0.0), (Parts(0.5), 9, 0.0)]) == weighed(
        [(Parts(0.5), 3, 0.0), (Parts(0.5), 900, 0.0)]
    ), "how much lies between them is not told"


def test_a_find_as_a_speaker_thinks_of_it() -> None:
    assert as_thought("line", "Sold.", "b", "a", NAMES) == "Oren said: Sold."
    assert as_thought("line", "Sold.", "a", "a", NAMES) == "You said: Sold."
    assert as_thought("line", "It rains.", None, "a", NAMES) == "It rains."
    assert as_thought("hearsay", "It is sold.", "b", "a", NAMES) == "Oren told you: It is sold."
    assert as_thought("hearsay", "It is sold.", "b", None, NAMES) == "Oren told them: It is sold."
    assert as_thought("episode", "We met.", None, "a", NAMES) == "We met."


def test_nothing_weak_and_nothing_twice_comes_to_mind() -> None:
    found = [
        memory(1, "Oren sold the red boat to a miller", 0.9), memory(2, "Oren sold the red boat to the miller", 1.0),
        memory(3, "The lantern fell", 0.4), memory(4, "Something about the weather", 0.03),
    ]  # fmt: skip
    assert [m.seq for m in coming_to_mind(found, [])] == [2, 3]


def test_what_came_to_mind_for_the_last_replies_makes_way() -> None:
    found = [memory(1, "the boat was sold", 1.0), memory(2, "the lantern fell", 0.6)]
    assert [m.seq for m in coming_to_mind(found, [])] == [1, 2]
    assert [m.seq for m in coming_to_mind(found, [[Seq(1)]])] == [2, 1]
    assert [m.seq for m in coming_to_mind(found, [[Seq(1)], [Seq(1)], [Seq(1), Seq(2)]])] == [2, 1]
    assert coming_to_mind([memory(3, "the rain", 0.3)], [[Seq(3)], [Seq(3)], [Seq(3)]]) == [], (
        "it does not come at every turn"
    )


def test_a_prompt_is_given_what_fits_and_is_not_told_anyway() -> None:
    found = [
        memory(5, "told", from_=(5,)),
        memory(6, "half told", from_=(1, 5)),
        memory(7, "x" * 900),
        memory(8, "short"),
    ]
    chosen = fitting(found, frozenset({Seq(5), Seq(9)}), "", 40, estimate)
    assert [m.seq for m in chosen] == [6, 8]
    assert fitting(found, frozenset(), "", 0, estimate) == []


LINE = "Mara said: My brother sold the red boat to a miller last spring."


def test_a_gist_stands_before_the_raw_lines_and_nothing_is_repeated() -> None:
    found = [raw(4, LINE, from_=(4,)), raw(6, "Oren said: The ferry sank."), memory(9, "Oren lied to Mara.")]
    assert [m.seq for m in fitting(found, frozenset(), "", 400, estimate)] == [9, 4, 6]
    assert [m.seq for m in fitting(found, frozenset({Seq(4)}), "", 400, estimate)] == [9, 6], "it is shown anyway"
    told = "It was so: my brother sold the red boat to a miller, and was glad. Nobody cared that the FERRY sank."
    assert [m.seq for m in fitting(found, frozenset(), told, 400, estimate)] == [9, 6], "a line in other marks"
    again = [memory(9, "Sam heard that her brother sold the red boat to a miller."), raw(4, LINE)]
    assert [m.seq for m in fitting(again, frozenset(), "", 400, estimate)] == [9], "one of the two is enough"
    short = [raw(6, "The ferry sank")]
    assert fitting(short, frozenset(), "Then the ferry sank.", 400, estimate) == []


def test_a_gist_goes_ahead_of_the_lines_that_it_was_made_from() -> None:
    line, other, gist = (Parts(0.9), Parts(0.7), Parts(0.4))
    finds = [("line", Seq(3), [Seq(3), Seq(4)], line), ("line", Seq(9), [Seq(9)], other)]
    _, _, ahead = gists_first([*finds, ("episode", Seq(12), [Seq(4), Seq(5)], gist)])  # type: ignore[list-item]
    assert ahead.score > line.score and ahead.gist > 0
    assert gists_first([*finds, ("episode", Seq(12), [Seq(7)], gist)])[-1] == gist  # type: ignore[list-item]
    assert gists_first([*finds, ("lore", Seq(3), [Seq(3)], gist)])[-1] == gist  # type: ignore[list-item]


def test_a_line_is_left_out_for_a_gist_that_tells_it_and_not_for_one_that_leaves_much_out() -> None:
    brief = memory(9, "Her brother sold the boat.", 0.5)
    assert [m.seq for m in coming_to_mind([brief, raw(4, "My brother sold the boat.", 0.9)], [])] == [9]
    long = raw(4, "My brother sold the red boat to a miller with one eye, for forty crowns and a goose.", 0.9)
    assert [m.seq for m in coming_to_mind([brief, long], [])] == [4, 9]


TALK = "The rain has stopped, and somebody is whistling a song about a lighthouse and a drowned piper. " * 4


def test_the_question_that_ends_a_long_message_is_what_is_asked() -> None:
    for text in (
        f"{TALK}On which day did the ferryman pay?",
        f"*She sits down.* {TALK} On which day did the ferryman pay? *She waits, and folds her hands in her lap.*",
    ):
        asked = question(text, NAMES).words
        assert list(asked)[:3] == ["day", "ferryman", "pay"]
        assert asked["ferryman"] == 1.0 > asked["lighthouse"] > 0
        cued = cue([line(1, "a", "It was the red boat."), line(2, "you", text)], NAMES).words
        assert cued["ferryman"] > cued["boat"] > cued["lighthouse"]
    assert question(f"{TALK}I sold the boat. When was that?", NAMES).words["boat"] == 1.0, "too short by itself"
    assert set(question(TALK, NAMES).words.values()) == {1.0}, "nothing is asked"
    assert question("*She lights the lantern.*", NAMES).words == {"lights": 1.0, "lantern": 1.0}
