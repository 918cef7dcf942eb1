"""How to write, as a prompt says it first: whose words are wanted, how they are marked, what reads well. Pure."""

from daemon.telling.prompt.telling import Telling, name_of, section, sources_of
from protocol.ids import EntityId
from protocol.views import Section

_PERSONS = {"first": "first person (I)", "second": "second person (you)", "third": "third person"}


def style(t: Telling) -> Section:
    """The first section of every prompt. It depends on nothing that changes from turn to turn."""
    lines = _narrators(t) if t.speaker is None else _speakers(t, t.speaker)
    return section(t, "style", "how to write", t.told_from, "\n".join(x for x in lines if x))


def instructions(t: Telling) -> Section:
    """How the author wants this speaker written, which no other prompt says."""
    me = t.mind.entities.get(t.speaker) if t.speaker is not None else None
    text = me.instructions or "" if me is not None else ""
    return section(
        t, "instructions", "how the author wants the speaker written", sources_of(t, f"identity.{t.speaker}"), text
    )


def _speakers(t: Telling, speaker: EntityId) -> list[str]:
    me, you = name_of(t, speaker), _for_you(t)
    only = f"what {me} and, if need be, {you} say and do" if you else f"only what {me} says and does"
    return [
        f"You are {me} in an interactive story. Write {only} next{_how(t)}.",
        _marks(t, me),
        _whose(t, speaker),
        "Answer what was just said, add something of your own, and say nothing twice.",
        _taste(t),
    ]


def _narrators(t: Telling) -> list[str]:
    you = _for_you(t)
    but = f" but {you}, for whom you may when the story calls for it" if you else ""
    return [
        f"You narrate an interactive story. Write one passage of what can be seen and heard{_how(t)}. "
        f"Never speak or decide for {'anybody' if but else 'the characters'}{but}.",
        _taste(t),
    ]


def _how(t: Telling) -> str:
    """How long, and in which person and tense."""
    length = f": {t.style.length}" if t.style.length else ""
    return f"{length}, in the {_PERSONS[t.style.person]}, {t.style.tense} tense"


def _marks(t: Telling, me: str) -> str:
    """How words, deeds, thoughts and whispers are told from one another."""
    others = [name_of(t, e) for e in t.mind.entities if e != t.speaker]
    to = others[0] if others else "NAME"
    spoken = (
        'Spoken words stand in "quotation marks", all else is told as in a novel'
        if t.style.form == "novel"
        else f"Spoken words stand as they are, what {me} does *between asterisks*"
    )
    return (
        f"{spoken}, private thoughts `between backticks`. A paragraph that begins with (whispers to {to}) is heard by "
        f"{to} alone. Other notes in brackets are for you to read, not to write."
    )


def _whose(t: Telling, speaker: EntityId) -> str:
    """Whose the other characters are."""
    others = [e for e in t.mind.entities if e != speaker]
    may = _for_you(t) != ""
    whose = {e: "the player" if e == "you" else "another writer" for e in others}
    told = [f"{name_of(t, e)} {'to' if n else 'belongs to'} {whose[e]}" for n, e in enumerate(others)]
    theirs = [name_of(t, e) for e in others if not (may and e == "you")]
    if not told:
        return ""
    never = f" Never speak, act or decide for {' or '.join(theirs)}." if theirs else ""
    free = f" You may write for {_for_you(t)} where the story calls for it." if may else ""
    return f"{', '.join(told)}.{never}{free}"


def _for_you(t: Telling) -> str:
    """The name of `you`, where this speaker may write for them."""
    return name_of(t, "you") if t.for_you and t.speaker != "you" and "you" in t.mind.entities else ""


def _taste(t: Telling) -> str:
    """The tone and the language that the author wants."""
    told = [f"The tone: {t.style.tone}."] * bool(t.style.tone)
    told += [f"Write in {t.style.language}."] * bool(t.style.language)
    return " ".join(told)
