"""Texts side by side in columns, wrapped to a width; one under the other where that is too narrow."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest

GAP, LEAST = 2, 15
"""Spaces between columns, and the narrowest that one can still be read in."""


def columns(cells: Mapping[str, Sequence[str]], width: int) -> list[str]:
    """Lines of text: under each heading its texts, each wrapped with what follows indented."""
    each = (width - GAP * (len(cells) - 1)) // max(1, len(cells))
    if each < LEAST:
        return [line for head, texts in cells.items() for line in (head, *(f"  {x}" for x in texts))]
    blocks = [[*_wrapped(head, each), "─" * each, *_all(texts, each)] for head, texts in cells.items()]
    most = max((len(_wrapped(head, each)) for head in cells), default=0)
    level = [[""] * (most - len(_wrapped(head, each))) + block for head, block in zip(cells, blocks, strict=True)]
    rows = zip_longest(*level, fillvalue="")
    return [(" " * GAP).join(f"{cell:<{each}}" for cell in row).rstrip() for row in rows]


def _all(texts: Sequence[str], width: int) -> list[str]:
    return [line for text in texts for line in _wrapped(text, width)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ") or [""]
