"""Who may have learned what, worked out a second time and in another way: the oracle of the tests of secrecy.

Each step of a story brings its own word. For each word this keeps who could have come to know it: by standing where it
was said or seen, by being told, by being named a witness. It knows nothing of events and masks.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from daemon.story.state import Entity, State
from daemon.story.world import Known
from protocol.ids import ENTITIES, EntityId
from tests.story.given import Command, place

_WORD = re.compile(r"zq\d+z")


def word(number: int) -> str:
    """The word of a step."""
    return f"zq{number}z"


def words(text: object) -> set[str]:
    """The steps' words in a text, or in whatever prints as one."""
    return set(_WORD.findall(str(text)))


class Secrets:
    """For each word who may know it."""

    def __init__(self) -> None:
        self.knowing: dict[str, set[EntityId]] = {}
        self._looked_at: dict[EntityId, set[str]] = {}

    def may(self, who: Iterable[EntityId], text: object) -> None:
        """These may know the words of a text."""
        for w in words(text):
            self.knowing.setdefault(w, set()).update(who)

    def beyond(self, who: Iterable[EntityId], text: object) -> set[str]:
        """The words of a text that one of these cannot know."""
        return {w for w in words(text) if not set(who) <= self.knowing.get(w, set())}

    def step(self, before: State, asked: Command, after: State, known: Known) -> None:
        """Takes in a command that was not refused, and the truth on either side of it."""
        if "witnesses" in asked and asked["do"] not in ("note", "add_lore", "remember", "change_entity"):
            self.may(asked["witnesses"], _shown_by(asked, before, after))
            if asked["do"] == "move":  # whoever sees somebody leave sees whence
                self.may(asked["witnesses"], before.entities[asked["who"]].container)
        if asked["do"] == "look_into":
            outermost = [asked["prop"], *_outwards(after, asked["prop"])][-1]
            self._looked_at[asked["who"]] = words(after.props[outermost].name)
        for truth in (before, after):
            self.in_sight(truth)
        self._told(before, asked, after, known)

    def in_sight(self, truth: State) -> None:
        """What is before the eyes of those who are there, what place that is, and what scene they are in."""
        if truth.scene is not None:
            self.may(inside(truth, truth.scene.container), truth.scene.title)
        for on in (x for x in truth.occasions.values() if x.status == "active" and x.where is not None):
            self.may(inside(truth, on.where), on.title)
        for e in truth.entities:
            for other, x in truth.entities.items():
                if e == other or sees(truth, e, x.container):
                    self.may([e], (x.doing, words(x.attention) & self._looked_at.get(other, set())))
            for prop in truth.props:
                if sees(truth, e, room_in_sight(truth, prop)) or _carries(truth, e, prop):
                    self.may([e], _like(truth, prop))
            self.may([e], list(_looks(truth, e).values()))
            here = truth.entities[e].container
            self.may([e], [x.name for id, x in truth.containers.items() if id == here or sees(truth, e, id)])

    def handled(self, who: EntityId, before: State, after: State) -> None:
        """What somebody handled passed before the eyes of those who were around."""
        seeing = [e for e in ENTITIES if sees(before, e, before.entities[who].container)]
        moved = [p for p, x in after.props.items() if p not in before.props or x.in_ != before.props[p].in_]
        with_them = [x for p in moved if not after.props[p].closed for x in found_in(after, p)]
        self.may([who, *seeing], [_like(after, p)[:2] for p in (*moved, *with_them)])

    def given_away(self, before: State, after: State) -> set[str]:
        """The words that are new to how something looks, and that one of those who look on could not have known."""
        was = {**{e: _look(x) for e, x in before.entities.items()}, **{p: _like(before, p) for p in before.props}}
        looks = [(e, what, look) for e in after.entities for what, look in _looks(after, e).items()]
        return {w for e, what, look in looks for w in self.beyond([e], look) - words(was.get(what))}

    def _told(self, before: State, asked: Command, after: State, known: Known) -> None:
        who: EntityId = asked.get("who") or asked.get("by") or "you"
        match asked["do"]:
            case "say":
                self.may(listeners(before, asked), asked["text"])
            case "feel":
                self.may([asked["from"]], asked["note"])
            case "remember":
                self.may(asked["by"], asked["gist"])
            case "change_entity":
                self.may([asked["entity"]], asked)
            case "set" if asked["what"] == "entity":
                self.may([asked["id"]], asked["values"]["mood"])
            case "add_lore":
                self.may(asked["lens"], asked["text"])
            case "share":
                self._shared(before, asked, known)
            case "hide" | "put" | "take" | "hand" | "drop" if asked["prop"] in before.props:
                # from one closed thing, or pocket, to another it passes before all eyes
                seen = _like(after, asked["prop"]) if before.props != after.props else ()
                here = before.entities[who].container
                self.may([e for e in ENTITIES if e == who or sees(before, e, here)], seen)
                if not after.props[asked["prop"]].closed:
                    self.may([who], [_like(after, p) for p in found_in(after, asked["prop"])])
            case "look_into":
                self.may([who], [_like(after, p) for p in found_in(after, asked["prop"])])
            case "open" | "close":
                found = found_in(after, asked["prop"]) if asked["do"] == "open" else []
                self.may([who], [_like(after, p) for p in (asked["prop"], *found)])
            case "search":
                self.may([who], [_like(after, p) for p in hidden_in(after, asked["container"])])
            case "change_prop":
                self.may([who], _like(after, asked["prop"]))
            case "change_occasion":
                self.may(before.occasions[asked["occasion"]].who, asked["title"])
            case "plan":
                self.may(asked["who"], (asked["title"], asked["props"]))
            case "start" | "complete" | "cancel":
                self._occasion(before, asked)
            case "open_scene":
                self.may(inside(after, asked["container"]), asked["title"])
            case "close_scene":
                self.may(in_scene(before), asked["gist"])
            case "skip_time":
                self.may(in_scene(before), asked["summary"])
            case "open_thread":
                self.may(in_scene(before), asked["title"])

    def _shared(self, before: State, asked: Command, known: Known) -> None:
        heard = [e for e in ENTITIES if e == asked["by"] or hears(before, e, asked["by"])]
        if "gist" in asked:
            self.may([e for e in heard if e in asked["to"]], asked["gist"])
        if "memory" in asked:
            self.may([e for e in heard if e in asked["to"]], known.memories[asked["memory"]][0])
        for claim in asked.get("claims", []):
            self.may(heard, before.props[claim["prop"]].name)
            self.may([e for e in heard if e in asked["to"]], _place_in_words(before, claim["in"]))

    def _occasion(self, before: State, asked: Command) -> None:
        occasion = before.occasions[asked["occasion"]]
        there = [e for e in ENTITIES if sees(before, e, occasion.where)]
        self.may(there, (occasion.title, [before.props[p].name for p in occasion.props if p in before.props]))
        if asked["do"] == "complete":
            self.may(inside(before, occasion.where), asked["gist"])
            for fact in asked["learned"]:
                self.may([fact["by"]], fact["fact"])
            for kept in asked["acquired"]:
                self.may([kept["by"]], before.props[kept["prop"]].name)


