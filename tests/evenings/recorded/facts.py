"""The words in which facts are told: what somebody, or nobody in particular, would call true of the story just now.

    fact("Casimir, above, does not hear them", never(knows("nobody hears us")), "a")

Names and texts are patterns, found anywhere and in any case. A fact is about the truth unless a lens is given.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Lens = tuple[str, ...]
Data = dict[str, Any]
Key = tuple[str, Lens]


class Wanting(Exception):  # noqa: N818 - no error: it says which view a fact needs
    """Raised by Views for a view that has not been looked at yet."""

    def __init__(self, view: str, lens: Lens) -> None:
        super().__init__(view, lens)
        self.view, self.lens = view, lens


class Views:
    """The story as its views show it after a turn. `earlier` are the feelings and moods after each turn before, that at
    the start first; `prompts` all that was sent for somebody's mind."""

    def __init__(self, turn: int, earlier: list[Mapping[str, Any]], prompts: Mapping[str, list[str]]) -> None:
        self.turn, self.earlier, self.prompts = turn, earlier, prompts
        self.seen: dict[Key, Data] = {}

    def of(self, view: str, lens: Lens) -> Data:
        """A view through a lens. Raises Wanting where it is still to be fetched."""
        if (view, lens) not in self.seen:
            raise Wanting(view, lens)
        return self.seen[view, lens]

    def entity(self, who: str, lens: Lens) -> Data:
        """Somebody as the lens has them."""
        return self.of(f"entity {who}", lens)

    def places(self, lens: Lens) -> dict[str, str]:
        """What each place is called."""
        return {c["container"]: c["name"] for c in self.of("world", lens)["containers"]}

    def parts(self, lens: Lens) -> list[tuple[Data, Data]]:
        """Each part of each line, with the line."""
        return [(line, part) for line in self.of("transcript", lens)["lines"] for part in line["parts"] or [line]]


Check = Callable[[Views, Lens], bool]


class Without(str):
    """A pattern that is not found."""


class Fact(NamedTuple):
    """What is true in words, and how that is seen."""

    says: str
    check: Check
    lens: Lens


def fact(says: str, check: Check, *lens: str) -> Fact:
    """A fact, seen by all of the lens together; by nobody in particular where none is given."""
    return Fact(says, check, lens)


def fits(text: str | None, pattern: str) -> bool:
    """Whether a pattern is found in a text; or is not, where it is to be Without."""
    return (re.search(pattern, text or "", re.IGNORECASE | re.DOTALL) is not None) is not isinstance(pattern, Without)


# what joins facts


def never(check: Check) -> Check:
    """That something is not so."""
    return lambda v, lens: not check(v, lens)


def either(*checks: Check) -> Check:
    """That one of these is so."""
    return lambda v, lens: any(check(v, lens) for check in checks)


def both(*checks: Check) -> Check:
    """That all of these are so."""
    return lambda v, lens: all(check(v, lens) for check in checks)


def seen_by(*lens: str, so: Check) -> Check:
    """That something is so for others than the fact is about."""
    return lambda v, _: so(v, lens)


# things


class _Whereabouts(NamedTuple):
    known: bool
    at: str
    by: str | None
    how: str
    inside: list[str]
    on: list[str]
    spot: str
    hidden: bool


def thing(name: str, **so: Any) -> Check:
    """That a thing of that name is there, and so: `by` somebody, or nobody (None), `how`, `at` a place, at a `spot`
    (also: in or on something so called), `inside` or `on` something, `hidden`, `closed`; `like`: its name, condition,
    looks."""

    def check(v: Views, lens: Lens) -> bool:
        found = [x for x in v.of("world", lens)["props"] if fits(x["name"], name)]
        return any(all(_is(v, x, _whereabouts(v, x, lens), what, want) for what, want in so.items()) for x in found)

    return check


def lost(name: str) -> Check:
    """That a thing is somewhere unknown."""

    def check(v: Views, lens: Lens) -> bool:
        found = [x for x in v.of("world", lens)["props"] if fits(x["name"], name)]
        return any(not _whereabouts(v, x, lens).known for x in found)

    return check


def likeness(x: Data) -> str:
    """What a thing is called, how it is, and what it looks like."""
    return "; ".join(t for t in (x["name"], x.get("condition"), x.get("description")) if t)


