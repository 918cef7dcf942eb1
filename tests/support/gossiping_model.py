"""What a model does that gossips as far as it can: it wants every secret it is shown in whatever takes a text."""

import re
from collections.abc import Collection
from typing import Any

from tests.support.asked_minds import asked
from tests.support.scripted_model import Body


def wishes(body: Body, secrets: Collection[str], names: dict[str, str], where: str, *threads: str) -> Body:
    """A reading that writes these secrets into all it can. `names` are the cast's by id, `where` is a place."""
    words = " ".join(sorted(secrets)) or "nothing"
    numbers = re.findall(r"(?m)^(\d+)\. ", body["messages"][-1]["content"])
    me = next((e for e, name in names.items() if name == asked(body).name), "a")
    other = next(e for e in names if e != me)
    changes: list[dict[str, Any]] = []
    for line in (int(n) for n in numbers):
        changes += [
            {"do": "mood", "line": line, "mood": f"full of {words}"},
            {"do": "feel", "line": line, "from": me, "to": other, "warmth": 1, "trust": 0, "tension": -1,
             "because": f"of {words}"},
            {"do": "bind", "line": line, "tone": "warm", "habit": f"talk of {words}"},
            {"do": "act", "line": line, "who": me, "doing": f"muttering {words}", "awake": None},
            {"do": "plan", "line": line, "title": f"A feast of {words}", "where": where, "when": None},
            {"do": "open_thread", "line": line, "title": f"Whose is {words}?"},
            {"do": "add_prop", "line": line, "who": me, "name": f"a jar of {words}", "into": f"container:{where}"},
            *({"do": "advance_thread", "line": line, "thread": t, "note": f"it is {words}"} for t in threads),
        ]  # fmt: skip
    rated = [{"line": int(n), "significance": 9} for n in numbers]
    return {"changes": changes[:24], "lines": rated, "gist": f"I learned of {words}.", "minutes": 3}
