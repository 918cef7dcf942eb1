"""Who answers: whoever is asked for, addressed, or waiting for their turn among those who are there and awake."""

import pytest

from daemon.story.state import State
from daemon.telling.speaker import Cue, answering, bots, cue, is_there_still
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.views import LineView, PartView
from tests.story.given import Story, do, house, move


def truth(*more: dict[str, object], a: str = "Mara", b: str = "Oren") -> State:
    named = [do("change_entity", entity=e, name=name) for e, name in (("a", a), ("b", b))]
    return house(*named, *more).state()


def chosen(
    now: State,
    text: str = "Hm.",
    to: tuple[EntityId, ...] = (),
    asked: EntityId | None = None,
    last: EntityId | None = None,
    teller: EntityId = "you",
) -> EntityId | None:
    return next(iter(answers(now, text, to, asked, [last] if last else [], teller)), None)


def answers(
    now: State, text: str = "Hm.", to: tuple[EntityId, ...] = (), asked: EntityId | None = None,
    spoke: list[EntityId] | None = None, teller: EntityId = "you",
) -> list[EntityId | None]:  # fmt: skip
    return list(answering(now, Cue(teller, text, to, asked, spoke or []), teller))


def test_the_bots_are_the_cast_without_you() -> None:
    assert bots(truth()) == ["a", "b"]
    assert bots(Story(do("add_entity", entity="b", name="Oren")).state()) == ["b"]


def test_who_is_called_by_a_nickname_answers_as_by_their_name() -> None:
    now = truth(do("change_entity", entity="b", identity={"nickname": "Izzy"}), b="Isolde Varr")
    assert [chosen(now, x) for x in ("Izzy, come here.", "Isolde, come here.", "Mara, come.")] == ["b", "b", "a"]


def test_who_is_asked_for_answers_even_asleep_or_elsewhere() -> None:
    now = truth(do("act", who="b", awake=False), move("b", "garden"))
    assert chosen(now, "Mara, well?", asked="b") == "b"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Oren, where is it?", "b"),
        ("and you, oren?", "b"),
        ("Mara, ask Oren.", "a"),
        ("Oren, ask Mara.", "b"),  # whoever is called is spoken to
        ("I saw Oren yesterday, Mara.", "a"),
        ("I saw Mara yesterday, Oren.", "b"),
        ("Mara, hush. Oren, where is it?", "b"),  # whoever is called last
        ("Marauders!", "a"),  # nobody's name: the first in turn
        ("¿Oren?", "b"),
    ],
)
def test_who_is_named_in_the_line_answers(text: str, who: str) -> None:
    assert chosen(truth(), text) == who


def test_the_first_name_will_do_and_an_article_will_not() -> None:
    now = truth(a="The Captain", b="Oren Vale")
    assert chosen(now, "What of the ship?", last="a") == "b"
    assert chosen(now, "Captain?", last="a") == "a"
    assert chosen(now, "And you, Oren?") == "b"
    assert chosen(truth(a="Dr. No", b="雨"), "Well, Dr. No?", last="a") == "a"


def test_the_two_take_turns_where_nobody_is_named() -> None:
    assert [chosen(truth(), last=last) for last in (None, "a", "b")] == ["a", "b", "a"]


def test_the_only_one_there_answers_again() -> None:
    now = truth(move("b", "garden"))
    assert (chosen(now, last="a"), chosen(now, "Oren?", last="a")) == ("a", "a")


def test_those_addressed_answer_in_the_order_in_which_they_are() -> None:
    assert chosen(truth(), "Mara?", to=("b",)) == "b"
    assert chosen(truth(), to=("b", "a")) == "b"
    assert chosen(truth(), to=("you",), last="a") == "b"


def test_a_message_is_answered_by_whom_it_reaches_and_words_by_those_in_reach() -> None:
    now = truth(move("b", "garden"))
    assert list(answering(now, Cue("you", "Hm.", ["b"], afar=True))) == ["b"]
    assert answers(now, to=("b",)) == ["a"]
    asleep = truth(move("b", "garden"), do("act", who="b", awake=False))
    assert list(answering(asleep, Cue("you", "Hm.", ["b"], afar=True))) == ["a"]


def test_a_mention_is_no_address() -> None:
    assert [chosen(truth(), "Do you know Oren?", last=e) for e in ("a", "b")] == ["b", "a"]
    assert [chosen(truth(), "*Oren looks up*", last=e) for e in ("a", "b")] == ["b", "a"]
    assert answers(truth(), "Ask Oren what Mara saw.") == ["a"], "not both, since both are named"


