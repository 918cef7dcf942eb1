"""What a speaker is told: a prompt built from its own lens, itemised, within a budget of tokens. Pure."""

from daemon.telling.prompt.building import about, build, finished, page, room
from daemon.telling.prompt.moment import SILENCE, is_silence, may_be_silence
from daemon.telling.prompt.standing import PAST
from daemon.telling.prompt.telling import Prompt, Telling
from daemon.telling.prompt.transcript import BLOCK, LAST, plain, size

__all__ = [
    "BLOCK",
    "LAST",
    "PAST",
    "SILENCE",
    "Prompt",
    "Telling",
    "about",
    "build",
    "finished",
    "is_silence",
    "may_be_silence",
    "page",
    "plain",
    "room",
    "size",
]
