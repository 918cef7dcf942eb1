"""What a model does that gossips as far as it can: it wants every secret it is shown in whatever takes a text."""

import re
from collections.abc import Collection
from typing import Any

from tests.support.asked_minds import asked, beside
from tests.support.scripted_model import Body


def wishes(body: Body, secrets: Collection[str], names: dict[str, str], where: str, *threads: str) -> Body:
    """A reading that writes these secrets into all it can. `names` are the cast's by id, `where` is a place."""
    words = " ".join(sorted(secrets)) or "nothing"
    prompt = body["messages"][-1]["content"]
    me = next((e for e, name in names.items() if name == asked(body).name), None)
    if me is not None:
        return _of_a_mind(me, words, next(e for e in names if e != me), *(threads or _ids(prompt, "Questions:")))
    last = max(secrets, default="nothing")
    threads = threads or _ids(prompt, "Open questions:")
    numbers = [int(n) for n in re.findall(r"(?m)^(\d+)\. ", prompt)]
    things = _things(prompt)[:2]
    changes: list[dict[str, Any]] = []
    for n in numbers[:2]:
        changes += [
            {"do": "act", "text": f"muttering, of {words}"},
            {"do": "looks", "text": f"pale, thinking of {words}"},
            {"do": "state", "text": f"tired, of {words}"},
            {"do": "put", "it": f"small {last}", "to": where, "spot": f"by it, near {words}", "text": f"with {words}"},
            {"do": "put", "it": f"great {last}", "how": "carried"},
            {"do": "move", "to": f"the {last}", "spot": f"at the {words}"},
            {"do": "move", "spot": f"near {words}"},
            *({"do": "is", "it": t, "text": f"wet, {words}", "name": words} for t in things),
            *({"do": "put", "it": t, "to": where, "how": "hidden", "spot": f"under {words}"} for t in things),
            {"do": "tell", "text": f"That there is {words}", "it": next(iter(things), ""), "place": where},
            {"do": "plan", "text": f"A feast of {words}", "place": where},
            {"do": "ask", "text": f"Whose is {words}?"},
            {"do": "bond", "text": f"talk of {words}"},
            *({"do": "answer", "it": t, "text": f"it is {words}"} for t in threads),
        ]  # fmt: skip
        changes = [{"n": n, **x} for x in changes]
    also = next((e for e, name in names.items() if name == beside(body)), None)
    mind = {"mind": _of_a_mind(also, words, next(e for e in names if e != also))} if also is not None else {}
    return {"changes": changes[:40], "minds": list(names), "matters": 9, "tone": words, "minutes": 3, **mind}


def _ids(prompt: str, heading: str) -> tuple[str, ...]:
    """The ids that are listed in a prompt under a heading."""
    found = re.search(rf"(?m)^{heading}\n((?:[\w-]+: .*\n?)*)", prompt)
    return tuple(re.findall(r"(?m)^([\w-]+): ", found[1])) if found is not None else ()


def _things(prompt: str) -> tuple[str, ...]:
    """The ids of the things that are listed in a prompt, by where they are."""
    found = re.search(r"(?m)^Things:\n((?:[^:\n]+: .*\n?)*)", prompt)
    each = (t for line in found[1].splitlines() for t in line.partition(": ")[2].split("; ")) if found else ()
    return tuple(t.split()[0] for t in each if t)


def _of_a_mind(me: str, words: str, other: str, *threads: str) -> Body:
    """What such a model writes of a mind."""
    return {
        "gist": f"I learned of {words}.", "matters": 9, "mood": f"full of {words}",
        "feel": [{"to": other, "warmth": 1, "tension": -1, "note": f"of {words}"}],
        "wants": [f"more of {words}"], "question": f"Whose is {words}?",
        "answers": [{"it": t, "text": f"it is {words}", "done": True} for t in threads],
    }  # fmt: skip
