"""How lore reads on a terminal: a list with numbers, one entry with all of it, and what an import would make."""

from collections.abc import Mapping, Sequence
from typing import Any

from client.show.format_view import Names, joined
from client.text.plain import one_line
from protocol import views as v
from protocol.ids import EntityId
from protocol.world import LoreRules

SHOWN = 100
"""Characters of a text in a list."""

LOGIC = {"any": "any of", "all": "all of", "not_any": "none of", "not_all": "not all of"}


def listed(view: v.LoreAllView, names: Names) -> list[str]:
    """All entries with their numbers, those of each book together."""
    lines: list[str] = []
    known = {b.book for b in view.books}
    numbered = list(enumerate(view.lore, 1))
    for book in view.books:
        within = [(n, x) for n, x in numbered if x.book == book.book]
        lines += [_heading(book, names), *(_row(n, x, book.lens, names) for n, x in within)]
        lines += [] if within else ["  (no entries)"]
    loose = [(n, x) for n, x in numbered if x.book not in known]
    lines += ["Others:"] if loose and lines else []
    lines += [_row(n, x, [], names) for n, x in loose]
    return lines or ["No lore yet. /lore add KEY, KEY: TEXT adds an entry, /import FILE a lorebook."]


def entry(x: v.LoreView, names: Names) -> list[str]:
    """All of one entry."""
    told = {
        "name": x.name, "keys": ", ".join(x.keys), **rules(x.rules), "known to": whom(x.lens, names), "text": x.text,
    }  # fmt: skip
    return [f"{label + ':':<{WIDTH}}{one_line(str(text))}" for label, text in told.items() if text]


WIDTH = 16
"""Columns of what each part of an entry is called."""


def rules(rules: LoreRules) -> dict[str, str]:
    """When an entry comes up, where that is not as usual."""
    said = {
        "and": f"{LOGIC[rules.logic]} {', '.join(rules.secondary)}" if rules.secondary else "",
        "and also": f"any of {', '.join(rules.also)}" if rules.also else "",
        "never with": ", ".join(rules.never),
        "lines": f"looks at the last {rules.scan_depth}" if rules.scan_depth is not None else "",
        "order": str(rules.order) if rules.order != LoreRules().order else "",
        "priority": str(rules.priority) if rules.priority else "",
        "chance": f"{rules.probability} %" if rules.probability < 100 else "",
        "group": rules.group,
        "after": f"{rules.after} replies" if rules.after else "",
        "every": f"{rules.every} replies" if rules.every else "",
        "depth": f"{rules.depth} lines above the end" if rules.depth else "",
        "other entries": "never bring it up" if rules.unstirred else "only they bring it up" if rules.stirred_only
        else "",
    }  # fmt: skip
    flags = {
        "always there": rules.constant, "off": not rules.enabled, "case counts": rules.case,
        "whole words only": rules.whole_words, "keys are regular expressions": rules.regex,
        "never brings up others": rules.stirs_none,
    }  # fmt: skip
    return {k: one_line(x) for k, x in said.items() if x} | {"it is": ", ".join(k for k, on in flags.items() if on)}


def whom(lens: Sequence[str], names: Names) -> str:
    """Who knows something."""
    return joined([one_line(names.get(e, e)) for e in lens]) if lens else "everybody"


def imported(book: Mapping[str, Any], names: Names, *, brief: bool = False) -> list[str]:
    """What a lorebook would come to; `brief`: without its entries."""
    known = f"Lorebook “{one_line(book['name'])}”, known to {whom(book['lens'], names)}"
    if brief:
        return [f"{known}."]
    lines = [f"{known}:"]
    for x in book["entries"][:20]:
        keys = ", ".join(one_line(k, 30) for k in x["keys"][:4]) or "always there"
        name = f"{one_line(x['name'], 40)} ({keys})" if x["name"] else keys
        lines.append(f"  · {name}: {one_line(x['text'], SHOWN)}")
    more = book["count"] - len(book["entries"][:20])
    return lines + ([f"  … and {more} more"] if more > 0 else [])


def _heading(book: v.BookView, names: Names) -> str:
    about = [f"known to {whom(book.lens, names)}"]
    about += [f"at most {book.budget:,} tokens"] if book.budget is not None else []
    about += ["entries bring up each other"] if book.stirring else []
    return f"{one_line(book.name)} ({'; '.join(about)}):"


def _row(number: int, x: v.LoreView, usual: Sequence[EntityId], names: Names) -> str:
    keys = ", ".join(one_line(k, 30) for k in x.keys[:4]) + ", …" * (len(x.keys) > 4)
    about = "always there" if x.rules.constant or not x.keys else keys
    name = f"{one_line(x.name, 40)} ({about})" if x.name else about
    notes = ["off"] * (not x.rules.enabled) + [f"known to {whom(x.lens, names)}"] * (list(x.lens) != list(usual))
    return f"{number:>3}  {name}: {one_line(x.text, SHOWN)}" + (f"  [{'; '.join(notes)}]" if notes else "")
