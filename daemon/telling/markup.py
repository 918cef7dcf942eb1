"""How manners are written: a reply split into parts, and a line written so that it splits the same again. Pure.

*Between asterisks* is action; `between backticks` is thought; (whispers to NAME) makes the rest of its paragraph a
whisper; all else is speech, unless the text quotes what is spoken: then what is outside the quotes is action.
"""

import re
from collections.abc import Mapping, Sequence

from daemon.story.decide import Part
from protocol.ids import EntityId
from protocol.views import LineView, PartView
from protocol.world import Manner

_WHISPER = re.compile(r"^\s*[*_]*\(\s*(?:whispers?|whispering)\s+to\s+([^)]{1,80})\)[*_]*:?\s*", re.IGNORECASE)
_MARK = re.compile(r"\*([^*\n]+)\*|`([^`\n]+)`")
_OPEN_THOUGHT = re.compile(r"`[^`\n]*$")
_QUOTED = re.compile(r'"[^"\n]+"|“[^”\n]+”|«[^»\n]+»')


def split(text: str, names: Mapping[str, EntityId]) -> list[Part]:
    """The parts of a text, in order; never empty where the text has words. `names` are in lower case.

    A whisper to nobody that is named is unclear, and what is unclear is for all to hear.
    """
    parts: list[Part] = []
    for paragraph in re.split(r"\n\s*\n|\n", text):
        whisper = _WHISPER.match(paragraph)
        to = _named(whisper.group(1), names) if whisper else []
        if whisper and to:
            parts.append(Part("whisper", paragraph[whisper.end() :].strip(), to))
        else:
            parts += _marked(paragraph)
    joined = _joined([p for p in parts if p.text])
    return joined or ([Part("speech", text.strip())] if text.strip() else [])


def _named(text: str, names: Mapping[str, EntityId]) -> list[EntityId]:
    words = text.lower()
    return sorted({e for name, e in names.items() if re.search(rf"\b{re.escape(name)}\b", words)})


def _marked(paragraph: str) -> list[Part]:
    """A paragraph's parts; a thought that is not closed is still one, since it was to be private."""
    plain = _plain_manner(paragraph)
    parts: list[Part] = []
    at = 0
    open_thought = _OPEN_THOUGHT.search(_MARK.sub(lambda m: " " * len(m.group()), paragraph))
    end = open_thought.start() if open_thought else len(paragraph)
    for mark in _MARK.finditer(paragraph, 0, end):
        parts += _quoted(paragraph[at : mark.start()], plain)
        action, thought = mark.groups()
        parts.append(Part("action", action.strip()) if action else Part("thought", thought.strip()))
        at = mark.end()
    parts += _quoted(paragraph[at:end], plain)
    if open_thought:
        parts.append(Part("thought", paragraph[end + 1 :].strip()))
    return parts


def _plain_manner(paragraph: str) -> Manner:
    return "action" if _QUOTED.search(paragraph) else "speech"


def _quoted(text: str, plain: Manner) -> list[Part]:
    if plain == "speech":
        return [Part("speech", text.strip(" *"))]
    parts: list[Part] = []
    at = 0
    for quote in _QUOTED.finditer(text):
        parts += [Part("action", text[at : quote.start()].strip()), Part("speech", quote.group())]
        at = quote.end()
    return [*parts, Part("action", text[at:].strip())]


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Neighbours of one manner and one addressee as one part."""
    found: list[Part] = []
    for part in parts:
        if found and found[-1].manner == part.manner and found[-1].to == part.to:
            found[-1] = Part(part.manner, f"{found[-1].text}\n{part.text}", part.to)
        else:
            found.append(part)
    return found


def written(line: LineView, names: Mapping[EntityId, str]) -> str:
    """A line as text, the inverse of splitting; a part of which only the fact is known is told as such."""
    return " ".join(_written(line, part, names) for part in line.parts)


def _written(line: LineView, part: PartView, names: Mapping[EntityId, str]) -> str:
    to = " and ".join(names.get(e, e) for e in part.to)
    if not part.text:
        return f"*whispers something to {to}*" if to else "*whispers something*"
    match part.manner:
        case "action":
            return f"*{part.text}*"
        case "thought":
            return f"`{part.text}`"
        case "whisper":
            return f"(whispers to {to}) {part.text}"
        case "message":
            return f"(message to {to}) {part.text}"
        case _:
            return part.text
