"""What is left over where a reply came to no end: drafts become lines, and a take without words is left again."""

import logging
from collections.abc import Callable

from daemon.history.branches import Histories
from daemon.live.open_stories import Tale
from daemon.live.writing import Stories
from daemon.store.queries import reads, side_tables
from daemon.story.decide import Utter
from daemon.story.lineage import END, Stretch
from daemon.telling.circling import uncircled
from daemon.telling.cutting import tidy
from daemon.telling.parts import parts_of
from protocol.errors import STORAGE, Fault
from protocol.ids import EntityId

log = logging.getLogger(__name__)


async def recover(stories: Stories, branches: Histories, busy: Callable[[str], bool]) -> None:
    """After a crash: drafts become lines, cut short; a take for which no word had come is not the current one.

    A story that is `busy` by now is left to its turn: the store may have been writable only since it began.
    """
    for row in await stories.database.read.run(side_tables.drafts):
        if busy(row.story):
            continue
        if row.story not in stories.shelf.tales or row.branch not in stories.shelf.get(row.story).tree:
            continue  # its story was purged, or is damaged
        tale = stories.shelf.get(row.story)
        tale.next_turn = max(tale.next_turn, row.turn + 1)
        async with tale.lock:
            try:
                await _recover(stories, tale, row)
            except Fault as fault:
                if fault.code == STORAGE:
                    raise
                log.warning("a draft of %s could not become a line: it stays a draft", row.story)
    for tale in [tale for tale in stories.shelf.tales.values() if not busy(tale.story)]:
        await leave_empty_take(branches, tale, tale.current, crashed=True)


async def leave_empty_take(branches: Histories, tale: Tale, branch: str, *, crashed: bool = False) -> None:
    """Goes back from a take to the branch that was current before it, if nothing has come of it and it still is the
    current one; after a crash, unless its reply had come to an end."""
    take = tale.tree[branch]
    async with tale.lock:
        if take.kind != "take" or take.came_from is None or tale.current != branch:
            return
        if await branches.shelf.moved(tale, branch) > take.fork_seq:
            return
        if not (crashed and await _was_over(branches, branch, take.fork_seq)):
            await branches.make_current(tale, take.came_from)


async def _was_over(branches: Histories, branch: str, fork_seq: int) -> bool:
    """Whether the reply of a take had come to an end, such as it was: who is there since then chose to be."""
    own = [Stretch(branch, fork_seq, END)]
    return bool(await branches.database.read.run(reads.of_kind, own, "model.called"))


async def _recover(stories: Stories, tale: Tale, row: side_tables.DraftRow) -> None:
    text = tidy(uncircled(row.text))
    if not text:
        await stories.log.change(side_tables.drop_draft, row.story, row.line)
        return
    who: EntityId | None = row.speaker  # type: ignore[assignment]
    truth = (await stories.shelf.world(tale, row.branch)).truth
    parts = parts_of(truth, who, text)
    line = Utter(line=row.line, who=who, parts=parts, mode=row.mode, answers=row.answers, cut=True, first=row.first)
    await stories.write(tale, row.branch, [line], turn=row.turn, cause=row.answers, done=row.line)