def _shown_by(asked: Command, before: State, after: State) -> object:
    """What those who are named witnesses are shown: the act, never a mood, an identity or a memory."""
    hidden = {"identity", "mood", "gist", "summary", "learned", "memory"}
    values = {key: value for key, value in asked.get("values", {}).items() if key not in hidden}
    told = {key: value for key, value in asked.items() if key not in {*hidden, "values"}}
    props = [p for key in ("prop", "id") if (p := asked.get(key)) in after.props]
    props += [claim["prop"] for claim in asked.get("claims", [])]
    if asked["do"] == "look_into":
        props += found_in(after, asked["prop"])
    if asked["do"] == "search":
        props += hidden_in(after, asked["container"])
    if asked["do"] in ("start", "complete", "cancel"):
        occasion = after.occasions[asked["occasion"]]
        props += occasion.props
        told["title"] = occasion.title
    for e in ENTITIES:
        if e in (asked.get("who"), asked.get("id"), *asked.get("present", [])):
            told[e] = (after.entities[e].doing, after.entities[e].attention, after.entities[e].spot)
            props += [p for p in after.props if room_in_sight(after, p) and _held_by(after, p, e)]
    gone = _like(before, asked["id"]) if asked["do"] == "remove" else ""
    return told, values, gone, [_like(after, p) for p in props if p in after.props]


def _looks(truth: State, e: EntityId) -> dict[str, tuple[str | None, ...]]:
    """How all that somebody has before their eyes looks, and where in the room it is, by whose or what it is."""
    people = {str(o): _look(x) for o, x in truth.entities.items() if sees(truth, e, x.container)}
    return people | {p: _like(truth, p)[1:] for p in truth.props if sees(truth, e, room_in_sight(truth, p))}


def _look(x: Entity) -> tuple[str | None, ...]:
    """How somebody looks, and where in the room they are."""
    return x.appearance, x.status, x.spot


