"""How the results of calls read on a terminal, those of views apart (format_view.py): each as lines of text."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from client.show import format_view, impacts, lore
from client.show.format_view import Names, joined
from client.show.trouble import model_at, sentence
from client.show.turns import Read, Refused
from client.text.plain import one_line
from protocol import views as v

Result = Mapping[str, Any]
HEALTH = {True: "working", False: "not answering", None: "not used yet"}
READY = "ready, not used yet"
"""Of a model whose server was just found to answer."""

WORK = {"render": "Writing", "read": "Tracking changes", "embed": "Memory search"}
"""What a model is for, by its role on the wire."""

COUNTS = {"stories": "Stories", "branches": "Versions", "turns": "Turns running"}
"""Those counts of a status that mean something to people."""


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
    "secrets": format_view.secrets,
    "deleted": format_view.deleted,
    "story": format_view.story,
    "decay": format_view.decay,
    "lore": lore.listed,
}


def status(result: Result) -> list[str]:
    """How the daemon is."""
    store, up = result["store"], int(result["uptime"])
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return [
        f"Running for {lasting(up)} (pid {result['pid']}).",
        *(_role(m, m["ok"]) for m in result["models"]),
        *(f"  {name}: {result['counts'][key]}" for key, name in COUNTS.items() if key in result["counts"]),
        *([f"  Background jobs: {result['backlog']}"] if result["backlog"] else []),
        f"  Stored in: {store['path']} ({size(store['bytes'] + store['wal_bytes'])}, {store['events']} events)",
        f"  Software: {versions}",
        *(f"  Warning: {w}" for w in result["warnings"]),
    ]


def lasting(seconds: int) -> str:
    """How long something lasts, in words: `2 hours 3 minutes`."""
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    told = [impacts.counted(n, what) for n, what in ((hours, "hour"), (minutes, "minute")) if n]
    return " ".join(told) or impacts.counted(seconds, "second")


def models(result: Result, status: Result | None = None) -> list[str]:
    """What does what, what was found, and what could be named. `status`: how the models did so far."""
    lines = ["In use:", *roles(result, status)]
    for found in result["discovered"]:
        lines.append(f"Found at {found['base_url']}: {joined(found['models']) or 'no models'}")
    if not result["discovered"]:
        lines.append("No model servers found on this machine's usual ports.")
    presets = [str(p.get("preset") or p.get("name")) for p in result["presets"]]
    return [*lines, f"Known services: {', '.join(presets)}", "To choose a model: rpc use MODEL --url ADDRESS"]


def named(model: str, endpoint: str) -> str:
    """A model, and where it is."""
    return "built-in model" if endpoint == "embedded" else f"{model} ({endpoint})"


def using(role: str, model: str, endpoint: str) -> str:
    """That a model has been chosen for a role."""
    now = named(model or "its first model", endpoint)
    what = "" if role == "render" else f" for {WORK[role].lower()}"
    return f"Now using {f'the {now}' if endpoint == 'embedded' else now}{what}."


def roles(result: Result, status: Result | None = None) -> list[str]:
    """Which model does what, of what `models` answers; with `status`, in the same words as there."""
    used = {m["role"]: m for m in (status or {"models": ()})["models"]}
    lines = []
    for m in result["roles"]:
        last, answers = used.get(m["role"], m), m.get("reachable")
        if answers is False:
            lines.append(_role({**last, "why": m.get("why") or last.get("why")}, False))
        elif answers and last.get("ok") is None and not last.get("why"):
            lines.append(_role({**last, "why": READY if "ok" in last else ""}, True))
        else:
            lines.append(_role(last, last.get("ok", answers)))
    return lines


FOUND = {
    "base_url": "Address", "preset": "Kind of server", "model": "Model", "reachable": "Answers", "why": "Why not",
    "context": "Longest prompt, in tokens", "truncates": "Cuts long prompts without a word",
    "schema": "Structured answers", "cache": "Keeps the beginning of a prompt", "reasoning": "Thinks before it writes",
    "streaming": "Sends words as they come", "first_token_s": "Seconds to the first word",
    "tokens_s": "Tokens a second",
}  # fmt: skip
"""What was found out of an endpoint, in words for people."""


def probe(result: Result) -> list[str]:
    """What an endpoint can do."""
    if not result["ok"]:
        return [sentence(f"{model_at(result['endpoint'])}{result['why']}")]
    known = {k: x for k, x in result["report"].items() if x is not None and k not in ("advice", "models", "endpoint")}
    lines = [f"{'The built-in model' if result['endpoint'] == 'embedded' else result['endpoint']} answers."]
    lines += [f"  {FOUND.get(k, k.replace('_', ' '))}: {_plain(x)}" for k, x in known.items() if x not in ("", [])]
    return [*lines, *(f"  Advice: {one_line(a)}" for a in result["report"].get("advice", []))]


def changed(read: Read) -> str:
    """What a turn changed, in one line, numbered as `/revert` takes it; empty where there is nothing to tell."""
    items = [f"{n} {one_line(item.text, 100)}" for n, item in enumerate(read.changes, 1) if not item.gone]
    items += [f"{len(read.refused)} ignored (/refused)"] if read.refused else []
    if read.reading not in ("ok", "off"):
        items.append(f"(Changes weren't tracked: {_untracked(read)}.)")
    return " · ".join(items)


def _untracked(read: Read) -> str:
    """Why nothing came of a reading."""
    match read.reading:
        case "unavailable" if read.why:
            return f"the model {one_line(read.why, 100).rstrip('.')}"
        case "unreadable":
            return "the model's answer made no sense"
        case _:
            return one_line(read.why, 100) or "something went wrong"


def checked(read: Read) -> list[str]:
    """What a turn changed, and what was ignored of it and why, for one who cannot ask further."""
    ignored = [_refused(x) for x in read.refused]
    told = changed(msgspec.structs.replace(read, refused=[]))
    return [*([told] if told else []), *ignored] or ["Nothing changed."]


def refused(read: Read) -> list[str]:
    """What a turn's prose proposed and the rules refused: what it was, and why."""
    return [_refused(x) for x in read.refused] or ["Nothing was ignored in the last turn."]


