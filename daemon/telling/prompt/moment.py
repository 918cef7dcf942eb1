"""What is true just now, told at the end of a prompt: lore, what is in sight, feelings, what to write. Pure."""

from collections.abc import Sequence

from daemon.telling.addressing import spoken_to
from daemon.telling.decay import counter
from daemon.telling.naming import words_of_names
from daemon.telling.pressing import inclination
from daemon.telling.prompt import lore
from daemon.telling.prompt.course import course
from daemon.telling.prompt.feelings import feelings
from daemon.telling.prompt.secrets import marked, secrets
from daemon.telling.prompt.sight import moment
from daemon.telling.prompt.telling import Telling, is_alone, kept_free, name_of, section, sources_of
from daemon.telling.prompt.things import elsewhere
from daemon.telling.prompt.transcript import seqs
from daemon.telling.recalling import fitting
from protocol.views import LineView, Section

SILENCE = "(silence)"
"""What a speaker writes who chooses to say nothing."""

LONGEST_SILENCE = 24
"""Characters; a longer reply says something."""


def volatile(t: Telling) -> list[Section]:
    seen, away = moment(t), elsewhere(t)
    return [
        s
        for s in (
            lore.now(t),
            seen,
            away,
            *course(t),
            feelings(t),
            secrets(t, [seen, away]),
            *_notes(t),
            _fresh(t),
            _pressed(t),
            _reminder(t),
            _instruction(t),
        )
        if s.text
    ]


def deep(t: Telling) -> list[tuple[int, Section]]:
    """What stands among the lines, each so many above their end: the author's note, and lore that is to."""
    return [*([(t.note_depth, note(t))] if t.note and t.note_depth else []), *lore.among_lines(t)]


def memories(t: Telling, lines: Sequence[LineView], told: str) -> Section:
    """What comes to mind and is not told by these lines themselves, or summed up, or in the text that is `told`
    anyway; and who does not know it."""
    heading = "What comes to mind:"
    shown = frozenset(seqs(lines)) | {a.seq for a in t.past}
    chosen = fitting(marked(t), shown, told, kept_free(t) - t.count(heading), t.count)
    text = "\n".join([heading, *(f"- {x.text}" for x in chosen)]) if chosen else ""
    return section(t, "memories", "what was said brings it to mind", [x.seq for x in chosen], text)


def _fresh(t: Telling) -> Section:
    """Against decay: what this speaker has worn out, told to the renderer alone."""
    text, why = (
        counter([x.text for x in t.own], words_of_names(t.mind), t.overused) if t.mode != "continue" else ("", "")
    )
    return section(t, "freshness", f"measured on the speaker's last replies: {why}", seqs(t.own), text)


def note(t: Telling) -> Section:
    """What the author wants of the telling, which is for nobody in the story."""
    text = f"A note from the author, not part of the story: {t.note}" if t.note else ""
    return section(t, "note", "the author steers", t.note_from, text)


def _notes(t: Telling) -> list[Section]:
    steer = f"For this reply alone: {t.steer}" if t.steer else ""
    return [*([note(t)] if not t.note_depth else []), section(t, "steer", "the author steers this take", (), steer)]


def _pressed(t: Telling) -> Section:
    """What the speaker is inclined to in a quiet stretch, so that the story moves by itself."""
    text = inclination(t.mind, t.press) if t.press is not None else ""
    what, from_ = (t.press.what, t.press.from_) if t.press is not None else ("", ())
    return section(t, "press", f"the story moves by itself in a quiet stretch: {what}", from_, text)


def _reminder(t: Telling) -> Section:
    """What the author tells last of how to write the speaker."""
    me = t.mind.entities.get(t.speaker) if t.speaker is not None else None
    text = me.reminder or "" if me is not None else ""
    return section(
        t, "reminder", "how the author wants the speaker written", sources_of(t, f"identity.{t.speaker}"), text
    )


def _instruction(t: Telling) -> Section:
    who = name_of(t, t.speaker) if t.speaker is not None else "the narrator"
    text = {
        "continue": f"Go on with what {who} was just saying, from where it stopped, without repeating any of it.",
        "narrate": "Narrate what happens next.",
        "impersonate": f"Write what {who} says or does next.",
    }.get(t.mode, f"Now write what {who} says or does next.")
    text = f"{_words_were_to(t)}{text}"
    if is_alone(t):
        you = name_of(t, "you")
        text += f" {you} is alone: nobody is there to answer. Tell what there is, and what comes of what {you} does."
    if t.may_pass:
        text += f" If {who} would say nothing now, write only {SILENCE}."
    return section(t, "instruction", f"the mode is {t.mode}", [], text)


def _words_were_to(t: Telling) -> str:
    """Whom the last words were said to, where they call somebody by name or were given to somebody."""
    last = t.lines[-1] if t.lines and t.mode == "reply" else None
    if last is None or last.who in (None, t.speaker):
        return ""
    spoken = " ".join(p.text for p in last.parts if p.manner == "speech")
    others = [e for e in t.mind.entities if e != last.who]
    called = spoken_to(spoken, {e: name_of(t, e) for e in others})
    to = [e for e in others if e in last.to or e in called]
    if not to or len(to) == len(others):
        return ""
    whom = " and ".join("you" if e == t.speaker else name_of(t, e) for e in to)
    return f"{name_of(t, last.who)} spoke to {whom}. "


_SILENT = ("silence", "silent", "says nothing", "")
_AROUND = " *_.…()\n"


def is_silence(text: str) -> bool:
    """Whether a reply says that its speaker says nothing."""
    return text.strip(_AROUND).lower() in _SILENT


def may_be_silence(text: str) -> bool:
    """Whether a reply that begins like this may yet come to say nothing."""
    bare = text.lstrip(_AROUND).lower()
    return len(text) < LONGEST_SILENCE and (is_silence(text) or any(s.startswith(bare) for s in _SILENT))
