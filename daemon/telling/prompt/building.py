"""Building a prompt from its pages, within its budget of tokens. Pure.

What never changes comes first, then the transcript; what is true just now stands at the end of the last user message,
after its words, so that a server can reuse what it has read. One system message, then user and assistant in turn.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from daemon.telling.naming import words_of_names
from daemon.telling.prompt.feelings import feelings
from daemon.telling.prompt.moment import deep, memories, volatile
from daemon.telling.prompt.secrets import secrets
from daemon.telling.prompt.standing import identity, others, place, stable
from daemon.telling.prompt.style import instructions, style
from daemon.telling.prompt.telling import Prompt, Telling, joined, kept_free, section
from daemon.telling.prompt.transcript import (
    EARLIER,
    MOMENT_PASSES,
    as_shown,
    fitting_lines,
    last_before,
    messages_of,
    plain,
    seqs,
    told_moves,
)
from daemon.telling.recalling import Memory
from daemon.telling.tokens import PER_MESSAGE
from protocol.views import LineView, Section


class Page(msgspec.Struct, frozen=True):
    """A prompt before anything comes to mind: what it is made from, what stands above its lines, what stands below
    them, and the lines."""

    of: Telling
    system: list[Section]
    moment: list[Section]
    lines: list[LineView]


def page(t: Telling) -> Page:
    """Sets a prompt up, as far as it does not depend on what comes to mind."""
    system, moment = [*_written(t), *stable(t)], volatile(t)
    return Page(t, system, moment, _shown(t, _room(t, system, moment)))


def build(t: Telling) -> Prompt:
    """The prompt. Each section knows the seqs it comes from."""
    return finished(page(replace(t, memories=())), t.memories)


def finished(set_up: Page, in_mind: Sequence[Memory]) -> Prompt:
    """The prompt with what its lines bring to mind, best first. Each section knows the seqs it comes from."""
    t, system, moment, lines = replace(set_up.of, memories=in_mind), set_up.system, set_up.moment, set_up.lines
    moment = [told for s in moment if (told := secrets(t, set_up.moment) if s.name == "secrets" else s).text]
    if moment != set_up.moment:  # what comes to mind is no secret to be told besides, and leaves room for lines
        lines = _shown(t, _room(t, system, moment))
    texts = as_shown(t, lines)
    moment[:0] = [s for s in (memories(t, lines, "\n".join([joined([*system, *moment]), *texts])),) if s.text]
    transcript = section(
        t,
        "transcript",
        "the lines that the speaker perceived",
        [*seqs(lines), *(x.seq for x in told_moves(t, lines))],
        plain(t, lines),
    )
    among = deep(t)
    messages = messages_of(t, system, list(zip(lines, texts, strict=True)), moment, among)
    tokens = sum(t.count(m.content) + PER_MESSAGE for m in messages)
    return Prompt(
        messages,
        [*system, transcript, *(s for _, s in among), *moment],
        tokens,
        tuple(x.text for x in t.own),
        words_of_names(t.mind),
    )


def room(t: Telling) -> int:
    """Tokens that the lines may have in the prompt."""
    return _room(t, [*_written(t), *stable(t)], volatile(t))


def _written(t: Telling) -> list[Section]:
    """How to write: the story, and this speaker."""
    return [style(t), *(s for s in (instructions(t),) if s.text)]


def about(t: Telling) -> str:
    """What the speaker is, feels and knows of those around, in words."""
    return joined([s for s in (identity(t), others(t), place(t), feelings(t)) if s.text])


def _shown(t: Telling, room: int) -> list[LineView]:
    """The lines that the prompt has, whatever comes to mind."""
    lines = fitting_lines(t, room)
    return sorted([*last_before(t, lines, room), *lines], key=lambda x: x.seq)


def _room(t: Telling, system: Sequence[Section], moment: Sequence[Section]) -> int:
    spent = sum(
        t.count(text) + PER_MESSAGE for text in (joined(system), joined(moment), t.note, EARLIER + MOMENT_PASSES)
    )
    spent += sum(t.count(x.text) + PER_MESSAGE for x in t.moves)
    spent += sum(t.count(x.text) + PER_MESSAGE for x in t.lore if x.depth is not None)
    return t.budget - spent - kept_free(t)
