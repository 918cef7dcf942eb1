"""How the results of calls read on a terminal, those of views apart (format_view.py): each as lines of text."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from client.show import format_view, impacts
from client.show.format_view import Names, joined
from client.show.trouble import model_at, sentence
from client.show.turns import Read, Refused
from client.text.plain import one_line
from protocol import views as v
from protocol.events import MACHINERY
from protocol.rules import RULES

Result = Mapping[str, Any]
HEALTH = {True: "answers", False: "does not answer", None: "not asked yet"}


def view(name: str, data: Any, names: Names) -> list[str] | None:
    """A view as lines; None for one that only reads as JSON."""
    reading = _VIEWS.get(name)
    return reading(msgspec.convert(data, v.VIEWS[name]), names) if reading else None


_VIEWS: dict[str, Callable[[Any, Names], list[str]]] = {
    "scene": format_view.scene,
    "world": format_view.world,
    "entity": format_view.entity,
    "edges": format_view.edges,
    "transcript": format_view.transcript,
    "memories": format_view.memories,
    "occasions": format_view.occasions,
    "threads": format_view.threads,
    "timeline": format_view.timeline,
    "prompt": format_view.prompt,
    "story": format_view.story,
    "decay": format_view.decay,
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


def named(model: str, endpoint: str) -> str:
    """A model, and where it is."""
    return f"{model}, the embedded model" if endpoint == "embedded" else f"{model} at {endpoint}"


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
    """Shows the branches, the current one marked."""
    lines = []
    for b in result["branches"]:
        origin = f" from {b['parent']} at {b['fork_seq']}" if b["parent"] else ""
        name = f" “{one_line(b['name'], 40)}”" if b["name"] else ""
        lines.append(f"{'*' if b['current'] else ' '} {b['branch']}{name}: {b['kind']}{origin}, head {b['head']}")
    return lines


def changed(read: Read) -> str:
    """What a turn changed, in one line, numbered as `/wrong` takes it; empty where there is nothing to tell."""
    items = [f"{n} {one_line(item.text, 100)}" for n, item in enumerate(read.changes, 1) if not item.gone]
    items += [f"{len(read.refused)} ignored (/refused)"] if read.refused else []
    if read.reading not in ("ok", "off"):
        items.append(f"(Changes weren't tracked: {one_line(read.why or read.reading, 100)}.)")
    return " · ".join(items)


def refused(read: Read) -> list[str]:
    """What a turn's prose proposed and the rules refused: what it was, and why, with the rule's own reason."""
    return [_refused(x) for x in read.refused] or ["Nothing was ignored in the last turn."]


def _refused(x: Refused) -> str:
    what = f"“{one_line(x.what)}”. " if x.what else ""
    reason = RULES.get(x.rule, "")
    return f"Ignored: {what}{sentence(one_line(x.why))}{f' {reason}' if reason else ''}"


def recalled(result: Result, names: Names) -> list[str]:
    """What a lens recalls, best first."""
    lines = []
    for x in result["memories"]:
        who = f"{names.get(x['who'], x['who'])}: " if x["who"] else ""
        lines.append(f"{x['seq']:>6}  {x['kind']:<8} {x['score']:.2f}  {who}{one_line(x['text'], 120)}")
    return lines or ["Nothing comes to mind."]


def jobs(result: Result) -> list[str]:
    """A line for each job of the work behind play."""
    lines = []
    for j in result["jobs"]:
        why = f"; last time: {one_line(j['why'], 100)}" if j["why"] else ""
        lines.append(
            f"{j['state']:<8} {j['story']} {j['branch']}: {one_line(j['what'])}, {j['done']} of {j['of']}{why}"
        )
    return lines or ["Nothing waits to be done."]


SHOWN_OF_TRANSCRIPT = 6
"""Lines of a prompt's transcript that are shown: the rest is what has been on the screen."""


def explained(result: Result, names: Names) -> list[str]:
    """The prompt that made a line, section by section, and what its speaker was not told."""
    who = joined([names.get(e, e) for e in result["lens"]]) or "nobody"
    speaker = names.get(result["speaker"], result["speaker"]) if result["speaker"] else "the narrator"
    model = named(result["model"] or "a model", result["endpoint"]) if result["endpoint"] else "a model"
    params = ", ".join(f"{k}={_plain(x)}" for k, x in result["params"].items())
    lines = [
        f"{model} wrote as {speaker}{f' ({params})' if params else ''},"
        f" from what {who} knew at {result['at']}: {result['tokens']} of {result['budget']} tokens."
    ]
    for s in result["sections"]:
        seqs = f", from {_seqs(s['from'])}" if s["from"] else ""
        lines.append(f"— {s['name']} ({s['tokens']} tokens{seqs}): {s['why']}")
        text = s["text"].splitlines()
        least = -SHOWN_OF_TRANSCRIPT if s["name"] == "transcript" else 0
        lines += [f"    … {len(text) + least} lines before"] if least and len(text) > -least else []
        lines += [f"    {line}" for line in text[least:]]
    lines += ["The reply was cut where it began to write for somebody else."] * (result["cut"] == "others")
    lines += ["The reply was cut where it went round in circles."] * (result["cut"] == "circles")
    if result["withheld"]:
        lines.append(f"Withheld from {speaker}:")
        lines += [f"  · {w['sort']}: {one_line(w['text'], 160)}" for w in result["withheld"]]
    else:
        lines.append(f"Nothing was withheld from {speaker}.")
    exact = (
        "This is what was sent, to the byte."
        if result["exact"]
        else f"It may differ from what was sent: {result['reason']}."
    )
    return [*lines, exact]


def _seqs(seqs: list[int]) -> str:
    """Seqs, shortly: `4, 6–9`."""
    spans: list[list[int]] = []
    for seq in sorted(seqs):
        if spans and seq == spans[-1][1] + 1:
            spans[-1][1] = seq
        else:
            spans.append([seq, seq])
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in spans]
    return ", ".join(shown if len(shown) < 6 else [*shown[:2], "…", *shown[-2:]])


def rewind(result: Result) -> list[str]:
    """What a rewind changes or has changed."""
    went = [f"{n} × {kind}" for kind, n in result["impact"]["events"].items() if kind not in MACHINERY]
    verb = "went" if result.get("branch") else "would go"
    lines = [f"Back to {result['to']}; from view {verb} {joined(went) or 'nothing'}."]
    lines += impacts.besides(result["impact"], {})
    if result.get("branch"):
        lines.append(
            f"On branch {result['branch']}, head {result['head']}. `rpc switch {result['undo']}` takes it back."
        )
    return lines


def takes(result: Result) -> list[str]:
    """The takes of a line."""
    return [
        f"{'→' if t['current'] else ' '} {t['branch']:<6} {t['line']:<6} {one_line(t['text'], 90)}"
        for t in result["takes"]
    ]


def delete(result: Result) -> list[str]:
    """What a delete takes out or has taken out."""
    impact, done = result["impact"], result.get("head")
    went = [f"{n} × {kind}" for kind, n in impact["events"].items()]
    lines = [f"{'Taken' if done else 'Would be taken'} out: {joined(went) or 'nothing'}."]
    lines += [f"  “{one_line(x['text'], 80)}”" for x in impact["lines"]]
    lines += impacts.besides(impact, {})
    return lines + ([f"Head {done}. `rpc reinstate` with the same seqs brings it back."] if done else [])


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
    knows = f" (knows {one_line(model['languages'])})" if model.get("languages") else ""
    return f"  {model['role']}: {named(model['model'] or 'its first model', model['endpoint'])}{knows}: {health}"


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.2f}"
        case _:
            return one_line(str(value))
