"""Makes a command of what was typed: a line in parts by its markup, with what the line plainly does."""

from collections.abc import Sequence

from daemon.live.open_stories import OpenStory
from daemon.story.decide import Part, Utter
from daemon.story.world import World
from daemon.telling.parts import Told, of_one_manner, told
from daemon.telling.speaker import whisperer_to, writer_to
from protocol import methods as m
from protocol.commands import Command
from protocol.views import LineView


def line(story: OpenStory, world: World, p: m.PlayParams, recent: Sequence[LineView] = ()) -> list[Command]:
    """The command for the user's line: in the given manner, else in parts by its markup. Empty if there is no text.
    By the `recent` lines it is known whose message or whisper came last."""
    if p.text is None:
        return []
    if p.manner is None:
        parts, deeds = told(
            world, p.as_, p.text, p.to, answers=writer_to(recent, p.as_), confided=whisperer_to(recent, p.as_)
        )
        return [Utter(line=story.ids.make("l"), who=p.as_, parts=parts, deeds=deeds)]
    part = Part(p.manner, p.text, p.to)  # speech by the user's choice does nothing
    done = Told([part], []) if p.manner == "speech" else of_one_manner(world, p.as_, part)
    return [Utter(line=story.ids.make("l"), who=p.as_, parts=done.parts, deeds=done.deeds)]