def _refused(x: Refused) -> str:
    what = f"“{one_line(x.what)}”. " if x.what else ""
    return f"Ignored: {what}{sentence(one_line(x.why))}"


TOLD_BY = ("words", "speaker", "time")
"""Parts of the score of a find by which one sees why it was found."""

NEAREST = 3
"""Finds that are shown where none has any of the words."""


def recalled(result: Result, names: Names) -> list[str]:
    """What a lens recalls, best first; where nothing has any of the words, the few that are closest in meaning."""
    found, lines = result["memories"], []
    if found and not any(x["parts"].get(part, 0) > 0 for x in found for part in TOLD_BY):
        found, lines = found[:NEAREST], ["Nothing has these words. Closest in meaning:"]
    for x in found:
        who = f"{names.get(x['who'], x['who'])}: " if x["who"] else ""
        lines.append(f"{'@' + str(x['seq']):>7}  {who}{one_line(x['text'], 120)}")
    return lines or ["Nothing found."]


def jobs(result: Result) -> list[str]:
    """A line for each background job."""
    lines = []
    for j in result["jobs"]:
        why = f" (last try: {one_line(j['why'], 100)})" if j["why"] else ""
        lines.append(f"{j['state'].capitalize()}: {one_line(j['what'])}, {j['done']} of {j['of']}{why}")
    return lines or ["No background jobs."]


SECTIONS = {"edges": "feelings", "occasions": "plans", "threads": "open questions", "exemplar": "example"}
SORTS = {"edge": "feeling", "occasion": "plan", "prop": "thing", "container": "place", "entity": "person"}
"""Words for people, where a prompt's sections and what is withheld have others on the wire."""

