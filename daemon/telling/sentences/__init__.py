"""Sentences about changes, as a person would say them: `Maren takes the ring`. Pure; English.

One that does not begin with a name begins in lower case, since it stands in a list.
"""

from collections.abc import Callable
from typing import Any

from daemon.telling.sentences import course, people, things
from daemon.telling.sentences.phrases import Telling

DESCRIBERS: dict[str, Callable[[Telling, Any], str]] = {
    "story.changed": people.story,
    "container.added": course.place_added,
    "container.changed": course.place_changed,
    "container.removed": course.place_removed,
    "prop.added": things.added,
    "prop.moved": things.moved,
    "prop.changed": things.changed,
    "prop.removed": things.removed,
    "activity.left": people.left,
    "activity.arrived": people.arrived,
    "activity.changed": people.activity,
    "edge.changed": people.felt,
    "group.changed": people.group,
    "entity.changed": people.person,
    "claimed": people.believed,
    "memory.formed": people.remembered,
    "scene.opened": course.scene_opened,
    "scene.closed": course.scene_closed,
    "occasion.planned": course.planned,
    "occasion.changed": course.replanned,
    "occasion.started": course.started,
    "occasion.completed": course.completed,
    "occasion.cancelled": course.cancelled,
    "time.passed": course.time,
    "time.skipped": course.time,
    "thread.opened": course.asked,
    "thread.advanced": course.advanced,
    "thread.resolved": course.settled,
}
"""How each kind of change is described. Other kinds are no changes of the world, or records of the machinery."""
