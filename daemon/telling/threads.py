"""Which open questions matter now: the few that were touched or spoken of lately, weighed by their ratings. Pure.

A question fades as lines go by in which it does not come up; what it is about being there keeps it for longer.
"""

from collections.abc import Sequence

import msgspec

from daemon.story.state import State, Thread, holding, lying_in, people_in
from daemon.story.summaries import Summary
from daemon.story.words import topics
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView

MOST = 3
"""Questions that a prompt carries."""

UNRATED, THERE = 5, 3
"""What a question weighs that was never rated, and what it adds that who or what it names is there; a rating is
from 0 to 10."""

HALF = 40
"""Parts of lines after which a question that did not come up counts half."""

LEAST = 2.0
"""A question that counts less has faded."""

NAMED = 0.5
"""The share of a question's words that a line must have to speak of it."""


class Mattering(msgspec.Struct, frozen=True):
    """A question that matters now, by how much, and how many parts of lines ago it last came up."""

    id: str
    thread: Thread
    weight: float
    ago: int


def mattering(
    mind: State, speaker: EntityId | None, where: str | None, lines: Sequence[LineView], past: Sequence[Summary]
) -> list[Mattering]:
    """The open questions of a mind that matter where somebody is, the weightiest first.

    `lines` are those that it perceived, `past` the summaries that stand for others.
    """
    there = _there(mind, speaker, where)
    found = []
    for id, thread in mind.threads.items():
        if thread.status != "open":
            continue
        about = topics(thread.title)
        touched = max([mind.sources.get(f"thread.{id}", BEGINNING), *(x.seq for x in lines if _speaks_of(x, about))])
        ago = _since(touched, lines, past)
        concerns = bool(there.intersection(topics(f"{thread.title} {thread.note}")))
        weight = (thread.matters if thread.matters is not None else UNRATED) + THERE * concerns
        found.append(Mattering(id, thread, round(weight * 0.5 ** (ago / HALF), 1), ago))
    kept = [x for x in found if x.weight >= LEAST]
    return sorted(kept, key=lambda x: (-x.weight, x.ago, x.id))[:MOST]


def _there(mind: State, speaker: EntityId | None, where: str | None) -> set[str]:
    """The words for who and what is there, the place itself included."""
    people = [e for e in people_in(mind, where) if e != speaker]
    things = [p for e in people_in(mind, where) for p in holding(mind, e)]
    things += lying_in(mind, where) if where is not None else []
    names = [*(mind.entities[e].name for e in people), *(mind.props[p].name for p in things)]
    names += [mind.containers[where].name] if where in mind.containers else []
    return {topic for name in names for topic in topics(name)}


def _speaks_of(line: LineView, about: Sequence[str]) -> bool:
    said = topics(line.text)
    return bool(about) and len(set(about).intersection(said)) >= NAMED * len(set(about))


def _since(touched: Seq, lines: Sequence[LineView], past: Sequence[Summary]) -> int:
    """How many parts were perceived after a seq, told or summed up."""
    seqs = {p.seq for x in lines for p in x.parts} | {s for a in past for s in a.from_}
    return sum(s > touched for s in seqs)
