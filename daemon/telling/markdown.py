"""Lines as Markdown, for reading: who said what, in which manner, under the scenes it was said in. Pure.

What Markdown would read as a sign of its own is escaped, so that the words show as they are.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from daemon.telling.markup import mouth
from protocol.ids import EntityId, Seq
from protocol.views import LineView, PartView

_SIGNS = re.compile(r"[\\`*_<\[\]]")
_LEADING = re.compile(r"^(\s*)([#>+=|~-]|\d+(?=[.)]))", re.MULTILINE)


def escaped(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    return _LEADING.sub(_led, _SIGNS.sub(r"\\\g<0>", text))


def _led(found: re.Match[str]) -> str:
    space, sign = found.groups()
    # A number is only a list's with what follows it; the escape belongs before that.
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def transcript(
    title: str, eyes: str, lines: Iterable[LineView], names: Callable[[Seq], Mapping[EntityId, str]],
    scenes: Mapping[str, str],
) -> Iterator[str]:  # fmt: skip
    """A transcript, piece by piece: its title, through whose eyes it is (empty: nobody's), and the lines.

    `names` tells what people were called at the seq of a line, and is asked line by line; `scenes` are the headings of
    scenes by id; one is put where the lines of another scene begin.
    """
    yield f"# {_flat(title) or 'A story'}\n"
    if eyes:
        yield f"\n*As {_flat(eyes)} knows it.*\n"
    scene: str | None = None
    for line in lines:
        if line.scene != scene and line.scene is not None:
            yield f"\n## {_flat(scenes.get(line.scene, line.scene))}\n"
        scene = line.scene
        yield f"\n{spoken(line, names(line.seq))}\n"


def spoken(line: LineView, names: Mapping[EntityId, str]) -> str:
    """One line, as a paragraph or more."""
    text = ""
    for part in line.parts:
        apart = "\n\n" if _begins_paragraph(part) else " "
        text += (apart if text else "") + _part(part, names)
    text += " …" if line.cut else ""
    who = mouth(line)
    return text if who is None else f"**{_flat(names.get(who, who))}:** {text}"


def _begins_paragraph(part: PartView) -> bool:
    """Whether a part was written on a line of its own."""
    return "\n" in part.raw[: len(part.raw) - len(part.raw.lstrip())]


def _part(part: PartView, names: Mapping[EntityId, str]) -> str:
    to = _flat(" and ".join(names.get(e, e) for e in part.to))
    if not part.text:
        return f"*whispers something to {to}*" if to else "*whispers something*"
    match part.manner:
        case "action":
            return _each("*", part.text, "*")
        case "thought":
            return _each("*(thinks)* ", part.text)
        case "whisper" | "message":
            how = "whispers" if part.manner == "whisper" else "message"
            return _each(f"*({how} to {to})* " if to else f"*({how})* ", part.text)
        case "ooc":
            return _each("*(aside)* ", part.text)
        case _:
            return _each("", part.text)


def _each(before: str, text: str, after: str = "") -> str:
    """Every paragraph marked by itself, as marks do not reach across."""
    paragraphs = (p.strip() for p in re.split(r"\n\s*", text))
    return "\n\n".join(f"{before}{escaped(p)}{after}" for p in paragraphs if p)


def _flat(text: str) -> str:
    return escaped(" ".join(text.split()))
