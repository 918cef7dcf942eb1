"""What one can say of minds, and of what they share: feelings, plans, questions, what was heard and is known."""

from typing import Any

from tests.evenings.recorded.bodies import likeness
from tests.evenings.recorded.facts import Check, Data, Fact, Lens, Views, fits

ALWAYS = 999
"""A turn that is never reached."""


def feeling(edge: str, *, since: int = 0, **moved: Any) -> Check:
    """What one holds of another (`a>you`): warmth, trust or tension lie between two numbers, or are `up` or `down` on
    what they were after the turn `since`."""

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


def secret(says: str, words: str, who: str, until: int = ALWAYS) -> Fact:
    """That somebody does not know these words, and will not up to a turn."""
    return Fact(says, lambda v, lens: not knows(words)(v, lens), (who,), until)


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
