"""Which lines a summary stands for, which summary stands for another, and whose are still to be written."""

from collections.abc import Sequence

from daemon.story.accounts import (
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


def account(seq: int, cause: int, *of_lines: int, of: str = LINE, scene: str | None = "s", mask: int = 2) -> Summary:
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
    assert chapters(turnings) == [
        Chapter(CLOSING, Seq(3), Seq(9), TurnNumber(9), "Dusk"),
        Chapter(SKIP, Seq(10), Seq(10), TurnNumber(10), minutes=90),
    ]


def test_a_scene_without_a_title_is_called_by_its_place() -> None:
    assert [c.title for c in chapters([opened(3), closed(9)])] == ["inn"]


def test_a_chapter_is_unfinished_until_everybody_has_an_account() -> None:
    told = chapters([opened(3), closed(9), skipped(10, "jump")])
    mine = account(11, 9, 4, of=CLOSING, mask=1)
    assert unfinished(told, [mine]) == [(told[0], 1), (told[1], 0)]
    others = account(12, 9, 4, of=CLOSING, mask=6)
    assert unfinished(told, [mine, others, account(13, 10, of=SKIP, mask=7)]) == []


def test_a_scene_of_which_the_author_gave_the_gist_is_finished_with_and_a_jump_is_not() -> None:
    told = chapters([opened(3), closed(9), skipped(10, "jump")])
    given = [account(11, 9, of=CLOSING, mask=1), account(12, 10, of=SKIP, mask=1)]
    assert unfinished(told, given) == [(told[1], 1)]


# what stands for what


def test_an_account_stands_for_the_lines_that_it_derives_from() -> None:
    assert seqs(uncovered(said(4, 5, 6), [account(9, 5, 4, 5)])) == [6]


def test_a_line_that_went_on_since_is_told_whole() -> None:
    longer = line(4, "a", "Yes.", "No.", scene="s")
    assert seqs(uncovered([longer], [account(9, 4, 4)])) == [4]
    assert uncovered([longer], [account(9, 5, 4, 5)]) == []


def test_a_gist_stands_for_all_of_its_scene_and_for_no_other() -> None:
    gist = account(10, 9, of=CLOSING)
    lines = said(2, scene=None) + said(4, 5) + said(11, scene="t") + said(14)
    assert seqs(uncovered(lines, [gist])) == [2, 11, 14], "the scene's id was used again after it was over"


def test_an_account_of_a_jump_stands_for_no_lines() -> None:
    assert seqs(uncovered(said(4, 5), [account(10, 9, 4, 5, of=SKIP)])) == [4, 5]


def test_the_account_of_a_scene_stands_for_those_of_its_parts() -> None:
    first, both, whole = account(7, 5, 4, 5), account(9, 8, 4, 5, 8), account(12, 11, 4, 5, 8, 10, of=CLOSING)
    assert standing([first, both]) == [both]
    assert standing([first, both, whole]) == [whole]
    assert standing([first, account(12, 11, of=CLOSING)])[0].seq == 12, "be it the author's gist"


def test_accounts_stand_in_the_order_of_what_they_tell_of() -> None:
    late, early, jump = account(20, 18, 17, of=CLOSING), account(21, 9, 4, of=CLOSING), account(22, 10, of=SKIP)
    assert [a.seq for a in standing([late, early, jump])] == [21, 22, 20]


def test_a_memory_of_something_else_is_no_account() -> None:
    assert standing([account(12, 11, of="occasion.completed")]) == []


# the older half


def test_the_older_half_of_a_scene_ends_with_a_turn() -> None:
    lines = [line(n, "a", "Yes.", turn=n // 3, scene="s") for n in range(3, 15)]
    first, cut = older_half(lines, [10] * 12, [Seq(1)], set())
    assert (first, cut) == (0, 6)
    assert lines[cut - 1].turn != lines[cut].turn


def test_halves_go_by_size_not_by_number() -> None:
    lines = [line(n, "a", "Yes.", turn=n, scene="s") for n in range(3, 15)]
    assert older_half(lines, [10, 10, 10, 300, *[10] * 8], [Seq(1)], set()) == (0, 4)


def test_what_is_owed_an_account_anyway_is_passed_over() -> None:
    lines = said(*range(3, 13)) + said(*range(15, 27), scene="t")
    ends = [Seq(1), Seq(13), Seq(14)]
    assert older_half(lines, [10] * 22, ends, {Seq(13)}) == (10, 16)
    assert older_half(lines, [10] * 22, ends, set()) == (0, 10), "of a scene that is over, all"


def test_too_little_is_not_summed_up() -> None:
    assert older_half(said(3, 4, 5), [900] * 3, [Seq(1)], set()) == (0, 0)
    few = said(*range(3, 3 + LEAST_LINES - 1)) + said(*range(15, 27), scene="t")
    assert older_half(few, [10] * len(few), [Seq(1), Seq(13), Seq(14)], set()) == (LEAST_LINES - 1, LEAST_LINES + 5)
    assert older_half([], [], [], set()) == (0, 0)
