"""How manners are written: a text split into parts that lose nothing of it, and a line written as it was. Pure.

A text is read by either of two conventions. Between asterisks stands what is done, and all else is spoken:

    *She nods.* Hello.                     done, spoken
    Hello. *waves* How are you?            done, where it stands by itself: at the start, after an end mark or a comma,
    Hello *waves* How are you?               before a new sentence, or last
    Hello *waves at all of them* you.      done, of more than three words
    I *really* mean it.                    spoken: an emphasis, which goes on with its sentence
    It was *you*. *Never* say it.          spoken, as are a few words that are never a deed by themselves
    **No!** 5 * 3, a_b_c                   spoken
    * waves *                              done, where blanks are left at the start of a paragraph
    *A sign: "Shut".* We are shut.         done, spoken: what begins first holds the other
    a note that says "the ninth". Come.    spoken: a quotation in the middle of speech makes nothing a deed
    She asks "why?" and leaves?            spoken, since narration asks nothing and leaves nothing out (don't)

As in a novel, what is spoken is quoted, and the rest is done:

    "Hello," she says.                     spoken, done
    She nods. "I *really* mean it."        done, spoken
    "Hello." (and after it) She sits.      done: in such a text a paragraph without a quote is told
    The sign says "Shut". (beside those)   done
    "Hello, you (to the end)               spoken, though it breaks off
    (whispers to Oren) Come.               spoken, without quotes: what comes after brackets that say to whom

Where both are mixed (quotes with what is said beside them, and deeds between asterisks), bare words are told where they
tell something in the third person, and are spoken otherwise. Without any marks they are told where narration.py finds
it plain, and where bare_prose.py finds a whisper or a thought in them.

In both, `between backticks` is thought, to the paragraph's end if need be, wherever it stands; an asterisk without
its fellow is a mere sign; marks do not reach across paragraphs. Thoughts told without backticks (`she thought`) are
in thoughts.py, messages in messages.py. How one whispers is in whispers.py: what is spoken after such a mark, or in a
sentence that it ends, is whispered up to the next such mark, to a deed that ends it (aloud, turning to others, going,
touching somebody else), or to the end of the paragraph, and in the next one where nothing came after the mark.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from daemon.story.decide import Part
from daemon.telling import thoughts, whispers
from daemon.telling.addressing import spoken_to
from daemon.telling.conventions import Run, runs, tagging
from daemon.telling.sending import sent
from protocol.ids import EntityId
from protocol.views import LineView, PartView

_BLANK = " \t*`_"


def split(text: str, names: Mapping[str, EntityId], own: str = "") -> list[Part]:
    """The parts of a text, in order, whose `raw` texts are the text; never empty where the text has words.

    `names` are in lower case; `own` is the teller's. A whisper to nobody that is named has no
    addressee; one to a stranger, or to all, is spoken.
    """
    if not text.strip():
        return []
    found = [
        r
        for r in _whispered(sent(_thought(runs(text, names, own), text), text, names), names)
        if r.sort != "aside" and r.text.strip(_BLANK)
    ]
    return _parts(found, text)


def by_marks(text: str, names: Mapping[str, EntityId], own: str = "") -> list[Part]:
    """The parts of a text by its marks alone, as of one that others have read already: of what it merely tells, no
    whisper and no thought is private any more. Takes a small part of the time of `split`."""
    if not text.strip():
        return []
    return _parts([r for r in runs(text, names, own) if r.sort != "aside" and r.text.strip(_BLANK)], text)


def _parts(found: Sequence[Run], text: str) -> list[Part]:
    """Runs as parts: neighbours in the same manner together, and nothing of the text left out."""
    if not found:
        return [Part("speech", text.strip(), raw=text)]
    joined: list[list[Run]] = []
    for run in found:
        if joined and (joined[-1][-1].manner, joined[-1][-1].to) == (run.manner, run.to):
            joined[-1].append(run)
        else:
            joined.append([run])
    ends = [*(some[-1].end for some in joined[:-1]), len(text)]
    starts = [0, *ends[:-1]]
    return [
        Part(some[0].manner, _text(some, text), list(some[0].to), text[start:end])
        for some, start, end in zip(joined, starts, ends, strict=True)
    ]


def _text(some: Sequence[Run], text: str) -> str:
    """What stands in these without their marks, their paragraphs apart as they were."""
    found = some[0].text
    for before, run in pairwise(some):
        found += ("\n" * text.count("\n", before.end, run.start) or " ") + run.text
    return found


def _thought(found: Sequence[Run], text: str) -> list[Run]:
    """The runs, with what deeds tell of thoughts as thoughts."""
    told: list[Run] = []
    led_in = False
    for n, run in enumerate(found):
        led_in = led_in and found[n - 1].paragraph == run.paragraph
        if run.manner == "speech":
            told.append(replace(run, manner="thought") if led_in else run)
        elif run.manner == "action":
            before = tagging(found, n)
            if before is not None and thoughts.tags(run.text):
                told[-1] = replace(told[-1], manner="thought")
            told += _inward(run, text)
        else:
            told.append(run)
        led_in = run.manner == "action" and thoughts.leads_in(run.text)
    return told


def _inward(run: Run, text: str) -> list[Run]:
    """A deed, with the sentences of it that tell a thought apart."""
    pieces = thoughts.pieces(run.text)
    at = text.find(run.text, run.start, run.end)
    if len(pieces) <= 1 or at < 0:
        return [replace(run, manner="thought")] if any(private for _, private in pieces) else [run]
    told: list[Run] = []
    for piece, private in pieces:
        start, at = at, at + len(piece)
        told.append(
            replace(
                run, start=start, end=at, text=piece.strip().lstrip(",; "), manner="thought" if private else "action"
            )
        )
    told[0], told[-1] = replace(told[0], start=run.start), replace(told[-1], end=run.end)
    return told


def _whispered(found: Sequence[Run], names: Mapping[str, EntityId]) -> list[Run]:
    """The runs, with what is whispered as such."""
    told = list(found)
    active: whispers.Whisper | None = None
    used, late = True, False
    near: tuple[EntityId, ...] = ()
    for n, run in enumerate(found):
        if n and found[n - 1].paragraph != run.paragraph:
            active, near = None if used else active, ()
        if run.sort == "aside" or run.manner == "action":
            marked = _marking(run, near, names)
            before = tagging(told, n)
            late = marked is not None and not whispers.begins(run.text)
            near = whispers.bent(run.text, names) or (near if before is not None else ())
            if marked is not None and marked.unclear and active is not None and active.to:
                marked = marked._replace(to=active.to, unclear=False)
            if marked is not None:
                before = before if not late else None
                marked = _cleared(marked, run, found, names, [told[before]] if before is not None else [])
                if marked.tells and run.sort != "aside":
                    told[n] = _quiet(run, marked)
                elif before is not None:
                    told[before] = _quiet(told[before], marked)
                used = marked.over or before is not None or told[n].manner == "whisper"
                active = None if marked.over or told[n].manner == "whisper" else marked
            elif before is not None and found[before].manner == "speech" and whispers.aloud(run.text):
                told[before], active = found[before], None
            elif active is not None and (whispers.ends(run.text) or whispers.turns_to(run.text, _but(names, active))):
                active = None
        elif run.manner == "speech" and (inner := whispers.bracketed(run.text, names)) is not None:
            active, used = _cleared(_near(inner[0], near), run, found, names), True
            told[n] = _quiet(replace(run, text=inner[1]), active)
        elif run.manner == "speech" and active is not None:
            if used and whispers.hails(run.text, _but(names, active)):
                active = None
            else:
                told[n], used = _quiet(run, active), True
    if active is not None and not used and not late:
        told = _last_words(told, active)
    return told


def _marking(run: Run, near: tuple[EntityId, ...], names: Mapping[str, EntityId]) -> whispers.Whisper | None:
    """What a deed says of a whisper; a low voice is one to whom the speaker bent down just before (`near`)."""
    marked = whispers.whisper(run.text, names)
    if marked is None:
        return whispers.Whisper(near) if near and run.manner == "action" and whispers.low(run.text) else None
    return _near(marked, near)


def _near(marked: whispers.Whisper, near: tuple[EntityId, ...]) -> whispers.Whisper:
    """A whisper, which is to those to whom the speaker bent down, unless it says to whom."""
    return marked._replace(to=near, unclear=False) if marked.unclear and near else marked


def _but(names: Mapping[str, EntityId], active: whispers.Whisper) -> dict[str, EntityId]:
    """Those for whom a whisper is not, by name; nobody, where that is unclear."""
    return {name: e for name, e in names.items() if active.to and e not in active.to}


def _cleared(
    marked: whispers.Whisper, mark: Run, found: Sequence[Run], names: Mapping[str, EntityId], words: Sequence[Run] = ()
) -> whispers.Whisper:
    """An unclear whisper goes to the one whom its own `words` call, or its paragraph names in what is done or else
    calls in what is said; one into `his` ear to nobody whom the paragraph calls `you`."""
    if not marked.unclear:
        return marked
    beside = [r for r in found if r.paragraph == mark.paragraph and r is not mark]
    if any(whispers.calls_all(r.text) for r in beside if r.manner == "speech"):
        return marked
    if whispers.of_a_third(mark.text) and whispers.calls_you(r.text for r in beside if r.manner == "action"):
        names = {name: e for name, e in names.items() if e != "you"}
        if len(set(names.values())) == 1:
            return marked._replace(to=tuple(set(names.values())), unclear=False)
    to = _called(words, names)
    if len(to) != 1:
        to = whispers.named(" ".join(r.text for r in beside if r.manner == "action"), names)
    if len(to) != 1:
        to = _called([r for r in (*beside, mark) if r.manner == "speech"], names)
    return marked._replace(to=to, unclear=False) if len(to) == 1 else marked


def _called(spoken: Sequence[Run], names: Mapping[str, EntityId]) -> tuple[EntityId, ...]:
    return tuple(spoken_to(" ".join(r.text for r in spoken), {e: name for name, e in names.items()}))


def _last_words(told: Sequence[Run], marked: whispers.Whisper) -> list[Run]:
    """The runs, where a text ends with a mark: then it is meant for what was said just before."""
    last = next((n for n in reversed(range(len(told))) if told[n].manner == "speech" and told[n].sort != "aside"), None)
    quiet = [_quiet(r, marked) if n == last else r for n, r in enumerate(told)]
    return quiet if last is not None and told[last].paragraph == told[-1].paragraph else list(told)


def _quiet(run: Run, marked: whispers.Whisper) -> Run:
    """A run as a whisper; as it is, where that is to a stranger or to all."""
    return replace(run, manner="whisper", to=marked.to) if marked.to or marked.unclear else run


def mouth(line: LineView) -> EntityId | None:
    """Out of whose mouth a line comes: nobody's where all of it is narration, whoever typed that."""
    narrated = line.parts and all(part.manner == "narration" for part in line.parts)
    return None if narrated else line.who