def _is(v: Views, x: Data, where: _Whereabouts, what: str, want: Any) -> bool:
    match what:
        case "by":
            return where.by == want
        case "hidden":
            return where.known and where.hidden == want
        case "closed":
            return bool(x.get("closed")) == want
        case "like":
            return fits(likeness(x), want)
        case "inside" | "on":
            return any(fits(outer, want) for outer in getattr(where, what))
    return where.known and fits(getattr(where, what), want)


def _whereabouts(v: Views, x: Data, lens: Lens) -> _Whereabouts:
    """Where a thing is: outwards through what it lies in, to somebody who has it or to a place."""
    props = {p["prop"]: p for p in v.of("world", lens)["props"]}
    inside, on, spots, hidden, at = list[str](), list[str](), list[str](), False, x.get("in")
    while at and at.get("prop"):
        outer = props.get(at["prop"], {"name": at["prop"]})
        (on if at.get("on") else inside).append(outer["name"])
        spots += [at.get("spot") or "", outer["name"]]
        hidden = hidden or bool(at.get("hidden")) or bool(outer.get("closed") and not at.get("on"))
        at = outer.get("in")
    at = at or {}
    hidden, spot = hidden or bool(at.get("hidden")), "; ".join([*spots, at.get("slot") or at.get("spot") or ""])
    by = at.get("entity")
    place = v.entity(by, lens).get("container") if by else at.get("container")
    how = "carried" if inside else at.get("how") or "held"
    return _Whereabouts(
        bool(by or place), v.places(lens).get(place, ""), by, how if by else "", inside, on, spot, hidden
    )


def place(name: str, beside: str) -> Check:
    """That a place of that name is there, which leads to another or is part of it."""

    def check(v: Views, lens: Lens) -> bool:
        names = v.places(lens)
        found = [c for c in v.of("world", lens)["containers"] if fits(c["name"], name)]
        return any(fits(names.get(o), beside) for c in found for o in [*c["opens_to"], c.get("parent")])

    return check


# people


def person(who: str, **so: str | bool) -> Check:
    """That somebody is so: `at` a place, at a `spot`, `doing`, `looks` (also: what is worn), `mood`, `wants`, `awake`.

    A spot may be told in what they are doing, and the other way round; what is Without is not looked for there.
    """

    def check(v: Views, lens: Lens) -> bool:
        return all(_one_is(v, who, lens, what, want) for what, want in so.items())

    return check


def _one_is(v: Views, who: str, lens: Lens, what: str, want: Any) -> bool:
    known = v.entity(who, lens)
    spot = f"{known.get('slot') or ''}; {known.get('spot') or ''}"
    match what:
        case "awake":
            return bool(known["awake"] == want)
        case "at":
            return fits(v.places(lens).get(known["container"]), want)
        case "spot" | "doing":
            alone = spot if what == "spot" else known["doing"]
            return fits(alone if isinstance(want, Without) else f"{spot}; {known['doing']}", want)
        case "wants":
            return fits("; ".join(known["goals"]), want)
        case "looks":
            props = v.of("world", lens)["props"]
            worn = [x["name"] for x in props if (at := x.get("in")) and at.get("entity") == who and at.get("how") == "worn"]
            return fits("; ".join([known["appearance"] or "", known["status"] or "", *worn]), want)
    return fits(known[what], want)


def another_mood(who: str) -> Check:
    """That somebody is in another mood than before the turn."""
    return lambda v, lens: v.entity(who, lens)["mood"] != v.earlier[-1]["mood"][who]


def feeling(edge: str, *, since: int = 0, **moved: Any) -> Check:
    """What one holds of another (`a>you`): warmth, trust or tension lie between two numbers, or are `up` or `down` on what
    they were after the turn `since`."""

    def check(v: Views, lens: Lens) -> bool:
        now, was = feelings(v.of("edges", lens)).get(edge, {}), v.earlier[since]["edges"].get(edge, {})
        return all(_moved(now.get(what, 0), was.get(what, 0), want) for what, want in moved.items())

    return check


def _moved(now: int, was: int, want: Any) -> bool:
    match want:
        case "up":
            return now > was
        case "down":
            return now < was
    return bool(want[0] <= now <= want[1])


def feelings(edges: Data) -> dict[str, Data]:
    """What each holds of each."""
    return {f"{e['from']}>{e['to']}": e for e in edges["edges"]}


