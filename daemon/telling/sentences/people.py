"""What happens to people, in sentences: where they go, what they do, feel, want, believe and will remember. Pure."""

from daemon.story.in_words import at, the, where
from daemon.story.state import Edge, Entity, Group, State, edge_id
from daemon.telling.sentences.phrases import Telling, going_on, joined, now
from protocol import events as ev


def left(t: Telling, e: ev.ActivityLeft) -> str:
    """Nothing where the arrival is perceived as well."""
    if any(isinstance(p, ev.ActivityArrived) and p.entity == e.entity for p in t.beside):
        return ""
    return f"{t.name(e.entity)} leaves {t.room(e.container)}{f' for {t.room(e.toward)}' if e.toward else ''}"


def arrived(t: Telling, e: ev.ActivityArrived) -> str:
    """Somebody goes there, or comes, for those who did not see them leave."""
    went = any(isinstance(p, ev.ActivityLeft) and p.entity == e.entity for p in t.beside)
    spot = at(e.slot, e.spot)
    return f"{t.name(e.entity)} {'goes' if went else 'comes'} to {t.room(e.container)}{f', {spot}' if spot else ''}"


def activity(t: Telling, e: ev.ActivityChanged) -> str:
    """What is different about what somebody does, and about where in the place they are."""
    was = t.before.entities.get(e.entity, Entity(t.name(e.entity)))
    told = []
    if e.awake != was.awake:
        told.append("wakes" if e.awake else "falls asleep")
    if (e.slot, e.spot) != (was.slot, was.spot) and (e.slot or e.spot):
        told.append(f"is {at(e.slot, e.spot)} now")
    if e.doing != was.doing and e.awake:
        told.append(going_on(e.doing) if e.doing else f"is not {was.doing} any more")
    if e.attention and e.attention != was.attention:
        told.append(_attends(e.attention))
    return f"{t.name(e.entity)} {joined(told)}" if told else ""


def _attends(attention: str) -> str:
    return going_on(attention) if attention.split(" ", 1)[0].endswith("ing") else f"turns to {attention}"


def felt(t: Telling, e: ev.EdgeChanged) -> str:
    """How a feeling has changed, in words; what has not yet come to a whole point is no change to tell."""
    was = t.before.edges.get(edge_id(e.from_, e.to), Edge())
    whom = t.name(e.to)
    told = [f"likes {whom} {_more(e.warmth - was.warmth)}"] * (e.warmth != was.warmth)
    told += [f"trusts {whom} {_more(e.trust - was.trust)}"] * (e.trust != was.trust)
    told += [f"is {_more(e.tension - was.tension)} tense toward {whom}"] * (e.tension != was.tension)
    note = e.note if e.note != was.note else ""
    if told:
        return f"{t.name(e.from_)} {joined(told)}{f' ({note})' if note else ''}"
    return f"{t.name(e.from_)} thinks of {whom}: {note}" if note else ""


def _more(change: int) -> str:
    """How much more or less, for a change of so many points of five."""
    how = {1: "a little ", 2: ""}.get(abs(change), "much ")
    return f"{how}{'more' if change > 0 else 'less'}"


def group(t: Telling, e: ev.GroupChanged) -> str:
    """The tone between them, and what they have in common."""
    was: Group = t.before.group
    told = [f"the tone between them is {e.tone} now"] * (e.tone != was.tone and bool(e.tone))
    told += [f"they share something now: {habit}" for habit in e.habits if habit not in was.habits]
    told += [f"of them together: {e.note}"] * (e.note != was.note and bool(e.note))
    return "; ".join(told)


def person(t: Telling, e: ev.EntityChanged) -> str:
    """How somebody is, looks and feels now, and what they want."""
    was = t.before.entities.get(e.entity)
    name = t.name(e.entity)
    told = [f"{was.name if was is not None else e.entity} is {e.name}"] * (e.name is not None)
    told += [f"{name} looks different: {e.appearance}"] * bool(e.appearance)
    told += [f"{name} is called {e.nickname} as well"] * bool(e.nickname)
    if e.mood is not None:
        told.append(f"{name} feels {e.mood}" if e.mood else f"{name}'s mood is over")
    if e.goals is not None:
        told.append(f"{name} wants {joined(e.goals)}" if e.goals else f"{name} wants nothing in particular any more")
    if e.status is not None:
        told.append(now(name, e.status) if e.status else f"{name} is as before")
    if not told and e == ev.EntityChanged(entity=e.entity, picture=e.picture):
        return ""
    return "; ".join(told) or f"{name} is described differently"


def believed(t: Telling, e: ev.Claimed) -> str:
    """Where those who believe it take a thing to be now. Whether somebody believes a claim shows to nobody else."""
    who = [x for x in t.to if x in e.believers]
    if not who:
        return ""
    believe = "believes" if len(who) == 1 else "believe"
    return f"{t.names(who)} now {believe} {the(e.name)} to be {where(t.after, e.in_)}"


def remembered(t: Telling, e: ev.MemoryFormed) -> str:
    """What somebody will remember, or is told."""
    if e.memory_kind == "hearsay" and e.told_by is not None:
        return f"{t.names(t.to)} {'is' if len(t.to) == 1 else 'are'} told by {t.name(e.told_by)}: {e.gist}"
    return f"{t.names(t.to)} will remember: {e.gist}"


def story(t: Telling, e: ev.StoryChanged) -> str:
    """How the story is told from now on."""
    was: State = t.before
    told = []
    if e.writes_for_you != was.writes_for_you:
        told.append(f"others {'may' if e.writes_for_you else 'do not'} write for you")
    if e.alone != was.alone:
        told.append(
            "the narrator answers where nobody is there"
            if e.alone == "narrate"
            else "where nobody is there, nobody answers"
        )
    if e.moves != was.moves:
        told.append("the story moves by itself" if e.moves else "the story waits for you")
    if e.premise != was.premise:
        told.append("the story has another premise" if e.premise else "the story has no premise any more")
    for part in e.style.__struct_fields__:
        if (wanted := getattr(e.style, part)) != getattr(was.style, part):
            told.append(f"the {part} of its prose is {wanted or 'left open'}")
    return "; ".join(told)