SHOWN_OF_TRANSCRIPT = 6
"""Lines of a prompt's transcript that are shown: the rest is what has been on the screen."""


def explained(result: Result, names: Names, opened: Collection[int] | None = None) -> list[str]:
    """The prompt that made a line, section by section, and what its speaker was not told.

    `opened`: the numbers of the parts whose text is shown; None for all. The last part is what was withheld.
    """
    speaker = names.get(result["speaker"], result["speaker"]) if result["speaker"] else "the narrator"
    parts = [*(_section(s) for s in result["sections"]), _withheld(result["withheld"], speaker)]
    lines = _made_by(result, speaker, names)
    for n, (head, text) in enumerate(parts, 1):
        lines.append(f"— {head}" if opened is None else f"{n:>3}  {head}")
        lines += text if opened is None or n in opened else []
    lines += ["The reply was cut off where it began to speak for somebody else."] * (result["cut"] == "others")
    lines += ["The reply was cut off where it began to repeat itself."] * (result["cut"] == "circles")
    exact = (
        "This is the exact prompt that was sent."
        if result["exact"]
        else f"The prompt that was sent may have been different: {result['reason']}."
    )
    return [*lines, exact]


def _made_by(result: Result, speaker: str, names: Names) -> list[str]:
    who = joined([names.get(e, e) for e in result["lens"]]) or "nobody"
    model = named(result["model"] or "a model", result["endpoint"]) if result["endpoint"] else "a model"
    params = ", ".join(f"{k}={_plain(x)}" for k, x in result["params"].items())
    return [
        f"{model[:1].upper()}{model[1:]} wrote this as {speaker}{f' ({params})' if params else ''},"
        f" from what {who} knew by line {result['at']}. The prompt has {result['tokens']} of"
        f" {result['budget']} tokens."
    ]


def _section(s: Result) -> tuple[str, list[str]]:
    """What a section of a prompt is, and its text; of the transcript, the end."""
    seqs = f", from {_seqs(s['from'])}" if s["from"] else ""
    text = s["text"].splitlines()
    least = -SHOWN_OF_TRANSCRIPT if s["name"] == "transcript" else 0
    before = [f"    … {len(text) + least} lines before"] if least and len(text) > -least else []
    head = f"{SECTIONS.get(s['name'], s['name'])} ({s['tokens']} tokens{seqs}): {s['why']}"
    return head, [*before, *(f"    {line}" for line in text[least:])]


def _withheld(withheld: list[Result], speaker: str) -> tuple[str, list[str]]:
    """What a speaker was not told, counted and in words."""
    if not withheld:
        return f"There was nothing that {speaker} wasn't told.", []
    told = [f"  · {SORTS.get(w['sort'], w['sort'])}: {one_line(w['text'], 160)}" for w in withheld]
    return f"What {speaker} wasn't told ({impacts.counted(len(withheld), 'thing')}):", told


def _seqs(seqs: list[int]) -> str:
    """Seqs, shortly: `@4, @6–@9`."""
    spans: list[list[int]] = []
    for seq in sorted(seqs):
        if spans and seq == spans[-1][1] + 1:
            spans[-1][1] = seq
        else:
            spans.append([seq, seq])
    shown = [f"@{a}" if a == b else f"@{a}–@{b}" for a, b in spans]
    return ", ".join(shown if len(shown) < 6 else [*shown[:2], "…", *shown[-2:]])


def size(count: int) -> str:
    """Bytes for people."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def _role(model: Result, answers: bool | None) -> str:
    why = model.get("why") or ""
    health = why if why == READY else sentence(why) if why else HEALTH[answers]
    if model["role"] == "embed" and answers is False:
        return f"  Memory search: by words only ({health.rstrip('.')})"
    knows = f", for {one_line(model['languages'])}" if model.get("languages") else ""
    return f"  {WORK[model['role']]}: {named(model['model'] or 'its first model', model['endpoint'])}{knows} ({health})"


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.2f}"
        case _:
            return one_line(str(value))
