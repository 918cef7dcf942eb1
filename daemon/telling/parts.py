"""A text that somebody says, does and thinks, in parts: who is named in it is looked up in the world."""

from collections.abc import Sequence

from daemon.story.decide import Part
from daemon.story.decide.desk import entity
from daemon.story.state import State
from daemon.telling import markup
from protocol.ids import EntityId


def parts_of(truth: State, who: EntityId | None, text: str, to: Sequence[EntityId] = ()) -> list[Part]:
    """A text by its markup; speech goes to those named. A whisper to one who is not there is kept to oneself."""
    if who is None:
        return [Part("narration", text)]
    others = {x.name.lower(): e for e, x in truth.entities.items() if e != who}
    here = entity(truth, who).container
    parts: list[Part] = []
    for part in markup.split(text, others) or [Part("speech", text)]:
        if part.manner == "whisper" and any(truth.entities[e].container != here for e in part.to):
            parts.append(Part("thought", part.text))
        else:
            parts.append(Part(part.manner, part.text, list(to)) if part.manner == "speech" else part)
    return parts
