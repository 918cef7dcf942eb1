"""Who replies in a turn, first and after another, and what is pressed to the first: telling has the rules."""

from collections.abc import Sequence

from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.prompts.pressing import Pressing
from daemon.story.lenses import TRUTH, lens_of
from daemon.story.state import State
from daemon.telling import speaker as speakers
from daemon.telling.pressing import Press
from daemon.turn.turn import Turn
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault
from protocol.ids import EntityId
from protocol.views import LineView


def speakers_of(
    p: m.PlayParams, truth: State, recent: Sequence[LineView], last: LineView | None
) -> Sequence[EntityId | None]:
    """Who is to speak, in order; None is the narrator. `last` is the reply to continue. Raises bad params."""
    match p.mode:
        case "narrate":
            return [None]
        case "impersonate":
            return [p.as_]
        case "continue":
            if last is None:
                raise Fault(INVALID_PARAMS, "there is no reply to continue")
            return [last.who]
    by = None if p.manner == "narration" else p.as_
    return speakers.answering(truth, speakers.cue(by, p.text, p.to, p.speaker, recent, p.manner), p.as_)


class Choosing:
    """Chooses what is pressed, and whether who was chosen is asked after all."""

    def __init__(self, writer: Writer, views: Views) -> None:
        self.writer, self.views, self.pressing = writer, views, Pressing(views)

    async def is_there_still(self, turn: Turn, chosen: State, who: EntityId | None) -> bool:
        """Whether somebody who was to answer after others can still do so, after what these did."""
        head = await self.writer.open_stories.head(turn.story, turn.branch)
        now = await self.views.state(Viewpoint(turn.story, turn.branch, head, TRUTH))
        return speakers.is_there_still(chosen, now, who, turn.asked.as_)

    async def asked_back(
        self, turn: Turn, chosen: State, line: str, asked: Sequence[EntityId | None]
    ) -> list[EntityId]:
        """The bot that the reply with the id `line` asks something by name, and that heard it, where it was not `asked`
        yet in the turn; only where the player said something and asked for nobody alone."""
        p = turn.asked
        if p.mode != "reply" or p.text is None or p.speaker is not None or turn.speakers:
            return []
        head = await self.writer.open_stories.head(turn.story, turn.branch)
        for other in (e for e in speakers.bots(chosen) if e not in asked):
            heard = await self.views.lines(Viewpoint(turn.story, turn.branch, head, lens_of([other])), 1)
            if any(x.line == line and speakers.questioned(x, other, chosen.entities[other].names) for x in heard):
                return [other]
        return []

    async def pressed(self, turn: Turn, truth: State, who: Sequence[EntityId | None]) -> Press | None:
        """What is pressed to the first of those who reply, or to somebody who arrives in their stead. Nothing, where
        the author steers: by a note to a retake, by asking for something else than a reply; or where nobody answers."""
        p = turn.asked
        if not who or p.mode != "reply" or turn.steered or not (turn.speakers or p.as_ == "you"):
            return None
        called = p.text is not None and speakers.calls_somebody(truth, p.text)
        alone = bool(turn.speakers or p.speaker or p.to or called) or len(who) > 1
        return await self.pressing.press(turn.story, turn.branch, turn.head, truth, who[0], alone=alone)
