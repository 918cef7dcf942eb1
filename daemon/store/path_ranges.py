"""A path along a lineage as SQL. Stretches are asked for together, so that thousands of forks take a few queries."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from daemon.story.lineage import Stretch

SPAN = 4096
"""Seqs that stretches asked for together may span: their rows are sorted before the first of them is seen."""

_ONE = "WHERE branch = ? AND seq > ? AND seq <= ?"
_SEVERAL = "WHERE branch = s.value ->> 0 AND seq > s.value ->> 1 AND seq <= s.value ->> 2"


def along(path: Iterable[Stretch], table: str = "event") -> Iterator[tuple[str, tuple[Any, ...]]]:
    """For each part of a path, in its order: what follows SELECT, to which conditions may be added, and its values.

    What is wanted mostly lies in the first stretches, so the first part is one, the next two, and so on.
    """
    for some in _parts(path):
        if len(some) == 1:
            yield f"FROM {table} {_ONE}", (some[0].branch, some[0].after, some[0].upto)
        else:
            listed = msgspec.json.encode([(s.branch, s.after, s.upto) for s in some]).decode()
            yield f"FROM json_each(?) AS s CROSS JOIN {table} {_SEVERAL}", (listed,)


def _parts(path: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    some: list[Stretch] = []
    span, most = 0, 1
    for s in path:
        length = s.upto - s.after
        if some and (len(some) == most or span + length > SPAN):
            yield some
            some, span, most = [], 0, most * 2
        some.append(s)
        span += length
    if some:
        yield some
