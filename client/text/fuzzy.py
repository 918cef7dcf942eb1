"""Which names a few typed letters may mean, the likeliest first."""

from collections.abc import Iterable, Mapping

FAR = 100
"""The distance of what does not fit."""


def ranked(typed: str, names: Mapping[str, Iterable[str]]) -> list[str]:
    """Those names that the letters fit, the best first: those that begin so, then those with a word that does, then
    those that have them side by side, then those that have them in this order. Names that fit alike keep their order.

    `names`: each with what else it is called. No letters fit all.
    """
    wanted = typed.casefold()
    found = [(min(_distance(wanted, known) for known in (name, *also)), name) for name, also in names.items()]
    return [name for distance, name in sorted(found, key=lambda x: x[0]) if distance < FAR]


def _distance(wanted: str, name: str) -> int:
    known = name.casefold()
    if not wanted or known == wanted:
        return 0
    if known.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in known.replace("-", " ").split()):
        return 2
    if len(wanted) == 1:
        return FAR
    return 3 if wanted in known else _spread(wanted, known)


def _spread(wanted: str, known: str) -> int:
    """How far apart these letters stand in a name that begins with the first of them."""
    if known[:1] != wanted[0]:
        return FAR
    at = 0
    for c in wanted:
        at = known.find(c, at) + 1
        if not at:
            return FAR
    return min(4 + at - len(wanted), FAR - 1)