def _place_in_words(truth: State, claimed: Command | None) -> str:
    """What names the place that somebody claims a thing to be in."""
    if claimed is None:
        return ""
    at = place(claimed)
    names = (truth.props[at.prop].name if at.prop else "", truth.occasions[at.occasion].title if at.occasion else "")
    return " ".join((*names, at.spot or ""))


def inside(truth: State, container: str | None) -> list[EntityId]:
    """Who is awake in a container."""
    return [e for e, x in truth.entities.items() if x.awake and x.container == container]


def in_scene(truth: State) -> list[EntityId]:
    """Who is awake in the scene; all who are awake, where none is on."""
    if truth.scene is None:
        return [e for e, x in truth.entities.items() if x.awake]
    return inside(truth, truth.scene.container)


def carries(truth: State, one: str, other: str, channel: str) -> bool:
    """Whether a channel carries from one container to another, or they are the same."""
    if one == other:
        return True
    x, y = truth.containers[one], truth.containers[other]
    adjoining = x.parent == other or y.parent == one or other in x.opens_to or one in y.opens_to
    return adjoining and getattr(x.walls, channel) and getattr(y.walls, channel)


def sees(truth: State, e: EntityId, container: str | None) -> bool:
    """Whether somebody is awake and has a container before their eyes."""
    x = truth.entities[e]
    return bool(x.awake and x.container and container and carries(truth, x.container, container, "sight"))


def hears(truth: State, e: EntityId, speaker: EntityId) -> bool:
    """Whether somebody is awake and within earshot of a speaker."""
    x, said_in = truth.entities[e], truth.entities[speaker].container
    return bool(x.awake and x.container and said_in and carries(truth, x.container, said_in, "sound"))


def listeners(truth: State, asked: Command) -> list[EntityId]:
    """Who gets the words of a line."""
    who: EntityId = asked["who"]
    here = truth.entities[who].container
    near = {
        "speech": [e for e in ENTITIES if hears(truth, e, who)],
        "action": [e for e in ENTITIES if sees(truth, e, here)],
        "narration": inside(truth, here),
        "whisper": [e for e in inside(truth, here) if e in asked["to"]],
        "message": [e for e in ENTITIES if e in asked["to"] and truth.entities[e].awake],
    }
    return [] if asked["manner"] == "ooc" else [who, *near.get(asked["manner"], [])]


def _outwards(truth: State, prop: str) -> Iterator[str]:
    """What a prop lies in, from within."""
    at = truth.props[prop].in_
    while at is not None and at.prop is not None and at.prop in truth.props:
        yield at.prop
        at = truth.props[at.prop].in_


def _carries(truth: State, who: EntityId, prop: str) -> bool:
    """Whether somebody who is awake has a thing on them, under no lid."""
    around = [prop, *_outwards(truth, prop)]
    return truth.entities[who].awake and _held_by(truth, prop, who) and not _lidded(truth, around)


def _held_by(truth: State, prop: str, who: EntityId) -> bool:
    outermost = [prop, *_outwards(truth, prop)][-1]
    at = truth.props[outermost].in_
    return at is not None and at.entity == who


def room_in_sight(truth: State, prop: str) -> str | None:
    """The container in which a prop is in plain sight; None where it is not."""
    around = [prop, *_outwards(truth, prop)]
    if _lidded(truth, around):
        return None
    at = truth.props[around[-1]].in_
    if at is None or at.hidden or at.how == "carried":
        return None
    return truth.entities[at.entity].container if at.entity is not None else at.container


def _is_on(truth: State, prop: str) -> bool:
    at = truth.props[prop].in_
    return at is not None and at.on


def _like(truth: State, prop: str) -> tuple[str | None, ...]:
    """What a thing is called, what it is like, and where in a room it is."""
    x = truth.props[prop]
    return x.name, x.condition, x.in_.spot if x.in_ is not None else None


def found_in(truth: State, prop: str) -> list[str]:
    """What one finds who looks into a prop: all that no other lid is over."""
    found = []
    for p in truth.props:
        around = [p, *_outwards(truth, p)]
        if prop in around[1:] and not _lidded(truth, around[: around.index(prop)]):
            found.append(p)
    return found


def _lidded(truth: State, around: list[str]) -> bool:
    return any(truth.props[lid].closed and not _is_on(truth, p) for p, lid in pairwise(around))


def hidden_in(truth: State, container: str) -> list[str]:
    """What one finds who searches a container: all that is hidden there and that no lid is over."""
    found = []
    for p in truth.props:
        around = [p, *_outwards(truth, p)]
        at = truth.props[around[-1]].in_
        if at is not None and at.hidden and at.container == container and not _lidded(truth, around):
            found.append(p)
    return found