def test_of_several_who_are_called_the_last_one_answers_first() -> None:
    assert answers(truth(), "Oren, hush. Where is it, Mara?") == ["a", "b"]
    assert answers(truth(), "Mara and Oren, come.") == ["a", "b"], "in one breath: in the order of their names"


def test_who_is_turned_to_is_addressed_unless_somebody_is_called() -> None:
    assert answers(truth(), "*turns to Oren* Where is it?") == ["b"]
    assert answers(truth(), "*turns to Oren* Where is it, Mara?") == ["a"]


def test_who_left_or_fell_asleep_meanwhile_is_not_asked() -> None:
    before = truth()
    assert is_there_still(before, before, "b") and is_there_still(before, before, None)
    assert is_there_still(before, truth(move("a", "garden")), "b"), "another one left"
    assert not is_there_still(before, truth(move("b", "garden")), "b")
    assert is_there_still(before, truth(move("b", "garden"), move("you", "garden")), "b"), "with the one who plays"
    asleep = truth(do("act", who="b", awake=False))
    assert not is_there_still(before, asleep, "b")
    assert is_there_still(asleep, asleep, "b"), "who is asked asleep wakes"


def test_a_cue_is_for_those_whom_its_whisper_is_for_and_a_deed_turns_to_somebody() -> None:
    parts = [
        PartView(Seq(1), "speech", [], "Well.", ("you",)),
        PartView(Seq(2), "whisper", ["b"], "Now.", ("you", "b")),
    ]
    line = LineView("l1", Seq(1), "you", "speech", [], "Well. Now.", parts, None, ("you",), TurnNumber(1), 1, 1)
    assert cue("you", "Well. (to him) Now.", (), None, [line]).to == ["b"]
    assert answers(truth(), cue("you", "turns to Oren", (), None, [line], "action").text) == ["b"]


def test_who_sleeps_is_elsewhere_or_is_the_teller_does_not_answer() -> None:
    asleep = [do("act", who=e, awake=False) for e in ("a", "b")]
    assert chosen(truth(asleep[0])) == "b"
    assert chosen(truth(asleep[0], move("a", "garden")), "Mara!", to=("a",)) == "b"
    assert chosen(truth(), "Oren?", teller="b") == "a"
    assert chosen(truth(move("you", "garden")), teller="a") == "b"


SILENT = do("set", what="story", values={"alone": "silent"})


@pytest.mark.parametrize(
    "alone",
    [
        [do("act", who="a", awake=False), do("act", who="b", awake=False)],
        [move("a", "garden"), move("b", "cellar")],
        [move("you", "garden")],
    ],
    ids=["they sleep", "they have left", "you have left"],
)
def test_where_nobody_is_there_the_narrator_answers_or_nobody(alone: list[dict[str, object]]) -> None:
    assert answers(truth(*alone)) == answers(truth(*alone), "Mara is no help.") == [None]
    assert answers(truth(*alone, SILENT)) == []
    assert goes_on(truth(*alone), None, "Night falls.") == [None]


def test_the_narrator_answers_nobody_whom_it_does_not_tell_of() -> None:
    now = truth(move("you", "garden"), move("b", "cellar"))
    assert answers(now, teller="a") == [], "what is narrated would be told in the garden"


def test_who_is_within_earshot_answers_where_nobody_else_is_there() -> None:
    thin = [do("change_container", container=c, walls={"sound": True}) for c in ("kitchen", "garden")]
    open_ = do("change_container", container="kitchen", opens_to=["garden"])
    now = truth(*thin, open_, move("a", "garden"), move("b", "cellar"))
    assert answers(now) == ["a"]
    assert answers(truth(*thin, open_, move("a", "garden"))) == ["b"], "who is beside one goes before"
    assert answers(truth(*thin, open_, move("a", "garden")), "Mara!") == ["a"]
    assert answers(truth(*thin, open_, move("a", "garden")), "Not a word to Mara.") == ["b"], "that is said of her"


@pytest.mark.parametrize("text", ["Mara!", "Wake up, Mara.", "Mara, wake up", "*shakes her* Mara?", "Hey — Mara —"])
def test_who_sleeps_beside_one_and_is_called_answers(text: str) -> None:
    assert answers(truth(do("act", who="a", awake=False)), text) == ["a"]


