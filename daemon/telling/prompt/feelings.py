"""What a speaker feels and wants, in words. Pure; English."""

from daemon.story.state import Edge, edge_id, people_in
from daemon.telling.naming import named_at
from daemon.telling.prompt.telling import Telling, all_names_of, name_of, section, sources_of, where_of
from daemon.telling.prompt.things import within
from protocol.ids import EntityId
from protocol.views import Section

NOTED = 60
"""Characters of what is noted of a feeling."""

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
    2: "tense", 3: "very tense", 4: "hardly able to stay calm", 5: "at breaking point",
    -2: "at ease", -3: "quite at ease", -4: "wholly at ease", -5: "as calm as can be",
}  # fmt: skip
"""By the number, what follows `You`, and how one is with somebody; what is hardly felt is not told."""


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
        if e in here
        or any(x.who == e or named_at(x.text, all_names_of(t, e)) is not None for x in lately)
        or not lately
    ]


def _toward(whom: str, edge: Edge) -> str:
    """A feeling in a sentence: `You like Sam and trust them a little; at ease; lately: he gave back the watch.`"""
    found = [phrases[value] for phrases, value in ((_WARMTH, edge.warmth), (_TRUST, edge.trust)) if value in phrases]
    felt = " and ".join(phrase.format("them" if n else whom) for n, phrase in enumerate(found))
    tension = _TENSION.get(edge.tension, "")
    if tension:
        felt = f"{felt}; {tension}" if felt else f"are {tension} with {whom}"
    if not felt:
        return f"What {whom} is to you: {edge.note}." if edge.note else ""
    return f"You {felt}{f'; lately: {within(edge.note, NOTED)}' if edge.note else ''}."
