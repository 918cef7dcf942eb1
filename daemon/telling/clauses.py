"""Where in the text of a part its sentences and clauses begin and end, and a part cut in two there. Pure."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from daemon.story.decide import Part
from daemon.telling.deed_words import NEXT

SENTENCES = re.compile(r"[^.!?;…]+[.!?;…]*")


def cut(part: Part, end: int) -> tuple[Part, Part | None]:
    """A part up to a place in its text, and the rest, if that has words; the comma between them is of neither."""
    raw = part.raw or part.text
    first, rest = part.text[:end].rstrip(), part.text[end:].lstrip(",; \t\n").rstrip()
    at = raw.find(first.rsplit("\n", 1)[-1])
    if not any(c.isalnum() for c in rest) or at < 0:
        return part, None
    split = at + len(first.rsplit("\n", 1)[-1])
    return (
        replace(part, text=first, raw=raw[:split]),
        replace(part, text=rest, raw=raw[split:]),
    )


def clauses(sentence: str) -> Iterator[tuple[int, str]]:
    """The clauses of a sentence, each with where it begins."""
    at = 0
    for joint in NEXT.finditer(sentence):
        yield at, sentence[at : joint.start()].strip()
        at = joint.end()
    yield at, sentence[at:].strip()


def end_of(text: str, start: int, sentence: str, clause_end: int) -> int:
    """Where a clause ends in a text, with the stop that ends its sentence."""
    at = text.index(sentence, start) + clause_end
    return at + len(re.match(r"[.!;…]*", text[at:])[0])  # type: ignore[index]
