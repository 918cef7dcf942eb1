"""Recovery where a reply came to no end: drafts become lines, and a take without words is not current any more."""

import logging
from collections.abc import Callable

from daemon.history.branches import Branches
from daemon.live.change import Change
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.store.queries import reads, side_tables
from daemon.story.decide import Utter
from daemon.story.lineage import END, Stretch
from daemon.telling.circling import uncircled
from daemon.telling.cutting import tidy
from daemon.telling.parts import told
from protocol.errors import STORAGE, Fault
from protocol.ids import EntityId, Seq, TurnNumber

log = logging.getLogger(__name__)


async def recover(writer: Writer, branches: Branches, busy: Callable[[str], bool]) -> None:
    """Makes lines of the drafts that a crash left, cut short, and goes back from current takes without a line.

    A story is passed over where it is `busy`: the store may have become writable only after a turn has begun. Raises
    Fault(STORAGE).
    """
    for row in await writer.database.read.run(side_tables.drafts):
        if busy(row.story):
            continue
        if row.story not in writer.open_stories.by_id or row.branch not in writer.open_stories.get(row.story).tree:
            continue  # its story was purged, or is damaged
        story = writer.open_stories.get(row.story)
        story.next_turn = max(story.next_turn, TurnNumber(row.turn + 1))
        async with writer.change(story, row.branch) as change:
            try:
                await _recover(writer, change, row)
            except Fault as fault:
                if fault.code == STORAGE:
                    raise
                log.warning("a draft of %s could not become a line: it stays a draft", row.story)
    for story in [story for story in writer.open_stories.by_id.values() if not busy(story.id)]:
        await leave_empty_take(branches, story, story.current, crashed=True)


async def leave_empty_take(branches: Branches, story: OpenStory, branch: str, *, crashed: bool = False) -> None:
    """Makes the branch current again that was so before a take, if the take is still current and has no line yet. After
    a crash, the take stays current if its reply had come to an end."""
    take = story.tree[branch]
    async with branches.writer.change(story, branch) as change:
        if take.kind != "take" or take.came_from is None or story.current != branch:
            return
        if await branches.open_stories.moved(story, branch) > take.fork_seq:
            return
        if not (crashed and await _was_over(branches, branch, take.fork_seq)):
            await branches.make_current(change.on(take.came_from))


async def _was_over(branches: Branches, branch: str, fork_seq: Seq) -> bool:
    """Whether the reply of a take had come to an end, even without words. Then the user chose to stay there."""
    own = [Stretch(branch, fork_seq, END)]
    return bool(await branches.database.read.run(reads.of_kind, own, "model.called"))


async def _recover(writer: Writer, change: Change, row: side_tables.DraftRow) -> None:
    """Makes a line of a draft, or drops the draft where it has no words. Raises Fault."""
    text = tidy(uncircled(row.text))
    if not text:
        await writer.log.change(side_tables.drop_draft, row.story, row.line)
        return
    who: EntityId | None = row.speaker  # type: ignore[assignment]
    parts, deeds = told(await change.world(), who, text, reply=True)
    line = Utter(
        line=row.line, who=who, parts=parts, mode=row.mode, answers=row.answers, cut=True, first=row.first, deeds=deeds
    )
    await change.commit([line], turn=row.turn, cause=row.answers, done=row.line)
