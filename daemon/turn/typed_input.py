"""Makes a command of what was typed: a line in parts by its markup, with what the line plainly does."""

from daemon.live.open_stories import OpenStory
from daemon.story.decide import Part, Utter
from daemon.story.world import World
from daemon.telling.parts import Told, of_one_manner, told
from protocol import methods as m
from protocol.commands import Command
from protocol.ids import EntityId


def line(story: OpenStory, world: World, p: m.PlayParams, wrote: EntityId | None = None) -> list[Command]:
    """The command for the user's line: in the given manner, else in parts by its markup. Empty if there is no text.
    `wrote` is whose message came last, if one did."""
    if p.text is None:
        return []
    if p.manner is None:
        parts, deeds = told(world, p.as_, p.text, p.to, answers=wrote)
        return [Utter(line=story.ids.make("l"), who=p.as_, parts=parts, deeds=deeds)]
    part = Part(p.manner, p.text, p.to)  # speech by the user's choice does nothing
    done = Told([part], []) if p.manner == "speech" else of_one_manner(world, p.as_, part)
    return [Utter(line=story.ids.make("l"), who=p.as_, parts=done.parts, deeds=done.deeds)]
