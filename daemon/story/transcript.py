"""Lines as a lens perceived them, put together from their parts. Pure: what to read is the store's."""

from collections.abc import Iterable, Sequence

import msgspec

from protocol.events import Event, LineNoticed, LineRevised, LineSaid, Payload
from protocol.views import LineView, PartView


def lines(events: Iterable[tuple[Event, Payload]]) -> list[LineView]:
    """The lines of these events, oldest first. Whoever sees the words of a part is not shown that it was noticed."""
    said: dict[tuple[str, int], tuple[Event, LineSaid]] = {}
    noticed: dict[tuple[str, int], tuple[Event, LineNoticed]] = {}
    for event, payload in events:
        if isinstance(payload, LineSaid):
            said[payload.line, payload.part] = (event, payload)
        elif isinstance(payload, LineNoticed):
            noticed.setdefault((payload.line, payload.part), (event, payload))
        elif isinstance(payload, LineRevised) and (payload.line, payload.part) in said:
            first, words = said[payload.line, payload.part]
            said[payload.line, payload.part] = (
                first,
                msgspec.structs.replace(words, text=payload.text, raw=payload.raw),
            )
    parts: dict[str, list[tuple[Event, LineSaid | LineNoticed]]] = {}
    shown: dict[tuple[str, int], tuple[Event, LineSaid | LineNoticed]] = {**noticed, **said}
    for (line, _part), found in sorted(shown.items(), key=lambda item: item[1][0].seq):
        parts.setdefault(line, []).append(found)
    return [_line(line, found) for line, found in parts.items()]


def _line(line: str, found: list[tuple[Event, LineSaid | LineNoticed]]) -> LineView:
    first, words = found[0]
    views = [_part(e, p) for e, p in found]
    return LineView(
        line=line,
        seq=first.seq,
        who=words.who,
        manner=words.manner,
        to=words.to,
        text=joined(views),
        parts=views,
        scene=words.scene,
        witnesses=first.witnesses,
        turn=first.turn,
        take=1,
        takes=1,
        cut=isinstance(found[-1][1], LineSaid) and found[-1][1].cut,  # what was gone on with is not cut any more
        noticed=not any(isinstance(p, LineSaid) for _, p in found),
        raw=_raw(found),
    )


def _part(event: Event, words: LineSaid | LineNoticed) -> PartView:
    text, raw = (words.text, words.raw) if isinstance(words, LineSaid) else ("", "")
    return PartView(event.seq, words.manner, words.to, text, event.witnesses, raw)


def _raw(found: list[tuple[Event, LineSaid | LineNoticed]]) -> str | None:
    """A line as it was typed or written; None where a part of it is missing."""
    told = [p for _, p in found if isinstance(p, LineSaid)]
    if sorted([p.part for p in told]) != list(range(len(found))):
        return None
    return as_written(told)


def as_written(parts: Sequence[LineSaid] | Sequence[PartView]) -> str:
    """These parts as they were typed or written; those of which that is not known as one text."""
    known = any(p.raw for p in parts)
    return "".join(p.raw or p.text for p in parts) if known else joined(parts)


def joined(parts: Sequence[LineSaid] | Sequence[PartView]) -> str:
    """The parts of a line as one text, in the paragraphs in which they were written."""
    text = ""
    for part in parts:
        if text and part.text:
            lines = "\n" * part.raw.count("\n", 0, len(part.raw) - len(part.raw.lstrip()))
            text += (lines or " ") + part.text
        else:
            text += part.text
    return text
