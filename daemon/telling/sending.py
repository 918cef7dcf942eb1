"""Which stretches of a text are messages, by what its deeds tell of writing and calling (messages.py). Pure."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from daemon.telling import messages
from daemon.telling.conventions import Run, tagging
from protocol.ids import EntityId


def sent(found: Sequence[Run], text: str, names: Mapping[str, EntityId]) -> list[Run]:
    """The runs, with what is written or told over a distance as messages."""
    told = list[Run]()
    active: messages.Message | None = None
    used = True
    for n, run in enumerate(found):
        if n and found[n - 1].paragraph != run.paragraph:
            active = None if used else active
        if run.sort == "aside" or run.manner == "action":
            marked = messages.message(run.text, names)
            told.append(run)
            before = tagging(told, len(told) - 1)
            if marked is not None and marked.cut is not None and run.manner == "action":
                told[-1:] = _cut(run, marked.cut, text, _message(run, marked))
                active = None
            elif marked is not None:
                used = before is not None
                told[-2:-1] = [_message(told[before], marked)] if before is not None else told[-2:-1]
                active = marked
            elif active is not None and not (
                messages.goes_on(run.text, active) if used else not messages.ends(run.text)
            ):
                active = None
        elif run.manner == "speech" and active is not None:
            told.append(_message(run, active))
            used = True
        else:
            told.append(run)
    return told


def _message(run: Run, marked: messages.Message) -> Run:
    return replace(run, manner="message" if marked.to or marked.unclear else "thought", to=marked.to)


def _cut(run: Run, at: int, text: str, rest: Run) -> list[Run]:
    """A deed up to a place in its text, and the rest of it as another run."""
    start = text.find(run.text, run.start, run.end)
    if start < 0:
        return [rest]
    return [
        replace(run, end=start + at, text=run.text[:at].rstrip()),
        replace(rest, start=start + at, text=run.text[at:].strip()),
    ]
