"""How manners are written: a reply split into parts, and a line written so that it splits the same again. Pure.

*Between asterisks* is action; `between backticks` is thought; (whispers to NAME) makes the rest of its paragraph a
whisper; all else is speech, unless the text quotes what is spoken: then what is outside the quotes is action.
"""

import re
from collections.abc import Mapping, Sequence

from daemon.story.decide import Part
from daemon.telling.naming import named_at
from protocol.ids import EntityId
from protocol.views import LineView, PartView
from protocol.world import Manner

_WHISPER = re.compile(r"^\s*[*_]*\(\s*(?:whispers?|whispering)\s+to\s+([^)]{1,80})\)[*_]*:?\s*", re.IGNORECASE)
_MARK = re.compile(r'(?P<speech>"[^"`\n]+"|“[^“”`\n]+”|«[^«»`\n]+»)|\*(?P<action>[^*\n]+)\*|`(?P<thought>[^`\n]+)`')
"""Whichever begins first: a quote with *emphasis* in it is spoken, a sign "Closed" within an action is not."""
_OPEN_THOUGHT = re.compile(r"`[^`\n]*$")
_STRAY = " \t*`"


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
    joined = _joined([p for p in parts if p.text.strip()])
    return joined or ([Part("speech", text.strip())] if text.strip() else [])


def _named(text: str, names: Mapping[str, EntityId]) -> list[EntityId]:
    """Who is named. A bot may call the user's character `you`."""
    calls = [*names.items(), *(("you", e) for e in names.values() if e == "you")]
    return sorted({e for name, e in calls if named_at(text, name) is not None})


def _marked(paragraph: str) -> list[Part]:
    """A paragraph's parts; a thought that is not closed is still one, since it was to be private."""
    open_thought = _OPEN_THOUGHT.search(_MARK.sub(lambda m: " " * len(m.group()), paragraph))
    end = open_thought.start() if open_thought else len(paragraph)
    marks = list(_MARK.finditer(paragraph, 0, end))
    plain: Manner = "action" if any(m["speech"] for m in marks) else "speech"
    parts: list[Part] = []
    at = 0
    for mark in marks:
        parts += [Part(plain, paragraph[at : mark.start()].strip(_STRAY)), _marking(mark)]
        at = mark.end()
    parts.append(Part(plain, paragraph[at:end].strip(_STRAY)))
    if open_thought:
        parts.append(Part("thought", paragraph[end + 1 :].strip()))
    return parts


def _marking(mark: re.Match[str]) -> Part:
    if mark["speech"]:
        return Part("speech", mark["speech"])
    return Part("action", mark["action"].strip()) if mark["action"] else Part("thought", mark["thought"].strip())


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
    speech = [_quotes(p.text) for p in line.parts if p.manner == "speech"]
    text = ""
    for before, part in zip([None, *line.parts], line.parts, strict=False):
        alone = before is not None and (_alone(before, speech) or _alone(part, speech))
        text += ("\n" if alone else " " if before is not None else "") + _written(line, part, names)
    return text


def _quotes(text: str) -> bool:
    return any(m["speech"] for m in _MARK.finditer(text))


def _alone(part: PartView, speech: Sequence[bool]) -> bool:
    """Whether a part needs a paragraph of its own, so as not to colour how its neighbours are read."""
    return part.manner in ("whisper", "message") or (part.manner == "speech" and any(speech) and not all(speech))


def _written(line: LineView, part: PartView, names: Mapping[EntityId, str]) -> str:
    to = " and ".join(names.get(e, e) for e in part.to)
    if not part.text:
        return f"*whispers something to {to}*" if to else "*whispers something*"
    match part.manner:
        case "action":
            return _each("*", part.text, "*")
        case "thought":
            return _each("`", part.text, "`")
        case "whisper":
            return _each(f"(whispers to {to}) ", part.text)
        case "message":
            return _each(f"(message to {to}) ", part.text)
        case _:
            return part.text


def _each(before: str, text: str, after: str = "") -> str:
    """Every paragraph marked by itself, as marks do not reach across."""
    return "\n".join(f"{before}{paragraph}{after}" for paragraph in text.split("\n"))