def test_who_sleeps_beside_one_and_is_merely_mentioned_sleeps_on() -> None:
    asleep = do("act", who="a", awake=False)
    assert answers(truth(asleep, move("b", "garden")), "How Mara sleeps.") == [None]
    assert answers(truth(asleep), "How Mara sleeps.") == ["b"]
    assert answers(truth(asleep, move("you", "garden")), "Mara!") == [None], "nor who is elsewhere"
    assert answers(truth(asleep), to=("a",)) == ["a"]


def test_a_cast_of_one_talks_to_the_narrator() -> None:
    assert answers(Story(do("add_entity", entity="you", name="Sam")).state()) == [None]
    assert chosen(Story(do("add_entity", entity="a", name="Mara")).state()) == "a"  # the author speaks


# talkativeness


def talkative(**given: int) -> list[dict[str, object]]:
    return [do("change_entity", entity=e, identity={"talkativeness": n}) for e, n in given.items()]


@pytest.mark.parametrize(
    ("given", "turns"),
    [({}, "abababab"), ({"a": 7, "b": 2}, "aaabaaabaaab"), ({"a": 0, "b": 5}, "bbbb"), ({"a": 0, "b": 0}, "abab")],
)
def test_the_more_talkative_one_speaks_more_often_and_nothing_is_left_to_chance(
    given: dict[str, int], turns: str
) -> None:
    now, spoke = truth(*talkative(**given)), list[EntityId]()
    for _ in turns:
        (who,) = answers(now, spoke=spoke)
        assert who is not None
        spoke.append(who)
    shares = {e: spoke.count(e) / len(spoke) for e in ("a", "b")}
    assert shares == {e: turns.count(e) / len(turns) for e in ("a", "b")}


def test_who_is_never_talkative_still_answers_where_nobody_else_could() -> None:
    now = truth(*talkative(a=0), move("b", "garden"))
    assert answers(now, spoke=["a"]) == ["a"]
    assert answers(truth(*talkative(a=0)), "Mara?") == ["a"]


def test_both_answer_where_both_are_addressed_and_a_talkative_one_has_a_say_of_its_own() -> None:
    assert answers(truth(), "What do you two think?") == ["a", "b"]
    assert answers(truth(), "Oren, Mara?") == ["b", "a"]
    assert answers(truth(*talkative(a=9, b=9)), "I told Mara of Oren.") == ["a", "b"]
    assert answers(truth(), to=("b", "a")) == ["b", "a"]
    assert answers(truth(*talkative(b=9)), spoke=["a"]) == ["b"]
    assert answers(truth(*talkative(b=9)), spoke=["a", "b"] * 3 + ["b"] * 3) == ["a", "b"]
    assert answers(truth(*talkative(b=9)), "Mara?", spoke=["b"]) == ["a"], "she alone was addressed"
    assert answers(truth(), "You two?", asked="b") == ["b"]


# without you


def goes_on(now: State, by: EntityId | None, text: str = "Hm.", *spoke: EntityId) -> list[EntityId | None]:
    return list(answering(now, Cue(by, text, (), None, spoke, True), "you"))


def test_the_two_go_on_without_you_in_the_scene_that_is_on() -> None:
    now = truth(do("open_scene", container="cellar", present=["a", "b"]), move("you", "garden"))
    assert goes_on(now, "a", "Hm.", "a") == ["b"]
    assert goes_on(now, "b", "Hm.", "a", "b") == ["a"]
    assert goes_on(now, "you", "I am off.", "a") == ["b"]
    assert goes_on(now, None, "Night falls.") == ["a"]
    assert goes_on(now, "a", "Oren? I, Mara, ask you.", "b", "a", "b", "a") == ["b"]
    assert answers(now) == [None], "but nobody hears you from there"


def test_a_story_without_you_in_its_cast_goes_on() -> None:
    identity = {"description": "Waits."}
    now = Story(*(do("add_entity", entity=e, name=n, identity=identity) for e, n in (("a", "M"), ("b", "O")))).state()
    assert goes_on(now, None) == ["a"]
    assert goes_on(now, "a", "Well?", "a") == ["b"]


def test_where_you_are_with_one_of_them_the_story_goes_on_there() -> None:
    now = truth(do("open_scene", container="kitchen", present=[]), move("you", "garden"), move("b", "garden"))
    assert goes_on(now, "b", "Here we are.", "b") == ["b"]
