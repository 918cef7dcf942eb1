"""What a speaker feels and wants, in words. Pure; English."""

from daemon.story.state import Edge, edge_id, people_in
from daemon.telling.naming import named_at
from daemon.telling.prompt.telling import Telling, name_of, section, sources_of, where_of
from protocol.ids import EntityId
from protocol.views import Section

RECENT = 6
"""Lines in which somebody came up lately."""

WANTS = 3
"""Wishes that are told, those that came up last."""

_WARMTH = {
    1: "like {} a little", 2: "like {}", 3: "are fond of {}", 4: "are very fond of {}", 5: "love {}",
    -1: "are a little cool toward {}", -2: "do not like {}", -3: "dislike {} strongly", -4: "can hardly bear {}",
    -5: "hate {}",
}  # fmt: skip
_TRUST = {
    1: "trust {} a little", 2: "trust {}", 3: "trust {} well", 4: "trust {} deeply", 5: "would trust {} with anything",
    -1: "are a little wary of {}", -2: "distrust {}", -3: "distrust {} deeply", -4: "hardly believe {} any more",
    -5: "would not trust {} with anything",
}  # fmt: skip
_TENSION = {
    1: "are a little tense with {}", 2: "are tense with {}", 3: "are very tense with {}",
    4: "can hardly stay calm with {}", 5: "are at breaking point with {}", -1: "are fairly at ease with {}",
    -2: "are at ease with {}", -3: "are quite at ease with {}", -4: "are wholly at ease with {}",
    -5: "are as calm as can be with {}",
}  # fmt: skip
"""By the number, what follows `You`; 0 is told by nothing."""


def feelings(t: Telling) -> Section:
    """The speaker's mood, wishes and state, and what they feel toward whom."""
    if t.speaker is None or t.speaker not in t.mind.entities:
        return section(t, "feelings", "", [], "")
    me = t.mind.entities[t.speaker]
    goals = me.goals[-WANTS:]
    told = [f"Your mood: {me.mood}."] * bool(me.mood) + [f"You want: {'; '.join(goals)}."] * bool(goals)
    told += [f"Your state: {me.status}."] * bool(me.status)
    sources = [f"identity.{t.speaker}"] if told else []
    for e in _concerned(t):
        id = edge_id(t.speaker, e)
        if felt := _toward(name_of(t, e), t.mind.edges.get(id, Edge())):
            told.append(felt)
            sources.append(f"edge.{id}")
    return section(t, "feelings", "the speaker's own mood and feelings", sources_of(t, *sources), "\n".join(told))


def _concerned(t: Telling) -> list[EntityId]:
    """Those of whom the speaker's feelings matter now: who is there, or came up lately."""
    lately = t.lines[-RECENT:]
    here = people_in(t.mind, where_of(t))
    return [
        e
        for e in t.mind.entities
        if e in here or any(x.who == e or named_at(x.text, name_of(t, e)) is not None for x in lately) or not lately
    ]


def _toward(whom: str, edge: Edge) -> str:
    """A feeling in a sentence: `You like Sam and trust them a little; lately: he gave back the watch.`"""
    numbers = ((_WARMTH, edge.warmth), (_TRUST, edge.trust), (_TENSION, edge.tension))
    found = [phrases[value] for phrases, value in numbers if value in phrases]
    if not found:
        return f"What {whom} is to you: {edge.note}." if edge.note else ""
    first, *more = [phrase.format("them" if n else whom) for n, phrase in enumerate(found)]
    felt = " and ".join([", ".join([first, *more[:-1]]), *more[-1:]])
    return f"You {felt}{f'; lately: {edge.note}' if edge.note else ''}."
