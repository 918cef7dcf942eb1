"""Which lines a summary stands for, which summary stands for another, and whose are still to be written."""

from collections.abc import Sequence

from daemon.story.summaries import (
    CLOSING,
    LEAST_LINES,
    SKIP,
    Chapter,
    Summary,
    Turning,
    chapters,
    older_half,
    standing,
    uncovered,
    unfinished,
)
from protocol.events import SceneClosed, SceneOpened, TimeSkipped
from protocol.ids import Mask, Seq, TurnNumber
from protocol.views import LineView
from tests.telling.said import line

LINE = "line.said"


def summary(seq: int, cause: int, *of_lines: int, of: str = LINE, scene: str | None = "s", mask: int = 2) -> Summary:
    return Summary(f"m{seq}", Seq(seq), Seq(cause), of, scene, Mask(mask), f"gist {seq}", [Seq(s) for s in of_lines])


def opened(seq: int, scene: str = "s", title: str = "") -> Turning:
    return Turning(Seq(seq), TurnNumber(seq), SceneOpened(scene, "inn", title))


def closed(seq: int, scene: str = "s") -> Turning:
    return Turning(Seq(seq), TurnNumber(seq), SceneClosed(scene, "inn"))


def skipped(seq: int, mode: str) -> Turning:
    return Turning(Seq(seq), TurnNumber(seq), TimeSkipped(None, 90, mode, 90))


def said(*seqs: int, scene: str | None = "s") -> list[LineView]:
    return [line(seq, "a", "Yes.", scene=scene) for seq in seqs]


def seqs(lines: Sequence[LineView]) -> list[int]:
    return [x.seq for x in lines]


# chapters


def test_scenes_that_are_over_and_jumps_call_for_accounts_and_elisions_do_not() -> None:
    turnings = [opened(3, title="Dusk"), skipped(5, "elision"), closed(9), skipped(10, "jump"), opened(12)]
    assert chapters(turnings) == [Chapter(CLOSING, 3, 9, 9, "Dusk", scene="s"), Chapter(SKIP, 10, 10, 10, minutes=90)]


def test_a_scene_that_was_left_for_another_is_one_chapter_from_its_beginning_to_its_end() -> None:
    turnings = [opened(3), opened(10, "t"), opened(20), closed(30, "t"), closed(40)]
    first, second = chapters(turnings)
    assert [(c.scene, c.after, c.upto, c.since) for c in (first, second)] == [("t", 10, 30, 0), ("s", 3, 40, 30)]
    assert [seq for seq in (2, 4, 11, 21, 35, 41) if second.holds("s", seq)] == [4, 11, 21, 35]
    assert [seq for seq in (2, 4, 11, 29, 31) if first.holds(None, seq)] == [2, 4, 11, 29]
    assert not first.holds("s", 11)
    assert second.holds(None, 31) and not second.holds(None, 29), "each line between scenes is of one chapter"


def test_a_scene_without_a_title_is_called_by_its_place() -> None:
    assert [c.title for c in chapters([opened(3), closed(9)])] == ["inn"]


def test_a_chapter_is_unfinished_until_everybody_has_a_summary() -> None:
    told = chapters([opened(3), closed(9), skipped(10, "jump")])
    mine = summary(11, 9, 4, of=CLOSING, mask=1)
    assert unfinished(told, [mine]) == [(told[0], 1), (told[1], 0)]
    others = summary(12, 9, 4, of=CLOSING, mask=6)
    assert unfinished(told, [mine, others, summary(13, 10, of=SKIP, mask=7)]) == []


def test_a_scene_of_which_the_author_gave_the_gist_is_finished_with_and_a_jump_is_not() -> None:
    told = chapters([opened(3), closed(9), skipped(10, "jump")])
    given = [summary(11, 9, of=CLOSING, mask=1), summary(12, 10, of=SKIP, mask=1)]
    assert unfinished(told, given) == [(told[1], 1)]


# what stands for what


def test_an_account_stands_for_the_lines_that_it_derives_from() -> None:
    assert seqs(uncovered(said(4, 5, 6), [summary(9, 5, 4, 5)])) == [6]