def written(line: LineView, names: Mapping[EntityId, str]) -> str:
    """A line as it was typed or written, as far as its parts are known; of a part that was only noticed, the fact.

    What was brought out in a manner by a command has no marks: it is written with those of its manner.
    """
    marked = not any(part.raw for part in line.parts)
    torn = _torn(line, names)
    told = ""
    for part in line.parts:
        gap = "\n" if part.manner in ("whisper", "message") else " "
        piece = (part.raw or (part.text if not marked else "")) if part.text else ""
        if part in torn:
            piece = (" " if told else "") + _marked(part, names)
        told += piece or (gap if told else "") + _marked(part, names)
    return told.strip()


def _torn(line: LineView, names: Mapping[EntityId, str]) -> list[PartView]:
    """The deeds of a line that have one of their marks and not the other, since what stood beside them between the same
    marks was done elsewhere or unseen."""
    whole = "".join(part.raw for part in line.parts)
    odd = [part for part in line.parts if part.manner == "action" and part.raw.count("*") % 2]
    if not odd or whole.count("*") % 2 == 0:
        return []
    as_read = split(whole, {name.lower(): e for e, name in names.items()})
    return odd if [p.manner for p in as_read] != [p.manner for p in line.parts] else []


def _marked(part: PartView, names: Mapping[EntityId, str]) -> str:
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
    return "\n".join(f"{before}{p}{after}" if p.strip() else p for p in text.split("\n"))
