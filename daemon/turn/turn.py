"""One turn while it runs: what is shown to the model and answered, and how far the turn has come."""

import asyncio
from collections.abc import Sequence

from daemon.live.open_stories import OpenStory
from daemon.telling.changes import NOTHING, Tellings
from daemon.turn.landing import Landing
from daemon.turn.reply import Reply
from protocol import methods as m
from protocol.ids import EntityId, Seq, TurnNumber


class Turn:
    """A turn while it runs. The prompt shows the story as of the seq `head`; the turn answers the seq `answers`.

    `late` is the turn before, where that is still being read. In a retake, `speakers` are those who reply, `note`
    steers the first of them, and `steered` says whether the author noted anything. `landing` is the turn's last reply
    on its way into the store, `changes` what the user's line did at once. `replied` is set once no more replies are to
    come.
    """

    def __init__(
        self,
        story: OpenStory,
        branch: str,
        turn: TurnNumber,
        head: Seq,
        answers: Seq,
        p: m.PlayParams,
        late: "Turn | None" = None,
        speakers: Sequence[EntityId | None] = (),
        note: str = "",
        *,
        steered: bool = False,
    ) -> None:
        self.steered = steered
        self.late, self.speakers, self.note = late, speakers, note
        self.story, self.branch, self.turn, self.head, self.answers, self.asked = story, branch, turn, head, answers, p
        self.reply: Reply | None = None
        self.landing: Landing | None = None
        self.changes: Tellings = NOTHING
        self.stopped = False
        self.replied = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
