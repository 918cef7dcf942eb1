"""What one can say of things, places and people."""

from typing import Any, NamedTuple

from tests.evenings.recorded.facts import Check, Data, Lens, Views, Without, fits

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
            return bool(where.by == want)
        case "hidden":
            return bool(where.known and where.hidden == want)
        case "closed":
            return bool(bool(x.get("closed")) == want)
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
            worn = [
                x["name"] for x in props if (at := x.get("in")) and at.get("entity") == who and at.get("how") == "worn"
            ]
            return fits("; ".join([known["appearance"] or "", known["status"] or "", *worn]), want)
    return fits(known[what], want)


def another_mood(who: str) -> Check:
    """That somebody is in another mood than before the turn."""
    return lambda v, lens: v.entity(who, lens)["mood"] != v.earlier[-1]["mood"][who]
