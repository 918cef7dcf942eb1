"""What the speaker knows and those present do not, as a section of a prompt. Pure; English."""

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


def secrets(t: Telling) -> Section:
    """The few that matter now and do not come to mind anyway, each with those who do not know it."""
    in_mind = {x.seq for x in t.memories}
    chosen = fitting([x for x in t.secrets if not in_mind & {*x.seqs}], TOKENS, t.count)
    told = [f"{in_words.people(t.mind, x.who)} {_lacks(len(x.who))} know: {x.text}." for x in chosen]
    text = "\n".join(["You know, and need not give away:", *told]) if told else ""
    why = "what the speaker knows and those present do not, as far as the speaker can tell"
    return section(t, "secrets", why, [seq for x in chosen for seq in x.seqs], text)


def _lacks(count: int) -> str:
    return "does not" if count == 1 else "do not"