def test_a_line_that_went_on_since_is_told_whole() -> None:
    longer = line(4, "a", "Yes.", "No.", scene="s")
    assert seqs(uncovered([longer], [summary(9, 4, 4)])) == [4]
    assert uncovered([longer], [summary(9, 5, 4, 5)]) == []


def test_a_gist_stands_for_all_of_its_scene_and_for_no_other() -> None:
    gist = summary(10, 9, of=CLOSING)
    lines = said(2, scene=None) + said(4, 5) + said(11, scene="t") + said(14)
    assert seqs(uncovered(lines, [gist])) == [2, 11, 14], "the scene's id was used again after it was over"


def test_an_account_of_a_jump_stands_for_no_lines() -> None:
    assert seqs(uncovered(said(4, 5), [summary(10, 9, 4, 5, of=SKIP)])) == [4, 5]


def test_the_account_of_a_scene_stands_for_those_of_its_parts() -> None:
    first, both, whole = summary(7, 5, 4, 5), summary(9, 8, 4, 5, 8), summary(12, 11, 4, 5, 8, 10, of=CLOSING)
    assert standing([first, both]) == [both]
    assert standing([first, both, whole]) == [whole]
    assert standing([first, summary(12, 11, of=CLOSING)])[0].seq == 12, "be it the author's gist"


def test_accounts_stand_in_the_order_of_what_they_tell_of() -> None:
    late, early, jump = summary(20, 18, 17, of=CLOSING), summary(21, 9, 4, of=CLOSING), summary(22, 10, of=SKIP)
    assert [a.seq for a in standing([late, early, jump])] == [21, 22, 20]


def test_a_memory_of_something_else_is_no_summary() -> None:
    assert standing([summary(12, 11, of="occasion.completed")]) == []


# the older half


OVER = [Chapter(CLOSING, 1, 13, 13, "inn", scene="s")]


def test_the_older_half_of_a_scene_ends_with_a_turn() -> None:
    lines = [line(n, "a", "Yes.", turn=n // 3, scene="s") for n in range(3, 15)]
    first, cut = older_half(lines, [10] * 12, [], set())
    assert (first, cut) == (0, 6)
    assert lines[cut - 1].turn != lines[cut].turn


def test_halves_go_by_size_not_by_number() -> None:
    lines = [line(n, "a", "Yes.", turn=n, scene="s") for n in range(3, 15)]
    assert older_half(lines, [10, 10, 10, 300, *[10] * 8], [], set()) == (0, 4)


def test_what_is_owed_an_account_anyway_is_passed_over() -> None:
    lines = said(*range(3, 13)) + said(*range(15, 27), scene="t")
    assert older_half(lines, [10] * 22, OVER, {13}) == (10, 16)
    assert older_half(lines, [10] * 22, OVER, set()) == (0, 10), "of a scene that is over, all"


def test_of_a_scene_that_was_left_for_another_all_is_older() -> None:
    lines = said(*range(3, 13)) + said(*range(15, 27), scene="t")
    assert older_half(lines, [10] * 22, [], set()) == (0, 10)
    back = lines + said(*range(30, 42))
    assert older_half(back[10:], [10] * 24, [], set()) == (0, 12)
    assert older_half(back[22:], [10] * 12, [], set()) == (0, 6), "the one that goes on"


def test_lines_between_scenes_are_owed_with_the_scene_after_them() -> None:
    lines = said(*range(3, 13), scene=None) + said(*range(15, 27))
    told = [Chapter(CLOSING, 14, 28, 28, "inn", scene="s")]
    assert older_half(lines, [10] * 22, told, {28}) == (0, 0)
    assert older_half(lines, [10] * 22, told, set()) == (0, 10)


def test_too_little_is_not_summed_up() -> None:
    assert older_half(said(3, 4, 5), [900] * 3, [], set()) == (0, 0)
    few = said(*range(3, 3 + LEAST_LINES - 1)) + said(*range(15, 27), scene="t")
    assert older_half(few, [10] * len(few), OVER, set()) == (LEAST_LINES - 1, LEAST_LINES + 5)
    assert older_half([], [], [], set()) == (0, 0)
