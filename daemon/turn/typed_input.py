"""Makes a command of what was typed: a line in parts by its markup, with what the line plainly does."""

from daemon.live.open_stories import OpenStory
from daemon.story.decide import Part, Utter
from daemon.story.world import World
from daemon.telling import speaker as speakers
from daemon.telling.parts import Told, of_one_manner, told
from protocol import methods as m
from protocol.commands import Command
from protocol.ids import EntityId


def line(story: OpenStory, world: World, p: m.PlayParams) -> list[Command]:
    """The command for the user's line: in the given manner, else in parts by its markup. Empty if there is no text."""
    if p.text is None:
        return []
    who: EntityId | None = p.as_
    if p.manner == "narration" and speakers.misses_the_scene(world.truth, p.as_):
        who = None  # the author narrates a scene in which the character is not
    if p.manner is None:
        parts, deeds = told(world, who, p.text, p.to)
        return [Utter(line=story.ids.make("l"), who=who, parts=parts, deeds=deeds)]
    part = Part(p.manner, p.text, p.to)  # speech by the user's choice does nothing
    done = Told([part], []) if p.manner == "speech" else of_one_manner(world, who, part)
    return [Utter(line=story.ids.make("l"), who=who, parts=done.parts, deeds=done.deeds)]
