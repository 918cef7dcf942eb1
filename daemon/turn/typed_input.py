"""Makes a command of what was typed: a line in parts by its markup, with what the line plainly does."""

from daemon.live.open_stories import OpenStory
from daemon.story.decide import Part, Utter
from daemon.story.world import World
from daemon.telling.deeds import deeds
from daemon.telling.parts import parts_of
from protocol import methods as m
from protocol.commands import Command


def line(story: OpenStory, world: World, p: m.PlayParams) -> list[Command]:
    """The command for the user's line: in the given manner, else in parts by its markup. Empty if there is no text."""
    if p.text is None:
        return []
    truth = world.truth
    parts = [Part(p.manner, p.text, p.to)] if p.manner is not None else parts_of(truth, p.as_, p.text, p.to)
    aloud = p.manner == "speech"  # speech by the user's choice, so it does nothing
    done = () if aloud else deeds(world.minds[p.as_], p.as_, parts)
    return [Utter(line=story.ids.make("l"), who=p.as_, parts=parts, deeds=done)]
