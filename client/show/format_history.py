"""How versions and stories, and what goes back in a story, read on a terminal: each as lines of text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from client.show import impacts
from client.show.format_view import joined
from client.text.plain import one_line

Result = Mapping[str, Any]

STARTING = {"/": "/new starts one.", "rpc ": "Type `rpc` to start one."}
"""What starts a story, by the prefix of commands where one reads."""


def shelved(found: Sequence[Result], away: Mapping[str, Sequence[Result]], shelf: str, prefix: str) -> list[str]:
    """The stories of a shelf (empty: those that are not put away), numbered as `take-back` and `open` take them, and
    what there is on the others. `away`: the stories of each shelf that are put away; `prefix`: of commands there."""
    shelves = list(away)
    before = sum(len(away[x]) for x in shelves[: shelves.index(shelf)]) if shelf else 0
    lines = listed(found, before + 1)
    if shelf:
        return [*lines, f"{prefix}take-back NUMBER takes one out."] if lines else [f"The {shelf} is empty."]
    there = [f"{len(stories)} in the {name} ({prefix}stories {name})" for name, stories in away.items() if stories]
    if not lines:
        lines.append(f"You have no stories {'here' if there else 'yet'}. {STARTING[prefix]}")
    return [*lines, f"And {joined(there)}."] if there else lines


def listed(stories: Sequence[Result], first: int = 1) -> list[str]:
    """Stories, numbered from the `first` on."""
    lines = []
    for n, s in enumerate(stories, first):
        pinned = " (pinned)" if s["pinned"] else ""
        about = f"{impacts.counted(s['lines'], 'line')}, {s['updated'][:10]}"
        lines.append(f"{n:>3}  {one_line(s['title'], 60)}{pinned} · {about}")
    return lines


KINDS = {"take": "another take", "revision": "an edit", "rewind": "after going back", "fork": "saved"}
"""How a version of a story came about."""


def versions(branches: Sequence[Result]) -> dict[str, str]:
    """What each branch is called, by its id: its name; else `main` for the first, and `version N` for the Nth."""
    return {
        b["branch"]: one_line(b["name"], 40) or ("main" if n == 1 else f"version {n}")
        for n, b in enumerate(branches, 1)
    }


def called(branches: Sequence[Result], branch: str) -> str:
    """What people call a branch; `another version` for one that is not there."""
    return versions(branches).get(branch, "another version")


def typed(branches: Sequence[Result], branch: str) -> str:
    """What `switch` takes for a branch: its name, or its number where it has none; its id where that means another."""
    names = versions(branches)
    name = names.get(branch, branch)
    word = name.removeprefix("version ") if name == f"version {list(names).index(branch) + 1}" else name
    alone = [b for b, other in names.items() if name.casefold() == other.casefold()] == [branch]
    another = word in names or (word == name and f"version {word}" in names.values())
    return word if alone and not another else branch


LATEST = 8
"""Versions without a name that are listed, beside the first and the current one; the rest are counted."""


def branches(result: Result, all_of_them: bool = False) -> list[str]:
    """The versions of a story, the current one marked; of those that nobody gave a name the latest, unless all are
    wanted."""
    found = result["branches"]
    nameless = [b["branch"] for b in found[1:] if not b["name"] and not b["current"]]
    older = set() if all_of_them else set(nameless[:-LATEST])
    names, lines = versions(result["branches"]), []
    for b in found:
        if b["branch"] in older:
            continue
        kind = f", {KINDS[b['kind']]}" if b["kind"] in KINDS else ""
        off = f" · split off at line {b['fork_seq']}" if b["parent"] else ""
        off += f" of {names.get(b['parent'], 'another')}" if off and names.get(b["parent"]) != "main" else ""
        here = "●" if b["current"] else " "
        lines.append(f"{here} {names[b['branch']]}{kind}, {impacts.counted(b['lines'], 'line')}{off}")
    return [*lines, f"  and {impacts.counted(len(older), 'older version')} without a name"] if older else lines


def forked(name: str, command: str) -> str:
    """That a version was saved, and what goes there."""
    return f"Saved as “{one_line(name, 60)}”. You're still here; {command} goes there."


def would_rewind(to: int, lines: Sequence[str], besides: Sequence[str]) -> list[str]:
    """What a rewind to a line would change: the lines that it would hide, as they read now, and what else."""
    return [f"Going back to line {to} would hide this:", *lines, *besides]


def rewound(result: Result, undo: str) -> list[str]:
    """What a rewind did. `undo`: what takes it back."""
    return [f"Went back to line {result['to']}. The rest is kept. To undo: {undo}"]


def takes(result: Result, switching: Callable[[str], str]) -> list[str]:
    """The takes of a line. `switching`: what `rpc switch` takes for a branch."""
    lines = []
    for n, t in enumerate(result["takes"], 1):
        there = "" if t["current"] else f" (rpc switch {switching(t['branch'])})"
        lines.append(f"{'→' if t['current'] else ' '} {n:>2}  {one_line(t['text'], 90)}{there}")
    return lines


def would_delete(lines: Sequence[str], besides: Sequence[str]) -> list[str]:
    """What a delete would take out: lines, as they read now, and what else."""
    return ["This would be deleted, with what it caused:", *([*lines, *besides] or ["  nothing"])]
