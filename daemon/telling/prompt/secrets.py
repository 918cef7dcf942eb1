"""What the speaker knows and those present do not, as a section of a prompt. Pure; English."""

from collections.abc import Sequence

from msgspec.structs import replace

from daemon.story import in_words
from daemon.telling.prompt.telling import Telling, section
from daemon.telling.recalling import Memory
from daemon.telling.secrets import TOKENS, fitting
from protocol.views import Section


def marked(t: Telling) -> list[Memory]:
    """What comes to mind; of what those present do not know, that is said."""
    unknown = {seq: x.who for x in t.secrets for seq in x.seqs}
    return [
        m if (who := unknown.get(m.seq)) is None
        else replace(m, text=f"{m.text} ({in_words.people(t.mind, who)} {_lacks(len(who))} know this)")
        for m in t.memories
    ]  # fmt: skip


PLACED = ("moment", "elsewhere")
"""The sections that tell where things are."""


def secrets(t: Telling, beside: Sequence[Section]) -> Section:
    """The few that matter now and do not come to mind anyway, by who does not know them; in brief where the lines or
    the sections `beside` tell the rest."""
    placed = "\n".join(s.text for s in beside if s.name in PLACED)
    in_mind = {x.seq for x in t.memories}
    told = {p.seq for x in t.lines for p in x.parts} | {s for a in t.past for s in a.from_}
    matter = [
        replace(x, text=x.brief) if (x.quotes and told.issuperset(x.seqs)) or (x.thing and x.thing in placed) else x
        for x in t.secrets
        if not in_mind & {*x.seqs}
    ]
    chosen = fitting(matter, TOKENS, t.count)
    by_who = {x.who: [y.text for y in chosen if y.who == x.who] for x in chosen}
    text = [
        f"{in_words.people(t.mind, who)} {_lacks(len(who))} know, and need not: {'; '.join(x)}."
        for who, x in by_who.items()
    ]
    why = "what the speaker knows and those present do not, as far as the speaker can tell"
    return section(t, "secrets", why, [seq for x in chosen for seq in x.seqs], "\n".join(text))


def _lacks(count: int) -> str:
    return "does not" if count == 1 else "do not"
