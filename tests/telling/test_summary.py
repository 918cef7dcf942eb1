"""What a model is asked that sums up: one mind's words and no other's, within its room, whole or piece by piece."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.decide import Part
from daemon.story.summaries import Summary, standing, uncovered
from daemon.telling import summary
from daemon.telling.prompt import Telling, build, room, size
from daemon.telling.summary import Piece, fitting, lasting, pieces, tidied
from daemon.telling.tokens import estimate
from protocol.events import MemoryFormed
from protocol.ids import ENTITIES, EntityId, Mask, Seq
from protocol.model import Message
from protocol.views import LineView
from tests.story.given import Story, do, house, say
from tests.story.test_secrets import told
from tests.story.wandering import steps, walls
from tests.telling.said import line

SCENE = house(
    do("open_scene", container="kitchen", present=["you", "a", "b"], title="Dusk"),
    do("feel", from_="a", to="b", trust=-2, note="he kept the change"),
    say("you", "The signal is zanzibar.", "whisper", "a"),
    say("b", "What a fine evening."),
    say("a", "He must not learn of the obsidian.", "thought"),
    say("a", "It is."),
)
SECRETS: dict[EntityId, set[str]] = {"you": {"zanzibar"}, "a": {"zanzibar", "obsidian", "kept the change"}, "b": set()}


def telling(who: EntityId, story: Story = SCENE, budget: int = 4000, **more: Any) -> Telling:
    asked: dict[str, Any] = {"lines": [], "budget": budget, "count": estimate, **more}
    return Telling(speaker=who, mind=story.state(who), **asked)


def text(prompt: Sequence[Message]) -> str:
    return "\n".join(m.content for m in prompt)


def whole(who: EntityId, story: Story = SCENE) -> list[Piece]:
    """All that a mind perceived of a story, as it is summed up."""
    t = telling(who, story)
    return pieces(t, [], story.lines(who))


def kept_summaries(story: Story, who: EntityId) -> list[Summary]:
    """What a mind has summed up in a story."""
    found = []
    for h in story.seen(who):
        if isinstance(h.payload, MemoryFormed) and h.payload.memory_kind == "summary" and h.event.cause is not None:
            cause = story.log[h.event.cause - 1]
            m, scene = h.payload, getattr(cause.payload, "scene", None)
            found.append(
                Summary(m.memory, h.event.seq, h.event.cause, cause.kind, scene, Mask(h.mask), m.gist, m.from_)
            )
    return found


# one mind's


def test_each_witness_is_asked_for_with_its_own_words_and_no_others() -> None:
    for who in ENTITIES:
        for ask in (summary.of_scene, summary.of_older):
            asked = text(ask(telling(who), whole(who)))
            assert {w for w in ("zanzibar", "obsidian", "kept the change") if w in asked} == SECRETS[who], who
            assert "What a fine evening." in asked


def test_one_who_only_noticed_a_whisper_is_told_that_it_happened() -> None:
    assert "Sam: *whispers something to Mara*" in text(summary.of_scene(telling("b"), whole("b")))


def test_it_is_asked_for_in_the_words_of_whose_it_is() -> None:
    system, user = summary.of_scene(telling("a"), whole("a"))
    assert (system.role, user.role) == ("system", "user")
    assert "as Mara" in system.content and "# Who you are: Mara" in user.content
    assert "Mara: It is." in user.content and "Oren: What a fine evening." in user.content


@settings(max_examples=60)
@given(walls, steps)
def test_nobody_is_asked_for_what_could_not_have_reached_them(carries: Any, story_of: list[bytes]) -> None:
    story, secrets = told(carries, story_of)
    for who in ENTITIES:
        kept = standing(kept_summaries(story, who))
        t = telling(who, story, past=kept, lines=uncovered(story.lines(who), kept))
        found = pieces(t, kept, t.lines)
        for prompt in (summary.of_scene(t, found), summary.of_older(t, found), summary.of_between(t, 90, [])):
            assert secrets.beyond([who], text(prompt)) == set(), who
        assert secrets.beyond([who], build(t).messages) == set(), who


# the time between


def test_the_time_between_follows_what_was_before() -> None:
    past = [Summary("m9", Seq(30), Seq(29), "scene.closed", "s", Mask(2), "I served supper.", [Seq(20)])]
    t = telling("a", past=past, lines=[line(31, "b", "Good night.")])
    asked = text(summary.of_between(t, 3 * 24 * 60, ["The fair"]))
    assert asked.index("I served supper.") < asked.index("Oren: Good night.") < asked.index("this began: The fair.")
    assert "Then 3 days went by, of which" in asked
    assert "zanzibar" not in asked


def test_a_jump_to_a_time_says_until_when() -> None:
    story = Story(*[do("set", what="clock", values={"clock": "2024-05-01T10:00:00"})])
    story.when(do("add_entity", entity="a", name="Mara"))
    asked = text(summary.of_between(telling("a", story), 60, []))
    assert "60 minutes went by, until Wednesday morning, ten o'clock, 1 May 2024, of which" in asked
    assert "Nothing of note." in asked


def test_lengths_of_time_are_told_as_one_would() -> None:
    told_as = {0: "a while", 1: "a minute", 119: "119 minutes", 120: "2 hours", 26 * 60: "26 hours", 4321: "3 days"}
    assert {minutes: lasting(minutes) for minutes in told_as} == told_as


# what fits


def test_what_was_summed_up_comes_first_and_says_what_it_derives_from() -> None:
    part = Summary("m9", Seq(30), Seq(21), "line.said", "s", Mask(2), "I kept quiet.", [Seq(20), Seq(21)])
    found = pieces(telling("a"), [part], [line(22, "a", "Yes.", Part("thought", "No."))])
    assert [(p.text, p.seqs, p.lines) for p in found] == [
        ("I kept quiet.", [20, 21], False), ("Mara: Yes. `No.`", [22, 23], True),
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(1, 3000), st.booleans()), min_size=1, max_size=20).filter(lambda x: x[-1][1]),
    st.integers(0, 800),
)
def test_the_first_that_fit_are_taken_and_always_a_line(sizes: list[tuple[int, bool]], left: int) -> None:
    summed = [Piece("x" * n, [Seq(i)], lines=False) for i, (n, is_line) in enumerate(sizes) if not is_line]
    found = summed + [Piece("x" * n, [Seq(i)]) for i, (n, is_line) in enumerate(sizes) if is_line]
    chosen = fitting(found, left, estimate)
    assert [p.seqs for p in chosen] == [p.seqs for p in found[: len(chosen)]]
    assert any(p.lines for p in chosen), "else a scene that is too long would never be done with"
    if sum(estimate(p.text) for p in found) <= left:
        assert chosen == found
    taken = sum(estimate(p.text) for p in chosen)
    assert taken <= max(left, 0) + (len(summed) + 1) * summary.LEAST_ROOM // 4


def test_a_scene_within_the_room_is_asked_for_within_the_budget() -> None:
    lines = [line(10 + n, "b", f"Number {n} of many things that one may say.") for n in range(300)]
    t = telling("a", budget=900)
    chosen = fitting(pieces(t, [], lines), summary.room_beside(t, summary.of_scene), t.count)
    assert 0 < len(chosen) < len(lines)
    assert estimate(text(summary.of_scene(t, chosen))) <= t.budget


# what comes back


def test_an_answer_that_was_cut_short_ends_with_its_last_sentence() -> None:
    assert tidied(" I came. I saw the \n", whole=False) == "I came."
    assert tidied("He said “no.” And then she", whole=False) == "He said “no.”"
    assert tidied("nothing that ends", whole=False) == "nothing that ends"
    assert tidied("I came.\n\nI saw", whole=True) == "I came.\nI saw"
    endless = tidied("I came. " * 2000, whole=True)
    assert len(endless) <= summary.LONGEST and endless.endswith("I came.")


# without a model


def test_an_excerpt_is_the_first_and_the_last_of_what_was_said() -> None:
    found = [Piece(f"Mara: Number {n}.", [Seq(n)]) for n in range(40)]
    assert summary.excerpt(found[:3], 30) == "Mara: Number 0.\nMara: Number 1.\nMara: Number 2."
    assert summary.excerpt(found, 12) == "Mara: Number 0.\n…\nMara: Number 37.\nMara: Number 38.\nMara: Number 39."
    long = summary.excerpt([Piece("word " * 500, [Seq(1)]), *found], 30)
    assert len(long.split()) <= 30 + 2 and long.startswith("word word") and long.endswith("Number 39.")


def test_a_time_is_told_to_have_gone_by() -> None:
    assert summary.went_by(90, []) == "90 minutes went by."
    assert summary.went_by(3 * 24 * 60, ["The fair"]) == "3 days went by. This began: The fair."


# what a prompt makes of it


def test_a_prompt_carries_summaries_in_place_of_their_lines() -> None:
    gist = Summary(
        "m9", Seq(30), Seq(29), "scene.closed", "one", Mask(2), "I served supper.", [Seq(20), Seq(21), Seq(22)]
    )
    lines = [line(20, "b", "Is there soup?", scene="one"), line(31, "you", "Good morning.", scene="two")]
    prompt = build(telling("a", past=[gist], lines=uncovered(lines, [gist])))
    names = [s.name for s in prompt.sections]
    assert names.index("place") + 1 == names.index("past") == names.index("transcript") - 1
    past = next(s for s in prompt.sections if s.name == "past")
    assert past.from_ == [20, 21, 22, 30] and "I served supper." in past.text
    assert "I served supper." in prompt.messages[0].content
    assert "soup" not in text(prompt.messages)
    assert "Good morning." in prompt.messages[-1].content


def test_the_last_lines_stay_as_they_were_told_while_there_is_room() -> None:
    told = [line(20 + n, "b", f"Number {n} of many things that one may say.", scene="one") for n in range(16)]
    past = [Summary("m9", Seq(80), Seq(79), "scene.closed", "one", Mask(2), "I served.", [x.seq for x in told])]
    fresh = [line(90, "you", "Good morning.", scene="two")]
    shown_at: dict[int, int] = {}
    for budget in (2000, 560, 400, 310):
        prompt = build(telling("a", past=past, before=told, lines=fresh, budget=budget))
        transcript = next(s for s in prompt.sections if s.name == "transcript")
        assert transcript.from_[-1] == 90 and prompt.tokens <= budget
        shown_at[budget] = len(transcript.from_) - 1
    assert shown_at[2000] == 16 and shown_at[310] == 0
    assert {*shown_at.values()} <= {16, 8, 3, 0} and len({*shown_at.values()}) > 2
    over = build(telling("a", past=past, before=told, lines=[], budget=2000))
    assert over.messages[-1].content.count("(A new scene begins.)") == 1
    assert "Number 15" in text(over.messages)


def test_a_summary_is_as_long_as_there_is_room_and_something_to_say() -> None:
    long, short = [Piece("word " * 4000, [Seq(1)])], [Piece("word " * 90, [Seq(1)])]
    assert summary.length(100_000, long) == 300
    assert 60 < summary.length(900, long) < 300
    assert summary.length(100, long) == summary.length(100_000, short) == 60
    assert "in at most 170 words" in text(summary.of_scene(telling("a"), whole("a"), 170))
    assert "in at most 170 words" in text(summary.of_older(telling("a"), whole("a"), 170))


def test_the_latest_summaries_fit_their_share_in_order() -> None:
    past = [
        Summary(f"m{n}", Seq(n), Seq(n), "scene.closed", "s", Mask(2), f"Day {n}. " + "And so on. " * 20, [Seq(n)])
        for n in range(40)
    ]
    prompt = build(telling("a", budget=2000, past=past))
    days = [int(part.split(".")[0]) for part in text(prompt.messages[:1]).split("Day ")[1:]]
    assert days == list(range(40 - len(days), 40)) and 0 < len(days) < 40
    assert prompt.tokens <= 2000


def test_a_new_scene_is_marked_where_it_begins() -> None:
    lines: list[LineView] = [
        line(20, "you", "Good night.", scene="one"), line(22, "a", "Good morning.", scene="two"),
        line(24, "you", "Tea?", scene="two"),
    ]  # fmt: skip
    messages = build(telling("a", lines=lines)).messages
    assert [m.role for m in messages] == ["system", "user", "assistant", "user"]
    assert messages[1].content == "Sam: Good night.\n(A new scene begins.)"
    t = telling("a", lines=lines)
    assert sum(size(t, x) for x in lines) < room(t)