def tone(pattern: str) -> Check:
    """How they are with each other."""
    return lambda v, lens: fits(v.of("edges", lens)["group"]["tone"], pattern)


def habit(pattern: str) -> Check:
    """A habit or joke that they share."""
    return lambda v, lens: any(fits(h, pattern) for h in v.of("edges", lens)["group"]["habits"])


# plans, questions, time


def occasion(title: str, *, status: str = ".", when: tuple[str, str] | None = None, where: str = "") -> Check:
    """That an occasion is planned, goes on, or is over; at a time between these, at a place."""
    return lambda v, lens: bool(_occasions(v, lens, title, status, when, where))


def occasions(count: int, *, status: str, when: tuple[str, str]) -> Check:
    """That just so many occasions are at a time between these."""
    return lambda v, lens: len(_occasions(v, lens, ".", status, when, "")) == count


def _occasions(v: Views, lens: Lens, title: str, status: str, when: tuple[str, str] | None, where: str) -> list[Data]:
    return [
        o
        for o in v.of("occasions", lens)["occasions"]
        if fits(f"{o['title']} {o['purpose']}", title)
        and fits(o["status"], status)
        and (when is None or when[0] <= str(o["when"])[:16] <= when[1])
        and fits(v.places(lens).get(o["where"], ""), where)
    ]


def question(pattern: str, status: str = "", note: str = "") -> Check:
    """That the story asks something, still open or resolved; what is known of it has this note."""

    def check(v: Views, lens: Lens) -> bool:
        asked = v.of("threads", lens)["threads"]
        mine = [t for t in asked if fits(f"{t['title']} {t['note']}", pattern) and fits(t["note"], note)]
        return any(status in ("", "resolved" if t["status"] == "resolved" else "open") for t in mine)

    return check


def clock(first: str, last: str) -> Check:
    """That it is between these times."""
    return lambda v, lens: first <= (v.of("scene", lens)["clock"] or "")[:16] <= last


# what was heard and is known


def heard(words: str) -> Check:
    """That words of a line were perceived."""
    return lambda v, lens: any(fits(part["text"], words) for _, part in v.parts(lens))


def noticed(who: str) -> Check:
    """That somebody was noticed in this turn to whisper, without the words."""
    return lambda v, lens: any(
        line["who"] == who and line["turn"] == v.turn and (line.get("noticed") or not part["text"])
        for line, part in v.parts(lens)
    )


def remembers(words: str, kind: str = ".") -> Check:
    """That a memory is kept."""
    return lambda v, lens: any(
        fits(m["text"], words) and fits(m["kind"], kind) for m in v.of("memories", lens)["memories"]
    )


def knows(words: str) -> Check:
    """That words are anywhere in what a lens holds, or in what was ever sent to a model for that mind."""

    def check(v: Views, lens: Lens) -> bool:
        texts = [part["text"] for _, part in v.parts(lens)]
        texts += [m["text"] for m in v.of("memories", lens)["memories"]]
        texts += [f"{t['title']} {t['note']}" for t in v.of("threads", lens)["threads"]]
        texts += [f"{o['title']} {o['purpose']} {o['gist']}" for o in v.of("occasions", lens)["occasions"]]
        texts += [likeness(x) for x in v.of("world", lens)["props"]]
        texts += v.prompts.get(lens[0], []) if len(lens) == 1 else []
        return any(fits(text, words) for text in texts)

    return check


def told(who: str, words: str) -> Check:
    """That words were ever sent to a model for somebody's mind, or to write as the `narrator`."""
    return lambda v, _: any(fits(text, words) for text in v.prompts.get(who, []))


def scene_at(place: str) -> Check:
    """That a scene is on, and where."""

    def check(v: Views, lens: Lens) -> bool:
        scene = v.of("scene", lens)
        return bool(scene["scene"]) and fits(v.places(()).get(scene["container"]), place)

    return check


def in_a_scene() -> Check:
    """That each line of the turn belongs to a scene."""
    return lambda v, lens: all(x["scene"] for x in v.of("transcript", lens)["lines"] if x["turn"] == v.turn)


def perceived() -> Check:
    """That each line of the turn has a witness."""
    return lambda v, lens: all(x["witnesses"] for x in v.of("transcript", lens)["lines"] if x["turn"] == v.turn)
