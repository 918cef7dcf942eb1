"""How the results of calls read on a terminal, those of views apart (client/looks.py): each as lines of text."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from client import looks
from client.looks import Names, joined
from client.text import one_line
from client.trouble import model_at, sentence
from protocol import views as v
from protocol.events import MACHINERY

Result = Mapping[str, Any]
HEALTH = {True: "answers", False: "does not answer", None: "not asked yet"}


def view(name: str, data: Any, names: Names) -> list[str] | None:
    """A view as lines; None for one that only reads as JSON."""
    reading = _VIEWS.get(name)
    return reading(msgspec.convert(data, v.VIEWS[name]), names) if reading else None


_VIEWS: dict[str, Callable[[Any, Names], list[str]]] = {
    "scene": looks.scene,
    "world": looks.world,
    "entity": looks.entity,
    "edges": looks.edges,
    "transcript": looks.transcript,
    "memories": looks.memories,
    "timeline": looks.timeline,
    "prompt": looks.prompt,
}


def status(result: Result) -> list[str]:
    """How the daemon is."""
    store, up = result["store"], int(result["uptime"])
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return [
        f"The daemon runs (pid {result['pid']}), since {up // 3600} h {up % 3600 // 60} min.",
        f"  versions: {versions}",
        f"  store: {store['path']}, {size(store['bytes'])} + {size(store['wal_bytes'])} log, {store['events']} events",
        *(f"  {name}: {n}" for name, n in result["counts"].items()),
        *(_role(m, m["ok"]) for m in result["models"]),
        *([f"  to be done in the background: {result['backlog']}"] if result["backlog"] else []),
        *(f"  warning: {w}" for w in result["warnings"]),
    ]


def models(result: Result) -> list[str]:
    """What does what, what was found, and what could be named."""
    lines = ["In use:", *roles(result)]
    for found in result["discovered"]:
        lines.append(f"Found at {found['base_url']}: {joined(found['models']) or 'no models'}")
    if not result["discovered"]:
        lines.append("No other servers were found on this machine's usual ports.")
    presets = [str(p.get("preset") or p.get("name")) for p in result["presets"]]
    return [*lines, f"Presets: {', '.join(presets)}", "`rpc use MODEL --url ADDRESS` chooses one."]


def roles(result: Result) -> list[str]:
    """Which model does what, of what `models` answers."""
    return [_role(m, m.get("reachable")) for m in result["roles"]]


def probe(result: Result) -> list[str]:
    """What an endpoint can do."""
    if not result["ok"]:
        return [sentence(f"{model_at(result['endpoint'])}{result['why']}")]
    known = {k: x for k, x in result["report"].items() if x is not None and k not in ("advice", "models", "endpoint")}
    lines = [f"{result['endpoint']} answers."]
    lines += [f"  {k.replace('_', ' ')}: {_plain(x)}" for k, x in known.items() if x not in ("", [])]
    return [*lines, *(f"  advice: {one_line(a)}" for a in result["report"].get("advice", []))]


def stories(result: Result) -> list[str]:
    """All stories."""
    found = [
        f"{s['story']}  {one_line(s['title'], 60)} ({s['lines']} lines, {s['updated'][:16].replace('T', ' ')})"
        for s in result["stories"]
    ]
    return found or ["No stories yet: `rpc` begins one."]


def branches(result: Result) -> list[str]:
    """The lines of history, the current one marked."""
    lines = []
    for b in result["branches"]:
        origin = f" from {b['parent']} at {b['fork_seq']}" if b["parent"] else ""
        name = f" “{one_line(b['name'], 40)}”" if b["name"] else ""
        lines.append(f"{'*' if b['current'] else ' '} {b['branch']}{name}: {b['kind']}{origin}, head {b['head']}")
    return lines


def rewind(result: Result) -> list[str]:
    """What a rewind changes or has changed."""
    went = [f"{n} × {kind}" for kind, n in result["impact"]["events"].items() if kind not in MACHINERY]
    verb = "went" if result.get("branch") else "would go"
    lines = [f"Back to {result['to']}; from view {verb} {joined(went) or 'nothing'}."]
    if result.get("branch"):
        lines.append(
            f"On branch {result['branch']}, head {result['head']}. `rpc switch {result['undo']}` takes it back."
        )
    return lines


def size(count: int) -> str:
    """Bytes for people."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def _role(model: Result, answers: bool | None) -> str:
    health = one_line(model.get("why") or "") or HEALTH[answers]
    return f"  {model['role']}: {model['model'] or 'its first model'} at {model['endpoint']}: {health}"


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.2f}"
        case _:
            return one_line(str(value))
